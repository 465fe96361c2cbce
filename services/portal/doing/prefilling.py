"""What a form starts with: what is known already, and beside each value from where.

Everything is read as the visitor, over the services' contracts.
"""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from services.portal import words
from services.portal.doing.asking import Asking, Known
from services.portal.doing.filling import values_of
from services.portal.language import gettext as _
from shared.countries import country_name

Prefill = Callable[[Asking], Awaitable[Known]]


async def known(asking: Asking) -> Known:
    """What the form starts with: from what is recorded, then from the link itself."""
    found = await _PREFILLS[asking.form.prefill](asking) if asking.form.prefill else Known()
    for one in asking.form.fields:
        if "[]" not in one.path and (said := asking.said(one.path)):
            found.put(one.path, said)
    return found


async def asking_for_help(ask: Asking) -> Known:
    """From the State's latest request: who is in charge does not change with each need."""
    found = Known()
    visitor = ask.frame.visitor(ask.request)
    state = ask.said("content.state") or (visitor.scope if visitor and visitor.role == "state" else "")
    for place in ("treaty", "article", "clock"):
        found.put(f"content.obligations.0.{place}", ask.said(place))
    page = await ask.read(f"/requests?state={state}&limit=200") if len(state) == 3 else None
    latest = max(page["items"], key=lambda one: one["submitted_at"], default=None) if page else None
    if latest:
        where = _("from your request %(name)s of %(day)s") % {
            "name": latest["id"],
            "day": words.day(latest["submitted_at"][:10]),
        }
        for name in ("authority", "local_partner", "completion_plan", "completion_planned_on", "multi_year"):
            value = latest["content"].get(name)
            found.put(f"content.{name}", {True: "yes", False: "no"}.get(value, value), where)
    return found


async def a_request_draft(ask: Asking) -> Known:
    """From the draft of the State, where there is one."""
    draft = await ask.read(f"/requests/{ask.ids['id']}/draft") if "id" in ask.ids else None
    if draft is None:
        return await asking_for_help(ask)
    found = Known(about=_request_words(draft["id"], draft["state"]))
    where = _("from the draft of %(day)s") % {"day": words.day(draft["kept_at"][:10])}
    found.take(values_of(ask.node, {"content": draft["content"]}), where)
    return found


async def a_request(ask: Asking) -> Known:
    """From the request as it is published."""
    shown = await ask.read(f"/requests/{ask.ids['id']}")
    if shown is None:
        return Known()
    found = Known(about=_request_words(shown["id"], shown["state"]))
    found.take(values_of(ask.node, {"content": shown["content"]}), _("as published"))
    return found


async def a_request_head(ask: Asking) -> Known:
    """Only what it is about."""
    shown = await ask.read(f"/requests/{ask.ids['id']}")
    return Known(about=_request_words(shown["id"], shown["state"]) if shown else "")


async def a_contact(ask: Asking) -> Known:
    """Whoever was named before."""
    shown = await ask.read(f"/requests/{ask.ids['id']}/contact")
    found = Known()
    if shown:
        found.about = _request_words(shown["id"], shown["state"])
        where = _("named on %(day)s") % {"day": words.day((shown["named_at"] or "")[:10])}
        for name in ("name", "email", "phone"):
            found.put(name, shown[name], where)
    return found


def _request_words(name: str, state: str) -> str:
    return _("Request %(name)s of %(state)s") % {"name": name, "state": country_name(state)}


async def pledging(ask: Asking) -> Known:
    """From the need, the State or the coalition that the link comes from."""
    found = Known()
    request, line = ask.said("request"), ask.said("line")
    state, coalition = ask.said("state"), ask.said("coalition")
    at = "terms.target"
    if request:
        found.put(f"{at}.kind", "need_line")
        found.put(f"{at}.request", request)
        found.put(f"{at}.line", line)
        shown = await ask.read(f"/requests/{request}")
        for one in shown["lines"] if shown else ():
            if one["need"]["line"] == line and one["open"]:
                where = _("what is open of this need")
                found.put("terms.amount.amount", one["open"]["amount"], where)
                found.put("terms.amount.currency", one["open"]["currency"])
        if shown:
            found.about = _("For %(need)s") % {"need": _request_words(request, shown["state"])}
            found.put(f"{at}.state", shown["state"], _("the State that asks"))
    elif coalition:
        found.put(f"{at}.kind", "coalition")
        found.put(f"{at}.coalition", coalition)
    elif state:
        treaty, article = ask.said("treaty"), ask.said("article")
        found.put(f"{at}.kind", "obligation" if treaty and article else "state")
        found.put(f"{at}.state", state)
        found.put(f"{at}.treaty", treaty)
        found.put(f"{at}.article", article)
        found.about = _("For %(state)s") % {"state": country_name(state)}
    return found


async def a_pledge_draft(ask: Asking) -> Known:
    """From the donor's draft, where there is one."""
    draft = None
    if "id" in ask.ids:
        page = await ask.read("/pledges/drafts?limit=200")
        draft = next((one for one in page["items"] if one["id"] == ask.ids["id"]), None) if page else None
    if draft is None:
        return await pledging(ask)
    found = Known(about=_pledge_words(draft["id"], draft["donor"]))
    where = _("from the draft of %(day)s") % {"day": words.day(draft["kept_at"][:10])}
    found.take(values_of(ask.node, {"terms": draft["terms"]}), where)
    return found


async def a_pledge(ask: Asking) -> Known:
    """What it is about, and how much of it stands."""
    shown = await ask.read(f"/pledges/{ask.ids['id']}")
    return _of_pledge(shown)


async def a_payment(ask: Asking) -> Known:
    """What is confirmed and not paid yet."""
    shown = await ask.read(f"/pledges/{ask.ids['id']}")
    found = _of_pledge(shown)
    if shown and (ladder := shown["ladder"]):
        unpaid = Decimal(ladder["confirmed"]["amount"]) - Decimal(ladder["disbursed"]["amount"])
        if unpaid > 0:
            found.put("amount.amount", format(unpaid, "f"), _("confirmed and not paid yet"))
        found.put("disbursement", f"payment-{len(shown['disbursements']) + 1}")
    return found


def _of_pledge(shown: Any) -> Known:
    found = Known()
    if shown:
        found.about = _pledge_words(shown["id"], shown["donor"])
        if shown["ladder"]:
            stands = words.money(shown["ladder"]["stands"])
            found.about = _("%(pledge)s, %(amount)s stand") % {"pledge": found.about, "amount": stands}
            found.put("amount.currency", shown["ladder"]["stands"]["currency"], _("as the pledge is"))
    return found


def _pledge_words(name: str, donor: str) -> str:
    return _("Pledge %(name)s of %(donor)s") % {"name": name, "donor": donor}


async def a_donor_profile(ask: Asking) -> Known:
    """The profile as it is."""
    shown = await ask.read(f"/pledges/donors/{ask.ids['donor']}")
    found = Known()
    if shown:
        found.about = shown["name"]
        found.take(values_of(ask.node, shown["profile"]), _("as it is now"))
    return found


async def a_duty(ask: Asking) -> Known:
    """Which duty it is, and its deadline."""
    shown = await ask.read(f"/deadlines/obligations/{ask.ids['id']}") if "id" in ask.ids else None
    return Known(about=_duty_words(shown)) if shown else Known()


async def a_figure(ask: Asking) -> Known:
    """What was counted last: the same measure, so that figures can be compared."""
    shown = await ask.read(f"/deadlines/obligations/{ask.ids['id']}") if "id" in ask.ids else None
    if shown is None:
        return Known()
    found = Known(about=_duty_words(shown))
    wanted = ask.said("metric")
    figures = [one["said"] for one in shown["figures"]]
    figures = [one for one in figures if wanted in ("", one["metric"])]
    latest = max(figures, key=lambda one: str(one["period"]).rpartition("/")[2], default=None)
    if latest:
        where = _("as stated last, for %(period)s") % {"period": words.day(latest["period"])}
        found.put("metric", latest["metric"], where)
        found.put("unit", latest["unit"], where)
        found.where["value"] = _("stated last: %(number)s for %(period)s") % {
            "number": words.quantity(latest["value"], latest["unit"]),
            "period": words.day(latest["period"]),
        }
    return found


async def an_extension(ask: Asking) -> Known:
    """The meeting that would decide, and until when a request is in time."""
    shown = await ask.read(f"/deadlines/obligations/{ask.ids['id']}") if "id" in ask.ids else None
    if shown is None:
        return Known()
    found = Known(about=_duty_words(shown))
    rules = shown["extension"]
    if rules["lodging"]:
        due = words.day(rules["lodging"]["due_by"])
        found.put("meeting", rules["lodging"]["meeting"], _("in time for it until %(day)s") % {"day": due})
    if rules["last_day"]:
        found.where["asked_until"] = _("one request can bring at most %(day)s") % {"day": words.day(rules["last_day"])}
    return found


async def a_request_for_time(ask: Asking) -> Known:
    """The request that waits for a decision, else the last one; the question that waits for an answer."""
    shown = await ask.read(f"/deadlines/obligations/{ask.ids['id']}") if "id" in ask.ids else None
    if shown is None:
        return Known()
    found = Known(about=_duty_words(shown))
    numbered = [one for one in shown["requests"] if one["sequence"]]
    waiting = [one for one in numbered if one["pending"]] or numbered
    if waiting:
        last = waiting[-1]
        found.put("sequence", last["sequence"], _("the request that waits for a decision") if last["pending"] else "")
        found.put("body", last["meeting"])
        if last["asked_until"]:
            found.put("granted_until", last["asked_until"], _("as asked"))
        answered = {one["question"] for one in last["answers"]}
        open_ = [one for one in last["questions"] if one["question"] not in answered]
        if open_ and any(one.path == "answered_on" for one in ask.form.fields):
            found.put("question", open_[0]["question"], _("it asks: %(text)s") % {"text": open_[0]["text"][:300]})
    return found


def _duty_words(shown: Any) -> str:
    duty = words.duty(shown["treaty"], shown["article"])
    said = _("%(state)s: %(duty)s") % {"state": country_name(shown["state"]), "duty": duty}
    if shown["deadline_in_force"]:
        said = _("%(duty)s, deadline %(day)s") % {"duty": said, "day": words.day(shown["deadline_in_force"])}
    return said


async def a_report(ask: Asking) -> Known:
    """The first report that is outstanding."""
    found = Known()
    shown = await ask.read(f"/deadlines/reporting/{ask.ids['id']}") if "id" in ask.ids else None
    if shown is None:
        return found
    found.about = _("%(state)s: Article 7 reports under the %(treaty)s") % {
        "state": country_name(shown["state"]),
        "treaty": shown["treaty"],
    }
    first = shown["initial"] if shown["initial"] and not shown["initial"]["received_on"] else None
    first = first or (shown["missing"][0] if shown["missing"] else None)
    if first:
        where = _("outstanding since %(day)s") % {"day": words.day(first["due_on"])}
        found.put("kind", first["kind"], where)
        found.put("period_year", first["period_year"], where)
    return found


async def a_meeting(ask: Asking) -> Known:
    """The meeting as it is in the calendar."""
    shown = await ask.read(f"/deadlines/meetings/{ask.ids['id']}") if "id" in ask.ids else None
    found = Known()
    if shown:
        found.about = f"{shown['treaty']} {shown['name']}"
        for name in ("name", "kind", "starts_on", "ends_on", "place"):
            if ask.form.asks(name):
                found.put(name, shown[name], _("as the calendar has it"))
    return found


async def proposing(ask: Asking) -> Known:
    """The State and the duty that the link names."""
    found = Known()
    for place in ("treaty", "article", "clock"):
        found.put(f"obligations.0.{place}", ask.said(place))
    if state := ask.said("state"):
        found.about = _("For %(state)s") % {"state": country_name(state)}
    return found


async def a_coalition(ask: Asking) -> Known:
    """Which coalition it is."""
    shown = await ask.read(f"/coalitions/{ask.ids['id']}")
    if shown is None:
        return Known()
    found = Known(
        about=_("Coalition for %(state)s: %(purpose)s")
        % {
            "state": country_name(shown["state"]),
            "purpose": shown["purpose"][:140],
        }
    )
    if ask.form.asks("state"):
        found.put("state", shown["state"])
    return found


async def a_milestone(ask: Asking) -> Known:
    """The step that the link names."""
    found = await a_coalition(ask)
    shown = await ask.read(f"/coalitions/{ask.ids['id']}")
    for step in shown["milestones"] if shown else ():
        if step["milestone"] == ask.said("milestone"):
            for name in ("milestone", "title", "responsible", "due_on"):
                if ask.form.asks(name):
                    found.put(name, step[name], _("as agreed"))
    return found


_PREFILLS: Mapping[str, Prefill] = {
    "asking": asking_for_help,
    "request_draft": a_request_draft,
    "request": a_request,
    "request_head": a_request_head,
    "request_contact": a_contact,
    "pledging": pledging,
    "pledge_draft": a_pledge_draft,
    "pledge": a_pledge,
    "payment": a_payment,
    "donor_profile": a_donor_profile,
    "duty": a_duty,
    "figure": a_figure,
    "extension": an_extension,
    "request_for_time": a_request_for_time,
    "reporting": a_report,
    "meeting": a_meeting,
    "proposing": proposing,
    "coalition": a_coalition,
    "milestone": a_milestone,
}
