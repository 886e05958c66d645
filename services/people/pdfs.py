"""Whether a PDF is whole, open to everybody, and does nothing by itself; and how many pages it has.

qpdf finds what is active, also where a name is spelt in disguise; pdfium, which will draw the pages, must read it too.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any, Final

from shared.events import Refused

UNPACKED: Final = 32 * 1024 * 1024  # bytes of one stream that is unpacked while reading
MOST_OBJECTS: Final = 100_000
MOST_PAGES: Final = 500
MOST_DOTS: Final = 100_000_000  # of one picture: A4 in colour at 900 dpi
DEEPEST: Final = 100
ACTIVE: Final = frozenset({"/JS", "/JavaScript", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/AA"})
ACTS: Final = frozenset({
    "/JavaScript", "/Launch", "/EmbeddedFile", "/FileAttachment", "/RichMedia", "/ImportData", "/SubmitForm",
    "/GoToR", "/GoToE", "/Movie", "/Sound", "/Rendition", "/3D", "/Screen",
})  # fmt: skip
_PDFIUM = Lock()  # it is not made for threads


def pages(content: bytes) -> int:
    """How many. Refused (`document.*`) for one that is damaged, locked, active, or a bomb."""
    pikepdf = _pikepdf()
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            counted = _judged(pdf, pikepdf)
    except pikepdf.PasswordError:
        raise Refused("document.locked") from None
    except (pikepdf.PikepdfError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        raise Refused("document.damaged") from None
    if not _drawable(content, counted):
        raise Refused("document.damaged")
    return counted


def _judged(pdf: Any, pikepdf: ModuleType) -> int:
    if pdf.is_encrypted:
        raise Refused("document.locked")
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("document.bomb")
    for item in _everything(pdf, pikepdf):
        if _is_active(item, pikepdf):
            raise Refused("document.active")
        if _dots(item) > MOST_DOTS:
            raise Refused("document.bomb")
    counted = len(pdf.pages)
    if any("limit exceeded" in str(said) for said in pdf.get_warnings()):  # of what was read so far, which is all
        raise Refused("document.bomb")
    if counted == 0:
        raise Refused("document.damaged")
    if counted > MOST_PAGES:
        raise Refused("document.too_many_pages")
    return counted


def _everything(pdf: Any, pikepdf: ModuleType) -> Iterator[Any]:
    """Every dictionary of the file, those within others too, whether or not a page leads to it."""
    waiting = [(item, 0) for item in [pdf.trailer, *pdf.objects]]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEEPEST:
            raise Refused("document.bomb")
        inner: list[Any] = []
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            inner = [value for _, value in item.items()]
        elif isinstance(item, pikepdf.Array):
            inner = list(item)
        held = (pikepdf.Dictionary, pikepdf.Array)
        waiting += [(one, depth + 1) for one in inner if isinstance(one, held) and not one.is_indirect]


def _is_active(item: Any, pikepdf: ModuleType) -> bool:
    names = set(item.keys())
    said = {str(item[key]) for key in ("/S", "/Subtype", "/Type") if isinstance(item.get(key), pikepdf.Name)}
    return bool(names & ACTIVE or said & ACTS)


def _dots(item: Any) -> int:
    if str(item.get("/Subtype", "")) != "/Image":
        return 0
    return int(item.get("/Width", 0)) * int(item.get("/Height", 0))


def _drawable(content: bytes, counted: int) -> bool:
    import pypdfium2

    with _PDFIUM:
        try:
            opened = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return False
        try:
            return len(opened) == counted
        finally:
            opened.close()


@cache
def _pikepdf() -> ModuleType:
    """The library, with what it may unpack limited: once, before the first file, since the limits are the process's."""
    import pikepdf
    from pikepdf import settings

    settings.set_qpdf_limits(
        flate_max_memory=UNPACKED, run_length_max_memory=UNPACKED, png_max_memory=UNPACKED, tiff_max_memory=UNPACKED,
        dct_max_memory=UNPACKED, max_stream_filters=3,
    )  # fmt: skip
    return pikepdf
