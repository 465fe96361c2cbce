"""Forms about States Parties, meetings, and reports; those about duties are in `obligations.py` and `extensions.py`."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from services.portal.doing.describing import Field, Form
from services.portal.doing.extensions import FORMS as EXTENSIONS
from services.portal.doing.obligations import FORMS as OBLIGATIONS
from services.portal.doing.wording import PARTY, TREATIES, of_meeting, of_party, statement
from services.portal.language import marked as _
from shared.auth.caller import Role

_STATE: tuple[Role, ...] = ("state", "isu")
_CALENDAR: tuple[Role, ...] = ("isu", "coordinator")


def _party(body: Mapping[str, Any], _key: str) -> str:
    return f"{body['treaty']}-{body['state']}"


def _meeting(body: Mapping[str, Any], _key: str) -> str:
    return f"{body['treaty']}-{re.sub(r'[^A-Za-z0-9]+', '_', body['name']).strip('_')}"


def _totals(body: Mapping[str, Any], _key: str) -> str:
    return str(body.get("treaty") or "WORLD")


_REPORT = (
    *PARTY,
    Field(
        "kind",
        _("Which report"),
        options={
            "initial": _("The initial report"),
            "annual": _("An annual report"),
            "voluntary": _("A voluntary report, from a State that owes none"),
        },
        start="annual",
    ),
    Field("period_year", _("Year that it covers"), _("Needed for an annual report.")),
)
_MEETING = (
    Field("treaty", _("Treaty"), options=TREATIES),
    Field("name", _("Name of the meeting"), _("Such as 14MSP.")),
)

_OF_A_PARTY = partial(Form, roles=("isu",), thing="party", given=of_party, naming=_party)
"""What the ISU records of a State and a treaty."""
_OF_REPORTS = partial(Form, thing="reporting", given=of_party, naming=_party, prefill="reporting")
"""What is said of a State's reports."""
_OF_A_MEETING = partial(Form, thing="meeting", given=of_meeting, naming=_meeting)
"""What is said of a meeting."""

FORMS = (
    *OBLIGATIONS,
    *EXTENSIONS,
    _OF_REPORTS(
        "/deadlines/reporting/{id}/reports",
        title=_("Record an Article 7 report"),
        lead=_("A report came in. Whether it is late follows from the treaty."),
        fields=(
            *_REPORT,
            Field("received_on", _("Handed in on"), start="today"),
            *statement(),
        ),
        roles=_STATE,
        button=_("Record the report"),
        done=_("The report was recorded."),
        next=_(
            "It no longer counts as outstanding. Its figures are recorded one by one, each with the report as source."
        ),
    ),
    _OF_REPORTS(
        "/deadlines/reporting/{id}/explanations",
        title=_("Say why a report is late"),
        lead=_("A reason helps: the ISU sees where help with reporting is wanted."),
        fields=(
            *_REPORT,
            Field(
                "reason",
                _("Reason"),
                options={
                    "staff_changeover": _("The people in charge changed"),
                    "staff_shortage": _("Too few people"),
                    "number_of_reports": _("Too many reports to write"),
                    "simultaneous_deadlines": _("Several deadlines at once"),
                    "other": _("Another reason"),
                },
            ),
            Field("words", _("In your own words")),
            *statement(),
        ),
        roles=_STATE,
        button=_("Keep the reason"),
        done=_("The reason was kept."),
        next=_("The report stays outstanding until it comes in."),
    ),
    _OF_REPORTS(
        "/deadlines/reporting/{id}/statements",
        title=_("Record what a source says of a report"),
        lead=_("Due, handed in, or missing on a day. Sources that differ all stay."),
        fields=(
            *_REPORT,
            Field("status", _("What the source calls it"), _("Such as submitted, late or not submitted.")),
            Field("submitted_on", _("Handed in"), _("A year, month or day.")),
            Field("as_of", _("As seen on"), _("The day on which the source shows this.")),
            *statement(),
            Field("not_later", _("Handed in on that day or before it"), more=True),
            Field("due_published", _("Due, as the source prints it"), more=True),
        ),
        roles=("isu",),
        button=_("Record the statement"),
        done=_("The statement was recorded."),
        next=_("It stands on the page of the State, with its source."),
    ),
    _OF_A_PARTY(
        "/deadlines/parties/{id}",
        title=_("Register a State Party"),
        lead=_("From the depositary's notice. Every date of the treaty follows from it."),
        fields=(
            *PARTY,
            Field("name", _("Name")),
            Field(
                "action",
                _("How it became a party"),
                options={
                    "ratification": _("Ratification"),
                    "accession": _("Accession"),
                    "acceptance": _("Acceptance"),
                    "approval": _("Approval"),
                    "succession": _("Succession"),
                },
            ),
            Field("deposited_on", _("Deposited on")),
            *statement(),
            Field("signed_on", _("Signed"), more=True),
            Field(
                "entry_into_force",
                _("In force for it from"),
                _("Blank: worked out by the rule. For a succession it must be given."),
                more=True,
            ),
            Field(
                "derivation",
                _("How that day is known"),
                options={"read": _("It was read"), "computed": _("It was worked out")},
                more=True,
            ),
        ),
        button=_("Register the State Party"),
        done=_("The State Party is registered."),
        next=_("Its deadlines and reports are dated now."),
        warns=_("Deadlines and reports that follow from this day become public."),
    ),
    _OF_A_PARTY(
        "/deadlines/parties/{id}/withdrawal",
        title=_("Record a withdrawal from the treaty"),
        lead=_("The depositary received it."),
        fields=(
            *PARTY,
            Field("received_on", _("Received on")),
            Field("effective_on", _("With effect from"), _("Blank: worked out by the rule.")),
            *statement(),
        ),
        button=_("Record the withdrawal"),
        done=_("The withdrawal was recorded."),
        next=_("From the day of its effect, duties are followed no longer; their history stays."),
        warns=_("From the day of its effect the State's duties are followed no longer."),
    ),
    _OF_A_PARTY(
        "/deadlines/parties/{id}/postponement",
        title=_("Postpone the effect of a withdrawal"),
        lead=_("It takes effect later, while an armed conflict lasts."),
        fields=(
            *PARTY,
            Field("reason", _("Why")),
            Field("effective_on", _("With effect from"), _("Blank while nobody knows.")),
            *statement(),
        ),
        button=_("Record the postponement"),
        done=_("The postponement was recorded."),
        next=_("The State stays bound until then."),
    ),
    _OF_A_MEETING(
        "/deadlines/meetings/{id}",
        title=_("Put a meeting in the calendar"),
        lead=_("The day by which extension requests are in time hangs on it."),
        fields=(
            *_MEETING,
            Field(
                "kind",
                _("What it is"),
                options={
                    "msp": _("Meeting of States Parties"),
                    "rc": _("Review conference"),
                    "ism": _("Intersessional meeting"),
                    "informal": _("Informal meeting"),
                },
            ),
            Field("starts_on", _("First day")),
            Field("ends_on", _("Last day")),
            Field("place", _("Place")),
            *statement(),
        ),
        roles=_CALENDAR,
        button=_("Put it in the calendar"),
        done=_("The meeting is in the calendar."),
        next=_("Reminders are counted from it."),
    ),
    _OF_A_MEETING(
        "/deadlines/meetings/{id}/move",
        title=_("Give a meeting other days"),
        lead=_("Earlier plans stay known: a request that was in time stays in time."),
        fields=(
            *_MEETING,
            Field("starts_on", _("First day")),
            Field("ends_on", _("Last day")),
            Field("reason", _("Why")),
            *statement(),
        ),
        roles=_CALENDAR,
        button=_("Move the meeting"),
        done=_("The meeting was moved."),
        next=_("The days to lodge extension requests were counted anew."),
        warns=_("The day by which extension requests are in time moves with it."),
        prefill="meeting",
        on_version=True,
    ),
    _OF_A_MEETING(
        "/deadlines/meetings/{id}/held",
        title=_("Record that a meeting was held"),
        lead=_("With the days on which it took place."),
        fields=(*_MEETING, Field("starts_on", _("First day")), Field("ends_on", _("Last day")), *statement()),
        roles=("isu",),
        button=_("Record it"),
        done=_("It was recorded that the meeting was held."),
        next=_("Record what it decided on extension requests."),
        warns=_("The days are settled with this."),
        prefill="meeting",
    ),
    _OF_A_MEETING(
        "/deadlines/meetings/{id}/statements",
        title=_("Record what a source says of a meeting"),
        lead=_("Sources that differ all stay."),
        fields=(
            *_MEETING,
            Field("kind", _("What the source calls it")),
            Field("starts_on", _("First day"), _("A year, month or day.")),
            Field("ends_on", _("Last day"), _("A year, month or day.")),
            Field("place", _("Place")),
            *statement(),
            Field("planned_starts_on", _("First day as first planned"), more=True),
            Field("president", _("President"), more=True),
        ),
        roles=("isu",),
        button=_("Record the statement"),
        done=_("The statement was recorded."),
        next=_("It stands with the meeting, beside what other sources say."),
        prefill="meeting",
    ),
    Form(
        "/deadlines/totals/{id}",
        title=_("Record a printed total"),
        lead=_("What others count, to compare our own count with."),
        fields=(
            Field("treaty", _("Treaty"), options={**TREATIES, "": _("No treaty: the whole world")}),
            Field("metric", _("What is counted"), _("As in the tables, such as reports_received.")),
            Field("value", _("Number")),
            Field("unit", _("Unit"), more=True),
            Field("period", _("Year or years")),
            Field("as_of", _("As of"), _("A year, month or day.")),
            *statement(),
        ),
        roles=("isu",),
        button=_("Record the total"),
        done=_("The total was recorded."),
        next=_("It stands beside our own count in the statistics."),
        thing="total",
        naming=_totals,
    ),
)
