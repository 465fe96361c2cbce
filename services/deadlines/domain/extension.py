"""An extension request, put together from everything said about it (CCM 3.3, 4.5; APMBC 5.3).

Sources that speak of one request are read as one: by its sequence number or, where that was not read,
by dates and meeting that match. What they say differently stays side by side; the latest stated is used,
and a decision recorded here before any source's account of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import TypeVar

from services.deadlines.domain.obligation_events import (
    ExtensionDecided,
    ExtensionQuestionAnswered,
    ExtensionQuestionPut,
    ExtensionRequestLodged,
    ExtensionRequestStated,
    ExtensionRequestWithdrawn,
)
from shared.dates import PartialDate

T = TypeVar("T")
_FINENESS = {"day": 2, "month": 1, "year": 0, "span": 0}


def on(day: date) -> PartialDate:
    """A full day, in the form in which sources' dates are kept."""
    return PartialDate(day.isoformat())


def agree(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether both were read and can mean the same day."""
    return one is not None and other is not None and one.start <= other.end and other.start <= one.end


@dataclass(frozen=True)
class ExtensionRequest:
    """One request with all that was said and done about it."""

    sequence: int | None
    stated: tuple[ExtensionRequestStated, ...] = ()
    lodged: ExtensionRequestLodged | None = None
    decided: ExtensionDecided | None = None
    withdrawn: ExtensionRequestWithdrawn | None = None
    questions: tuple[ExtensionQuestionPut, ...] = ()
    answers: tuple[ExtensionQuestionAnswered, ...] = ()
    overtaken: bool = False
    """A later grant shows that this one was dealt with, though its own result was not read."""

    @property
    def granted(self) -> bool | None:
        """True granted in full or in part, False not approved or taken back, None undecided or not read."""
        if self.decided:
            return self.decided.outcome != "not_approved"
        if self.withdrawn:
            return False
        return latest(self.stated, _said_granted)

    @property
    def granted_until(self) -> PartialDate | None:
        """The new deadline, as exact as it was written; None unless granted."""
        if self.decided:
            return on(self.decided.granted_until) if self.decided.granted_until else None
        if not self.granted:
            return None
        return finest([one for one in self.stated if _said_granted(one)], lambda one: one.granted_until)

    @property
    def asked_until(self) -> PartialDate | None:
        """The day asked for, as exact as it was written; None where not read."""
        return on(self.lodged.asked_until) if self.lodged else finest(self.stated, lambda one: one.asked_until)

    @property
    def lodged_on(self) -> PartialDate | None:
        """The day it came in, as exact as it was written; None where not read."""
        return on(self.lodged.lodged_on) if self.lodged else finest(self.stated, lambda one: one.lodged_on)

    @property
    def decided_on(self) -> PartialDate | None:
        """The day of the decision, as exact as it was written; None where undecided or not read."""
        return on(self.decided.decided_on) if self.decided else finest(self.stated, lambda one: one.decided_on)

    @property
    def meeting(self) -> str:
        """The meeting that decides or decided, blank where not read."""
        if self.decided:
            return self.decided.body
        if self.lodged:
            return self.lodged.meeting
        return latest(self.stated, lambda one: one.decided_at or None) or ""

    @property
    def mode(self) -> str:
        """meeting, silence_procedure, or blank where not read."""
        return self.decided.mode if self.decided else latest(self.stated, lambda one: one.mode or None) or ""

    @property
    def conditions(self) -> str:
        """What the decision asks of the State."""
        if self.decided and self.decided.conditions:
            return self.decided.conditions
        return latest(self.stated, lambda one: one.conditions or None) or ""

    @property
    def pending(self) -> bool:
        """Asked for and not known to be decided, taken back or overtaken: it moves nothing."""
        asked = self.acted_on or any(_speaks_of_asking(one) for one in self.stated)
        return asked and self.granted is None and not self.overtaken

    @property
    def acted_on(self) -> bool:
        """Whether it was lodged here, rather than read about."""
        return self.lodged is not None

    @property
    def conflicts(self) -> tuple["Conflict", ...]:
        """The fields on which what was said cannot all be true, with every value given."""
        said: dict[str, list[PartialDate | None]] = {
            "asked_until": [one.asked_until for one in self.stated],
            "lodged_on": [one.lodged_on for one in self.stated],
            "decided_on": [one.decided_on for one in self.stated],
            "granted_until": [one.granted_until for one in self.stated],
        }
        if self.lodged:
            said["asked_until"].append(on(self.lodged.asked_until))
            said["lodged_on"].append(on(self.lodged.lodged_on))
        if self.decided:
            said["decided_on"].append(on(self.decided.decided_on))
            said["granted_until"].append(self.granted_until)
        found = []
        for name, values in said.items():
            read = sorted({value for value in values if value})
            if any(not agree(one, other) for one, other in combinations(read, 2)):
                found.append(Conflict(name, tuple(read)))
        return tuple(found)


@dataclass(frozen=True)
class Conflict:
    """A field and the values that sources give for it."""

    field: str
    values: tuple[PartialDate, ...]


@dataclass(frozen=True)
class Dossier:
    """Everything said and done about an obligation's extension requests, in the order it came here."""

    stated: tuple[ExtensionRequestStated, ...] = ()
    lodged: tuple[ExtensionRequestLodged, ...] = ()
    decided: tuple[ExtensionDecided, ...] = ()
    withdrawn: tuple[ExtensionRequestWithdrawn, ...] = ()
    questions: tuple[ExtensionQuestionPut, ...] = field(default=())
    answers: tuple[ExtensionQuestionAnswered, ...] = field(default=())

    def requests(self) -> tuple[ExtensionRequest, ...]:
        """The requests, oldest sequence first, those without a sequence last; the same in whatever order told."""
        numbered = {one.sequence for one in self.stated if one.sequence}
        numbered |= {one.sequence for one in self.lodged} | {one.sequence for one in self.decided}
        found = {number: self._numbered(number) for number in sorted(numbered)}
        loose: list[ExtensionRequest] = []
        for cluster in _clusters([one for one in self.stated if one.sequence is None]):
            home = _home(cluster, found.values())
            if home is None:
                loose.append(ExtensionRequest(None, stated=cluster))
            else:
                found[home] = replace(found[home], stated=_ordered((*found[home].stated, *cluster)))
        every = (*found.values(), *loose)
        return tuple(replace(one, overtaken=_is_overtaken(one, every)) for one in every)

    def of(self, sequence: int) -> ExtensionRequest | None:
        """The request with that number, counted from 1; None where there is none."""
        return next((one for one in self.requests() if one.sequence == sequence), None)

    def granted_without_date(self) -> bool:
        """Whether more time was granted and no source gives the new date, then or in a later grant."""
        every = self.requests()
        return any(one.granted and one.granted_until is None and not _dated_since(one, every) for one in every)

    def next_sequence(self) -> int:
        """The number for a request lodged now."""
        every = self.requests()
        return max([len(every), *(one.sequence for one in every if one.sequence)], default=0) + 1

    def _numbered(self, number: int) -> ExtensionRequest:
        return ExtensionRequest(
            number,
            stated=_ordered(one for one in self.stated if one.sequence == number),
            lodged=next((one for one in self.lodged if one.sequence == number), None),
            decided=next((one for one in self.decided if one.sequence == number), None),
            withdrawn=next((one for one in self.withdrawn if one.sequence == number), None),
            questions=tuple(one for one in self.questions if one.sequence == number),
            answers=tuple(one for one in self.answers if one.sequence == number),
        )


def stated_day(one: ExtensionRequestStated) -> date:
    """The day from which the statement is known; without one the day of what it tells, else the oldest of all."""
    told = one.statement.stated_on or one.decided_on or one.lodged_on
    return told.end if told else date.min


def _ordered(statements: Iterable[ExtensionRequestStated]) -> tuple[ExtensionRequestStated, ...]:
    # Told in another order, read in the same: ties of the stated day fall to the text itself.
    return tuple(sorted(statements, key=lambda one: (stated_day(one), one.model_dump_json())))


def latest(
    statements: Iterable[ExtensionRequestStated], said: Callable[[ExtensionRequestStated], T | None]
) -> T | None:
    """What the latest statement that says anything says."""
    values = [value for one in _ordered(statements) if (value := said(one)) is not None]
    return values[-1] if values else None


def finest(
    statements: Iterable[ExtensionRequestStated], said: Callable[[ExtensionRequestStated], PartialDate | None]
) -> PartialDate | None:
    """The latest stated date, taken from a statement that writes the same date more exactly where there is one."""
    dates = [value for one in _ordered(statements) if (value := said(one)) is not None]
    if not dates:
        return None
    newest = dates[-1]
    same = [one for one in dates if newest.start <= one.start and one.end <= newest.end]
    return max(reversed(same), key=lambda one: _FINENESS[one.precision])


def _said_granted(one: ExtensionRequestStated) -> bool | None:
    # A printed new date is a grant, unless the same source says otherwise.
    return True if one.granted is None and one.granted_until else one.granted


def _speaks_of_asking(one: ExtensionRequestStated) -> bool:
    # An intention that names neither a day asked for nor a meeting is no request yet.
    return bool(one.lodged_on or one.asked_until or one.requested_period or one.decided_at or one.decided_on)


def _same_request(one: ExtensionRequestStated, other: ExtensionRequestStated) -> bool:
    if one.granted_until and other.granted_until:
        return agree(one.granted_until, other.granted_until)
    if _meeting(one) and _meeting(other):
        return _meeting(one) == _meeting(other)
    return (
        agree(one.lodged_on, other.lodged_on)
        or agree(one.asked_until, other.asked_until)
        or agree(one.asked_until, other.granted_until)
        or agree(one.granted_until, other.asked_until)
    )


def _meeting(one: ExtensionRequestStated) -> str:
    return one.decided_at.strip().casefold()


def _clusters(loose: Iterable[ExtensionRequestStated]) -> Iterator[tuple[ExtensionRequestStated, ...]]:
    """Statements without a number, put together where any two of them match."""
    clusters: list[list[ExtensionRequestStated]] = []
    for one in _ordered(loose):
        joined = [cluster for cluster in clusters if any(_same_request(one, other) for other in cluster)]
        clusters = [cluster for cluster in clusters if cluster not in joined]
        clusters.append([one, *(each for cluster in joined for each in cluster)])
    for cluster in sorted(clusters, key=lambda each: [one.model_dump_json() for one in _ordered(each)]):
        yield _ordered(cluster)


def _home(cluster: tuple[ExtensionRequestStated, ...], numbered: Iterable[ExtensionRequest]) -> int | None:
    """The numbered request that these statements speak of: the best match, the lowest number among equals."""
    best: tuple[int, int] | None = None
    for request in numbered:
        weight = max((_match(one, request) for one in cluster), default=0)
        if weight and request.sequence and (best is None or weight > best[0]):
            best = (weight, request.sequence)
    return best[1] if best else None


def _match(one: ExtensionRequestStated, request: ExtensionRequest) -> int:
    """How strongly a statement points to a request: 0 not at all."""
    until = request.granted_until
    others = [other.granted_until for other in request.stated if other.granted_until] + ([until] if until else [])
    if one.granted_until and others:
        return 4 if any(agree(one.granted_until, other) for other in others) else 0
    meetings = {_meeting(other) for other in request.stated} | {request.meeting.strip().casefold()}
    if _meeting(one) and meetings - {""}:
        return 3 if _meeting(one) in meetings else 0
    if any(agree(one.lodged_on, other) for other in (request.lodged_on, *(each.lodged_on for each in request.stated))):
        return 2
    asked = (request.asked_until, *(each.asked_until for each in request.stated), *others)
    if any(agree(one.asked_until, each) for each in asked):
        return 1
    return 1 if any(agree(one.granted_until, each) for each in asked) else 0


def _is_overtaken(one: ExtensionRequest, every: tuple[ExtensionRequest, ...]) -> bool:
    if one.granted is not None or one.acted_on:
        return False
    for other in every:
        if other is one or not other.granted:
            continue
        if one.sequence and other.sequence and other.sequence > one.sequence:
            return True
        # Read about later, and never heard of again: the later grant dealt with it.
        if not (one.sequence and other.sequence) and _newest(other) > _newest(one):
            return True
    return False


def _dated_since(one: ExtensionRequest, every: tuple[ExtensionRequest, ...]) -> bool:
    for other in every:
        if other is one or other.granted_until is None:
            continue
        if one.sequence and other.sequence:
            if other.sequence > one.sequence:
                return True
        elif _newest(other) > _newest(one):
            return True
    return False


def _newest(one: ExtensionRequest) -> date:
    days = [stated_day(each) for each in one.stated]
    if one.decided:
        days.append(one.decided.decided_on)
    return max(days, default=date.min)
