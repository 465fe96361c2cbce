"""What can have happened to an obligation. Class names are the storage format."""

from datetime import date

from services.deadlines.domain.obligation_facts import (
    Answer,
    Completion,
    Decision,
    Declaration,
    DutyEnd,
    ExtensionStatement,
    Figure,
    Finish,
    Hostilities,
    LaterFind,
    LodgedContents,
    Measure,
    OfDuty,
    OriginalDeadline,
    Question,
    Registered,
    Reminder,
    RequestWithdrawal,
    Sequence,
    Status,
)
from shared.messages import Event
from shared.provenance import Statement
from shared.text import Line


class ObligationRegistered(Registered, Event):
    """A source says that the State has this duty."""


class OriginalDeadlineStated(OriginalDeadline, Event):
    """A source gave the first deadline, or named the duty without a date."""


class ObligationDated(OfDuty, Event):
    """The treaty's own date was worked out from entry into force.

    `original_deadline` None: the article sets no date (CCM 5, Article 9), or the clock waits for
    the end of hostilities. `extension_cap_years` None: no extension exists.
    `lodge_months_before_meeting` None: no such rule.
    """

    entry_into_force: date
    original_deadline: date | None = None
    reference: Line
    extension_cap_years: int | None = None
    lodge_months_before_meeting: int | None = None


class HostilitiesStated(Hostilities, Event):
    """Hostilities were named, or their end became known; the date that follows is worked out (CCM 4.1(b))."""

    original_deadline: date | None = None


class FigureStated(Figure, Event):
    """A source gave a figure; figures that contradict one another all stay (ADR 0006)."""


class StatusStated(Status, Event):
    """A source judged how the duty stands; a judgement moves no deadline."""


class ExtensionRequestStated(ExtensionStatement, Event):
    """A source spoke of an extension request."""


class ExtensionRequestLodged(OfDuty, Event):
    """A State asked for more time.

    `due_by`: the last day in time for that meeting as it was planned then; `late` is a flag, never
    a ground to refuse (docs/treaty-rules.md, trap 4).
    """

    sequence: Sequence
    lodged_on: date
    asked_until: date
    meeting: Line
    meeting_planned_on: date | None = None
    due_by: date | None = None
    late: bool = False
    contents: LodgedContents = LodgedContents()
    statement: Statement


class ExtensionQuestionPut(Question, Event):
    """A question was put about a request."""


class ExtensionQuestionAnswered(Answer, Event):
    """The State answered a question about its extension request."""


class ExtensionRequestWithdrawn(RequestWithdrawal, Event):
    """The State took its request back: the deadline in force stands."""


class ExtensionDecided(Decision, Event):
    """The States Parties decided on a request."""


class CompletionStated(Completion, Event):
    """A source spoke of completion; "Closed and opened" in docs/treaty-rules.md says what follows."""


class WorkFinished(Finish, Event):
    """The work is done and waits for its declaration."""


class CompletionDeclared(Declaration, Event):
    """The State declared completion: the duty is closed."""


class LaterFindStated(LaterFind, Event):
    """Something was found after completion: the duty is open again under its old date."""


class MeasureStated(Measure, Event):
    """A source spoke of a law, plan or focal point (CCM 5 and 9, APMBC 9)."""


class ReminderIssued(Reminder, Event):
    """A reminder went out, once. `step_days`: which step before `due_on` it was, in days."""


class DutyEnded(DutyEnd, Event):
    """The duty ended with the State's withdrawal from the treaty."""


ObligationEvent = (
    ObligationRegistered
    | OriginalDeadlineStated
    | ObligationDated
    | HostilitiesStated
    | FigureStated
    | StatusStated
    | ExtensionRequestStated
    | ExtensionRequestLodged
    | ExtensionQuestionPut
    | ExtensionQuestionAnswered
    | ExtensionRequestWithdrawn
    | ExtensionDecided
    | CompletionStated
    | WorkFinished
    | CompletionDeclared
    | LaterFindStated
    | MeasureStated
    | ReminderIssued
    | DutyEnded
)
