"""Pages for people: the only place with HTML."""
