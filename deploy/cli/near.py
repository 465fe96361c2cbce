"""`article6 near-completion`, `ask-next` and `backtest`: the question of the product, and how good its answers were."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.asking import asking, run
from deploy.cli.obligations import KEYS, csv_row, duty, percent, quantity, ranked, sentences
from deploy.cli.options import AsOf, AsRecorded, Csv, DataFolder, Json, Limit, Treaty, code, day
from deploy.cli.showing import show_csv, show_json, show_table, show_text
from deploy.settings import FOLDER

_SHOWN = 25
_ALL = 500


def near_completion(
    treaty: Treaty = None,
    as_of: AsOf = None,
    as_recorded: AsRecorded = None,
    group: Annotated[
        list[int] | None, typer.Option("--group", min=1, max=5, help="Only this group, 1 to 5; can be repeated.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=_ALL, help=f"How many States; {_SHOWN} in a table, else all.")
    ] = None,
    data: DataFolder = FOLDER,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Who is near completion and needs small help? States in order, with the reasons.

    \b
    Examples:
      article6 near-completion
      article6 near-completion --treaty ccm --group 1
      article6 near-completion --as-of 2017-12-20
      article6 near-completion --json > ranking.json
    """
    most = limit or (_ALL if as_json or as_csv else _SHOWN)
    ranking = run(
        _get(
            data,
            "/insights/near-completion",
            treaty=code(treaty),
            as_of=day(as_of),
            as_recorded=day(as_recorded),
            group=group or None,
            limit=most,
        )
    )
    obligations = ranked(ranking["rows"])
    if as_json:
        show_json(
            {
                "as_of": ranking["on"],
                "as_recorded": ranking["as_recorded"],
                "groups": ranking["groups"],
                "obligations": obligations,
                "ask": ranking["ask"],
            }
        )
    elif as_csv:
        show_csv(KEYS, [csv_row(one) for one in obligations])
    else:
        _show(ranking, group)


def _show(ranking: dict[str, Any], group: list[int] | None) -> None:
    rows = ranking["rows"]
    if not rows:
        show_text(f"No State stands in this part of the ranking on {ranking['on']}.")
        return
    how = "told to this system by" if ranking["as_recorded"] else "publicly known on"
    show_table(
        ["", "State", "Duty", "Left", "Deadline", "Score", "Range", "Sure", "Group", "Why"],
        [
            [
                row["place"],
                row["state_name"],
                duty(row),
                _left(row),
                row["deadline_in_force"] or "no date known",
                "too little known" if row["score"] is None else percent(row["score"]),
                f"{percent(row['range'][0])}–{percent(row['range'][1])}",
                percent(row["confidence"]),
                f"{row['group']} {row['group_name']}{', to be confirmed' if row['to_be_confirmed'] else ''}",
                sentences(row["reasons"]),
            ]
            for row in rows
        ],
        title=f"Who is near completion and needs small help? As {how} {ranking['on']}.",
        right=("", "Score", "Sure"),
        section=8,
    )
    counted = [one for one in ranking["groups"] if not group or one["group"] in group]
    more = sum(one["states"] for one in counted) - len(rows)
    if more > 0:
        show_text(f"{more} more States: --limit {len(rows) + more} shows all.")
    show_text("States by group: " + "; ".join(f"{one['name']} {one['states']}" for one in ranking["groups"]) + ".")
    if ranking["ask"]:
        show_text("Not known on that day, and worth asking first:", style="bold")
        for question in ranking["ask"][:5]:
            show_text(f"  {question['text']} Ask: {question['whom']}.")


def _left(row: dict[str, Any]) -> str:
    if row["family"] == "act":
        return "an act"
    left = quantity(None if row["remaining"] is None else float(row["remaining"]), row["unit"])
    return f"{'at least ' if row['at_least'] else ''}{'at most ' if row['at_most'] else ''}{left}"


def ask_next(
    treaty: Treaty = None,
    as_of: AsOf = None,
    as_recorded: AsRecorded = None,
    limit: Limit = 20,
    data: DataFolder = FOLDER,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """The missing facts that could move a State most, and whom to ask.

    \b
    Example:
      article6 ask-next --treaty ccm --limit 10
    """
    found = run(
        _get(
            data,
            "/insights/ask-next",
            treaty=code(treaty),
            as_of=day(as_of),
            as_recorded=day(as_recorded),
            limit=min(limit, 50),
        )
    )
    columns = ["state", "obligation", "fact", "whom", "place", "could_be", "text"]
    if as_json:
        show_json({"as_of": found["on"], "as_recorded": found["as_recorded"], "ask": found["ask"]})
    elif as_csv:
        show_csv(columns, [[one[column] for column in columns] for one in found["ask"]])
    else:
        show_table(
            ["Now", "Could be", "What", "Ask"],
            [[one["place"], one["could_be"], one["text"], one["whom"]] for one in found["ask"]],
            right=("Now", "Could be"),
        )


def backtest(
    treaty: Treaty = None, as_of: AsOf = None, data: DataFolder = FOLDER, as_json: Json = False, as_csv: Csv = False
) -> None:
    """How good was it? For the last day of every year, the first rows against what truly was completed.

    \b
    Example:
      article6 backtest
    """
    found = run(_get(data, "/insights/backtest", treaty=code(treaty), as_of=day(as_of)))
    if as_json:
        show_json(found)
        return
    rows = [
        [
            year["on"],
            year["open"],
            len(year["came_to_an_end"]),
            *(text for tried in year["tried"] for text in (tried["of_five"], tried["of_ten"])),
            "" if year["over"] else "not over yet, not counted",
        ]
        for year in found["years"]
    ]
    names = [one["name"] for one in found["sums"]]
    columns = ["Day", "Open", "Ended", *(f"{name}: of {most}" for name in names for most in (5, 10)), ""]
    if as_csv:
        show_csv(columns, rows)
        return
    show_table(columns, rows, title="Of the first 5 and 10, how many came to an end in the three years after?")
    for one in found["sums"]:
        show_text(f"{one['name']}: {one['of_five']} of {one['five']}, {one['of_ten']} of {one['ten']}")
    if (words := _honestly(found["sums"])) is not None:
        show_text(words)


def _honestly(sums: list[dict[str, Any]]) -> str | None:
    """A sentence where a plain rival did better than the ranking; it is not hidden in a table."""
    ours, *rivals = sums
    better = [
        f"sorting {one['name']}"
        for one in rivals
        if all(one[hits] * ours[of] > ours[hits] * one[of] for hits, of in (("of_five", "five"), ("of_ten", "ten")))
    ]
    if not better:
        return None
    return (
        f"So far {' and '.join(better)} predicted completion better than this ranking, which asks another question: "
        "where a little help would bring a State over the line."
    )


async def _get(folder: Path, path: str, **parameters: Any) -> Any:
    async with asking(folder) as services:
        return await services.get(path, **parameters)
