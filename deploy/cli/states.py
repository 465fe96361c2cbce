"""`article6 state ISO3`: everything published about one State."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.asking import asking, run
from deploy.cli.obligations import KEYS, csv_row, duty, obligation, percent, quantity
from deploy.cli.options import AsOf, AsRecorded, Csv, DataFolder, Json, Treaty, code, day, state_code
from deploy.cli.showing import show_csv, show_json, show_table, show_text
from deploy.settings import FOLDER

_PARTS = {
    "requests": "Requests made here",
    "stated_needs": "Needs that sources state, beside what extension requests ask",
    "help": "Help",
    "partners": "Partners",
}


def state(
    iso3: Annotated[str, typer.Argument(metavar="ISO3", callback=state_code, help="ISO 3166-1 alpha-3 code: LAO.")],
    treaty: Treaty = None,
    as_of: AsOf = None,
    as_recorded: AsRecorded = None,
    data: DataFolder = FOLDER,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """One State: its duties and dates, figures, reports, requests, help and partners.

    \b
    Examples:
      article6 state LAO
      article6 state BIH --as-of 2017-12-20 --json
    """
    found = run(_get(data, iso3, as_of=day(as_of), as_recorded=day(as_recorded)))
    only = code(treaty)
    treaties = [page for page in found["treaties"] if only in (None, page["treaty"])]
    rows = [row for row in found["ranked"] if only in (None, row["treaty"])]
    if as_json:
        show_json(
            {
                "state": found["state"],
                "name": found["name"],
                "as_of": found["as_of"],
                "as_recorded": found["as_recorded"],
                "treaties": treaties,
                "obligations": [obligation(row) for row in rows],
                **{part: found[part] for part in _PARTS},
            }
        )
    elif as_csv:
        show_csv(KEYS, [csv_row(obligation(row)) for row in rows])
    else:
        _show(found, treaties, rows)


def _show(found: dict[str, Any], treaties: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    show_text(f"{found['name']} ({found['state']}), as of {found['as_of']}", style="bold")
    for page in treaties:
        bound = "bound" if page["bound"] else "not bound on that day"
        entry = page["entry_into_force"] or "unknown"
        show_text(f"{page['treaty']}: {bound}; {page['action'] or 'deposit unknown'}, in force from {entry}")
        show_table(
            ["Duty", "Stands", "First deadline", "Deadline in force", "Extended", "Ask for more time by"],
            [
                [
                    f"Article {one['article']}" + (f" ({one['clock']})" if one["clock"] else ""),
                    one["how"].replace("_", " "),
                    one["original_deadline"],
                    one["deadline_in_force"],
                    "yes" if one["extended"] else "no",
                    one["lodging_day"],
                ]
                for one in page["duties"]
            ],
        )
    for row in rows:
        left = quantity(None if row["remaining"] is None else float(row["remaining"]), row["unit"])
        words = "an act" if row["family"] == "act" else f"{left} left"
        show_text(f"{duty(row)}: {row['group_name']}, {words}, score {percent(row['score'])}", style="bold")
        for reason in row["reasons"]:
            show_text(f"  {reason['text']}")
        for missing in row["missing"]:
            show_text(f"  Not known: {missing['fact']} (ask {missing['whom']})")
    for part, title in _PARTS.items():
        show_text(f"{title}: {len(found[part])} (--json lists them)")


async def _get(folder: Path, iso3: str, **parameters: Any) -> Any:
    async with asking(folder) as services:
        return await services.get(f"/insights/states/{iso3}", **parameters)
