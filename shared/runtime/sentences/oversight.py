"""The sentences of refusals about looking back, in Indonesian and English, in the order of the codes."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "access.code": (
        "Peran, jenis data, dan dasar akses ditulis sebagai kode.",
        "Role, kinds of data and ground of a look are codes.",
    ),
    "access.what": (
        "Sebutkan data apa yang dibaca, paling banyak 30 jenis.",
        "Say which data were read, 30 kinds at most.",
    ),
    "replay.panelist_unknown": (
        "Penilai ini tidak punya lembar nilai yang terbuka di sini.",
        "This panelist has no opened sheet here.",
    ),
    "replay.stage_unknown": (
        "Tahap atau bagian ini tidak ada dalam skema lowongan.",
        "The vacancy's scheme has no such stage or part.",
    ),
}
