"""The demonstration's round, played once, and what its ledgers hold: tests ask the events, never the script."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from services.cli.abreast import eyes
from services.cli.demonstration.round.play import played
from services.cli.platform import Platform, opened
from shared.events import Recorded, codec, streams
from shared.runtime.calls import Answer, Call
from shared.runtime.preparing import prepared

Event = TypeVar("Event")
Numbers = Mapping[str, Mapping[str, Any]]
Once = Callable[[str, Callable[[Path], None]], Path]
NURSES, HEAD = "pauh.2027-002", "pauh.2027-001"
MANY, SEED = 600, 2027


@dataclass(frozen=True)
class Story:
    """A folder in which a round was played: the numbers that were told, what was said, every event by ledger."""

    data: Path
    told: Numbers
    said: Mapping[str, Mapping[str, Any]]  # with what varies from run to run
    digests: Mapping[str, Mapping[str, str]]  # of the folder's files, when a step was told
    events: Mapping[str, tuple[tuple[Recorded, Any], ...]]
    alias: Mapping[str, str]  # of each stream of a candidacy

    def all(self, kind: type[Event], of: str = "") -> list[tuple[Recorded, Event]]:
        """Every event of a kind, with where it stands; on streams that begin so."""
        found = (pair for ledger in self.events.values() for pair in ledger)
        return [(one, event) for one, event in found if isinstance(event, kind) and one.stream.startswith(of)]

    def one(self, kind: type[Event], of: str = "") -> tuple[Recorded, Event]:
        """The only one."""
        (found,) = self.all(kind, of)
        return found


@contextmanager
def demonstrating() -> Iterator[None]:
    """What is opened here is a demonstration's."""
    before = os.environ.get("MERIT_DEMO")
    os.environ["MERIT_DEMO"] = "1"
    try:
        yield
    finally:
        del os.environ["MERIT_DEMO"]
        if before is not None:
            os.environ["MERIT_DEMO"] = before


@contextmanager
def reopened(data: Path, *, writing: bool = False) -> Iterator[Platform]:
    """The platform on a folder that was played on."""
    with demonstrating(), opened(data, writing=writing) as platform:
        yield platform


def told(data: Path, many: int, seed: int, say: Callable[[str, Mapping[str, Any]], None] = lambda *_: None) -> Numbers:
    """The numbers of a round that is played into a new folder."""
    with demonstrating(), eyes() as looking, opened(data, create=True) as platform:
        return played(platform, looking, say, many=many, seed=seed)


def play(data: Path, many: int, seed: int) -> None:
    """A round played into a folder, and beside it what was said."""
    said: dict[str, Mapping[str, Any]] = {}
    digests: dict[str, Mapping[str, str]] = {}

    def say(step: str, numbers: Mapping[str, Any]) -> None:
        said[step] = numbers
        if step in ("recounted", "cheated"):
            digests[step] = digests_of(data)

    numbers = told(data, many, seed, say)
    data.with_suffix(".json").write_text(json.dumps({"told": numbers, "said": said, "digests": digests}))


def story(once: Once) -> Story:
    """The round of 600 applicants, played by whichever test comes first; read from its ledgers."""
    data = once("round", lambda folder: play(folder, MANY, SEED))
    with reopened(data) as platform:
        events = {name: _events(platform, name) for name in platform.pipelines}
        alias = _aliases(platform, events["selection"])
    return Story(data=data, events=events, alias=alias, **json.loads(data.with_suffix(".json").read_text()))


def _events(platform: Platform, service: str) -> tuple[tuple[Recorded, Any], ...]:
    pages = platform.pipelines[service].ledger.read()
    return tuple((one, codec.event_of(one)) for page in pages for one in page)


def _aliases(platform: Platform, events: tuple[tuple[Recorded, Any], ...]) -> dict[str, str]:
    """The alias of each candidacy, by the vacancy's key."""
    found: dict[str, str] = {}
    for one, _ in events:
        if streams.category(one.stream) == "candidate" and one.stream not in found:
            vacancy, application = streams.parts(one.stream)[-2:]
            found[one.stream] = platform.folder.keys.aliases(vacancy)(application)
    return found


def digests_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by its path; what readers keep for themselves (locks, marks of the shared memory) not."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", ".lock"))
    }


def acted(platform: Platform, service: str, stream: str, command: Any, by: str) -> Answer:
    """A command as somebody sends it now, prepared as the platform does."""
    pipeline = platform.pipelines[service]
    call = Call(stream=stream, command=command, by=by, key=f"{by}/{stream}", received_at=platform.now())
    return pipeline.run([prepared(pipeline.service, pipeline.ledger, call)])[0]
