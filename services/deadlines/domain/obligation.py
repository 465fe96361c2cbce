"""A State's dated duty under one article of one treaty, with its extension requests.

Stream `obligation-<treaty>-<iso3>-<article>[-<clock>]`; the clock names hostilities (CCM 4.1(b)).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never, get_args

from services.deadlines import treaty
from services.deadlines.domain import extending
from services.deadlines.domain.extension import on
from services.deadlines.domain.obligation_commands import (
    AnswerQuestion,
    DateObligation,
    DecideExtension,
    DeclareCompletion,
    EndDuty,
    IssueReminder,
    LodgeExtensionRequest,
    ObligationCommand,
    PutQuestion,
    RecordCompletionStatement,
    RecordExtensionStatement,
    RecordFigure,
    RecordLaterFind,
    RecordMeasure,
    RecordStatus,
    RecordWorkFinished,
    RegisterObligation,
    StateHostilities,
    StateOriginalDeadline,
    WithdrawExtensionRequest,
)
from services.deadlines.domain.obligation_events import (
    CompletionDeclared,
    CompletionStated,
    DutyEnded,
    ExtensionRequestStated,
    FigureStated,
    HostilitiesStated,
    LaterFindStated,
    MeasureStated,
    ObligationDated,
    ObligationEvent,
    ObligationRegistered,
    OriginalDeadlineStated,
    ReminderIssued,
    StatusStated,
    WorkFinished,
)
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.obligation_refusals import (
    AlreadyDeclared,
    AnotherDuty,
    BeforeEntryIntoForce,
    ClockNeeded,
    DutyIsOver,
    NoSuchDutyInTreaty,
    NothingToComplete,
)
from services.deadlines.domain.standing import Ending, Standing, duty_named, evolve_standing
from services.deadlines.treaty_rules import Duty
from shared.decider import Decider


@dataclass(frozen=True)
class Obligation:
    """Where the duty stands, and all that was told of it: the very same statement twice is one."""

    standing: Standing = field(default_factory=Standing)
    told: frozenset[ObligationEvent] = frozenset()


def decide(command: ObligationCommand, obligation: Obligation) -> tuple[ObligationEvent, ...]:
    """What follows from the command. Refusals: `obligation_refusals.py`."""
    rule = _rule(command)
    standing = obligation.standing
    if standing.duty and duty_named(command) != standing.duty:
        raise AnotherDuty(field="state", found=command.duty_id, allowed=standing.duty.duty_id)
    return tuple(_untold(_decided(command, standing, rule), obligation))


def _decided(command: ObligationCommand, standing: Standing, rule: Duty) -> tuple[ObligationEvent, ...]:
    match command:
        case RegisterObligation():
            return (ObligationRegistered(**dict(command)),)
        case StateOriginalDeadline():
            return (OriginalDeadlineStated(**dict(command)),)
        case DateObligation():
            return _date(command, standing)
        case StateHostilities():
            return (_hostilities(command),)
        case RecordFigure():
            return (FigureStated(**dict(command)),)
        case RecordStatus():
            return (StatusStated(**dict(command)),)
        case RecordExtensionStatement():
            return (ExtensionRequestStated(**dict(command)),)
        case RecordCompletionStatement():
            return (CompletionStated(**dict(command)),)
        case RecordLaterFind():
            return (LaterFindStated(**dict(command)),)
        case RecordMeasure():
            return (MeasureStated(**dict(command)),)
        case RecordWorkFinished():
            return _finish(command, standing, rule)
        case DeclareCompletion():
            return _declare(command, standing, rule)
        case LodgeExtensionRequest():
            _must_run(standing)
            _must_be_open(standing)
            _not_before_entry("lodged_on", command.lodged_on, standing)
            return (extending.lodge(command, standing, rule),)
        case PutQuestion():
            return extending.put_question(command, standing)
        case AnswerQuestion():
            return (extending.answer_question(command, standing),)
        case WithdrawExtensionRequest():
            return extending.withdraw(command, standing)
        case DecideExtension():
            _must_run(standing)
            return extending.decide_extension(command, standing, rule)
        case IssueReminder():
            return (ReminderIssued(**dict(command)),) if _still_of_use(command, standing) else ()
        case EndDuty():
            return () if standing.ended_on == command.on else (DutyEnded(**dict(command)),)
        case _:
            assert_never(command)


def _untold(events: Iterable[ObligationEvent], obligation: Obligation) -> Iterable[ObligationEvent]:
    # Dates and ends can go back to an earlier value; a source's statement is told once.
    return (one for one in events if isinstance(one, ObligationDated | DutyEnded) or one not in obligation.told)


def _rule(duty: OfDuty) -> Duty:
    try:
        return treaty.duty_of(duty.treaty, duty.article, duty.clock)
    except treaty.NoSuchDuty as error:
        with_clock = bool(duty.clock)
        known = sorted({one.article for one in treaty.duties(duty.treaty) if not with_clock or _has_clocks(one)})
        allowed = f"{duty.treaty} Article {' or '.join(known)}" if known else f"no clock under {duty.treaty}"
        name = "article" if not with_clock or duty.article not in known else "clock"
        found = duty.article if name == "article" else duty.clock
        raise NoSuchDutyInTreaty(str(error), field=name, found=found, allowed=allowed) from None


def _has_clocks(rule: Duty) -> bool:
    return rule.runs_from == "end_of_hostilities"


def _date(command: DateObligation, standing: Standing) -> tuple[ObligationDated, ...]:
    # The clock of hostilities gets its date from their end, not from entry into force.
    terms = treaty.terms(command.treaty, command.article, command.entry_into_force, command.clock)
    dated = ObligationDated(
        **dict(command),
        original_deadline=terms.original_deadline,
        reference=terms.reference,
        extension_cap_years=terms.extension_cap_years,
        lodge_months_before_meeting=terms.lodge_months_before_meeting,
    )
    return () if dated == standing.dated else (dated,)


def _hostilities(command: StateHostilities) -> HostilitiesStated:
    if not command.clock:
        raise ClockNeeded(field="clock", found="", allowed="a short name of the hostilities")
    deadline = (
        treaty.original_deadline(command.treaty, command.article, command.ended_on, command.clock, command.ended_on)
        if command.ended_on
        else None
    )
    return HostilitiesStated(**dict(command), original_deadline=deadline)


def _finish(command: RecordWorkFinished, standing: Standing, rule: Duty) -> tuple[WorkFinished, ...]:
    _must_run(standing)
    _can_be_completed(rule)
    _not_before_entry("finished_on", command.finished_on, standing)
    _must_be_open(standing)
    return (WorkFinished(**dict(command)),)


def _declare(command: DeclareCompletion, standing: Standing, rule: Duty) -> tuple[CompletionDeclared, ...]:
    _must_run(standing)
    _can_be_completed(rule)
    _not_before_entry("declared_on", command.declared_on, standing)
    if standing.declared and Ending(True, on(command.declared_on), act=True) in standing.endings:
        return ()
    _must_be_open(standing)
    return (CompletionDeclared(**dict(command)),)


def _must_run(standing: Standing) -> None:
    if standing.ended_on is not None:
        raise DutyIsOver(found=standing.ended_on.isoformat())


def _must_be_open(standing: Standing) -> None:
    if standing.declared:
        raise AlreadyDeclared(found=standing.declared_on)


def _can_be_completed(rule: Duty) -> None:
    if rule.years is None:
        raise NothingToComplete(field="article", found=rule.article, allowed="an article with a deadline in years")


def _not_before_entry(name: str, day: date, standing: Standing) -> None:
    if standing.entry_into_force and day < standing.entry_into_force:
        raise BeforeEntryIntoForce(
            field=name, found=day.isoformat(), allowed=f"{standing.entry_into_force.isoformat()} or later"
        )


def _still_of_use(command: IssueReminder, standing: Standing) -> bool:
    """Whether what it reminds of still holds, and neither this step nor a later one went out."""
    if standing.ended_on is not None or standing.declared:
        return False
    gone_out = [one.step_days for one in standing.reminded if (one.kind, one.due_on) == (command.kind, command.due_on)]
    if gone_out and min(gone_out) <= command.step_days:
        return False
    deadline = standing.deadline_in_force
    match command.kind:
        case "deadline":
            return not standing.finished and deadline is not None and deadline.start == command.due_on
        case "lodging":
            return not standing.finished and not standing.pending and deadline is not None
        case "declaration":
            return standing.finished
        case _:
            assert_never(command.kind)


def evolve(obligation: Obligation, event: ObligationEvent) -> Obligation:
    """The obligation after the event."""
    return replace(obligation, standing=evolve_standing(obligation.standing, event), told=obligation.told | {event})


OBLIGATIONS: Decider[ObligationCommand, ObligationEvent, Obligation] = Decider(
    "obligation", Obligation(), decide, evolve, events=get_args(ObligationEvent)
)
