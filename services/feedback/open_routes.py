"""What is said by people whom no record may name, and what they need for it: codes, ballots, papers, coworkers'
answers, complaints, an officer's consent.

None of these bodies is logged, kept with a time, or answered with anything that leads back to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field

from services.feedback import ballots, coworkers
from services.feedback.complaints import KINDS, FileComplaint, check_place
from services.feedback.evaluations import AgreePlan
from services.feedback.examples import EXAMPLES
from services.feedback.periods import day_named, period
from services.feedback.prepared import keep_consent
from services.feedback.routes import PREFIX, Everybody, Said
from services.feedback.surveys import MOST
from shared.events import NotFound, Refused, instant, streams
from shared.events.platform import Words
from shared.runtime.calls import Call
from shared.runtime.http.acts import PROBLEMS, Id
from shared.runtime.http.bodies import Strict, StrictRoute, command_of, shape_of
from shared.runtime.http.rules import OWN, Rule
from shared.runtime.http.site import Here, allowed, by_id
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline

COUNTER: Final = Rule(roles=frozenset({"counter"}), of="unit")
KEYING: Final = Rule(roles=frozenset({"counter"}))
COWORKER: Final = Rule(roles=frozenset({"coworker", "officer"}), of="agency")

Answers = Annotated[dict[str, Annotated[int, Field(ge=1, le=4)]], Field(min_length=7, max_length=9)]
Code = Annotated[str, Field(pattern=r"^[2-9A-HJ-NP-Za-hj-np-z]{12}$", examples=["7KQ2M9XWPT4C"])]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
NINE: Final = {f"u{n}": 3 for n in range(1, 10)}
SEVEN: Final = {f"b{n}": 2 for n in range(1, 8)}


class Ballot(Strict):
    """Nine answers from 1 to 4 under a visit's code, and perhaps words."""

    code: Code
    answers: Answers = Field(examples=[NINE])
    words: Text | None = Field(None, examples=["Antrean obat terlalu lama."])


class Paper(Strict):
    """One of two keyings of a paper, by the code that is printed on it."""

    code: Code
    answers: Answers = Field(examples=[NINE])


class Review(Strict):
    """Seven answers from 1 to 3 about a coworker, and perhaps words."""

    answers: Answers = Field(examples=[SEVEN])
    words: Text | None = None


class Complaint(Strict):
    """What is complained of: a unit's service, of what kind, in words."""

    unit: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=100, examples=["pauh.dinkes.pkm-03"])
    service: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["poli-umum"])
    kind: str = Field(pattern=f"^({'|'.join(KINDS)})$", examples=["delay"])
    words: Text = Field(examples=["Menunggu empat jam tanpa kabar."])


class Wanted(Strict):
    """How many codes."""

    n: int = Field(ge=1, le=MOST, examples=[40])


class Minted(Said):
    """New codes to print, with the digest of each, which `issue-codes` names. They are kept nowhere."""

    codes: list[str]
    digests: list[str]


class Kept(Said):
    """It lies in the box, and enters the ledger with others, dated by the day alone."""

    kept: bool


class Filed(Said):
    """The number under which a complaint is answered."""

    complaint: str


CONSENT: Final[dict[str, Any]] = {"requestBody": {"content": {"application/json": {"example": EXAMPLES[AgreePlan]}}}}


def is_of_period(stream: str) -> bool:
    """Whether a stream's name is an officer's (or whoever's) with a period."""
    parts = streams.parts(stream)
    return len(parts) == 2 and period(parts[1]) is not None


def router(pipeline: Pipeline, words: Callable[[str | None, str], Words]) -> APIRouter:
    """The routes. Bodies of commands are shaped as elsewhere."""
    made = APIRouter(prefix=PREFIX, route_class=StrictRoute, responses=PROBLEMS)
    routes = OpenRoutes(pipeline=pipeline, words=words)
    for path, tag, handler, summary in (
        ("/ballots", "ballot", routes.ballot, "Answer a survey"),
        ("/papers", "ballot", routes.paper, "Key a paper"),
        ("/survey/{id}/codes", "survey", routes.codes, "Make codes"),
        ("/review/{id}/give", "review", routes.review, "Answer about a coworker"),
        ("/complaints", "complaint", routes.complain, "File a complaint"),
        ("/evaluation/{id}/consent", "evaluation", _consenting(pipeline), "Agree to a plan"),
    ):
        said = CONSENT if path.endswith("/consent") else None
        made.add_api_route(path, handler, methods=["POST"], tags=[tag], summary=summary, openapi_extra=said)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoutes:
    """The handlers. `words` keeps words in the vault: a person's, or nobody's."""

    pipeline: Pipeline
    words: Callable[[str | None, str], Words]

    def ballot(self, here: Here, _: Everybody, body: Ballot) -> Kept:
        """Spends a visit's code for nine answers. A code that is unknown, used or too old is refused alike."""
        ballots.check(self.pipeline.ledger, body.code, body.answers, here.clock())
        kept = None if body.words is None else self.words(None, body.words)
        ballots.spend(self.pipeline.ledger, body.code, body.answers, here.clock(), words=kept)
        return Kept(kept=True)

    def paper(self, here: Here, principal: Annotated[Principal, allowed(KEYING)], body: Paper) -> Kept:
        """One of two keyings, by two people; it counts where they agree, and returns where they differ."""
        made = ballots.key_paper(self.pipeline.ledger, principal.subject, body.code, body.answers, here.clock())
        return Kept(kept=made)

    def codes(self, _: Annotated[Principal, allowed(COUNTER, by_id)], id: Id, body: Wanted) -> Minted:
        """Codes for the visits of a day, which are handed out once their digests are sent to `issue-codes`."""
        day = day_named(id.rpartition("+")[2])
        if day is None:
            raise NotFound(id)
        codes = ballots.minted(body.n)
        return Minted(codes=list(codes), digests=[ballots.digest_of(code, day) for code in codes])

    def review(
        self, here: Here, principal: Annotated[Principal, allowed(COWORKER, by_id)], id: Id, body: Review
    ) -> Kept:  # fmt: skip
        """One's answers about somebody, once, if one was drawn."""
        coworker = f"{id.partition('.')[0]}.{principal.subject}"
        coworkers.check(self.pipeline.ledger, coworker, id, body.answers, here.clock())
        kept = None if body.words is None else self.words(None, body.words)
        coworkers.give(self.pipeline.ledger, coworker, id, body.answers, here.clock(), words=kept)
        return Kept(kept=True)

    def complain(self, here: Here, principal: Everybody, body: Complaint) -> Filed:
        """By anybody; whoever is signed in stays the one who may ask about it."""
        id = f"{body.unit.partition('.')[0]}.{secrets.token_hex(16)}"
        check_place(body.unit, body.service)  # before any words are kept
        by = None if principal is None else principal.subject
        words = self.words(by, body.words)
        command = FileComplaint(unit=body.unit, service=body.service, kind=body.kind, words=words)
        arrived, key = instant(here.clock()), secrets.token_hex(16)
        call = Call(stream=f"complaint-{id}", command=command, by=by or "citizen", key=key, received_at=arrived)
        answer = self.pipeline.behind([call])[0]
        if answer.refused is not None:
            raise Refused(answer.refused)
        return Filed(complaint=id)


def _consenting(pipeline: Pipeline) -> Any:
    """A handler with the plan's own shape: what the officer agrees to is what the head then sends."""
    shape: Any = shape_of(AgreePlan)

    def consent(principal: Annotated[Principal, allowed(OWN)], id: Id, body: shape) -> Kept:
        """The officer's half of a plan: the same body that the head sends to `agree-plan`."""
        stream = f"evaluation-{id}"
        if streams.ident(stream).partition(".")[2] != principal.subject or not is_of_period(stream):
            raise NotFound(id)
        command = command_of(AgreePlan, body.model_dump(mode="json", by_alias=True, exclude_none=True))
        with pipeline.ledger.writer.begin() as tx:
            keep_consent(tx, stream, command)
        return Kept(kept=True)

    consent.__annotations__["body"] = shape
    return consent
