"""Benchmarks that print ratios: ours and a peer in the same run, on the same machine (docs/performance.md)."""
