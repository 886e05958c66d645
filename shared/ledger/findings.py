"""What a check can find, and the sentence of each finding in Indonesian and English: HR and oversight read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "guard.missing": (
        "pemicu {name} hilang atau diubah: baris dapat diubah tanpa terlihat",
        "trigger {name} is gone or was changed: rows could be altered unseen",
    ),
    "guard.foreign": (
        "pemicu {name} bukan buatan Merit: ia dapat menelan atau mengubah baris",
        "trigger {name} is none of Merit's: it could swallow or alter rows",
    ),
    "position.gap": (
        "posisi {expected} hilang; yang tersimpan berikutnya {found}",
        "position {expected} is missing; the next stored one is {found}",
    ),
    "version.gap": (
        "{stream} seharusnya berversi {expected} di sini, tertulis {found}",
        "{stream} should have version {expected} here, it has {found}",
    ),
    "clock.back": (
        "tercatat pada {at}, peristiwa sebelumnya pada {before}",
        "recorded at {at}, the event before at {before}",
    ),
    "leaf.differs": (
        "isi tersimpan dari {type} tidak menghasilkan daun yang tersimpan: diubah setelah dicatat",
        "the stored bytes of {type} do not make the stored leaf: changed since",
    ),
    "key.missing": (
        "tidak ada kunci yang membuka peristiwa {category} aliran ini",
        "no key opens {category} events of this stream",
    ),
    "event.unreadable.bytes": (
        "isi tersimpan bukan bentuk kanonisnya: diubah setelah dicatat",
        "the stored bytes are not the canonical ones: changed since",
    ),
    "event.unreadable.column": (
        "kolom {column} tidak berisi jenis yang seharusnya ({kind}): diubah setelah dicatat",
        "column {column} holds {kind}, which is not what it should hold: changed since",
    ),
    "event.unreadable.value": ("tidak dapat dibaca: {error}", "cannot be read: {error}"),
    "head.differs": (
        "kepala buku menyebut {head} peristiwa, baris berakhir di {rows}",
        "the head says {head} events, the rows end at {rows}",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not hold, where: `position` is None where it is about the whole ledger. `code` is for programs;
    `sentence` names the words, `details` fill them."""

    ledger: str
    position: int | None
    code: str
    sentence: tuple[str, str]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """In English."""
        return self.say("en")

    def say(self, lang: str) -> str:
        """The sentence in `id` or `en`."""
        return self.sentence[0 if lang == "id" else 1].format_map(self.details)


def found(
    ledger: str,
    position: int | None,
    key: str,
    details: Mapping[str, Any],
    sentences: Mapping[str, tuple[str, str]] = SENTENCES,
) -> Finding:
    """A finding by the key of its sentence; the key's first two parts are its code."""
    code = ".".join(key.split(".")[:2])
    return Finding(ledger=ledger, position=position, code=code, sentence=sentences[key], details=details)
