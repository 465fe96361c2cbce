"""Options that several commands share, so that they are called the same everywhere."""

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
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs (docs/cli.md).")]
Csv = Annotated[bool, typer.Option("--csv", help="Answer as CSV, for spreadsheets.")]
Treaty = Annotated[
    TreatyName | None, typer.Option("--treaty", case_sensitive=False, help="Only this treaty.", show_default="both")
]
_DAY = ["%Y-%m-%d"]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=_DAY, metavar="DATE", help="What was publicly known on that day.", show_default="today"
    ),
]
AsRecorded = Annotated[
    datetime | None,
    typer.Option(
        "--as-recorded", formats=_DAY, metavar="DATE", help="What this system had been told by the end of that day."
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
