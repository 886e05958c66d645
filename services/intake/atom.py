"""The notices as an Atom feed (RFC 4287), in Indonesian or English: who reads it is told of new vacancies, extensions,
cancellations and results without asking."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from services.intake.published import Vacancy
from services.intake.routes import PREFIX
from shared.rules import calendar

MEDIA_TYPE: Final = "application/atom+xml"
JSON: Final = "application/json"
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
FEED_ID: Final = "urn:merit:vacancies"

_UNFIT: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TITLE: Final = {"id": "Lowongan", "en": "Vacancies"}
_SEATS: Final = {"id": "formasi", "en": "seats"}
_SUMMARY: Final = {
    "upcoming": (
        "Pendaftaran dibuka {opens} dan ditutup {until}.",
        "Applications open on {opens} and close on {until}.",
    ),
    "open": ("Pendaftaran ditutup {until}.", "Applications close on {until}."),
    "ended": ("Pendaftaran berakhir {until}.", "Applications ended on {until}."),
    "closed": ("Pendaftaran sudah ditutup; berkas diperiksa.", "Applications are closed; documents are checked."),
    "announced": ("Hasil pemeriksaan berkas diumumkan.", "The result of the document check is announced."),
    "cancelled": ("Lowongan dibatalkan: {words}", "The vacancy is cancelled: {words}"),
}


def feed(vacancies: Sequence[Vacancy], *, lang: str, own: str, updated: str) -> bytes:
    """UTF-8 XML, the newest change first. `own` is the feed's address, with its query; `updated` is an instant for a
    feed without entries. Every link is a path (RFC 3986 4.2), so that none leads to another host than the reader's."""
    ordered = sorted(vacancies, key=lambda one: (one.changed_at, one.position), reverse=True)
    root = ET.Element("feed", {"xmlns": NAMESPACE, LANG: lang})
    _text(root, "id", FEED_ID)
    _text(root, "title", _TITLE[lang])
    _text(root, "updated", ordered[0].changed_at if ordered else updated)
    _link(root, "self", own, MEDIA_TYPE)
    _link(root, "alternate", f"{PREFIX}/vacancies", JSON)
    _text(ET.SubElement(root, "author"), "name", "Merit")
    for vacancy in ordered:
        _entry(root, vacancy, lang)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _entry(root: ET.Element, vacancy: Vacancy, lang: str) -> None:
    entry = ET.SubElement(root, "entry")
    _text(entry, "id", f"urn:merit:vacancy:{vacancy.vacancy}")
    _text(entry, "title", f"{vacancy.post}, {vacancy.unit} ({vacancy.agency}): {vacancy.seats} {_SEATS[lang]}")
    _text(entry, "updated", vacancy.changed_at)
    if vacancy.published is not None:
        _text(entry, "published", vacancy.published.at)
    _link(entry, "alternate", f"{PREFIX}/vacancy/{vacancy.vacancy}", JSON)
    _text(ET.SubElement(entry, "author"), "name", vacancy.agency)
    for term in (vacancy.state, *(one["kind"] for one in vacancy.notice["formations"])):
        ET.SubElement(entry, "category", {"term": clean(term)})
    _text(entry, "summary", summary(vacancy, lang))


def summary(vacancy: Vacancy, lang: str) -> str:
    """What a reader may do now, and until when."""
    told = _SUMMARY[vacancy.state][lang == "en"]
    words = "" if vacancy.cancelled is None else vacancy.cancelled.words
    return told.format(opens=_local(vacancy.apply_from), until=_local(vacancy.until), words=words)


def clean(text: str) -> str:
    """Without the signs that XML 1.0 cannot hold (2.2)."""
    return _UNFIT.sub("", text)


def _local(moment: str | None) -> str:
    """An instant on the agency's clock."""
    if moment is None:
        return ""
    return f"{dt.datetime.fromisoformat(moment).astimezone(calendar.zone()):%Y-%m-%d %H:%M} WIB"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = clean(text)


def _link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "href": clean(href), "type": media_type})
