"""The sentences of refusals about panels, pools and rooms, in Indonesian and English, in the order of the codes."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "panel.announced": (
        "Rencana undian sudah diumumkan dan tidak dapat diubah.",
        "The draw is announced already and cannot be changed.",
    ),
    "panel.called_before": (
        "Nama ini sudah pernah dipanggil ke panel ini.",
        "This one was called to this panel before.",
    ),
    "panel.commit": (
        "Rahasia ini bukan yang disegel dalam pengumuman undian.",
        "This is not the secret that the announcement has sealed.",
    ),
    "panel.drawn": ("Panel ini sudah diundi.", "This panel is drawn already."),
    "panel.excluded": (
        "Label yang dikecualikan tidak ada di daftar ahli, sudah dikeluarkan, atau tercantum dua kali.",
        "A label that is left out is not in the pool, was released, or stands twice.",
    ),
    "panel.expert_released": (
        "Ahli ini sudah dikeluarkan dari daftar; panggil penggantinya.",
        "This expert was released from the pool; call a reserve.",
    ),
    "panel.form": (
        "Alasan, label, dan nama samaran ditulis sebagai kode; tidak ada nama orang.",
        "Reasons, labels and pseudonyms are codes; nobody's name belongs here.",
    ),
    "panel.not_announced": ("Undian belum diumumkan.", "No draw is announced."),
    "panel.not_drawn": (
        "Label ini tidak terundi dan tidak dipanggil untuk panel ini.",
        "This label was neither drawn nor called for this panel.",
    ),
    "panel.not_in_notice": (
        "Susunan panel berbeda dari pengumuman lowongan.",
        "The vacancy's notice promises another panel.",
    ),
    "panel.not_next_reserve": (
        "Bukan pengganti berikutnya menurut undian.",
        "Not the next reserve in the order of the draw.",
    ),
    "panel.not_reserve": (
        "Bukan pengganti dari jenis yang sama, atau sudah dikeluarkan.",
        "No reserve of the same kind, or one that was released.",
    ),
    "panel.not_seated": ("Bukan anggota panel ini.", "Not a member of this panel."),
    "panel.not_your_label": (
        "Label ini bukan milik Anda; percobaan ini dicatat.",
        "This label is not yours; the attempt is on record.",
    ),
    "panel.other_duty": (
        "Memegang tugas lain dalam lowongan ini (melamar, memeriksa, menetapkan); percobaan ini dicatat.",
        "Holds another duty in this vacancy (applies, checks, decides); the attempt is on record.",
    ),
    "panel.person_twice": ("Satu orang, satu kursi.", "One person, one seat."),
    "panel.pool_unknown": ("Daftar ahli ini tidak ada.", "No such pool of experts."),
    "panel.replaced": ("Kursi ini sudah digantikan.", "Somebody else was called for this seat already."),
    "panel.reserves": (
        "Setiap jenis memerlukan sedikitnya satu pengganti.",
        "Each kind of seat needs one reserve or more.",
    ),
    "panel.scope": (
        "Pilih seluruh lowongan, atau sebutkan lamaran tertentu.",
        "Either the whole vacancy, or these applications.",
    ),
    "panel.seated": ("Kursi panel ini sudah diisi.", "Seats of this panel are taken already."),
    "panel.tie_count": (
        "Jumlah hubungan tidak sama dengan daftarnya.",
        "The number of ties is not that of the list.",
    ),
    "panel.tie_kind": ("Jenis hubungan tidak dikenal.", "No such kind of tie."),
    "panel.too_few_experts": (
        "Ahli dari satu jenis kurang untuk kursi dan penggantinya.",
        "A kind has too few experts for its seats and its reserves.",
    ),
    "panel.unlawful": (
        "Panel harus ganjil, 5 sampai 9, 45 % ke bawah dari dalam, ada akademisi dan praktisi (PermenPANRB 15/2019).",
        "A panel is odd, 5 to 9, at most 45 % internal, with academics and practitioners (Permenpan RB 15/2019).",
    ),
    "panel.without_reason": ("Sebutkan alasannya.", "Give the reason."),
    "pool.kind": ("Jenis kursi tidak dikenal.", "No such kind of seat."),
    "pool.label_taken": (
        "Label ini sudah dipakai untuk ahli lain.",
        "This label is another expert's.",
    ),
    "pool.label_unknown": ("Label ini tidak ada di daftar ahli.", "The pool has no such label."),
    "pool.own": ("Tidak seorang pun mendaftarkan dirinya sendiri.", "Nobody admits themselves."),
    "pool.person_twice": (
        "Orang ini sudah ada di daftar ahli tahun ini.",
        "This person is in the pool of this year already.",
    ),
    "pool.without_reason": ("Sebutkan alasannya.", "Give the reason."),
    "session.begun": (
        "Presensi sudah dimulai; sesi tidak dapat dipindahkan.",
        "Roll call has begun; the session cannot be moved.",
    ),
    "session.closed": ("Sesi ini sudah ditutup.", "This session is closed."),
    "session.count": (
        "Jumlah hadir dan tidak hadir tidak cocok dengan daftar atau presensi.",
        "Those who came and those who did not are not the list, or not what roll call says.",
    ),
    "session.not_on_roster": (
        "Ada nama samaran yang tidak ada di daftar peserta.",
        "An alias is on no roster of these vacancies.",
    ),
    "session.not_prepared": (
        "Daftar peserta sesi belum dibuat. Kirim lagi.",
        "The session's list was not made. Send it again.",
    ),
    "session.not_yet": ("Sesi belum dimulai.", "The session has not begun."),
    "session.room": (
        "Peserta tidak ada, atau lebih banyak daripada kursi.",
        "Nobody is seated, or more than the room has seats.",
    ),
    "session.scheduled_otherwise": (
        "Sesi ini sudah dijadwalkan; pindahkan lewat penjadwalan ulang.",
        "This session is scheduled already; rescheduling moves it.",
    ),
    "session.times": (
        "Sesi dimulai di waktu yang akan datang dan berakhir sesudahnya.",
        "A session begins in the future and ends after that.",
    ),
    "session.twice": ("Satu peserta tercantum dua kali.", "A candidate stands twice on the list."),
    "session.unknown": ("Sesi ini belum dijadwalkan.", "Nobody has scheduled this session."),
    "session.vacancies": (
        "Sesi memuat lowongan instansi ini saja, sedikitnya satu.",
        "A session is for one or more vacancies of its own agency.",
    ),
    "session.void": ("Sesi ini dibatalkan.", "This session is void."),
    "session.without_reason": (
        "Sebutkan alasan dan penjelasannya.",
        "Give the reason, in public words where it is void.",
    ),
}
