"""What deadlines does by itself: dates duties, begins and ends them with membership, and reminds.

All by command ids derived from the cause, or by durable timers: heard twice, done once.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from services.deadlines.domain import meeting as meetings_of
from services.deadlines.domain import party as parties_of
from services.deadlines.domain.meeting import MeetingEvent
from services.deadlines.domain.obligation import Obligation
from services.deadlines.domain.obligation_commands import DateObligation, EndDuty, IssueReminder, ObligationCommand
from services.deadlines.domain.obligation_events import ObligationEvent
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.party import Party, PartyCommand, PartyEvent, StatePartyRegistered, StatePartyRestated
from services.deadlines.domain.reminders import (
    REPORT_STEPS,
    STEPS,
    PlannedReminder,
    PlannedReportReminder,
    hangs_on_meetings,
    reminders,
    report_reminders,
)
from services.deadlines.domain.reporting import (
    BeginReporting,
    EndReporting,
    IssueReportReminder,
    Reporting,
    ReportingCommand,
    ReportingEvent,
)
from services.deadlines.domain.standing import Standing, duty_named
from services.deadlines.treaty import FirstAnnual, MeetingDays
from services.deadlines.views.meetings import MeetingDocument
from services.deadlines.views.obligations import ObligationDocument
from shared.clock import Clock, today
from shared.handling import Handler
from shared.heard import Heard
from shared.ids import derived_id
from shared.policy import Issue
from shared.timers import Agenda, Timer
from shared.views import View

Obligations = Handler[ObligationCommand, ObligationEvent, Obligation]
Parties = Handler[PartyCommand, PartyEvent, Party]
Reports = Handler[ReportingCommand, ReportingEvent, Reporting]
Membership = StatePartyRegistered | StatePartyRestated


class Dating:
    """Dates a duty when both the duty and the State's entry into force are known, whichever comes first."""

    def __init__(self, parties: Parties, duties: View[ObligationDocument]) -> None:
        self._parties = parties
        self._duties = duties

    async def by_duty(self, heard: Heard[ObligationEvent]) -> list[Issue]:
        """The first word about a duty: date it if the State is known as a party."""
        if (heard.seq, heard.n) != (1, 1):
            return []
        duty = duty_named(heard.event)
        party = (await self._parties.load(parties_of.identity(duty.treaty, duty.state))).state
        if party.entry_into_force is None:
            return []
        return [_date(duty, party.entry_into_force, heard)]

    async def by_party(self, heard: Heard[Membership]) -> list[Issue]:
        """A State became a party, or its dates were corrected: date all its duties."""
        told = heard.event
        every = await duties_of(self._duties, told.treaty, told.state)
        return [_date(duty, told.entry_into_force, heard) for duty in every]


def _date(duty: OfDuty, entry_into_force: date, heard: Heard[Any]) -> Issue:
    command = DateObligation(**dict(duty), entry_into_force=entry_into_force)
    command_id = derived_id("date-obligation", heard.stream, heard.seq, heard.n, duty.duty_id)
    return Issue(to=duty.duty_id, command=command, command_id=command_id)


def begin_reporting(heard: Heard[Membership], first_annual: FirstAnnual = "year_after_initial") -> Iterable[Issue]:
    """Every State Party reports (Article 7): work out its first dates."""
    told = heard.event
    yield Issue(
        to=parties_of.identity(told.treaty, told.state),
        command=BeginReporting(
            treaty=told.treaty,
            state=told.state,
            entry_into_force=told.entry_into_force,
            first_annual=first_annual,
        ),
        command_id=derived_id("begin-reporting", heard.stream, heard.seq, heard.n),
    )


class Ending:
    """Ends the duties of a State that withdrew, on the day its withdrawal takes effect and not before."""

    def __init__(self, parties: Parties, duties: View[ObligationDocument]) -> None:
        self._parties = parties
        self._duties = duties

    async def of_duties_by_party(self, heard: Heard[PartyEvent]) -> list[Agenda]:
        """A withdrawal came, was put off, or was undone by joining again."""
        told = heard.event
        effective = await self._effective_on(told.treaty, told.state)
        every = await duties_of(self._duties, told.treaty, told.state)
        return [_end_of_duty(duty, effective) for duty in every]

    async def of_duties_by_duty(self, heard: Heard[ObligationEvent]) -> list[Agenda]:
        """A duty became known, perhaps after its State had withdrawn."""
        duty = duty_named(heard.event)
        return [_end_of_duty(duty, await self._effective_on(duty.treaty, duty.state))]

    async def of_reporting(self, heard: Heard[PartyEvent]) -> list[Agenda]:
        """The same for reports."""
        told = heard.event
        identity = parties_of.identity(told.treaty, told.state)
        effective = await self._effective_on(told.treaty, told.state)
        if effective is None:
            return [Agenda(identity, [])]
        command = EndReporting(treaty=told.treaty, state=told.state, on=effective)
        return [Agenda(identity, [Timer("end", _morning(effective), identity, command)])]

    async def _effective_on(self, treaty: str, state: str) -> date | None:
        withdrawal = (await self._parties.load(parties_of.identity(treaty, state))).state.withdrawal
        return withdrawal.effective_on if withdrawal else None


def _end_of_duty(duty: OfDuty, effective: date | None) -> Agenda:
    if effective is None:
        return Agenda(duty.duty_id, [])
    command = EndDuty(**dict(duty), on=effective)
    return Agenda(duty.duty_id, [Timer("end", _morning(effective), duty.duty_id, command)])


class Reminding:
    """Plans reminders anew whenever a duty, a report or the calendar of meetings changes."""

    def __init__(
        self,
        obligations: Obligations,
        reports: Reports,
        duties: View[ObligationDocument],
        meetings: View[MeetingDocument],
        clock: Clock,
    ) -> None:
        self._obligations = obligations
        self._reports = reports
        self._duties = duties
        self._meetings = meetings
        self._clock = clock

    async def by_duty(self, heard: Heard[ObligationEvent]) -> list[Agenda]:
        """A duty changed: its deadline, a request, its completion."""
        duty = duty_named(heard.event)
        standing = (await self._obligations.load(duty.duty_id)).state.standing
        return self._of(standing, duty, await calendar_of(self._meetings, duty.treaty))

    async def by_meeting(self, heard: Heard[MeetingEvent]) -> list[Agenda]:
        """A meeting was planned or moved: lodging days of every open duty under the treaty may move with it."""
        treaty = heard.event.treaty
        calendar = await calendar_of(self._meetings, treaty)
        agendas = []
        for duty in await duties_of(self._duties, treaty):
            standing = (await self._obligations.load(duty.duty_id)).state.standing
            if hangs_on_meetings(standing, today(self._clock)):
                agendas += self._of(standing, duty, calendar)
        return agendas

    async def by_report(self, heard: Heard[ReportingEvent]) -> list[Agenda]:
        """A report came, or the dates did."""
        told = heard.event
        reporting = (await self._reports.load(heard.identity)).state
        planned = report_reminders(reporting, today(self._clock))
        return [
            Agenda(
                _owner(heard.identity, step),
                [_report_timer(told.treaty, told.state, one) for one in planned if one.step_days == step],
            )
            for step in REPORT_STEPS
        ]

    def _of(self, standing: Standing, duty: OfDuty, calendar: Sequence[MeetingDays]) -> list[Agenda]:
        planned = reminders(standing, calendar, today(self._clock))
        return [
            Agenda(_owner(duty.duty_id, step), [_timer(duty, one) for one in planned if one.step_days == step])
            for step in STEPS
        ]


def _owner(identity: str, step: int) -> str:
    # Due timers fire in the order of their owners' names: after downtime the step nearest to the day goes
    # first, and the older ones, which are of no more use then, are passed over by the decider.
    return f"{identity}|{step:04d}"


def _timer(duty: OfDuty, planned: PlannedReminder) -> Timer:
    command = IssueReminder(
        **dict(duty),
        kind=planned.kind,
        due_on=planned.due_on,
        step_days=planned.step_days,
        issued_on=planned.on,
    )
    return Timer(f"{planned.kind}|{planned.due_on.isoformat()}", _morning(planned.on), duty.duty_id, command)


def _report_timer(treaty: Any, state: str, planned: PlannedReportReminder) -> Timer:
    command = IssueReportReminder(
        treaty=treaty,
        state=state,
        kind=planned.kind,
        period_year=planned.period_year,
        due_on=planned.due_on,
        step_days=planned.step_days,
        issued_on=planned.on,
    )
    key = f"{planned.kind}|{planned.period_year or ''}|{planned.due_on.isoformat()}"
    return Timer(key, _morning(planned.on), parties_of.identity(treaty, state), command)


async def duties_of(duties: View[ObligationDocument], treaty: str, state: str | None = None) -> Sequence[OfDuty]:
    """The duties known under a treaty, of one State or of all."""
    return [duty_named(one) for one in await duties.all() if one.treaty == treaty and state in (None, one.state)]


async def calendar_of(meetings: View[MeetingDocument], treaty: str) -> list[MeetingDays]:
    """The treaty's meetings with known days."""
    known = [meetings_of.days(one.folded) for one in await meetings.all() if one.treaty == treaty]
    return [one for one in known if one is not None]


def _morning(day: date) -> datetime:
    """Days are counted in UTC, and begin at midnight."""
    return datetime.combine(day, time.min, UTC)
