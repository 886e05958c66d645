"""Whether a PDF is whole, open to everybody, and does nothing by itself; and how many pages it has.

qpdf finds what is active, also where a name is spelt in disguise; pdfium, which will draw the pages, must read it too.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any, Final

from shared.events import Refused

UNPACKED: Final = 4 * 1024 * 1024  # bytes of one stream that is unpacked while reading: objects and tables, no content
MOST_OBJECTS: Final = 100_000  # dictionaries and arrays, those within others too: some seconds of work
MOST_ITEMS: Final = 500_000  # what these hold, numbers too
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
    if len(pdf.get_xref_table()) > MOST_OBJECTS:
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
    """Every dictionary of the file, those within others too, whether or not a page leads to it. Refused
    (`document.bomb`) before more of them wait, or are read, than are allowed."""
    seen = items = 0
    for whole in _objects(pdf):
        waiting = [(whole, 0)]
        seen += 1
        while waiting:
            item, depth = waiting.pop()
            items += _size(item, pikepdf)
            if depth > DEEPEST or items > MOST_ITEMS:
                raise Refused("document.bomb")
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                yield item
            for one in _held(item, pikepdf):
                seen += 1
                if seen > MOST_OBJECTS:
                    raise Refused("document.bomb")
                waiting.append((one, depth + 1))


def _objects(pdf: Any) -> Iterator[Any]:
    """Read one after the other, so that whoever has seen enough need not read the rest; last, what no table lists."""
    yield pdf.trailer
    listed = set(pdf.get_xref_table())
    for id in sorted(listed):
        yield pdf.get_object(id)
    yield from (one for one in pdf.objects if getattr(one, "objgen", None) not in listed)


def _size(item: Any, pikepdf: ModuleType) -> int:
    if isinstance(item, pikepdf.Array):
        return len(item)
    return len(item.keys()) if isinstance(item, pikepdf.Dictionary | pikepdf.Stream) else 0


def _held(item: Any, pikepdf: ModuleType) -> Iterator[Any]:
    """The dictionaries and arrays that stand within it."""
    values: Iterable[Any] = item if isinstance(item, pikepdf.Array) else ()
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        values = (value for _, value in item.items())
    return (one for one in values if isinstance(one, pikepdf.Dictionary | pikepdf.Array) and not one.is_indirect)


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
        dct_max_memory=UNPACKED, max_stream_filters=3, parser_max_container_size=MOST_OBJECTS,
    )  # fmt: skip
    return pikepdf
