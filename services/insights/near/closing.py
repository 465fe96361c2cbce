"""Whether a duty is open, finished but not declared, or closed.

* A declaration closes it, from the day of the declaration.
* A completion without one leaves it "one declaration away". It counts as closed where a source says
  *completed*, or where a source stated the completion more than `closed_after_years` before the day and
  nothing known since contradicts it: for most stockpiles no declaration was ever read (CCM 3 and APMBC 4
  have no clause that asks for one), and dozens finished long ago would otherwise fill the list. Work
  recorded here as finished waits for its declaration however long that takes.
* What is found or judged open after that opens it again, under the old date: a later find, more area
  left or newly found, an extension lodged or decided, a source that speaks of a deadline still to meet.
"""

from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import Obligation
from services.insights.facts.origin import Origin
from services.insights.near.known import Lens, said_on
from services.insights.near.settings import Settings
from services.insights.near.work import Work, work_left

OPEN, FINISHED, CLOSED = "open", "finished", "closed"
_STILL_TO_DO = ("on_track", "not_on_track", "unclear", "needs_assistance", "in_violation")
_LEFT = ("remaining_contamination_m2", "remaining_cha_m2", "remaining_sha_m2", "confirmed_new_m2")
_HELD = ("munitions_held", "submunitions_held")


@dataclass(frozen=True, slots=True)
class Closing:
    """How it stands: open, finished or closed; since when; and by which statement."""

    how: str
    on: date | None = None
    origin: Origin | None = None
    reopened: Origin | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """Something that opens, finishes or closes. Of one day: what is left, then its end, then a later find."""

    on: date
    rank: int
    how: str
    origin: Origin


def closing(duty: Obligation, lens: Lens, settings: Settings, work: Work | None = None) -> Closing:
    """How the duty stands on the day: what is known is walked through in the order in which it happened.

    `work` saves looking for what is left where the caller has done so.
    """
    work = work or work_left(duty, lens, settings)
    ended = [one for one in lens.known(duty.ended) if one.on <= lens.on]
    if ended:
        return Closing(CLOSED, ended[-1].on, ended[-1].origin)
    turns = [*_closings(duty, lens), *_openings(duty, lens), *_nothing_left(work)]
    now = Closing(OPEN)
    for turn in sorted(turns, key=lambda one: (one.on, one.rank, one.origin.link)):
        if turn.how == OPEN:
            if now.how != OPEN:
                now = Closing(OPEN, reopened=turn.origin)
        elif turn.how == CLOSED or now.how != CLOSED:
            now = Closing(turn.how, turn.on, turn.origin)
    if now.how == FINISHED and _long_ago(duty, lens, settings):
        return Closing(CLOSED, now.on, now.origin)
    return now


def _nothing_left(work: Work | None) -> list[_Turn]:
    """An explicit zero by the figure in use, with nothing found since: the work is finished."""
    if work is None or not work.finished:
        return []
    return [_Turn(work.used.on, 1, FINISHED, work.used.figures[0].origin)]


def _closings(duty: Obligation, lens: Lens) -> list[_Turn]:
    turns = []
    for one in lens.known(duty.completions):
        if one.completed_on and one.completed_on.start <= lens.on:
            # "Done by then" is how a source lists those that have finished: it calls the duty completed.
            how = CLOSED if one.completed_not_later else FINISHED
            turns.append(_Turn(one.completed_on.end, 1, how, one.origin))
        if one.declared_on and one.declared_on.start <= lens.on:
            turns.append(_Turn(one.declared_on.end, 2, CLOSED, one.origin))
    turns += [
        _Turn(one.as_of.end, 2, CLOSED, one.origin)
        for one in lens.known(duty.statuses)
        if one.status == "completed" and one.as_of.start <= lens.on
    ]
    return turns


def _openings(duty: Obligation, lens: Lens) -> list[_Turn]:
    """What shows work to do. It opens again only what was over before the first day it can mean."""
    found = [_Turn(one.found_on.end, 3, OPEN, one.origin) for one in lens.known(duty.later_finds)]
    found += [
        _Turn(one.period.start, 0, OPEN, one.origin)
        for one in lens.known(duty.figures)
        if one.metric in (*_LEFT, *_HELD) and one.value > 0
    ]
    found += [
        _Turn(one.as_of.start, 0, OPEN, one.origin) for one in lens.known(duty.statuses) if one.status in _STILL_TO_DO
    ]
    found += [_Turn(one.lodged_on, 0, OPEN, one.origin) for one in lens.known(duty.lodgings)]
    found += [_Turn(one.decided_on, 0, OPEN, one.origin) for one in lens.known(duty.decisions)]
    for said in lens.known(duty.extensions):
        day = (said.decided_on if said.granted is not None else None) or said.lodged_on
        if day:
            found.append(_Turn(day.start, 0, OPEN, said.origin))
    return found


def _long_ago(duty: Obligation, lens: Lens, settings: Settings) -> bool:
    done = [one for one in lens.known(duty.completions) if one.completed_on and one.completed_on.start <= lens.on]
    if not done or any(one.how != "stated" for one in done):
        return False
    # Of the same completion one source may print the bare year, another the day: the first told counts.
    since = min(min(said_on(one.origin), one.completed_on.end if one.completed_on else date.max) for one in done)
    return lens.years_since(since) > settings.closed_after_years
