"""`article6 deadlines`: obligations by the day on which they are due."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.asking import asking, run
from deploy.cli.obligations import KEYS, csv_row, duty, ranked, unranked
from deploy.cli.options import AsOf, Csv, DataFolder, Json, Limit, State, Treaty, calendar_day, code, day
from deploy.cli.showing import show_csv, show_json, show_table, show_text
from deploy.settings import FOLDER

_EVERY = 10_000


class ArticleName(StrEnum):
    """The articles with a duty."""

    three = "3"
    four = "4"
    five = "5"
    seven = "7"
    nine = "9"


def deadlines(
    treaty: Treaty = None,
    state: State = None,
    article: Annotated[ArticleName | None, typer.Option("--article", help="Only this article.")] = None,
    after: Annotated[
        datetime | None, typer.Option("--after", parser=calendar_day, metavar="DATE", help="Due on this day or later.")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option("--before", parser=calendar_day, metavar="DATE", help="Due on this day or earlier."),
    ] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="Only this status, such as open, overdue or declared.")
    ] = None,
    as_of: AsOf = None,
    limit: Limit = 1000,
    data: DataFolder = FOLDER,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Obligations in the order of their deadlines; those without a date come last.

    \b
    Examples:
      article6 deadlines --treaty ccm --before 2027-12-31
      article6 deadlines --state LAO
      article6 deadlines --status overdue --json
    """
    found = run(
        _get(
            data,
            limit,
            as_json or as_csv,
            treaty=code(treaty),
            state=state,
            article=article.value if article else None,
            due_after=day(after),
            due_before=day(before),
            status=status,
            on=day(as_of),
        )
    )
    if as_json:
        show_json({"obligations": found})
    elif as_csv:
        show_csv(KEYS, [csv_row(one) for one in found])
    elif found:
        show_table(
            ["Deadline", "State", "Duty", "Status", "First deadline", "Latest word of a source"],
            [
                [
                    one["deadline_in_force"] or "no date",
                    one["name"],
                    duty(one),
                    _status(one),
                    one["original_deadline"],
                    "" if one["stated_status"] == "not_stated" else one["stated_status"].replace("_", " "),
                ]
                for one in found
            ],
        )
    else:
        show_text("No obligation fits.")


def _status(one: dict[str, Any]) -> str:
    words: str = one["status"].replace("_", " ")
    return f"{words}, request pending" if one["request_pending"] and "request pending" not in words else words


async def _get(folder: Path, limit: int, with_ranking: bool, **parameters: Any) -> list[dict[str, Any]]:
    async with asking(folder) as services:
        lines = await services.pages("/deadlines/obligations", _EVERY, **parameters)
        lines.sort(key=lambda one: (one["deadline_in_force"] or "9999", one["state"], one["id"]))
        lines = lines[:limit]
        if not with_ranking:
            return lines
        ranking = await services.get("/insights/near-completion", as_of=parameters["on"])
    places = {one["id"]: one for one in ranked(ranking["rows"])}
    # Dates and status as the service of the deadlines says them; the ranking adds what only it knows.
    return [{**places.get(line["id"], {}), **_without_blanks(line, places)} for line in lines]


def _without_blanks(line: dict[str, Any], ranking: dict[str, Any]) -> dict[str, Any]:
    own = unranked(line)
    if line["id"] not in ranking:
        return own
    dates = ("entry_into_force", "original_deadline", "deadline_in_force", "status")
    return {key: own[key] for key in dates}
