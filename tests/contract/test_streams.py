"""The grammar of a stream's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import Unreadable, catalogue, streams

PART = st.text("ABCxyz019._:-", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("name", "category", "agency", "ident", "parts"),
    [
        ("vacancy-pauh.2027-014", "vacancy", "pauh", "pauh.2027-014", ["pauh.2027-014"]),
        ("candidate-pauh.V7+A1", "candidate", "pauh", "pauh.V7", ["pauh.V7", "A1"]),
        ("survey-pauh.p-1+umum+2027-05-10", "survey", "pauh", "pauh.p-1", ["pauh.p-1", "umum", "2027-05-10"]),
        ("rulepack-cpns", "rulepack", "cpns", "cpns", ["cpns"]),
        ("access-pauh.a:b_c", "access", "pauh", "pauh.a:b_c", ["pauh.a:b_c"]),
    ],
)  # fmt: skip
def test_a_name_says_what_it_is_about(name: str, category: str, agency: str, ident: str, parts: list[str]) -> None:
    assert streams.checked(name) == name
    assert streams.category(name) == category
    assert streams.agency(name) == agency
    assert streams.ident(name) == ident
    assert streams.parts(name) == parts


@pytest.mark.parametrize(
    "name",
    [
        "", "vacancy", "vacancy-", "-pauh", "Vacancy-pauh", "vacancy2-pauh", "vacancy-pauh+", "vacancy-+A1",
        "vacancy-a++b", "vacancy-pauh 1", "vacancy-pauh/1", "vacancy-pauh\n", "vacancy-päuh", "vacancy-pauh\x00",
        "vacancy-" + "a" * 243,
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match="not a stream's name"):
        streams.checked(name)


def test_the_longest_name_has_250_signs() -> None:
    assert streams.checked("vacancy-" + "a" * 242)


@given(st.sampled_from(sorted(catalogue.CATEGORIES)), st.lists(PART, min_size=1, max_size=3))
def test_a_name_is_parsed_into_what_it_was_made_of(category: str, parts: list[str]) -> None:
    name = streams.checked(f"{category}-{'+'.join(parts)}")
    assert (streams.category(name), streams.parts(name)) == (category, parts)


def test_a_printed_name_becomes_a_code() -> None:
    assert streams.slug("Pemerintah Kab. Barito Utara") == "pemerintah-kab-barito-utara"
    assert streams.checked("vacancy-" + streams.slug(" (Badan) Siber & Sandi Negara "))
