"""How answers are printed: tables for people, JSON for programs, CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import typer

from shared.spreadsheets import guarded

_UNWATCHED_WIDTH = 200


def say(text: str = "") -> None:
    """A line for people who wait; not part of the answer (standard error)."""
    typer.echo(text, err=True)


def show_json(answer: Any) -> None:
    """The answer as JSON, indented, dates in ISO 8601, decimals as text."""
    typer.echo(orjson.dumps(answer, default=str, option=orjson.OPT_INDENT_2).decode())


def show_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The answer as CSV (RFC 4180) with a header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    typer.echo(out.getvalue(), nl=False)


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    title: str | None = None,
    right: Iterable[str] = (),
    section: int | None = None,
) -> None:
    """The answer as a table. `right` names columns of figures; `section`: a line wherever that cell changes."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    figures = set(right)
    console = _console()
    if title:
        console.print(Text(title, style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in figures else "left", overflow="fold")
    before: Any = None
    for row in rows:
        if section is not None and before is not None and row[section] != before:
            table.add_section()
        before = row[section] if section is not None else None
        table.add_row(*(_cell(cell) for cell in row))
    console.print(table)


def show_text(text: str, style: str = "") -> None:
    """A line of the answer."""
    from rich.text import Text

    _console().print(Text(text, style=style))


def _console() -> Any:
    from rich.console import Console

    watched = Console()
    return watched if watched.is_terminal else Console(width=_UNWATCHED_WIDTH)


def _cell(value: Any) -> Any:
    from rich.text import Text

    # Never as markup: people's texts may hold brackets.
    return Text("–" if value is None or value == "" else str(value))
