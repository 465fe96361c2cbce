"""Entries of the pledges service: donors, pledges from announcement to payment, help as sources tell it."""

from collections.abc import Mapping

from services.portal import words
from services.portal.language import gettext as _
from services.portal.sentences import Data, Say
from services.portal.sentences.pieces import because, given, state, who


def target(named: Data) -> str:
    """What a pledge is for, in words."""
    match named.get("kind"):
        case "need_line":
            return _("the line “%(line)s” of request %(request)s") % {
                "line": named.get("line"), "request": named.get("request")}  # fmt: skip
        case "request":
            return _("request %(request)s") % {"request": named.get("request")}
        case "coalition":
            return _("coalition %(coalition)s") % {"coalition": named.get("coalition")}
        case "project":
            return _("project %(project)s") % {"project": named.get("project")}
        case "state" if named.get("state"):
            return state(named["state"])
        case _other:
            kind = named.get("state") or named.get("treaty") or named.get("kind")
            return who(kind) if kind else _("a purpose not named")


def _assistance(data: Data) -> str:
    donor = who(data.get("donor")) if data.get("donor") else data["donor_name"] or _("a donor not named")
    recipient = state(data["recipient"]) if data.get("recipient") else data["recipient_name"] or state("")
    if data.get("amount") or not data.get("amount_usd_printed"):
        much = words.money(data.get("amount"))
    else:
        much = words.dollars(data["amount_usd_printed"])
    period = f", {words.day(data['period'])}" if data.get("period") else ""
    return _("%(donor)s helped %(recipient)s: %(much)s%(period)s.") % {
        "donor": donor, "recipient": recipient, "much": much, "period": period}  # fmt: skip


SAY: Mapping[str, Say] = {
    "DonorRegistered": lambda d: _("%(name)s was named as a donor.") % {"name": d["name"]},
    "DonorProfileChanged": lambda d: (
        _("What the donor looks for: %(what)s.")
        % {
            "what": "; ".join([*d["priorities"], *d["criteria"], *(words.plain(kind) for kind in d["kinds"])])
            or _("no preference stated")
        }
    ),
    "CapacityStated": lambda d: _("The donor can give %(much)s in %(year)s.") % {"much": given(d), "year": d["year"]},
    "AgencyAdded": lambda d: (
        _("%(name)s acts for the donor.")
        % {"name": f"{d['name']} ({d['ministry']})" if d.get("ministry") else d["name"]}
    ),
    "FocalPointNamed": lambda _d: _("A contact was named."),
    "PledgeDrafted": lambda _d: _("A draft was kept."),
    "PledgeAnnounced": lambda d: (
        _("%(donor)s announced %(much)s for %(target)s.")
        % {"donor": who(d["donor"]), "much": given(d), "target": target(d["target"])}
    ),
    "PledgeOffered": lambda d: _("It was offered to request %(request)s.") % {"request": d["request"]},
    "PledgeConfirmed": lambda d: (
        _("The donor committed %(much)s firmly and in writing.")
        % {"much": words.money(d["amount"]) if d.get("amount") else _("what it announced")}
    ),
    "Disbursed": lambda d: _("%(much)s was paid.") % {"much": given(d)},
    "PledgeFulfilled": lambda _d: _("Everything that stands has been given."),
    "PledgeReduced": lambda d: (
        _("The donor took %(much)s off%(why)s.") % {"much": given(d), "why": because(d.get("reason"))}
    ),
    "PledgeRedirected": lambda d: (
        _("%(much)s was put behind %(target)s%(why)s.")
        % {"much": given(d), "target": target(d["target"]), "why": because(d.get("reason"))}
    ),
    "PledgeCancelled": lambda d: _("The donor took back what was not paid%(why)s.") % {"why": because(d.get("reason"))},
    "AllocationRecorded": lambda d: (
        _("%(much)s was taken up by request %(request)s for the line “%(line)s”.")
        % {"much": given(d), "request": d["request"], "line": d["line"]}
    ),
    "SurplusRecorded": lambda d: (
        _("%(much)s came back from request %(request)s%(why)s.")
        % {"much": given(d), "request": d["request"], "why": because(words.plain(d["reason"]))}
    ),
    "AllocationReturned": lambda d: (
        _("%(much)s was given back by request %(request)s%(why)s.")
        % {"much": given(d), "request": d["request"], "why": because(words.plain(d["reason"]))}
    ),
    "InKindAnswered": lambda d: (
        _("Request %(request)s answered the offer in kind: %(said)s.")
        % {"request": d["request"], "said": words.plain(d["said"])}
    ),
    "InKindRecalled": lambda d: _("The offer in kind to request %(request)s was recalled.") % {"request": d["request"]},
    "OfferLowered": lambda d: (
        _("What stands behind request %(request)s is now %(much)s.")
        % {"request": d["request"], "much": words.money(d["standing"])}
    ),
    "AssistanceRecorded": _assistance,
    "DonorTotalStated": lambda d: (
        _("Printed total of %(donor)s for %(year)s: %(much)s.")
        % {
            "donor": d["donor_name"] or who(d.get("donor")) or _("a donor not named"),
            "year": d["year"],
            "much": words.money(d.get("amount")) if d.get("amount") else words.dollars(d.get("amount_usd_printed")),
        }
    ),
    "RecipientTotalStated": lambda d: (
        _("Printed totals of %(state)s for %(year)s: %(abroad)s from abroad, %(own)s of its own.")
        % {
            "state": state(d["recipient"]),
            "year": d["year"],
            "abroad": words.dollars(d.get("international_usd")),
            "own": words.dollars(d.get("national_usd")),
        }
    ),
    "WorldSupportStated": lambda d: (
        _("Printed total of the world for %(year)s: USD %(million)s million.")
        % {"year": d["year"], "million": d["usd_million"]}
    ),
}
