"""A dated duty of a State Party. Stream `obligation-<treaty>-<iso3>-<article>[-<clock>]`."""

from datetime import date
from decimal import Decimal

from services.insights.facts.origin import Document, Fact
from shared.dates import PartialDate, Period
from shared.money import Money


class Registered(Fact):
    """A source says that the State has this duty."""


class OriginalDeadline(Fact):
    """The first deadline as printed or computed; None where the source gives no day."""

    deadline: PartialDate | None
    derivation: str


class Dated(Fact):
    """The duty's date by the treaty's rule; it counts from the day the party counts."""

    entry_into_force: date
    original_deadline: date | None
    reference: str
    extension_cap_years: int | None
    lodge_months_before_meeting: int | None


class Hostilities(Fact):
    """Active hostilities and the clock that starts when they end (CCM 4.1(b))."""

    name: str
    began_on: PartialDate | None
    ended_on: date | None
    original_deadline: date | None


class Figure(Fact):
    """One figure for a period. `unit`: m2, munitions, submunitions, items or percent."""

    metric: str
    value: Decimal
    unit: str
    period: Period


class Status(Fact):
    """How a source judged the duty at `as_of`."""

    status: str
    words: str
    as_of: Period
    target_completion: PartialDate | None


class ExtensionStatement(Fact):
    """What a source says of one request. `granted`: True, False (not approved) or None (open, unknown)."""

    sequence: int | None
    requested_period: str
    asked_until: PartialDate | None
    lodged_on: PartialDate | None
    decided_at: str
    decided_on: PartialDate | None
    mode: str
    granted_until: PartialDate | None
    outcome: str
    granted: bool | None
    conditions: str
    annual_plan: str
    remaining_at_request_m2: Decimal | None
    budget: Money | None


class Lodging(Fact):
    """A request lodged here."""

    sequence: int
    lodged_on: date
    asked_until: date
    meeting: str
    meeting_planned_on: date | None
    due_by: date | None
    late: bool


class Question(Fact):
    """A question of the analysis group, or (`answer`) the State's answer."""

    sequence: int
    question: str
    text: str
    on: date
    answer: bool = False


class RequestTakenBack(Fact):
    """The State withdrew its request."""

    sequence: int
    reason: str


class Decision(Fact):
    """The States Parties' decision. `outcome`: granted, granted_less or not_approved."""

    sequence: int
    outcome: str
    body: str
    mode: str
    decided_on: date
    granted_until: date | None
    conditions: str


class Completion(Fact):
    """The work ended, it was declared, or both. `how`: stated, finished or declared."""

    how: str
    completed_on: PartialDate | None = None
    completed_not_later: bool = False
    declared_on: PartialDate | None = None
    in_time: bool | None = None
    meeting: str = ""


class LaterFind(Fact):
    """Found after completion; the old date stands."""

    found_on: PartialDate
    area_m2: Decimal | None
    items: int | None


class Measure(Fact):
    """A law, plan or focal point, as the State reported it."""

    status: str
    law: str
    year: PartialDate | None
    as_of: PartialDate | None


class DutyEnd(Fact):
    """The duty stopped on this day."""

    on: date
    reason: str


class Reminder(Fact):
    """A reminder that was sent. `kind`: lodging, deadline or declaration."""

    kind: str
    due_on: date
    step_days: int
    issued_on: date


class Obligation(Document):
    """All that is stated about one duty. `clock` is blank for the clock from entry into force."""

    treaty: str
    state: str
    article: str
    clock: str = ""
    registered: tuple[Registered, ...] = ()
    original_deadlines: tuple[OriginalDeadline, ...] = ()
    dated: tuple[Dated, ...] = ()
    hostilities: tuple[Hostilities, ...] = ()
    figures: tuple[Figure, ...] = ()
    statuses: tuple[Status, ...] = ()
    extensions: tuple[ExtensionStatement, ...] = ()
    lodgings: tuple[Lodging, ...] = ()
    questions: tuple[Question, ...] = ()
    taken_back: tuple[RequestTakenBack, ...] = ()
    decisions: tuple[Decision, ...] = ()
    completions: tuple[Completion, ...] = ()
    later_finds: tuple[LaterFind, ...] = ()
    measures: tuple[Measure, ...] = ()
    ended: tuple[DutyEnd, ...] = ()
    reminders: tuple[Reminder, ...] = ()
