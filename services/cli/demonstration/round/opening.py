"""From the analysis of needs to the announced result of the check: twelve vacancies in two rounds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Final

from services.cli.demonstration.round.cast import (
    HEAD,
    JPT,
    LOCAL,
    NURSES,
    SEATS,
    VACANCIES,
    Applicant,
    sign_up,
)
from services.cli.demonstration.round.notices import POSTS, local_scheme, notice
from services.cli.demonstration.round.stage import AGENCY, Stage
from services.intake.applications import (
    CheckDocuments,
    DecideCheckObjection,
    FileCheckObjection,
    SubmitApplication,
    WithdrawApplication,
)
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis
from services.intake.rounds import OpenRound
from services.intake.vacancies import AnnounceVacancy
from shared.events import codec
from shared.events.intake import (
    ApplicationsClosed,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionFiled,
    DocumentsChecked,
    Finding,
    JobAnalysisAdopted,
    RoundOpened,
    Task,
    VacancyAnnounced,
    VacancyPublished,
)
from shared.events.platform import Words
from shared.runtime.calls import Call

CHANNELS: Final = (("web", "situs resmi"), ("radio", "RRI Pauh"), ("board", "papan kantor camat"))
VERIFIERS: Final = ("verifier-1", "verifier-2", "verifier-3")
BEACON: Final = "0" * 64  # witnesses are not there yet: everybody's list is all there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """When people could apply, and who did."""

    opens: dt.datetime
    until: dt.datetime
    everybody: list[Applicant]


def needs(stage: Stage) -> None:
    """Each post analysed, its need proposed by workload, recommended, fixed."""
    items = {letter: f"butir {letter} (contoh)" for letter in "abcdefghijklmno"}
    competences = ("care", "records", "managerial", "sociocultural", "technical")
    analysis = AdoptJobAnalysis(items=items, competences=competences, class_="7")
    steps: list[list[Call]] = [[], [], [], []]
    for vacancy in VACANCIES:
        post, seats = POSTS[vacancy], SEATS[vacancy]
        need = f"need-{AGENCY}.dinkes+{post}+2027"
        task = Task(words="Melayani", volume=Decimal(1250 * seats), per="year", minutes=Decimal(60))
        steps[0].append(stage.call(f"post-{AGENCY}.{post}", analysis, "hr"))
        steps[1].append(
            stage.call(need, ProposeNeed(analysis=1, tasks=(task,), staff=0, seats=seats), "unit_head")
        )  # fmt: skip
        steps[2].append(stage.call(need, RecommendNeed(seats=seats, letter="B/118/BKN"), "hr"))
        fixed = ApproveNeed(seats=seats, decree="Kepmenpan RB 45", on=stage.today)
        steps[3].append(stage.call(need, fixed, "hr"))
    for step in steps:
        stage.all(step)
    stage.tell("needs", posts=stage.counted(JobAnalysisAdopted), seats=sum(SEATS.values()))


def publish(stage: Stage) -> tuple[dt.datetime, dt.datetime]:
    """Two rounds opened and twelve notices published, each by two persons; spread on three channels."""
    opens, until = stage.on(stage.today + dt.timedelta(days=2)), stage.on(stage.today + dt.timedelta(days=18), 0)
    for round_, kind in ((JPT, "jpt"), (LOCAL, "local")):
        command = OpenRound(kind=kind, decree="Perbup 12 (contoh)", calendar={}, words="Putaran contoh")
        stage.by_two(f"round-{round_}", command, "hr", "ppk")
    crooked = local_scheme()
    heavier = replace(crooked.stages[-1], weight=Decimal(50))
    wrong = notice(NURSES, opens, until, replace(crooked, stages=(*crooked.stages[:-1], heavier)))
    code = stage.refused(f"vacancy-{NURSES}", wrong, "hr")
    notices = [(f"vacancy-{vacancy}", notice(vacancy, opens, until)) for vacancy in VACANCIES]
    stage.all_by_two(notices, "hr", "ppk")
    spread = [
        AnnounceVacancy(channel=channel, place=place, evidence=sha256(place.encode()).hexdigest())
        for channel, place in CHANNELS
    ]
    stage.all([stage.call(f"vacancy-{vacancy}", one, "hr") for vacancy in VACANCIES for one in spread])
    later = stage.refused(f"vacancy-{NURSES}", wrong, "hr")
    stage.tell(
        "published",
        vacancies=stage.counted(VacancyPublished),
        rounds=stage.counted(RoundOpened),
        channels=stage.counted(VacancyAnnounced) // stage.counted(VacancyPublished),
    )
    stage.tell("weights", before=code, after=later)
    return opens, until


def sending(one: Applicant, vacancy: str = "") -> SubmitApplication:
    """What somebody sends."""
    wanted = vacancy or one.vacancy
    return SubmitApplication(
        vacancy=wanted,
        kind="general",
        documents=(),
        statements=("true_and_complete",),
        channel="web",
        round=JPT if wanted == HEAD else LOCAL,
    )


def is_late(one: Applicant) -> bool:
    """Whether they come after the deadline."""
    return one.vacancy != HEAD and one.number % 50 == 49


def leaves(one: Applicant) -> bool:
    """Whether they change their mind."""
    return one.vacancy != HEAD and one.number % 100 == 11


def fails(one: Applicant) -> bool:
    """Whether a paper will be found wanting."""
    return one.number % 7 == 3


def apply(stage: Stage, everybody: list[Applicant], until: dt.datetime) -> list[Applicant]:
    """Most come in time, one a second time, some late; some leave again. Who stands on the rolls."""
    sign_up(stage, everybody)
    prompt = [one for one in everybody if not is_late(one)]
    stage.all([stage.call(one.sent, sending(one), one.actor) for one in prompt])
    twice = next(one for one in prompt if one.vacancy == NURSES)
    second = stage.refused(twice.sent, sending(twice, VACANCIES[2]), twice.actor)
    left = [one for one in prompt if leaves(one)]
    stage.all([stage.call(one.sent, WithdrawApplication(reason="other_work"), one.actor) for one in left])
    stage.tell(
        "applied",
        applicants=len(everybody),
        recorded=stage.counted(ApplicationSubmitted),
        withdrawn=stage.counted(ApplicationWithdrawn),
        second=second,
    )
    stage.to(until)
    late = [one for one in everybody if is_late(one)]
    found = stage.tried([stage.call(one.sent, sending(one), one.actor) for one in late])
    stage.to(until + dt.timedelta(minutes=11))
    stage.tell(
        "closed",
        late=sum(answer.refused == "application.late" for answer in found),
        rolls=stage.counted(ApplicationsClosed),
    )
    return [one for one in prompt if not leaves(one)]


def check(stage: Stage, standing: list[Applicant]) -> list[Applicant]:
    """Three verifiers, every file, every published requirement. Who meets them, the objections counted in."""
    mine = {vacancy: VERIFIERS[n % len(VERIFIERS)] for n, vacancy in enumerate(VACANCIES)}
    for vacancy, verifier in mine.items():
        sworn = AssignVerifier(verifier=stage.actors[verifier].id, beacon=BEACON, tie_count=0, ties=())
        stage.act(f"vacancy-{vacancy}", sworn, "hr")
    stage.all([stage.call(one.sent, found(one), mine[one.vacancy]) for one in standing])
    announce(stage)
    failed = [one for one in standing if fails(one)]
    files, cited = stage.counted(DocumentsChecked), wanting(stage)
    fails_ = sum(cited.values())
    stage.tell("checked", files=files, meets=files - fails_, fails=fails_, requirement=", ".join(sorted(cited)))
    heard = object_(stage, failed)
    return [one for one in standing if not fails(one) or one in heard]


def wanting(stage: Stage) -> Counter[str]:
    """How many were found not to meet which requirement, by the events."""
    found: Counter[str] = Counter()
    for page in stage.pipelines["intake"].ledger.read():
        for one in page:
            event = codec.event_of(one)
            if isinstance(event, DocumentsChecked) and not event.meets:
                found.update(finding.requirement for finding in event.findings if finding.result != "met")
    return found


def found(one: Applicant, *, mended: bool = False) -> CheckDocuments:
    """A finding for every published requirement; who fails does so by S3."""
    wanting = fails(one) and not mended
    findings = (
        Finding(requirement="S1", result="met", reason="seen"),
        Finding(requirement="S2", result="met", reason="seen"),
        Finding(
            requirement="S3", result="not_met" if wanting else "met", reason="expired" if wanting else "seen"
        ),
    )  # fmt: skip
    return CheckDocuments(findings=findings, facts={"kind": "general", "education": "d3"})


def announce(stage: Stage) -> None:
    """The committee says who meets the requirements; three days to object."""
    for vacancy in VACANCIES:
        stage.act(f"vacancy-{vacancy}", AnnounceCheck(), "committee")


def object_(stage: Stage, failed: list[Applicant]) -> list[Applicant]:
    """Six object; half of them were misread, and two persons say so."""
    asking = [one for one in failed if one.vacancy == NURSES][:6]
    for one in asking:
        said = stage.platform.stores.vault.add(one.person, b"STR saya masih berlaku (contoh)")
        stage.act(one.sent, FileCheckObjection(announcement=1, requirement="S3", words=said), one.actor)
    upheld, refused = asking[: len(asking) // 2], asking[len(asking) // 2 :]
    for one in upheld:
        stage.by_two(one.sent, answer(stage, one, upheld=True), "committee", "ppk")
    for one in refused:
        stage.act(one.sent, answer(stage, one, upheld=False), "committee")
    stage.to(stage.on(stage.today + dt.timedelta(days=4)))
    stage.act(f"vacancy-{NURSES}", AnnounceCheck(), "committee")
    stage.to(stage.on(stage.today + dt.timedelta(days=4)))
    stage.tell("heard", objections=stage.counted(CheckObjectionFiled), upheld=len(upheld))
    return upheld


def answer(stage: Stage, one: Applicant, *, upheld: bool) -> DecideCheckObjection:
    """The committee's answer, in words that lie in the person's vault."""
    said: Words = stage.platform.stores.vault.add(one.person, b"Berkas diperiksa ulang (contoh)")
    return DecideCheckObjection(
        upheld=upheld,
        reason="misread" if upheld else "expired",
        words=said,
        fault="verifier" if upheld else "applicant",
        findings=found(one, mended=True).findings if upheld else None,
    )
