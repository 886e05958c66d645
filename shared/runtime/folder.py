"""The data folder of the embedded profile: one SQLite file per service, the keys apart, the master key beside them.

It and the files that hold secrets are for their owner alone, or they are refused. `merit.json` names the files that
were made: one that is gone is missed, never made anew. It also says whether the folder is a demonstration's: such a
folder and a real one are never taken for each other.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from shared.events import Damaged
from shared.ledger import Keys, Ledger, master_key, sqlite
from shared.ledger.store import Clock, utc
from shared.runtime import approvals, calls, timers, turn
from shared.runtime.holding import Use, held
from shared.runtime.scratch import alone, sweep
from shared.runtime.service import Service

FORMAT = 4
MARK = "merit.json"
DOCUMENTS = "documents"  # the room of sealed documents: files that are written once


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What `merit.json` says: the files that were made, by name, and whether they are a demonstration's."""

    files: frozenset[str] = frozenset()
    demo: bool = False


class Folder:
    """Opens what lies in one folder. `create` makes what is not there yet; without, nothing is made.

    `use` holds the folder until `close`, against whoever may not write beside it (InTheWay); without, nobody is asked.
    `demo` says what the folder must be, and is made as; None takes it as it is.
    """

    def __init__(
        self, path: Path, *, create: bool, clock: Clock = utc, use: Use | None = None, demo: bool | None = None
    ) -> None:
        self.path = path
        self._create = create
        self._clock = clock
        self._stores: list[sa.Engine] = []
        _check(path, create=create, demo=bool(demo))
        with ExitStack() as held_:
            if use is not None:
                held_.enter_context(held(path, use))
            self._made = _of_kind(path, demo).files
            sweep(path)
            self.master = master_key(path / "master.key", make=self._is_new("keys"))
            self.keys = Keys(self._open("keys", secret=True)[0], self.master)
            self.keys.create()
            self._held = held_.pop_all()

    def ledger(self, service: Service) -> Ledger:
        """A service's ledger, with the tables that its pipeline keeps beside it."""
        writer, reader = self._open(service.name)
        made = Ledger(service.name, writer, reader, self.keys, dialect=sqlite, clock=self._clock)
        made.create()
        with writer.begin() as tx:
            for tables in (calls.metadata, turn.metadata, timers.metadata, approvals.metadata):
                tables.create_all(tx)
            for view in service.views:
                for table in view.tables:
                    table.create(tx, checkfirst=True)
        return made

    def store(self, name: str, *, secure_delete: bool = False, derived: bool = False) -> sa.Engine:
        """A file that is no ledger: the vault (`secure_delete`, and its owner's alone), or read models (`derived`:
        made anew wherever it is gone, for events make its rows again)."""
        return self._open(name, secret=secure_delete, derived=derived)[0]

    def stores(
        self, name: str, *, secure_delete: bool = False, derived: bool = False
    ) -> tuple[sa.Engine, sa.Engine]:  # fmt: skip
        """The same, with the readers' engine beside the writer's: what reads waits for no lock."""
        return self._open(name, secret=secure_delete, derived=derived)

    def close(self) -> None:
        """All connections; SQLite then folds its journals into the files. Others may use the folder again."""
        for engine in self._stores:
            engine.dispose()
        self._held.close()

    def _is_new(self, name: str) -> bool:
        """Whether a file is yet to be made. Damaged if it was made and is gone, or if nothing is to be made."""
        file = self.path / f"{name}.db"
        if file.exists() and file.stat().st_size:
            return False
        if name in self._made:
            raise Damaged(f"{file} is gone or empty, and it held something: put it back from a backup")
        if not self._create:
            raise Damaged(f"{self.path} has no {file.name} yet: import a list into it")
        return True

    def _open(self, name: str, *, secret: bool = False, derived: bool = False) -> tuple[sa.Engine, sa.Engine]:
        file = self.path / f"{name}.db"
        if not file.exists() if derived else self._is_new(name):
            file.touch(mode=0o600)
        if secret and file.stat().st_mode & 0o077:
            raise Damaged(f"{file} can be read by others: chmod 600 {file}")
        writer, reader = sqlite.engines(file, secure_delete=secret)
        self._stores += [writer, reader]
        if self._create and not derived and name not in self._made:
            self._made = _remember(writer, self.path, name)
        return writer, reader


def _check(path: Path, *, create: bool, demo: bool) -> None:
    mark = path / MARK
    if not mark.exists():
        if not create:
            raise Damaged(
                f"{path} is no data folder of Merit (no {MARK}): name another with --data, or import a list into it"
            )
        if path.exists() and not (path.is_dir() and all(left.match(f"{mark.stem}.*") for left in path.iterdir())):
            raise Damaged(f"{path} is not empty and is no data folder of Merit: name an empty or a new one with --data")
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        with alone(path) as folder:
            if not mark.exists():
                _write(path, folder, Mark(demo=demo))
    if path.stat().st_mode & 0o077:
        raise Damaged(f"{path} can be entered by others: chmod 700 {path}")


def marked(path: Path) -> Mark:
    """What the folder's mark says. Damaged if it cannot be read or is of another format."""
    mark = path / MARK
    try:
        said = json.loads(mark.read_text())
        found = said["format"]
        made = Mark(files=frozenset(said.get("files", ())), demo=bool(said.get("demo", False)))
    except (ValueError, KeyError, TypeError):
        raise Damaged(f'{mark} is damaged: it should read {{"format": {FORMAT}, "files": [...]}}') from None
    if found != FORMAT:
        cure = "or import the list again into another folder" if found in range(FORMAT) else "or a newer one"
        raise Damaged(f"{path} has format {found}, this Merit knows {FORMAT}: use the version that wrote it, {cure}")
    return made


def _of_kind(path: Path, demo: bool | None) -> Mark:
    found = marked(path)
    if demo is not None and found.demo != demo:
        raise Damaged(
            f"{path} is a demonstration's folder: set MERIT_DEMO=1, or name another with --data"
            if found.demo
            else f"{path} is no demonstration's folder: unset MERIT_DEMO, or name another with --data"
        )
    return found


def _remember(writer: sa.Engine, path: Path, name: str) -> frozenset[str]:
    """One more file that was made: it has its first page, and the mark names it. All that it names now."""
    with alone(path) as folder:
        writer.connect().close()
        before = marked(path)
        made = replace(before, files=before.files | {name})
        _write(path, folder, made)
    return made.files


def _write(path: Path, folder: int, mark: Mark) -> None:
    """The mark, whole or not at all; by whoever holds the folder."""
    beside = path / f"merit.{os.getpid()}"
    said = {"format": FORMAT, "files": sorted(mark.files)} | ({"demo": True} if mark.demo else {})
    with beside.open("w") as file:
        file.write(json.dumps(said) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path / MARK)
    os.fsync(folder)
