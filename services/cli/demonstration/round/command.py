"""`merit demo`: a whole round on a platform of its own, then served for whoever wants to look."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from services.cli import output
from services.cli.abreast import eyes
from services.cli.demonstration import process
from services.cli.demonstration.folders import folder_of, gently
from services.cli.demonstration.round.cast import OFFICES, PASSWORD
from services.cli.demonstration.round.play import MANY, played
from services.cli.demonstration.round.telling import heading, sentence
from services.cli.platform import opened

FEWEST: Final = 300  # applicants: with fewer, nobody is left behind every line of the story
__all__ = ["FEWEST", "MANY", "demo"]
LOOK: Final = {
    "id": (
        "Sekarang lihat sendiri:",
        "  {url}/api                                   semua alamat, dengan contoh",
        "  ./merit timeline {head} --data {data}    siapa berbuat apa, kapan",
        "  ./merit replay {nurses} --data {data}    peringkat tanpa satu tahap atau satu panelis",
        "  ./merit doctor --data {data}                    setiap peristiwa membuktikan dirinya",
        "Masuk sebagai siapa saja: {offices} @contoh.invalid, kata sandi: {password}",
    ),
    "en": (
        "Now look for yourself:",
        "  {url}/api                                   every address, with examples",
        "  ./merit timeline {head} --data {data}    who did what, when",
        "  ./merit replay {nurses} --data {data}    the ranking without one stage or one panelist",
        "  ./merit doctor --data {data}                    every event proves itself",
        "Sign in as anybody: {offices} @contoh.invalid, password: {password}",
    ),
}


def demo(data: Path | None, many: int, seed: int, port: int, serve: bool, as_json: bool, lang: str | None) -> int:
    """Plays, and goes on serving unless told not to. SIGTERM ends the server and throws a nameless folder away."""
    try:
        with gently():
            return _demo(data, many, seed, port, serve, as_json, output.lang(lang))
    except SystemExit as told:
        return int(told.code or output.OK)


def _demo(data: Path | None, many: int, seed: int, port: int, serve: bool, as_json: bool, lang: str) -> int:
    if serve:
        process.must_be_free(port)
    with folder_of(data) as folder:
        began = time.perf_counter()
        told = _played(folder, many, seed, as_json, lang)
        took = time.perf_counter() - began
        if as_json:
            output.as_line({"seed": seed, "applicants": many, "numbers": told})
        else:
            output.say(f"{took:.0f} s.")
        if serve:
            with process.started(folder, port) as server:
                if not as_json:
                    _look(folder, server.url, lang)
                server.process.wait()
        elif not as_json and data is not None:
            _look(folder, "http://127.0.0.1:8000", lang)
    return output.OK


def _played(folder: Path, many: int, seed: int, as_json: bool, lang: str) -> Mapping[str, Mapping[str, Any]]:
    """On a folder of its own, under a clock of its own."""
    before = os.environ.get("MERIT_DEMO")
    os.environ["MERIT_DEMO"] = "1"
    try:
        with eyes() as looking, opened(folder, create=True) as platform:
            return played(platform, looking, _silent if as_json else _speaker(lang), many=many, seed=seed)
    finally:
        if before is None:
            del os.environ["MERIT_DEMO"]


def _speaker(lang: str) -> Callable[[str, Mapping[str, Any]], None]:
    first = {
        "id": (
            "Setiap langkah penerimaan pegawai adalah peristiwa yang tidak pernah diubah, dan siapa pun dapat"
            " menghitung ulang peringkatnya.\nSatu putaran, dari kebutuhan sampai dukungan. Semua orang di sini rekaan."
        ),
        "en": (
            "Each step of a recruitment is an event that is never changed, and anybody can recount every ranking from"
            " them.\nOne round, from need to help. Everybody in it is made up."
        ),
    }
    output.say(first[lang])

    def say(step: str, numbers: Mapping[str, Any]) -> None:
        above = heading(step, lang)
        if above is not None:
            output.say(f"\n{above}")
        output.say(f"  {sentence(step, numbers, lang)}")
        sys.stdout.flush()

    return say


def _silent(_: str, __: Mapping[str, Any]) -> None:
    """Programs wait for the one document."""


def _look(data: Path, url: str, lang: str) -> None:
    """Where to look next."""
    offices = ", ".join(OFFICES)
    said = {"url": url, "data": data, "head": "pauh.2027-001", "nurses": "pauh.2027-002", "offices": offices}
    output.say("")
    for line in LOOK[lang]:
        output.say(line.format(**said, password=PASSWORD))
