"""Readings of the topic `deadlines`: parties, obligations, reports, meetings and printed totals."""

from datetime import date
from decimal import Decimal

from shared.countries import Iso3
from shared.dates import PartialDate, Period
from shared.messages import Reading
from shared.money import Money
from shared.provenance import Statement

TOPIC = "deadlines"


class _Party(Reading):
    treaty: str
    state: Iso3


class StatePartyRegistered(_Party):
    """A State deposited an instrument (CCM 16, APMBC 16)."""

    name: str
    action: str
    signed_on: PartialDate | None = None
    deposited_on: date
    entry_into_force: date
    derivation: str
    statement: Statement


class StatePartyRestated(StatePartyRegistered):
    """Another source says it, or says it differently; both stay."""


class WithdrawalReceived(Reading):
    """The depositary received a withdrawal (CCM 20, APMBC 20)."""

    treaty: str = ""
    state: str = ""
    received_on: date | None = None
    effective_on: date
    statement: Statement


class WithdrawalPostponed(Reading):
    """An armed conflict holds the withdrawal back; `effective_on` None while it lasts."""

    effective_on: date | None = None
    reason: str = ""
    statement: Statement


class _Duty(Reading):
    treaty: str
    state: Iso3
    article: str
    clock: str = ""


class ObligationRegistered(_Duty):
    """A State has this duty."""

    statement: Statement


class OriginalDeadlineStated(_Duty):
    """A source prints, or a reader computed, the first deadline."""

    deadline: PartialDate | None = None
    derivation: str = ""
    statement: Statement


class ObligationDated(_Duty):
    """The duty's date by the treaty's rule, from the party's entry into force."""

    entry_into_force: date
    original_deadline: date | None = None
    reference: str = ""
    extension_cap_years: int | None = None
    lodge_months_before_meeting: int | None = None


class HostilitiesStated(_Duty):
    """Active hostilities that made new remnants (CCM 4.1(b))."""

    name: str
    began_on: PartialDate | None = None
    ended_on: date | None = None
    original_deadline: date | None = None
    statement: Statement


class FigureStated(_Duty):
    """One figure for a period, as its source printed it."""

    metric: str
    value: Decimal
    unit: str
    period: Period
    statement: Statement


class StatusStated(_Duty):
    """How a source judged the duty at a date."""

    status: str
    words: str = ""
    as_of: Period
    target_completion: PartialDate | None = None
    statement: Statement


class ExtensionRequestStated(_Duty):
    """What a source says of one request: asked, lodged, decided or granted."""

    sequence: int | None = None
    requested_period: str = ""
    asked_until: PartialDate | None = None
    lodged_on: PartialDate | None = None
    decided_at: str = ""
    decided_on: PartialDate | None = None
    mode: str = ""
    granted_until: PartialDate | None = None
    outcome: str = ""
    granted: bool | None = None
    conditions: str = ""
    annual_plan: str = ""
    remaining_at_request_m2: Decimal | None = None
    budget: Money | None = None
    statement: Statement


class ExtensionRequestLodged(_Duty):
    """A State lodged a request here."""

    sequence: int
    lodged_on: date
    asked_until: date
    meeting: str = ""
    meeting_planned_on: date | None = None
    due_by: date | None = None
    late: bool = False
    statement: Statement


class ExtensionQuestionPut(_Duty):
    """The analysis group asked something."""

    sequence: int
    question: str
    text: str = ""
    put_on: date


class ExtensionQuestionAnswered(_Duty):
    """The State answered."""

    sequence: int
    question: str
    text: str = ""
    answered_on: date


class ExtensionRequestWithdrawn(_Duty):
    """The State took its request back."""

    sequence: int
    reason: str = ""


class ExtensionDecided(_Duty):
    """The States Parties decided, in session or by silence procedure."""

    sequence: int
    outcome: str
    body: str = ""
    mode: str = ""
    decided_on: date
    granted_until: date | None = None
    conditions: str = ""
    statement: Statement


class CompletionStated(_Duty):
    """A source says that the work ended, that it was declared, or both."""

    completed_on: PartialDate | None = None
    completed_not_later: bool = False
    declared_on: PartialDate | None = None
    in_time: bool | None = None
    statement: Statement


class WorkFinished(_Duty):
    """The work ended; the declaration is still to come."""

    finished_on: date
    statement: Statement


class CompletionDeclared(_Duty):
    """The State declared that it fulfilled the duty."""

    declared_on: date
    meeting: str = ""
    statement: Statement


class LaterFindStated(_Duty):
    """Something was found after completion; the old date stands."""

    found_on: PartialDate
    area_m2: Decimal | None = None
    items: int | None = None
    statement: Statement


class MeasureStated(_Duty):
    """A law, a plan or a focal point (CCM 5 and 9, APMBC 9)."""

    status: str
    law: str = ""
    year: PartialDate | None = None
    as_of: PartialDate | None = None
    statement: Statement


class DutyEnded(_Duty):
    """The duty stopped, because the State left the treaty."""

    on: date
    reason: str = ""


class ReminderIssued(_Duty):
    """A State was reminded of a date."""

    kind: str
    due_on: date
    step_days: int = 0
    issued_on: date


class ReportingBegan(_Party):
    """The days on which a party's Article 7 reports are due."""

    entry_into_force: date
    initial_due: date
    first_annual_due: date


class ReportStated(_Party):
    """What a source says of one report: received, late or overdue."""

    kind: str
    period_year: int | None = None
    due_published: PartialDate | None = None
    submitted_on: PartialDate | None = None
    not_later: bool = False
    status: str
    as_of: PartialDate | None = None
    statement: Statement


class ReportReceived(_Party):
    """A report came in."""

    kind: str
    period_year: int | None = None
    received_on: date
    due_on: date | None = None
    late: bool = False
    statement: Statement


class LatenessExplained(_Party):
    """Why a report is late, in the State's words."""

    kind: str
    period_year: int | None = None
    reason: str
    words: str = ""
    statement: Statement


class ReportReminderIssued(_Party):
    """A State was reminded of a report."""

    kind: str
    period_year: int | None = None
    due_on: date
    step_days: int = 0
    issued_on: date


class ReportingEnded(_Party):
    """No more reports are due."""

    on: date
    reason: str = ""


class MeetingStated(Reading):
    """What a source says of a meeting's days."""

    treaty: str
    name: str
    kind: str
    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    place: str = ""
    president: str = ""
    planned_starts_on: PartialDate | None = None
    statement: Statement


class MeetingPlanned(Reading):
    """A meeting has its days."""

    treaty: str
    name: str
    kind: str
    starts_on: date
    ends_on: date | None = None
    place: str = ""
    statement: Statement


class MeetingMoved(Reading):
    """A meeting got other days."""

    treaty: str
    name: str
    starts_on: date
    ends_on: date | None = None
    reason: str = ""
    statement: Statement


class MeetingHeld(Reading):
    """A meeting took place."""

    treaty: str
    name: str
    starts_on: date
    ends_on: date | None = None
    statement: Statement


class TotalStated(Reading):
    """A total printed by the ISU or a monitor."""

    treaty: str = ""
    metric: str
    value: Decimal
    unit: str
    as_of: PartialDate | None = None
    period: Period | None = None
    statement: Statement
