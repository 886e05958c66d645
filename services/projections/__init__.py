"""Projections: read models derived from events, which can be thrown away and rebuilt by us or by anybody. Here so far:
ranking."""
