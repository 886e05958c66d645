"""The append-only store: events in one gap-free order, each committed, hashed, and provable."""

from shared.ledger.keys import Keys, StreamKeys, Wrapping, master_key
from shared.ledger.store import Batch, Ledger

__all__ = ["Batch", "Keys", "Ledger", "StreamKeys", "Wrapping", "master_key"]
