"""A file's lines of text, whatever it is packed in, and the hash of its bytes as they lie on disk.

Promise: the file is read once, in small steps; what is no CSV text is told by its content, never by its name;
a file that unpacks to more than `LARGEST` bytes is given up there, so a bomb costs time and no memory.
"""

import gzip
import hashlib
import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from services.cli.lists.findings import Findings

LARGEST = 512 * 2**20  # bytes, unpacked
LONGEST = 2**20  # bytes in one line: the real ones stay under 1,000

_GZIP = b"\x1f\x8b"
_KNOWN = (  # first bytes, and what to call it
    (b"PK\x03\x04", "file.workbook", "xlsx, ods or zip"),
    (b"PK\x05\x06", "file.workbook", "zip"),
    (b"\xd0\xcf\x11\xe0", "file.workbook", "xls"),
    (b"%PDF", "file.pdf", "PDF"),
    (b"BZh", "file.packed", "bzip2"),
    (b"\xfd7zXZ", "file.packed", "xz"),
    (b"\x28\xb5\x2f\xfd", "file.packed", "zstd"),
    (b"7z\xbc\xaf", "file.packed", "7z"),
    (b"Rar!", "file.packed", "rar"),
    (b"\xff\xfe\x00\x00", "file.encoding", "UTF-32"),
    (b"\xff\xfe", "file.encoding", "UTF-16"),
    (b"\xfe\xff", "file.encoding", "UTF-16"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")


class Damaged(Exception):
    """What is wrong with the bytes; whoever counts the rows adds where."""

    def __init__(self, code: str, **args: str) -> None:
        self.code = code
        self.args_of_code = args
        super().__init__(code, args)


class _Hashed(io.RawIOBase):
    """Hashes what is read through it: one pass, so that hash and rows are of the same bytes."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        read = self._file.readinto(into) or 0
        self.digest.update(memoryview(into)[:read])
        return read


class _Stream(Protocol):
    """What we need of the file and of what is unpacked from it."""

    def peek(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


class Source:
    """An open file. `lines` is to be read to its end before `sha256` is asked for."""

    def __init__(self, raw: _Hashed) -> None:
        self._raw = raw
        self._disk = io.BufferedReader(raw, 2**16)
        self._packed = _peek(self._disk).startswith(_GZIP)
        self._stream: _Stream = self._disk
        if self._packed:
            self._stream = io.BufferedReader(gzip.GzipFile(fileobj=self._disk))

    def lines(self) -> Iterator[str]:
        """Lines with their ends, without the byte order mark. Raises `Damaged`."""
        try:
            _refuse_other_kinds(_peek(self._stream), packed=self._packed)
            yield from self._decoded()
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Damaged("file.gzip") from error
        except OSError as error:
            raise Damaged("file.unreadable", why=error.strerror or "read error") from error

    def _decoded(self) -> Iterator[str]:
        size, first = 0, True
        for line in iter(partial(self._stream.readline, LONGEST + 1), b""):
            size += len(line)
            if size > LARGEST:
                raise Damaged("file.large", limit=f"{LARGEST // 2**20} MiB")
            if b"\0" in line:
                raise Damaged("file.nul")
            if len(line) > LONGEST:
                raise Damaged("file.line", limit=f"{LONGEST:,}")
            yield _text(line, first=first)
            first = False

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file's bytes on disk."""
        while self._disk.read(2**16):
            pass  # what stands behind the last gzip member belongs to the file too
        return self._raw.digest.hexdigest()


@contextmanager
def opened(path: Path, findings: Findings) -> Iterator[Source]:
    """The file, open for the length of the block. Raises `WrongFile` if there is none to read."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            findings.stop("file.directory")
        if not stat.S_ISREG(mode):  # a pipe would make us wait for ever
            findings.stop("file.irregular")
        file = io.FileIO(path)
    except FileNotFoundError:
        findings.stop("file.missing")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path itself
        findings.stop("file.unreadable", why=getattr(error, "strerror", None) or "not a path")
    with file:
        try:
            source = Source(_Hashed(file))
        except OSError as error:
            findings.stop("file.unreadable", why=error.strerror or "read error")
        yield source


def _peek(stream: _Stream) -> bytes:
    return stream.peek(64)[:64]


def _refuse_other_kinds(head: bytes, *, packed: bool) -> None:
    for magic, code, kind in _KNOWN:
        if head.startswith(magic):
            raise Damaged(code, kind=kind)
    if packed and head.startswith(_GZIP):
        raise Damaged("file.packed", kind="gzip in gzip")
    if head.lstrip().lower().startswith(_MARKUP):
        raise Damaged("file.markup")
    # UTF-16 without its mark: every other byte of plain letters is NUL.
    if len(head) >= 8 and (not any(head[0:8:2]) or not any(head[1:8:2])):
        if any(head[:8]):
            raise Damaged("file.encoding", kind="UTF-16")
        raise Damaged("file.nul")


def _text(line: bytes, *, first: bool) -> str:
    try:
        return line.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError as error:
        # 0x80 to 0x9F are letters and quotes in Windows-1252, and control characters that nobody writes in Latin-1.
        windows = any(0x80 <= byte <= 0x9F for byte in line)
        kind = "Windows-1252" if windows else "Latin-1 (ISO 8859-1)"
        raise Damaged("file.encoding", kind=kind) from error
