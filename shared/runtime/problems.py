"""What a refusal says to a person, in Indonesian and English: the code is for programs, the sentence for a clerk."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "command.unreadable": (
        "Isi memuat nilai yang tidak dapat dicatat.",
        "It holds a value that no event can hold.",
    ),
    "event.too_long": ("Isi terlalu panjang untuk satu peristiwa.", "Too long for one event."),
    "failed": (
        "Kesalahan pada sistem; tidak ada yang tercatat. Coba lagi.",
        "A fault of ours; nothing was recorded. Try again.",
    ),
    "import.empty": ("Daftar tanpa tahap, baris, atau lowongan.", "A list without stages, rows or vacancies."),
    "import.known_otherwise": (
        "Berkas ini sudah tercatat dengan isi lain.",
        "This file is on record with other contents.",
    ),
    "key.other_body": ("Kunci ini sudah dipakai untuk isi lain.", "This key was used with another body."),
    "list.final_differs": (
        "Nilai akhir yang tercetak bukan nilai menurut aturan.",
        "The final score that the list prints is not the one that the rules make.",
    ),
    "list.place_differs": (
        "Peringkat yang tercetak bukan peringkat menurut aturan.",
        "The place that the list prints is not the one that the rules make.",
    ),
    "list.status_differs": (
        "Status yang tercetak tidak sesuai dengan peringkat dan jumlah formasi.",
        "The status that the list prints does not fit the place and the number of seats.",
    ),
    "person.unknown": ("Pelamar tidak dikenal.", "Nobody holds this application's id."),
    "ranking.as_of": (
        "Jumlah peristiwa yang menjadi dasar tidak sah.",
        "The number of events that it rests on is none.",
    ),
    "ranking.head": (
        "Bagian awal daftar tidak berurutan menurut tempat.",
        "The head of the list is not in the order of its places.",
    ),
    "ranking.rows": (
        "Daftar memuat lebih banyak baris daripada peserta yang diserahterimakan.",
        "The list has more rows than the roster.",
    ),
    "ranking.score_newer": (
        "Ada nilai yang lebih baru; hitung ulang.",
        "A score is newer than this computation; compute again.",
    ),
    "ranking.stale": (
        "Peringkat dihitung dari nilai yang tidak lengkap.",
        "Computed from other scores than are recorded now.",
    ),
    "ranking.tie_left_open": (
        "Nilai sama belum diputuskan (Permenpan RB 6/2024 pasal 45(4)); putuskan dahulu.",
        "A tie is left open (Permenpan RB 6/2024 art. 45(4)); decide it first.",
    ),
    "rulepack.version": ("Versi paket aturan harus naik.", "A rule pack's version only counts up."),
    "rulepack.without_law": ("Paket aturan tanpa dasar hukum.", "A rule pack without its law."),
    "score.already": (
        "Tahap ini sudah dinilai; perbaiki lewat koreksi.",
        "This stage is scored already; a correction changes it.",
    ),
    "score.code_unknown": (
        "Kode status tidak dikenal paket aturan.",
        "A status code that the rule pack does not know.",
    ),
    "score.fact": (
        "Keterangan selain nilai bukan angka biasa atau tidak dikenal paket aturan.",
        "A fact besides the marks is no plain number, or unknown to the rule pack.",
    ),
    "score.mark": (
        "Nilai di luar batas atau bagian tidak dikenal.",
        "A mark outside its limits, or of an unknown part.",
    ),
    "score.not_on_roster": (
        "Nilai untuk orang di luar daftar peserta; percobaan ini dicatat.",
        "A score for somebody who is not on the roster; the attempt is on record.",
    ),
    "score.outside_is_inside": ("Kode ini berada dalam urutan.", "This code stands in the order, not outside."),
    "score.stage_unknown": ("Tahap ini tidak ada dalam skema.", "The scheme has no such stage."),
    "score.without_attendance": (
        "Nilai tanpa kehadiran yang tercatat; percobaan ini dicatat.",
        "A score without recorded attendance; the attempt is on record.",
    ),
    "selection.already_open": (
        "Seleksi ini sudah dibuka dari daftar lain; pakai folder data lain untuk versi daftar yang lain.",
        "This selection was opened from another list; use another data folder for another version of it.",
    ),
    "selection.not_now": ("Belum waktunya.", "Not at this point of the procedure."),
    "selection.not_open": ("Seleksi belum dibuka.", "The selection is not open."),
    "selection.pack_unknown": ("Paket aturan tidak dikenal.", "No such rule pack."),
    "selection.seats": ("Jumlah formasi atau peserta tidak sah.", "Seats or roster are no numbers that can be."),
    "selection.source_unknown": ("Sumber peserta belum tercatat.", "The roster's source is not on record."),
    "tie.decided_otherwise": (
        "Nilai sama ini sudah diputuskan dengan urutan lain.",
        "This tie is decided in another order already.",
    ),
    "tie.order": (
        "Urutan memuat nama samaran ganda atau kurang dari dua.",
        "An order of fewer than two, or one alias twice.",
    ),
    "vacancy.listed_otherwise": (
        "Lowongan ini sudah tercatat dengan isi lain.",
        "This vacancy is listed with other contents.",
    ),
    "vacancy.seats": ("Jumlah formasi tidak sah.", "Seats must be given, and none negative."),
}


def sentence(code: str, lang: str) -> str:
    """The sentence of a code, in `id` or `en`; the code itself where nobody has written one."""
    indonesian, english = SENTENCES.get(code, (code, code))
    return indonesian if lang == "id" else english
