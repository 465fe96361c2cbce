"""The facts that commands and events about an obligation share, field by field.

A recorded fact keeps its source (`statement`). Dates of a source stay as exact as they were written.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.deadlines.treaty_rules import Article, Treaty
from shared.countries import Iso3
from shared.dates import PartialDate, Period
from shared.messages import Value
from shared.money import Amount, Money
from shared.provenance import Statement
from shared.text import Identity, Line, Prose, Words

ClockName = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._~-]{0,63})?$")]
"""Which clock of the article runs: blank from entry into force, else a name of the hostilities (CCM 4.1(b))."""

LandMetric = Literal[
    "remaining_contamination_m2",
    "remaining_cha_m2",
    "remaining_sha_m2",
    "confirmed_new_m2",
    "cleared_m2",
    "reduced_m2",
    "cancelled_m2",
    "released_m2",
    "submunitions_destroyed",
    "mines_destroyed",
    "share_cleared_percent",
]
StockMetric = Literal[
    "munitions_declared",
    "munitions_held",
    "munitions_destroyed",
    "munitions_destroyed_total",
    "munitions_retained",
    "submunitions_declared",
    "submunitions_held",
    "submunitions_destroyed_total",
    "submunitions_retained",
]
Metric = LandMetric | StockMetric
"""What a figure counts. `submunitions_destroyed` serves land and stocks alike: the article tells which."""
Unit = Literal["m2", "munitions", "submunitions", "items", "percent"]
StatusWord = Literal[
    "on_track",
    "not_on_track",
    "unclear",
    "needs_assistance",
    "extension_requested",
    "extension_granted",
    "completed",
    "in_violation",
]
"""How a source judges a duty."""
MeasureWord = Literal[
    "specific_law",
    "existing_law_sufficient",
    "adopted",
    "being_drafted",
    "plan_adopted",
    "plan_being_drafted",
    "focal_point_named",
    "none_reported",
]
"""What a State has done under CCM 5 or under Article 9 of either treaty."""
Mode = Literal["meeting", "silence_procedure"]
"""How a request was decided: in session, or in writing when nobody objects in time."""
Outcome = Literal["granted", "granted_less", "not_approved"]
ReminderKind = Literal["lodging", "deadline", "declaration"]
Sequence = Annotated[int, Field(ge=1, le=9_999)]
"""The number of an extension request under its obligation, from 1."""
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
"""A day that a duty can speak of: years added to it still make a date that can be kept."""


class OfDuty(Value):
    """Which duty is spoken of: State, treaty, article and clock. One stream each."""

    treaty: Treaty
    state: Iso3
    article: Article
    clock: ClockName = ""

    @property
    def duty_id(self) -> str:
        """The stream's identity: `CCM-BIH-4`, with `-<clock>` where hostilities started one."""
        return "-".join(part for part in (self.treaty, self.state, self.article, self.clock) if part)


class Registered(OfDuty):
    """A source says that the State has this duty."""

    statement: Statement


class OriginalDeadline(OfDuty):
    """The first deadline as a source gives it. `derivation`: read, computed, read (month) …"""

    deadline: PartialDate | None = None
    derivation: Words = ""
    statement: Statement


class Hostilities(OfDuty):
    """Hostilities that left remnants after entry into force (CCM 4.1(b)); `ended_on` None while they last."""

    name: Line
    began_on: PartialDate | None = None
    ended_on: Day | None = None
    statement: Statement


class Figure(OfDuty):
    """One number for one period. Zero or more; never reckoned from other figures."""

    metric: Metric
    value: Amount
    unit: Unit
    period: Period
    statement: Statement


class Status(OfDuty):
    """How a source judged the duty at a date, with a few of its own words."""

    status: StatusWord
    words: Prose = ""
    as_of: Period
    target_completion: PartialDate | None = None
    statement: Statement


class ExtensionStatement(OfDuty):
    """What a source says about one extension request. Blank means not read, never "none".

    `granted`: True granted, False not approved, None open or unknown; `outcome` as printed.
    """

    sequence: Annotated[int, Field(ge=1, le=99)] | None = None
    requested_period: Words = ""
    asked_until: PartialDate | None = None
    lodged_on: PartialDate | None = None
    decided_at: Words = ""
    decided_on: PartialDate | None = None
    mode: Literal["", "meeting", "silence_procedure"] = ""
    granted_until: PartialDate | None = None
    outcome: Words = ""
    granted: bool | None = None
    conditions: Prose = ""
    annual_plan: Prose = ""
    remaining_at_request_m2: Amount | None = None
    budget: Money | None = None
    statement: Statement


class ContentPart(Value):
    """One of the parts that a request must hold (CCM 3.4, 4.6; APMBC 5.4), by its letter in the article."""

    part: Annotated[str, Field(pattern="^[a-i]$")]
    text: Prose


class LodgedContents(Value):
    """What a request holds, and the letters of the parts that the treaty wants and it lacks."""

    parts: tuple[ContentPart, ...] = ()
    missing: tuple[str, ...] = ()


class Completion(OfDuty):
    """A source says that the work ended, or was declared to have ended, or both.

    `completed_not_later`: done by that date, the true date was not read.
    """

    completed_on: PartialDate | None = None
    completed_not_later: bool = False
    declared_on: PartialDate | None = None
    in_time: bool | None = None
    statement: Statement


class Finish(OfDuty):
    """The work is finished; the duty stays open until it is declared (CCM 4.1(c))."""

    finished_on: Day
    statement: Statement


class Declaration(OfDuty):
    """The State declares completion, to a meeting where one is named. This closes the duty."""

    declared_on: Day
    meeting: Words = ""
    statement: Statement


class LaterFind(OfDuty):
    """Area (square metres) or items found after completion: the old date holds, there is no fresh period."""

    found_on: PartialDate
    area_m2: Amount | None = None
    items: Annotated[int, Field(ge=0)] | None = None
    statement: Statement


class Measure(OfDuty):
    """A law, plan or focal point (CCM 5 and 9, APMBC 9)."""

    status: MeasureWord
    law: Prose = ""
    year: PartialDate | None = None
    as_of: PartialDate | None = None
    statement: Statement


class Question(OfDuty):
    """A written question about a request, put by those who analyse it."""

    sequence: Sequence
    question: Identity
    text: Annotated[Prose, Field(min_length=1)]
    put_on: Day


class Answer(OfDuty):
    """The State's answer to a question."""

    sequence: Sequence
    question: Identity
    text: Annotated[Prose, Field(min_length=1)]
    answered_on: Day


class RequestWithdrawal(OfDuty):
    """The State takes its request back before it is decided."""

    sequence: Sequence
    reason: Annotated[Prose, Field(min_length=1)]


class Decision(OfDuty):
    """What the States Parties decided; `granted_until` is the new deadline, None where not approved."""

    sequence: Sequence
    outcome: Outcome
    body: Line
    mode: Mode
    decided_on: Day
    granted_until: Day | None = None
    conditions: Prose = ""
    statement: Statement


class Reminder(OfDuty):
    """A reminder that went out: of what kind, for which day, at which step before it.

    `step_days`: days before `due_on`, 0 on the day; `issued_on` is the day the step fell on.
    """

    kind: ReminderKind
    due_on: Day
    step_days: Annotated[int, Field(ge=0, le=3660)]
    issued_on: Day


class DutyEnd(OfDuty):
    """The duty is no longer followed as a treaty deadline; its history stays (CCM 20, APMBC 20)."""

    on: Day
    reason: Literal["withdrawal"] = "withdrawal"
