"""The digest of a list of one: what a panelist declares about at roll call, where a stage shows the person."""

from hashlib import sha256

from shared.rules.canonical import canonical


def roster_of_one(alias: str) -> str:
    """The root of `L` whose only row is `{"alias": alias}`: SHA-256(0x00 || its canonical bytes), as hex digits."""
    return sha256(b"\x00" + canonical({"alias": alias})).hexdigest()
