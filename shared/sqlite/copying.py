"""Copies of SQLite files as of one moment, while others write them."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

Progress = Callable[[int, int], None]
"""Called now and then with the pages copied and the pages there are."""

_PAGES = 256
_PATIENCE = 30.0


def copy_files(followers: Mapping[Path, Path], sources: Mapping[Path, Path], progress: Progress | None = None) -> None:
    """Copy files, source -> target: all `sources` as of one and the same moment, `followers` as of a little before.

    So what is made from the sources is never ahead of them in the copy. Whoever writes the sources is
    held up for the moment it takes to look at all of them at once, not while they are copied. The
    targets are whole and on the disk afterwards. sqlite3.Error where that cannot be done.
    """
    with contextlib.ExitStack() as open_:
        looked_at = [(open_.enter_context(_looking(source)), target) for source, target in followers.items()]
        with _nobody_writes([*sources]):
            looked_at += [(open_.enter_context(_looking(source)), target) for source, target in sources.items()]
        total = sum(int(source.execute("PRAGMA page_count").fetchone()[0]) for source, _ in looked_at)
        done = 0
        for source, target in looked_at:
            done = _copy(source, target, done, total, progress)


@contextmanager
def _looking(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that goes on seeing the file as it is now."""
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN")
        # The view of the file begins with the first reading, not with BEGIN.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


@contextmanager
def _nobody_writes(files: Sequence[Path]) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        for file in files:
            uri = f"{file.absolute().as_uri()}?mode=rw"
            connection = held.enter_context(contextlib.closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE)))
            connection.isolation_level = None
            connection.execute("BEGIN IMMEDIATE")
        yield


def _copy(source: sqlite3.Connection, target: Path, done: int, total: int, progress: Progress | None) -> int:
    pages = 0

    def step(_: int, left: int, all_: int) -> None:
        nonlocal pages
        pages = all_
        if progress is not None:
            progress(done + all_ - left, total)

    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA synchronous=FULL")
        source.backup(copy, pages=_PAGES, progress=step)
        # One file without companions; whoever serves it sets its own mode again.
        copy.execute("PRAGMA journal_mode=DELETE")
    return done + pages
