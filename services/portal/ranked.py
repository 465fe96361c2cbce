"""The ranking as pages show it: filters beyond those of the contract, groups, and the same as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.portal import told, words
from services.portal.language import gettext as _
from services.portal.tables import Cell, Column, Row, Table, named

KINDS = (
    "financial",
    "technical_expertise",
    "equipment",
    "training",
    "survey",
    "clearance",
    "stockpile_destruction",
    "victim_assistance_plan",
    "national_legislation",
    "reporting",
)
DUTIES = tuple(f"{treaty}-{article}" for treaty, article in words.ARTICLES)
_DAYS_IN_A_YEAR = 365.25


def sizes() -> list[tuple[str, str]]:
    """How much help is open, as the filter names it."""
    return [
        ("small", _("small: technical, or up to USD 5 million")),
        ("larger", _("larger")),
        ("unknown", _("not stated")),
    ]


def deadlines() -> list[tuple[str, str]]:
    """How far the deadline in force lies, as the filter names it."""
    return [
        ("passed", _("passed")),
        ("year", _("within a year")),
        ("three", _("within three years")),
        ("later", _("later than three years")),
        ("none", _("none known")),
    ]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for. Treaty, article, region and kind are the contract's own; the rest is cut here."""

    treaty: str = ""
    duty: str = ""
    region: str = ""
    kind: str = ""
    size: str = ""
    deadline: str = ""
    donor: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """What the contract of `/insights/near-completion` is asked."""
        treaty, _dash, article = self.duty.partition("-") if self.duty in DUTIES else (self.treaty, "", "")
        found = {
            "treaty": treaty,
            "article": article,
            "region": self.region,
            "kind": self.kind,
            "donor": self.donor,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def said(self) -> dict[str, str]:
        """What the address says of it, without the blank ones."""
        found = {name: str(getattr(self, name)) for name in self.__slots__}
        return {name: value for name, value in found.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return any((self.treaty, self.duty, self.region, self.kind, self.size, self.deadline))

    def takes(self, row: Mapping[str, Any], on: date) -> bool:
        """Whether the row stays."""
        return self._size(row) and self._deadline(row, on)

    def _size(self, row: Mapping[str, Any]) -> bool:
        small = next((one["value"] for one in row["conditions"] if one["name"] == "small help"), None)
        match self.size:
            case "small":
                return small is True
            case "larger":
                return small is False
            case "unknown":
                return small is None
            case _other:
                return True

    def _deadline(self, row: Mapping[str, Any], on: date) -> bool:
        to = row["deadline_in_force"]
        if not self.deadline:
            return True
        if to is None or self.deadline == "none":
            return to is None and self.deadline == "none"
        years = (date.fromisoformat(to) - on).days / _DAYS_IN_A_YEAR
        match self.deadline:
            case "passed":
                return bool(row["deadline_passed"])
            case "year":
                return 0 <= years <= 1
            case "three":
                return 0 <= years <= 3
            case "later":
                return years > 3
            case _other:
                return True


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the ranking.

    `count` are its States whatever is read of it, `rows` those that were read, `states` are all of them by code
    and name.
    """

    number: int
    name: str
    rows: Sequence[Mapping[str, Any]]
    count: int
    states: Sequence[tuple[str, str]]


def groups(ranking: Mapping[str, Any], kept: Filter) -> list[Group]:
    """The groups with the rows that the filter leaves, in their order, of a ranking that was read whole."""
    on = date.fromisoformat(ranking["on"])
    rows = [row for row in ranking["rows"] if kept.takes(row, on)]
    found = []
    for one in ranking["groups"]:
        own = [row for row in rows if row["group"] == one["group"]]
        states = [(row["state"], row["state_name"]) for row in own]
        found.append(Group(one["group"], told.word(one["name"]), own, len(own), states))
    return found


def groups_in_part(ranking: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The groups of a ranking of which some rows were read; `states` says where each State stands."""
    listed: dict[int, list[tuple[str, str]]] = {}
    for one in sorted((one for one in states if one["place"] is not None), key=lambda one: int(one["place"])):
        listed.setdefault(one["group"], []).append((one["state"], one["name"]))
    return [
        Group(
            one["group"],
            told.word(one["name"]),
            [row for row in ranking["rows"] if row["group"] == one["group"]],
            one["states"],
            listed.get(one["group"], ()),
        )
        for one in ranking["groups"]
    ]


def table(found: Sequence[Group]) -> Table:
    """One line for each obligation, a State's others below its best."""
    columns = (
        Column("place", _("Place"), "number"),
        Column("state", _("State")),
        Column("iso3", _("ISO code"), seen=False),
        Column("duty", _("Duty")),
        Column("group", _("Group")),
        Column("to_be_confirmed", _("To be confirmed"), seen=False),
        Column("score", _("Score"), "number"),
        Column("range_low", _("Range from"), "number"),
        Column("range_high", _("Range to"), "number"),
        Column("confidence", _("Confidence"), "number"),
        Column("left", _("Left"), "number"),
        Column("unit", _("Unit")),
        Column("left_as_of", _("Left as of"), "day"),
        Column("deadline", _("Deadline in force"), "day"),
        Column("open_usd", _("Open, in USD"), "number"),
        Column("why", _("Why"), seen=False),
    )
    rows: list[Row] = []
    for group in found:
        for best in group.rows:
            rows.extend(_row(one, group) for one in (best, *best["others"]))
    return Table("near-completion", _("Who is near completion and needs small help"), columns, rows)


def _row(one: Mapping[str, Any], group: Group) -> Row:
    return {
        "place": Cell(one["place"]),
        "state": Cell(one["state_name"], to=f"/states/{one['state']}"),
        "iso3": Cell(one["state"]),
        "duty": Cell(named(one["treaty"], one["article"], one["clock"])),
        "group": Cell(told.word(one["group_name"]) or group.name),
        "to_be_confirmed": Cell(_("yes") if one["to_be_confirmed"] else _("no")),
        "score": Cell(one["score"]),
        "range_low": Cell(one["range"][0]),
        "range_high": Cell(one["range"][1]),
        "confidence": Cell(one["confidence"]),
        "left": Cell(Decimal(one["remaining"]) if one["remaining"] is not None else None),
        "unit": Cell(one["unit"]),
        "left_as_of": Cell(_date(one["remaining_on"]), words.day(one["remaining_on"])),
        "deadline": Cell(_date(one["deadline_in_force"]), words.day(one["deadline_in_force"])),
        "open_usd": Cell(Decimal(one["usd_open"]) if one["usd_open"] is not None else None),
        "why": Cell(" ".join(told.said(reason) for reason in one["reasons"])),
    }


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
