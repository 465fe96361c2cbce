"""Whether a duty is open, finished but not declared, or closed: the rule of docs/treaty-rules.md.

The `deadlines` service goes by the same rule (`services/deadlines/domain/standing.py`); a test holds the
two against each other over the shipped data.

* *Closes*: a declaration; a completion that a source states without any day, from the day on which it said
  so; for stockpiles (CCM 3, APMBC 4: no clause asks for a declaration) also a stated completion or a
  status *completed*.
* *Finishes*, one declaration away however long ago: for clearance (CCM 4, APMBC 5) a stated completion, a
  status *completed* or a figure of nothing left, all without a declaration; work recorded here as finished.
* *Opens again*, under the old date: a later find; more time asked for or granted after the end. Clearance is
  opened by a figure above zero of area left or newly confirmed as well, of a period that begins after the end,
  declared or not. A word such as "unclear" or "residual" opens nothing.

Each end is held against all that is known; the duty is closed if one that closes holds, finished if any
holds. The order in which things are told changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import LaterFind, Obligation
from services.insights.facts.origin import Origin
from services.insights.near.known import Lens
from shared.dates import Period

OPEN, FINISHED, CLOSED = "open", "finished", "closed"
STOCKPILES = {("CCM", "3"), ("APMBC", "4")}
CLEARANCE = {("CCM", "4"), ("APMBC", "5")}
_LEFT = ("remaining_contamination_m2", "remaining_cha_m2", "remaining_sha_m2", "confirmed_new_m2")
_COMPLETION, _STATUS, _FIGURE = 2, 1, 0


@dataclass(frozen=True, slots=True)
class Closing:
    """How it stands: open, finished or closed; since when; and by which statement.

    `reopened`: what opened it again, where it had ended once.
    """

    how: str
    on: date | None = None
    origin: Origin | None = None
    reopened: Origin | None = None


@dataclass(frozen=True, slots=True)
class _End:
    """The end of the work (`closes` False), or what closes the duty. `day` None: nobody gave one."""

    closes: bool
    day: Period | None
    origin: Origin
    rank: int = _COMPLETION

    @property
    def on(self) -> date:
        return self.day.end if self.day else self.origin.known_from


def closing(duty: Obligation, lens: Lens) -> Closing:
    """How the duty stands on the day: open, finished or closed, and since when (docs/treaty-rules.md)."""
    over = [one for one in lens.known(duty.ended) if one.on <= lens.on]
    if over:
        return Closing(CLOSED, over[-1].on, over[-1].origin)
    ends = [one for one in _ends(duty, lens) if one.day is None or one.day.start <= lens.on]
    if not ends:
        return Closing(OPEN)
    against = _Against(duty, lens)
    held = [(one, against.first(one)) for one in ends]
    holds = [one for one, undone in held if undone is None]
    closes = min((one for one in holds if one.closes), key=lambda one: (one.on, one.origin.link), default=None)
    if closes:
        return Closing(CLOSED, closes.on, closes.origin)
    ended = max(holds, key=lambda one: (one.rank, one.on, one.origin.link), default=None)
    if ended:
        return Closing(FINISHED, ended.on, ended.origin)
    return Closing(OPEN, reopened=next(undone for _, undone in held if undone))


def _ends(duty: Obligation, lens: Lens) -> Iterator[_End]:
    key = (duty.treaty, duty.article)
    for one in lens.known(duty.completions):
        if one.declared_on:
            yield _End(True, one.declared_on, one.origin)
        elif one.completed_on is None:
            yield _End(True, one.origin.stated_on, one.origin)
        elif key in STOCKPILES and one.how == "stated":
            yield _End(True, one.completed_on, one.origin)
        if one.completed_on:
            yield _End(False, one.completed_on, one.origin)
    if key in STOCKPILES | CLEARANCE:
        for judged in lens.known(duty.statuses):
            if judged.status == "completed":
                yield _End(key in STOCKPILES, _day(judged.as_of), judged.origin, _STATUS)
    if key in CLEARANCE:
        for figure in lens.known(duty.figures):
            if figure.metric == "remaining_contamination_m2" and figure.value == 0:
                yield _End(False, _day(figure.period), figure.origin, _FIGURE)


class _Against:
    """What is known that speaks of work after an end."""

    def __init__(self, duty: Obligation, lens: Lens) -> None:
        declared = [
            (one.declared_on.end, _told(one.origin))
            for one in lens.known(duty.completions)
            if one.how == "declared" and one.declared_on
        ]
        # A declaration recorded here after a find answers it, however coarsely the find is dated.
        self.finds = [
            one
            for one in lens.known(duty.later_finds)
            if not any(day >= one.found_on.start and told > _told(one.origin) for day, told in declared)
        ]
        self.asked = list(_asked(duty, lens))
        of_land = lens.known(duty.figures) if (duty.treaty, duty.article) in CLEARANCE else []
        self.left = [one for one in of_land if one.metric in _LEFT and one.value > 0]
        self._found: dict[tuple[Period | None, bool], Origin | None] = {}

    def first(self, end: _End) -> Origin | None:
        """What undoes this end, None where it holds. Where dates leave it open, it does not."""
        # Many sources tell of the same few days: each is held against the rest once.
        key = (end.day, end.rank == _FIGURE)
        if key not in self._found:
            self._found[key] = self._first(end)
        return self._found[key]

    def _first(self, end: _End) -> Origin | None:
        for find in self.finds:
            if _undoes(find, end.day):
                return find.origin
        if end.day is None:
            return None
        for day, origin in self.asked:
            if day.start > end.day.end:
                return origin
        for figure in self.left:
            # A figure of nothing is undone by one of the same day as well.
            same_day = end.rank == _FIGURE and figure.period.end >= end.day.end
            if figure.period.start > end.day.end or same_day:
                return figure.origin
        return None


def _day(period: Period) -> Period:
    """A span counts by its last day."""
    return Period(period.end.isoformat()) if period.precision == "span" else period


def _undoes(find: LaterFind, day: Period | None) -> bool:
    return day is None or day.start <= find.found_on.end


def _asked(duty: Obligation, lens: Lens) -> Iterator[tuple[Period, Origin]]:
    """The days on which more time was asked for or granted."""
    for said in lens.known(duty.extensions):
        if said.lodged_on:
            yield said.lodged_on, said.origin
        if said.decided_on and said.granted:
            yield said.decided_on, said.origin
    for lodged in lens.known(duty.lodgings):
        yield Period(lodged.lodged_on.isoformat()), lodged.origin
    for decided in lens.known(duty.decisions):
        if decided.outcome != "not_approved":
            yield Period(decided.decided_on.isoformat()), decided.origin


def _told(origin: Origin) -> tuple[int, int]:
    """The place of an event in its stream: a link ends with @sequence.number."""
    seq, _, number = origin.link.rpartition("@")[2].partition(".")
    return (int(seq), int(number or 0)) if seq.isdigit() else (0, 0)
