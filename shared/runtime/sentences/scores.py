"""The sentences of refusals about marks, rankings and objections, Indonesian and English, in the order of the codes."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "attendance.already": (
        "Presensi peserta ini pada tahap ini sudah tercatat.",
        "Attendance at this stage is recorded already.",
    ),
    "attendance.behind_the_line": (
        "Peserta ini tidak lanjut menurut hasil tahap sebelumnya; percobaan ini dicatat.",
        "By the result of an earlier stage this candidate does not go on; the attempt is on record.",
    ),
    "attendance.room_full": ("Ruang sudah penuh.", "The room is full."),
    "attendance.session": (
        "Sesi ini bukan untuk lowongan dan tahap ini.",
        "This session is not for this vacancy and stage.",
    ),
    "attendance.session_over": ("Sesi ini sudah ditutup atau batal.", "This session is closed or void."),
    "attendance.too_late": (
        "Nilai tahap ini sudah dibuka atau diumumkan; presensi tidak dapat menyusul. Percobaan ini dicatat.",
        "This stage is opened or announced; attendance cannot follow. The attempt is on record.",
    ),
    "candidate.code": (
        "Alasan, dasar, dan cara ditulis sebagai kode; kalimat disimpan di brankas.",
        "Reasons, grounds and remedies are codes; sentences belong into the vault.",
    ),
    "candidate.left": (
        "Peserta ini sudah mengundurkan diri atau gugur.",
        "This candidate has withdrawn or is disqualified.",
    ),
    "candidate.own": (
        "Pelamar tidak bertindak atas lamarannya sendiri atau saingannya, atau menyetujuinya; percobaan dicatat.",
        "Whoever applied here neither acts on it or on rivals nor approves such an act; the attempt is on record.",
    ),
    "candidate.without_reason": ("Sebutkan alasannya.", "Say the reason."),
    "correction.ground": (
        "Tidak ada sanggahan atas tahap ini yang diterima, bertindak lanjut koreksi, dan belum dikoreksi.",
        "No upheld objection to this stage waits for its correction.",
    ),
    "correction.ground_unknown": (
        "Dasar koreksi: sanggahan, salah baca, putusan pengadilan, atau pemeriksaan.",
        "The ground of a correction is an objection, a misreading, a court or an inspection.",
    ),
    "correction.mark": (
        "Nilai baru sama dengan yang lama, atau di luar batas.",
        "The new mark is the old one, or outside its limits.",
    ),
    "correction.panelist": (
        "Anggota panel tidak mengoreksi nilai dan tidak menyetujui koreksi; percobaan ini dicatat.",
        "Who sits in the panel neither corrects marks nor approves it; the attempt is on record.",
    ),
    "correction.was": (
        "Nilai semula bukan ini; muat ulang, lalu koreksi.",
        "The mark is not what the correction says it was; look again.",
    ),
    "objection.remedy": ("Jawaban memuat alasan dan tindak lanjut.", "An answer has its reason and its remedy."),
    "objection.scorer": (
        "Anggota panel tidak menjawab sanggahan atas nilainya sendiri.",
        "Who sits in the panel does not answer objections to its marks.",
    ),
    "ranking.objection_open": (
        "Masih ada sanggahan yang belum dijawab.",
        "An objection waits for its answer.",
    ),
    "ranking.of_a_panel": (
        "Seleksi ini dinilai di sini; peringkatnya dihitung dari nilainya, tidak dikirim.",
        "This selection is marked here; its ranking is computed from its marks, never sent.",
    ),
    "ranking.stage_unknown": (
        "Peringkat memuat tahap yang tidak diumumkan, atau tidak semua tahap; percobaan ini dicatat.",
        "The ranking has a stage that the notice never named, or lacks one; the attempt is on record.",
    ),
    "ranking.unscored": (
        "Ada peserta tanpa nilai atau tanpa presensi pada suatu tahap; lengkapi dahulu.",
        "Somebody has no mark or no attendance at some stage; complete it first.",
    ),
    "ranking.version": ("Bukan versi terakhir.", "This is not the last version."),
    "ranking.weight": (
        "Nilai melebihi bobot yang diumumkan, atau jumlahnya tidak sama; percobaan ini dicatat.",
        "A mark is above the weight in the notice, or the sum differs; the attempt is on record.",
    ),
    "ranking.window_open": (
        "Masa sanggah pengumuman terakhir belum berakhir.",
        "The last announcement may still be objected to.",
    ),
    "roster.change": (
        "Nama samaran ganda, atau perubahan tanpa dasar.",
        "An alias both in and out, or a change without its ground.",
    ),
    "roster.empty": ("Tidak ada yang berubah.", "Nothing would change."),
    "roster.not_ready": ("Daftar peserta belum siap.", "The roster is not ready."),
    "roster.too_late": (
        "Nilai sudah dibuka atau diumumkan; daftar peserta tidak berubah lagi. Percobaan ini dicatat.",
        "Scores are opened or announced; the roster changes no more. The attempt is on record.",
    ),
    "roster.unknown": (
        "Nama samaran ini tidak melamar, sudah ada, atau tidak ada dalam daftar; percobaan ini dicatat.",
        "An alias that never applied, is in already, or is not in; the attempt is on record.",
    ),
    "score.absent": (
        "Peserta ini tidak tercatat hadir; percobaan ini dicatat.",
        "This candidate is not recorded as present; the attempt is on record.",
    ),
    "score.by_panel": ("Tahap ini dinilai panel.", "A panel marks this stage."),
    "score.no_panel": ("Tahap ini tidak dinilai panel.", "No panel marks this stage."),
    "score.not_calibrated": (
        "Nilai dahulu calon latihan tahap ini bersama panel.",
        "Mark this stage's practice candidate with the panel first.",
    ),
    "score.not_declared": (
        "Nyatakan dahulu benturan kepentingan Anda; percobaan ini dicatat.",
        "Declare your ties first; the attempt is on record.",
    ),
    "score.not_on_list": (
        "Baris ini tidak ada dalam daftar hasil yang tercatat; percobaan ini dicatat.",
        "No list of results on record has this row; the attempt is on record.",
    ),
    "score.not_opened": ("Nilai tahap ini belum dibuka.", "The scores of this stage are not open."),
    "score.not_seated": (
        "Anda bukan anggota panel ini; percobaan ini dicatat.",
        "You do not sit in this panel; the attempt is on record.",
    ),
    "score.opened": (
        "Nilai tahap ini sudah dibuka; segel tidak diterima lagi. Percobaan ini dicatat.",
        "This stage's scores are open; no seal is taken any more. The attempt is on record.",
    ),
    "score.sealed": ("Lembar nilai Anda sudah disegel.", "Your sheet is sealed already."),
    "score.tied": (
        "Anda tidak menilai peserta ini karena benturan kepentingan; percobaan ini dicatat.",
        "You do not mark this candidate, for you are tied; the attempt is on record.",
    ),
    "score.too_few_sheets": (
        "Lembar nilai belum cukup: tiga, dengan satu akademisi dan satu praktisi; hasil ini menunggu.",
        "Too few sheets: three, with an academic's and a practitioner's; this result waits.",
    ),
    "score.unscored": ("Tahap ini belum dinilai.", "This stage is not scored yet."),
    "scores.nothing_sealed": ("Tidak ada yang disegel pada tahap ini.", "Nothing is sealed at this stage."),
    "scores.stale": ("Ada segel yang lebih baru; ulangi.", "A seal is newer; try again."),
    "scores.too_early": (
        "Belum waktunya: semua disegel dan sesi terakhir selesai, atau 24 jam sesudahnya.",
        "Not yet: when all is sealed and the last slot is over, or 24 hours later.",
    ),
    "selection.cancelled": ("Seleksi ini dibatalkan.", "This selection is cancelled."),
    "selection.fixed": ("Hasil seleksi sudah ditetapkan.", "The result is fixed."),
    "selection.listed": ("Seleksi ini dinilai di tempat lain.", "This selection was scored elsewhere."),
    "selection.not_ready": (
        "Belum dapat diserahterimakan: hasil administrasi belum final.",
        "It cannot be handed over yet: the check is not final.",
    ),
    "selection.scheme": (
        "Skema bukan yang diumumkan.",
        "This is not the scheme of the notice.",
    ),
    "selection.without_reason": ("Sebutkan alasannya untuk umum.", "Say the reason, for everybody."),
    "sheet.nonce": ("Nonce bukan 32 bita dalam heksadesimal.", "The nonce is not 32 bytes in hex."),
    "sheet.note": (
        "Nilai di bawah 40 atau di atas 90 memerlukan catatan.",
        "A mark under 40 or over 90 needs a note.",
    ),
    "stage.annulled": ("Tahap ini sudah dibatalkan.", "This stage is annulled."),
    "stage.unannounced": (
        "Hasil tahap sebelumnya yang menentukan siapa yang lanjut belum diumumkan.",
        "An earlier stage decides who goes on, and its result is not announced yet.",
    ),
    "stage.stale": ("Ada nilai yang lebih baru; hitung ulang.", "A mark is newer than this list; compute again."),
    "stage.unopened": ("Nilai tahap ini belum dibuka.", "This stage's scores are not open yet."),
    "stage.unscored": (
        "Ada peserta hadir yang belum dinilai, atau belum tercatat presensinya.",
        "Somebody who came is not scored, or somebody's attendance is not recorded.",
    ),
    "window.shorter": ("Masa sanggah hanya dapat diperpanjang.", "A window is only ever extended."),
}
