"""`article6 compute`: every date that follows from one deposit. Needs no data."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from deploy.cli.errors import CannotDo
from deploy.cli.options import Csv, Json, TreatyName, calendar_day
from deploy.cli.showing import show_csv, show_json, show_table


class Action(StrEnum):
    """The kind of instrument."""

    ratification = "ratification"
    accession = "accession"
    acceptance = "acceptance"
    approval = "approval"
    succession = "succession"


def compute(
    treaty: Annotated[
        TreatyName | None, typer.Option("--treaty", case_sensitive=False, help="Which treaty.", show_default=False)
    ] = None,
    deposit: Annotated[
        datetime | None,
        typer.Option(
            "--deposit", parser=calendar_day, metavar="DATE", help="Day on which the instrument was deposited."
        ),
    ] = None,
    action: Annotated[Action, typer.Option("--action", help="What was deposited.")] = Action.ratification,
    entry_into_force: Annotated[
        datetime | None,
        typer.Option(
            "--entry-into-force",
            parser=calendar_day,
            metavar="DATE",
            help="For a succession: the day from which the State is a party.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Instead: hold every date printed in the shipped tables against the rules.")
    ] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Every date that follows from a deposit, each with its article and the reckoning. Needs no data.

    \b
    Examples:
      article6 compute --treaty ccm --deposit 2010-02-16
      article6 compute --treaty apmbc --deposit 2002-09-11 --action accession
      article6 compute --check
    """
    if check:
        _check(as_json, as_csv)
        return
    if treaty is None or deposit is None:
        raise typer.BadParameter("both are needed", param_hint="--treaty and --deposit")
    from services.deadlines.computing import compute as reckon

    given: date | None = entry_into_force.date() if entry_into_force else None
    if given is not None and action is not Action.succession:
        raise typer.BadParameter("only a succession has a date of its own", param_hint="--entry-into-force")
    duties = reckon(treaty.value.upper(), deposit.date(), action.value, entry_into_force=given)  # type: ignore[arg-type]
    if as_json:
        show_json(
            {
                "treaty": treaty.value.upper(),
                "deposited_on": deposit.date(),
                "action": action.value,
                "duties": [_plain(duty) for duty in duties],
            }
        )
        return
    columns = ["reference", "title", "due", "longest_due", "applies_to", "reasoning"]
    rows = [[getattr(duty, column) for column in columns] for duty in duties]
    if as_csv:
        show_csv(columns, rows)
        return
    show_table(
        ["Rule", "What", "Due", "Reckoning"],
        [[duty.reference, duty.title, duty.due or "no date", duty.reasoning] for duty in duties],
        title=f"{treaty.value.upper()}, {action.value} deposited on {deposit.date()}",
    )


def _check(as_json: bool, as_csv: bool) -> None:
    from deploy.comparing import compared

    found = compared()
    columns = ["what", "treaty", "state", "article", "printed", "by_rule", "verdict", "why", "source"]
    if as_json:
        show_json([{column: getattr(one, column) for column in columns} for one in found])
    elif as_csv:
        show_csv(columns, [[getattr(one, column) for column in columns] for one in found])
    else:
        differing = [one for one in found if one.verdict != "agrees"]
        show_table(
            ["State", "What", "Printed", "By rule", "Why"],
            [
                [one.state, f"{one.treaty} {one.what.replace('_', ' ')}", one.printed, one.by_rule, one.why]
                for one in differing
            ],
            title="Printed dates that are not the rule's",
        )
        agreeing = len(found) - len(differing)
        typer.echo(f"{agreeing} printed dates agree with the rules, {len(differing)} do not.")
    if any(one.verdict == "unexplained" for one in found):
        raise CannotDo("a printed date is neither the rule's nor a known slip: review it")


def _plain(duty: Any) -> dict[str, Any]:
    names = ("treaty", "article", "reference", "title", "applies_to", "due", "longest_due", "reasoning", "mark")
    return {name: getattr(duty, name) for name in names}
