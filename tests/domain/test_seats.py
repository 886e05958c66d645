"""A seat from its offer to its decree: the next in rank or a public reason, one holder, nobody steps in once the number
is fixed (domain.md 3 to 4a; TEST 15, 16, 34, 35; BKN 14/2018; PP 11/2017 art. 127)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.selection import seats
from services.selection.decrees import Appoint, FixEmployeeNumber, RevokeAppointment
from services.selection.offers import OfferAppointment
from services.selection.opinions import RecordOpinion
from services.selection.place_facts import NO_PLACES, Places, fold_places, places_key
from services.selection.seats import (
    AcceptOffer,
    DeclineOffer,
    Facts,
    LapseOffer,
)
from shared.events import Refused, codec
from shared.events.platform import AttemptRefused, ListDigest
from shared.events.selection import (
    AppointmentOffered,
    AppointmentRevoked,
    CandidateAppointed,
    Departure,
    EmployeeNumberFixed,
    ExternalOpinionRecorded,
    OfferAccepted,
    OfferDeclined,
    RankedRow,
    RankingFixed,
    RankingPublished,
    SelectionCancelled,
    SelectionOpened,
)
from shared.rules import packs
from tests.domain.specification import Specification

VACANCY = "pauh.2027-014"
SELECTION = f"selection-{VACANCY}"
DAY = dt.date(2027, 3, 1)
NOW = "2027-03-01T02:00:00.000000Z"
UNTIL = dt.datetime(2027, 3, 8, 17, tzinfo=dt.UTC)  # the end of 8 March in Jakarta, seven days after the offer
LATE = "2027-03-08T17:00:00.000000Z"
WORDS = "Pengalaman memimpin puskesmas terpencil"
OK = "pauh.7c"
RANKED = tuple("ABCDEF")


def opened(pack: str, **of: int) -> SelectionOpened:
    digest = packs.load(pack).digest
    return SelectionOpened(
        scheme="0" * 64, pack_digest=digest, roster=ListDigest(rows=6, root=""), source="intake:9", seats=of
    )


def ranking(*aliases: str, version: int = 1, kind: str = "general") -> RankingPublished:
    rows = tuple(
        RankedRow(place=n, alias=alias, kind=kind, stages={}, final=Decimal(90 - n))
        for n, alias in enumerate(aliases, 1)
    )
    listed = ListDigest(rows=len(rows), root="")
    return RankingPublished(version=version, ground="first", as_of=9, list=listed, head=rows)


def fixed(version: int = 1) -> RankingFixed:
    return RankingFixed(version=version, minutes="0" * 64, ok=OK)


def after(*acts: Any, of: Places = NO_PLACES) -> Places:
    """What the vacancy's row says after events of its selection and `(seat, event)` of its seats."""

    def fold(before: Places, act: Any) -> Places:
        stream, event = (f"seat-{VACANCY}+{act[0]}", act[1]) if isinstance(act, tuple) else (SELECTION, act)
        return fold_places(before, stream, event, 0)

    return reduce(fold, acts, of)


def offer(alias: str, place: int, **more: Any) -> OfferAppointment:
    return OfferAppointment(**{"to": alias, "place": place, "basis": "rank", "seat": "general+1", "at": NOW, **more})


def offered(alias: str, place: int, over: tuple[str, ...] = (), **more: Any) -> AppointmentOffered:
    departure = Departure(over=over, words=WORDS) if over else None
    said: dict[str, Any] = {"version": 1, "basis": "rank", "until": UNTIL, "departure": departure, **more}
    return AppointmentOffered(alias=alias, place=place, **said)


def blanked(field: str) -> dict[str, Any]:
    return {field: " "}


FIVE = after(opened("pauh-merit-2026", general=5), ranking(*RANKED), fixed())
given = Specification(seats, Facts(places=FIVE)).given
ACCEPT, ACCEPTED = AcceptOffer(papers=("1" * 64,), own_alias="A", at=NOW), OfferAccepted(papers=("1" * 64,))
DECLINE, DECLINED = DeclineOffer(reason="other_work", own_alias="A"), OfferDeclined(reason="other_work")
FIX, NUMBER = FixEmployeeNumber(letter="AG-1", on=DAY), EmployeeNumberFixed(letter="AG-1", on=DAY)
APPOINT = Appoint(decree="821/45/2027", unit="pauh.pkm-03", post="perawat", on=DAY, at=NOW)
APPOINTED = CandidateAppointed(alias="A", decree="821/45/2027", unit="pauh.pkm-03", post="perawat", on=DAY)
REVOKE = RevokeAppointment(reason="fraud", ground="verdict", decree="821/46", on=DAY, words="Joki", ok=OK)
REVOKED = AppointmentRevoked(reason="fraud", ground="verdict", decree="821/46", on=DAY, words="Joki", ok=OK)
OFFER_A = offered("A", 1)
LAPSED = OfferDeclined(reason="lapsed")


# --- offers


def test_a_seat_is_offered_to_the_next_in_rank_for_seven_days() -> None:
    given().when(offer("A", 1)).then(OFFER_A)
    given(OFFER_A).when(offer("A", 1)).then()
    given(OFFER_A, ACCEPTED).when(offer("A", 1)).then()
    given(OFFER_A, ACCEPTED, APPOINTED).when(offer("A", 1)).then()


def test_only_a_fixed_version_is_offered_from() -> None:
    unfixed = after(opened("pauh-merit-2026", general=5), ranking(*RANKED))
    given().when(offer("A", 1), Facts(places=unfixed)).refused("seat.not_fixed")
    given().when(offer("A", 1, version=2)).refused("seat.version")
    given().when(offer("A", 1, version=1)).then(OFFER_A)
    other = after(fixed(7), of=unfixed)
    assert other.fixed is None
    newer = after(ranking("B", "A", version=2), of=FIVE)  # a version that is not fixed decides nothing
    given().when(offer("A", 1), Facts(places=newer)).then(OFFER_A)
    given().when(offer("B", 1), Facts(places=after(fixed(2), of=newer))).then(offered("B", 1, version=2))


@pytest.mark.parametrize("seat", ["general+6", "general+0", "general+01", "general+x", "general", "other+1", ""])
def test_there_are_as_many_seats_as_were_handed_over(seat: str) -> None:
    given().when(offer("A", 1, seat=seat)).refused("seat.unknown")


def test_an_offer_says_the_place_as_it_was_published() -> None:
    given().when(offer("Z", 1)).refused("seat.not_ranked")
    given().when(offer("A", 2)).refused("seat.place")


def test_one_person_holds_one_seat_and_one_seat_one_person() -> None:
    taken = Facts(places=after(("general+2", OFFER_A), of=FIVE))
    given().when(offer("A", 1), taken).refused("seat.one_each")
    given().when(offer("B", 2), taken).then(offered("B", 2))
    given(OFFER_A).when(offer("B", 2)).refused("seat.held")
    given(OFFER_A, ACCEPTED).when(offer("B", 2)).refused("seat.held")
    given(OFFER_A, ACCEPTED, APPOINTED).when(offer("B", 2)).refused("seat.appointed")


def test_nobody_is_passed_over_without_public_words_and_a_second_person() -> None:
    """Pemalang, Probolinggo: choices that nobody had to explain. The attempt stays on record."""
    silent = offer("C", 3)
    code = "seat.departure_without_reason"
    digest = sha256(codec.body(silent)).hexdigest()
    given().when(silent).refused(code, AttemptRefused(act="OfferAppointment", code=code, digest=digest))
    given().when(offer("C", 3, words=WORDS)).refused("act.needs_approval")
    given().when(offer("C", 3, words=WORDS, ok=OK)).then(offered("C", 3, ("A", "B"), ok=OK))
    given(offered("C", 3, ("A", "B"), ok=OK)).when(offer("C", 3, words=WORDS)).then()
    with pytest.raises(Refused):
        seats.decide(offer("C", 3, words="  ", ok=OK), None, Facts(places=FIVE))


def test_a_departure_that_is_none_is_not_told() -> None:
    given().when(offer("A", 1, words=WORDS, ok=OK)).refused("seat.no_departure")


def test_who_left_the_selection_is_neither_offered_nor_passed_over() -> None:
    given().when(offer("A", 1, left=("A",))).refused("seat.left")
    given().when(offer("B", 2, left=("A",))).then(offered("B", 2))
    given(OFFER_A, ACCEPTED).when(offer("B", 2, left=("A",), basis="replacement")).then(
        offered("B", 2, basis="replacement")
    )
    moved = after(("general+1", OFFER_A), ("general+1", offered("B", 2)), of=FIVE)
    assert moved.gone == ("A",)
    assert moved.seat_of("A") is None
    assert moved.seat_of("B") == "general+1"


def test_a_cancelled_selection_fills_no_seat() -> None:
    over = Facts(places=after(SelectionCancelled(reason="budget", words="Anggaran", ok=OK), of=FIVE))
    given().when(offer("A", 1), over).refused("seat.cancelled")
    given(OFFER_A, ACCEPTED).when(APPOINT, over).refused("seat.cancelled")


# --- answers


def test_the_candidate_alone_answers_and_in_time() -> None:
    given(OFFER_A).when(ACCEPT).then(ACCEPTED)
    given(OFFER_A, ACCEPTED).when(ACCEPT).then()
    given(OFFER_A, ACCEPTED).when(replace(ACCEPT, papers=())).refused("seat.not_now")
    for other in ("", "B"):
        given(OFFER_A).when(replace(ACCEPT, own_alias=other)).refused("seat.not_yours")
        given(OFFER_A).when(replace(DECLINE, own_alias=other)).refused("seat.not_yours")
    given(OFFER_A).when(replace(ACCEPT, at="2027-03-08T16:59:59.999999Z")).then(ACCEPTED)
    given(OFFER_A).when(replace(ACCEPT, at=LATE)).refused("seat.offer_lapsed")
    given(OFFER_A).when(replace(ACCEPT, at=None)).refused("seat.offer_lapsed")
    given().when(ACCEPT).refused("seat.not_offered")


def test_silence_ends_an_offer_and_nothing_else() -> None:
    """3a: silence decides nothing against a person; only an offer lapses."""
    given(OFFER_A).when(LapseOffer(at=LATE)).then(LAPSED)
    given(OFFER_A).when(LapseOffer(at=NOW)).refused("seat.not_yet")
    given(OFFER_A, LAPSED).when(LapseOffer(at=LATE)).then()
    given(OFFER_A, LAPSED).when(ACCEPT).refused("seat.offer_lapsed")
    given(OFFER_A, ACCEPTED).when(LapseOffer(at=LATE)).then()
    given().when(LapseOffer(at=LATE)).then()
    given(OFFER_A).when(replace(DECLINE, reason="lapsed")).refused("seat.reason")
    given(OFFER_A).when(replace(DECLINE, reason=" ")).refused("seat.reason")


def test_declining_again_changes_nothing() -> None:
    given(OFFER_A).when(DECLINE).then(DECLINED)
    given(OFFER_A, ACCEPTED).when(DECLINE).then(DECLINED)
    given(OFFER_A, DECLINED).when(DECLINE).then()
    given(OFFER_A, DECLINED).when(ACCEPT).refused("seat.not_now")
    given(OFFER_A, ACCEPTED, NUMBER, DECLINED).when(DECLINE).then()
    given(OFFER_A, ACCEPTED, APPOINTED).when(DECLINE).refused("seat.not_now")


def test_15_the_next_in_rank_steps_in_before_the_number_is_fixed() -> None:
    """TEST 15: five posts, rank 5 resigns before the number: rank 6 rises, as a replacement. After it: a vacancy."""
    full = after(*((f"general+{n}", offered(alias, n)) for n, alias in enumerate("ABCDE", 1)), of=FIVE)
    own = replace(offer("F", 6), seat="general+5", basis="replacement")
    before = after(("general+5", DECLINED), of=full)
    given(offered("E", 5), DECLINED).when(own, Facts(places=before)).then(offered("F", 6, basis="replacement"))
    given(offered("E", 5), DECLINED).when(replace(own, basis="rank"), Facts(places=before)).refused("seat.basis")
    given(offered("E", 5), DECLINED).when(replace(own, to="E", place=5), Facts(places=before)).refused(
        "seat.declined_before"
    )
    number = after(("general+5", ACCEPTED), ("general+5", NUMBER), ("general+5", DECLINED), of=full)
    given(offered("E", 5), ACCEPTED, NUMBER).when(own, Facts(places=full)).refused("seat.nobody_steps_in")
    given(offered("E", 5), ACCEPTED, NUMBER, DECLINED).when(own, Facts(places=number)).refused("seat.nobody_steps_in")
    assert number.held["general+5"].state == "ended"
    given().when(replace(offer("F", 6), basis="replacement"), Facts(places=FIVE)).refused("seat.basis")


# --- number, decree, revocation


def test_a_number_is_fixed_once_for_who_accepted() -> None:
    given(OFFER_A, ACCEPTED).when(FIX).then(NUMBER)
    given(OFFER_A, ACCEPTED, NUMBER).when(FIX).then()
    given(OFFER_A, ACCEPTED, NUMBER).when(replace(FIX, letter="AG-2")).refused("seat.number_fixed")
    given(OFFER_A, ACCEPTED).when(replace(FIX, letter=" ")).refused("seat.without_decree")
    given(OFFER_A, ACCEPTED).when(replace(FIX, left=("A",))).refused("seat.left")
    given(OFFER_A).when(FIX).refused("seat.not_accepted")
    given(OFFER_A, DECLINED).when(FIX).refused("seat.not_now")


def test_a_decree_appoints_who_accepted_and_is_still_in_the_selection() -> None:
    given(OFFER_A, ACCEPTED).when(APPOINT).then(APPOINTED)
    given(OFFER_A, ACCEPTED, NUMBER).when(APPOINT).then(APPOINTED)
    given(OFFER_A, ACCEPTED, APPOINTED).when(APPOINT).then()
    given(OFFER_A, ACCEPTED, APPOINTED).when(replace(APPOINT, decree="x")).refused("seat.not_now")
    given(OFFER_A).when(APPOINT).refused("seat.not_accepted")
    given(OFFER_A, ACCEPTED).when(replace(APPOINT, left=("A",))).refused("seat.left")
    for blank in ("decree", "unit", "post"):
        given(OFFER_A, ACCEPTED).when(replace(APPOINT, **blanked(blank))).refused("seat.without_decree")


def test_one_is_appointed_to_what_one_applied_for() -> None:
    """Into the notice's unit or one below it, for its post, from the day of the offer on."""
    said = replace(APPOINT, notice_unit="pauh.pkm-03", notice_post="perawat", offered_at=f"{DAY}T03:00:00.000000Z")
    accepted = given(OFFER_A, ACCEPTED)
    accepted.when(said).then(APPOINTED)
    below = replace(said, unit="pauh.pkm-03.ugd")
    accepted.when(below).then(replace(APPOINTED, unit="pauh.pkm-03.ugd"))
    for unit in ("pauh.setda", "pauh.pkm-031", "pauh"):
        accepted.when(replace(said, unit=unit)).refused("seat.other_unit")
    accepted.when(replace(said, post="kepala-bagian")).refused("seat.other_post")
    accepted.when(replace(said, on=DAY - dt.timedelta(days=1))).refused("seat.before_offer")


def test_nobody_who_applied_offers_or_appoints() -> None:
    """Whatever the order says; the attempt is itself evidence."""
    for command, history in ((offer("A", 1), ()), (FIX, (OFFER_A, ACCEPTED)), (APPOINT, (OFFER_A, ACCEPTED))):
        own = replace(command, own=True)
        digest = sha256(codec.body(own)).hexdigest()
        tried = AttemptRefused(act=type(own).__name__, code="candidate.own", digest=digest)
        given(*history).when(own).refused("candidate.own", tried)


def test_an_appointment_is_revoked_by_two_persons_in_public_words() -> None:
    held = given(OFFER_A, ACCEPTED, APPOINTED)
    held.when(REVOKE).then(REVOKED)
    held.when(replace(REVOKE, ok=None)).refused("act.needs_approval")
    held.when(replace(REVOKE, decree=" ")).refused("seat.without_decree")
    for blank in ("words", "reason", "ground"):
        held.when(replace(REVOKE, **blanked(blank))).refused("seat.revocation_without_reason")
    given(OFFER_A, ACCEPTED, APPOINTED, REVOKED).when(replace(REVOKE, ok=None)).then()
    given(OFFER_A, ACCEPTED, APPOINTED, REVOKED).when(offer("B", 2)).refused("seat.nobody_steps_in")
    given(OFFER_A, ACCEPTED).when(REVOKE).refused("seat.not_now")


# --- a senior post


def said(of: tuple[str, ...] | None, about: str = "three", **more: Any) -> ExternalOpinionRecorded:
    known: dict[str, Any] = {"body": "BKN", "letter": "B/118", "verdict": "agreed", "on": DAY, "of": of, **more}
    return ExternalOpinionRecorded(about=about, **known)


JPT = after(opened("jpt-2019", general=1), ranking(*"ABCD"), fixed())
SEEN = after(said(("A", "B", "C")), of=JPT)


def test_16_the_ppk_picks_one_of_three() -> None:
    """TEST 16: A 81.9, B and C 80.7 (interview first), D 76.1."""
    assert JPT.proposal("general") == ("A", "B", "C")
    assert JPT.proposal("other") == NO_PLACES.proposal("general") == ()


def test_35_an_offer_of_a_senior_post_needs_rank_reason_and_opinion() -> None:
    """TEST 35: to D refused; to B without reason 422; opinion missing or out of date refused; A declines, D joins."""
    seen = Facts(places=SEEN)
    given().when(offer("D", 4, words=WORDS, ok=OK), seen).refused("seat.not_proposed")
    with pytest.raises(Refused, match=r"seat\.departure_without_reason"):
        seats.decide(offer("B", 2), None, seen)
    given().when(offer("B", 2, words=WORDS, ok=OK), seen).then(offered("B", 2, ("A",), ok=OK))
    given().when(offer("A", 1), seen).then(OFFER_A)
    given().when(offer("A", 1), Facts(places=JPT)).refused("seat.opinion_missing")
    old = after(said(("A", "B", "C"), until=DAY - dt.timedelta(1)), of=JPT)
    given().when(offer("A", 1), Facts(places=old)).refused("seat.opinion_expired")
    last = after(said(("A", "B", "C"), until=DAY), of=JPT)
    given().when(offer("A", 1), Facts(places=last)).then(OFFER_A)
    against = after(said(("A", "B", "C"), verdict="not_agreed"), of=JPT)
    given().when(offer("A", 1), Facts(places=against)).refused("seat.opinion_against")
    gone = after(("general+1", OFFER_A), ("general+1", DECLINED), of=SEEN)
    assert gone.proposal("general") == ("B", "C", "D")
    again = offer("B", 2, basis="replacement")
    given(OFFER_A, DECLINED).when(again, Facts(places=gone)).refused("seat.opinion_missing")
    heard = Facts(places=after(said(("B", "C", "D")), of=gone))
    given(OFFER_A, DECLINED).when(again, heard).then(offered("B", 2, basis="replacement"))


def test_the_decree_of_a_senior_post_needs_both_opinions_in_time() -> None:
    seen = Facts(places=SEEN)
    chosen = said(("A",), "chosen", until=DAY)
    given(OFFER_A, ACCEPTED).when(APPOINT, seen).refused("seat.opinion_missing")
    given(OFFER_A, ACCEPTED, chosen).when(APPOINT, seen).then(APPOINTED)
    given(OFFER_A, chosen, ACCEPTED).when(APPOINT, seen).then(APPOINTED)
    inauguration = replace(APPOINT, on=DAY + dt.timedelta(1))
    given(OFFER_A, ACCEPTED, chosen).when(inauguration, seen).refused("seat.opinion_expired")
    late = replace(APPOINT, at="2027-03-01T17:00:00.000000Z")  # 2 March in Jakarta
    given(OFFER_A, ACCEPTED, chosen).when(late, seen).refused("seat.opinion_expired")
    old = Facts(places=after(said(("A", "B", "C"), until=DAY - dt.timedelta(1)), of=JPT))
    given(OFFER_A, ACCEPTED, chosen).when(APPOINT, old).refused("seat.opinion_expired")
    against = said(("A",), "chosen", verdict="not_agreed")
    given(OFFER_A, ACCEPTED, against).when(APPOINT, seen).refused("seat.opinion_against")
    given(OFFER_A, ACCEPTED, chosen).when(APPOINT, Facts(places=JPT)).refused("seat.opinion_missing")


def test_an_opinion_of_the_chosen_is_recorded_on_the_seat() -> None:
    record = RecordOpinion(about="chosen", body="BKN", letter="B/118", verdict="agreed", on=DAY, at=NOW)
    for past in ((OFFER_A,), (OFFER_A, ACCEPTED)):
        given(*past).when(record).then(said(("A",), "chosen"))
        given(*past, said(("A",), "chosen")).when(record).then()
    given(OFFER_A).when(replace(record, about="three")).refused("opinion.about")
    given(OFFER_A, DECLINED).when(record).refused("seat.not_now")
    given().when(record).refused("seat.not_offered")


# --- the row that streams share


def test_the_row_of_a_vacancy_belongs_to_its_selection_and_its_seats() -> None:
    assert places_key(f"seat-{VACANCY}+general+1", None) == places_key(SELECTION, None) == VACANCY
    assert places_key(f"candidate-{VACANCY}+{'a' * 32}", None) is None


def test_the_row_survives_its_store_and_what_it_does_not_know() -> None:
    whole = after(said(("A",)), ("general+1", OFFER_A), of=FIVE)
    assert codec.read(Places, codec.body(whole)) == whole
    attempt = AttemptRefused(act="x", code="y", digest="0" * 64)
    assert after(attempt, ("general+1", attempt), ("general+2", ACCEPTED), of=whole) == whole
    assert after(replace(opened("jpt-2019", general=1), pack_digest="0" * 64)).pack == ""
    assert after(replace(opened("jpt-2019"), seats=None)).seats == {}
    assert seats.evolve(None, attempt) is None
    taken = after(("general+1", ACCEPTED), ("general+1", APPOINTED), of=whole)
    assert taken.seat_of("A") == "general+1"
    over = after(("general+1", REVOKED), of=taken)
    assert (over.seat_of("A"), over.gone, after(("general+1", REVOKED), of=over).gone) == (None, ("A",), ("A",))


ACTS: tuple[Any, ...] = (
    offer("A", 1), offer("B", 2, words=WORDS, ok=OK), offer("B", 2, basis="replacement"), ACCEPT, DECLINE,
    LapseOffer(at=LATE), LapseOffer(at=NOW), FIX, APPOINT, REVOKE, replace(DECLINE, own_alias="B"),
    RecordOpinion(about="chosen", body="BKN", letter="B/118", verdict="agreed", on=DAY, at=NOW),
)  # fmt: skip


@drawn(st.lists(st.sampled_from(ACTS), max_size=12))
def test_whatever_comes_the_same_again_changes_nothing_and_one_holds(acts: list[Any]) -> None:
    """A command that was done is done; nobody holds the seat whom the row does not name."""
    state, places = seats.initial, FIVE
    for act in acts:
        for turn in range(2):
            try:
                events = seats.decide(act, state, Facts(places=places))
            except Refused:
                break
            assert not (turn and events)
            state = reduce(seats.evolve, events, state)
            places = after(*(("general+1", event) for event in events), of=places)
    assert {one.alias for one in places.held.values() if places.seat_of(one.alias)} <= {"A", "B"}
    holds = isinstance(state, seats.Offered | seats.Accepted | seats.Appointed)
    assert holds == (state is not None and places.seat_of(state.offer.alias) == "general+1")
