"""The sentences of refusals about surveys, evaluations and support, in Indonesian and English, by code."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "ballot.answers": (
        "Jawablah kesembilan unsur, masing-masing 1 sampai 4.",
        "Answer each of the nine elements, 1 to 4.",
    ),
    "ballot.channel": (
        "Penilaian datang lewat web, kertas, atau anjungan.",
        "A ballot comes by web, paper or kiosk.",
    ),
    "ballot.code": (
        "Kode ini tidak dikenal, sudah dipakai, atau tidak berlaku lagi.",
        "This code is unknown, already used, or no longer valid.",
    ),
    "complaint.closed": (
        "Pengaduan ini sudah ditutup.",
        "This complaint is closed.",
    ),
    "complaint.kind": (
        "Jenis pengaduan ini tidak dikenal.",
        "This kind of complaint is not known.",
    ),
    "complaint.known": (
        "Pengaduan dengan nomor ini sudah ada dengan isi lain.",
        "There is a complaint of this number already, and it says something else.",
    ),
    "complaint.not_answered": (
        "Pengaduan ditutup sesudah unitnya menjawab.",
        "A complaint is closed after its unit has answered.",
    ),
    "complaint.other_unit": (
        "Pengaduan ini mengenai unit lain.",
        "This complaint is about another unit.",
    ),
    "complaint.outcome": (
        "Hasil penanganan ini tidak dikenal.",
        "This outcome is not known.",
    ),
    "complaint.unknown": (
        "Pengaduan ini tidak ada.",
        "There is no such complaint.",
    ),
    "coworkers.early": (
        "Rekan diundi mulai hari terakhir periode.",
        "Coworkers are drawn from the last day of the period on.",
    ),
    "coworkers.too_few": (
        "Kurang dari tiga rekan yang dapat diundi di setiap kelompok; mereka tidak ditanya.",
        "Fewer than three coworkers can be drawn in each group; they are not asked.",
    ),
    "evaluation.coworkers_pending": (
        "Rekan masih dapat menjawab, atau jawaban mereka belum tercatat.",
        "Coworkers may still answer, or their answers are not recorded yet.",
    ),
    "evaluation.done": (
        "Penilaian periode ini sudah ada.",
        "This period has been evaluated already.",
    ),
    "evaluation.no_plan": (
        "SKP periode ini belum disepakati.",
        "No plan has been agreed for this period.",
    ),
    "evaluation.none": (
        "Tidak ada penilaian pada versi itu yang dapat ditanggapi.",
        "There is no evaluation at that version to reply to.",
    ),
    "evaluation.not_agreed": (
        "Pegawai belum menyetujui SKP yang sama persis.",
        "The officer has not agreed to this very plan.",
    ),
    "evaluation.not_yours": (
        "Penilaian ini bukan tentang Anda.",
        "This evaluation is not about you.",
    ),
    "evaluation.other_unit": (
        "Pegawai ini bekerja di unit lain.",
        "This officer works in another unit.",
    ),
    "evaluation.own": (
        "Seseorang tidak menilai dirinya sendiri.",
        "Nobody evaluates themselves.",
    ),
    "evaluation.plan_agreed": (
        "SKP periode ini sudah disepakati dengan isi lain.",
        "A plan of this period was agreed before, and it says something else.",
    ),
    "evaluation.ratings": (
        "Hasil kerja dan ketujuh perilaku dinilai di bawah, sesuai, atau di atas ekspektasi.",
        "Results and each of the seven behaviours are rated below, as, or above expectation.",
    ),
    "evaluation.replied": (
        "Penilaian ini sudah ditanggapi.",
        "This evaluation has been replied to.",
    ),
    "evaluation.survey": (
        "Hasil survei itu bukan dari unit pegawai ini.",
        "That survey result is not of this officer's unit.",
    ),
    "evaluation.targets": (
        "SKP memuat sedikitnya satu sasaran, masing-masing satu kali.",
        "A plan has at least one target, each of them once.",
    ),
    "feedback.code": (
        "Alasan, tindakan, dan nama di sini berupa kode pendek, bukan kalimat.",
        "Reasons, measures and names here are short codes, not sentences.",
    ),
    "paper.differs": (
        "Dua petugas menyalin kertas ini secara berbeda; salinlah sekali lagi dari awal.",
        "Two people keyed this paper differently; it returns, to be keyed anew.",
    ),
    "paper.same_person": (
        "Kertas ini harus disalin lagi oleh petugas lain.",
        "Another person must key this paper the second time.",
    ),
    "review.answers": (
        "Jawablah ketujuh perilaku, masing-masing 1 sampai 3.",
        "Answer for each of the seven behaviours, 1 to 3.",
    ),
    "review.given": (
        "Anda sudah menjawab tentang pegawai ini.",
        "You have answered about this officer already.",
    ),
    "review.late": (
        "Waktu untuk menjawab sudah lewat.",
        "The time to answer is over.",
    ),
    "review.not_asked": (
        "Anda tidak diundi untuk menjawab tentang pegawai ini.",
        "You were not drawn to answer about this officer.",
    ),
    "support.closed": (
        "Rencana dukungan ini sudah ditutup.",
        "This support plan is closed.",
    ),
    "support.gap": (
        "Kekurangan ini tidak ada dalam rencana.",
        "The plan names no such gap.",
    ),
    "support.kind": (
        "Tindakan ini tidak menjawab kekurangannya: tidak ada pelatihan untuk sarana yang kurang.",
        "This kind of measure does not answer that gap: lacking facilities are not cured by training.",
    ),
    "support.known": (
        "Rencana dukungan dengan nomor ini sudah dibuka dengan isi lain.",
        "A support plan of this number was opened before, and it says something else.",
    ),
    "support.measure_known": (
        "Tindakan dengan nama ini sudah ada.",
        "There is a measure of this name already.",
    ),
    "support.measure_unknown": (
        "Rencana ini tidak memuat tindakan itu.",
        "The plan has no such measure.",
    ),
    "support.not_measured_again": (
        "Rencana ditutup hanya dengan pengukuran baru yang lebih baik, yang dirujuk di sini.",
        "A plan is closed only on a new and better measurement, which is cited.",
    ),
    "support.not_needed": (
        "Pengukuran terakhir tidak memerlukan rencana dukungan.",
        "The last measurement calls for no support plan.",
    ),
    "support.open": (
        "Satu rencana dukungan tentang ini masih terbuka.",
        "A support plan about this is still open.",
    ),
    "support.other_unit": (
        "Rencana ini mengenai unit lain.",
        "This plan is about another unit.",
    ),
    "support.outcome": (
        "Hasil rencana ini tidak dikenal.",
        "This outcome of a plan is not known.",
    ),
    "support.state": (
        "Sebuah tindakan disepakati, selesai, atau terlewat.",
        "A measure is agreed, done or missed.",
    ),
    "support.unknown": (
        "Rencana dukungan ini tidak ada.",
        "There is no such support plan.",
    ),
    "support.until": (
        "Tindakan harus selesai hari ini atau kemudian.",
        "A measure is to be done today or later.",
    ),
    "survey.box.stale": (
        "Penilaian periode ini masih dikumpulkan; cobalah lagi besok.",
        "Ballots of this period are still being collected; try again tomorrow.",
    ),
    "survey.codes": (
        "Jumlah kode harus sesuai dengan kunjungan, paling banyak 500 sekaligus, masing-masing satu kali.",
        "The number of codes must fit the visits, at most 500 at once, each of them once.",
    ),
    "survey.codes_known": (
        "Sebagian kode ini sudah pernah dibagikan.",
        "Some of these codes were handed out before.",
    ),
    "survey.day": (
        "Kode dibagikan pada hari kunjungan atau sesudahnya.",
        "Codes are handed out on the day of the visits or later.",
    ),
    "survey.no_code_left": (
        "Jawaban tidak dapat melebihi kode yang dibagikan.",
        "There cannot be more answers than codes that were handed out.",
    ),
    "survey.period": (
        "Periode ditulis seperti 2027-q1.",
        "A period is written like 2027-q1.",
    ),
    "survey.period_open": (
        "Hasil diumumkan mulai hari kedua sesudah periodenya berakhir.",
        "A result is published from the second day after its period on.",
    ),
    "survey.too_few": (
        "Kurang dari 30 jawaban: tidak diumumkan.",
        "Fewer than 30 answers: no result is published.",
    ),
    "survey.until": (
        "Kode berlaku paling lama 14 hari, dan tidak melewati triwulan kunjungannya.",
        "A code is valid for 14 days at most, and not beyond the quarter of its visit.",
    ),
}
