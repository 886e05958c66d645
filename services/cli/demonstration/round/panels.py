"""Panels drawn by lot: nobody chooses who judges, and everybody can draw again."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from services.cli.demonstration.round.cast import EXPERTS, HEAD, VACANCIES
from services.cli.demonstration.round.notices import PANEL
from services.cli.demonstration.round.stage import AGENCY, Astray, Stage
from services.selection.drawing import AnnounceDraw, DrawPanel
from services.selection.panels import DecreedSeat, SeatByDecree, TakeSeat
from services.selection.pools import AdmitExpert
from services.selection.recusals import ReplacePanelist
from shared.events import codec
from shared.events.selection import ExpertAdmitted, PanelDrawn, PanelistSeated
from shared.runtime.pipeline import Pipeline

POOL: Final = f"{AGENCY}.2027"
PLEDGE: Final = sha256(b"pakta integritas (contoh)").hexdigest()
LETTERS: Final = {"internal": "I", "academic": "A", "practitioner": "P"}


def label(name: str) -> str:
    """`A-03` of academic-3."""
    kind, _, number = name.partition("-")
    return f"{LETTERS[kind]}-{int(number):02}"


def draw(stage: Stage) -> None:
    """A pool of experts, then a panel of five for each vacancy, with a reserve of each kind."""
    names = {label(f"{kind}-{n}"): f"{kind}-{n}" for kind, many in EXPERTS.items() for n in range(1, many + 1)}
    admitted = [
        AdmitExpert(
            label=one,
            kind=name.partition("-")[0],
            fields=("health",),
            expert=stage.actors[name].id,
            institution="contoh",
        )
        for one, name in names.items()
    ]
    stage.all_by_two([(f"pool-{POOL}", one) for one in admitted], "secretary", "committee")
    code = two_duties(stage)
    for vacancy in VACANCIES:
        seat(stage, vacancy, names)
    stage.tell(
        "panels",
        experts=stage.counted(ExpertAdmitted),
        panels=stage.counted(PanelDrawn),
        seats=stage.counted(PanelistSeated),
    )
    stage.tell("duties", code=code)


def two_duties(stage: Stage) -> str:
    """Somebody who checks this vacancy's files is named for its panel."""
    who = [stage.actors["verifier-1"].id, *(stage.actors[f"academic-{n}"].id for n in range(1, 3))]
    who += [stage.actors[f"practitioner-{n}"].id for n in range(1, 3)]
    kinds = ("internal", "academic", "academic", "practitioner", "practitioner")
    seats = tuple(
        DecreedSeat(panelist=one, kind=kind, pledge=PLEDGE) for one, kind in zip(who, kinds, strict=True)
    )  # fmt: skip
    return stage.refused(f"panel-{HEAD}", SeatByDecree(seats=seats), "committee")


def seat(stage: Stage, vacancy: str, names: dict[str, str]) -> None:
    """The panel of a vacancy: announced with a sealed secret, drawn with a value that came later, sworn."""
    stream, secret = f"panel-{vacancy}", f"rahasia {vacancy} (contoh)"
    announced = AnnounceDraw(
        pool_name=POOL,
        excluded=(),
        seats=PANEL,
        reserves=1,
        commit=sha256(secret.encode()).hexdigest(),
        beacon="witness-1",
    )
    stage.act(stream, announced, "secretary")
    stage.act(stream, DrawPanel(secret=secret, beacon=sha256(vacancy.encode()).hexdigest()), "secretary")
    made = drawn(stage.pipeline(stream), stream)
    for one in made.drawn:
        stage.actors[f"{vacancy}/{one}"] = stage.actors[names[one]]
    stage.all([stage.call(stream, TakeSeat(pledge=PLEDGE, label=one), names[one]) for one in made.drawn])


def drawn(pipeline: Pipeline, stream: str) -> PanelDrawn:
    """What the draw of a panel has made."""
    for one in pipeline.ledger.history(stream):
        event = codec.event_of(one)
        if isinstance(event, PanelDrawn):
            return event
    raise Astray(f"{stream}: nobody was drawn")


def replaced(stage: Stage, vacancy: str, out: str, reason: str) -> str:
    """The next reserve of the same kind steps in and signs; its label."""
    stream = f"panel-{vacancy}"
    made = drawn(stage.pipeline(stream), stream)
    into = next(one for one in made.reserves if one[0] == out[0])
    command = ReplacePanelist(out=stage.actors[f"{vacancy}/{out}"].id, in_=into, reason=reason)
    stage.by_two(stream, command, "committee", "secretary")
    name = next(f"{kind}-{int(into[2:])}" for kind, letter in LETTERS.items() if letter == into[0])
    stage.actors[f"{vacancy}/{into}"] = stage.actors[name]
    stage.act(stream, TakeSeat(pledge=PLEDGE, label=into), name)
    return into
