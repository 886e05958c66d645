"""What every service is run with: the command pipeline, subscriptions, rebuilds, timers, the data folder."""
