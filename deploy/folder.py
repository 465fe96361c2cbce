"""What a folder was filled with: a killed first import goes on, and nothing fictional meets facts."""

import contextlib
import sqlite3
from enum import StrEnum
from pathlib import Path

from deploy.importing.shipped import shipped_digest

_MARK = "shipped-data"
_EXERCISE = "exercise-only"


class Filled(StrEnum):
    """`never`: an empty folder. `begun`: killed on the way. `older`: had the data of another version."""

    never = "never"
    begun = "begun"
    older = "older"
    done = "done"


def holds_something(folder: Path) -> bool:
    """Whether services have kept something there."""
    return any(folder.glob("*/events.db"))


def holds_events(folder: Path) -> bool:
    """Whether anything at all was recorded there."""
    return any(_has_rows(file) for file in folder.glob("*/events.db"))


def _has_rows(file: Path) -> bool:
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute("SELECT 1 FROM commits LIMIT 1").fetchone() is not None
        except sqlite3.OperationalError:
            return False


def filled(folder: Path) -> Filled:
    """How far the shipped data has come into this folder."""
    try:
        state, digest = (folder / _MARK).read_text().split()
    except (FileNotFoundError, ValueError):
        return Filled.never
    if state != Filled.done:
        return Filled.begun
    return Filled.done if digest == shipped_digest() else Filled.older


def mark(folder: Path, state: Filled) -> None:
    """Remember it. Written whole or not at all."""
    _write_mark(folder, state, shipped_digest())


def _write_mark(folder: Path, state: Filled, digest: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{_MARK}.new"
    fresh.write_text(f"{state} {digest}\n")
    fresh.replace(folder / _MARK)


def shipped(folder: Path) -> str:
    """The digest of the shipped data that the folder was filled with to the end; blank where it was not."""
    try:
        state, digest = (folder / _MARK).read_text().split()
    except (FileNotFoundError, ValueError):
        return ""
    return digest if state == Filled.done else ""


def mark_shipped(folder: Path, digest: str) -> None:
    """Remember that it was filled with the shipped data of that digest, elsewhere."""
    _write_mark(folder, Filled.done, digest)


def is_exercise(folder: Path) -> bool:
    """Whether the folder is for exercises: then nothing about real States comes into it."""
    return (folder / _EXERCISE).exists()


def mark_exercise(folder: Path) -> None:
    """Keep the folder for exercises."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _EXERCISE).touch()
