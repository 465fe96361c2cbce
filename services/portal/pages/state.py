"""`/states/BIH`: one State on one screen; its tables as files; its whole history."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import brief, chart, contacts, expected, state_tables, tables, words
from services.portal.doing.leading import links_for
from services.portal.frame import Frame, day_of, query
from services.portal.language import gettext as _
from services.portal.reading import Unreadable
from services.portal.sentences.telling import told
from services.portal.told import word

_SHORT_HISTORY = 10
_LAND = {("CCM", "4"), ("APMBC", "5")}
KINDS = {
    "figures": ("FigureStated", "TotalStated"),
    "judgements": ("StatusStated", "CompletionStated", "CompletionDeclared", "WorkFinished", "LaterFindStated"),
    "time": (
        "OriginalDeadlineStated",
        "ObligationDated",
        "ExtensionRequestStated",
        "ExtensionRequestLodged",
        "ExtensionDecided",
    ),
    "reports": ("ReportStated", "ReportReceived", "LatenessExplained"),
    "help": (
        "NeedRecorded",
        "AssistanceRecorded",
        "RequestSubmitted",
        "RequestRevised",
        "PledgeAllocated",
        "RecipientTotalStated",
    ),
}
"""What a history can be narrowed to, with the entries that belong to it."""


def routes(frame: Frame) -> list[BaseRoute]:
    """The page of a State and what lies below it."""

    async def profile_of(request: Request) -> Mapping[str, Any]:
        profile: Mapping[str, Any] = await frame.read(
            request, f"/insights/states/{code_of(request)}?{query(day_of(request))}"
        )
        return profile

    async def state(request: Request) -> Response:
        profile = await profile_of(request)
        day, code = day_of(request), profile["state"]
        known = await frame.read(request, f"/insights/entries?{query({**day, 'state': code, 'limit': _SHORT_HISTORY})}")
        due = await frame.read(request, f"/insights/calendar?{query({**day, 'state': code, 'months': 60})}")
        by_id = {
            one["id"]: {**one, "treaty": party["treaty"]} for party in profile["treaties"] for one in party["duties"]
        }
        cards = [{"row": row, "duty": by_id.get(row["id"]), "next": expected.of_duty(row)} for row in profile["ranked"]]
        return frame.page(
            request,
            "state.html",
            profile=profile,
            on=profile["as_of"],
            cards=cards,
            summary=summary(profile),
            charts=_charts(profile, by_id),
            tables={one.name: one.sort(request) for one in state_tables.all_of(profile)},
            recent=await told(frame, request, known["entries"]),
            entries=known["total"],
            due=_nearest(due["due"], code),
            people=await contacts.of_state(frame, request, code),
            ways=links_for(frame.visitor(request), "state", profile),
        )

    async def download(request: Request) -> Response:
        kind, name = str(request.path_params["kind"]), str(request.path_params.get("table", ""))
        profile = await profile_of(request)
        found = [one for one in state_tables.all_of(profile) if not name or one.name == name]
        if kind not in tables.FILES or not found:
            return frame.message(request, _("No such file"), _("Tables are there as .csv and as .xlsx."), 404)
        return tables.as_file(found, kind, f"{profile['state']}-{name or 'all'}-{profile['as_of']}")

    async def history(request: Request) -> Response:
        profile = await profile_of(request)
        kind = request.query_params.get("kind", "")
        page = request.query_params.get("page", "1")
        number = max(1, int(page[:5])) if page.isascii() and page.isdigit() else 1
        asked = {
            **day_of(request),
            "state": profile["state"],
            "event": list(KINDS.get(kind, ())),
            "limit": tables.PAGE,
            "offset": (number - 1) * tables.PAGE,
        }
        known = await frame.read(request, f"/insights/entries?{query(asked)}")
        return frame.page(
            request,
            "state_history.html",
            profile=profile,
            lines=await told(frame, request, known["entries"]),
            total=known["total"],
            number=number,
            pages=max(1, -(-known["total"] // tables.PAGE)),
            kind=kind,
            kinds=kinds(),
        )

    async def paper(request: Request) -> Response:
        profile = await profile_of(request)
        try:
            pdf = await brief.as_pdf(profile, summary(profile), frame.is_exercise)
        except brief.NotInstalled:
            said = _("PDF is not part of this installation. Whoever runs it can add it: pip install 'article6[pdf]'.")
            return frame.message(request, _("No PDF here"), said + " " + _("The page itself prints well."), 501)
        name = f"{profile['state']}-brief-{profile['as_of']}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(pdf, media_type="application/pdf", headers=headers)

    return [
        Route("/states/{iso3}", state),
        Route("/states/{iso3}/brief.pdf", paper),
        Route("/states/{iso3}/history", history),
        Route("/states/{iso3}/all.{kind}", download),
        Route("/states/{iso3}/{table}.{kind}", download),
    ]


def _nearest(due: list[Mapping[str, Any]], state: str) -> list[Mapping[str, Any]]:
    """The State's next dates; of reports that come back every year only the next of each treaty."""
    found, yearly = [], set()
    for one in due:
        key = (one["kind"], one["treaty"])
        if state not in one["states"] or (one["kind"] == "annual_report" and key in yearly):
            continue
        yearly.add(key)
        found.append(one)
    return found[:8]


def kinds() -> list[tuple[str, str]]:
    """The filters of a history in words."""
    return [
        ("figures", _("figures")),
        ("judgements", _("judgements and completions")),
        ("time", _("deadlines and more time")),
        ("reports", _("reports")),
        ("help", _("needs and help")),
    ]


def code_of(request: Request) -> str:
    """The State that the page's address names. Unreadable where that is no code."""
    code = str(request.path_params["iso3"])
    if not (len(code) == 3 and code.isascii() and code.isalnum()):
        raise Unreadable(404, {"detail": _("A State's page is named by its ISO 3166-1 code, such as BIH.")})
    return code.upper()


def summary(profile: Mapping[str, Any]) -> str:
    """How things stand, in one or two sentences."""
    rows = profile["ranked"]
    if not rows:
        return _("No open duty is known. That is not the same as none being open.")
    best = rows[0]
    pieces = [words.title_of(words.duty(best["treaty"], best["article"]), best["clock"])]
    if best["remaining"] is not None:
        pieces.append(_("%(much)s left") % {"much": words.quantity(best["remaining"], best["unit"])})
    if best["deadline_in_force"]:
        said = _("deadline %(day)s, %(far)s")
        pieces.append(
            said
            % {
                "day": words.day(best["deadline_in_force"]),
                "far": words.countdown(best["deadline_in_force"], profile["as_of"]),
            }
        )
    first = ", ".join(pieces)
    if len(rows) == 1:
        return _("One open duty is known: %(first)s (%(group)s).") % {
            "first": first,
            "group": word(best["group_name"]),
        }
    return _("%(num)s open duties are known; the nearest to its end: %(first)s (%(group)s).") % {
        "num": len(rows),
        "first": first,
        "group": word(best["group_name"]),
    }


def _charts(profile: Mapping[str, Any], by_id: Mapping[str, Any]) -> list[tuple[str, chart.Chart]]:
    rows = {row["id"]: row for row in profile["ranked"]}
    found = []
    for name, duty in by_id.items():
        is_open = name in rows
        if (duty["treaty"], duty["article"]) in _LAND and (
            drawn := chart.course(rows.get(name), duty, profile["as_of"])
        ):
            title = words.title_of(words.duty(duty["treaty"], duty["article"]), duty["clock"])
            found.append((not is_open, title, drawn))
    return [(title, drawn) for _closed, title, drawn in sorted(found, key=lambda one: one[0])]
