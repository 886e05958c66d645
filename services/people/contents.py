"""What an uploaded file is, by its content alone: PDF, JPEG, PNG or HEIC, whole, open, passive, and nothing besides.

Two at a time, since a picture takes much more memory unpacked than sent. Every refusal has a code of its own, whose
sentence names the cure.
"""

from __future__ import annotations

import io
import struct
from functools import cache
from threading import BoundedSemaphore
from types import ModuleType
from typing import Final, Literal, NamedTuple

from services.people import pdfs
from shared.events import Refused

Type = Literal["pdf", "jpeg", "png", "heic"]
MOST_DOTS: Final = 50_000_000  # of a picture, unpacked
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
EICAR: Final = b"EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE"
UNREADABLE: Final = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error,
)  # fmt: skip  # what decoders of pictures raise, whatever they are fed
_TURNS = BoundedSemaphore(2)


class Judged(NamedTuple):
    """What it is, and how many pages it has."""

    type: Type
    pages: int


def judge(content: bytes) -> Judged:
    """What the file is. Refused (`document.*`) for whatever is not to be taken in."""
    if not content:
        raise Refused("document.empty")
    kind = type_of(content)
    if EICAR in content:
        raise Refused("document.malware")
    if _is_archive(content) or (kind != "pdf" and b"%PDF-" in content[:1024]):
        raise Refused("document.two_in_one")
    with _TURNS:
        match kind:
            case "pdf":
                return Judged(kind, pdfs.pages(content))
            case "heic":
                _check_heic(content)
            case _:
                _check_picture(content, kind)
    return Judged(kind, 1)


def type_of(content: bytes) -> Type:
    """By the first bytes. Refused (`document.type`) for anything else."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return "heic"
    raise Refused("document.malware" if EICAR in content else "document.type")


def _is_archive(content: bytes) -> bool:
    """Whether a ZIP's directory stands at the end, whatever stands before it: one file that is two."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    while end >= 0:
        size = int.from_bytes(content[end + 12 : end + 16], "little")
        if content.startswith(b"PK\x01\x02", max(0, end - size)):
            return True
        end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000), end)
    return False


def _check_picture(content: bytes, kind: Literal["jpeg", "png"]) -> None:
    """Decoded to its end; a JPEG at a smaller scale, which reads all of it with less memory."""
    image, opened = _pillow(), None
    try:
        opened = image.open(io.BytesIO(content), formats=[kind.upper()])
        if opened.width * opened.height > MOST_DOTS:
            raise Refused("document.too_many_dots")
        if kind == "jpeg":
            opened.draft("RGB", (opened.width // 8 + 1, opened.height // 8 + 1))
        opened.load()
    except (image.DecompressionBombError, image.DecompressionBombWarning):
        raise Refused("document.too_many_dots") from None
    except UNREADABLE:
        raise Refused("document.damaged") from None
    finally:
        if opened is not None:
            opened.close()
    if kind == "png" and not content.endswith(b"IEND\xaeB`\x82"):
        raise Refused("document.two_in_one")


def _check_heic(content: bytes) -> None:
    import pillow_heif

    try:
        opened = pillow_heif.open_heif(io.BytesIO(content))
        width, height = opened.size
        if width * height > MOST_DOTS:
            raise Refused("document.too_many_dots")
        opened.to_pillow().load()
    except UNREADABLE:
        raise Refused("document.damaged") from None


@cache
def _pillow() -> ModuleType:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    return Image
