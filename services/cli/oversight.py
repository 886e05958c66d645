"""What an inspector asks at a shell: who did what when about a vacancy, and what its ranking would be without one
stage or one panelist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from services.cli import output
from services.cli.platform import Platform, opened
from services.cli.vacancy_lookup import vacancy_named
from services.oversight.replay import Move, Replay
from services.oversight.replay import replay as replayed
from services.oversight.timeline import Line
from services.oversight.timeline import timeline as told
from shared.events import streams
from shared.events.platform import AttemptRefused

SHORT: Final = 16  # signs of a pseudonym, a digest or a value that a line of text shows
WORDS: Final = {
    "id": {
        "same": "Peringkat yang diumumkan (versi {version}) adalah yang dibuat oleh peristiwanya.",
        "none": "Belum ada peringkat yang diumumkan.",
        "differs": "BERBEDA: tempat {place} diumumkan {published}, peristiwanya membuat {recounted}.",
        "nobody": "Tidak seorang pun berpindah tempat.",
        "move": "{alias}  dari tempat {was} ke {now}{seats}",
        "into": ", masuk formasi",
        "out": ", keluar dari formasi",
    },
    "en": {
        "same": "The published ranking (version {version}) is the one that its events make.",
        "none": "No ranking is published yet.",
        "differs": "DIFFERS: place {place} was published as {published}, the events make {recounted}.",
        "nobody": "Nobody would move.",
        "move": "{alias}  from place {was} to {now}{seats}",
        "into": ", into the seats",
        "out": ", out of the seats",
    },
}


def timeline(vacancy: str, data: Path, as_json: bool, every: bool = False) -> int:
    """Prints every act about a vacancy, over all ledgers, in the order in which it was recorded; as text the same act
    of the same role many times in a row is one line, unless `every`."""
    with opened(data) as platform:
        named = _named(platform, vacancy)
        lines = told({name: one.ledger for name, one in platform.pipelines.items()}, named)
        if as_json:
            for line in lines:
                output.as_line(asdict(line))
            return output.OK
        alike: Iterable[list[Line]] = ([line] for line in lines)
        if not every:
            alike = (list(some) for _, some in groupby(lines, _kind))
        for some in alike:
            output.say(_several(some) if len(some) > 1 else _one(some[0]))
    return output.OK


def _kind(line: Line) -> tuple[object, ...]:
    """What stands in one line; what somebody tried stands alone."""
    return line.ledger, line.act, line.role, line.position if line.act == AttemptRefused.__name__ else None


def _one(line: Line) -> str:
    """With whose it was and what it is about, both in short: the whole names are in `--json`."""
    about = "+".join(part[:SHORT] for part in streams.ident(line.stream).split("+")[1:])
    first = {"by": line.actor or "-", "of": about, "approved_by": line.what.get("approved_by", "")}
    rest = {name: value for name, value in line.what.items() if name not in ("ok", "proposed_by", "approved_by")}
    said = {name: value for name, value in first.items() if value} | rest
    what = " ".join(f"{name}={value if name == 'of' else str(value)[:SHORT]}" for name, value in said.items())
    where = f"{line.ledger}:{line.position}"
    return f"{line.recorded_at[:16]}Z  {where:<18} {line.role:<10} {line.act:<24} {what}"[:200]


def _several(lines: list[Line]) -> str:
    """How often, until when, by how many."""
    first, last = lines[0], lines[-1]
    where, actors = f"{first.ledger}:{first.position}", len({line.actor for line in lines})
    times = f"x {len(lines):,} until {last.recorded_at[:16]}Z :{last.position} by {actors}"
    return f"{first.recorded_at[:16]}Z  {where:<18} {first.role:<10} {first.act:<24} {times}"


def replay(
    vacancy: str, panelist: str | None, stage: str | None, as_of: int | None, data: Path, as_json: bool, lang: str
) -> int:
    """Prints whether the published order is the one that the events make, and who would move."""
    with opened(data) as platform:
        named = _named(platform, vacancy)
        made = replayed(
            platform.selection.ledger,
            named,
            platform.folder.keys.aliases,
            as_of=as_of,
            without_stage=stage,
            without_panelist=panelist,
        )
    if as_json:
        output.as_json(asdict(made))
        return output.OK if made.differs is None else output.DAMAGED
    for line in _lines(made, lang):
        output.say(line)
    return output.OK if made.differs is None else output.DAMAGED


def _named(platform: Platform, said: str) -> str:
    """The vacancy that is meant."""
    platform.ranking.catch_up(platform.selection.ledger)
    with platform.ranking.store.begin() as tx:
        return vacancy_named(tx, said)


def _lines(made: Replay, lang: str) -> list[str]:
    words = WORDS[lang]
    if made.differs is not None:
        found = [words["differs"].format(**asdict(made.differs))]
    else:
        found = [words["same" if made.version else "none"].format(version=made.version)]
    if made.without_stage is None and made.without_panelist is None:
        return found
    return [*found, *(_moved(move, words) for move in made.moves)] if made.moves else [*found, words["nobody"]]


def _moved(move: Move, words: dict[str, str]) -> str:
    seats = "" if move.into_seats is None else words["into" if move.into_seats else "out"]
    values: dict[str, Any] = {"was": move.was or "-", "now": move.is_ or "-"}
    return words["move"].format(alias=move.alias, seats=seats, **values)
