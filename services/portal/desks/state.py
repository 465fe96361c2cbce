"""An affected State's desk: its duties with the next step, its requests, its report, what others ask of it."""

from typing import Any

from services.portal import words
from services.portal.addresses import page_of
from services.portal.desks.sections import Item, Reading, Section, section
from services.portal.doing.catalogue import form_of
from services.portal.doing.leading import Link, links_for
from services.portal.language import gettext as _
from services.portal.visitor import Visitor


async def desk(read: Reading, visitor: Visitor) -> list[Section]:
    """Its sections: messages, duties, requests, reports."""
    state = visitor.scope
    duties: Any = await read.read(f"/deadlines/obligations?state={state}&limit=50")
    full: list[Any] = [await read.read(f"/deadlines/obligations/{one['id']}") for one in duties["items"]]
    requests: Any = await read.read(f"/requests?state={state}&limit=200")
    return [
        await _messages(read, visitor, full),
        _duties(visitor, full),
        await _requests(read, visitor, requests["items"]),
        await _reports(read, visitor),
    ]


async def _messages(read: Reading, visitor: Visitor, duties: list[Any]) -> Section:
    items = []
    coalitions: Any = await read.read(f"/coalitions?state={visitor.scope}&limit=100")
    for one in coalitions["items"]:
        if one["consent"] is None and one["status"] == "proposed":
            items.append(
                Item(
                    _("A coalition is proposed for you: %(purpose)s") % {"purpose": one["purpose"][:140]},
                    page_of("coalition", one["coalition"]),
                    _("proposed by %(who)s on %(day)s; nothing begins without your consent")
                    % {"who": one["proposed_by"], "day": words.day(one["proposed_on"])},
                    links=[Link(form_of("/coalitions/{id}/consent").address(id=one["coalition"]), _("Consent"))],
                )
            )
    for duty in duties:
        named = words.duty(duty["treaty"], duty["article"])
        for request in duty["requests"]:
            answered = {answer["question"] for answer in request["answers"]}
            for question in request["questions"]:
                if question["question"] not in answered:
                    form = form_of("/deadlines/obligations/{id}/answers")
                    items.append(
                        Item(
                            _("A question on your extension request: %(text)s") % {"text": question["text"][:200]},
                            page_of("obligation", duty["id"]),
                            named,
                            links=[Link(form.address(id=duty["id"]), _(form.title))],
                        )
                    )
        if duty["reminders"]:
            last = duty["reminders"][-1]
            items.append(
                Item(
                    _("Reminder of %(day)s: %(duty)s") % {"day": words.day(last["issued_on"]), "duty": named},
                    page_of("obligation", duty["id"]),
                    by=last["due_on"],
                )
            )
    return section(
        "messages",
        _("Messages for you"),
        _("What others ask of you, and reminders that went out."),
        _("Nobody waits for an answer of yours."),
        items,
    )


def _duties(visitor: Visitor, duties: list[Any]) -> Section:
    items = []
    for duty in duties:
        if duty["declared_on"] or duty["ended_on"]:
            continue
        items.append(
            Item(
                words.duty(duty["treaty"], duty["article"]),
                page_of("obligation", duty["id"]),
                _next(duty),
                duty["deadline_in_force"] or "",
                duty["overdue"],
                word=duty["status"],
                links=links_for(visitor, "obligation", duty)[:4],
            )
        )
    return section(
        "duties",
        _("Your duties and the next step"),
        _("Open duties with a date or with work left."),
        _("No open duty of yours is recorded. That is not the same as none being open: tell the ISU."),
        items,
    )


def _next(duty: Any) -> str:
    lodging = duty["extension"]["lodging"]
    if duty["request_pending"]:
        return _("Next: the States Parties decide on your extension request.")
    if duty["finished_on"]:
        return _("Next: declare completion.")
    if duty["overdue"]:
        return _("Next: declare completion, or ask for more time now. The deadline has passed.")
    if lodging and duty["deadline_in_force"]:
        return _("Next: if more time is needed, lodge a request by %(day)s for the %(meeting)s.") % {
            "day": words.day(lodging["due_by"]),
            "meeting": lodging["meeting"],
        }
    return _("Next: report how the work stands.")


async def _requests(read: Reading, visitor: Visitor, requests: list[Any]) -> Section:
    drafts: Any = await read.read(f"/requests/drafts?state={visitor.scope}&limit=100")
    submission = form_of("/requests/{id}/submission")
    items = [
        Item(
            _("Draft %(name)s") % {"name": one["id"]},
            submission.address(id=one["id"]),
            _("kept on %(day)s; only your State and the ISU see it") % {"day": words.day(one["kept_at"][:10])},
            links=[Link(submission.address(id=one["id"]), _("Check and publish the request"))],
        )
        for one in drafts["items"]
    ]
    for one in requests:
        open_ = [words.money(line["open"]) for line in one["lines"] if line["open"] and not line["met"]]
        items.append(
            Item(
                _("Request %(name)s") % {"name": one["id"]},
                page_of("request", one["id"]),
                _("open: %(amounts)s") % {"amounts": ", ".join(open_)} if open_ else "",
                word=one["status"],
                links=links_for(visitor, "request", one)[:3],
            )
        )
    found = section(
        "requests",
        _("Your requests"),
        _("What you ask for, and how far it is covered."),
        _("You have asked for nothing yet. A request is the way to be found by donors."),
        items,
    )
    links = [Link(submission.address(), _(submission.title), main=True)]
    return Section(found.name, found.title, found.lead, found.empty, found.items, found.total, links)


async def _reports(read: Reading, visitor: Visitor) -> Section:
    items = []
    for treaty in ("CCM", "APMBC"):
        id_ = f"{treaty}-{visitor.scope}"
        line: Any = await read.maybe(f"/deadlines/reporting/{id_}")
        if line is None or line["ended_on"]:
            continue
        missing = [str(one["period_year"] or _("initial")) for one in line["missing"]]
        said = _("outstanding: %(years)s") % {"years": ", ".join(missing[-8:])} if missing else _("nothing outstanding")
        items.append(
            Item(
                _("Article 7 report under the %(treaty)s") % {"treaty": treaty},
                page_of("state", visitor.scope),
                said,
                line["missing"][-1]["due_on"] if missing else "",
                bool(missing),
                links=[
                    Link(form_of(path).address(id=id_), _(form_of(path).title))
                    for path in ("/deadlines/reporting/{id}/reports", "/deadlines/reporting/{id}/explanations")
                ],
            )
        )
    return section(
        "reports",
        _("Your reports"),
        _("The form starts with the first report that is outstanding, and figures with what was stated last."),
        _("No report is expected of you, as far as is recorded."),
        items,
    )
