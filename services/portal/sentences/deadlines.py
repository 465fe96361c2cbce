"""Entries of the deadlines service: parties, obligations, extension requests, reports, meetings."""

from collections.abc import Mapping

from services.portal import words
from services.portal.language import gettext as _
from services.portal.sentences import Data, Say
from services.portal.sentences.pieces import because, obligation, of_duty, on, state, until

_REPORTS = {"initial": "initial report", "annual": "annual report"}


def _figure(data: Data) -> str:
    return _("%(metric)s: %(quantity)s, for %(period)s (%(duty)s).") % {
        "metric": words.metric(data["metric"]),
        "quantity": words.quantity(data["value"], data["unit"]),
        "period": words.day(data["period"]),
        "duty": of_duty(data),
    }


def _status(data: Data) -> str:
    said = words.plain(data["status"])
    quoted = f": “{data['words']}”" if data.get("words") else ""
    aim = ""
    if data.get("target_completion"):
        aim = " " + _("Completion is aimed at %(day)s.") % {"day": words.day(data["target_completion"])}
    return _("Judged %(status)s%(quoted)s (%(duty)s).") % {
        "status": said, "quoted": quoted, "duty": of_duty(data)} + aim  # fmt: skip


def _deadline(data: Data) -> str:
    if not data.get("deadline"):
        return _("A source speaks of the first deadline and gives no day (%(duty)s).") % {"duty": of_duty(data)}
    return _("The first deadline is %(day)s (%(duty)s).") % {
        "day": words.day(data["deadline"]), "duty": of_duty(data)}  # fmt: skip


def _extension(data: Data) -> str:
    pieces = []
    if data.get("lodged_on"):
        pieces.append(_("lodged%(on)s") % {"on": on(data["lodged_on"])})
    if data.get("asked_until"):
        pieces.append(_("for more time%(until)s") % {"until": until(data["asked_until"])})
    if data.get("granted") is True:
        pieces.append(_("granted%(until)s") % {"until": until(data.get("granted_until"))})
    elif data.get("granted") is False:
        pieces.append(_("not granted"))
    elif data.get("outcome"):
        pieces.append(str(data["outcome"]))
    if data.get("decided_at"):
        pieces.append(_("at %(meeting)s") % {"meeting": data["decided_at"]})
    return _("Request%(number)s to extend the deadline: %(what)s (%(duty)s).") % {
        "number": f" {data['sequence']}" if data.get("sequence") else "",
        "what": ", ".join(pieces) or _("nothing more is said"),
        "duty": of_duty(data),
    }


def _lodged(data: Data) -> str:
    late = " " + _("It came after the day by which it was due.") if data.get("late") else ""
    return (
        _("%(state)s asked for more time until %(day)s (%(duty)s), to be decided at %(meeting)s.")
        % {
            "state": state(data["state"]),
            "day": words.day(data["asked_until"]),
            "duty": of_duty(data),
            "meeting": data.get("meeting") or _("the next meeting"),
        }
        + late
    )


def _decided(data: Data) -> str:
    if data.get("granted_until"):
        said = _("%(body)s granted more time until %(day)s (%(duty)s)%(on)s.")
    else:
        said = _("%(body)s decided on more time: %(outcome)s (%(duty)s)%(on)s.")
    return said % {
        "body": data.get("body") or _("The States Parties"),
        "day": words.day(data.get("granted_until")),
        "outcome": words.plain(str(data.get("outcome") or "")),
        "duty": of_duty(data),
        "on": on(data.get("decided_on")),
    }


def _report(data: Data) -> str:
    year = f" {data['period_year']}" if data.get("period_year") else ""
    named = _("%(treaty)s %(kind)s report%(year)s") % {
        "treaty": data["treaty"], "kind": words.plain(data["kind"]), "year": year}  # fmt: skip
    return f"{state(data['state'])}: {named}"


def _report_stated(data: Data) -> str:
    came = ""
    if data.get("submitted_on"):
        came = _(", handed in by %(day)s") if data.get("not_later") else _(", handed in %(day)s")
        came %= {"day": words.day(data["submitted_on"])}
    status = words.standing(f"report_{data['status']}").word or _("nothing more is said")
    return f"{_report(data)}: {status}{came}."


def _report_received(data: Data) -> str:
    late = _(", late") if data.get("late") else _(", in time")
    return _("%(report)s received%(on)s%(late)s.") % {
        "report": _report(data), "on": on(data["received_on"]), "late": late}  # fmt: skip


def _party(data: Data) -> str:
    return _("%(state)s deposited its %(action)s of the %(treaty)s on %(day)s; in force for it from %(from)s.") % {
        "state": state(data["state"]),
        "action": words.plain(data["action"]),
        "treaty": data["treaty"],
        "day": words.day(data["deposited_on"]),
        "from": words.day(data["entry_into_force"]),
    }


def _completed(data: Data) -> str:
    pieces = []
    if data.get("completed_on"):
        said = _("work ended by %(day)s") if data.get("completed_not_later") else _("work ended %(day)s")
        pieces.append(said % {"day": words.day(data["completed_on"])})
    if data.get("declared_on"):
        pieces.append(_("declared %(day)s") % {"day": words.day(data["declared_on"])})
    return _("Said to be complete: %(what)s (%(duty)s).") % {
        "what": ", ".join(pieces) or _("no day is given"), "duty": of_duty(data)}  # fmt: skip


def _found(data: Data) -> str:
    much = words.quantity(data["area_m2"], "m2") if data.get("area_m2") else ""
    if not much and data.get("items"):
        much = _("%(number)s items") % {"number": data["items"]}
    return _("Found after completion%(on)s: %(what)s (%(duty)s).") % {
        "on": on(data["found_on"]), "what": much or _("amount not stated"), "duty": of_duty(data)}  # fmt: skip


def _measure(data: Data) -> str:
    law = f"“{data['law']}”" if data.get("law") else _("A national measure")
    return _("%(law)s: %(status)s (%(duty)s).") % {
        "law": law, "status": words.plain(data["status"]), "duty": of_duty(data)}  # fmt: skip


def _meeting(data: Data, said: str) -> str:
    return said % {
        "treaty": data["treaty"],
        "name": data["name"],
        "day": words.day(data.get("starts_on")) or _("a day not stated"),
        "until": until(data.get("ends_on")) if data.get("ends_on") != data.get("starts_on") else "",
        "place": f", {data['place']}" if data.get("place") else "",
        "why": because(data.get("reason")),
    }


SAY: Mapping[str, Say] = {
    "FigureStated": _figure,
    "StatusStated": _status,
    "OriginalDeadlineStated": _deadline,
    "ObligationRegistered": lambda d: _("A source says that this duty stands: %(what)s.") % {"what": obligation(d)},
    "ObligationDated": lambda d: (
        _("By the treaty the first deadline is %(day)s (%(duty)s, %(reference)s).")
        % {"day": words.day(d["original_deadline"]), "duty": of_duty(d), "reference": d["reference"]}
        if d.get("original_deadline")
        else _("The duty stands from %(day)s on (%(duty)s).")
        % {"day": words.day(d["entry_into_force"]), "duty": of_duty(d)}
    ),
    "HostilitiesStated": lambda d: (
        _("Hostilities that left remnants: %(name)s%(ended)s.")
        % {
            "name": d["name"],
            "ended": _(", ended %(day)s") % {"day": words.day(d["ended_on"])} if d.get("ended_on") else "",
        }
    ),
    "ExtensionRequestStated": _extension,
    "ExtensionRequestLodged": _lodged,
    "ExtensionRequestWithdrawn": lambda d: (
        _("%(state)s took its request for more time back%(why)s.")
        % {"state": state(d["state"]), "why": because(d.get("reason"))}
    ),
    "ExtensionQuestionPut": lambda d: _("Question on the request for more time: “%(text)s”") % {"text": d["text"]},
    "ExtensionQuestionAnswered": lambda d: (
        _("Answer of %(state)s: “%(text)s”") % {"state": state(d["state"]), "text": d["text"]}
    ),
    "ExtensionDecided": _decided,
    "MeasureStated": _measure,
    "WorkFinished": lambda d: (
        _("%(state)s finished the work on %(day)s (%(duty)s); the declaration is awaited.")
        % {"state": state(d["state"]), "day": words.day(d["finished_on"]), "duty": of_duty(d)}
    ),
    "CompletionDeclared": lambda d: (
        _("%(state)s declared completion on %(day)s (%(duty)s).")
        % {"state": state(d["state"]), "day": words.day(d["declared_on"]), "duty": of_duty(d)}
    ),
    "CompletionStated": _completed,
    "LaterFindStated": _found,
    "DutyEnded": lambda d: (
        _("The duty ended on %(day)s: %(why)s (%(duty)s).")
        % {"day": words.day(d["on"]), "why": words.plain(d["reason"]), "duty": of_duty(d)}
    ),
    "ReminderIssued": lambda d: (
        _("%(state)s was reminded of %(what)s, due %(day)s (%(duty)s).")
        % {
            "state": state(d["state"]),
            "what": words.plain(d["kind"]),
            "day": words.day(d["due_on"]),
            "duty": of_duty(d),
        }
    ),
    "ReportReminderIssued": lambda d: (
        _("%(report)s: reminded that it is due %(day)s.") % {"report": _report(d), "day": words.day(d["due_on"])}
    ),
    "ReportStated": _report_stated,
    "ReportReceived": _report_received,
    "LatenessExplained": lambda d: (
        _("%(report)s is late or missing because: %(why)s.")
        % {"report": _report(d), "why": d.get("words") or words.plain(d["reason"])}
    ),
    "ReportingBegan": lambda d: (
        _("%(state)s owes its first %(treaty)s report by %(day)s, and one each year from %(first)s.")
        % {
            "state": state(d["state"]),
            "treaty": d["treaty"],
            "day": words.day(d["initial_due"]),
            "first": words.day(d["first_annual_due"]),
        }
    ),
    "ReportingEnded": lambda d: (
        _("%(state)s owes no more %(treaty)s reports from %(day)s: %(why)s.")
        % {
            "state": state(d["state"]),
            "treaty": d["treaty"],
            "day": words.day(d["on"]),
            "why": words.plain(d["reason"]),
        }
    ),
    "StatePartyRegistered": _party,
    "StatePartyRestated": _party,
    "WithdrawalReceived": lambda d: (
        _("The depositary received the withdrawal of %(state)s from the %(treaty)s; it takes effect %(day)s.")
        % {"state": state(d["state"]), "treaty": d["treaty"], "day": words.day(d["effective_on"])}
    ),
    "WithdrawalPostponed": lambda d: (
        _("The withdrawal of %(state)s takes effect later%(why)s.")
        % {"state": state(d["state"]), "why": because(d.get("reason"))}
    ),
    "MeetingPlanned": lambda d: _meeting(d, _("%(treaty)s %(name)s is planned for %(day)s%(until)s%(place)s.")),
    "MeetingMoved": lambda d: _meeting(d, _("%(treaty)s %(name)s was moved to %(day)s%(until)s%(why)s.")),
    "MeetingHeld": lambda d: _meeting(d, _("%(treaty)s %(name)s was held from %(day)s%(until)s.")),
    "MeetingStated": lambda d: _meeting(d, _("%(treaty)s %(name)s: %(day)s%(until)s%(place)s.")),
    "TotalStated": lambda d: (
        _("Printed total: %(metric)s %(quantity)s.")
        % {"metric": words.metric(d["metric"]), "quantity": words.quantity(d["value"], d["unit"])}
    ),
}
