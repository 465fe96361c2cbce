"""`article6 requests`, `pledges` and `coalitions`: what was done here, or with --reported what sources say."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.asking import asking, run
from deploy.cli.options import DataFolder, Json, Limit, State, Treaty, code
from deploy.cli.showing import show_json, show_table, show_text
from deploy.settings import FOLDER

Status = Annotated[str | None, typer.Option("--status", help="Only this status.")]
Reported = Annotated[bool, typer.Option("--reported", help="What sources report instead, as imported.")]
Columns = Mapping[str, Callable[[dict[str, Any]], Any]]


def requests(
    state: State = None,
    treaty: Treaty = None,
    status: Status = None,
    reported: Reported = False,
    limit: Limit = 100,
    data: DataFolder = FOLDER,
    as_json: Json = False,
) -> None:
    """Requests for assistance with what they still lack; --reported: needs that sources state.

    \b
    Examples:
      article6 requests --status submitted
      article6 requests --reported --state LAO
    """
    if reported:
        _no_status(status)
        found = _list(data, "/requests/needs", limit, state=state, treaty=code(treaty))
        _show(found, _NEEDS, as_json, "No source states a need that fits.")
        return
    found = _list(data, "/requests", limit, state=state, treaty=code(treaty), status=status)
    _show(found, _REQUESTS, as_json, "No request fits. What sources state: article6 requests --reported")


def pledges(
    donor: Annotated[
        str | None, typer.Option("--donor", help="Only this donor, by its id (or ISO3 if reported).")
    ] = None,
    state: State = None,
    treaty: Treaty = None,
    status: Status = None,
    reported: Reported = False,
    limit: Limit = 100,
    data: DataFolder = FOLDER,
    as_json: Json = False,
) -> None:
    """Pledges and how far they have come; --reported: assistance that sources report.

    \b
    Examples:
      article6 pledges --status confirmed
      article6 pledges --reported --state LAO
    """
    if reported:
        _no_status(status)
        found = _list(data, "/pledges/assistance", limit, recipient=state, donor=donor, treaty=code(treaty))
        _show(found, _ASSISTANCE, as_json, "No source reports assistance that fits.")
        return
    found = _list(data, "/pledges", limit, donor=donor, state=state, treaty=code(treaty), status=status)
    _show(found, _PLEDGES, as_json, "No pledge fits. What sources report: article6 pledges --reported")


def coalitions(
    state: State = None,
    status: Status = None,
    reported: Reported = False,
    limit: Limit = 100,
    data: DataFolder = FOLDER,
    as_json: Json = False,
) -> None:
    """Country coalitions and their members; --reported: coalitions and partnerships that sources report.

    \b
    Examples:
      article6 coalitions --status active
      article6 coalitions --reported
    """
    if reported:
        _no_status(status)
        found = _list(data, "/coalitions/partnerships", limit, state=state)
        _show(found, _PARTNERSHIPS, as_json, "No source reports a partnership that fits.")
        return
    found = _list(data, "/coalitions", limit, state=state, status=status)
    _show(found, _COALITIONS, as_json, "No coalition fits. What sources report: article6 coalitions --reported")


def _no_status(status: str | None) -> None:
    if status is not None:
        raise typer.BadParameter("what sources report has no status here", param_hint="--status")


def _list(folder: Path, path: str, limit: int, **parameters: Any) -> list[dict[str, Any]]:
    async def ask() -> list[dict[str, Any]]:
        async with asking(folder) as services:
            return await services.pages(path, limit, **parameters)

    return run(ask())


def _show(found: list[dict[str, Any]], columns: Columns, as_json: bool, nothing: str) -> None:
    if as_json:
        show_json({"items": found})
    elif found:
        show_table(list(columns), [[read(one) for read in columns.values()] for one in found])
    else:
        show_text(nothing)


def _money(amount: Mapping[str, str] | None) -> str:
    return f"{amount['currency']} {Decimal(amount['amount']):,.0f}" if amount else ""


def _lacking(lines: list[dict[str, Any]]) -> str:
    """What each open line lacks; a line without an amount by the kind of help."""
    return "; ".join(
        _money(line["open"]) or str(line.get("kind", "help in kind")).replace("_", " ")
        for line in lines
        if not line["met"]
    )


def _target(target: Mapping[str, Any]) -> str:
    """The kind in words, then what it names."""
    named = [str(part) for name, part in target.items() if part and name != "kind"]
    return " ".join((target["kind"].replace("_", " "), *named))


def _span(first: int | None, last: int | None) -> str:
    return "–".join(str(year) for year in dict.fromkeys((first, last)) if year)


_REQUESTS: Columns = {
    "Request": lambda one: one["id"],
    "State": lambda one: one["state"],
    "Status": lambda one: one["status"].replace("_", " "),
    "For": lambda one: ", ".join(f"{duty['treaty']} {duty['article']}" for duty in one["content"]["obligations"]),
    "Lines": lambda one: len(one["lines"]),
    "Still lacks": lambda one: _lacking(one["lines"]),
    "Since": lambda one: one["submitted_at"][:10],
}
_NEEDS: Columns = {
    "State": lambda one: one["state"],
    "Duty": lambda one: f"{one['treaty']} {one['article']}",
    "Basis": lambda one: one["basis"],
    "Kind": lambda one: one["need"]["kind"].replace("_", " "),
    "What": lambda one: one["need"]["what"],
    "Amount": lambda one: _money(one["need"]["amount"]),
    "Years": lambda one: _span(one["need"]["year_from"], one["need"]["year_to"]),
    "Source": lambda one: one["need"]["statement"]["source"],
}
_PLEDGES: Columns = {
    "Pledge": lambda one: one["id"],
    "Donor": lambda one: one["donor"],
    "Status": lambda one: one["status"].replace("_", " "),
    "To": lambda one: _target(one["target"]),
    "Amount": lambda one: _money((one.get("ladder") or {}).get("announced")) or one.get("in_kind", ""),
    "Paid": lambda one: _money((one.get("ladder") or {}).get("disbursed")),
}
_ASSISTANCE: Columns = {
    "Donor": lambda one: one["assistance"]["donor_name"],
    "Recipient": lambda one: one["assistance"]["recipient_name"],
    "Period": lambda one: one["assistance"]["period"],
    "What": lambda one: one["assistance"]["what"],
    "Amount": lambda one: _money(one["assistance"]["amount"]),
    "USD printed": lambda one: one["assistance"]["amount_usd_printed"],
    "Source": lambda one: one["assistance"]["statement"]["source"],
}
_COALITIONS: Columns = {
    "Coalition": lambda one: one["coalition"],
    "State": lambda one: one["state"],
    "Status": lambda one: one["status"],
    "For": lambda one: ", ".join(f"{duty['treaty']} {duty['article']}" for duty in one["obligations"]),
    "Members": lambda one: ", ".join(member["name"] for member in one["members"]),
    "Consent": lambda one: one["consent"]["on"] if one["consent"] else "not given",
    "Purpose": lambda one: one["purpose"],
}
_PARTNERSHIPS: Columns = {
    "Name": lambda one: one["name"],
    "State": lambda one: one["state"],
    "Called": lambda one: one["called"].replace("_", " "),
}
