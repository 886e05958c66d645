"""What an outside body says of the three of a senior post, by letter, with a last day (domain.md 4a; TEST 35)."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from services.selection.opinions import RecordOpinion, record_three, today
from services.selection.place_facts import Places
from shared.events import Refused
from shared.events.selection import SelectionCancelled
from tests.domain.test_seats import DAY, FIVE, JPT, NOW, OFFER_A, OK, SEEN, after, opened, ranking, said

THREE = RecordOpinion(about="three", body="BKN", letter="B/118", verdict="agreed", on=DAY, at=NOW)


def refused(command: RecordOpinion, places: Places = JPT) -> str:
    with pytest.raises(Refused) as caught:
        record_three(command, places)
    return caught.value.code


def test_an_opinion_names_the_three_that_it_was_asked_about() -> None:
    assert record_three(THREE, JPT) == [said(("A", "B", "C"))]
    assert record_three(replace(THREE, left=("A",)), JPT) == [said(("B", "C", "D"))]
    whole = replace(THREE, until=DAY, words="Disetujui")
    assert record_three(whole, JPT) == [said(("A", "B", "C"), until=DAY, words="Disetujui")]


def test_the_same_letter_again_changes_nothing() -> None:
    assert record_three(THREE, SEEN) == []
    assert record_three(replace(THREE, letter="B/119"), SEEN) == [said(("A", "B", "C"), letter="B/119")]


def test_only_a_fixed_ranking_of_a_senior_post_is_put_before_an_outside_body() -> None:
    assert refused(THREE, FIVE) == "opinion.not_asked"
    assert refused(THREE, after(opened("jpt-2019", general=1), ranking(*"ABCD"))) == "seat.not_fixed"
    cancelled = after(SelectionCancelled(reason="budget", words="Anggaran", ok=OK), of=JPT)
    assert refused(THREE, cancelled) == "seat.cancelled"
    assert refused(replace(THREE, left=tuple("BCD")), after(("general+1", OFFER_A), of=JPT)) == "opinion.of_nobody"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"about": "chosen"}, "opinion.about"),
        ({"verdict": "setuju"}, "opinion.verdict"),
        ({"letter": " "}, "opinion.without_letter"),
        ({"body": " "}, "opinion.without_letter"),
        ({"on": DAY + dt.timedelta(1)}, "opinion.days"),
        ({"until": DAY - dt.timedelta(1)}, "opinion.days"),
    ],
)
def test_a_letter_is_of_a_body_with_a_verdict_and_days_in_order(wrong: dict[str, Any], code: str) -> None:
    assert refused(replace(THREE, **wrong)) == code


def test_a_day_is_the_agencys() -> None:
    assert today("2027-03-01T17:00:00.000000Z") == DAY + dt.timedelta(1)
