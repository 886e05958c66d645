"""`merit backup`, `merit restore`, `merit keys backup-key`: what a data folder comes back from.

A copy does not know what was taken back after it was made. So nobody is signed in to a folder that was restored, and no
API token of it is believed; what cannot be undone here is said.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from services.cli import output
from shared.events import NotFound
from shared.ledger import sqlite
from shared.ledger.store import utc
from shared.runtime import restore as restoring
from shared.runtime.backup import whole, write
from shared.runtime.copies import KEY, MASTER, Manifest, key_of
from shared.runtime.folder import DOCUMENTS, MARK


def backup(file: Path, key: Path | None, data: Path, as_json: bool) -> int:
    """Prints what the copy holds, and what is to be kept apart from it."""
    if not (data / MARK).exists():
        raise NotFound(f"{data} is no data folder of Merit (no {MARK}): name another with --data")
    made = write(data, file, key=None if key is None else key_of(key), show=output.progress())
    size = file.stat().st_size
    if as_json:
        output.as_json({"file": str(file), "bytes": size, "sealed": key is not None, **_said(made)})
        return output.OK
    output.say(f"{file}: {size:,} bytes, the folder as of {made.at}")
    _say(made)
    if key is None:
        output.say(
            f"It does not hold the master key: without {data / MASTER} the copy is of no use. Keep a copy of that file"
            " apart from this one."
        )
    else:
        output.say(
            f"It is sealed, and holds the master key, too: keep {key} apart from it; without that nobody opens it."
        )
    return output.OK


def restore(file: Path, key: Path | None, master: Path | None, replace: bool, data: Path, as_json: bool) -> int:
    """Prints what was put in place, what the copy lacks of the folder that was there, and who is to do something."""
    ended: dict[str, int] = {}
    made = restoring.restore(
        file,
        data,
        key=None if key is None else key_of(key),
        master=None if master is None else key_of(master),
        replace=replace,
        now=utc(),
        show=output.progress(),
        settle=lambda room: ended.update(taken_back(room)),
    )
    if as_json:
        lacks = [asdict(one) for one in made.differences]
        kept = None if made.kept is None else str(made.kept)
        output.as_json({"folder": str(data), "kept": kept, "lacks": lacks, "ended": ended, **_said(made.manifest)})
        return output.OK
    output.say(f"{data}: the folder as of {made.manifest.at}")
    _say(made.manifest)
    for one in made.differences:
        output.say(str(one))
    if made.kept is not None:
        output.say(f"What was there is kept in {made.kept}")
    output.say(f"Everybody signs in anew; {ended['api_tokens']:,} API tokens are to be issued anew.")
    output.say(
        f"Passwords and signing keys are those of {made.manifest.at}: whoever changed a password after that must change"
        " it again, and a signing key that was withdrawn after that is to be withdrawn again."
    )
    output.say(f"Next: merit doctor --data {data}")
    return output.OK


def taken_back(folder: Path) -> dict[str, int]:
    """Every session and API token of a folder that nobody uses goes: one that was ended after the copy would else be
    believed again. How many of each."""
    from services.people.accounts import sessions
    from services.people.stores import FILE
    from services.people.tokens import api_tokens

    file, ended = folder / f"{FILE}.db", {"sessions": 0, "api_tokens": 0}
    if not file.exists():
        return ended
    writer, _ = sqlite.engines(file, secure_delete=True)
    try:
        with writer.begin() as tx:
            there = sa.inspect(tx).get_table_names()
            for table in (sessions, api_tokens):
                if table.name in there:
                    ended[table.name] = tx.execute(sa.delete(table)).rowcount
    finally:
        writer.dispose()  # folds the journal into the file
    return ended


def backup_key(file: Path, as_json: bool) -> int:
    """Whole or not at all, for its owner alone."""
    with whole(file) as out:
        out.write(os.urandom(KEY))
    if as_json:
        output.as_json({"file": str(file), "bytes": KEY})
    else:
        output.say(f"{file}: keep it where the copies are not; without it nobody opens what was sealed under it.")
    return output.OK


def _said(made: Manifest) -> dict[str, object]:
    documents = sum(name.startswith(f"{DOCUMENTS}/") for name in made.files)
    ledgers = {name: asdict(end) for name, end in made.ledgers.items()}
    return {"at": made.at, "ledgers": ledgers, "documents": documents, "master_key": MASTER in made.files}


def _say(made: Manifest) -> None:
    for name, end in made.ledgers.items():
        output.say(f"{name:<12} {end.size:>10,} events" + (f", the last recorded at {end.at}" if end.size else ""))
    documents = sum(name.startswith(f"{DOCUMENTS}/") for name in made.files)
    output.say(f"{DOCUMENTS:<12} {documents:>10,}")
