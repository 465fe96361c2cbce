"""What it ran on: enough to compare, nothing that names the machine."""

import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.measuring import percentile

_PACKAGES = (
    "pydantic",
    "orjson",
    "fastapi",
    "uvicorn",
    "uvloop",
    "httptools",
    "eventsourcing",
    "eventsource-py",
    "aiosqlite",
)


def described() -> list[str]:
    """One line each: processor, system, versions, and how fast the disk takes a durable write."""
    said = [f"{_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()} {_release()}"]
    said.append(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {_packages(_PACKAGES)}")
    writes = synced(200)
    said.append(
        f"4 KiB appended and synced, one after another: p50 {percentile(writes, 50) * 1e3:.2f} ms,"
        f" p99 {percentile(writes, 99) * 1e3:.2f} ms"
    )
    return said


def synced(times: int) -> list[float]:
    """So many appends of 4 KiB with fdatasync in the folder for temporary files; seconds each."""
    page, each = bytes(4_096), []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = os.open(Path(folder) / "synced", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        sync = getattr(os, "fdatasync", os.fsync)
        for _ in range(times):
            began = time.perf_counter()
            os.write(file, page)
            sync(file)
            each.append(time.perf_counter() - began)
        os.close(file)
    return each


def _packages(names: Sequence[str]) -> str:
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 2**30:.0f} GiB"


def _release() -> str:
    # Only the number: builders put names of their own behind it.
    return ".".join(platform.release().split(".")[:2]).partition("-")[0]
