"""Where an obligation stands: its deadline in force and its status, worked out from what is recorded.

Decisions, documents and reminders all read it here, so that they cannot disagree. What closes a duty and what
opens it again follows "Closed and opened" in docs/treaty-rules.md; an extension moves the date only once granted
(CCM 3.3 and 4.5, APMBC 5.4).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal, assert_never

from services.deadlines.domain.extension import Dossier, ExtensionRequest, on
from services.deadlines.domain.obligation_events import (
    CompletionDeclared,
    CompletionStated,
    DutyEnded,
    ExtensionDecided,
    ExtensionQuestionAnswered,
    ExtensionQuestionPut,
    ExtensionRequestLodged,
    ExtensionRequestStated,
    ExtensionRequestWithdrawn,
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
from shared.dates import PartialDate, Period

StatusOfDuty = Literal[
    "open",
    "overdue",
    "overdue_request_pending",
    "work_finished_not_declared",
    "declared",
    "reopened",
    "ended",
]
"""What our own rules make of the facts; how sources judge the duty is kept apart from it."""

STOCKPILES = frozenset({("CCM", "3"), ("APMBC", "4")})
"""The duties that are done when the stock is destroyed; clearance is done when it is declared (CCM 4.1(c))."""
CLEARANCE = frozenset({("CCM", "4"), ("APMBC", "5")})
_LEFT = ("remaining_contamination_m2", "remaining_cha_m2", "remaining_sha_m2", "confirmed_new_m2")


@dataclass(frozen=True)
class Ending:
    """The end of the work, or what closes the duty (`declared`). `day` None: nobody gave one.

    `act`: recorded as it happened. `by_figure`: a source gives nothing as the area left.
    """

    declared: bool
    day: PartialDate | None
    act: bool = False
    by_figure: bool = False


@dataclass(frozen=True)
class Find:
    """Something found after completion. `answered`: declared done again since it was recorded."""

    found_on: PartialDate
    answered: bool = False


@dataclass(frozen=True)
class Standing:
    """Everything that decides an obligation's deadline and status. Frozen, so what follows is worked out once."""

    duty: OfDuty | None = None
    dated: ObligationDated | None = None
    originals: tuple[OriginalDeadlineStated, ...] = ()
    hostilities: tuple[HostilitiesStated, ...] = ()
    extensions: Dossier = field(default_factory=Dossier)
    endings: tuple[Ending, ...] = ()
    finds: tuple[Find, ...] = ()
    left: tuple[Period, ...] = ()
    """The periods for which a source gives area left above zero."""
    spoken_of: tuple[PartialDate, ...] = ()
    """The days to which a source's judgement says that the deadline was extended; they move nothing."""
    reminded: tuple[ReminderIssued, ...] = ()
    ended_on: date | None = None

    @property
    def entry_into_force(self) -> date | None:
        """The treaty's entry into force for the State, None until it is known here."""
        return self.dated.entry_into_force if self.dated else None

    @cached_property
    def requests(self) -> tuple[ExtensionRequest, ...]:
        """Its extension requests, each put together from all its sources."""
        return self.extensions.requests()

    @property
    def waits_for_peace(self) -> bool:
        """Whether its clock stands because the hostilities go on, or their end is not known (CCM 4.1(b))."""
        return bool(self.duty and self.duty.clock) and self._hostilities_date is None

    @property
    def original_deadline(self) -> PartialDate | None:
        """The first deadline: by the treaty's rule where entry into force is known, else the latest stated one.

        Printed dates contain slips (docs/treaty-rules.md), so the rule comes before them; both are shown.
        """
        if self.duty and self.duty.clock:
            return on(self._hostilities_date) if self._hostilities_date else None
        if self.dated and self.dated.original_deadline:
            return on(self.dated.original_deadline)
        stated = [one for one in self.originals if one.deadline]
        newest = max(stated, key=_told, default=None)
        return newest.deadline if newest else None

    @cached_property
    def deadline_in_force(self) -> PartialDate | None:
        """The original deadline until something later was granted; asking moves nothing. None: no date.

        Of more time granted without a date that we read, the date in force is not known: None.
        """
        return None if self.extensions.granted_without_date() else self._in_force(self.requests)

    def deadline_without(self, sequence: int) -> PartialDate | None:
        """The deadline in force as it stands without that request: what an extension is counted from."""
        return self._in_force(tuple(one for one in self.requests if one.sequence != sequence))

    def _in_force(self, requests: tuple[ExtensionRequest, ...]) -> PartialDate | None:
        granted = [one.granted_until for one in requests if one.granted_until]
        original = self.original_deadline
        every = granted + ([original] if original else [])
        return max(every, key=lambda one: (one.end, one.start), default=None)

    @property
    def pending(self) -> bool:
        """Whether a request waits for its decision."""
        return any(one.pending for one in self.requests)

    @cached_property
    def finished(self) -> bool:
        """Whether the work is done, declared or not, and nothing was found since."""
        return any(self._holds(one) for one in self.endings)

    @cached_property
    def declared(self) -> bool:
        """Whether completion was declared and nothing was found since: the duty is closed."""
        return any(self._holds(one) for one in self.endings if one.declared)

    @property
    def declared_on(self) -> PartialDate | None:
        """The first day on which the declaration that holds was made, None where not read."""
        days = [one.day for one in self.endings if one.declared and one.day and self._holds(one)]
        return min(days, key=lambda one: (one.end, one.start), default=None)

    @property
    def finished_on(self) -> PartialDate | None:
        """The day the work ended, None where not read."""
        days = [one.day for one in self.endings if not one.declared and one.day and self._holds(one)]
        return max(days, key=lambda one: (one.end, one.start), default=None)

    @property
    def reopened(self) -> bool:
        """Whether it was complete once and something was found later."""
        return bool(self.endings) and not self.finished

    def ended(self, today: date) -> bool:
        """Whether the State's withdrawal has taken effect."""
        return self.ended_on is not None and self.ended_on <= today

    @property
    def spoken_beyond(self) -> bool:
        """Whether a source speaks of an extension beyond the deadline held: whether it passed is not known."""
        deadline = self.deadline_in_force
        return deadline is not None and any(one.end > deadline.end for one in self.spoken_of)

    def overdue(self, today: date) -> bool:
        """Whether the deadline in force has passed on an open duty; what is done on the day itself is in time."""
        deadline = self.deadline_in_force
        if deadline is None or self.spoken_beyond:
            return False
        return deadline.end < today and not self.declared and not self.ended(today)

    def status(self, today: date) -> StatusOfDuty:
        """One word for where the duty stands on that day."""
        if self.ended(today):
            return "ended"
        if self.declared:
            return "declared"
        if self.finished:
            return "work_finished_not_declared"
        if self.reopened:
            return "reopened"
        if self.overdue(today):
            return "overdue_request_pending" if self.pending else "overdue"
        return "open"

    @property
    def _hostilities_date(self) -> date | None:
        # An end once known is not unsaid by an older source that still saw fighting.
        newest = max(self.hostilities, key=_told_of_war, default=None)
        return newest.original_deadline if newest else None

    @cached_property
    def _asked(self) -> tuple[PartialDate, ...]:
        """The days on which more time was asked for or granted, by whatever was said or done."""
        told = self.extensions
        days = [one.lodged_on for one in told.stated] + [one.decided_on for one in told.stated if one.granted]
        days += [on(one.lodged_on) for one in told.lodged]
        days += [on(one.decided_on) for one in told.decided if one.outcome != "not_approved"]
        return tuple(day for day in days if day)

    def _holds(self, ending: Ending) -> bool:
        """Whether nothing that came after it opened the duty again (docs/treaty-rules.md, "Closed and opened").

        A later find does, more time asked for or granted, and a later figure of area left or newly
        confirmed. A word such as "unclear" does not. Where the dates of a find leave it
        open, the ending does not hold: never good news by default.
        """
        if ending.day is None:
            return all(one.answered for one in self.finds)
        day = ending.day
        if any(one.start > day.end for one in self._asked):
            return False
        if any(_speaks_later(one, ending) for one in self.left):
            return False
        return all(one.answered or day.start > one.found_on.end for one in self.finds)


def _speaks_later(left: Period, ending: Ending) -> bool:
    if ending.day is None:
        return False
    # A figure of nothing is undone by one of the same day as well.
    return left.start > ending.day.end or (ending.by_figure and left.end >= ending.day.end)


def _told(one: OriginalDeadlineStated) -> tuple[date, str]:
    stated = one.statement.stated_on
    return (stated.end if stated else date.min, one.model_dump_json())


def _told_of_war(one: HostilitiesStated) -> tuple[date, str]:
    # A source without a day of its own said it at the earliest when what it tells had happened.
    stated = one.statement.stated_on
    happened = one.ended_on or (one.began_on.end if one.began_on else date.min)
    return (stated.end if stated else happened, one.model_dump_json())


def duty_named(event: OfDuty) -> OfDuty:
    """Only the part of a fact that says whose duty it is."""
    return OfDuty(treaty=event.treaty, state=event.state, article=event.article, clock=event.clock)


def evolve_standing(standing: Standing, event: ObligationEvent) -> Standing:
    """Where it stands after the event."""
    now = standing if standing.duty else replace(standing, duty=duty_named(event))
    match event:
        case ObligationDated():
            # A State that joins again after it had left has its duties again.
            back = now.ended_on is not None and event.entry_into_force >= now.ended_on
            return replace(now, dated=event, ended_on=None if back else now.ended_on)
        case OriginalDeadlineStated():
            return replace(now, originals=(*now.originals, event))
        case HostilitiesStated():
            return replace(now, hostilities=(*now.hostilities, event))
        case ExtensionRequestStated():
            return replace(now, extensions=replace(now.extensions, stated=(*now.extensions.stated, event)))
        case ExtensionRequestLodged():
            return replace(now, extensions=replace(now.extensions, lodged=(*now.extensions.lodged, event)))
        case ExtensionDecided():
            return replace(now, extensions=replace(now.extensions, decided=(*now.extensions.decided, event)))
        case ExtensionRequestWithdrawn():
            return replace(now, extensions=replace(now.extensions, withdrawn=(*now.extensions.withdrawn, event)))
        case ExtensionQuestionPut():
            return replace(now, extensions=replace(now.extensions, questions=(*now.extensions.questions, event)))
        case ExtensionQuestionAnswered():
            return replace(now, extensions=replace(now.extensions, answers=(*now.extensions.answers, event)))
        case CompletionStated():
            return replace(now, endings=(*now.endings, *_endings(event)))
        case WorkFinished():
            return replace(now, endings=(*now.endings, Ending(False, on(event.finished_on), act=True)))
        case CompletionDeclared():
            return _declared(now, event)
        case LaterFindStated():
            return replace(now, finds=(*now.finds, Find(event.found_on)))
        case DutyEnded():
            return replace(now, ended_on=event.on)
        case ReminderIssued():
            return replace(now, reminded=(*now.reminded, event))
        case StatusStated():
            to = event.target_completion if event.status == "extension_granted" else None
            spoken_of = (*now.spoken_of, to) if to else now.spoken_of
            return replace(now, endings=(*now.endings, *_judged(event)), spoken_of=spoken_of)
        case FigureStated():
            return _measured(now, event)
        case ObligationRegistered() | MeasureStated():
            return now
        case _:
            assert_never(event)


def _endings(told: CompletionStated) -> tuple[Ending, ...]:
    """What a source's account of completion amounts to.

    With the day of a declaration it closes the duty. With the end of the work alone it does so only for
    stockpiles, which neither treaty asks to declare destroyed. A source that gives neither day counts
    the duty as completed, and closes it. This is our reading: blank means "not read", not "not declared".
    """
    found = []
    if told.declared_on:
        found.append(Ending(True, told.declared_on))
    elif told.completed_on is None:
        found.append(Ending(True, told.statement.stated_on))
    elif (told.treaty, told.article) in STOCKPILES:
        found.append(Ending(True, told.completed_on))
    if told.completed_on:
        found.append(Ending(False, told.completed_on))
    return tuple(found)


def _judged(told: StatusStated) -> tuple[Ending, ...]:
    """A source's word *completed* closes a stockpile duty; it finishes clearance, and declares nothing."""
    key = (told.treaty, told.article)
    if told.status != "completed" or key not in STOCKPILES | CLEARANCE:
        return ()
    return (Ending(key in STOCKPILES, _day(told.as_of)),)


def _measured(now: Standing, told: FigureStated) -> Standing:
    """A figure of area left: above zero it speaks of work; a whole of nothing finishes clearance."""
    if (told.treaty, told.article) not in CLEARANCE or told.metric not in _LEFT:
        return now
    if told.value > 0:
        return replace(now, left=(*now.left, told.period))
    if told.metric != "remaining_contamination_m2":
        return now
    return replace(now, endings=(*now.endings, Ending(False, _day(told.period), by_figure=True)))


def _day(period: Period) -> PartialDate:
    return on(period.end) if period.precision == "span" else PartialDate(str(period))


def _declared(now: Standing, event: CompletionDeclared) -> Standing:
    # A declaration recorded after a find answers it, however coarsely the find is dated.
    finds = tuple(replace(one, answered=one.answered or one.found_on.start <= event.declared_on) for one in now.finds)
    return replace(now, endings=(*now.endings, Ending(True, on(event.declared_on), act=True)), finds=finds)
