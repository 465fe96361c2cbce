"""Entries of the requests service: a State's request, what covers it, and needs told by sources."""

from collections.abc import Mapping

from services.portal import words
from services.portal.language import gettext as _
from services.portal.language import ngettext
from services.portal.sentences import Data, Say
from services.portal.sentences.pieces import because, given, state


def _asked(data: Data) -> str:
    needs = data["content"]["needs"]
    if not needs:
        return _("no line yet")
    kinds = ", ".join(dict.fromkeys(words.plain(need["kind"]) for need in needs))
    count = ngettext("%(num)s line", "%(num)s lines", len(needs)) % {"num": len(needs)}
    return _("%(lines)s (%(kinds)s)") % {"lines": count, "kinds": kinds}


def _need(data: Data) -> str:
    said = {
        "asked": _("%(state)s asks for %(what)s: %(much)s."),
        "stated": _("%(state)s is said to need %(what)s: %(much)s."),
    }.get(data["basis"], _("It is estimated that %(state)s needs %(what)s: %(much)s."))
    much = words.money(data.get("amount"))
    what = data["what"] or words.plain(data["kind"]) or _("help")
    return said % {"state": state(data["state"]), "what": what, "much": much}


SAY: Mapping[str, Say] = {
    "RequestDrafted": lambda d: _("A draft was kept: %(asked)s.") % {"asked": _asked(d)},
    "RequestSubmitted": lambda d: (
        _("%(state)s made its request public: %(asked)s.") % {"state": state(d["content"]["state"]), "asked": _asked(d)}
    ),
    "RequestRevised": lambda d: (
        _("%(state)s changed its request to %(asked)s%(why)s.")
        % {"state": state(d["content"]["state"]), "asked": _asked(d), "why": because(d.get("reason"))}
    ),
    "RequestWithdrawn": lambda d: _("The request was withdrawn%(why)s.") % {"why": because(d.get("reason"))},
    "RequestClosed": lambda d: _("The request was closed. Outcome: %(outcome)s") % {"outcome": d["outcome"]},
    "PledgeAllocated": lambda d: (
        _("%(much)s of pledge %(pledge)s now covers the line “%(line)s”.")
        % {"much": given(d), "pledge": d["pledge"], "line": d["line"]}
    ),
    "SurplusReturned": lambda d: (
        _("%(much)s of pledge %(pledge)s went back to its donor%(why)s.")
        % {"much": given(d), "pledge": d["pledge"], "why": because(words.plain(d["reason"]))}
    ),
    "AllocationReleased": lambda d: (
        _("%(much)s of pledge %(pledge)s no longer covers the line “%(line)s”%(why)s.")
        % {"much": given(d), "pledge": d["pledge"], "line": d["line"], "why": because(words.plain(d["reason"]))}
    ),
    "InKindAccepted": lambda d: (
        _("Help in kind of pledge %(pledge)s was accepted for the line “%(line)s”%(what)s.")
        % {"pledge": d["pledge"], "line": d["line"], "what": because(d["description"])}
    ),
    "InKindDeclined": lambda d: (
        _("Help in kind of pledge %(pledge)s could not be taken%(why)s.")
        % {"pledge": d["pledge"], "why": because(words.plain(d["reason"]))}
    ),
    "InKindReleased": lambda d: (
        _("Help in kind of pledge %(pledge)s no longer counts%(why)s.")
        % {"pledge": d["pledge"], "why": because(words.plain(d["reason"]))}
    ),
    "OfferLoweredEarly": lambda d: _("Pledge %(pledge)s was lowered before it arrived.") % {"pledge": d["pledge"]},
    "ContactNamed": lambda _d: _("A contact was named."),
    "NeedRecorded": _need,
}
