"""The lines of a history: a sentence, its day, who recorded it, and where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.portal import words
from services.portal.language import gettext as _
from services.portal.sentences import Say, coalitions, deadlines, pledges, requests
from shared.countries import country_name

SAY: Mapping[str, Say] = {
    **deadlines.SAY,
    **requests.SAY,
    **pledges.SAY,
    **coalitions.SAY,
    "PersonForgotten": lambda _d: _("What was kept of a person named here was made unreadable."),
}
_DAYS = (
    "on", "declared_on", "lodged_on", "decided_on", "finished_on", "received_on", "announced_on", "confirmed_on",
    "disbursed_on", "fulfilled_on", "proposed_on", "put_on", "answered_on", "issued_on", "deposited_on", "found_on",
    "submitted_on", "as_of",
)  # fmt: skip
"""Where an entry names the day of what it tells, the first of these that it has."""


@dataclass(frozen=True, slots=True)
class Line:
    """`on` is the day it tells of, as exact as known; `at` when it was recorded here; `said` the sentence."""

    on: str
    at: str
    said: str
    actor: str
    source: str
    note: str
    link: str
    kind: str

    @property
    def anchor(self) -> str:
        """The entry's place in its history: `12.1`."""
        return self.link.partition("@")[2]


def lines(entries: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The entries of a history (`/<service>/history/<name>`) as lines, in their order."""
    return [line(entry) for entry in entries]


def line(entry: Mapping[str, Any]) -> Line:
    """One entry as a line."""
    data = entry["data"]
    statement = data.get("statement") or {}
    said_on = str(statement.get("stated_on") or "")
    note = _("Said on %(day)s.") % {"day": words.day(said_on)} if said_on else ""
    return Line(
        # A statement without any day stays without one; an act is of the day on which it was done here.
        on=_day(data) or said_on or ("" if statement else str(entry["at"])[:10]),
        at=str(entry["at"]),
        said=sentence(str(entry["type"]), data),
        actor=actor(str(entry["actor"])),
        source=str(statement.get("source") or ""),
        note=note,
        link=str(entry["link"]),
        kind=str(entry["type"]),
    )


def sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What happened. An entry of an older or newer kind than we have words for is named by its kind."""
    say = SAY.get(kind)
    if say is None:
        return f"{words.happened(kind)}."
    try:
        return say(data)
    except (KeyError, TypeError, ValueError):
        # An entry written by an older version may lack what the sentence names.
        return f"{words.happened(kind)}."


def _day(data: Mapping[str, Any]) -> str:
    return next((str(data[name]) for name in _DAYS if data.get(name)), "")


def actor(name: str) -> str:
    """Who recorded it, in words: `state:LAO` is the State Lao PDR."""
    role, _colon, scope = name.partition(":")
    scope = scope.partition(":")[0]
    match role:
        case "isu":
            return _("the ISU")
        case "coordinator":
            return _("a coordinator")
        case "state":
            return _("the State %(name)s") % {"name": country_name(scope)}
        case "donor":
            return _("the donor %(name)s") % {"name": country_name(scope) if len(scope) == 3 else scope}
        case "system":
            return _("this system, by the rule %(rule)s") % {"rule": scope} if scope else _("this system")
        case _other:
            return name
