"""The sentences of refusals about training, in Indonesian and English, in the order of the codes."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "certificate.counted": ("Sertifikat ini sudah dihitung.", "This certificate has counted already."),
    "certificate.form": (
        "Sidik sertifikat harus SHA-256: 64 angka heksadesimal.",
        "A certificate's digest is SHA-256: 64 hexadecimal digits.",
    ),
    "class.begun": ("Kelas ini sudah dimulai.", "This class has begun already."),
    "class.full": ("Kelas ini sudah penuh.", "This class has no seat left."),
    "class.held_already": (
        "Daftar hadir sesi ini sudah tercatat dengan isi lain.",
        "The roll of this lesson is on record with other contents.",
    ),
    "class.hours": (
        "Jumlah JP sesi tidak sama dengan JP diklat.",
        "The lessons' hours do not add up to the programme's.",
    ),
    "class.none_fits": (
        "Tidak ada kelas yang cocok dengan jadwal dinas, batas hari, dan kursi; jadwalkan kelas baru.",
        "No class fits shifts, days and seats; schedule another one.",
    ),
    "class.not_over": ("Sesi ini belum selesai.", "This lesson is not over yet."),
    "class.other_trainer": ("Anda bukan pengajar kelas atau sesi ini.", "You do not teach this class or lesson."),
    "class.past": ("Sesi pertama sudah lewat.", "The first lesson is past already."),
    "class.roll": (
        "Daftar hadir harus memuat setiap peserta terdaftar tepat satu kali.",
        "The roll names everybody who is enrolled once, and nobody else.",
    ),
    "class.scheduled_already": (
        "Kelas ini sudah dijadwalkan dengan isi lain.",
        "This class is scheduled already, with other contents.",
    ),
    "class.seats": ("Jumlah kursi kelas harus 1 sampai 500.", "A class has 1 to 500 seats."),
    "class.session_unknown": ("Kelas ini tidak punya sesi itu.", "This class has no such lesson."),
    "class.sessions": (
        "Sesi harus berurutan, tidak bertumpuk, masing-masing bernama dan ber-JP.",
        "Lessons come one after the other, each with a name of its own and hours.",
    ),
    "class.trainer_busy": (
        "Pengajar sudah mengajar di kelas lain pada waktu itu.",
        "The trainer teaches another class at that time.",
    ),
    "class.unknown": ("Kelas ini belum dijadwalkan.", "This class is not scheduled."),
    "enrolment.attended": (
        "Peserta sudah mengikuti sesi; pendaftaran tidak dibatalkan.",
        "The officer has attended a lesson; the enrolment is not cancelled.",
    ),
    "enrolment.cancelled": (
        "Pendaftaran ini sudah dibatalkan; pilih kelas lain.",
        "This enrolment was cancelled; choose another class.",
    ),
    "enrolment.completed": ("Pelatihan ini sudah selesai.", "This training is completed already."),
    "enrolment.ground": (
        "Dasar pendaftaran tidak dikenal (rencana, orientasi, dukungan, sendiri).",
        "An unknown ground (plan, induction, support, own).",
    ),
    "enrolment.two_places": (
        "Pegawai ini belajar atau mengajar di kelas lain pada waktu itu.",
        "This officer learns or teaches in another class at that time.",
    ),
    "enrolment.unknown": ("Pegawai ini tidak terdaftar di kelas ini.", "This officer is not enrolled in this class."),
    "induction.posts": ("Jabatan orientasi kosong atau ganda.", "Posts are missing, or one stands twice."),
    "induction.within": ("Batas hari orientasi harus 1 sampai 365.", "An induction begins within 1 to 365 days."),
    "officer.day": (
        "Tanggal mendahului pengangkatan atau mulai tugas.",
        "The day is before the appointment, or before the post was taken over.",
    ),
    "officer.departed": ("Pegawai ini sudah berhenti.", "This officer has departed."),
    "officer.not_appointed": (
        "Tidak ada pengangkatan yang berlaku untuk kursi ini.",
        "No appointment to this seat is in force.",
    ),
    "officer.other_appointment": (
        "Alias, jabatan, atau unit berbeda dari surat pengangkatan.",
        "Alias, post or unit are not those of the appointment.",
    ),
    "officer.own_mentor": ("Tidak seorang pun membimbing dirinya sendiri.", "Nobody is their own mentor."),
    "officer.seat_taken": ("Kursi ini sudah diambil alih.", "This seat was taken over already."),
    "officer.unknown": ("Pegawai ini belum mulai bertugas di sini.", "This officer has not taken over a post here."),
    "probation.concluded": ("Masa percobaan sudah diputuskan.", "The probation is concluded already."),
    "probation.early": (
        "Masa percobaan belum berakhir pada tanggal itu.",
        "The probation is not over on that day.",
    ),
    "probation.extended_once": (
        "Masa percobaan diperpanjang paling banyak satu kali.",
        "A probation is extended once at most.",
    ),
    "probation.kind_unknown": (
        "Jenis seleksi kursi ini tidak diketahui, jadi lama masa percobaan juga tidak.",
        "The kind of this seat's round is not known, so neither is the length of the probation.",
    ),
    "probation.no_evaluation": (
        "Belum ada penilaian kinerja sejak mulai bertugas.",
        "There is no evaluation since the post was taken over.",
    ),
    "probation.no_induction": ("Orientasi belum diselesaikan.", "The induction is not completed."),
    "probation.none": ("Jabatan ini tanpa masa percobaan.", "There is no probation in this post."),
    "probation.outcome": (
        "Hasil masa percobaan tidak dikenal (lulus, diperpanjang, diakhiri).",
        "An unknown outcome (passed, extended, ended).",
    ),
    "programme.adopted_already": (
        "Diklat ini sudah ditetapkan dengan isi lain.",
        "This programme is adopted already, with other contents.",
    ),
    "programme.competences": ("Kompetensi diklat kosong atau ganda.", "Competences are missing, or one stands twice."),
    "programme.hours": ("JP diklat harus lebih dari nol.", "A programme has lesson hours, at most 2,000."),
    "programme.outside": (
        "Nama ini disediakan untuk sertifikat luar.",
        "This name is reserved for outside certificates.",
    ),
    "programme.retired": ("Diklat ini sudah tidak diselenggarakan.", "This programme was retired."),
    "programme.rule": (
        "Syarat lulus tidak dikenal; contoh: attendance_80_and_test_70.",
        "An unknown rule; write it like attendance_80_and_test_70.",
    ),
    "programme.unknown": ("Diklat ini belum ditetapkan.", "This programme was not adopted."),
    "programme.words": ("Diklat perlu nama dan penyelenggara.", "A programme needs words and a provider."),
    "shift.order": ("Akhir jadwal dinas harus setelah awalnya.", "A shift ends after it begins."),
    "training.attendance": (
        "Kehadiran belum memenuhi syarat lulus diklat.",
        "Less was attended than the programme's rule asks for.",
    ),
    "training.code": (
        "Alasan, jenis, dan sebab ditulis sebagai kode; kalimat disimpan di brankas.",
        "Reasons, kinds and causes are codes; sentences belong into the vault.",
    ),
    "training.day": (
        "Tanggal selesai mendahului sesi terakhir, atau belum tiba.",
        "The day is before the last lesson that was attended, or has not come yet.",
    ),
    "training.failed": ("Hasil tes di bawah syarat lulus.", "The test's result is below what the rule asks for."),
    "training.hours": (
        "JP atau penyelenggara pelatihan tidak sah.",
        "Hours or provider of the training are not valid.",
    ),
    "training.not_outside": (
        "Sertifikat luar dicatat di bawah namanya sendiri.",
        "An outside certificate is recorded under a name of its own.",
    ),
    "training.person": ("Orang disebut dengan nomor anonim 32 angka.", "A person is named by 32 hexadecimal digits."),
    "training.result": ("Hasil tes harus 0 sampai 100.", "A test's result is 0 to 100."),
    "training.untested": ("Syarat lulus meminta hasil tes akhir.", "The rule asks for a post-test's result."),
}
