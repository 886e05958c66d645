"""The `merit` command."""
