"""Fields and words that many forms share: where a fact was read, which duty, which money."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.portal.doing.describing import Field, Form, Ids
from services.portal.language import marked as _
from shared.auth.caller import Caller

TREATIES = {
    "CCM": _("Convention on Cluster Munitions (CCM)"),
    "APMBC": _("Anti-Personnel Mine Ban Convention (APMBC)"),
}
ARTICLES = {
    "3": _("Article 3: destroy stockpiles (CCM)"),
    "4": _("Article 4: clear remnants (CCM), destroy stockpiles (APMBC)"),
    "5": _("Article 5: assist victims (CCM), clear mined areas (APMBC)"),
    "7": _("Article 7: report on transparency"),
    "9": _("Article 9: adopt national law"),
}
HELP_KINDS = {
    "financial": _("Money"),
    "technical_expertise": _("Technical expertise"),
    "equipment": _("Equipment"),
    "training": _("Training"),
    "survey": _("Survey"),
    "clearance": _("Clearance"),
    "stockpile_destruction": _("Destruction of stockpiles"),
    "victim_assistance_plan": _("A plan to assist victims"),
    "national_legislation": _("National law"),
    "reporting": _("Help with reporting"),
}
CURRENCIES = ("USD", "EUR", "CHF", "GBP", "NOK", "SEK", "DKK", "JPY", "CAD", "AUD", "NZD")


def statement(more: bool = False) -> tuple[Field, ...]:
    """Where a fact was read and when that was said."""
    return (
        Field(
            "statement.source",
            _("Source"),
            _("The address of the page, or the name of the document, where this can be read."),
            more=more,
        ),
        Field(
            "statement.stated_on",
            _("When the source said it"),
            _("A year, month or day: 2026, 2026-05 or 2026-05-31. Leave blank if not known."),
            more=more,
        ),
        Field("statement.stated_on_note", _("How that date is known"), _("Blank: it is printed there."), more=True),
        Field("statement.note", _("Note on the source"), more=True),
    )


DUTY = (
    Field("state", _("State")),
    Field("treaty", _("Treaty"), options=TREATIES),
    Field("article", _("Article"), options=ARTICLES),
    Field(
        "clock",
        _("Which period of hostilities"),
        _("Only for a duty that hostilities after entry into force started (CCM Article 4.1(b)); else blank."),
        more=True,
    ),
)
PARTY = (Field("state", _("State")), Field("treaty", _("Treaty"), options=TREATIES))
TARGET_KINDS = {
    "need_line": _("A need of a request"),
    "obligation": _("A duty of a State"),
    "state": _("A State"),
    "coalition": _("A coalition"),
    "project": _("A project"),
    "unearmarked": _("Nothing in particular (unearmarked)"),
}


def target(at: str) -> tuple[Field, ...]:
    """What a pledge is for."""
    return (
        Field(f"{at}.kind", _("What it is for"), options=TARGET_KINDS),
        Field(f"{at}.request", _("Request"), _("The name of the request, for a need of it.")),
        Field(f"{at}.line", _("Need"), _("The short name of the need in that request.")),
        Field(f"{at}.state", _("State"), _("For a State, or for a duty of it.")),
        Field(f"{at}.treaty", _("Treaty"), _("For a duty."), options=TREATIES, more=True),
        Field(f"{at}.article", _("Article"), _("For a duty."), options=ARTICLES, more=True),
        Field(f"{at}.coalition", _("Coalition"), _("The name of the coalition."), more=True),
        Field(f"{at}.project", _("Project"), _("The name of the project."), more=True),
    )


def of_duty(ids: Ids, _caller: Caller) -> Mapping[str, str]:
    """Treaty, State, article and clock out of `CCM-LAO-4`."""
    treaty, state, article, clock = (*ids.get("id", "").split("-", 3), "", "", "", "")[:4]
    return {"treaty": treaty, "state": state, "article": article, "clock": clock} if state else as_state(ids, _caller)


def of_party(ids: Ids, caller: Caller) -> Mapping[str, str]:
    """Treaty and State out of `CCM-LAO`."""
    treaty, _dash, state = ids.get("id", "").partition("-")
    return {"treaty": treaty, "state": state} if state else as_state(ids, caller)


def of_meeting(ids: Ids, _caller: Caller) -> Mapping[str, str]:
    """The treaty out of `CCM-10MSP`; the name comes from what is known."""
    treaty, _dash, name = ids.get("id", "").partition("-")
    return {"treaty": treaty} if name else {}


def as_state(_ids: Ids, caller: Caller) -> Mapping[str, str]:
    """A State acts for itself."""
    return {"state": caller.scope} if caller.role == "state" else {}


def as_member(_ids: Ids, caller: Caller) -> Mapping[str, str]:
    """A member answers for itself."""
    return {"member": caller.scope} if caller.scope else {}


def _duty(body: Mapping[str, Any], _key: str) -> str:
    parts = (body["treaty"], body["state"], body["article"], body.get("clock", ""))
    return "-".join(part for part in parts if part)


about_duty = partial(Form, thing="obligation", given=of_duty, naming=_duty)
"""A form about one duty of a State; the duty's name follows from what is entered."""
