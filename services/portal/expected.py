"""What is expected next of a thing, from whom, by when: one sentence for the top of its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.language import gettext as _
from services.portal.sentences.pieces import who


@dataclass(frozen=True, slots=True)
class Next:
    """`by` is a date as exact as known, blank where there is none."""

    words: str
    whom: str = ""
    by: str = ""


def of_duty(row: Mapping[str, Any]) -> Next | None:
    """Of an open duty, as a row of the ranking tells it."""
    state = str(row["state_name"])
    deadline = str(row["deadline_in_force"] or "")
    if row["one_declaration_away"]:
        return Next(_("Declare completion, or say what is still to be done"), state)
    if row["request_pending"]:
        return Next(_("Decide on the request for more time, or tell us how it was decided"), _("the States Parties"))
    if row["article"] == "7":
        return Next(_("Hand in the report that is missing"), state, deadline)
    if row["lodging_day"] and not row["deadline_passed"]:
        return Next(_("Finish, or ask for more time"), state, str(row["lodging_day"]))
    if row["deadline_passed"]:
        return Next(_("Declare completion, or ask for more time"), state)
    if row["article"] == "9":
        return Next(_("Adopt the law that is missing"), state)
    if (row["treaty"], row["article"]) == ("CCM", "5"):
        return Next(_("Adopt what is missing for the victims: a plan, or a focal point"), state)
    if row["missing"]:
        return Next(_("Tell %(fact)s") % {"fact": row["missing"][0]["fact"]}, row["missing"][0]["whom"])
    return Next(_("Finish the work"), state, deadline) if deadline else None


def of_request(request: Mapping[str, Any]) -> Next | None:
    """Of a State's request."""
    match request["status"]:
        case "submitted" | "partly_met":
            return Next(_("Offer what is open"), _("any donor"))
        case "met":
            return Next(_("Close the request and say what came of it"), who(request["state"]))
        case _other:
            return None


def of_pledge(pledge: Mapping[str, Any]) -> Next | None:
    """Of a pledge, rung by rung of its ladder."""
    donor = who(pledge["donor"])
    paid = {one.get("tranche") for one in pledge["disbursements"]}
    days = [
        str(one["expected_on"]) for one in pledge["tranches"] if one.get("expected_on") and one["tranche"] not in paid
    ]
    match pledge["status"]:
        case "announced":
            return Next(_("Confirm it in writing"), donor)
        case "confirmed":
            return Next(_("Pay the first part, or give what was promised in kind"), donor, min(days, default=""))
        case "disbursing":
            return Next(_("Pay what is left"), donor, min(days, default=""))
        case _other:
            return None


def of_coalition(coalition: Mapping[str, Any]) -> Next | None:
    """Of a coalition: the State's consent comes before everything else."""
    state = who(coalition["state"])
    waiting = [one["name"] or who(one["member"]) for one in coalition["members"] if one["answer"] == "invited"]
    due = sorted(
        (str(one["due_on"]), str(one["title"]), who(one["responsible"]))
        for one in coalition["milestones"]
        if not one["reached_on"]
    )
    match coalition["status"]:
        case "proposed":
            return Next(_("Consent, or say no"), state)
        case "consented" if waiting:
            return Next(_("Answer the invitation"), ", ".join(waiting))
        case "consented":
            return Next(_("Begin the work"), _("the coordinator"))
        case "active" if due:
            return Next(due[0][1], due[0][2], due[0][0])
        case "active":
            return Next(_("Agree the next step of the work plan"), _("its members"))
        case "suspended" if not coalition["consent"]:
            return Next(_("Consent again, or end it"), state)
        case "suspended":
            return Next(_("Begin again, or end it"), _("its members"))
        case _other:
            return None


def of_meeting(meeting: Mapping[str, Any]) -> Next | None:
    """Of a meeting in the calendar."""
    if meeting["held"] or not meeting["starts_on"]:
        return None
    return Next(_("The meeting begins"), "", str(meeting["starts_on"]))
