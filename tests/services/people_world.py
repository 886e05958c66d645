"""People's stores in a temporary folder, and files that somebody might upload. Nobody of these exists."""

import datetime as dt
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from services.people.passwords import Passwords
from services.people.sent import SENT
from services.people.stores import Stores
from shared.events import Recorded, codec
from shared.events.intake import ApplicationSubmitted, SubmittedDocument
from shared.events.platform import Words
from shared.runtime.folder import Folder

NOW = dt.datetime(2027, 3, 1, 2, 0, tzinfo=dt.UTC)
PASSWORD = "tiga gajah biru"
PASSWORDS = Passwords()


class People(Stores):
    """All of people's own stores on one folder."""

    def person(self, id: str = "5b" * 16, **fields: str) -> str:
        """Somebody new."""
        vault = self.vault
        with self.store.begin() as tx:
            vault.enrol(tx, {id: fields})
        return id

    def sent(self, person: str, *ids: str, vacancy: str = "pauh.2027-014") -> None:
        """An application of this person cites these documents: people follow the event."""
        cite(self, person, ids, vacancy)

    def files(self) -> dict[str, bytes]:
        """The raw bytes of every file of the folder, the journals too."""
        return {
            path.relative_to(self.folder.path).as_posix(): path.read_bytes()
            for path in sorted(self.folder.path.rglob("*"))
            if path.is_file()
        }


def cite(stores: Stores, person: str, ids: Sequence[str], vacancy: str) -> None:
    """As the follower of intake's ledger does."""
    event = ApplicationSubmitted(
        vacancy=vacancy, applicant=person, kind="general", statements=(), deadline=0, channel="web",
        documents=tuple(SubmittedDocument(requirement="r1", file=Words(id=id, mac=""), pages=1) for id in ids),
    )  # fmt: skip
    name, data = codec.encode(event)
    recorded = Recorded(
        shard="main", position=0, stream="application-pauh.0", version=0, type=name, recorded_at="", received_at=None,
        actor=None, causation=None, correlation=None, data=data.decode(), leaf=b"", previous_leaf=b"",
    )  # fmt: skip
    stores.create()
    with stores.store.begin() as tx:
        SENT.apply(tx, [recorded])


def people(path: Path) -> People:
    """A new folder's."""
    return People(Folder(path / "data", create=True), PASSWORDS)


def pdf(pages: int = 1, root: Mapping[str, str] | None = None) -> bytes:
    """A PDF of empty pages; `root` goes into its catalogue, as a PDF spells it."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    for key, value in (root or {}).items():
        made.Root[f"/{key}"] = made.make_indirect(pikepdf.Object.parse(value.encode()))
    return saved(made)


def saved(made: pikepdf.Pdf, **more: Any) -> bytes:
    written = io.BytesIO()
    made.save(written, **more)
    return written.getvalue()


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A grey picture: JPEG, PNG or HEIF."""
    written = io.BytesIO()
    made = Image.new("RGB", size, (120, 130, 140))
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(made).save(written, quality=60)
    else:
        made.save(written, kind)
    return written.getvalue()


def vast_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be vast."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb_pdf(megabytes: int) -> bytes:
    """A PDF whose object stream unpacks to very much more than it is."""
    return packed_pdf([b"<< /Type /Catalog >>", *[b" " * (1 << 20)] * megabytes])


def packed_pdf(*objects: Sequence[bytes]) -> bytes:
    """A PDF of one empty page, and an object stream for each of these objects, which come in pieces."""
    first, last = 4, 4 + 2 * len(objects)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /X %d 0 R >>" % first,
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << >> >>",
    ]
    for number, pieces in enumerate(objects, first):
        head = b"%d 0 " % number
        packer = zlib.compressobj(9)
        packed = b"".join([*map(packer.compress, [head, *pieces]), packer.flush()])
        stream = b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        parts.append(stream % (len(head), len(packed), packed))
    written, rows = b"%PDF-1.5\n", [bytes(6)] * last
    for place, part in enumerate(parts):
        number = place + 1 if place < 3 else place + 1 + len(objects)  # the streams stand behind what they hold
        rows[number] = b"\x01" + len(written).to_bytes(4, "big") + b"\0"
        written += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    for place in range(len(objects)):
        rows[first + place] = b"\x02" + (first + len(objects) + place).to_bytes(4, "big") + b"\0"
    table = b"".join([*rows, b"\x01" + len(written).to_bytes(4, "big") + b"\0"])
    said = (last, last + 1, len(table), table, len(written))
    head = b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%b\nendstream\nendobj\n"
    return written + head % said[:4] + b"startxref\n%d\n%%%%EOF\n" % said[4]
