"""How somebody is found again: e-mail, telephone, NIK, each as a keyed digest of its one spelling, never in clear."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from shared.events import Refused
from shared.ledger.commitments import mac

Kind = Literal["email", "phone", "nik"]
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")  # E.164
_NIK = re.compile(r"[0-9]{16}")


def digest(master: bytes, kind: Kind, text: str) -> bytes:
    """What is looked up: HMAC of the one spelling. Refused (`contact.form`) for what is none of its kind."""
    spelt = _SPELLINGS[kind](unicodedata.normalize("NFKC", text).strip())
    return mac(mac(master, b"merit/people/contacts/v1\x01"), f"{kind}\n{spelt}".encode())


def kind_of(text: str) -> Kind:
    """What somebody typed to sign in: an e-mail address or a telephone number."""
    return "email" if "@" in unicodedata.normalize("NFKC", text) else "phone"


def email(text: str) -> str:
    """`siti@example.id` of ` Siti@Example.ID `."""
    return _fitting(_EMAIL, text.casefold())


def phone(text: str) -> str:
    """`+62811223344` of `0811-223-344`, `62811223344`, `+62 (0)811 223 344`: without a country, Indonesia's."""
    digits = re.sub(r"[\s().\-]", "", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+62" + digits[1:]
    elif digits.startswith("62"):
        digits = "+" + digits
    return _fitting(_PHONE, re.sub(r"^\+620", "+62", digits))


def nik(text: str) -> str:
    """Sixteen digits, however they were spaced."""
    return _fitting(_NIK, re.sub(r"[\s.\-]", "", text))


def _fitting(form: re.Pattern[str], text: str) -> str:
    if len(text) > 254 or not form.fullmatch(text):
        raise Refused("contact.form")
    return text


_SPELLINGS = {"email": email, "phone": phone, "nik": nik}
