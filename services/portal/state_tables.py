"""A State's page as tables: duties, figures, reports, needs, help, partners. The page and the files share them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.portal import words
from services.portal.language import gettext as _
from services.portal.tables import Cell, Column, Row, Table, named
from shared.countries import country_name

Profile = Mapping[str, Any]


def all_of(profile: Profile) -> list[Table]:
    """Every table of the page."""
    return [duties(profile), figures(profile), reports(profile), needs(profile), help_given(profile), partners(profile)]


def duties(profile: Profile) -> Table:
    """Every duty that is known of, open or not."""
    columns = (
        Column("duty", _("Duty")),
        Column("id", _("Name here"), seen=False),
        Column("standing", _("Standing")),
        Column("since", _("Since"), "day"),
        Column("first_deadline", _("First deadline"), "day"),
        Column("deadline", _("Deadline in force"), "day"),
    )
    rows: list[Row] = [
        {
            "duty": Cell(
                named(party["treaty"], one["article"], one["clock"]),
                words.title_of(words.duty(party["treaty"], one["article"]), one["clock"]),
                f"/obligation/{one['id']}",
            ),
            "id": Cell(one["id"]),
            "standing": Cell(words.standing(one["how"]).word, code=one["how"]),
            "since": day_cell(one["how_since"]),
            "first_deadline": day_cell(one["original_deadline"]),
            "deadline": day_cell(one["deadline_in_force"], _("extended") if one["extended"] else ""),
        }
        for party in profile["treaties"]
        for one in party["duties"]
    ]
    return Table("duties", _("Duties"), columns, rows)


def figures(profile: Profile) -> Table:
    """Every figure of every source, as printed."""
    return figures_of(
        (party["treaty"], duty, figure)
        for party in profile["treaties"]
        for duty in party["duties"]
        for figure in duty["figures"]
    )


def figures_of(found: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> Table:
    """Figures with their duty, source and day."""
    columns = (
        Column("figure", _("Figure")),
        Column("duty", _("Duty")),
        Column("period", _("Period")),
        Column("value", _("As printed"), "number"),
        Column("unit", _("Unit"), seen=False),
        Column("source", _("Source")),
        Column("address", _("Address of the source"), seen=False),
        Column("stated_on", _("Said on")),
    )
    rows: list[Row] = [
        {
            "figure": Cell(words.metric(one["metric"])),
            "duty": Cell(named(treaty, duty["article"], duty["clock"])),
            "period": Cell(one["period"], words.day(one["period"])),
            "value": Cell(Decimal(one["value"]), words.quantity(one["value"], one["unit"])),
            "unit": Cell(one["unit"]),
            **cited(one["cited"]),
        }
        for treaty, duty, one in found
    ]
    rows.sort(key=lambda row: (str(row["duty"].value), str(row["period"].value)), reverse=True)
    return Table("figures", _("Figures by source"), columns, rows)


def reports(profile: Profile) -> Table:
    """One line for each report: what was said of it last, and how often it was spoken of."""
    columns = (
        Column("report", _("Report")),
        Column("treaty", _("Treaty")),
        Column("year", _("On the year"), "number"),
        Column("standing", _("Standing")),
        Column("came_in", _("Came in"), "day"),
        Column("seen", _("Seen on"), "day"),
        Column("source", _("Source")),
        Column("address", _("Address of the source"), seen=False),
        Column("stated_on", _("Said on")),
    )
    newest: dict[tuple[str, str, int], Mapping[str, Any]] = {}
    count: dict[tuple[str, str, int], int] = {}
    for party in profile["treaties"]:
        for one in party["reports"]:
            key = (party["treaty"], one["kind"], one["period_year"] or 0)
            count[key] = count.get(key, 0) + 1
            if key not in newest or _said(one) >= _said(newest[key]):
                newest[key] = one
    rows: list[Row] = [
        {
            "report": Cell(
                _("Initial report") if kind == "initial" else _("Annual report"),
                note=_("spoken of %(num)s times") % {"num": count[treaty, kind, year]}
                if count[treaty, kind, year] > 1
                else "",
            ),
            "treaty": Cell(treaty),
            "year": Cell(year or None),
            "standing": Cell(words.standing(f"report_{one['status']}").word, code=f"report_{one['status']}"),
            "came_in": Cell(one["submitted_on"] or None, _partial(one["submitted_on"])),
            "seen": Cell(one["as_of"] or None, words.day(one["as_of"])),
            **cited(one["cited"]),
        }
        for (treaty, kind, year), one in sorted(newest.items(), key=lambda item: (item[0][2], item[0]), reverse=True)
    ]
    return Table("reports", _("Reports"), columns, rows)


def _said(one: Mapping[str, Any]) -> tuple[str, str]:
    return (str(one["cited"]["known_from"]), str(one["as_of"] or ""))


def _partial(text: str) -> str:
    return _("by %(day)s") % {"day": words.day(text[3:])} if text.startswith("by ") else words.day(text)


def needs(profile: Profile) -> Table:
    """Lines of published requests, and needs that sources tell of."""
    columns = (
        Column("need", _("Need")),
        Column("duty", _("Duty")),
        Column("who_says", _("Who says so")),
        Column("currency", _("Currency")),
        Column("asked", _("Asked"), "number"),
        Column("open", _("Open"), "number"),
        Column("years", _("Years")),
        Column("source", _("Source")),
        Column("address", _("Address of the source"), seen=False),
    )
    rows: list[Row] = []
    for request in profile["requests"]:
        for line in request["lines"]:
            rows.append(
                {
                    "need": Cell(line["description"] or words.plain(line["kind"]), to=f"/request/{request['request']}"),
                    "who_says": Cell(_("a request published here")),
                    "currency": Cell(line["currency"]),
                    "asked": _sum(line["requirement"]),
                    "open": _sum(line["gap"]),
                }
            )
    for one in profile["stated_needs"]:
        rows.append(
            {
                "need": Cell(one["what"] or words.plain(one["kind"]), proof=one["link"]),
                "duty": Cell(named(one["treaty"], one["article"]) if one["article"] else one["treaty"]),
                "who_says": Cell(one["said"]),
                "currency": Cell(one["currency"]),
                "asked": _sum(one["amount"]),
                "open": _sum(one["gap"]),
                "years": Cell(one["years"]),
                "source": Cell(words.host(one["source"]), to=one["source"] if words.is_address(one["source"]) else ""),
                "address": Cell(one["source"]),
            }
        )
    return Table("needs", _("Needs: asked for, or said of the State"), columns, rows)


def help_given(profile: Profile) -> Table:
    """Help received, as recorded; no sums over it, since editions of one year may both stand here."""
    columns = (
        Column("year", _("Year")),
        Column("donor", _("Donor")),
        Column("for", _("For")),
        Column("currency", _("Currency")),
        Column("amount", _("Amount"), "number"),
        Column("usd_printed", _("USD as printed"), "number"),
        Column("source", _("Source")),
        Column("address", _("Address of the source"), seen=False),
        Column("stated_on", _("Said on")),
    )
    rows: list[Row] = []
    for year in profile["help"]:
        for one in year["lines"]:
            amount = one["amount"]
            rows.append(
                {
                    "year": Cell(year["period"], words.day(year["period"]) or _("no year stated")),
                    "donor": Cell(one["donor_name"] or one["donor"]),
                    "for": Cell(one["sector"] or one["what"], note=_("table read in part") if one["partial"] else ""),
                    "currency": Cell(amount["currency"] if amount else ""),
                    "amount": _sum(amount["amount"] if amount else None),
                    "usd_printed": _sum(one["usd_printed"]),
                    "source": _source_cell(one),
                    "address": Cell(one["source"]),
                    "stated_on": Cell(one["stated_on"], words.day(one["stated_on"])),
                }
            )
        for total in year["totals"]:
            for label, value in (
                (_("printed total from abroad"), total["international_usd"]),
                (_("printed total of its own"), total["national_usd"]),
            ):
                if value is not None:
                    rows.append(
                        {
                            "year": Cell(year["period"], words.day(year["period"]) or _("no year stated")),
                            "donor": Cell(label),
                            "usd_printed": _sum(value),
                            "source": _source_cell(total),
                            "address": Cell(total["source"]),
                            "stated_on": Cell(total["stated_on"], words.day(total["stated_on"])),
                        }
                    )
    rows.sort(key=lambda row: str(row["year"].value), reverse=True)
    return Table("help", _("Help received, as recorded"), columns, rows)


def partners(profile: Profile) -> Table:
    """Coalitions, and partnerships as sources tell of them."""
    columns = (
        Column("name", _("Name")),
        Column("kind", _("Kind")),
        Column("standing", _("Standing")),
        Column("partners", _("Partners")),
        Column("purpose", _("What for")),
    )
    called = _("Coalition for %(state)s") % {"state": country_name(profile["state"])}
    rows: list[Row] = []
    for one in profile["partners"]:
        page = words.coalition_page(one["link"])
        rows.append(
            {
                # A coalition has no name of its own but its id.
                "name": Cell(one["name"], called if page else "", page, proof="" if page else one["link"]),
                "kind": Cell(words.plain(one["kind"])),
                "standing": Cell(words.standing(one["status"]).word, code=one["status"] if page else ""),
                "partners": Cell(", ".join(one["partners"])),
                "purpose": Cell(one["words"]),
            }
        )
    return Table("partners", _("Coalitions and partnerships"), columns, rows)


def _source_cell(one: Mapping[str, Any]) -> Cell:
    source = str(one["source"])
    return Cell(words.host(source), to=source if words.is_address(source) else "", proof=str(one["link"]))


def cited(one: Mapping[str, Any]) -> dict[str, Cell]:
    """The cells that say where a fact comes from."""
    source = str(one["source"])
    return {
        "source": Cell(one["source_name"], to=source if words.is_address(source) else "", proof=str(one["link"])),
        "address": Cell(source),
        "stated_on": Cell(one["stated_on"] or "", words.day(one["stated_on"])),
    }


def day_cell(value: str | None, note: str = "") -> Cell:
    """A day as a day in files and as words on the page."""
    if not value:
        return Cell()
    return Cell(date.fromisoformat(value) if len(value) == 10 else value, words.day(value), note=note)


def _sum(value: str | None) -> Cell:
    return Cell(Decimal(value), words.whole(value)) if value is not None else Cell()
