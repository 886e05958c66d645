"""What a refusal says to a person, in Indonesian and English: the code is for programs, the sentence for a clerk."""

from __future__ import annotations

from typing import Final

from shared.runtime.sentences import SERVICES

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    **SERVICES,
    "act.needs_approval": (
        "Tindakan ini memerlukan persetujuan orang kedua.",
        "This act needs the approval of a second person.",
    ),
    "approval.act_unknown": (
        "Tindakan atau alurnya tidak dikenal layanan ini.",
        "This service knows no such act, or no such stream.",
    ),
    "approval.decided": ("Usul ini sudah diputuskan.", "This proposal is decided already."),
    "approval.expired": (
        "Usul ini sudah lewat 72 jam; ajukan yang baru.",
        "The 72 hours of this proposal are over; propose it anew.",
    ),
    "approval.known_otherwise": (
        "Usul dengan nomor ini berisi tindakan lain.",
        "The proposal of this number is about another act.",
    ),
    "approval.not_needed": ("Tindakan ini tidak perlu orang kedua.", "This act needs no second person."),
    "approval.not_yet": ("Usul ini masih berlaku.", "This proposal has not lapsed yet."),
    "approval.other_agency": (
        "Tindakan ini milik instansi lain.",
        "The act belongs to another agency than its approval.",
    ),
    "approval.other_digest": (
        "Sidik tidak cocok: yang disetujui bukan yang diusulkan.",
        "Another digest than proposed: this is not the act that would be done.",
    ),
    "approval.own": ("Usul sendiri tidak boleh disetujui sendiri.", "Nobody approves an own proposal."),
    "approval.reason": (
        "Alasan penolakan bukan salah satu kode yang dikenal.",
        "The reason of the refusal is none of the known codes.",
    ),
    "approval.proposer_without_role": (
        "Pengusul tidak lagi memegang peran di unitnya.",
        "Whoever proposed this holds no role in that unit any more.",
    ),
    "approval.same_unit": (
        "Orang kedua harus dari unit lain, bukan di atas atau di bawahnya.",
        "The second person must come from another unit, neither above nor below it.",
    ),
    "approval.unit_unknown": ("Unit Anda tidak diketahui.", "Your unit is not known."),
    "approval.unknown": ("Usul ini tidak ada.", "There is no such proposal."),
    "claim.identity": (
        "Isi NIK dan tanggal lahir dahulu (PUT /api/people/v1/me/identity).",
        "Give your NIK and day of birth first (PUT /api/people/v1/me/identity).",
    ),
    "claim.too_many": (
        "Nomor lamaran sudah diminta untuk 100 seleksi; hubungi instansi untuk yang berikutnya.",
        "An application's id was asked for in 100 rounds already; ask the agency about another.",
    ),
    "command.unreadable": (
        "Isi perintah tidak terbaca, atau memuat nilai yang tidak dapat dicatat.",
        "The command's body cannot be read, or holds a value that no event can hold.",
    ),
    "claim.missing": (
        "Tajuk Application-Claim wajib ada: ambil klaim di POST /api/people/v1/me/claims.",
        "The header Application-Claim is mandatory: take a claim by POST /api/people/v1/me/claims.",
    ),
    "contact.form": (
        "Alamat surel, nomor telepon, atau NIK tidak lengkap. Periksa kembali.",
        "Not a complete e-mail address, telephone number or NIK. Check it.",
    ),
    "contact.taken": (
        "Kontak atau NIK ini tidak dapat dipakai untuk akun ini.",
        "This contact or NIK cannot be used for this account.",
    ),
    "document.active": (
        "PDF ini memuat skrip, tautan program, atau lampiran. Cetak ke PDF baru, lalu unggah hasilnya.",
        "This PDF holds scripts, launches or attachments. Print it to a new PDF and upload that.",
    ),
    "document.bomb": (
        "Berkas ini menjadi terlalu besar saat dibuka. Pindai ulang dengan resolusi biasa (300 dpi).",
        "This file grows too large when it is opened. Scan it again at an ordinary resolution (300 dpi).",
    ),
    "document.cited": (
        "Dokumen ini sudah dikirim dan tidak dapat dihapus.",
        "This document was sent and cannot be removed.",
    ),
    "document.damaged": (
        "Berkas ini rusak atau terpotong. Simpan ulang dari aslinya, lalu unggah lagi.",
        "This file is damaged or cut off. Save it again from the original and upload it anew.",
    ),
    "document.empty": (
        "Berkas ini kosong (0 bita). Pilih berkas yang berisi.",
        "This file is empty (0 bytes). Choose the one with contents.",
    ),
    "document.locked": (
        "PDF ini terkunci. Buka dengan kata sandinya, cetak ke PDF baru tanpa sandi, lalu unggah hasilnya.",
        "This PDF is protected. Open it with its password, print it to a new PDF without one, and upload that.",
    ),
    "document.malware": (
        "Berkas ini dikenali sebagai berbahaya. Periksa perangkat Anda, lalu pindai ulang dokumen aslinya.",
        "This file is known to be harmful. Check your device, then scan the paper document again.",
    ),
    "document.too_large": (
        "Berkas lebih dari 10 MB. Pindai dengan 150 sampai 200 dpi, atau pisahkan halamannya.",
        "The file is larger than 10 MB. Scan at 150 to 200 dpi, or split its pages.",
    ),
    "document.too_many": (
        "Sudah ada 200 dokumen. Hapus yang tidak dipakai, lalu unggah lagi.",
        "There are 200 documents already. Remove what is not used, then upload again.",
    ),
    "document.too_many_dots": (
        "Gambar lebih dari 50 juta titik. Perkecil ukurannya, lalu unggah lagi.",
        "The picture has more than 50 million dots. Make it smaller and upload it again.",
    ),
    "document.too_many_pages": (
        "Dokumen lebih dari 500 halaman. Unggah halaman yang diminta saja.",
        "More than 500 pages. Upload only those that are asked for.",
    ),
    "document.two_in_one": (
        "Berkas ini memuat berkas lain di dalamnya. Buka, simpan ulang sebagai PDF atau JPG, lalu unggah hasilnya.",
        "Another file hides in this one. Open it, save it again as PDF or JPG, and upload that.",
    ),
    "document.type": (
        "Jenis berkas tidak diterima. Simpan sebagai PDF, JPG, PNG, atau HEIC.",
        "This type of file is not accepted. Save it as PDF, JPG, PNG or HEIC.",
    ),
    "draft.deadline": (
        "Batas waktu draf tidak sah, atau lebih dari 400 hari lagi.",
        "The draft's deadline is no instant, or more than 400 days away.",
    ),
    "draft.document_unknown": (
        "Draf ini memuat dokumen yang tidak ada. Unggah dokumen itu lagi.",
        "The draft holds a document that is not here. Upload it again.",
    ),
    "draft.newer": (
        "Draf ini sudah disimpan dari tempat lain. Muat versi terbaru, lalu lanjutkan.",
        "This draft was saved elsewhere since. Load the newer version and go on from it.",
    ),
    "draft.too_many": (
        "Sudah ada 50 draf. Hapus yang tidak dipakai.",
        "There are 50 drafts already. Remove what is not used.",
    ),
    "draft.too_long": (
        "Draf terlalu panjang (lebih dari 256 KB). Pendekkan teksnya.",
        "The draft is too long (more than 256 KB). Shorten its texts.",
    ),
    "event.too_long": ("Isi terlalu panjang untuk satu peristiwa.", "Too long for one event."),
    "failed": (
        "Kesalahan pada sistem; tidak ada yang tercatat. Coba lagi.",
        "A fault of ours; nothing was recorded. Try again.",
    ),
    "feed.ahead": (
        "Peristiwa yang Anda pegang lebih banyak dari buku besar ini: ia dipulihkan. Berhenti dan bandingkan.",
        "The reader holds more events than this ledger: it was restored from an older copy. Stop and compare.",
    ),
    "feed.full": (
        "Terlalu banyak pembaca saat ini. Coba lagi sebentar lagi.",
        "Too many readers at the moment. Try again shortly.",
    ),
    "identity.born": (
        "Tanggal lahir tidak sah. Tulis tahun-bulan-tanggal.",
        "Not a day of birth. Write year-month-day.",
    ),
    "identity.name": (
        "Nama memuat tanda yang tidak terlihat. Ketik ulang.",
        "The name holds signs that cannot be seen. Type it again.",
    ),
    "import.empty": ("Daftar tanpa tahap, baris, atau lowongan.", "A list without stages, rows or vacancies."),
    "import.known_otherwise": (
        "Berkas ini sudah tercatat dengan isi lain.",
        "This file is on record with other contents.",
    ),
    "key.other_body": ("Kunci ini sudah dipakai untuk isi lain.", "This key was used with another body."),
    "ledger.unreadable": (
        "Catatan layanan ini sedang tidak dapat dibaca. Coba lagi sebentar lagi.",
        "The ledger of this service cannot be read at the moment. Try again shortly.",
    ),
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
    "password.long": ("Kata sandi paling banyak 128 tanda.", "A password has at most 128 characters."),
    "password.short": (
        "Kata sandi paling sedikit 10 tanda. Beberapa kata biasa sudah cukup.",
        "A password has at least 10 characters. A few ordinary words will do.",
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
    "role.already": (
        "Peran ini masih berlaku di lingkup itu; cabut dahulu.",
        "This role is held there already; revoke it first.",
    ),
    "role.founded": (
        "Instansi ini sudah memiliki administrator; merekalah yang memberi peran selanjutnya.",
        "This agency has its administrators; they grant every further role.",
    ),
    "role.last_administrator": (
        "Administrator terakhir di suatu unit instansi tidak dapat dicabut; tetapkan penggantinya dahulu.",
        "The last administrator of a unit of the agency stays; appoint another first.",
    ),
    "role.not_held": ("Peran ini tidak sedang berlaku.", "This role is not held now."),
    "role.own": ("Tidak seorang pun memberi atau mencabut perannya sendiri.", "Nobody grants or revokes an own role."),
    "role.period": ("Masa berlaku sudah lewat atau terbalik.", "The period is over, or ends before it begins."),
    "role.reason": (
        "Alasan pencabutan: ended, moved, misconduct, mistake, atau other.",
        "The reason is one of ended, moved, misconduct, mistake, other.",
    ),
    "role.scope": ("Lingkup berada di luar instansi ini.", "The scope lies outside this agency."),
    "role.unknown": (
        "Peran ini tidak dikenal, atau tidak diberikan dengan keputusan.",
        "No such role, or none that a decree grants.",
    ),
    "role.without_decree": (
        "Peran diberikan dengan nomor keputusan.",
        "A role is granted by a decree; give its number.",
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
    "session.needed": (
        "Tindakan ini hanya setelah masuk dengan kata sandi, bukan dengan token program.",
        "Only after signing in with a password, not with a program's token.",
    ),
    "sheet.criteria": (
        "Lembar nilai tidak memuat tepat kriteria tahap ini.",
        "The sheet does not mark exactly the criteria of this stage.",
    ),
    "sheet.points": (
        "Nilai pada lembar harus bilangan bulat 0 sampai 100.",
        "Points of a sheet are whole numbers from 0 to 100.",
    ),
    "signin.busy": ("Sedang ramai. Coba lagi sebentar lagi.", "Very busy at the moment. Try again shortly."),
    "signin.pause": (
        "Beberapa kali salah berturut-turut. Tunggu sebentar sebelum mencoba lagi.",
        "Wrong several times in a row. Wait a while before you try again.",
    ),
    "signin.wrong": ("Kontak atau kata sandi salah.", "The contact or the password is wrong."),
    "tie.decided_otherwise": (
        "Nilai sama ini sudah diputuskan dengan urutan lain.",
        "This tie is decided in another order already.",
    ),
    "tie.order": (
        "Urutan memuat nama samaran ganda atau kurang dari dua.",
        "An order of fewer than two, or one alias twice.",
    ),
    "token.invalid": ("Tanda masuk tidak berlaku. Masuk kembali.", "This token is not valid. Sign in again."),
    "unit.not_yours": (
        "Anda tidak memegang peran di unit ini. Pilih unit yang tercantum dalam keputusan Anda.",
        "You hold no role in this unit. Choose one that a decree names for you.",
    ),
    "upload.busy": (
        "Sedang banyak unggahan. Coba lagi sebentar lagi.",
        "Many uploads at the moment. Try again shortly.",
    ),
    "vacancy.listed_otherwise": (
        "Lowongan ini sudah tercatat dengan isi lain.",
        "This vacancy is listed with other contents.",
    ),
    "vacancy.seats": ("Jumlah formasi tidak sah.", "Seats must be given, and none negative."),
    "vault.known": (
        "Data ini sudah tercatat dengan isi lain; perbaiki lewat koreksi.",
        "This is on record with other contents; a correction changes it.",
    ),
    "vault.too_often": (
        "Data ini sudah dikoreksi dua puluh kali. Sampaikan perubahan berikutnya kepada instansi.",
        "This was corrected twenty times. Tell the agency what else has to change.",
    ),
    "words.too_many": (
        "Sudah ada 200 teks yang tersimpan; teks baru tidak dapat ditambahkan. Pakai teks yang sudah ada.",
        "There are 200 texts already; no other can be kept. Cite one of these.",
    ),
    "fault": (
        "Terjadi kesalahan pada kami. Kirim lagi dengan kunci yang sama; tidak ada yang tercatat dua kali.",
        "A fault of ours. Send it again under the same key; nothing is recorded twice.",
    ),
    "key.missing": (
        "Tajuk Idempotency-Key wajib ada: satu kunci untuk satu perintah.",
        "The header Idempotency-Key is mandatory: one key for one command.",
    ),
    "minimum.unknown": (
        "Layanan atau posisi yang ditunggu tidak dikenal.",
        "No such service or position to wait for.",
    ),
    "object.unknown": ("Tidak ditemukan.", "Not found."),
    "outcome.unknown": (
        "Belum diketahui apakah ini tercatat. Kirim lagi dengan kunci yang sama.",
        "It is not known whether this was recorded. Send it again under the same key.",
    ),
    "queue.full": (
        "Sedang sangat ramai. Kirim lagi dengan tiket kedatangan ini: waktu tiba Anda tetap dihitung.",
        "Very busy. Send it again with this arrival ticket: the time at which it arrived counts.",
    ),
    "request.invalid": (
        "Isi permintaan tidak sesuai; lihat bagian yang disebut.",
        "The request does not fit; see the parts that are named.",
    ),
    "request.method": ("Cara ini tidak tersedia di alamat ini.", "No such method at this address."),
    "request.media_type": (
        "Kirim berkas itu sendiri sebagai PDF, JPG, PNG, atau HEIC; bukan sebagai formulir.",
        "Send the file itself as PDF, JPG, PNG or HEIC, not as a form.",
    ),
    "request.no_json": ("Kirim sebagai application/json.", "Send it as application/json."),
    "request.slow": (
        "Isi permintaan tidak tiba pada waktunya. Periksa sambungan, lalu kirim lagi.",
        "The request's body did not arrive in time. Check the connection and send it again.",
    ),
    "request.too_large": ("Isi permintaan terlalu besar.", "The request's body is too large."),
    "request.too_many": (
        "Terlalu banyak permintaan dalam waktu singkat. Tunggu sebentar, lalu coba lagi.",
        "Too many requests in a short time. Wait a moment, then try again.",
    ),
    "request.unreadable": ("Permintaan tidak terbaca.", "The request cannot be read."),
    "role.missing": ("Anda tidak memegang peran untuk tindakan ini.", "You hold no role for this."),
    "signin.missing": ("Masuk dahulu.", "Sign in first."),
    "storage.damaged": (
        "Penyimpanan tidak membuktikan isinya; pengelola sedang memeriksa. Tidak ada yang hilang.",
        "The store does not prove what it holds; its operators look into it. Nothing is lost.",
    ),
    "storage.full": (
        "Ruang simpan penuh; belum ada yang tercatat. Kirim lagi nanti dengan kunci yang sama.",
        "The store is full; nothing was recorded. Send it again later under the same key.",
    ),
    "ticket.invalid": (
        "Tiket kedatangan tidak berlaku untuk kiriman ini, atau sudah lewat sepuluh menit.",
        "This arrival ticket is not of this very request, or its ten minutes are over.",
    ),
}


def sentence(code: str, lang: str) -> str:
    """The sentence of a code, in `id` or `en`; the code itself where nobody has written one."""
    indonesian, english = SENTENCES.get(code, (code, code))
    return indonesian if lang == "id" else english
