"""The sentences of intake's refusals, in Indonesian and English, in the order of the codes."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "acting.days": ("Hari terakhir mendahului hari pertama.", "The last day lies before the first."),
    "acting.overlaps": ("Masa Plt. sebelumnya belum berakhir.", "The acting term before this one has not ended."),
    "acting.too_long": ("Satu masa Plt. paling lama tiga bulan.", "One acting term lasts three months at most."),
    "application.code": (
        "Alasan, pernyataan, dan saluran ditulis sebagai kode; kalimat disimpan di brankas.",
        "Reasons, statements and channels are codes; sentences belong into the vault.",
    ),
    "application.document_missing": (
        "Ada persyaratan tanpa dokumen.",
        "A requirement asks for a document that is missing.",
    ),
    "application.document_unknown": (
        "Dokumen yang dikutip bukan milik Anda, atau sudah tidak ada. Unggah lagi, lalu kirim.",
        "A document that is cited is not yours, or no longer here. Upload it again, then send.",
    ),
    "application.early": ("Pendaftaran belum dibuka.", "Applications are not open yet."),
    "application.kind": ("Jenis kebutuhan ini tidak ditawarkan.", "This kind of need is not offered here."),
    "application.late": (
        "Lewat batas waktu pendaftaran. Draf Anda, bila ada, tetap tersimpan.",
        "It arrived after the deadline. Your draft, if you saved one, is kept.",
    ),
    "application.never_altered": (
        "Lamaran sudah terkirim dan tidak dapat diubah.",
        "The application is sent, and is never altered.",
    ),
    "application.not_yours": ("Lamaran ini bukan milik Anda.", "This is somebody else's application."),
    "application.objecting": (
        "Sanggahan Anda belum dijawab; tunggu jawabannya.",
        "Your objection waits for its answer; withdraw after it.",
    ),
    "application.one_per_round": (
        "Satu lamaran per putaran; Anda sudah melamar lowongan lain.",
        "One application per round: you have applied for another vacancy in it.",
    ),
    "application.other_round": (
        "Nomor lamaran ini dibuat untuk putaran lain.",
        "This application's id was made for another round.",
    ),
    "application.requirement_unknown": (
        "Dokumen untuk persyaratan yang tidak diumumkan.",
        "A document for a requirement that was not published.",
    ),
    "application.unknown": ("Lamaran ini belum terkirim.", "This application was not sent."),
    "application.withdrawn": (
        "Lamaran ini sudah ditarik; tidak ada lamaran kedua dalam putaran ini.",
        "This application was withdrawn; there is no second one in this round.",
    ),
    "check.already": ("Berkas ini sudah diputuskan.", "This file is decided already."),
    "check.facts": (
        "Fakta hanya kode atau angka yang dipakai peringkat, tanpa nama atau kalimat.",
        "Facts are codes and numbers that a ranking uses, never names or sentences.",
    ),
    "check.incomplete": ("Setiap persyaratan harus punya satu temuan.", "Every requirement needs one finding."),
    "check.not_assigned": ("Anda bukan verifikator lowongan ini.", "You are no verifier of this vacancy."),
    "check.objection_open": ("Masih ada sanggahan yang belum dijawab.", "An objection is not answered yet."),
    "check.requirement_unknown": (
        "Temuan mengutip persyaratan yang tidak diumumkan.",
        "A finding cites a requirement that was not published.",
    ),
    "check.result": ("Hasil temuan tidak dikenal.", "A finding with an unknown result."),
    "check.stale": ("Ada pemeriksaan yang lebih baru; susun ulang.", "A check is newer than this list; make it again."),
    "check.tied": (
        "Anda punya hubungan dengan pelamar ini, atau ini lamaran Anda sendiri.",
        "You declared a tie to this applicant, or this application is your own.",
    ),
    "check.unfinished": ("Masih ada berkas yang belum diputuskan.", "Some files are not decided yet."),
    "check.window_open": ("Masa sanggah masih berjalan.", "The objection window is still open."),
    "check.without_reason": ("TMS harus menyebut alasannya.", "What is not met needs its reason."),
    "deadline.cause": ("Sebab perpanjangan atau waktu gangguan tidak sah.", "The cause or the outage is not valid."),
    "deadline.past": ("Batas baru sudah lewat.", "The new deadline is past already."),
    "deadline.shorter": ("Batas waktu tidak boleh dimajukan.", "A deadline only moves later."),
    "deadline.window": ("Jendela waktu ini bukan milik tahap pendaftaran.", "This window is not intake's to extend."),
    "need.above_gap": ("Usulan melebihi kekurangan menurut beban kerja.", "More seats than the workload lacks."),
    "need.above_proposed": ("Rekomendasi melebihi usulan.", "More seats than were proposed."),
    "need.above_recommended": ("Penetapan melebihi rekomendasi.", "More seats than were recommended."),
    "need.analysis": ("Anjab yang dirujuk tidak berlaku.", "The job analysis that is cited is not in force."),
    "need.fixed_already": ("Kebutuhan sudah ditetapkan.", "The need is fixed already."),
    "need.method": ("Metode atau jam kerja efektif tidak dikenal.", "An unknown method or effective time."),
    "need.not_proposed": ("Kebutuhan belum diusulkan.", "The need was not proposed."),
    "need.not_recommended": ("Kebutuhan belum direkomendasikan.", "The need was not recommended."),
    "need.recommended_already": ("Kebutuhan sudah direkomendasikan.", "The need is recommended already."),
    "need.tasks": (
        "Uraian tugas, volume, atau norma waktu tidak sah.",
        "Tasks need words, a volume, a known period and minutes.",
    ),
    "notice.above_fixed": ("Formasi melebihi kebutuhan yang ditetapkan.", "More seats than were fixed and are free."),
    "notice.analysis": ("Anjab yang dirujuk tidak berlaku.", "The job analysis that is cited is not in force."),
    "notice.competence": (
        "Kompetensi yang diuji tidak tercantum dalam anjab.",
        "A competence that is tested does not stand in the job analysis.",
    ),
    "notice.key": ("Sidik kunci lowongan tidak sah.", "The digest of the vacancy's key is not one."),
    "notice.kind": ("Jenis kebutuhan tidak dikenal paket aturan.", "The rule pack knows no such kind of need."),
    "notice.need": (
        "Kebutuhan yang dirujuk belum ditetapkan untuk jabatan ini.",
        "A need that is cited is not fixed for this post.",
    ),
    "notice.pack": ("Paket aturan atau sidiknya tidak dikenal.", "The rule pack or its digest is not known."),
    "notice.requirements": (
        "Persyaratan perlu nomor sendiri dan isi.",
        "Every requirement needs an id of its own, and words.",
    ),
    "objection.announcement": ("Pengumuman ini bukan yang terakhir.", "This is not the last announcement."),
    "objection.late": ("Masa sanggah sudah berakhir.", "The objection window is over."),
    "objection.none": ("Tidak ada sanggahan yang menunggu jawaban.", "No objection waits for an answer."),
    "objection.not_failed": (
        "Hanya yang tidak memenuhi syarat yang dapat menyanggah.",
        "Only who does not meet the requirements may object.",
    ),
    "objection.not_new": ("Pengumuman ulang tidak mengubah hasil Anda.", "This announcement changed nothing for you."),
    "objection.once": ("Satu sanggahan untuk satu pengumuman.", "One objection for one announcement."),
    "objection.own_check": (
        "Verifikator lowongan ini tidak memutus sanggahannya, dan tidak seorang pun memutus sanggahannya sendiri.",
        "A verifier of this vacancy does not decide its objections, and nobody decides an own one.",
    ),
    "objection.own_fault": (
        "Sanggahan diterima hanya bila kesalahan bukan pada pelamar (28/2021 pasal 31).",
        "An objection is accepted only if the error is not the applicant's (28/2021 art. 31).",
    ),
    "objection.requirement": (
        "Persyaratan ini tidak termasuk yang dinyatakan tidak terpenuhi.",
        "This requirement was not found wanting.",
    ),
    "objection.result": (
        "Jawaban tidak lengkap: alasan, dan temuan baru bila diterima.",
        "The answer needs its reason, and new findings if it is upheld.",
    ),
    "post.competences": ("Kompetensi jabatan kosong atau ganda.", "Competences are missing, or one stands twice."),
    "post.items": (
        "Anjab harus memuat 15 butir a sampai o (Peraturan BKN 9/2022 pasal 3).",
        "A job analysis holds the fifteen items a to o (Peraturan BKN 9/2022 art. 3).",
    ),
    "roll.missing": ("Daftar pelamar belum disusun.", "The roll is to be made first."),
    "roll.stale": (
        "Daftar pelamar tidak cocok dengan lamaran yang tercatat.",
        "The roll does not agree with the applications on record.",
    ),
    "round.calendar": (
        "Urutan kalender putaran tidak sah.",
        "The round's calendar has an unknown phase, or is not in order.",
    ),
    "round.kind": ("Jenis putaran tidak dikenal.", "There is no such kind of round."),
    "round.not_open": ("Putaran ini tidak terbuka.", "This round is not open."),
    "round.opened_otherwise": (
        "Putaran ini sudah dibuka dengan isi lain.",
        "This round was opened with other contents.",
    ),
    "round.pack": (
        "Paket aturan tidak berlaku untuk jenis putaran ini.",
        "The rule pack does not allow this kind of round.",
    ),
    "round.seat_undecided": ("Masih ada formasi yang belum diputuskan.", "A seat is not decided yet."),
    "round.unknown": ("Putaran ini belum dibuka.", "This round was not opened."),
    "round.vacancy_open": ("Masih ada lowongan yang terbuka.", "A vacancy of this round is still open."),
    "round.without_decree": ("Putaran tanpa surat keputusan.", "A round needs its decree."),
    "scheme.aggregate": (
        "Cara menggabung nilai penilai tidak dikenal.",
        "An unknown way to put panelists' marks together.",
    ),
    "scheme.anchors": (
        "Setiap kriteria perlu lima jangkar dalam kata-kata.",
        "Every criterion needs five anchors in words.",
    ),
    "scheme.composition": (
        "Susunan SKB tidak diperbolehkan untuk tingkat instansi ini.",
        "This level of government may not compose the stage so.",
    ),
    "scheme.criteria": ("Kriteria ganda.", "A criterion stands twice."),
    "scheme.criteria_fixed": (
        "Kriteria atau bobotnya berbeda dari yang ditetapkan paket aturan.",
        "The criteria or their weights are not those that the rule pack fixes.",
    ),
    "scheme.criteria_many": (
        "Kriteria tahap ini lebih banyak dari yang diperbolehkan paket aturan.",
        "The stage has more criteria than the rule pack allows.",
    ),
    "scheme.criteria_weights": (
        "Bobot kriteria tidak sama dengan bobot tahap.",
        "The criteria's weights are not the stage's.",
    ),
    "scheme.goal_cited": (
        "Setiap jangkar visi mengutip sasaran yang ada, misalnya (1).",
        "Every anchor of the vision cites a goal that is quoted, such as (1).",
    ),
    "scheme.goals": ("Kutip satu sampai tiga sasaran RPJMD.", "Quote one to three goals of the region's plan."),
    "scheme.level": (
        "Tingkat instansi tidak dikenal paket aturan.",
        "The rule pack does not know this level of government.",
    ),
    "scheme.method": ("Cara tes ini tidak dikenal paket aturan untuk tahap ini.", "The stage may not be tested so."),
    "scheme.named": (
        "Sasaran dan jangkar tidak menyebut orang, pejabat, atau kampanye.",
        "Goals and anchors name no person, office holder or campaign.",
    ),
    "scheme.panel": (
        "Susunan panel tidak sah (5, 7, atau 9; internal paling banyak 45 %).",
        "An unlawful panel (5, 7 or 9 seats, at most 45 % internal, both outside kinds).",
    ),
    "scheme.parts": ("Bagian tahap berbeda dari paket aturan.", "The stage's parts are not the rule pack's."),
    "scheme.parts_or_criteria": (
        "Tahap ini dinilai dengan cara lain menurut paket aturan.",
        "The rule pack has this stage marked otherwise, by parts or by a panel.",
    ),
    "scheme.role": ("Peran panel tidak dikenal.", "A panel has no such role."),
    "scheme.rounding": ("Cara pembulatan tidak dikenal.", "An unknown way of rounding."),
    "scheme.sight": (
        "Tahap ini tidak dapat dinilai demikian (tersamar, terbuka, CAT).",
        "The stage cannot be seen so (blind, open, cat).",
    ),
    "scheme.stage_weight": ("Bobot tahap berbeda dari paket aturan.", "The stage's weight is not the rule pack's."),
    "scheme.stages": ("Tahap tidak sama dengan paket aturan.", "The stages are not the rule pack's, in its order."),
    "scheme.ties": (
        "Urutan penentu nilai sama berbeda dari paket aturan.",
        "The order of tie-breaks is not the rule pack's.",
    ),
    "scheme.weights": ("Jumlah bobot tahap harus tepat 100.", "The stages' weights must sum to exactly 100."),
    "timeline.order": ("Urutan waktu tidak sah.", "The timeline is not in order."),
    "timeline.past": ("Pendaftaran dibuka sebelum pengumuman.", "Applications would open before the notice."),
    "timeline.phases": (
        "Waktu buka dan tutup wajib ada; tahap lain harus dikenal.",
        "Opening and deadline are needed, and no unknown phase.",
    ),
    "timeline.short": ("Pendaftaran paling singkat 15 hari.", "People need 15 days or more to apply."),
    "vacancy.cancelled": ("Lowongan ini sudah dibatalkan.", "This vacancy was cancelled."),
    "vacancy.closed": ("Pendaftaran lowongan ini sudah ditutup.", "Applications for this vacancy are closed."),
    "vacancy.frozen": ("Isi pengumuman tidak dapat diubah.", "What is published is frozen."),
    "vacancy.listed_elsewhere": ("Lowongan ini diumumkan di tempat lain.", "This vacancy was published elsewhere."),
    "vacancy.not_due": ("Belum waktunya menutup pendaftaran.", "It is not time to close the applications."),
    "vacancy.still_open": ("Pendaftaran lowongan ini masih terbuka.", "Applications for this vacancy are still open."),
    "vacancy.unknown": ("Lowongan ini belum diumumkan.", "This vacancy was not published."),
    "vacancy.without_reason": (
        "Pembatalan perlu alasan yang diumumkan.",
        "A cancellation needs its reason, in public words.",
    ),
    "verifier.assigned_otherwise": (
        "Verifikator ini sudah ditugaskan dengan daftar lain.",
        "This verifier was assigned with another list.",
    ),
    "verifier.form": (
        "Verifikator dan berkas disebut dengan nomor samarannya (32 digit heksadesimal).",
        "Verifier and files are named by their pseudonyms (32 hexadecimal digits).",
    ),
    "verifier.list": (
        "Daftar berkas atau jumlah hubungan tidak cocok.",
        "The list of files or the number of ties does not agree.",
    ),
    "verifier.tied": (
        "Verifikator dengan hubungan ini tidak boleh memeriksa lowongan ini.",
        "Somebody with such a tie checks nothing in this vacancy.",
    ),
}
