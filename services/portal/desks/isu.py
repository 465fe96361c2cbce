"""The ISU's desk: what is due, who is late, whom to write to, and what waits for a hand."""

from datetime import date
from typing import Any

from services.portal import words
from services.portal.addresses import page_of
from services.portal.desks.sections import MOST, Item, Reading, Section, section
from services.portal.doing.catalogue import form_of
from services.portal.doing.leading import Link
from services.portal.language import gettext as _
from services.portal.language import ngettext
from shared.countries import country_name
from shared.dates import add_months

_AHEAD = 12
_OLD = 24
_YEARS = 6
_REPORTS_BACK = 120
_SERVICES = ("deadlines", "requests", "pledges", "coalitions", "insights")


async def desk(read: Reading) -> list[Section]:
    """Its sections, the most urgent first."""
    ranking: Any = await read.read("/insights/near-completion")
    rows = [one for row in ranking["rows"] for one in (row, *row["others"])]
    return [
        await _to_be_lodged(read),
        await _waiting_for_a_decision(rows),
        await _reports(read),
        _old(rows, read.today),
        _disagreeing(rows),
        await _parked(read),
    ]


async def _to_be_lodged(read: Reading) -> Section:
    found: Any = await read.read(f"/insights/calendar?kind=lodging&months={_AHEAD}")
    items = []
    for one in found["due"][:MOST]:
        id_ = f"{one['treaty']}-{one['states'][0]}-{one['article']}"
        duty: Any = await read.maybe(f"/deadlines/obligations/{id_}")
        sent = [r for r in duty["reminders"] if r["kind"] == "lodging"] if duty else []
        told = _("no reminder sent yet")
        if sent:
            days = ", ".join(words.day(reminder["issued_on"]) for reminder in sent[-2:])
            told = _("reminded on %(days)s") % {"days": days}
        items.append(
            Item(
                f"{country_name(one['states'][0])}: {words.duty(one['treaty'], one['article'])}",
                page_of("obligation", id_),
                told,
                one["on"],
                one["days_left"] < 0,
                links=[_form("/deadlines/obligations/{id}/extension-requests", id_)],
            )
        )
    return section(
        "lodging",
        _("Extension requests to be lodged"),
        _("The last day on which a request is in time, within the next twelve months."),
        _("Nobody has to ask for more time within twelve months."),
        items,
        len(found["due"]),
    )


async def _waiting_for_a_decision(rows: list[Any]) -> Section:
    waiting = [one for one in rows if one["request_pending"]]
    items = [
        Item(
            f"{one['state_name']}: {words.duty(one['treaty'], one['article'])}",
            page_of("obligation", one["id"]),
            by=one["deadline_in_force"] or "",
            late=one["deadline_passed"],
            links=[
                _form("/deadlines/obligations/{id}/decisions", one["id"]),
                _form("/deadlines/obligations/{id}/questions", one["id"]),
            ],
        )
        for one in waiting[:MOST]
    ]
    return section(
        "pending",
        _("Extension requests that wait for a decision"),
        _("Lodged and not decided, as far as any source says."),
        _("No request waits for a decision."),
        items,
        len(waiting),
    )


async def _reports(read: Reading) -> Section:
    found: Any = await read.read(f"/insights/late-reports?months={_REPORTS_BACK}&limit={MOST}")
    items = []
    for one in found["late"]:
        state, treaty, late = one["state"], one["treaty"], one["reports"]
        id_ = f"{treaty}-{state}"
        years = [str(report["period_year"] or _("initial")) for report in late]
        named = ", ".join(years[-_YEARS:])
        said = ngettext("%(num)s missing: %(years)s", "%(num)s missing: %(years)s", len(years)) % {
            "num": len(years),
            "years": named if len(years) <= _YEARS else f"… {named}",
        }
        items.append(
            Item(
                _("%(state)s: Article 7 reports (%(treaty)s)") % {"state": country_name(state), "treaty": treaty},
                page_of("state", state),
                said,
                late[-1]["due_on"],
                True,
                links=[
                    _form("/deadlines/reporting/{id}/reports", id_),
                    _form("/deadlines/reporting/{id}/explanations", id_),
                ],
            )
        )
    return section(
        "reports",
        _("Article 7 reports late or missing"),
        _("Of the last ten years, as far as any source we hold says: a report that nobody recorded counts as missing."),
        _("Every report is in."),
        items,
        found["total"],
    )


def _old(rows: list[Any], today: str) -> Section:
    before = add_months(date.fromisoformat(today), -_OLD).isoformat()
    stale = [one for one in rows if one["remaining_on"] and one["remaining_on"] < before]
    items = [
        Item(
            f"{one['state_name']}: {words.duty(one['treaty'], one['article'])}",
            page_of("obligation", one["id"]),
            _("%(left)s left, as of %(day)s")
            % {"left": words.quantity(one["remaining"], one["unit"]), "day": words.day(one["remaining_on"])},
            links=[_form("/deadlines/obligations/{id}/figures", one["id"])],
        )
        for one in sorted(stale, key=lambda one: str(one["remaining_on"]))[:MOST]
    ]
    return section(
        "old",
        _("Facts older than two years"),
        _("Figures that the ranking still rests on: ask the State for a newer one."),
        _("Every figure in use is of the last two years."),
        items,
        len(stale),
    )


def _disagreeing(rows: list[Any]) -> Section:
    told = [one for one in rows if one["others_say"]]
    items = []
    for one in told[:MOST]:
        others = "; ".join(
            _("%(number)s (%(period)s)")
            % {"number": words.quantity(o["value"], o["unit"]), "period": words.day(o["period"])}
            for o in one["others_say"][:3]
        )
        items.append(
            Item(
                f"{one['state_name']}: {words.duty(one['treaty'], one['article'])}",
                page_of("obligation", one["id"]),
                _("in use %(used)s; others say %(others)s")
                % {"used": words.quantity(one["remaining"], one["unit"]), "others": others},
            )
        )
    return section(
        "disagreeing",
        _("Sources that disagree"),
        _("All are kept, and the page of the duty shows them side by side."),
        _("No two sources disagree on a figure in use."),
        items,
        len(told),
    )


async def _parked(read: Reading) -> Section:
    items = []
    for service in _SERVICES:
        parked: Any = await read.read(f"/{service}/parked")
        for one in parked:
            items.append(
                Item(
                    f"{service}: {one['stream']}",
                    words.history(f"{one['topic']}/{one['stream']}@{one['from_seq']}"),
                    _("%(follower)s could not take it: %(error)s")
                    % {"follower": one["follower"], "error": str(one["error"])[:200]},
                    links=[Link(f"/desk/parked/{service}/{one['follower']}/{one['stream']}", _("Try it again"))],
                )
            )
    return section(
        "parked",
        _("Messages set aside"),
        _("What a part of the system could not deal with. Nothing is lost: it waits here for a hand."),
        _("Nothing is set aside."),
        items,
    )


def _form(path: str, id_: str) -> Link:
    form = form_of(path)
    return Link(form.address(id=id_), _(form.title))
