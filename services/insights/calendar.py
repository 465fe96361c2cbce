"""What falls due between two days: deadlines, lodging days, reports, meetings, milestones (ISU-13)."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

from services.insights.bound import bound_duties
from services.insights.facts.coalition import Coalition, Milestone
from services.insights.facts.meeting import Meeting
from services.insights.near import pieces
from services.insights.near.known import Lens, said_on
from services.insights.near.picture import Picture
from services.insights.near.regions import lies_in
from services.insights.near.settings import Settings
from services.insights.near.told import Told, in_english, marked, tell, tell_many
from services.insights.statistics.reports import awaited
from shared.countries import country_name
from shared.dates import Precision
from shared.messages import Value

Kind = Literal["deadline", "lodging", "initial_report", "annual_report", "meeting", "milestone"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Due(Value):
    """One thing that falls due. `on` and `until` are its first and last possible day; `said` is as exact as known.

    `states` are those it concerns. `link` leads to the fact that sets the date; blank for 30 April. `name` stays
    the same when the day moves: calendars know the thing again by it. `told` is `title` apart from its values;
    None for a meeting, which has its own name.
    """

    name: str
    on: date
    until: date
    said: str
    precision: Precision
    kind: Kind
    treaty: str
    article: str
    title: str
    states: tuple[str, ...]
    days_left: int
    link: str
    told: Told | None = None


class CalendarPage(Value):
    """What falls due from the first to the last day, both included, in the order of days."""

    as_of: date
    first: date
    last: date
    due: tuple[Due, ...]


def calendar(
    picture: Picture,
    lens: Lens,
    first: date,
    last: date,
    settings: Settings,
    kinds: Iterable[Kind] = KINDS,
    treaty: str = "",
    regions: tuple[str, ...] = (),
) -> CalendarPage:
    """The calendar as known on the lens's day; of one treaty, some regions or certain kinds.

    With regions only what concerns a State that lies in one of them; of yearly reports only those of such States.
    """
    wanted = set(kinds)
    found = [
        *_of_duties(picture, lens, settings),
        *_reports(picture, lens, first, last, regions),
        *(due for meeting in picture.meetings if (due := _meeting(meeting, lens))),
        *(due for coalition in picture.coalitions for due in _milestones(coalition, lens)),
    ]
    kept = [
        one
        for one in found
        if one.kind in wanted
        and treaty in ("", one.treaty)
        and (not regions or any(lies_in(name, regions) for name in one.states))
        and one.on <= last
        and one.until >= first
    ]
    return CalendarPage(as_of=lens.on, first=first, last=last, due=tuple(sorted(kept, key=_order)))


def of_state(page: CalendarPage, state: str) -> CalendarPage:
    """The same page with nothing on it but what concerns that State."""
    return page.model_copy(update={"due": tuple(one for one in page.due if state in one.states)})


def _order(one: Due) -> tuple[date, int, str, str]:
    return one.on, KINDS.index(one.kind), one.treaty, one.title


def _on_day(
    day: date,
    kind: Kind,
    name: str,
    treaty: str,
    article: str,
    told: Told,
    states: tuple[str, ...],
    lens: Lens,
    link: str,
) -> Due:
    return Due(
        name=f"{kind}/{name}",
        on=day,
        until=day,
        said=day.isoformat(),
        precision="day",
        kind=kind,
        treaty=treaty,
        article=article,
        title=in_english(told),
        told=told,
        states=states,
        days_left=(day - lens.on).days,
        link=link,
    )


def _of_duties(picture: Picture, lens: Lens, settings: Settings) -> Iterable[Due]:
    """Deadlines in force of duties that are not done, and the last days to ask for more time."""
    for one in bound_duties(picture, lens, settings):
        if not one.is_open:
            continue
        duty, dates = one.duty, one.dates
        states = (duty.state,)
        named = {
            "state": pieces.name(country_name(duty.state)),
            "treaty": pieces.name(duty.treaty),
            "article": pieces.name(duty.article),
        }
        if dates.in_force:
            link = dates.origin.link if dates.origin else ""
            told = tell("%(state)s: deadline under %(treaty)s Article %(article)s", **named)
            yield _on_day(dates.in_force, "deadline", duty.id, duty.treaty, duty.article, told, states, lens, link)
        if dates.lodging:
            text = marked("%(state)s: last day to ask for more time under %(treaty)s Article %(article)s (%(meeting)s)")
            told = tell(text, **named, meeting=pieces.name(dates.lodging.meeting))
            day, link = dates.lodging.day, dates.lodging.origin.link
            yield _on_day(day, "lodging", duty.id, duty.treaty, duty.article, told, states, lens, link)


def _reports(picture: Picture, lens: Lens, first: date, last: date, regions: tuple[str, ...] = ()) -> Iterable[Due]:
    """Initial reports not known to be in, one by one; annual ones as one line for each treaty and year."""
    annual_by_day: dict[tuple[str, date], list[str]] = {}
    for reporting in picture.reporting:
        if regions and not lies_in(reporting.state, regions):
            continue
        for one in awaited(reporting, lens, first, last):
            if one.kind == "annual":
                annual_by_day.setdefault((reporting.treaty, one.due_on), []).append(reporting.state)
                continue
            told = tell("%(state)s: initial transparency report", state=pieces.name(country_name(reporting.state)))
            states, treaty = (reporting.state,), reporting.treaty
            name = f"{treaty}-{reporting.state}"
            yield _on_day(one.due_on, "initial_report", name, treaty, "7", told, states, lens, one.link)
    for (treaty, due), states_due in sorted(annual_by_day.items()):
        told = tell(
            "%(treaty)s annual transparency reports on %(year)s: %(states)s",
            treaty=pieces.name(treaty),
            year=pieces.year(due.year - 1),
            states=tell_many("%(num)s State Party", "%(num)s States Parties", len(states_due)),
        )
        name = f"{treaty}-{due.year - 1}"
        yield _on_day(due, "annual_report", name, treaty, "7", told, tuple(sorted(states_due)), lens, "")


def _meeting(meeting: Meeting, lens: Lens) -> Due | None:
    known = [days for days in lens.known(meeting.days) if days.starts_on]
    if not known:
        return None
    # Among statements of one day the more exact one says more.
    newest = max(known, key=lambda days: (said_on(days.origin), len(days.starts_on or ""), days.origin.link))
    said = newest.starts_on
    if said is None:
        return None
    place = f", {newest.place}" if newest.place else ""
    return Due(
        name=f"meeting/{meeting.id}",
        on=said.start,
        until=said.end,
        said=str(said),
        precision=said.precision,
        kind="meeting",
        treaty=meeting.treaty,
        article="",
        title=f"{meeting.treaty} {meeting.name}{place}",
        states=(),
        days_left=(said.start - lens.on).days,
        link=newest.origin.link,
    )


def _milestones(coalition: Coalition, lens: Lens) -> Iterable[Due]:
    """Steps of the work plan, as last agreed, that are not reached; none of a coalition that is over."""
    if any(turn.how in ("concluded", "abandoned") for turn in lens.known(coalition.turns)):
        return
    agreed: dict[str, Milestone] = {}
    reached = set()
    for step in lens.known(coalition.milestones):
        if step.how == "reached":
            reached.add(step.milestone)
        else:
            agreed[step.milestone] = step
    treaty = coalition.obligations[0].treaty if coalition.obligations else ""
    for name, step in agreed.items():
        if name in reached or step.due_on is None:
            continue
        who, what = pieces.name(country_name(coalition.state)), pieces.name(step.title)
        told = tell("%(state)s: %(step)s", state=who, step=what)
        states = (coalition.state,) if coalition.state else ()
        named = f"{coalition.id}/{name}"
        yield _on_day(step.due_on, "milestone", named, treaty, "", told, states, lens, step.origin.link)
