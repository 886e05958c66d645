"""The sentences of refusals about offers and appointments, in Indonesian and English, in the order of the codes."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "opinion.about": (
        "Pertimbangan tentang tiga besar dicatat pada seleksi, tentang yang terpilih pada formasinya.",
        "An opinion of the three is recorded on the selection, one of the chosen on the seat.",
    ),
    "opinion.days": (
        "Tanggal surat belum tiba, atau hari terakhirnya mendahului tanggalnya.",
        "The letter is of a day to come, or its last day lies before its date.",
    ),
    "opinion.not_asked": (
        "Pertimbangan tentang tiga besar hanya untuk seleksi terbuka JPT.",
        "Only the open selection of a senior post asks for an opinion of the three.",
    ),
    "opinion.of_nobody": (
        "Tidak ada lagi peserta yang dapat diusulkan.",
        "Nobody is left to be proposed.",
    ),
    "opinion.verdict": (
        "Isi pertimbangan adalah agreed atau not_agreed.",
        "An opinion is agreed or not_agreed.",
    ),
    "opinion.without_letter": (
        "Lembaga dan nomor surat pertimbangan harus disebut.",
        "Name the body and the number of its letter.",
    ),
    "seat.appointed": ("Formasi ini sudah terisi.", "Somebody is appointed to this seat."),
    "seat.basis": (
        "Dasar penawaran pertama adalah rank; setelah pengunduran diri, replacement.",
        "The basis of a first offer is rank; once somebody has declined, replacement.",
    ),
    "seat.cancelled": (
        "Seleksi dibatalkan; tidak ada penawaran atau pengangkatan.",
        "The selection is cancelled; nobody is offered a seat or appointed.",
    ),
    "seat.code": (
        "Alasan dan dasar: kode; berkas: sidik SHA-256; surat: nomornya, tanpa NIP atau NIK; kalimat: di brankas.",
        "Reasons are codes, papers SHA-256 digests, letters numbers, never NIP or NIK; sentences go to the vault.",
    ),
    "seat.declined_before": (
        "Peserta ini sudah mengundurkan diri atau penawarannya gugur.",
        "This candidate has declined, or an offer to them has lapsed.",
    ),
    "seat.departure_without_reason": (
        "Ada peserta yang berdiri di depan. Penyimpangan dari urutan perlu alasan tertulis yang terbuka.",
        "Somebody stands before this candidate. A departure from the order needs a written, public reason.",
    ),
    "seat.held": (
        "Formasi ini sedang ditawarkan atau sudah diterima.",
        "This seat is on offer, or its offer was accepted.",
    ),
    "seat.left": (
        "Peserta ini sudah keluar dari seleksi.",
        "This candidate is no longer in the selection.",
    ),
    "seat.no_departure": (
        "Tidak ada yang dilewati; penawaran ini tidak perlu alasan.",
        "Nobody is passed over; this offer needs no reason.",
    ),
    "seat.nobody_steps_in": (
        "Setelah NIP ditetapkan tidak ada pengganti; formasi kembali ke rencana kebutuhan berikutnya.",
        "Once the number is fixed nobody steps in; the seat returns to the next plan of needs.",
    ),
    "seat.not_accepted": ("Penawaran belum diterima.", "The offer is not accepted yet."),
    "seat.not_fixed": ("Hasil seleksi belum ditetapkan.", "The result of the selection is not fixed yet."),
    "seat.not_now": (
        "Tindakan ini tidak sesuai dengan keadaan formasi.",
        "The seat is not in a state for this.",
    ),
    "seat.not_offered": ("Formasi ini belum ditawarkan.", "This seat was not offered yet."),
    "seat.not_proposed": (
        "Pilihan terbatas pada tiga peserta teratas yang diusulkan.",
        "The choice is among the three that are proposed.",
    ),
    "seat.not_ranked": (
        "Peserta ini tidak ada dalam urutan jenis kebutuhan ini.",
        "This candidate is not in the order of this kind of need.",
    ),
    "seat.not_yet": ("Masa penawaran belum lewat.", "The time to answer has not passed yet."),
    "seat.not_yours": ("Tidak ada penawaran untuk Anda di sini.", "There is no offer to you here."),
    "seat.number_fixed": ("NIP sudah ditetapkan dengan surat lain.", "The number was fixed by another letter."),
    "seat.offer_lapsed": ("Masa penawaran sudah lewat.", "The time to answer this offer has passed."),
    "seat.one_each": (
        "Peserta ini sudah ditawari atau memegang formasi lain.",
        "This candidate is offered another seat, or holds it.",
    ),
    "seat.opinion_against": ("Pertimbangan teknis tidak menyetujui.", "The outside body does not agree."),
    "seat.opinion_expired": (
        "Masa berlaku pertimbangan teknis sudah lewat.",
        "The opinion of the outside body is out of date.",
    ),
    "seat.opinion_missing": (
        "Belum ada pertimbangan teknis tentang peserta yang sekarang diusulkan.",
        "There is no opinion of an outside body about those who are proposed now.",
    ),
    "seat.place": (
        "Tempat dalam urutan tidak sesuai dengan hasil yang ditetapkan.",
        "That is not this candidate's place in the fixed result.",
    ),
    "seat.before_offer": (
        "Pengangkatan tidak dapat berlaku sebelum hari penawaran.",
        "An appointment cannot hold from before the day of the offer.",
    ),
    "seat.other_post": (
        "Jabatan ini bukan jabatan dalam pengumuman lowongan.",
        "This is not the post of the vacancy's notice.",
    ),
    "seat.other_unit": (
        "Unit ini bukan unit dalam pengumuman lowongan, juga bukan di bawahnya.",
        "This unit is neither the notice's nor below it.",
    ),
    "seat.reason": (
        "Sebutkan alasan; bahwa waktunya lewat hanya dikatakan oleh jadwal.",
        "Give a reason; that time ran out is for the timetable to say.",
    ),
    "seat.revocation_without_reason": (
        "Pencabutan perlu alasan, dasar, dan kata-kata terbuka.",
        "A revocation needs a reason, a ground and public words.",
    ),
    "seat.unknown": ("Formasi ini tidak ada dalam seleksi.", "The selection has no such seat."),
    "seat.version": (
        "Versi peringkat yang disebut bukan yang ditetapkan.",
        "That version of the ranking is not the fixed one.",
    ),
    "seat.without_decree": (
        "Nomor surat atau keputusan, unit, dan jabatan harus disebut.",
        "Name the letter or decree, the unit and the post.",
    ),
}
