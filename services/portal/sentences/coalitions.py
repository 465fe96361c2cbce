"""Entries of the coalitions service: coalitions, ambassadors, partnerships."""

from collections.abc import Mapping

from services.portal import words
from services.portal.language import gettext as _
from services.portal.sentences import Data, Say
from services.portal.sentences.pieces import because, of_duty, state, who


def _contribution(data: Data) -> str:
    much = words.money(data["amount"]) if data.get("amount") else data.get("in_kind") or _("help")
    standing = data.get("standing") or ("member" if data.get("from_member") else "not_invited")
    if standing == "member":
        return _("%(member)s brings %(much)s (pledge %(pledge)s).") % {
            "member": who(data["member"]), "much": much, "pledge": data["pledge"]}  # fmt: skip
    return _("%(member)s, no member, pledged %(much)s to the coalition (pledge %(pledge)s).") % {
        "member": who(data["member"]), "much": much, "pledge": data["pledge"]}  # fmt: skip


def _milestone(data: Data, said: str) -> str:
    return said % {
        "title": data["title"],
        "day": words.day(data["due_on"]),
        "who": who(data["responsible"]),
        "why": because(data.get("reason")),
    }


def _partnership(data: Data) -> str:
    partners = _(" with %(partners)s") % {"partners": data["partners"]} if data.get("partners") else ""
    whose = f" ({state(data['state'])})" if data.get("state") else ""
    return _("%(name)s%(whose)s%(partners)s: %(called)s.") % {
        "name": data["name"], "whose": whose, "partners": partners, "called": words.plain(data["called"])}  # fmt: skip


SAY: Mapping[str, Say] = {
    "CoalitionProposed": lambda d: (
        _("%(by)s proposed a coalition for %(state)s: %(purpose)s")
        % {"by": d["proposed_by"] or _("A coordinator"), "state": state(d["state"]), "purpose": d["purpose"]}
    ),
    "MemberInvited": lambda d: (
        _("%(name)s was invited as %(role)s.") % {"name": d["name"] or who(d["member"]), "role": words.plain(d["role"])}
    ),
    "InvitationAccepted": lambda d: _("%(who)s said yes.") % {"who": who(d["member"])},
    "InvitationDeclined": lambda d: (
        _("%(who)s said no%(why)s.") % {"who": who(d["member"]), "why": because(d.get("reason"))}
    ),
    "MemberLeft": lambda d: _("%(who)s left%(why)s.") % {"who": who(d["member"]), "why": because(d.get("reason"))},
    "StateConsented": lambda d: _("The affected State consented (%(by)s).") % {"by": d["by"]},
    "ConsentWithdrawn": lambda d: (
        _("The affected State took its consent back%(why)s.") % {"why": because(d.get("reason"))}
    ),
    "CoalitionActivated": lambda _d: _("The coalition began its work."),
    "CoalitionSuspended": lambda d: _("The coalition rests%(why)s.") % {"why": because(d.get("reason"))},
    "CoalitionConcluded": lambda d: _("The coalition ended. Outcome: %(outcome)s") % {"outcome": d["outcome"]},
    "CoalitionAbandoned": lambda d: _("The coalition was given up%(why)s.") % {"why": because(d.get("reason"))},
    "MilestoneAgreed": lambda d: _milestone(d, _("Agreed: %(title)s, by %(day)s (%(who)s).")),
    "MilestoneRevised": lambda d: _milestone(d, _("Changed: %(title)s, now by %(day)s (%(who)s)%(why)s.")),
    "MilestoneReached": lambda d: _("Reached: the step “%(step)s”.") % {"step": d["milestone"]},
    "ReviewHeld": lambda d: _("A review found: %(findings)s") % {"findings": d["findings"]},
    "ContributionNoted": _contribution,
    "AmbassadorNamed": lambda d: _("%(state)s offers to share what it learned.") % {"state": state(d["state"])},
    "AmbassadorMatched": lambda d: (
        _("%(state)s and %(other)s were brought together (%(duty)s).")
        % {"state": state(d["state"]), "other": state(d["with_state"]), "duty": of_duty(d)}
    ),
    "MatchEnded": lambda d: (
        _("The exchange with %(other)s ended. %(outcome)s")
        % {"other": state(d["with_state"]), "outcome": d.get("outcome", "")}
    ),
    "PartnershipRecorded": _partnership,
}
