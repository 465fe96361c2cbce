"""A meeting of a treaty, with its days as planned, moved and held. Stream `meeting-<treaty>-<name>`.

Requests are lodged so many months before the meeting as it was planned then, so every plan is kept.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal, assert_never, get_args

from pydantic import Field

from services.deadlines.domain.telling import content
from services.deadlines.treaty import MeetingDays
from services.deadlines.treaty_rules import Treaty
from shared.dates import PartialDate
from shared.decider import Decider
from shared.messages import Command, Event, Refused, Unacceptable, Value
from shared.provenance import Statement
from shared.text import Line, Words

MeetingKind = Literal["msp", "rc", "ism", "informal"]
"""Meeting of States Parties, review conference, intersessional meeting, any other."""


class OfMeeting(Value):
    """Which meeting of which treaty. One stream each."""

    treaty: Treaty
    name: Line


class MeetingStatement(OfMeeting):
    """What a source says of a meeting; days as exact as they were read. `president`: ISO 3166-1 code or blank."""

    kind: Line
    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    place: Words = ""
    president: Words = ""
    planned_starts_on: PartialDate | None = None
    statement: Statement


class StateMeeting(MeetingStatement, Command):
    """Record what a source says of a meeting."""


class PlanMeeting(OfMeeting, Command):
    """Put a meeting in the calendar: lodging days count back from its first day (CCM 3.5 and 4.6)."""

    kind: MeetingKind
    starts_on: date
    ends_on: date | None = None
    place: Words = ""
    statement: Statement


class MoveMeeting(OfMeeting, Command):
    """Move a meeting that has not been held."""

    starts_on: date
    ends_on: date | None = None
    reason: Annotated[Line, Field(min_length=1)]
    statement: Statement


class HoldMeeting(OfMeeting, Command):
    """Record that a meeting was held on these days."""

    starts_on: date
    ends_on: date
    statement: Statement


class MeetingStated(MeetingStatement, Event):
    """A source spoke of a meeting; what differs from another source stays beside it (ADR 0006)."""


class MeetingPlanned(OfMeeting, Event):
    """A meeting came into the calendar."""

    kind: MeetingKind
    starts_on: date
    ends_on: date | None = None
    place: Words = ""
    statement: Statement


class MeetingMoved(OfMeeting, Event):
    """A meeting got other days; the earlier plan stays known."""

    starts_on: date
    ends_on: date | None = None
    reason: Line
    statement: Statement


class MeetingHeld(OfMeeting, Event):
    """A meeting was held, on these days; it can be moved no longer."""

    starts_on: date
    ends_on: date
    statement: Statement


class EndsBeforeItStarts(Unacceptable):
    """A meeting ends on its first day or later."""


class AlreadyPlanned(Refused):
    """The meeting is in the calendar: move it instead."""


class NotPlanned(Refused):
    """This meeting is not in the calendar: plan it first."""


class AlreadyHeld(Refused):
    """The meeting was held; its days no longer change."""


MeetingCommand = StateMeeting | PlanMeeting | MoveMeeting | HoldMeeting
MeetingEvent = MeetingStated | MeetingPlanned | MeetingMoved | MeetingHeld


@dataclass(frozen=True)
class Plan:
    """The days of a meeting as a source gave them; `told_on`: the last day it can have said so, None unknown."""

    starts_on: date
    ends_on: date | None
    told_on: date | None


@dataclass(frozen=True)
class Meeting:
    """What was told of a meeting. `kind` blank: nothing yet.

    `plans`: planned and moved here, in that order; `stated`: what sources gave; `first_plan`: the plan before a
    move that sources speak of; `held`: once it took place; `told`: contents of what was told.
    """

    name: str = ""
    kind: str = ""
    plans: tuple[Plan, ...] = ()
    stated: tuple[Plan, ...] = ()
    first_plan: Plan | None = None
    held: Plan | None = None
    told: frozenset[str] = frozenset()


def identity(treaty: str, name: str) -> str:
    """The identity of a meeting's stream: every run of other characters becomes one underscore."""
    return f"{treaty}-{re.sub(r'[^A-Za-z0-9]+', '_', name).strip('_')}"


def decide(command: MeetingCommand, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    """Pure. The same days again are no news."""
    match command:
        case StateMeeting():
            stated = MeetingStated(**_fields(command, MeetingStated))
            return () if content(stated) in meeting.told else (stated,)
        case PlanMeeting(starts_on=starts_on, ends_on=ends_on):
            _must_follow(starts_on, ends_on)
            return _plan(command, meeting)
        case MoveMeeting(starts_on=starts_on, ends_on=ends_on):
            _must_follow(starts_on, ends_on)
            return _move(command, meeting)
        case HoldMeeting(starts_on=starts_on, ends_on=ends_on):
            _must_follow(starts_on, ends_on)
            return _hold(command, meeting)
        case _:
            assert_never(command)


def _fields(command: Command, event: type[Event]) -> dict[str, object]:
    return {name: getattr(command, name) for name in event.model_fields}


def _must_follow(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeItStarts(field="ends_on", found=ends_on.isoformat(), allowed=f"from {starts_on.isoformat()}")


def _plan(command: PlanMeeting, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    if meeting.plans:
        now = meeting.plans[-1]
        if (now.starts_on, now.ends_on) == (command.starts_on, command.ends_on):
            return ()
        raise AlreadyPlanned(field="starts_on", found=command.starts_on.isoformat())
    if meeting.held:
        raise AlreadyHeld()
    return (MeetingPlanned(**_fields(command, MeetingPlanned)),)


def _move(command: MoveMeeting, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    if meeting.held:
        raise AlreadyHeld()
    if not meeting.kind:
        raise NotPlanned(field="name", found=command.name)
    now = meeting.plans[-1] if meeting.plans else None
    if now and (now.starts_on, now.ends_on) == (command.starts_on, command.ends_on):
        return ()
    return (MeetingMoved(**_fields(command, MeetingMoved)),)


def _hold(command: HoldMeeting, meeting: Meeting) -> tuple[MeetingEvent, ...]:
    if not meeting.kind:
        raise NotPlanned(field="name", found=command.name)
    if meeting.held:
        if (meeting.held.starts_on, meeting.held.ends_on) == (command.starts_on, command.ends_on):
            return ()
        raise AlreadyHeld(field="starts_on", found=command.starts_on.isoformat())
    return (MeetingHeld(**_fields(command, MeetingHeld)),)


def evolve(meeting: Meeting, event: MeetingEvent) -> Meeting:
    """Pure. Plans are kept in the order they were told."""
    told = meeting.told | {content(event)}
    heard_on = event.statement.stated_on.end if event.statement.stated_on else None
    match event:
        case MeetingStated():
            return _stated(replace(meeting, told=told, name=event.name, kind=meeting.kind or event.kind), event)
        case MeetingPlanned(starts_on=starts_on, ends_on=ends_on, kind=kind):
            plan = Plan(starts_on, ends_on, heard_on)
            return replace(meeting, told=told, name=event.name, kind=kind, plans=(*meeting.plans, plan))
        case MeetingMoved(starts_on=starts_on, ends_on=ends_on):
            return replace(meeting, told=told, plans=(*meeting.plans, Plan(starts_on, ends_on, heard_on)))
        case MeetingHeld(starts_on=starts_on, ends_on=ends_on):
            return replace(meeting, told=told, held=Plan(starts_on, ends_on, heard_on))
        case _:
            assert_never(event)


def _stated(meeting: Meeting, event: MeetingStated) -> Meeting:
    heard_on = event.statement.stated_on.end if event.statement.stated_on else None
    stated = meeting.stated
    if event.starts_on is not None:
        last = event.ends_on.end if event.ends_on else None
        stated = (*stated, Plan(event.starts_on.start, last, heard_on))
    first = meeting.first_plan
    if event.planned_starts_on is not None and event.planned_starts_on != event.starts_on:
        first = Plan(event.planned_starts_on.start, None, None)
    return replace(meeting, stated=stated, first_plan=first)


def days(meeting: Meeting, as_known_on: date | None = None) -> MeetingDays | None:
    """The meeting's days: as held, else as last told. None where no day is known.

    `as_known_on`: the days in the calendar of that day, for a request lodged then. Where no plan is known from
    that time the first plan counts, and without any plan the days themselves.
    """
    found = _latest(meeting) if as_known_on is None else _known(meeting, as_known_on)
    return MeetingDays(meeting.name, meeting.kind, found.starts_on, found.ends_on) if found else None


def _latest(meeting: Meeting) -> Plan | None:
    if meeting.held:
        return meeting.held
    if meeting.plans:
        return meeting.plans[-1]
    # Of sources that disagree the one that spoke nearest to the meeting knew best.
    stated = sorted(meeting.stated, key=_distance)
    return stated[0] if stated else meeting.first_plan


def _distance(plan: Plan) -> int:
    return abs(((plan.told_on or date.max) - plan.starts_on).days)


def _known(meeting: Meeting, day: date) -> Plan | None:
    said = [plan for plan in (*meeting.plans, *meeting.stated) if plan.told_on is not None and plan.told_on <= day]
    if said:
        return max(said, key=lambda plan: plan.told_on or date.min)
    return meeting.first_plan or (meeting.plans[0] if meeting.plans else _latest(meeting))


MEETINGS = Decider("meeting", Meeting(), decide, evolve, events=get_args(MeetingEvent))
