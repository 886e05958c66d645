"""The feed of notices is valid Atom (RFC 4287) and tells what has changed, in both languages."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.intake import atom
from services.intake.examples import EXAMPLES
from services.intake.published import Vacancy
from services.intake.vacancies import AnnounceVacancy, CancelVacancy, ExtendDeadline
from shared.events import instant
from tests.services.intake_site import API, MARCH, VACANCY, World, opened, publish, site

A = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
NOTICE = f"/vacancy/{VACANCY}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A vacancy is published; it is March."""
    with site(tmp_path / "data") as made:
        opened(made)
        publish(made)
        made.now[0] = MARCH
        yield made


def read(content: bytes) -> ET.Element:
    """A feed with all that RFC 4287 4.1 asks for."""
    assert content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    feed = ET.fromstring(content)  # noqa: S314  our own
    assert feed.tag == f"{A}feed"
    for one in (feed, *feed.findall(f"{A}entry")):
        for name in ("id", "title", "updated"):
            (text,) = one.findall(f"{A}{name}")
            assert text.text
        assert RFC3339.fullmatch(one.findtext(f"{A}updated", ""))
        assert one.find(f"{A}author/{A}name") is not None
        alternates = [link for link in one.findall(f"{A}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert alternates[0].get("href", "").startswith(f"{API}/")
    names = [entry.findtext(f"{A}id") for entry in feed.findall(f"{A}entry")]
    assert len(set(names)) == len(names)
    times = [entry.findtext(f"{A}updated", "") for entry in feed.findall(f"{A}entry")]
    assert times == sorted(times, reverse=True)
    return feed


def test_a_published_notice_is_an_entry(world: World) -> None:
    answer = world.get("/vacancies.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = read(answer.content)
    (entry,) = feed.findall(f"{A}entry")
    assert entry.findtext(f"{A}id") == f"urn:merit:vacancy:{VACANCY}"
    assert entry.findtext(f"{A}title") == "perawat, pkm-03 (pauh): 2 formasi"
    assert entry.findtext(f"{A}summary") == "Pendaftaran ditutup 2027-03-21 00:00 WIB."
    assert [one.get("term") for one in entry.findall(f"{A}category")] == ["open", "general"]
    assert entry.find(f"{A}link").get("href") == f"{API}/vacancy/{VACANCY}"  # type: ignore[union-attr]
    (own,) = [link.get("href") for link in feed.findall(f"{A}link") if link.get("rel") == "self"]
    assert own == f"{API}/vacancies.atom"
    assert feed.get(LANG) == "id"


def test_every_link_leads_to_what_is_there_and_to_no_other_host(world: World) -> None:
    """The Host header is anybody's: a feed that repeats it leads whoever reads it astray."""
    answer = world.get("/vacancies.atom?limit=7", Host="elsewhere.invalid")
    links = [link.get("href", "") for link in read(answer.content).iter(f"{A}link")]
    assert links == [f"{API}/vacancies.atom?limit=7", f"{API}/vacancies", f"{API}/vacancy/{VACANCY}"]
    assert {world.get(one.removeprefix(API)).status_code for one in links} == {200}
    assert b"elsewhere" not in answer.content
    assert re.fullmatch('W/"[0-9a-f]{32}-id"', answer.headers["etag"])


def test_in_english_for_whoever_prefers_it(world: World) -> None:
    answer = world.get("/vacancies.atom", **{"Accept-Language": "en-GB, id;q=0.5"})
    feed = read(answer.content)
    assert (feed.get(LANG), feed.findtext(f"{A}title")) == ("en", "Vacancies")
    assert feed.findtext(f"{A}entry/{A}summary") == "Applications close on 2027-03-21 00:00 WIB."
    assert answer.headers["vary"] == "Accept-Language"


def test_an_extension_is_news_and_one_more_noticeboard_is_not(world: World) -> None:
    first = world.get("/vacancies.atom")
    before = read(first.content).findtext(f"{A}updated")
    world.must("hr", f"{NOTICE}/announce-vacancy", EXAMPLES[AnnounceVacancy])
    assert read(world.get("/vacancies.atom").content).findtext(f"{A}updated") == before
    world.by_two("hr", "ppk", f"{NOTICE}/extend-deadline", EXAMPLES[ExtendDeadline])
    answer = world.get("/vacancies.atom", **{"If-None-Match": first.headers["etag"]})
    assert answer.status_code == 200
    feed = read(answer.content)
    assert feed.findtext(f"{A}updated") == feed.findtext(f"{A}entry/{A}updated") == instant(MARCH)
    assert feed.findtext(f"{A}entry/{A}published") != instant(MARCH)
    assert world.get("/vacancies.atom", **{"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_cancellation_stays_in_the_feed_with_its_words(world: World) -> None:
    world.by_two("ppk", "hr", f"{NOTICE}/cancel-vacancy", EXAMPLES[CancelVacancy])
    feed = read(world.get("/vacancies.atom").content)
    said = feed.findtext(f"{A}entry/{A}summary", "")
    assert said == f"Lowongan dibatalkan: {EXAMPLES[CancelVacancy]['words']}"


def test_a_feed_without_notices_is_one_all_the_same(world: World) -> None:
    feed = read(world.get("/vacancies.atom?agency=kota-x").content)
    assert (feed.findall(f"{A}entry"), feed.findtext(f"{A}updated")) == ([], instant(MARCH))
    assert len(read(world.get("/vacancies.atom?agency=pauh&limit=1").content).findall(f"{A}entry")) == 1


def vacancy(number: int, **changed: Any) -> Vacancy:
    """One as the reads make it."""
    at = instant(dt.datetime(2027, 3, number, tzinfo=dt.UTC))
    made: dict[str, Any] = {
        "vacancy": f"pauh.{number}", "agency": "pauh", "unit": "pkm-03", "post": "perawat", "seats": 1,
        "state": "upcoming", "apply_from": at, "until": at, "notice": {"formations": []}, "deadlines": [],
        "channels": [], "checks": [], "changed_at": at, "position": number, "as_of": 99,
    }  # fmt: skip
    return Vacancy(**{**made, **changed})


def test_the_newest_comes_first() -> None:
    made = atom.feed([vacancy(2), vacancy(9), vacancy(5)], lang="id", own="/f", updated="")
    found = [entry.findtext(f"{A}id") for entry in read(made).findall(f"{A}entry")]
    assert found == [f"urn:merit:vacancy:pauh.{number}" for number in (9, 5, 2)]


@pytest.mark.parametrize("state", ["upcoming", "open", "ended", "closed", "announced", "cancelled"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_state_is_said_in_both_languages(state: str, lang: str) -> None:
    assert "{" not in atom.summary(vacancy(1, state=state), lang)


def test_what_somebody_typed_is_text_and_never_breaks_the_feed() -> None:
    hostile = vacancy(1, post="a<b>&\x00\x1f\ud800\ufffe</entry>", unit="é\U0001f600")
    made = atom.feed([hostile], lang="id", own="/f?a=1&b=<", updated="")
    assert read(made).findtext(f"{A}entry/{A}title") == "a<b>&</entry>, é\U0001f600 (pauh): 1 formasi"
