"""Requests for more time of which the result, or the new date, is not known (CCM 3.3, 4.5; APMBC 5.3).

The `deadlines` service goes by the same rule (`services/deadlines/domain/extension.py`); a test holds the two
against each other over the shipped data. An undecided statement that names a day, a length or a meeting is a
request before that meeting; a later grant, or a result of the same request, settles it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import ExtensionStatement, Obligation
from services.insights.facts.origin import Origin
from services.insights.near.known import Lens, said_on
from shared.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, or a grant without its date. `until`, `meeting` blank where not read; `here`: lodged here."""

    origin: Origin
    until: str = ""
    meeting: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class _Result:
    sequence: int | None
    meeting: str
    granted: bool
    dated: bool
    said: date
    until: PartialDate | None = None


def pending(duty: Obligation, in_force: date | None, lens: Lens) -> Asked | None:
    """The newest request that reaches beyond the date in force and of which no result is known."""
    results = _told_apart(_results(duty, lens))
    over = {one.sequence for one in results} - {None}
    found = [
        (one.lodged_on, one.origin.link, Asked(one.origin, one.asked_until.isoformat(), one.meeting, here=True))
        for one in lens.known(duty.lodgings)
        if one.sequence not in over and (in_force is None or one.asked_until > in_force)
    ]
    for said in lens.known(duty.extensions):
        asks = said.lodged_on or said.asked_until or said.requested_period or said.decided_at or said.decided_on
        if not asks or said.granted is not None or any(_settles(one, said) for one in results):
            continue
        if said.asked_until is None or in_force is None or said.asked_until.end > in_force:
            asked = Asked(said.origin, str(said.asked_until or ""), said.decided_at)
            found.append((said_on(said.origin), said.origin.link, asked))
    # Of what was said of one request the words that tell most are shown.
    newest = max(found, key=lambda one: (one[2].here, bool(one[2].until), one[0], one[1]), default=None)
    if newest is None:
        return None
    told = newest[2]
    meeting = told.meeting or max((one[:2], one[2].meeting) for one in found)[1]
    return Asked(told.origin, told.until, meeting, told.here)


def granted_without_date(duty: Obligation, lens: Lens) -> Asked | None:
    """More time that was granted and of which no source we hold gives the new date."""
    dated = [one for one in _told_apart(_results(duty, lens)) if one.granted and one.dated]
    return _newest(duty, lens, [one for one in _told(duty, lens, True) if not any(_settles(d, one) for d in dated)])


def not_approved(duty: Obligation, lens: Lens) -> Asked | None:
    """A request that was not approved, with no grant since."""
    granted = [one for one in _told_apart(_results(duty, lens)) if one.granted]
    return _newest(duty, lens, [one for one in _told(duty, lens, False) if not any(_settles(g, one) for g in granted)])


def _told(duty: Obligation, lens: Lens, granted: bool) -> list[ExtensionStatement]:
    return [one for one in lens.known(duty.extensions) if one.granted is granted and not one.granted_until]


def _newest(duty: Obligation, lens: Lens, found: list[ExtensionStatement]) -> Asked | None:
    best = max(found, key=lambda one: (said_on(one.origin), one.origin.link), default=None)
    return Asked(best.origin, meeting=best.decided_at) if best else None


def _results(duty: Obligation, lens: Lens) -> Iterator[_Result]:
    for one in lens.known(duty.extensions):
        if one.granted is not None or one.granted_until:
            granted = one.granted is not False
            until = one.granted_until
            yield _Result(one.sequence, one.decided_at, granted, until is not None, said_on(one.origin), until)
    for decided in lens.known(duty.decisions):
        granted = decided.outcome != "not_approved"
        dated = decided.granted_until is not None
        yield _Result(decided.sequence, decided.body, granted, dated, decided.decided_on)
    for back in lens.known(duty.taken_back):
        yield _Result(back.sequence, "", False, False, said_on(back.origin))


def _told_apart(results: Iterable[_Result]) -> list[_Result]:
    """Of results that differ only in the day on which they were told the latest: it settles all that the others do."""
    latest: dict[tuple[object, ...], _Result] = {}
    for one in results:
        alike = (one.sequence, one.meeting, one.granted, one.dated, one.until)
        if alike not in latest or latest[alike].said < one.said:
            latest[alike] = one
    return list(latest.values())


def _settles(result: _Result, said: ExtensionStatement) -> bool:
    if result.sequence and said.sequence:
        return result.sequence == said.sequence or (result.granted and result.sequence > said.sequence)
    if result.meeting and result.meeting.strip().casefold() == said.decided_at.strip().casefold():
        return True
    until, asked = result.until, said.asked_until
    if until and asked and until.start <= asked.end and asked.start <= until.end:
        return True
    return result.granted and result.said > said_on(said.origin)
