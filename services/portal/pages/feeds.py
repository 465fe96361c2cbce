"""Feeds of what changed (`/changes.atom`, `/ranking.atom`, `/states/BIH/changes.atom`), and how to subscribe."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import atom, language, words
from services.portal.frame import Frame, query
from services.portal.language import gettext as _
from services.portal.moves import moves
from services.portal.pages.looking import calendar_filters
from services.portal.pages.state import code_of
from services.portal.polled import at_root, polled
from services.portal.sentences.lines import Line
from services.portal.sentences.telling import told

_DAYS = 31
_MOST = 60
_RANKED_DAYS = 7
_MOST_MOVES = 25
"""More moves than so many on one day are one entry: then the list was filled, and that is the news."""


def routes(frame: Frame) -> list[BaseRoute]:
    """The feeds, and the page that says where they are."""
    rankings: OrderedDict[date, Mapping[str, Any]] = OrderedDict()

    async def ranking_of(request: Request, day: date) -> Mapping[str, Any]:
        """The ranking as this system was told by the end of that day; of a past day it cannot change any more."""
        now = frame.today()
        if day not in rankings:
            asked = {} if day >= now else {"as_recorded": day.isoformat()}
            found = await frame.read(request, f"/insights/near-completion?{query(asked)}")
            if day >= now:
                return dict(found)
            rankings[day] = {"rows": found["rows"]}
            while len(rankings) > _RANKED_DAYS + 1:
                rankings.popitem(last=False)
        return rankings[day]

    async def ranking(request: Request) -> Response:
        now = frame.today()
        days = [now - timedelta(days=back) for back in range(_RANKED_DAYS, -1, -1)]
        entries: list[atom.Entry] = []
        before = await ranking_of(request, days[0])
        for day in days[1:]:
            after = await ranking_of(request, day)
            entries += _moved(request, before, after, day, now)
            before = after
        title = _("Who is near completion and needs small help: what moved")
        return answered(request, "ranking", title, "/ranking.atom", "/", entries)

    async def changes(request: Request) -> Response:
        found = await frame.read(request, f"/insights/changes?{query({'days': _DAYS, 'limit': _MOST})}")
        lines = await told(frame, request, found["changes"])
        whose = {one["link"]: str(one["state_name"]) for one in found["changes"]}
        entries = [_entry(request, line, whose[line.link], frame.is_exercise) for line in lines]
        return answered(request, "changes", _("What changed"), "/changes.atom", "/changes", entries)

    async def of_state(request: Request) -> Response:
        code = code_of(request)
        profile = await frame.read(request, f"/insights/states/{code}")
        newest = await frame.read(request, f"/insights/changes?{query({'state': code, 'days': _DAYS, 'limit': _MOST})}")
        known = await frame.read(request, f"/insights/entries?{query({'state': code, 'limit': _MOST})}")
        both = {one["link"]: one for one in (*newest["changes"], *known["entries"])}
        lines = await told(frame, request, list(both.values()))
        entries = [_entry(request, line, profile["name"], frame.is_exercise) for line in lines]
        title = _("%(state)s: what changed") % {"state": profile["name"]}
        page = f"/states/{code}"
        return answered(request, f"state/{code}", title, f"{page}/changes.atom", page, entries)

    def answered(
        request: Request, name: str, title: str, address: str, page: str, entries: Sequence[atom.Entry]
    ) -> Response:
        exercise = frame.is_exercise
        feed = atom.Feed(
            name=f"{'exercise/' if exercise else ''}feed/{name}",
            title=(_("Exercise:") + " " if exercise else "") + f"{_('Article Six')}: {title}",
            address=at_root(request, address),
            page=at_root(request, page),
            language=language.current(),
            at=datetime.combine(frame.today(), datetime.min.time(), UTC),
            entries=entries,
        )
        return polled(request, atom.written(feed), atom.MEDIA_TYPE)

    async def everywhere(request: Request) -> Response:
        chosen = {name: request.query_params.get(name, "")[:60] for name in ("treaty", "region", "kind")}
        calendar = f"/calendar.ics?{query(chosen)}".rstrip("?")
        feeds = [
            (_("What moved in the ranking"), at_root(request, "/ranking.atom")),
            (_("What changed at all"), at_root(request, "/changes.atom")),
        ]
        return frame.page(
            request,
            "subscribe.html",
            title=_("Calendar and feeds"),
            back=None,
            filters=await calendar_filters(frame, request),
            narrowed=any(chosen.values()),
            calendar=at_root(request, calendar),
            feeds=feeds,
        )

    async def to_state(request: Request) -> Response:
        code = code_of(request)
        profile = await frame.read(request, f"/insights/states/{code}")
        page = f"/states/{code}"
        return frame.page(
            request,
            "subscribe.html",
            title=_("%(state)s: calendar and feed") % {"state": profile["name"]},
            back=(page, _("Back to %(name)s") % {"name": profile["name"]}),
            filters=(),
            narrowed=False,
            calendar=at_root(request, f"{page}/calendar.ics"),
            feeds=[(_("What changed of this State"), at_root(request, f"{page}/changes.atom"))],
        )

    return [
        Route("/ranking.atom", ranking),
        Route("/changes.atom", changes),
        Route("/states/{iso3}/changes.atom", of_state),
        Route("/subscribe", everywhere),
        Route("/states/{iso3}/subscribe", to_state),
    ]


def _entry(request: Request, line: Line, state: str, exercise: bool) -> atom.Entry:
    said = [line.said]
    if line.on:
        said.append(_("It tells of %(day)s.") % {"day": words.day(line.on)})
    said.append(_("Recorded %(moment)s by %(actor)s.") % {"moment": words.moment(line.at), "actor": line.actor})
    return atom.Entry(
        name=("exercise/" if exercise else "") + line.link,
        title=(f"{state}: {line.said}" if state and state not in line.said else line.said)[:200],
        words=" ".join(said),
        at=datetime.fromisoformat(line.at),
        page=at_root(request, words.history(line.link)),
        source=line.source if words.is_address(line.source) else "",
    )


def _moved(
    request: Request, before: Mapping[str, Any], after: Mapping[str, Any], day: date, now: date
) -> list[atom.Entry]:
    found = moves(before, after)
    # What a past day brought is said at its end; of today at its beginning, so that it does not change by the hour.
    at = datetime.combine(day, datetime.max.time() if day < now else datetime.min.time(), UTC)
    if len(found) > _MOST_MOVES:
        said = _("%(num)s duties came, went or moved on %(day)s.") % {"num": len(found), "day": words.day(str(day))}
        return [atom.Entry(f"ranking/{day}", said, said, at, at_root(request, "/"))]
    return [
        atom.Entry(f"ranking/{day}/{one.duty}", one.title, one.words, at, at_root(request, f"/obligation/{one.duty}"))
        for one in found
    ]
