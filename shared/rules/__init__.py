"""The rules of the law as data (packs) and the pure functions that read them; nothing here touches disk but `packs`."""
