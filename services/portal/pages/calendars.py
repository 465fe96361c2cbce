"""`/calendar.ics` and `/states/BIH/calendar.ics`: what falls due, for the calendar that somebody already uses."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import icalendar, told, words
from services.portal.frame import Frame, day_of, query
from services.portal.language import gettext as _
from services.portal.pages.looking import DATE_FILTERS, asked_dates
from services.portal.pages.state import code_of
from services.portal.polled import at_root, polled
from shared.countries import country_name

_MONTHS = 120
_FIRST = date(1997, 1, 1)


def routes(frame: Frame) -> list[BaseRoute]:
    """The calendars; before the tables of the same places."""

    async def of_all(request: Request) -> Response:
        found = await frame.read(request, f"/insights/calendar?{query({**asked_dates(request), **span(request)})}")
        narrowed = [value for name in DATE_FILTERS if name != "kind" and (value := request.query_params.get(name))]
        title = ", ".join([_("Dates of the mine and cluster munition treaties"), *(one[:40] for one in narrowed)])
        return answered(request, title, found, "", "-".join(["article6", *narrowed]))

    async def of_state(request: Request) -> Response:
        code = code_of(request)
        # Nothing is known of a State without a page: then there is no calendar either.
        profile = await frame.read(request, f"/insights/states/{code}?{query(day_of(request))}")
        asked = {**day_of(request), "state": code, **span(request)}
        found = await frame.read(request, f"/insights/calendar?{query(asked)}")
        title = _("%(state)s: dates of the mine and cluster munition treaties") % {"state": profile["name"]}
        return answered(request, title, found, code, f"{code}-dates")

    def span(request: Request) -> dict[str, str | int]:
        """From a year back: what is overdue and open stays in sight, and what was due lately does not vanish."""
        asked = next(iter(day_of(request).values()), "")
        try:
            day = date.fromisoformat(asked) if asked else frame.today()
        except ValueError:
            day = frame.today()  # insights refuses the day in words
        return {"first": max(_FIRST, day - timedelta(days=365)).isoformat(), "months": _MONTHS}

    def answered(request: Request, title: str, found: Mapping[str, Any], state: str, name: str) -> Response:
        exercise = _("Exercise:") + " " if frame.is_exercise else ""
        entries = [_entry(one, state, exercise, request) for one in found["due"]]
        at = datetime.combine(date.fromisoformat(found["as_of"]), datetime.min.time(), UTC)
        content = icalendar.written(exercise + title, entries, at)
        return polled(request, content, icalendar.MEDIA_TYPE, f"{name}.ics")

    return [Route("/calendar.ics", of_all), Route("/states/{iso3}/calendar.ics", of_state)]


def _entry(one: Mapping[str, Any], state: str, exercise: str, request: Request) -> icalendar.Entry:
    title, name = told.said(one, "title"), str(one["name"])
    if state and one["kind"] == "annual_report":
        # In a State's own calendar the report is its own.
        title = _("%(state)s: annual transparency report on %(year)s (%(treaty)s)") % {
            "state": country_name(state), "year": int(one["on"][:4]) - 1, "treaty": one["treaty"],
        }  # fmt: skip
        name = f"{name}-{state}"
    if one["precision"] != "day":
        title += " " + _("(day not known yet: %(said)s)") % {"said": words.day(one["said"])}
    whose = state or (one["states"][0] if len(one["states"]) == 1 else "")
    page = at_root(request, f"/states/{whose}" if whose else "/calendar")
    said = [_("Kind: %(kind)s.") % {"kind": words.plain(one["kind"])}]
    if proof := words.history(one["link"]):
        said.append(_("Where this date comes from: %(address)s") % {"address": at_root(request, proof)})
    said.append(_("Counted as of the day on which this was fetched; it moves when a new deadline is decided."))
    return icalendar.Entry(
        name=("exercise/" if exercise else "") + name,
        first=date.fromisoformat(one["on"]),
        last=date.fromisoformat(one["until"]),
        title=exercise + title,
        words="\n".join(said),
        page=page,
        kind=words.plain(one["kind"]),
    )
