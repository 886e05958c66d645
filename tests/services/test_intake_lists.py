"""What intake computes beside the lock: the notice's key, the roll, lists of a check; and what no request may say."""

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from services.intake import lists, views
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.rounds import CloseRound
from services.intake.service import INTAKE
from services.intake.vacancies import CloseApplications, PublishVacancy
from shared.events import Damaged, instant
from shared.events.intake import CheckResultAnnounced, Tie, VerifierAssigned
from shared.events.platform import ListDigest
from shared.ledger import merkle
from shared.runtime.approvals import Propose, proposed
from shared.runtime.calls import authored_fields, prepared_fields
from shared.runtime.preparing import prepared
from tests.domain import test_applications as person
from tests.domain import test_notices as vacancy
from tests.domain import test_rounds as round_
from tests.domain.notices import PUBLISH, UNTIL, VACANCY, at
from tests.services import intake_world
from tests.services.intake_world import NOTICE, ROUND_, Agency, alias, file, ident, roll_row, root

FORGED = ListDigest(rows=1, root="f" * 64)
ASSIGN = AssignVerifier(verifier=person.VERIFIER, beacon="w:1", tie_count=0, ties=())


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    with intake_world.agency(tmp_path / "data") as made:
        yield made


def checked(agency: Agency, *meets: int, of: int = 4) -> None:
    """So many applied, the vacancy is closed and a verifier sworn; everybody's file is decided."""
    agency.pipeline.run(agency.submit(n) for n in range(of))
    agency.close()
    agency.must(NOTICE, ASSIGN)
    for n in range(of):
        findings = person.MET if n in meets else person.EXPIRED
        agency.must(file(n), replace(person.CHECK, findings=findings), by=person.VERIFIER)
    agency.clock.now = at(2027, 3, 31, 2)


def announced(agency: Agency) -> list[CheckResultAnnounced]:
    return agency.happened(CheckResultAnnounced)


def test_a_notice_carries_the_digest_of_its_own_key(agency: Agency) -> None:
    """Not the one that a proposal brought."""
    secret = agency.secret(f"vacancy-key-{VACANCY}")
    assert intake_world.published(agency).key == sha256(b"merit/key/v1\n" + secret).hexdigest() != PUBLISH.key
    again = agency.call(NOTICE, replace(PUBLISH, analysis=1))
    assert agency.one(again) == agency.act(NOTICE, replace(PUBLISH, analysis=1))
    assert agency.one(again).refused is None


def test_a_proposal_brings_no_key(agency: Agency) -> None:
    call = agency.raw(NOTICE, PUBLISH)
    honest = proposed(call)
    assert '"key":""' in honest.body
    assert proposed(replace(call, command=replace(PUBLISH, key="f" * 64))) == honest
    forged = Propose(act=honest.act, on=honest.on, body=honest.body.replace('"key":""', f'"key":"{"f" * 64}"'))
    assert agency.act("approval-pauh.X", forged).refused == "command.unreadable"


def test_the_roll_is_what_anybody_computes_by_hand(agency: Agency) -> None:
    """transparency 3.4: rows by alias, both streams of one person in one hash, the root of RFC 6962."""
    papua = replace(person.SEND, kind="papua")
    agency.pipeline.run(agency.submit(n) for n in range(5))
    assert agency.one(agency.raw(file(5), papua, by="person-5")).refused == "application.kind"
    agency.must(file(3), person.LEAVE, by="person-3")
    rows = [roll_row(agency, n) for n in (0, 1, 2, 4)]
    made = agency.close()
    assert (made.roll.rows, made.roll.root) == (4, root(rows))
    assert made.roll.head == tuple(sorted(rows, key=lambda row: row["alias"]))
    assert (made.submitted, made.abandoned, agency.state()) == ({"general": 4}, {}, "closed")
    assert made.as_of == agency.pipeline.ledger.size() - 1
    agency.assert_whole()


def test_a_vacancy_for_which_nobody_applied_is_closed_with_an_empty_roll(agency: Agency) -> None:
    made = agency.close()
    assert made.roll == ListDigest(rows=0, root=sha256(b"").hexdigest(), head=())
    assert made.submitted == {}


def test_a_long_list_shows_its_first_rows_alone() -> None:
    rows = [{"alias": f"{n:012}"} for n in range(merkle.HEAD + 1)]
    assert lists.digest_of(iter(rows)) == merkle.list_digest(rows)


def test_every_list_is_in_the_order_of_its_aliases(agency: Agency) -> None:
    """The order of applications would be theirs by id: whoever knows an id would know the row."""
    more = range(6, 36)
    agency.folder.keys.enrol({f"holder-{n}": [ident(n)] for n in more})
    named = [f"pauh.{ident(n)}" for n in more]
    aliases = sorted(alias(agency, n) for n in more)
    for make in (lists.names_of, lists.roll_of):
        made = make(agency.folder.keys, VACANCY, named)
        assert [row["alias"] for row in made.head or ()] == aliases


def test_a_verifiers_list_is_what_stands_without_ties(agency: Agency) -> None:
    agency.pipeline.run(agency.submit(n) for n in range(4))
    agency.close()
    agency.must(file(0), person.LEAVE, by="person-0")
    tied = replace(ASSIGN, tie_count=1, ties=(Tie(application=ident(1), kind="teacher"),))
    agency.must(NOTICE, replace(tied, list=FORGED))
    agency.must(NOTICE, replace(ASSIGN, verifier="verifier-2"))
    first, second = (event.list for event in agency.happened(VerifierAssigned))
    assert [row["alias"] for row in first.head] == sorted(alias(agency, n) for n in (2, 3))
    assert (first.rows, first.root) == (2, root([{"alias": alias(agency, n)} for n in (2, 3)]))
    assert second.rows == 3
    assert agency.todo(person.VERIFIER) == sorted(f"pauh.{ident(n)}" for n in (2, 3))
    assert agency.todo("verifier-2") == sorted(f"pauh.{ident(n)}" for n in (1, 2, 3))
    assert agency.todo("verifier-2", most=1) == agency.todo("verifier-2")[:1]
    agency.must(file(2), person.CHECK, by=person.VERIFIER)
    assert agency.todo(person.VERIFIER) == [f"pauh.{ident(3)}"]
    agency.assert_whole()
    agency.by_two(NOTICE, vacancy.CANCEL)
    agency.tick()
    assert (agency.state(), agency.todo("verifier-2")) == ("cancelled", [])


def test_what_is_announced_is_what_was_decided(agency: Agency) -> None:
    checked(agency, 0, 2)
    agency.must(file(3), person.LEAVE, by="person-3")
    agency.must(NOTICE, AnnounceCheck(words="Hasil", meets=FORGED, fails=7, as_of=1, inputs=1))
    (made,) = announced(agency)
    assert (made.meets.rows, made.fails, made.words) == (2, 1, "Hasil")
    assert made.meets.root == root([{"alias": alias(agency, n)} for n in (0, 2)])
    assert made.as_of == agency.pipeline.ledger.size() - 1
    agency.assert_whole()


def test_the_same_request_again_gets_its_first_answer_although_its_lists_would_be_others(agency: Agency) -> None:
    checked(agency, 0)
    first = agency.act(NOTICE, AnnounceCheck(words="Hasil"), key="once")
    assert first.events == 1
    agency.must(file(1), person.OBJECT, by="person-1")
    agency.by_two(file(1), person.UPHOLD)
    agency.tick()
    agency.clock.now = at(2027, 4, 5, 2)
    again = agency.act(NOTICE, AnnounceCheck(words="Hasil"), key="once")
    assert again == first._replace(repeated=True)
    unprepared = agency.one(agency.raw(NOTICE, AnnounceCheck(words="Hasil", meets=FORGED), key="once"))
    assert unprepared == again
    assert agency.act(NOTICE, AnnounceCheck(words="Lain"), key="once").refused == "key.other_body"
    agency.must(NOTICE, AnnounceCheck(words="Hasil"))
    assert [(made.version, made.meets.rows, made.fails) for made in announced(agency)] == [(1, 1, 3), (2, 2, 2)]


def test_a_check_that_was_overtaken_is_prepared_anew(agency: Agency) -> None:
    checked(agency, 0)
    call = agency.call(NOTICE, AnnounceCheck())
    agency.must(file(3), person.LEAVE, by="person-3")
    assert agency.one(call).refused == "check.stale"
    assert agency.one(prepared(INTAKE, agency.pipeline.ledger, call)).refused is None


def test_what_is_not_ready_is_refused_by_its_rule(agency: Agency) -> None:
    """No list is made for it, whatever the request says."""
    for command in (ASSIGN, AnnounceCheck()):
        assert agency.act(NOTICE, command).refused == "vacancy.still_open"
        assert agency.act("vacancy-pauh.no", command).refused == "vacancy.unknown"
    forged = agency.call(NOTICE, CloseApplications(roll=FORGED, as_of=99, submitted={"general": 1}, abandoned={"x": 1}))
    assert (forged.command.roll.rows, forged.command.abandoned) == (0, None)
    assert agency.one(forged).refused == "vacancy.not_due"
    agency.close()
    assert agency.call(NOTICE, CloseApplications(roll=FORGED)).command == CloseApplications()
    unprepared = [agency.one(agency.raw(NOTICE, command)).refused for command in (ASSIGN, AnnounceCheck())]
    assert unprepared == ["verifier.list", "check.stale"]


def test_no_roll_is_made_under_another_key_or_without_somebody(agency: Agency) -> None:
    """The keys were lost and made anew, or a person's id is nobody's: the timer waits, and shows."""
    agency.pipeline.run(agency.submit(n) for n in range(2))
    store = agency.folder.keys._store
    with store.begin() as tx:
        tx.exec_driver_sql("UPDATE ids SET holder = 'nobody' WHERE id = ?", (ident(1),))
    agency.clock.now = intake_world.CLOSING
    with pytest.raises(Damaged, match="nobody behind 1 applications"):
        agency.call(NOTICE, CloseApplications())
    assert [answer.failed for answer in agency.tick()] == [True]
    with store.begin() as tx:
        tx.exec_driver_sql("DELETE FROM holders WHERE holder LIKE 'vacancy-key-%'")
    for _ in range(2):
        with pytest.raises(Damaged, match="another key of pauh"):
            agency.call(NOTICE, CloseApplications())
        agency.folder.keys.vacancy_digest(VACANCY)  # made anew by somebody
    assert (agency.troubles(), agency.state()) == ([("failed", 1)], "open")


def test_whoever_puts_the_services_together_says_which_seats_are_undecided(tmp_path: Path) -> None:
    def asked(ledger: Any, call: Any) -> CloseRound:
        return replace(call.command, undecided=("pauh.2027-014+general+1",))  # type: ignore[no-any-return]

    whole = replace(INTAKE, prepare={**INTAKE.prepare, CloseRound: asked})
    with intake_world.agency(tmp_path / "data", service=whole) as agency:
        agency.close()
        assert agency.act(ROUND_, round_.CLOSE).refused == "round.seat_undecided"
        closing = agency.raw(ROUND_, replace(round_.CLOSE, undecided=("x",)))
        assert agency.one(prepared(INTAKE, agency.pipeline.ledger, closing)).refused is None


@pytest.mark.parametrize("kind", [*INTAKE.prepare, CloseRound])
def test_what_is_prepared_has_a_default_and_no_request_brings_it(kind: Any) -> None:
    given = {item.name: item.default for item in dataclasses.fields(kind)}
    assert prepared_fields(kind)
    assert all(given[name] is not dataclasses.MISSING for name in prepared_fields(kind))
    assert not set(authored_fields(kind)) & {*prepared_fields(kind), "by", "at", "id", "ok"}


def test_what_a_request_may_bring() -> None:
    assert authored_fields(CloseApplications) == ()
    assert authored_fields(AnnounceCheck) == ("words",)
    assert authored_fields(AssignVerifier) == ("verifier", "beacon", "tie_count", "ties")
    assert "key" not in authored_fields(PublishVacancy)


def test_a_person_sees_what_was_sent_and_nobody_elses(agency: Agency) -> None:
    agency.pipeline.run(agency.submit(n) for n in range(2))
    with agency.pipeline.ledger.reader.begin() as tx:
        (own,) = views.of_applicant(tx, "person-1")
        assert views.of_applicant(tx, "person-9") == []
    assert (own["application"], own["vacancy"], own["state"]) == (f"pauh.{ident(1)}", VACANCY, "submitted")
    assert (own["notice"], own["until"], own["announced"]) == ("open", instant(UNTIL), 0)
