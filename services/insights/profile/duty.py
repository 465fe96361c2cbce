"""One duty as the State's page shows it: its dates, how they came about, and every figure by its source."""

from datetime import date

from services.insights.bound import BoundDuty
from services.insights.facts.obligation import ExtensionStatement, Obligation
from services.insights.facts.origin import Fact, Origin
from services.insights.near.known import Lens
from services.insights.near.sources import name_of
from services.insights.near.words import day, when
from services.insights.statistics.printed import Plain
from shared.messages import Value


class Cited(Value):
    """Where a line comes from: the source's name and address, when it said it, and the event."""

    source_name: str
    source: str
    stated_on: str
    known_from: date
    assumed: bool
    link: str


class Step(Value):
    """One thing that was said or done about a duty, in words, on `on` as exact as its source."""

    on: str
    kind: str
    words: str
    cited: Cited


class FigureLine(Value):
    """One figure as printed. Different sources stand side by side; none is mended."""

    metric: str
    value: Plain
    unit: str
    period: str
    cited: Cited


class DutyPage(Value):
    """One duty; `steps` tell how it went and how its deadline came about.

    `how`: open, finished (not declared), closed, or not_stated: an act of which no source says that it is open.
    """

    id: str
    article: str
    clock: str
    how: str
    how_since: date | None
    original_deadline: date | None
    deadline_in_force: date | None
    extended: bool
    request_pending: bool
    lodging_day: date | None
    lodging_meeting: str
    steps: tuple[Step, ...]
    figures: tuple[FigureLine, ...]
    history: str


def cited(origin: Origin) -> Cited:
    """The origin as a page shows it."""
    return Cited(
        source_name=name_of(origin.source) if origin.source else "recorded here",
        source=origin.source,
        stated_on=origin.stated_on or "",
        known_from=origin.known_from,
        assumed=origin.assumed,
        link=origin.link,
    )


def duty_page(one: BoundDuty, lens: Lens, ranked: bool) -> DutyPage:
    """The duty as known on the lens's day; `ranked`: the ranking finds something open."""
    duty, dates = one.duty, one.dates
    figures = sorted(
        lens.known(duty.figures), key=lambda fact: (fact.metric, -fact.period.end.toordinal(), fact.origin.link)
    )
    return DutyPage(
        id=duty.id,
        article=duty.article,
        clock=duty.clock,
        how="not_stated" if one.is_open and not ranked else one.closing.how,
        how_since=one.closing.on,
        original_deadline=dates.original,
        deadline_in_force=dates.in_force,
        extended=dates.extended,
        request_pending=dates.pending is not None,
        lodging_day=dates.lodging.day if dates.lodging else None,
        lodging_meeting=dates.lodging.meeting if dates.lodging else "",
        steps=tuple(sorted(_steps(duty, lens), key=lambda step: (step.on, step.cited.known_from, step.cited.link))),
        figures=tuple(
            FigureLine(
                metric=fact.metric,
                value=fact.value,
                unit=fact.unit,
                period=fact.period,
                cited=cited(fact.origin),
            )
            for fact in figures
        ),
        history=f"deadlines/obligation-{duty.id}",
    )


def _steps(duty: Obligation, lens: Lens) -> list[Step]:
    steps = [
        _step(fact, fact.origin.stated_on or "", "deadline", f"first deadline {when(fact.deadline)}")
        for fact in lens.known(duty.original_deadlines)
        if fact.deadline
    ]
    for asked in lens.known(duty.extensions):
        steps.append(_step(asked, asked.decided_on or asked.lodged_on or "", "extension", _extension_words(asked)))
    for lodged in lens.known(duty.lodgings):
        late = ", after the day on which it would have been in time" if lodged.late else ""
        words = f"asked for more time until {day(lodged.asked_until)}{late}"
        steps.append(_step(lodged, lodged.lodged_on.isoformat(), "extension", words))
    for decided in lens.known(duty.decisions):
        until = f" until {day(decided.granted_until)}" if decided.granted_until else ""
        words = f"{decided.outcome.replace('_', ' ')}{until} ({decided.body or decided.mode})"
        steps.append(_step(decided, decided.decided_on.isoformat(), "extension", words))
    for judged in lens.known(duty.statuses):
        words = judged.status.replace("_", " ") + (f": {judged.words}" if judged.words else "")
        steps.append(_step(judged, judged.as_of, "status", words))
    for done in lens.known(duty.completions):
        ended = (
            f"work ended {'by ' if done.completed_not_later else ''}{done.completed_on}" if done.completed_on else ""
        )
        declared = f"declared {when(done.declared_on)}" if done.declared_on else ""
        words = ", ".join(part for part in (ended, declared) if part) or "completed; no day stated"
        steps.append(_step(done, done.declared_on or done.completed_on or "", "completion", words))
    for found in lens.known(duty.later_finds):
        steps.append(_step(found, found.found_on, "later find", "found after completion; the old date stands"))
    for measure in lens.known(duty.measures):
        words = measure.status.replace("_", " ") + (f": {measure.law}" if measure.law else "")
        steps.append(_step(measure, measure.as_of or measure.year or "", "measure", words))
    for hostilities in lens.known(duty.hostilities):
        until = f", ended {day(hostilities.ended_on)}" if hostilities.ended_on else ""
        words = f"hostilities: {hostilities.name}{until}"
        steps.append(_step(hostilities, hostilities.began_on or "", "hostilities", words))
    for end in lens.known(duty.ended):
        steps.append(_step(end, end.on.isoformat(), "end", f"the duty ended: {end.reason}"))
    return steps


def _extension_words(asked: ExtensionStatement) -> str:
    """What the source says of the request, in the order in which such things happen."""
    number = f"request {asked.sequence}: " if asked.sequence else "request: "
    said = [
        f"lodged {when(asked.lodged_on)}" if asked.lodged_on else "",
        f"asked until {when(asked.asked_until)}" if asked.asked_until else "",
        f"decided at {asked.decided_at}" if asked.decided_at else "",
        asked.outcome,
        f"until {when(asked.granted_until)}" if asked.granted_until and asked.granted else "",
    ]
    return number + (", ".join(part for part in said if part) or "no more is stated")


def _step(fact: Fact, on: str, kind: str, words: str) -> Step:
    return Step(on=on, kind=kind, words=words, cited=cited(fact.origin))
