"""One obligation on one day: is it ranked, in which group, with which parts?

Rule: "What is ranked" in docs/near-completion.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import Obligation, Status
from services.insights.facts.origin import Fact
from services.insights.near import acts, conditions
from services.insights.near.acts import Act
from services.insights.near.closing import CLOSED, closing
from services.insights.near.conditions import Answer, Standing
from services.insights.near.deadline import Deadlines, deadlines
from services.insights.near.groups import group_of
from services.insights.near.known import Lens, said_on
from services.insights.near.membership import Membership, membership
from services.insights.near.need import Need, need_of
from services.insights.near.pace import pace_of
from services.insights.near.parts import Part, parts_of
from services.insights.near.picture import Picture
from services.insights.near.pieces import word
from services.insights.near.score import Score, confidence, score_in
from services.insights.near.settings import Options
from services.insights.near.told import marked, tell
from services.insights.near.work import LAND, STOCK, work_left

MEASURED = LAND | STOCK
RANKED = MEASURED | {("CCM", "5"), ("CCM", "9"), ("APMBC", "9"), ("CCM", "7"), ("APMBC", "7")}


Order = tuple[int, float, float, date, str, str]
"""Group, score and lower end of the range (both from the greatest), deadline, ISO code; then the duty's name."""


@dataclass(frozen=True, slots=True)
class Case:
    """A ranked obligation with all that was found about it."""

    duty: Obligation
    member: Membership
    standing: Standing
    near: Answer
    needs_help: Answer
    small_help: Answer
    group: int
    to_be_confirmed: bool
    parts: tuple[Part, ...]
    score: Score
    confidence: float

    @property
    def deadline(self) -> date | None:
        """The day that orders rows of equal score: the deadline in force, or when the act was due."""
        act = self.standing.act
        return act.due if act and act.due else self.standing.deadlines.in_force

    @property
    def order(self) -> Order:
        """Where it stands among others."""
        return self.order_under(self.score.score, self.score.low)

    def order_under(self, score: float | None, low: float) -> Order:
        """Where it would stand with this score and lower end."""
        shown = -1.0 if score is None else score
        return (self.group, -shown, -low, self.deadline or date.max, self.duty.state, self.duty.id)


def cases(picture: Picture, lens: Lens, options: Options) -> list[Case]:
    """Every open obligation of the day, in no particular order."""
    found = []
    duties = _duties(picture)
    for (treaty, state), mine in duties.items():
        reporting = picture.reporting_by_state.get((treaty, state))
        member = membership(picture.party_by_state.get((treaty, state)), list(mine.values()), reporting, lens)
        if member is None:
            continue
        for duty in mine.values():
            case = assess(duty, member, picture, lens, options)
            if case is not None:
                found.append(case)
    return found


def _duties(picture: Picture) -> dict[tuple[str, str], dict[str, Obligation]]:
    """Obligations by treaty and State, with those added that only a report, a need or a request tells of."""
    duties: dict[tuple[str, str], dict[str, Obligation]] = {}
    for duty in sorted(picture.obligations, key=lambda one: one.id):
        duties.setdefault((duty.treaty, duty.state), {})[duty.id] = duty
    for treaty, state, article, clock in sorted(set(_told_elsewhere(picture))):
        if (treaty, article) in RANKED:
            id_ = "-".join(part for part in (treaty, state, article, clock) if part)
            mine = duties.setdefault((treaty, state), {})
            mine.setdefault(id_, Obligation(id=id_, treaty=treaty, state=state, article=article, clock=clock))
    return duties


def _told_elsewhere(picture: Picture) -> Iterator[tuple[str, str, str, str]]:
    for reporting in picture.reporting:
        yield reporting.treaty, reporting.state, "7", ""
    for need in picture.needs:
        yield need.treaty, need.state, need.article, ""
    for request in picture.requests:
        for version in request.versions:
            for named in version.obligations:
                yield named.treaty, request.state, named.article, named.clock


def assess(duty: Obligation, member: Membership, picture: Picture, lens: Lens, options: Options) -> Case | None:
    """The obligation on the day; None where it is not ranked: closed, done, or nothing known that makes it open."""
    settings = options.settings
    key = (duty.treaty, duty.article)
    if key not in RANKED:
        return None
    closed = closing(duty, lens)
    if closed.how == CLOSED:
        return None
    work = work_left(duty, lens, settings) if key in MEASURED else None
    need = need_of(duty, picture, lens, settings)
    pace = act = None
    dates = Deadlines()
    if key in MEASURED:
        pace = pace_of(duty, work, lens, settings)
        dates = deadlines(duty, member, picture.calendar.dated(duty.treaty, lens), lens, settings)
        if not _is_told_of(duty, lens) and not need.lines and not need.versions:
            return None
    else:
        act = _act(duty, member, picture, lens, options)
        if act is None and not need.lines and not need.versions:
            return None
        act = act or _asked_act(duty, need, lens)
    status = _latest(lens.known(duty.statuses))
    standing = Standing(closed, dates, work, pace, act, status, need, _last_word(duty, need, lens))
    near = conditions.near(standing, lens, settings)
    helped = conditions.needs_help(standing, lens, settings)
    small = conditions.small_help(standing, lens, settings)
    group, to_be_confirmed = group_of(near, helped, small)
    parts = parts_of(duty.state, duty.treaty, duty.article, standing, picture, lens, settings)
    score = score_in(group, parts, settings.weights)
    return Case(
        duty=duty,
        member=member,
        standing=standing,
        near=near,
        needs_help=helped,
        small_help=small,
        group=group,
        to_be_confirmed=to_be_confirmed,
        parts=parts,
        score=score,
        confidence=confidence(score, _age(standing, lens, options), settings),
    )


def _is_told_of(duty: Obligation, lens: Lens) -> bool:
    """Whether anything known says that the State has this work: else the party alone makes no row."""
    groups: tuple[Iterable[object], ...] = (
        lens.known(duty.registered),
        lens.known(duty.original_deadlines),
        lens.known(duty.hostilities),
        lens.known(duty.figures),
        lens.known(duty.statuses),
        lens.known(duty.extensions),
        lens.known(duty.lodgings),
        lens.known(duty.decisions),
        lens.known(duty.completions),
        lens.known(duty.later_finds),
    )
    return any(groups)


def _act(duty: Obligation, member: Membership, picture: Picture, lens: Lens, options: Options) -> Act | None:
    if duty.article == "9":
        return acts.law(duty, lens, options.settings)
    if duty.article == "5":
        return acts.victim_assistance(duty, lens, options.settings)
    reporting = picture.reporting_by_state.get((duty.treaty, duty.state))
    return acts.missing_report(reporting, member, lens, options.settings) if reporting else None


def _asked_act(duty: Obligation, need: Need, lens: Lens) -> Act:
    """An act that is open because the State asks for help with it, or a source says that it needs help."""
    asked = not need.lines or any(line.asked_by_state for line in need.lines)
    origin = need.lines[0].origin if need.lines else need.versions[0].origin
    what = word({"5": marked("victim assistance"), "7": marked("a report"), "9": marked("national law")}[duty.article])
    told = tell("Help is asked for with %(what)s", what=what)
    if not asked:
        told = tell("Help is said to be needed with %(what)s", what=what)
    return Act(told, 1, 1, None, min(said_on(origin), lens.on), origin)


def _latest(statuses: list[Status]) -> Status | None:
    return max(statuses, key=lambda one: (one.as_of.end, said_on(one.origin), one.origin.link), default=None)


def _last_word(duty: Obligation, need: Need, lens: Lens) -> date | None:
    """When a source last spoke of the duty; a date of the past that it spoke of counts as spoken then."""
    days = [min(line.on, lens.on) for line in need.lines]
    facts: tuple[Sequence[Fact], ...] = (
        lens.known(duty.figures),
        lens.known(duty.statuses),
        lens.known(duty.extensions),
        lens.known(duty.lodgings),
        lens.known(duty.decisions),
        lens.known(duty.later_finds),
        lens.known(duty.hostilities),
        lens.known(duty.registered),
        lens.known(duty.original_deadlines),
    )
    days += [min(said_on(fact.origin), lens.on) for group in facts for fact in group if not fact.origin.assumed]
    return max(days, default=None)


def _age(standing: Standing, lens: Lens, options: Options) -> float:
    """Years since the fact on which the row mainly rests: its figure or act, else the newest word on it.

    An undated word counts as old as `stale_years`.
    """
    day = standing.newest_word
    if standing.work is not None and not standing.work.too_old:
        day = standing.work.used.on
    elif standing.act is not None:
        day = standing.act.on
    if day is None:
        return options.settings.stale_years
    return max(0.0, lens.years_since(day))
