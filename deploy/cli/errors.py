"""Expected errors leave as one clear line that says what to do; exit code 1, or 2 for wrong usage."""

from typing import Any

import typer
from typer.core import TyperGroup


class CannotDo(Exception):
    """What cannot be done, and what to do about it."""


class ClearErrors(TyperGroup):
    """The commands, with expected errors turned into words. Anything else is a fault of ours and shows its trace."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. An expected error is printed on standard error and raises Exit with code 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            words = _in_words(error)
            if words is None:
                raise
            for line in words:
                typer.echo(line, err=True)
            raise typer.Exit(1) from None


def _in_words(error: Exception) -> list[str] | None:
    # Loaded only now: a command that fails early need not wait for what it did not use.
    import sqlite3

    from deploy.embedded import FolderInUse
    from deploy.importing.problems import TablesRefused
    from deploy.migrating_marks import NotToBeStarted
    from deploy.openid_settings import BadOpenIdSettings
    from deploy.tracing import NoExporter
    from shared.documents import DocumentsUnavailable
    from shared.eventstore import StoreUnavailable
    from shared.log.embedded import AheadOfItsEvents
    from shared.messages import Refused
    from shared.mongodb.connection import MongoUnavailable, NotLetIn, WrongAddress
    from shared.sqlite.database import DatabaseUnavailable, NotDurable

    match error:
        case CannotDo() | NoExporter() | FolderInUse() | NotToBeStarted() | NotDurable() | AheadOfItsEvents():
            return [f"article6: {error}"]
        case BadOpenIdSettings():
            return [f"article6: {error}"]
        case WrongAddress():
            return [f"article6: --mongodb: {error}"]
        case NotLetIn():
            return [f"article6: {error}"]
        case MongoUnavailable():
            return [f"article6: the database does not answer: {error}"]
        case TablesRefused():
            return [*error.lines(), f"article6: {error}"]
        case Refused():
            allowed = f" Allowed: {error.allowed}." if error.allowed else ""
            field = f"{error.field}: " if error.field else ""
            return [f"article6: {field}{error.detail}{allowed}"]
        case StoreUnavailable() | DatabaseUnavailable() | DocumentsUnavailable():
            return [f"article6: nothing can be written: {error}. Look at `article6 doctor`."]
        case sqlite3.Error():
            return [f"article6: the data cannot be read: {error}. Look at `article6 doctor`."]
        case OSError():
            return [f"article6: {error.filename}: {error.strerror}" if error.filename else f"article6: {error}"]
        case BaseExceptionGroup(exceptions=(Exception() as first, *_)):
            return _in_words(first)
        case _:
            return None
