"""`/obligation/CCM-MNE-4`: one duty of a State: where it stands, why it is ranked so, everything said of it."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import chart, expected, state_tables, tables, words
from services.portal.doing.leading import links_for
from services.portal.frame import Frame, day_of, query
from services.portal.language import gettext as _
from services.portal.pages.things import history_of, named_or_none
from services.portal.reading import Unreadable

_NAME = re.compile(r"(CCM|APMBC)-([A-Z]{3})-([0-9])(?:-[A-Za-z0-9._~-]{1,100})?")
_LAND = {("CCM", "4"), ("APMBC", "5")}


def routes(frame: Frame) -> list[BaseRoute]:
    """The page of a duty and its figures as files."""

    async def known(request: Request) -> tuple[Mapping[str, Any], dict[str, Any], Mapping[str, Any] | None]:
        name = str(request.path_params["id"])
        found = _NAME.fullmatch(name)
        if not found:
            raise Unreadable(404, {"detail": _("A duty is named like CCM-MNE-4: treaty, State, article.")})
        profile = await frame.read(request, f"/insights/states/{found.group(2)}?{query(day_of(request))}")
        row = next((one for one in profile["ranked"] if one["id"] == name), None)
        for party in profile["treaties"]:
            for duty in party["duties"]:
                if duty["id"] == name:
                    return profile, {**duty, "treaty": party["treaty"]}, row
        if row is not None:
            # A report is a duty too, and stands among the reports, not among the duties.
            return profile, {**_BARE, "id": name, "treaty": row["treaty"], "article": row["article"]}, row
        raise Unreadable(404, {"detail": _("No source that we hold speaks of this duty on that day.")})

    async def obligation(request: Request) -> Response:
        profile, duty, row = await known(request)
        name = duty["id"]
        rules = None if day_of(request) else await named_or_none(frame, request, f"/deadlines/obligations/{name}")
        stream = f"obligation-{name}" if duty["article"] != "7" else f"reporting-{name.rpartition('-')[0]}"
        try:
            entries = await history_of(frame, request, "deadlines", stream)
        except Unreadable:
            entries = []
        is_land = (duty["treaty"], duty["article"]) in _LAND
        return frame.page(
            request,
            "obligation.html",
            profile=profile,
            duty_=duty,
            row=row,
            rules=rules,
            on=profile["as_of"],
            next=expected.of_duty(row) if row else None,
            drawn=chart.course(row, duty, profile["as_of"]) if is_land else None,
            figures=_figures(duty).sort(request),
            entries=entries,
            heading=words.title_of(words.duty(duty["treaty"], duty["article"]), duty["clock"]),
            ways=links_for(frame.visitor(request), "obligation", {**duty, "state": profile["state"]}),
        )

    async def download(request: Request) -> Response:
        profile, duty, _row = await known(request)
        kind = str(request.path_params["kind"])
        if kind not in tables.FILES:
            return frame.message(request, _("No such file"), _("Tables are there as .csv and as .xlsx."), 404)
        return tables.as_file([_figures(duty)], kind, f"{duty['id']}-figures-{profile['as_of']}")

    return [Route("/obligation/{id}/figures.{kind}", download), Route("/obligation/{id}", obligation)]


_BARE: dict[str, Any] = {
    "clock": "",
    "how": "open",
    "how_since": None,
    "original_deadline": None,
    "deadline_in_force": None,
    "extended": False,
    "request_pending": False,
    "lodging_day": None,
    "lodging_meeting": "",
    "steps": [],
    "figures": [],
}


def _figures(duty: Mapping[str, Any]) -> tables.Table:
    return state_tables.figures_of((duty["treaty"], duty, one) for one in duty["figures"])
