"""What may be asked of an obligation.

`Record…`, `Register…` and `State…` keep what a source says: in any order, never refused because
another source says otherwise. The others are acts, and are held to the treaty's rules.
"""

from pydantic import Field

from services.deadlines.domain.obligation_facts import (
    Answer,
    Completion,
    ContentPart,
    Day,
    Decision,
    Declaration,
    DutyEnd,
    ExtensionStatement,
    Figure,
    Finish,
    Hostilities,
    LaterFind,
    Measure,
    OfDuty,
    OriginalDeadline,
    Question,
    Registered,
    Reminder,
    RequestWithdrawal,
    Status,
)
from shared.messages import Command
from shared.provenance import Statement
from shared.text import Line


class RegisterObligation(Registered, Command):
    """Record that the State has this duty."""


class StateOriginalDeadline(OriginalDeadline, Command):
    """Record the first deadline as a source gives it."""


class DateObligation(OfDuty, Command):
    """Work out the treaty's own date from the State's entry into force."""

    entry_into_force: Day


class StateHostilities(Hostilities, Command):
    """Record hostilities that left remnants, or their end (CCM 4.1(b)); the clock names them."""


class RecordFigure(Figure, Command):
    """Record a figure as its source gives it. One that differs from another is kept beside it (ADR 0006)."""


class RecordStatus(Status, Command):
    """Record how a source judges the duty."""


class RecordExtensionStatement(ExtensionStatement, Command):
    """Record what a source says about an extension request."""


class RecordCompletionStatement(Completion, Command):
    """Record what a source says about completion."""


class RecordWorkFinished(Finish, Command):
    """Record that the work is done; the duty stays open until declared."""


class DeclareCompletion(Declaration, Command):
    """Declare completion, which closes the duty."""


class RecordLaterFind(LaterFind, Command):
    """Record a find after completion, which opens the duty again under its old date."""


class RecordMeasure(Measure, Command):
    """Record a law, plan or focal point as its source tells it (CCM 5 and 9, APMBC 9)."""


class LodgeExtensionRequest(OfDuty, Command):
    """Ask for more time. `meeting_planned_on`: the first day of the meeting as planned now."""

    lodged_on: Day
    asked_until: Day
    meeting: Line
    meeting_planned_on: Day | None = None
    contents: tuple[ContentPart, ...] = Field(default=(), max_length=30)
    statement: Statement


class PutQuestion(Question, Command):
    """Put a written question about a request."""


class AnswerQuestion(Answer, Command):
    """The State answers a written question about its extension request."""


class WithdrawExtensionRequest(RequestWithdrawal, Command):
    """Take an undecided request back, with the reason; the deadline in force stands."""


class DecideExtension(Decision, Command):
    """Record the decision on a request: at a meeting or by silence procedure."""


class IssueReminder(Reminder, Command):
    """Issue a reminder, unless it went out or is no longer of use."""


class EndDuty(DutyEnd, Command):
    """Stop following the duty: the State's withdrawal took effect."""


ObligationCommand = (
    RegisterObligation
    | StateOriginalDeadline
    | DateObligation
    | StateHostilities
    | RecordFigure
    | RecordStatus
    | RecordExtensionStatement
    | RecordCompletionStatement
    | RecordWorkFinished
    | DeclareCompletion
    | RecordLaterFind
    | RecordMeasure
    | LodgeExtensionRequest
    | PutQuestion
    | AnswerQuestion
    | WithdrawExtensionRequest
    | DecideExtension
    | IssueReminder
    | EndDuty
)
