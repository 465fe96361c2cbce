"""Forms of requests for assistance (CCM 6, APMBC 6)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from services.portal.doing.describing import Field, Form, Ids
from services.portal.doing.wording import ARTICLES, HELP_KINDS, TREATIES, statement
from services.portal.language import marked as _
from shared.auth.caller import Caller

_PUBLIC = _("Everybody: it is public. Whom to write to is not.")
_OWN = _("Only your State and the ISU.")
_ENDED = _("This cannot be taken back.")


def _own_state(_ids: Ids, caller: Caller) -> Mapping[str, str]:
    return {"content.state": caller.scope} if caller.role == "state" else {}


def _named(body: Mapping[str, Any], key: str) -> str:
    return f"{body['content']['state']}-{key[-6:]}"


_CONTENT = (
    Field("content.state", _("State that asks")),
    Field(
        "content.obligations",
        _("Duties that the help is for"),
        _("At least one."),
        add=_("Add another duty"),
    ),
    Field("content.obligations[].treaty", _("Treaty"), options=TREATIES),
    Field("content.obligations[].article", _("Article"), options=ARTICLES),
    Field(
        "content.obligations[].clock",
        _("Period of hostilities"),
        _("Only where hostilities after entry into force started the duty; else blank."),
        more=True,
    ),
    Field("content.needs", _("What is needed"), _("One entry for each need."), add=_("Add another need")),
    Field(
        "content.needs[].line",
        _("Short name"),
        _("One word by which donors name this need, such as survey-2027. It stays when you revise."),
    ),
    Field("content.needs[].kind", _("Kind of help"), options=HELP_KINDS),
    Field("content.needs[].amount", _("Amount"), _("Leave blank if it is not known yet.")),
    Field("content.needs[].description", _("What exactly")),
    Field("content.needs[].quantity", _("Quantity"), _("Such as: 6 survey teams for 8 months."), more=True),
    Field("content.needs[].year_from", _("From year"), more=True),
    Field("content.needs[].year_to", _("To year"), more=True),
    Field("content.needs[].treaty", _("Only for this treaty"), options=TREATIES, more=True),
    Field("content.needs[].article", _("Only for this article"), options=ARTICLES, more=True),
    Field(
        "content.obstacle", _("What stands in the way"), _("A few sentences on what keeps the State from finishing.")
    ),
    Field(
        "content.obstacle_size",
        _("How large that is"),
        options={
            "small": _("Small"),
            "medium": _("Medium"),
            "large": _("Large"),
            "unknown": _("Not known"),
        },
        more=True,
    ),
    Field("content.authority", _("National authority"), _("Whom donors would work with."), more=True),
    Field("content.local_partner", _("Local partner"), more=True),
    Field("content.completion_plan", _("Plan to completion"), more=True),
    Field(
        "content.completion_planned_on",
        _("When the work is to be finished"),
        _("A year, month or day, such as 2028 or 2028-06."),
        more=True,
    ),
    Field(
        "content.development_benefit",
        _("What people gain"),
        _("Fields, roads, schools: many donors weigh it more than the munition."),
        more=True,
    ),
    Field(
        "content.sdgs",
        _("Sustainable Development Goals"),
        options={
            "1": _("1 No poverty"),
            "2": _("2 Zero hunger"),
            "3": _("3 Good health"),
            "4": _("4 Education"),
            "5": _("5 Gender equality"),
            "6": _("6 Clean water"),
            "7": _("7 Energy"),
            "8": _("8 Decent work"),
            "9": _("9 Industry and infrastructure"),
            "10": _("10 Less inequality"),
            "11": _("11 Cities"),
            "12": _("12 Consumption"),
            "13": _("13 Climate"),
            "14": _("14 Life below water"),
            "15": _("15 Life on land"),
            "16": _("16 Peace and justice"),
            "17": _("17 Partnerships"),
        },
        more=True,
    ),
    Field("content.multi_year", _("Is help over several years needed?"), more=True),
    Field("content.places", _("Places"), _("One in each line."), more=True),
    Field(
        "content.channels",
        _("Where this was asked before"),
        options={
            "bilateral": _("In talks with a donor"),
            "meeting_margins": _("In the margins of a meeting"),
            "ngo": _("Through an NGO"),
            "article_7_report": _("In an Article 7 report"),
            "other": _("Elsewhere"),
        },
        more=True,
    ),
)
_PUBLISHED = tuple(
    replace(one, must=True) if one.path in ("content.obligations", "content.needs") else one for one in _CONTENT
)
"""To be published a request needs a duty and a need; a draft does not."""
_REASON = Field("reason", _("Why"), _("Donors read this."))

_OF_A_REQUEST = partial(Form, roles=("state", "isu"), thing="request")
"""What a State does with a request of its own, or the ISU for it."""

FORMS = (
    _OF_A_REQUEST(
        "/requests",
        title=_("Begin a draft of a request"),
        lead=_("Keep what you have. Colleagues who act for the same State can go on with it."),
        fields=_CONTENT,
        button=_("Keep the draft"),
        done=_("The draft was kept."),
        next=_("Go on with it when you know more, and publish it when it is ready."),
        seen_by=_OWN,
        given=_own_state,
        prefill="asking",
    ),
    _OF_A_REQUEST(
        "/requests/{id}/draft",
        title=_("Go on with the draft of a request"),
        lead=_("What you keep here takes the place of the draft before."),
        fields=_CONTENT,
        button=_("Keep the draft"),
        done=_("The draft was kept."),
        next=_("Publish it when it is ready."),
        seen_by=_OWN,
        given=_own_state,
        naming=_named,
        prefill="request_draft",
        on_version=True,
    ),
    _OF_A_REQUEST(
        "/requests/{id}/submission",
        title=_("Ask for assistance"),
        lead=_("Say what is needed, for which duty. You check everything once more before it is published."),
        fields=_PUBLISHED,
        button=_("Publish the request"),
        done=_("The request is public."),
        next=_("Donors see it now. When one pledges, what it covers is shown with the request; you can revise it."),
        seen_by=_PUBLIC,
        warns=_(
            "The request becomes public and counts in the ranking. Later you can revise or withdraw it, not hide it."
        ),
        given=_own_state,
        naming=_named,
        prefill="request_draft",
        on_version=True,
    ),
    _OF_A_REQUEST(
        "/requests/{id}/revisions",
        title=_("Revise a request"),
        lead=_("Change what is asked. Keep the short names of needs: what donors allocated hangs on them."),
        fields=(_REASON, *_PUBLISHED),
        button=_("Publish the revision"),
        done=_("The request was revised."),
        next=_("Allocations that no longer fit went back to their donors, who are told."),
        seen_by=_PUBLIC,
        warns=_("The revision is public at once. Where a need becomes smaller, what exceeds it returns to its donor."),
        given=_own_state,
        prefill="request",
        on_version=True,
    ),
    _OF_A_REQUEST(
        "/requests/{id}/contact",
        title=_("Say whom to write to"),
        lead=_("A person or desk that answers questions about the request."),
        fields=(
            Field("name", _("Name"), _("A person, or better a desk that stays.")),
            Field("email", _("E-mail")),
            Field("phone", _("Telephone"), more=True),
        ),
        button=_("Keep the contact"),
        done=_("The contact was kept."),
        next=_("The ISU puts donors in touch."),
        seen_by=_("Only your State and the ISU. It is never published."),
        personal=True,
        prefill="request_contact",
    ),
    _OF_A_REQUEST(
        "/requests/{id}/withdrawal",
        title=_("Withdraw a request"),
        lead=_("Take the request back. Everything that was allocated returns to its donors."),
        fields=(_REASON,),
        button=_("Withdraw the request"),
        done=_("The request was withdrawn."),
        next=_("What was allocated is on its way back to the donors."),
        seen_by=_PUBLIC,
        warns=_("The request ends, and every allocation returns to its donor. This cannot be taken back."),
        prefill="request_head",
        on_version=True,
    ),
    _OF_A_REQUEST(
        "/requests/{id}/closure",
        title=_("Close a request"),
        lead=_("Say how it went, and what others can learn. What was allocated stays so."),
        fields=(
            Field("outcome", _("What came of it")),
            Field("experience", _("What others can learn from it")),
        ),
        button=_("Close the request"),
        done=_("The request was closed."),
        next=_("Its outcome stays readable for everybody."),
        seen_by=_PUBLIC,
        warns=_("The request ends with this outcome. This cannot be taken back."),
        prefill="request_head",
        on_version=True,
    ),
    Form(
        "/requests/needs",
        title=_("Record a need that a source tells of"),
        lead=_(
            "A need that was asked, stated or estimated elsewhere. It stands beside requests and is never "
            "added to them."
        ),
        fields=(
            Field("state", _("State")),
            Field("treaty", _("Treaty"), options={**TREATIES, "other": _("Neither: a State outside both treaties")}),
            Field("article", _("Article"), _("Blank where the source names none."), options=ARTICLES),
            Field(
                "basis",
                _("How the source knows"),
                options={
                    "asked": _("The State asked for it"),
                    "stated": _("It is stated of the State"),
                    "estimate": _("Somebody worked it out"),
                },
            ),
            Field("kind", _("Kind of help"), _("As the source calls it.")),
            Field("what", _("What is needed")),
            Field("amount", _("Amount")),
            *statement(),
            Field("year_from", _("From year"), more=True),
            Field("year_to", _("To year"), more=True),
            Field("of_which_national", _("Of which from the State itself"), more=True),
            Field("of_which_secured", _("Of which secured"), more=True),
            Field("part_of", _("It is part of a larger plan that is recorded too"), more=True),
        ),
        roles=("isu",),
        button=_("Record the need"),
        done=_("The need was recorded."),
        next=_("It stands on the page of the State, with its source."),
        seen_by=_("Everybody."),
        thing="need",
    ),
)
