"""The deadline in force as known on a day, and the last day to ask for more time.

The original deadline is the treaty's rule on the entry into force, or the date that a source prints.
An extension moves it only when granted; it counts from the date that was set, never from a chain of
lengths. A month's precision is read as its first day: no more time than was proven. A request is lodged
nine months before the *meeting* that decides it (CCM 3.5, 4.6), the last one before the deadline.
"""

from dataclasses import dataclass
from datetime import date

from services.insights.facts.meeting import Meeting, MeetingDays
from services.insights.facts.obligation import Obligation
from services.insights.facts.origin import Origin
from services.insights.near.known import Lens, said_on
from services.insights.near.membership import Membership
from services.insights.near.settings import Settings
from shared.dates import add_months, add_years

YEARS = {("CCM", "3"): 8, ("CCM", "4"): 10, ("APMBC", "4"): 4, ("APMBC", "5"): 10}
"""Years from entry into force (CCM 3.2, 4.1; APMBC 4, 5.1)."""
_NOT_EXTENDABLE = {("APMBC", "4")}
_LODGE_MONTHS = {("CCM", "3"): 9, ("CCM", "4"): 9, ("APMBC", "5"): 9}


@dataclass(frozen=True, slots=True)
class Lodging:
    """The last day on which a request would be in time for its meeting."""

    day: date
    meeting: str
    starts_on: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All dates of a duty as known on the day; None = not known, or the treaty sets none."""

    original: date | None = None
    original_by_rule: bool = False
    in_force: date | None = None
    origin: Origin | None = None
    extended: bool = False
    pending: Origin | None = None
    lodging: Lodging | None = None


def deadlines(
    duty: Obligation, member: Membership, meetings: list[Meeting], lens: Lens, settings: Settings
) -> Deadlines:
    """The dates of a duty on the day."""
    original, by_rule, origin = _original(duty, member, lens)
    granted = _granted(duty, lens)
    in_force, extended = original, False
    if granted and (original is None or granted[0] > original):
        in_force, origin, extended = granted[0], granted[1], True
    pending = _pending(duty, in_force, lens)
    lodging = None
    if in_force and in_force > lens.on and pending is None:
        months = _months_before(duty, lens)
        if months:
            lodging = _lodging(in_force, months, meetings, lens, settings)
    return Deadlines(original, by_rule, in_force, origin, extended, pending, lodging)


def _original(duty: Obligation, member: Membership, lens: Lens) -> tuple[date | None, bool, Origin | None]:
    if duty.clock:
        ended = [one for one in lens.known(duty.hostilities) if one.original_deadline]
        if not ended:
            return None, False, None
        newest = max(ended, key=lambda one: (said_on(one.origin), one.origin.link))
        return newest.original_deadline, True, newest.origin
    years = YEARS.get((duty.treaty, duty.article))
    if years and member.entry_into_force:
        dated = [one for one in duty.dated if one.entry_into_force == member.entry_into_force and one.original_deadline]
        day = dated[-1].original_deadline if dated else add_years(member.entry_into_force, years)
        return day, True, member.origin
    stated = [one for one in lens.known(duty.original_deadlines) if one.deadline]
    if not stated:
        return None, False, None
    newest_said = max(stated, key=lambda one: (said_on(one.origin), one.origin.link))
    return (newest_said.deadline.start if newest_said.deadline else None), False, newest_said.origin


def _granted(duty: Obligation, lens: Lens) -> tuple[date, Origin] | None:
    """The furthest of the dates granted; of one request the date that was stated last."""
    newest: dict[object, tuple[date, str, date, Origin]] = {}
    for said in lens.known(duty.extensions):
        if said.granted and said.granted_until:
            until = said.granted_until.start
            key: object = said.sequence if said.sequence else ("unnumbered", until)
            found = (said_on(said.origin), said.origin.link, until, said.origin)
            newest[key] = max(newest.get(key, found), found, key=lambda one: one[:2])
    for decided in lens.known(duty.decisions):
        if decided.outcome in ("granted", "granted_less") and decided.granted_until:
            # The decision itself outranks what is told about it.
            newest[decided.sequence] = (date.max, decided.origin.link, decided.granted_until, decided.origin)
    best = max(newest.values(), key=lambda one: (one[2], one[1]), default=None)
    return (best[2], best[3]) if best else None


def _pending(duty: Obligation, in_force: date | None, lens: Lens) -> Origin | None:
    """A request that is lodged and not decided, as far as known; it does not move the deadline."""
    over = {one.sequence for one in lens.known(duty.decisions)} | {one.sequence for one in lens.known(duty.taken_back)}
    over |= {one.sequence or 0 for one in lens.known(duty.extensions) if one.granted is not None} - {0}
    open_ones = [
        (one.lodged_on, one.origin)
        for one in lens.known(duty.lodgings)
        if one.sequence not in over and (in_force is None or one.asked_until > in_force)
    ]
    for said in lens.known(duty.extensions):
        if said.granted is not None or (said.sequence and said.sequence in over) or not said.lodged_on:
            continue
        reaches = said.asked_until is None or in_force is None or said.asked_until.end > in_force
        if reaches and lens.years_since(said.lodged_on.start) <= 2:
            open_ones.append((said.lodged_on.start, said.origin))
    newest = max(open_ones, key=lambda one: (one[0], one[1].link), default=None)
    return newest[1] if newest else None


def _months_before(duty: Obligation, lens: Lens) -> int | None:
    key = (duty.treaty, duty.article)
    if key in _NOT_EXTENDABLE:
        return None
    for dated in duty.dated:
        if dated.original_deadline or dated.lodge_months_before_meeting:
            return dated.lodge_months_before_meeting
    return _LODGE_MONTHS.get(key)


def _lodging(in_force: date, months: int, meetings: list[Meeting], lens: Lens, settings: Settings) -> Lodging | None:
    earliest = add_months(in_force, -settings.meeting_within_months)
    best: tuple[date, str, Origin] | None = None
    for meeting in meetings:
        days = _days(meeting, lens)
        if days is None or days.starts_on is None:
            continue
        starts = days.starts_on.start
        if earliest <= starts < in_force and (best is None or (starts, meeting.name) > best[:2]):
            best = (starts, meeting.name, days.origin)
    if best is None:
        return None
    return Lodging(add_months(best[0], -months), best[1], best[0], best[2])


def _days(meeting: Meeting, lens: Lens) -> MeetingDays | None:
    """The meeting's days as last said by the day; the more exact one of those said at once."""
    known = [one for one in lens.known(meeting.days) if one.starts_on]
    return max(known, key=lambda one: (said_on(one.origin), len(one.starts_on or ""), one.origin.link), default=None)
