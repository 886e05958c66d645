"""What an application that was sent means to people: its documents are cited for ever, its draft is gone. Both follow
from intake's events, so that a crash between the two loses neither.

Then what a house tells its services of one another: whose documents and words are whose, who reads which file.
"""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from services.cli.platform import Platform
from services.cli.serving import House
from services.intake.applications import SubmitApplication
from services.intake.checking import AssignVerifier
from services.intake.service import INTAKE
from services.intake.vacancies import CloseApplications
from services.people import documents, sent
from services.people.documents import ORPHANED, UNDER_WAY, Document
from services.people.sent import SENT
from shared.events import Forked, NotFound, Recorded, Refused, codec
from shared.events.intake import ApplicationSubmitted, ApplicationWithdrawn, SubmittedDocument
from shared.events.platform import Words
from shared.ledger.store import utc
from shared.runtime import subscription
from shared.runtime.calls import Call
from shared.runtime.identity import Principal
from shared.runtime.preparing import prepared
from shared.runtime.subscription import checkpoints
from tests.domain.notices import ROUND, VACANCY
from tests.faults.office import AGENCY, MARCH, Office, Person, found
from tests.services.intake_world import Clock
from tests.services.people_world import NOW, People, pdf, people

DAY: Final = dt.timedelta(days=1)
CLOSED: Final = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)  # behind the deadline
ABOUT: Final = "vacancy-pauh.2027-014"


# --- the view -----------------------------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    made = people(tmp_path)
    yield made
    made.folder.close()


def draft(world: People, person: str, about: str = ABOUT, *ids: str) -> None:
    world.drafts.save(person, about, b"{}", seen=0, now=NOW, deadline=NOW + 60 * DAY, documents=ids)


def cited(world: People, *ids: str) -> list[bool]:
    with world.store.begin() as tx:
        chosen = sa.select(documents.documents.c.id, documents.documents.c.cited)
        rows = {row.id: row.cited for row in tx.execute(chosen)}
    return [rows[id] for id in ids]


def event(person: str, *ids: str, vacancy: str = "pauh.2027-014") -> Any:
    files = tuple(SubmittedDocument(requirement="r1", file=Words(id=id, mac=""), pages=1) for id in ids)
    return ApplicationSubmitted(
        vacancy=vacancy, applicant=person, kind="general", statements=(), deadline=0, channel="web", documents=files
    )


def recorded(*events: Any) -> list[Recorded]:
    made = []
    for position, one in enumerate(events):
        name, data = codec.encode(one)
        made.append(
            Recorded(
                shard="main", position=position, stream=f"application-pauh.{position}", version=0, type=name,
                recorded_at="", received_at=None, actor=None, causation=None, correlation=None, data=data.decode(),
                leaf=b"", previous_leaf=b"",
            )
        )  # fmt: skip
    return made


def follow(world: People, *events: Any) -> None:
    with world.store.begin() as tx:
        SENT.apply(tx, recorded(*events))


def test_what_was_sent_is_cited_and_its_draft_is_gone_and_nothing_else_changes(world: People) -> None:
    one, other = world.person("5b" * 16), world.person("6c" * 16)
    first, second, spare = (world.documents.add(one, [pdf()], NOW).file.id for _ in range(3))
    theirs = world.documents.add(other, [pdf()], NOW).file.id
    for person in (one, other):
        for about in (ABOUT, "vacancy-pauh.2027-015"):
            draft(world, person, about)
    follow(world, event(one, first, second))
    assert cited(world, first, second, spare, theirs) == [True, True, False, False]
    assert (world.drafts.of(one), world.drafts.of(other)) == (
        ["vacancy-pauh.2027-015"],
        [ABOUT, "vacancy-pauh.2027-015"],
    )


def test_many_are_followed_at_once_and_again_without_harm(world: People) -> None:
    persons = [world.person(f"{n:032x}") for n in range(5)]
    ids = [world.documents.add(one, [pdf()], NOW).file.id for one in persons]
    for one in persons:
        draft(world, one)
    sent_ = [event(one, id) for one, id in zip(persons[:4], ids[:4], strict=True)]
    for _ in range(2):
        follow(world, *sent_, ApplicationWithdrawn(reason="other_work"))
        assert cited(world, *ids) == [True] * 4 + [False]
        assert [world.drafts.of(one) for one in persons] == [[]] * 4 + [[ABOUT]]


def test_an_application_without_papers_ends_its_draft_all_the_same(world: People) -> None:
    one = world.person()
    draft(world, one)
    follow(world, event(one))
    assert world.drafts.of(one) == []


def test_other_events_and_unknown_documents_change_nothing(world: People) -> None:
    one = world.person()
    id = world.documents.add(one, [pdf()], NOW).file.id
    draft(world, one)
    follow(world, ApplicationWithdrawn(reason="other_work"))
    follow(world, event("9" * 32, "0" * 32))
    assert (cited(world, id), world.drafts.of(one)) == ([False], [ABOUT])


def test_it_has_no_tables_of_its_own() -> None:
    """It changes those of others: made anew from no checkpoint, it says the same again."""
    assert (SENT.name, SENT.tables, SENT.apply) == ("sent", (), sent.follow)


def test_a_document_that_an_event_is_about_to_cite_is_not_collected_meanwhile(world: People) -> None:
    """However old it is: the word for it holds for ten minutes."""
    one, later = world.person(), NOW + ORPHANED + DAY
    id = world.documents.add(one, [pdf()], NOW).file.id
    world.documents.vouch(one, [id], later)
    assert world.documents.collect((), later) == 0
    assert world.documents.collect((), later + UNDER_WAY - dt.timedelta(microseconds=1)) == 0
    assert world.documents.read(one, id)
    assert world.documents.collect((), later + UNDER_WAY) == 1


# --- a crash in between -------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return found(tmp_path / "data", people=2, papers=True)


@contextmanager
def process(office: Office, now: dt.datetime = MARCH) -> Iterator[House]:
    """A platform that is opened, with nothing that runs beside it."""
    with office.opened(Clock(now)) as platform:
        yield House(platform)


def prepare(platform: Platform, one: Person) -> Document:
    """A document and a draft that holds it."""
    stores = platform.stores
    made = stores.documents.add(one.id, [pdf()], MARCH)
    stores.drafts.save(
        one.id, ABOUT, b"{}", seen=0, now=MARCH, deadline=MARCH + 60 * DAY, documents=[made.file.id]
    )  # fmt: skip
    return made


def apply(platform: Platform, one: Person, paper: Document) -> None:
    """The application is in the ledger, durably; nobody has followed it yet."""
    document = SubmittedDocument(requirement="r1", file=paper.file, pages=paper.pages)
    command = SubmitApplication(
        vacancy=VACANCY, kind="general", documents=(document,), statements=("truth",), channel="web", round=ROUND
    )
    stream = f"application-{AGENCY}.{one.application}"
    call = Call(stream=stream, command=command, by=one.id, key="k", received_at=platform.now())
    (answer,) = platform.intake.run([call])
    assert (answer.refused, answer.events) == (None, 1)


def test_what_was_sent_before_a_crash_is_cited_before_anything_is_collected(office: Office) -> None:
    """The follower died before it had followed; a week later another process collects first of all."""
    applied, idle = office.people
    with process(office) as house:
        paper, spare = prepare(house.platform, applied), house.platform.stores.documents.add(idle.id, [pdf()], MARCH)
        apply(house.platform, applied, paper)
        assert house.platform.stores.drafts.of(applied.id) == [ABOUT]  # nobody has followed
        house.platform.stores.drafts.sent(applied.id, ABOUT)  # and the draft holds it no longer
    later = MARCH + ORPHANED + DAY
    with process(office, later) as house:
        stores = house.platform.stores
        house.collect()
        assert [one.file.id for one in stores.documents.of(applied.id)] == [paper.file.id]
        assert stores.documents.read(applied.id, paper.file.id) == pdf()
        with pytest.raises(Refused, match=r"document\.cited"):
            stores.documents.remove(applied.id, paper.file.id, later)
        assert stores.documents.of(idle.id) == []
        assert spare.file.id != paper.file.id
        house.collect()
        assert len(stores.documents.of(applied.id)) == 1


def test_a_draft_that_was_sent_before_a_crash_is_gone_after_it(office: Office) -> None:
    applied, idle = office.people
    with process(office) as house:
        apply(house.platform, applied, prepare(house.platform, applied))
        prepare(house.platform, idle)
    with process(office) as house:
        house.collect()
        drafts = house.platform.stores.drafts
        assert (drafts.of(applied.id), drafts.of(idle.id)) == ([], [ABOUT])


def test_where_the_follower_had_come_further_it_is_not_followed_twice(office: Office) -> None:
    applied, _ = office.people
    with process(office) as house:
        apply(house.platform, applied, prepare(house.platform, applied))
        size = house.platform.intake.ledger.size()
        assert house.platform.sent.catch_up(house.platform.intake.ledger).size == size
        prepare(house.platform, applied)  # a new draft of the same, behind it
        house.collect()
        assert house.platform.stores.drafts.of(applied.id) == [ABOUT]
        assert house.platform.sent.catch_up(house.platform.intake.ledger).size == size


def test_nothing_is_collected_beside_a_ledger_with_another_past(office: Office) -> None:
    """Restored from an older copy, it does not tell what is cited."""
    _, idle = office.people
    with process(office) as house:
        spare = house.platform.stores.documents.add(idle.id, [pdf()], MARCH)
        house.collect()
        ahead = sa.update(checkpoints).where(checkpoints.c.view == subscription.name_of(SENT)).values(size=10_000)
        with house.platform.stores.store.begin() as tx:
            tx.execute(ahead)
    with process(office, MARCH + ORPHANED + DAY) as house:
        with pytest.raises(Forked):
            house.collect()
        assert [one.file for one in house.platform.stores.documents.of(idle.id)] == [spare.file]


# --- what services are told of one another ------------------------------------------------------------------------


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    with process(office) as made:
        yield made


def test_people_vouch_for_documents_as_they_are(office: Office, house: House) -> None:
    """Ones own, with these bytes, so many pages, in this order."""
    one, other = office.people
    papers = [prepare(house.platform, person) for person in (one, other)]
    mine, theirs = (SubmittedDocument(requirement="r1", file=p.file, pages=p.pages) for p in papers)
    house.vouch(one.id, [])
    house.vouch(one.id, [mine])
    wrong = (
        [theirs], [mine, theirs], [replace(mine, pages=2)], [replace(mine, file=Words(id=mine.file.id, mac="0" * 64))],
        [replace(mine, file=Words(id=mine.file.id, mac=theirs.file.mac))],
    )  # fmt: skip
    for cited_ in wrong:
        with pytest.raises(NotFound):
            house.vouch(one.id, cited_)


def test_words_are_ones_own(office: Office, house: House) -> None:
    one, other = office.people
    words = house.platform.stores.vault.add(one.id, b"Ijazah saya sudah dilegalisasi.")
    house.own_words(one.id, words)
    for person, said in ((other.id, words), (one.id, Words(id="0" * 32, mac=words.mac))):
        with pytest.raises(NotFound):
            house.own_words(person, said)


def test_documents_of_an_application_are_those_that_it_was_sent_with(office: Office, house: House) -> None:
    one, other = office.people
    paper = prepare(house.platform, one)
    apply(house.platform, one, paper)
    assert list(house.documents_of(f"{AGENCY}.{one.application}")) == [paper.file.id]
    assert list(house.documents_of(f"{AGENCY}.{other.application}")) == []


def test_a_file_is_read_by_whom_it_was_given_to_and_by_nobody_else(office: Office, house: House) -> None:
    """A verifier who is sworn to the vacancy; not a colleague, not the applicant, not for a file that is not there."""
    one, _ = office.people
    apply(house.platform, one, prepare(house.platform, one))
    file, sworn, colleague = f"{AGENCY}.{one.application}", "c3" * 16, "d4" * 16
    assign = AssignVerifier(verifier=sworn, beacon="0" * 64, tie_count=0, ties=())
    house.platform.clock.now = CLOSED  # type: ignore[attr-defined]
    for command, by in ((CloseApplications(), "system:timetable"), (assign, office.officials["hr"].id)):
        said = {"stream": f"vacancy-{VACANCY}", "command": command, "key": f"{command}"[:40]}
        call = Call(**said, by=by, received_at=house.platform.now())  # type: ignore[arg-type]
        assert [
            one.refused for one in house.platform.intake.run([prepared(INTAKE, house.platform.intake.ledger, call)])
        ] == [None]

    def reads(who: str, unit: str = "pauh.verifikasi", *roles: str, of: str = file) -> bool:
        held = frozenset(roles or ("verifier",))
        return house.may_read(Principal(subject=who, roles=held, unit=unit, authenticated_at=""), of)

    assert reads(sworn)
    assert not reads(colleague)
    assert not reads(office.people[1].id, "", "applicant")
    assert not reads(sworn, of=f"{AGENCY}.{'0' * 32}")


def test_a_clock_that_was_moved_wakes_every_timetable(office: Office, house: House) -> None:
    before = [one._woken for one in house.timetables.values()]
    house.wake()
    assert [one._woken for one in house.timetables.values()] == [n + 1 for n in before]
    assert set(house.timetables) == set(house.pipelines) == {"people", "intake", "selection", "training", "feedback"}


def test_what_runs_beside_the_requests_ends_with_them(office: Office) -> None:
    """Uses of sessions are written down at the end; what was sent is followed while it runs."""
    before = {one.name for one in threading.enumerate()}
    with office.opened(utc) as platform:
        with House(platform).running():
            running = {one.name for one in threading.enumerate()} - before
        left = {one.name for one in threading.enumerate()} - before
    assert {"pipeline-intake", "timetable-intake", "follower-intake", "chores"} <= running
    assert left & running == set()
