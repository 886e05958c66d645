"""A whole recruitment round that plays itself, need to help, by the commands of production, on a clock of its own."""
