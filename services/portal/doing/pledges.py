"""Forms of donors and their pledges."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.portal.doing.describing import Field, Form, Ids
from services.portal.doing.wording import HELP_KINDS, TREATIES, statement, target
from services.portal.language import marked as _
from shared.auth.caller import Caller, Role

_DONOR: tuple[Role, ...] = ("donor", "isu")


def _own(_ids: Ids, caller: Caller) -> Mapping[str, str]:
    return {"terms.donor": caller.scope} if caller.role == "donor" else {}


def _own_list(_ids: Ids, caller: Caller) -> Mapping[str, str]:
    """A donor State records what it gave itself; its country is its own."""
    is_country = len(caller.scope) == 3 and caller.scope.isupper()
    return {"donor": caller.scope} if caller.role == "donor" and is_country else {}


def _named(body: Mapping[str, Any], key: str) -> str:
    return f"{body['terms']['donor']}-{key[-6:]}"


def _donor(ids: Ids, caller: Caller) -> Mapping[str, str]:
    named = ids.get("donor") or (caller.scope if caller.role == "donor" else "")
    return {"donor": named} if named else {}


def _donor_named(body: Mapping[str, Any], _key: str) -> str:
    return str(body["donor"])


_TERMS = (
    Field("terms.donor", _("Donor")),
    *target("terms.target"),
    Field("terms.amount", _("Amount"), _("Leave blank where you give help in kind only.")),
    Field("terms.in_kind", _("Help in kind"), _("People, equipment, training: what you give, and for how long.")),
    Field(
        "terms.tranches", _("Instalments"), _("Together they make the amount."), more=True, add=_("Add an instalment")
    ),
    Field("terms.tranches[].tranche", _("Short name"), _("Such as 2027-1.")),
    Field("terms.tranches[].amount", _("Amount")),
    Field("terms.tranches[].expected_on", _("Expected"), _("A year, month or day.")),
    Field(
        "terms.earmarking",
        _("How firmly it is bound"),
        options={
            "unearmarked": _("Not at all: the recipient decides"),
            "softly": _("Softly: to a fund, programme or region"),
            "earmarked": _("To a country or sector"),
            "tightly": _("Tightly: to a project, or in kind"),
        },
        more=True,
    ),
    Field("terms.conditions", _("Conditions"), more=True),
    Field("terms.year", _("Year it is for"), more=True),
    Field(
        "terms.run",
        _("Part of a run of years"),
        _("Where you promise one year at a time: the words that these pledges have in common."),
        more=True,
    ),
)
_ANNOUNCED = Field("announced_on", _("Announced on"), start="today")
_REASON = Field("reason", _("Why"), _("The State and others read this."))
_AMOUNT = Field("amount", _("Amount"))
_YEAR = Field("year", _("Year"))


def _printed_total(name: str, title: str, lead: str, following: str, *fields: Field) -> Form:
    """A yearly total of support as somebody else printed it; texts are marked for translation by the caller."""
    return Form(
        f"/pledges/support/{name}",
        title=title,
        lead=lead,
        fields=(*fields, *statement()),
        roles=("isu",),
        button=_("Record the total"),
        done=_("The total was recorded."),
        next=following,
        thing="support",
    )


_OF_A_PLEDGE = partial(Form, roles=_DONOR, thing="pledge", prefill="pledge", on_version=True)
"""A donor's act on a pledge of its own that stands."""

FORMS = (
    Form(
        "/pledges",
        title=_("Begin a draft of a pledge"),
        lead=_("Keep what you have; nobody but your colleagues and the ISU sees it."),
        fields=_TERMS,
        roles=_DONOR,
        button=_("Keep the draft"),
        done=_("The draft was kept."),
        next=_("Announce it when it is decided."),
        seen_by=_("Only you, your colleagues and the ISU."),
        thing="pledge",
        given=_own,
        prefill="pledging",
    ),
    Form(
        "/pledges/{id}/draft",
        title=_("Go on with the draft of a pledge"),
        lead=_("What you keep here takes the place of the draft before."),
        fields=_TERMS,
        roles=_DONOR,
        button=_("Keep the draft"),
        done=_("The draft was kept."),
        next=_("Announce it when it is decided."),
        seen_by=_("Only you, your colleagues and the ISU."),
        thing="pledge",
        given=_own,
        naming=_named,
        prefill="pledge_draft",
        on_version=True,
    ),
    Form(
        "/pledges/{id}/announcement",
        title=_("Offer help: announce a pledge"),
        lead=_("A public promise that binds nobody yet. What a need cannot take comes back to you at once."),
        fields=(*_TERMS, _ANNOUNCED),
        roles=_DONOR,
        button=_("Announce the pledge"),
        done=_("The pledge is public."),
        next=_(
            "The request takes what is open and returns the rest; its answer stands with the pledge. "
            "Then confirm it in writing."
        ),
        warns=_("The pledge becomes public under your name. Later you can reduce, redirect or cancel it, not hide it."),
        thing="pledge",
        given=_own,
        naming=_named,
        prefill="pledge_draft",
        on_version=True,
    ),
    Form(
        "/pledges/{id}/confirmations",
        title=_("Confirm a pledge"),
        lead=_("A firm commitment in writing, to all that stands or to a part."),
        fields=(
            Field("amount", _("Amount confirmed"), _("Leave blank to confirm all that stands.")),
            Field("confirmed_on", _("Confirmed on"), start="today"),
            Field("reference", _("Reference"), _("The agreement or letter."), more=True),
        ),
        roles=_DONOR,
        button=_("Confirm the pledge"),
        done=_("The pledge was confirmed."),
        next=_("Record each payment when it is made."),
        warns=_("The confirmation is public. It counts as a firm written commitment."),
        thing="pledge",
        prefill="pledge",
    ),
    Form(
        "/pledges/{id}/disbursements",
        title=_("Record a payment"),
        lead=_("Money that was placed at the recipient's disposal; never more than is confirmed."),
        fields=(
            _AMOUNT,
            Field("disbursed_on", _("Paid on"), start="today"),
            Field("disbursement", _("Name of the payment"), _("Any short name of yours: the same name is kept once.")),
            Field(
                "tranche", _("Instalment"), _("The short name of the instalment, where it belongs to one."), more=True
            ),
        ),
        roles=_DONOR,
        button=_("Record the payment"),
        done=_("The payment was recorded."),
        next=_("When everything that stands is paid, say that the pledge is fulfilled."),
        thing="pledge",
        prefill="payment",
    ),
    _OF_A_PLEDGE(
        "/pledges/{id}/fulfilment",
        title=_("Say that a pledge is fulfilled"),
        lead=_("Everything that stands has been given."),
        fields=(Field("fulfilled_on", _("Fulfilled on"), start="today"),),
        button=_("The pledge is fulfilled"),
        done=_("The pledge is fulfilled."),
        next=_("It stands in your list for the yearly report."),
        warns=_("The pledge ends as fulfilled. This cannot be taken back."),
    ),
    _OF_A_PLEDGE(
        "/pledges/{id}/reductions",
        title=_("Reduce a pledge"),
        lead=_("Take so much off; what a request holds of it goes back first from the latest need."),
        fields=(_AMOUNT, _REASON),
        button=_("Reduce the pledge"),
        done=_("The pledge was reduced."),
        next=_("Needs that it covered may be open again; the State sees this."),
        warns=_("The pledge becomes smaller by this amount, in public. A need that it covered may be open again."),
    ),
    _OF_A_PLEDGE(
        "/pledges/{id}/redirections",
        title=_("Redirect a pledge"),
        lead=_("Put so much behind another target: what is free first, then from the latest target."),
        fields=(_AMOUNT, *target("target"), _REASON),
        button=_("Redirect the pledge"),
        done=_("The pledge was redirected."),
        next=_("The new target answers what it takes; its answer stands with the pledge."),
        warns=_("So much goes to another target, in public. A need that it covered may be open again."),
    ),
    _OF_A_PLEDGE(
        "/pledges/{id}/cancellation",
        title=_("Cancel a pledge"),
        lead=_("Take back all that has not been paid."),
        fields=(_REASON,),
        button=_("Cancel the pledge"),
        done=_("The pledge was cancelled."),
        next=_("Needs that it covered are open again; the State sees this."),
        warns=_("The pledge ends and all that has not been paid is taken back. This cannot be undone."),
    ),
    Form(
        "/pledges/donors/{donor}/registration",
        title=_("Register a donor"),
        lead=_("Give the donor a name here, once."),
        fields=(
            Field("donor", _("Short name"), _("Letters and digits; a donor State takes its country's code.")),
            Field("name", _("Name")),
            Field("iso3", _("Country"), _("Blank where it is no State.")),
        ),
        roles=_DONOR,
        button=_("Register the donor"),
        done=_("The donor is registered."),
        next=_("Say what it looks for, so that States it fits are found."),
        warns=_("The name is public and stays: another registration under this short name is refused."),
        thing="donor",
        given=_donor,
        naming=_donor_named,
    ),
    Form(
        "/pledges/donors/{donor}/profile",
        title=_("Say what a donor looks for"),
        lead=_(
            "Priorities and criteria; the ranking can be read through them. This takes the place of the profile before."
        ),
        fields=(
            Field("priorities", _("Priorities"), _("One in each line.")),
            Field("kinds", _("Kinds of help"), options=HELP_KINDS),
            Field("regions", _("Regions"), _("One in each line: a region of the UN, or a country's code.")),
            Field("treaties", _("Treaties"), options=TREATIES),
            Field("criteria", _("Criteria"), _("One in each line."), more=True),
            Field("multi_year", _("Can it promise several years?"), more=True),
            Field("conditions", _("Conditions"), more=True),
            Field(
                "weights",
                _("Own weights for the ranking"),
                _("One in each line, such as time_left = 30. The names stand under How the ranking works."),
                more=True,
            ),
            Field(
                "thresholds",
                _("Own thresholds for the ranking"),
                _("One in each line, as name = number."),
                more=True,
            ),
        ),
        roles=_DONOR,
        button=_("Keep the profile"),
        done=_("The profile was kept."),
        next=_("The list through these priorities stands at your desk."),
        thing="donor",
        prefill="donor_profile",
        on_version=True,
    ),
    Form(
        "/pledges/donors/{donor}/capacity",
        title=_("Say what a donor can give in a year"),
        lead=_("A later statement for the same year takes its place."),
        fields=(_YEAR, _AMOUNT),
        roles=_DONOR,
        button=_("Keep the amount"),
        done=_("The amount was kept."),
        next=_("Coordinators see it when they look for partners."),
        thing="donor",
    ),
    Form(
        "/pledges/donors/{donor}/agencies",
        title=_("Add an agency of a donor"),
        lead=_("An office that sees or acts: a ministry, a fund, an embassy."),
        fields=(
            Field("agency", _("Short name")),
            Field("name", _("Name")),
            Field("ministry", _("Ministry that it belongs to")),
        ),
        roles=_DONOR,
        button=_("Add the agency"),
        done=_("The agency was added."),
        next=_("Name its focal point, so that others inside the donor find it."),
        thing="donor",
    ),
    Form(
        "/pledges/donors/{donor}/focal-points",
        title=_("Name a focal point"),
        lead=_("Whom to write to in an agency."),
        fields=(
            Field("agency", _("Agency"), _("Its short name.")),
            Field("name", _("Name")),
            Field("email", _("E-mail")),
        ),
        roles=_DONOR,
        button=_("Name the focal point"),
        done=_("The focal point was named."),
        next=_("The ISU and your colleagues find it."),
        personal=True,
        seen_by=_("Only the donor and the ISU. It is never published."),
        thing="donor",
    ),
    Form(
        "/pledges/assistance",
        title=_("Record help given"),
        lead=_("What a source, or you yourself, say was given. The same statement is kept once."),
        fields=(
            Field("donor", _("Donor country")),
            Field("donor_name", _("Donor as printed"), more=True),
            Field("recipient", _("State that received it")),
            Field("recipient_name", _("Recipient as printed"), more=True),
            Field("amount", _("Amount")),
            Field("period", _("Year or years"), _("Such as 2025, or 2024/2026.")),
            Field("what", _("What it was for")),
            *statement(),
            Field(
                "treaty",
                _("Treaty"),
                _("Blank where the source does not tell mines from cluster munitions."),
                options=TREATIES,
                more=True,
            ),
            Field("article", _("Article"), more=True),
            Field("sector", _("Sector"), more=True),
            Field("amount_usd_printed", _("US dollars as printed"), more=True),
            Field(
                "amount_without_currency", _("Sum without a currency"), _("Kept as printed, never added up."), more=True
            ),
            Field("partial", _("The table was read in part only"), more=True),
        ),
        roles=_DONOR,
        button=_("Record the help"),
        done=_("The help was recorded."),
        next=_("It stands in the list of the year and on the page of the State."),
        thing="assistance",
        given=_own_list,
    ),
    _printed_total(
        "donor-totals",
        _("Record a donor's yearly total"),
        _("As a source prints it. Another edition is kept beside it."),
        _("It stands beside our own count in the statistics."),
        Field("donor", _("Donor country"), _("Blank where it is no State.")),
        Field("donor_name", _("Donor as printed")),
        _YEAR,
        _AMOUNT,
        Field("amount_usd_printed", _("US dollars as printed")),
    ),
    _printed_total(
        "recipient-totals",
        _("Record what a State received in a year"),
        _("As a source prints it, in US dollars."),
        _("It stands on the page of the State."),
        Field("recipient", _("State that received it")),
        _YEAR,
        Field("international_usd", _("From abroad, US dollars")),
        Field("national_usd", _("From the State itself, US dollars")),
    ),
    _printed_total(
        "world-totals",
        _("Record what all donors gave in a year"),
        _("As a source prints it."),
        _("It stands in the statistics."),
        _YEAR,
        Field("usd_million", _("Millions of US dollars")),
        Field("donors", _("How many donors")),
    ),
)
