"""The deadline in force as known on a day, and the last day to ask for more time.

The original deadline is the treaty's rule on the entry into force, or the date that a source prints.
An extension moves it only when granted; it counts from the date that was set, never from a chain of
lengths. Of a date known only as a month or year the first day is counted towards, no more time than was
proven; but it has passed only after the last day, so that nobody is accused too early. A request is lodged
nine months before the *meeting* that decides it (CCM 3.5, 4.6), the last one before the deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import Obligation
from services.insights.facts.origin import Origin
from services.insights.near.asking import Asked, granted_without_date, not_approved, pending
from services.insights.near.known import Lens, said_on
from services.insights.near.meetings import DatedMeeting
from services.insights.near.membership import Membership
from services.insights.near.settings import Settings
from shared.dates import Period, add_months, add_years

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
    """All dates of a duty as known on the day; None = not known, or the treaty sets none.

    `in_force` is the first and `last_day` the last day that the deadline in force can mean, `as_written`
    the date as exact as its source has it. `extendable`: whether the treaty knows an extension at all.
    `asked`: the request behind `pending`. `undated`: more time was granted and the new date was not read, so
    no date is known to be in force. `refused`: more time that was not approved. `spoken_of`: the later day of
    an extension that a source mentions; whether the deadline has passed is then not known.
    """

    original: date | None = None
    original_by_rule: bool = False
    in_force: date | None = None
    last_day: date | None = None
    as_written: str = ""
    extendable: bool = True
    origin: Origin | None = None
    extended: bool = False
    pending: Origin | None = None
    lodging: Lodging | None = None
    asked: Asked | None = None
    undated: Asked | None = None
    refused: Asked | None = None
    spoken_of: Period | None = None

    def passed(self, on: date) -> bool:
        """Whether the deadline in force lies wholly before the day; what is done on it is in time."""
        return self.last_day is not None and self.last_day < on and self.spoken_of is None


def deadlines(
    duty: Obligation, member: Membership, meetings: Sequence[DatedMeeting], lens: Lens, settings: Settings
) -> Deadlines:
    """The dates of a duty as known on the day; only an extension that was granted moves the deadline.

    `meetings`: those that decide requests under the treaty, with their days as known then.
    """
    original, by_rule, origin = _original(duty, member, lens)
    granted = _granted(duty, lens)
    written, extended = original, False
    if granted and (original is None or _span(granted[0]) > _span(original)):
        written, origin, extended = granted[0], granted[1], True
    undated = granted_without_date(duty, lens)
    asked = pending(duty, written.start if written else None, lens)
    if undated:
        written, origin = None, undated.origin
    in_force = written.start if written else None
    mentioned = _spoken_of(duty, written.end if written else None, lens)
    lodging = None
    if in_force and in_force > lens.on and asked is None:
        months = _months_before(duty, lens)
        if months:
            lodging = _lodging(in_force, months, meetings, settings)
    return Deadlines(
        original=original.start if original else None,
        original_by_rule=by_rule,
        in_force=in_force,
        last_day=written.end if written else None,
        as_written=str(written or ""),
        extendable=(duty.treaty, duty.article) not in _NOT_EXTENDABLE,
        origin=origin,
        extended=extended,
        pending=asked.origin if asked else None,
        lodging=lodging,
        asked=asked,
        undated=undated,
        refused=not_approved(duty, lens),
        spoken_of=mentioned[0] if mentioned else None,
    )


def _span(one: Period) -> tuple[date, date]:
    return (one.end, one.start)


def _on(day: date) -> Period:
    return Period(day.isoformat())


def _original(duty: Obligation, member: Membership, lens: Lens) -> tuple[Period | None, bool, Origin | None]:
    if duty.clock:
        ended = [one for one in lens.known(duty.hostilities) if one.original_deadline]
        if not ended:
            return None, False, None
        newest = max(ended, key=lambda one: (said_on(one.origin), one.origin.link))
        return (_on(newest.original_deadline) if newest.original_deadline else None), True, newest.origin
    years = YEARS.get((duty.treaty, duty.article))
    if years and member.entry_into_force:
        dated = [one for one in duty.dated if one.entry_into_force == member.entry_into_force and one.original_deadline]
        day = (dated[-1].original_deadline if dated else None) or add_years(member.entry_into_force, years)
        return _on(day), True, member.origin
    stated = [one for one in lens.known(duty.original_deadlines) if one.deadline]
    if not stated:
        return None, False, None
    newest_said = max(stated, key=lambda one: (said_on(one.origin), one.origin.link))
    return newest_said.deadline, False, newest_said.origin


def _granted(duty: Obligation, lens: Lens) -> tuple[Period, Origin] | None:
    """The furthest of the dates granted; of one request the date that was stated last."""
    newest: dict[object, tuple[date, str, Period, Origin]] = {}
    for said in lens.known(duty.extensions):
        if said.granted and said.granted_until:
            until = said.granted_until
            key: object = said.sequence if said.sequence else ("unnumbered", until)
            found = (said_on(said.origin), said.origin.link, until, said.origin)
            newest[key] = max(newest.get(key, found), found, key=lambda one: one[:2])
    for decided in lens.known(duty.decisions):
        if decided.outcome in ("granted", "granted_less") and decided.granted_until:
            # The decision itself outranks what is told about it.
            newest[decided.sequence] = (date.max, decided.origin.link, _on(decided.granted_until), decided.origin)
    best = max(newest.values(), key=lambda one: (_span(one[2]), one[1]), default=None)
    return (best[2], best[3]) if best else None


def _spoken_of(duty: Obligation, last_day: date | None, lens: Lens) -> tuple[Period, Origin] | None:
    """An extension that a source's judgement speaks of, to a later day than the one held."""
    found = [
        (one.target_completion, one.origin)
        for one in lens.known(duty.statuses)
        if one.status == "extension_granted" and one.target_completion
        if last_day is not None and one.target_completion.end > last_day
    ]
    return max(found, key=lambda one: (_span(one[0]), one[1].link), default=None)


def _months_before(duty: Obligation, lens: Lens) -> int | None:
    key = (duty.treaty, duty.article)
    if key in _NOT_EXTENDABLE:
        return None
    for dated in duty.dated:
        if dated.original_deadline or dated.lodge_months_before_meeting:
            return dated.lodge_months_before_meeting
    return _LODGE_MONTHS.get(key)


def _lodging(in_force: date, months: int, meetings: Sequence[DatedMeeting], settings: Settings) -> Lodging | None:
    earliest = add_months(in_force, -settings.meeting_within_months)
    best: DatedMeeting | None = None
    for meeting in meetings:
        if earliest <= meeting.starts < in_force and (best is None or meeting.order > best.order):
            best = meeting
    if best is None:
        return None
    return Lodging(add_months(best.starts, -months), best.name, best.starts, best.origin)
