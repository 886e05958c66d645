"""What the demonstration says, in both languages: a sentence for each step, with the numbers of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "officials": (
        "{roles} pejabat memegang peran, masing-masing diberikan oleh dua orang dari dua unit.",
        "{roles} officials hold roles, each granted by two persons of two units.",
    ),
    "needs": (
        "{posts} jabatan dianalisis; kebutuhan {seats} formasi diusulkan, direkomendasikan, ditetapkan.",
        "{posts} posts analysed; a need of {seats} seats proposed, recommended, fixed.",
    ),
    "published": (
        "{vacancies} lowongan dalam {rounds} putaran diumumkan oleh dua orang, di {channels} saluran.",
        "{vacancies} vacancies in {rounds} rounds published by two persons, on {channels} channels.",
    ),
    "weights": (
        "DITOLAK bobot yang tidak berjumlah 100 ({before}), dan bobot yang diubah setelah pengumuman ({after}).",
        "REFUSED weights that do not sum to 100 ({before}), and a weight changed after publication ({after}).",
    ),
    "applied": (
        "{applicants} pelamar; {recorded} lamaran tercatat, {withdrawn} mundur. DITOLAK lamaran kedua ({second}).",
        (
            "{applicants} applicants; {recorded} applications recorded, {withdrawn} withdrew. REFUSED a second one"
            " ({second})."
        ),
    ),
    "closed": (
        "{rolls} daftar ditutup oleh jadwal; {late} lamaran terlambat ditolak.",
        "{rolls} rolls closed by the clock; {late} late applications refused.",
    ),
    "checked": (
        "{files} berkas diperiksa: {meets} MS, {fails} TMS, semuanya menyebut persyaratan {requirement}.",
        "{files} files checked: {meets} meet the requirements, {fails} do not, each citing requirement {requirement}.",
    ),
    "heard": (
        "{objections} sanggah administrasi, {upheld} dikabulkan oleh dua orang.",
        "{objections} objections to the check, {upheld} upheld by two persons.",
    ),
    "panels": (
        "{experts} ahli di daftar; {panels} panel diundi, {seats} kursi diambil setelah pakta integritas.",
        "{experts} experts in the pool; {panels} panels drawn by lot, {seats} seats taken under oath.",
    ),
    "duties": (
        "DITOLAK seorang verifikator sebagai panelis lowongan yang sama ({code}).",
        "REFUSED a verifier as panelist of the same vacancy ({code}).",
    ),
    "handed": (
        "{candidates} peserta diserahterimakan ke {selections} seleksi.",
        "{candidates} candidates handed over to {selections} selections.",
    ),
    "written": (
        "Ujian tulis: {rooms} ruang, {present} hadir, {absent} tidak; {through} lanjut (3 x formasi, yang seri ikut).",
        "Written exam: {rooms} rooms, {present} came, {absent} did not; {through} go on (3 x seats, ties included).",
    ),
    "unseen": (
        "DITOLAK nilai untuk orang yang tidak hadir ({code}).",
        "REFUSED a score of somebody who did not come ({code}).",
    ),
    "inserted": (
        "DITOLAK pelamar yang disisipkan setelah penutupan ({code}).",
        "REFUSED an applicant inserted after the close ({code}).",
    ),
    "extra": (
        "DITOLAK tahap yang ditambahkan belakangan ({code}).",
        "REFUSED a stage added later ({code}).",
    ),
    "declared": (
        "{declarations} pernyataan benturan kepentingan; {recused} panelis bersaudara dengan peserta: mundur, diganti.",
        "{declarations} declarations of ties; {recused} panelist is a candidate's sibling: recused, replaced.",
    ),
    "sick": (
        "{replaced} panelis sakit diganti cadangan berikutnya menurut undian.",
        "{replaced} panelist fell ill and was replaced by the next reserve of the draw.",
    ),
    "sealed": (
        (
            "{sheets} lembar nilai disegel. DITOLAK lembar sebelum pernyataan ({undeclared}) dan dari luar panel"
            " ({stranger})."
        ),
        (
            "{sheets} sheets sealed. REFUSED one before its declaration ({undeclared}) and one from outside the panel"
            " ({stranger})."
        ),
    ),
    "opened": (
        "{stages} tahap dibuka oleh jadwal, semua lembar serentak, masing-masing sama dengan segelnya.",
        "{stages} stages opened by the clock, all sheets at once; every sheet that counts is what was sealed.",
    ),
    "behind": (
        "DITOLAK lembar lain setelah pembukaan ({code}).",
        "REFUSED another sheet after the opening ({code}).",
    ),
    "ranked": (
        "{rankings} peringkat diumumkan; nilai akhir sama di tempat {place}: diputus langkah '{step}'.",
        "{rankings} rankings published; equal final scores at place {place}: decided by the step '{step}'.",
    ),
    "objected": (
        "{filed} sanggah hasil, {upheld} dikabulkan: dari tempat {was} ke {now}; {moved} tempat berubah.",
        "{filed} objections to the result, {upheld} upheld: from place {was} to {now}; {moved} places moved.",
    ),
    "pending": (
        "DITOLAK peringkat selama sanggah belum dijawab ({code}).",
        "REFUSED a ranking while an objection waits ({code}).",
    ),
    "fixed": ("{rankings} peringkat ditetapkan.", "{rankings} rankings fixed."),
    "chosen": (
        "Kepala dinas: satu dari {of}; tempat {place} dipilih, {over} dilewati, dengan alasan yang dibaca semua orang.",
        "Head of office: one of {of}; place {place} chosen, {over} passed over, for a reason that everybody can read.",
    ),
    "silence": (
        "DITOLAK penawaran tanpa pertimbangan teknis ({opinion}), dan penyimpangan tanpa alasan ({reason}).",
        "REFUSED an offer without the outside opinion ({opinion}), and a departure without a reason ({reason}).",
    ),
    "declined": (
        "Tempat {place} menolak; kesempatan beralih ke tempat {next}.",
        "Place {place} declined; the next in rank, place {next}, steps in.",
    ),
    "appointed": (
        "{seats} SK pengangkatan, {nurses} di antaranya perawat.",
        "{seats} appointed by decree, {nurses} of them nurses.",
    ),
    "inducted": (
        (
            "{officers} mulai bertugas; {enrolments} perawat terdaftar orientasi dalam {classes} kelas, {clashes}"
            " di antaranya setelah dinas malam."
        ),
        (
            "{officers} took over; {enrolments} nurses enrolled in {classes} classes of the induction,"
            " {clashes} of them after a night shift."
        ),
    ),
    "trained": (
        "{completed} sertifikat, {hours} JP.",
        "{completed} certificates, {hours} lesson hours.",
    ),
    "spent": (
        "DITOLAK kode kunjungan yang dipakai dua kali ({code}).",
        "REFUSED a visit's code used twice ({code}).",
    ),
    "graded": (
        "Puskesmas: {respondents} penilaian warga, IKM {value}, mutu {grade}; kasus unit dibuka seketika.",
        "A health centre: {respondents} citizens' ballots, index {value}, grade {grade}; its case opened at once.",
    ),
    "case": (
        (
            "{gaps} kekurangan, {measures} tindakan, {enrolled} petugas dilatih. DITOLAK pelatihan untuk kursi yang"
            " kurang ({wrong}), dan penutupan tanpa pengukuran baru ({early})."
        ),
        (
            "{gaps} gaps, {measures} measures, {enrolled} officers trained. REFUSED training where chairs are missing"
            " ({wrong}), and closing without a new measurement ({early})."
        ),
    ),
    "evaluated": (
        "{officers} pegawai baru dievaluasi, {coworkers} rekan didengar tanpa nama, predikat {grade}.",
        "{officers} new officers evaluated, {coworkers} coworkers heard without names, grade {grade}.",
    ),
    "again": (
        "Diukur lagi: {respondents} penilaian, IKM {value}, mutu {grade}; {closed} kasus ditutup.",
        "Measured again: {respondents} ballots, index {value}, grade {grade}; {closed} case closed.",
    ),
    "recounted": (
        "DIHITUNG ULANG: {events} peristiwa dalam {ledgers} buku, {views} tabel turunan, {rankings} peringkat: sama.",
        "RECOUNTED: {events} events in {ledgers} ledgers, {views} read models, {rankings} rankings: the same.",
    ),
    "cheated": (
        (
            "SEKARANG KAMI CURANG, pada salinan: satu nilai wawancara {was} -> {now} dengan SQL.\n"
            "  TERTANGKAP: selection posisi {position}, isinya bukan lagi yang dicatat. Ia akan naik"
            " dari tempat {place} ke {rises}; {moved} tempat berubah."
        ),
        (
            "NOW WE CHEAT, on a copy: one interview mark {was} -> {now} by SQL.\n"
            "  CAUGHT: selection position {position} no longer says what was recorded. Place"
            " {place} would have risen to {rises}; {moved} places would move."
        ),
    ),
}
HEADINGS: Final[Mapping[str, tuple[str, str]]] = {  # before the step of that name
    "officials": ("Kebutuhan dan pengumuman", "Needs and notices"),
    "applied": ("Lamaran dan pemeriksaan", "Applications and checks"),
    "panels": ("Panel dan penilaian", "Panels and scoring"),
    "ranked": ("Peringkat, sanggah, pengangkatan", "Ranking, objection, appointment"),
    "inducted": ("Orientasi, penilaian warga, dukungan", "Induction, feedback, help"),
    "recounted": ("Bukti", "Proof"),
}


def sentence(step: str, numbers: Mapping[str, Any], lang: str) -> str:
    """What happened, for people."""
    indonesian, english = SENTENCES[step]
    return (indonesian if lang == "id" else english).format(**numbers)


def heading(step: str, lang: str) -> str | None:
    """What begins with a step."""
    found = HEADINGS.get(step)
    return None if found is None else found[0] if lang == "id" else found[1]
