"""Oversight: who did what when, what a ranking would be without this or that, who looked at whose data. It decides
nothing and reads every ledger."""
