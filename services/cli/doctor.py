"""`merit doctor`: does the folder prove what it holds? Every ledger event by event, what events say of each other,
every read model against its events, the file of every document that an application cites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import sqlalchemy as sa

from services.cli import audit
from services.cli.output import Progress
from services.cli.platform import Platform
from services.people.documents import documents
from shared.ledger import Ledger
from shared.ledger.findings import Finding, found
from shared.ledger.verify import ENOUGH, Report, check
from shared.rules.errors import RulesError
from shared.runtime import rebuild
from shared.runtime.folder import DOCUMENTS
from shared.runtime.service import Service
from shared.runtime.subscription import Subscription

LARGEST: Final = "selection"  # whose ledger one of two looks at alone
ORDER: Final = ("people", "intake", "selection", "training", "feedback")
HALVES: Final = (0, 1)
_EVIDENCE = (
    "simpan folder ini sebagai bukti, bandingkan dengan salinan atau tanda terima",
    "keep the folder as evidence, compare with a copy or receipts",
)
CURES: Final[dict[str, tuple[str, str]]] = {
    "guard.missing": (
        (
            "cari tahu siapa yang menghapusnya, bandingkan dengan salinan atau tanda terima; `merit rebuild`"
            " memasangnya kembali"
        ),
        "find out who dropped it, and compare with a copy or receipts; `merit rebuild` puts it back",
    ),
    "guard.foreign": (
        "cari tahu siapa yang memasangnya, simpan salinan folder, lalu hapus (DROP TRIGGER)",
        "find out who put it there, keep a copy of the folder, then drop it (DROP TRIGGER)",
    ),
    "leaf.differs": (f"diubah setelah dicatat: {_EVIDENCE[0]}", f"changed after it was recorded: {_EVIDENCE[1]}"),
    "position.gap": (f"ada peristiwa yang diambil: {_EVIDENCE[0]}", f"an event was taken out: {_EVIDENCE[1]}"),
    "version.gap": (
        "peristiwa aliran ini diambil atau disisipkan: simpan folder ini sebagai bukti",
        "events of this stream were taken out or put in: keep the folder as evidence",
    ),
    "head.differs": (
        "baris di akhir diambil atau ditambahkan: simpan folder ini sebagai bukti",
        "rows were taken off or put on at the end: keep the folder as evidence",
    ),
    "clock.back": (
        "waktu pencatatan tidak pernah mundur: baris ini ditulis di luar Merit",
        "recorded times never go back: the row was written past Merit",
    ),
    "key.missing": (
        "keys.db atau master.key bukan milik folder ini: kembalikan yang benar",
        "keys.db or master.key are not those of this folder: put the right ones back",
    ),
    "event.unreadable": (
        (
            "ditulis oleh versi Merit yang lebih baru, atau diubah: pakai versi yang menulisnya, atau simpan folder ini"
            " sebagai bukti"
        ),
        (
            "written by a newer version of Merit, or changed: use the version that wrote it, or keep the folder"
            " as evidence"
        ),
    ),
    "view.drift": (
        "jalankan `merit rebuild`; bila muncul lagi, tabel turunan ditulis di luar Merit",
        "run `merit rebuild`; if it comes back, the read model is being written past Merit",
    ),
    "view.another_past": (
        f"buku ditulis ulang, atau dipulihkan dari salinan lama; jangan bangun ulang: {_EVIDENCE[0]}",
        f"the ledger was rewritten, or restored from an older copy; rebuild nothing: {_EVIDENCE[1]}",
    ),
    "answer.beyond": (
        f"peristiwa di akhir diambil, atau jawaban ditulis di luar Merit: {_EVIDENCE[0]}",
        f"events were taken off the end, or answers written past Merit: {_EVIDENCE[1]}",
    ),
    "import.rows": (
        (
            "bila impor terputus atau ada baris yang ditolak, jalankan impor yang sama lagi; bila tidak,"
            f" pelamar diambil atau disisipkan: {_EVIDENCE[0]}"
        ),
        (
            "if the import was interrupted or rows were refused, run the same import again; if not, candidacies were"
            f" taken out or put in: {_EVIDENCE[1]}"
        ),
    ),
    "import.missing": (f"peristiwa impor diambil: {_EVIDENCE[0]}", f"the import's event was taken out: {_EVIDENCE[1]}"),
    "roster.differs": (
        (
            "bila impor terputus, jalankan impor yang sama lagi; bila tidak, pelamar diambil atau disisipkan:"
            f" {_EVIDENCE[0]}"
        ),
        (
            "if the import was interrupted, run the same import again; if not, candidacies were taken out or put in:"
            f" {_EVIDENCE[1]}"
        ),
    ),
    "selection.missing": (
        f"aliran seleksi lowongan ini diambil: {_EVIDENCE[0]}",
        f"the selection of this vacancy was taken out: {_EVIDENCE[1]}",
    ),
    **dict.fromkeys(
        (
            "seal.differs",
            "seal.missing",
            "seal.unused",
            "seals.differ",
            "draw.commit",
            "draw.differs",
            "stage.differs",
            "ranking.version",
            "ranking.fixed",
        ),
        (
            f"ditulis atau diubah di luar Merit; jangan bangun ulang: {_EVIDENCE[0]}",
            f"written or changed past Merit; rebuild nothing: {_EVIDENCE[1]}",
        ),
    ),
    "ranking.differs": (
        f"peringkat tidak berasal dari nilai-nilai ini: jangan diumumkan atau dipakai; {_EVIDENCE[0]}",
        f"the ranking was not made from these scores: do not announce or use it; {_EVIDENCE[1]}",
    ),
    "people.link": (
        "vault.db ditulis di luar Merit: pulihkan dari cadangan",
        "vault.db was written past Merit: restore it from a backup",
    ),
    "document.missing": (
        "berkasnya dihapus di luar Merit: pulihkan dari cadangan (`merit restore`)",
        "their files were removed past Merit: bring them back from a backup (`merit restore`)",
    ),
}
SENTENCES: Final[dict[str, tuple[str, str]]] = audit.SENTENCES | {
    "view.drift": ("tabel turunan berbeda dari peristiwanya: {what}", "{what}"),
    "view.another_past": (
        "{view} sudah menerapkan {applied} peristiwa; buku ini ({size} peristiwa) memuat masa lalu yang lain",
        "{view} has applied {applied} events; the ledger ({size} events) holds another past",
    ),
    "people.link": ("daftar orang tidak sesuai: {what}", "{what}"),
    "document.missing": (
        "{missing} dari {cited} dokumen yang dikutip lamaran tidak ada di documents/; yang pertama {first}",
        "{missing} of {cited} documents that applications cite are not in documents/; the first is {first}",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The ledgers' reports, and what does not hold beyond them: between events, in read models, in the register."""

    reports: tuple[Report, ...]
    others: tuple[Finding, ...]

    @property
    def findings(self) -> list[Finding]:
        """Everything that does not hold."""
        return [finding for report in self.reports for finding in report.findings] + list(self.others)


class Half(NamedTuple):
    """What one of two looked at: its ledgers, what else does not hold, and the error that ended it, if one did."""

    reports: tuple[Report, ...]
    others: tuple[Finding, ...]
    error: Exception | None


def diagnose(platform: Platform, progress: Progress) -> Diagnosis:
    """The whole folder, one half after the other."""
    return together([half(platform, number, progress) for number in HALVES])


def together(halves: Sequence[Half]) -> Diagnosis:
    """Both halves. Events are compared with each other and with views only where every ledger holds: a wrong ledger
    makes all of that wrong. What events contradict each other in may stop a view, and is told already."""
    order = [report for one in halves for report in one.reports]
    reports = tuple(sorted(order, key=lambda report: ORDER.index(report.ledger)))
    if any(report.findings for report in reports):
        return Diagnosis(reports=reports, others=())
    others = tuple(finding for one in halves for finding in one.others)
    for one in halves:
        if one.error is not None and not (others and isinstance(one.error, RulesError | LookupError)):
            raise one.error
    return Diagnosis(reports=reports, others=others)


def half(platform: Platform, number: int, progress: Progress) -> Half:
    """Selection and what its events say of each other; or every other ledger, the read models, the register."""
    mine = {name: one for name, one in platform.pipelines.items() if (name == LARGEST) == (number == 0)}
    reports = tuple(check(one.ledger, partial(progress, name)) for name, one in mine.items())
    if any(report.findings for report in reports):
        return Half(reports, (), None)
    others: list[Finding] = []
    try:
        for one in mine.values():
            others += audit.answers(one.ledger)
        others += _of_selection(platform) if number == 0 else _of_the_rest(platform)
        for one in mine.values():
            others += _own(one.service, one.ledger)
    except Exception as error:  # noqa: BLE001  whether it counts is told by both halves
        return Half(reports, tuple(others), error)
    return Half(reports, tuple(others), None)


def _of_selection(platform: Platform) -> list[Finding]:
    return audit.events(platform.selection.ledger, platform.folder.keys)[:ENOUGH]


def _of_the_rest(platform: Platform) -> Iterator[Finding]:
    for source, views in platform.views.items():
        for one in views:
            yield from _view(one, platform.pipelines[source].ledger)
    yield from _documents(platform)
    for what in platform.register.problems()[:ENOUGH]:
        yield found("people", None, "people.link", {"what": what}, SENTENCES)


def _own(service: Service, ledger: Ledger) -> Iterator[Finding]:
    """The facts and worklists that a service keeps in step with its own ledger."""
    what = rebuild.own_drifted(service, ledger)
    if what is not None:
        tables = ", ".join(table.name for table in rebuild.own_tables(service))
        what = what.replace(f"{service.name}.own", f"{service.name}.db ({tables})")
        yield found(service.name, None, "view.drift", {"what": what}, SENTENCES)


def _view(one: Subscription, ledger: Ledger) -> Iterator[Finding]:
    """A projection's read model."""
    past = rebuild.another_past(one, ledger)
    if past is not None:
        details = {"view": one.view.name, "applied": past[0], "size": past[1]}
        yield found("projections", None, "view.another_past", details, SENTENCES)
        return
    what = rebuild.drifted(one, ledger)
    if what is not None:
        yield found("projections", None, "view.drift", {"what": what}, SENTENCES)


def _documents(platform: Platform) -> Iterator[Finding]:
    """Cited documents without their file. Asked once more under the lock before it is said: whoever destroys a
    person's documents removes the files first."""
    stores, room = platform.stores, platform.folder.path / DOCUMENTS
    if not _missing(stores.reader, room)[1]:
        return
    cited, missing = _missing(stores.store, room)
    if missing:
        details = {"missing": len(missing), "cited": cited, "first": missing[0]}
        yield found("people", None, "document.missing", details, SENTENCES)


def _missing(engine: sa.Engine, room: Path) -> tuple[int, list[str]]:
    chosen = sa.select(documents.c.id).where(documents.c.cited, documents.c.stored).order_by(documents.c.id)
    with engine.begin() as tx:
        if not sa.inspect(tx).has_table(documents.name):  # a folder into which nobody was ever let
            return 0, []
        cited = tx.execute(chosen).scalars().all()
        return len(cited), [id for id in cited if not (room / id).is_file()]


def line(report: Report, lang: str) -> str:
    """What became of one ledger."""
    number = len(report.findings) + report.more
    indonesian = lang == "id"
    state = ("utuh" if indonesian else "holds") if not number else f"{number} {'temuan' if indonesian else 'findings'}"
    unit, root = ("peristiwa", "akar") if indonesian else ("events", "root")
    return f"{report.ledger:<12} {report.events:>8,} {unit}  {root} {report.root.hex()[:16]}…  {state}"


def text(finding: Finding, lang: str) -> str:
    """A finding with its place and its cure."""
    position = "posisi" if lang == "id" else "position"
    where = "" if finding.position is None else f" {position} {finding.position}"
    return f"{finding.ledger}{where}: {finding.say(lang)}\n  -> {CURES[finding.code][0 if lang == 'id' else 1]}"


def holds(seconds: float, lang: str) -> str:
    """The last line of a folder without findings."""
    if lang == "id":
        return f"Setiap peristiwa membuktikan dirinya, setiap tabel turunan sama dengan peristiwanya ({seconds:.1f} s)."
    return f"Every event proves itself, every read model equals its events ({seconds:.1f} s)."
