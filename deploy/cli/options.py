"""Options that several commands share, so that they are called the same everywhere."""

import re
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.settings import FOLDER


class TreatyName(StrEnum):
    """The two treaties, as they are typed."""

    ccm = "ccm"
    apmbc = "apmbc"


DataFolder = Annotated[
    Path,
    typer.Option(
        "--data", envvar="ARTICLE6_DATA", help="Folder in which everything is kept.", show_default=str(FOLDER)
    ),
]


def _one_form(ctx: typer.Context, value: bool) -> bool:
    # Whichever comes second sees the first; `--help` has neither.
    if value and (ctx.params.get("as_json") or ctx.params.get("as_csv")):
        raise typer.BadParameter("--json and --csv are two forms of the answer: name one")
    return value


Json = Annotated[bool, typer.Option("--json", callback=_one_form, help="Answer as JSON, for programs (docs/cli.md).")]
Csv = Annotated[bool, typer.Option("--csv", callback=_one_form, help="Answer as CSV, for spreadsheets.")]
Treaty = Annotated[
    TreatyName | None, typer.Option("--treaty", case_sensitive=False, help="Only this treaty.", show_default="both")
]


def calendar_day(text: str) -> datetime:
    """Midnight of a day as YYYY-MM-DD; a usage error in words where the calendar has no such day."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    raise typer.BadParameter(f"{text} is not a day of the calendar; use YYYY-MM-DD")


def _not_to_come(moment: datetime | None) -> datetime | None:
    from shared.clock import SystemClock, today

    if moment is not None and moment.date() > (now := today(SystemClock())):
        raise typer.BadParameter(f"{moment.date()} is still to come: today is {now}")
    return moment


AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        parser=calendar_day,
        callback=_not_to_come,
        metavar="DATE",
        help="What was publicly known on that day.",
        show_default="today",
    ),
]
AsRecorded = Annotated[
    datetime | None,
    typer.Option(
        "--as-recorded",
        parser=calendar_day,
        callback=_not_to_come,
        metavar="DATE",
        help="What this system had been told by the end of that day.",
    ),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]


def state_code(code: str | None) -> str | None:
    """The State's code in capitals; a usage error where there is no such code."""
    from shared.countries import known_country

    if code is None:
        return None
    try:
        return known_country(code.upper())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


State = Annotated[
    str | None,
    typer.Option("--state", metavar="ISO3", callback=state_code, help="Only this State, by ISO 3166-1 alpha-3 code."),
]


def day(moment: datetime | None) -> date | None:
    """The day of a date option."""
    return moment.date() if moment else None


def code(treaty: TreatyName | None) -> str | None:
    """The treaty as the services call it."""
    return treaty.value.upper() if treaty else None
