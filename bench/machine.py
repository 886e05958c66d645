"""Where a benchmark ran: processor, memory, file system, versions, and how often this disk confirms a write."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

IN_MEMORY = ("tmpfs", "ramfs")
BLOCK = b"\x5a" * 8192


def machine(folder: Path) -> dict[str, Any]:
    """What limits every figure here."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _said("/proc/cpuinfo", "model name") or platform.machine(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "filesystem": filesystem(folder),
        "fsync_per_second": round(fsync_rate(folder)),
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Of what is measured and what it is compared with."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for name in ("sqlalchemy", "msgspec", "eventsourcing"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def filesystem(folder: Path) -> str:
    """The kind of file system that a folder lies on."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    path = str(folder.resolve())
    above = [(mount, kind) for mount, kind in mounts if f"{path}/".startswith(f"{mount.rstrip('/')}/")]
    return max(above, key=lambda pair: len(pair[0]))[1] if above else "unknown"


def in_memory(kind: str) -> bool:
    """Whether a file system forgets everything."""
    return kind in IN_MEMORY


def fsync_rate(folder: Path, seconds: float = 0.5) -> float:
    """Writes of 8 kB per second, each confirmed by the disk before the next."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix="merit-bench-") as file:
        descriptor = file.fileno()
        os.pwrite(descriptor, BLOCK, 0)
        os.fdatasync(descriptor)
        done, began = 0, time.perf_counter()
        while (spent := time.perf_counter() - began) < seconds:
            os.pwrite(descriptor, BLOCK, 0)
            os.fdatasync(descriptor)
            done += 1
    return done / spent


def _said(path: str, name: str) -> str:
    for line in Path(path).read_text("utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
