"""A platform with a vacancy that takes applications, and people who are signed in and ready to send: what T2 needs.

Made once through the services' own doors (only passwords are left out: nobody signs in here) and copied for every run.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bench.harness import Unfit
from services.cli.demonstration.half import PDF, SCHEME
from services.cli.platform import Platform, opened
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis
from services.intake.rounds import OpenRound
from services.intake.vacancies import PublishVacancy
from services.people.accounts import accounts, sessions
from shared.events import codec, instant
from shared.events.intake import Task
from shared.rules import packs
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Call
from shared.runtime.grants import digest_of_call
from shared.runtime.preparing import prepared
from shared.runtime.timetable import tick

AGENCY: Final = "bench"
ROUND, VACANCY, NEED = f"{AGENCY}.2027-1", f"{AGENCY}.2027-001", f"{AGENCY}.unit+post+2027"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Somebody who has everything that an application takes."""

    token: str
    application: str
    claim: str
    document: str
    mac: str

    def request(self, path: str) -> dict[str, Any]:
        """The application, to a path with a place for its id."""
        file = {"id": self.document, "mac": self.mac}
        body = {
            "vacancy": VACANCY, "kind": "general", "statements": ["benar"], "channel": "web",
            "documents": [{"requirement": "r1", "file": file, "pages": 1}],
        }  # fmt: skip
        headers = {
            "Authorization": f"Bearer {self.token}", "Application-Claim": self.claim,
            "Idempotency-Key": f"k-{self.application}", "Content-Type": "application/json",
        }  # fmt: skip
        return {
            "method": "POST", "path": path.format(id=f"{AGENCY}.{self.application}"), "headers": headers,
            "body": json.dumps(body),
        }  # fmt: skip


def made(data: Path, people: int) -> list[Ready]:
    """The folder, and who is ready."""
    with opened(data, create=True) as platform:
        _vacancy(platform)
        return _people(platform, people)


def _vacancy(platform: Platform) -> None:
    """From the analysis to a notice that is open at once."""
    office, now = _Office(platform), platform.clock()
    office.act(
        f"post-{AGENCY}.post",
        AdoptJobAnalysis(items=dict.fromkeys("abcdefghijklmno", "x"), competences=("c",), class_="7"),
    )
    task = codec.read(Task, b'{"words":"x","volume":"4800","per":"year","minutes":"60"}')
    office.act(f"need-{NEED}", ProposeNeed(analysis=1, tasks=(task,), staff=1, seats=2, pack="abk-2020-ceil"))
    office.act(f"need-{NEED}", RecommendNeed(seats=2, letter="1"))
    office.act(f"need-{NEED}", ApproveNeed(seats=2, decree="1", on=now.date()))
    office.by_two(f"round-{ROUND}", OpenRound(kind="cpns", decree="1", calendar={}, words="x"))
    office.by_two(f"vacancy-{VACANCY}", _notice(now + dt.timedelta(seconds=2)))


def _notice(opens: dt.datetime) -> Any:
    pack = packs.load("cpns-2024")
    scheme = {**SCHEME, "ties": [step.id for step in pack.ties]}
    body = {
        "round": ROUND, "unit": "unit", "post": "post", "analysis": 1, "needs": [NEED],
        "formations": [{"kind": "general", "seats": 2, "educations": ["D3"]}],
        "requirements": [{"id": "r1", "words": "x", "accepts": [], "documents": ["x"]}],
        "pack": "cpns-2024", "pack_digest": pack.digest, "scheme": scheme,
        "timeline": {"apply_from": instant(opens), "until": instant(opens + dt.timedelta(days=30))},
    }  # fmt: skip
    return codec.read(PublishVacancy, codec.dumps(body))


class _Office:
    """One who proposes and one who approves."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._number = 0

    def act(self, stream: str, command: Any, by: str = "a") -> None:
        pipeline = self._platform.intake
        (answer,) = pipeline.run([prepared(pipeline.service, pipeline.ledger, self._call(stream, command, by))])
        if answer.refused or answer.failed:
            raise Unfit(f"{type(command).__name__}: {answer}")

    def by_two(self, stream: str, command: Any) -> None:
        """Proposed, approved, done."""
        call = self._call(stream, command, "a")
        id = f"approval-{AGENCY}.{call.key}"
        self.act(id, proposed(call))
        self.act(id, Approve(digest=digest_of_call(call)), "b")
        if [answer.refused for answer in tick(self._platform.intake, self._platform.now())] != [None]:
            raise Unfit(f"{type(command).__name__} was refused after its approval")

    def _call(self, stream: str, command: Any, by: str) -> Call:
        self._number += 1
        return Call(
            stream=stream, command=command, by=by, unit=f"{AGENCY}.{by}", key=f"k{self._number}",
            received_at=self._platform.now(),
        )  # fmt: skip


def _people(platform: Platform, number: int) -> list[Ready]:
    """Persons with a session, a claimed id, a document."""
    stores, now = platform.stores, platform.clock()
    persons = {os.urandom(16).hex(): secrets.token_urlsafe(32) for _ in range(number)}
    platform.folder.keys.enrol({person: [person] for person in persons})
    with stores.store.begin() as tx:
        stores.vault.enrol(tx, {person: {} for person in persons})
        for person, token in persons.items():
            digest, at = sha256(token.encode()).digest(), instant(now)
            tx.execute(sa.insert(accounts).values(person=person, password="none", made_at=at))  # noqa: S106
            tx.execute(sa.insert(sessions).values(digest=digest, person=person, signed_in_at=at, used_at=at))
    signer, found = stores.tokens.signer(now), []
    for person, token in persons.items():
        claim = stores.claims.claim(person, ROUND, signer, now)
        file = stores.documents.add(person, [PDF], now).file
        found.append(
            Ready(token=token, application=claim.application, claim=claim.token, document=file.id, mac=file.mac)
        )
    return found
