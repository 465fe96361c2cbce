"""The three conditions: near, needs help, small help. Each is true, false or unknown, with its reason.

Missing knowledge never makes a condition better: nothing stated is unknown, and unknown is printed so.

Rule: "Three conditions" in docs/near-completion.md.
"""

from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import Status
from services.insights.facts.origin import Origin
from services.insights.near.acts import Act
from services.insights.near.closing import FINISHED, Closing
from services.insights.near.deadline import Deadlines
from services.insights.near.known import Lens, said_on
from services.insights.near.need import Need
from services.insights.near.pace import Pace
from services.insights.near.pieces import number, year
from services.insights.near.settings import Settings
from services.insights.near.told import Told, in_english, marked, tell
from services.insights.near.work import Work


@dataclass(frozen=True, slots=True)
class Answer:
    """True, False or None (unknown), why, and the event that says so, where one does."""

    value: bool | None
    why: str
    origin: Origin | None = None
    told: Told | None = None
    """`why` apart from its values, where it has some."""


def _answer(value: bool | None, told: Told, origin: Origin | None = None) -> Answer:
    return Answer(value, in_english(told), origin, told)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the conditions look at; None stands for unknown, never for zero."""

    closing: Closing
    deadlines: Deadlines
    work: Work | None
    pace: Pace | None
    act: Act | None
    status: Status | None
    need: Need
    newest_word: date | None = None
    """When a source last spoke of the duty, at the latest; None where nobody did."""

    def forgotten(self, lens: Lens, settings: Settings) -> bool:
        """The deadline has passed and nobody has spoken of the duty for `too_old_years`.

        Whether that old date is still in force is then not known: a completion or an extension that we
        never read is as likely as a breach, and silence accuses nobody.
        """
        if not self.deadlines.passed(lens.on) or self.act is not None:
            return False
        return self.newest_word is None or lens.years_since(self.newest_word) > settings.too_old_years

    def finish_too_old(self, lens: Lens, settings: Settings) -> date | None:
        """The day of a source's word that the work is finished, where it is older than `too_old_years`.

        Never declared in all that time, it may have been mistaken: it no longer makes anything near.
        """
        origin = self.closing.origin
        if self.closing.how != FINISHED or origin is None or not origin.source:
            return None
        said = said_on(origin)
        return said if lens.years_since(said) > settings.too_old_years else None


def near(case: Standing, lens: Lens, settings: Settings) -> Answer:
    """Little is left. A figure older than `too_old_years` no longer decides."""
    if case.closing.how == FINISHED:
        if (said := case.finish_too_old(lens, settings)) is not None:
            told = tell("the word that the work is finished is from %(year)s", year=year(said.year))
            return _answer(None, told, case.closing.origin)
        return Answer(True, marked("the work is finished and not declared"), case.closing.origin)
    if case.act:
        if case.act.too_old:
            return _old_word(case.act)
        return Answer(True, marked("an act is near by its nature"), case.act.origin)
    if case.work is None:
        return Answer(None, marked("how much is left is not stated by any source we hold"))
    return _measured(case.work, case.pace, settings)


def _old_word(act: Act) -> Answer:
    if act.on is None:
        return Answer(None, marked("the newest word on it is undated"), act.origin)
    return _answer(None, tell("the newest word on it is from %(year)s", year=year(act.on.year)), act.origin)


def _origin(work: Work | None) -> Origin | None:
    return work.used.figures[0].origin if work else None


def _measured(work: Work, pace: Pace | None, settings: Settings) -> Answer:
    origin = _origin(work)
    if work.too_old:
        return _answer(None, tell("the newest figure is from %(year)s", year=year(work.used.on.year)), origin)
    left = float(work.with_finds)
    if left <= work.threshold:
        if work.used.at_least:
            return Answer(None, marked("only a part of what is left is stated"), origin)
        return Answer(True, marked("what is left is within the threshold"), origin)
    if work.used.at_most:
        return Answer(None, marked("only what was once held is stated"), origin)
    if pace and len(pace.years) >= settings.pace_least_years and not work.used.at_least:
        years = pace.years_left(work.with_finds)
        within = left <= work.threshold * settings.pace_cap_times
        if years is not None and within and years <= settings.thresholds.near_years_at_pace:
            text = marked("%(years)s years are left at the pace of the last reported years")
            return _answer(True, tell(text, years=number(f"{years:.1f}")), origin)
    return Answer(False, marked("what is left is above the threshold"), origin)


def needs_help(case: Standing, lens: Lens, settings: Settings) -> Answer:
    """The first ground found, in the order of the table; without one, whether it is said to need none."""
    open_lines = case.need.open_lines
    if open_lines:
        asked = next((line for line in open_lines if line.asked_by_state), None)
        why = marked("an open need is not covered") if asked else marked("a source says that help is needed")
        return Answer(True, why, (asked or open_lines[0]).origin)
    status = case.status
    recent = status if status and lens.years_since(status.as_of.end) <= settings.too_old_years else None
    if recent and recent.status == "needs_assistance":
        return Answer(True, marked("the State says that it needs assistance"), recent.origin)
    if (late := _too_slow(case, lens)) is not None:
        return late
    if recent and recent.status == "not_on_track":
        return Answer(True, marked("not on track by the latest source"), recent.origin)
    if recent and recent.status == "unclear":
        return Answer(True, marked("unclear whether on track by the latest source"), recent.origin)
    dates = case.deadlines
    if case.forgotten(lens, settings):
        return _silence(case.newest_word)
    if case.act and case.act.due and case.act.due < lens.on:
        return Answer(True, marked("past the day on which it was due"), case.act.origin)
    # Of finished work only the declaration is due; whether it ended in time is another question.
    if dates.passed(lens.on) and case.closing.how != FINISHED:
        return Answer(True, marked("past the last deadline known to us"), dates.origin)
    if recent and recent.status == "in_violation":
        return Answer(True, marked("past the deadline by the latest source"), recent.origin)
    if case.need.lines:
        return Answer(False, marked("every need is covered"), case.need.lines[0].origin)
    if recent and recent.status == "on_track":
        return Answer(False, marked("on track by the latest source, and nothing asked"), recent.origin)
    return Answer(None, marked("whether help is needed is not stated"))


def _silence(newest: date | None) -> Answer:
    if newest is None:
        return Answer(None, marked("no source we hold speaks of it"))
    return _answer(None, tell("no source we hold has spoken of it since %(year)s", year=year(newest.year)))


def _too_slow(case: Standing, lens: Lens) -> Answer | None:
    work, pace = case.work, case.pace
    if work is None or pace is None or work.too_old or case.closing.how == FINISHED or not work.with_finds:
        return None
    zeros = pace.nothing_lately
    if len(zeros) >= 2:
        return Answer(True, marked("nothing released in the last two reported years"), zeros[0][1].figures[0].origin)
    years = pace.years_left(work.with_finds)
    last_day = case.deadlines.last_day
    if years is None or last_day is None:
        return None
    # The pace runs on from the figure's own day.
    if years - lens.years_since(work.used.on) > lens.years_until(last_day):
        return Answer(True, marked("the pace ends after the deadline"), pace.years[0][1].figures[0].origin)
    return None


def small_help(case: Standing, lens: Lens, settings: Settings) -> Answer:
    """What is open is little money, or technical help only."""
    need = case.need
    if not need.lines:
        if case.closing.how == FINISHED and case.finish_too_old(lens, settings) is None:
            return Answer(True, marked("only the declaration is left"), case.closing.origin)
        return Answer(None, marked("no need is known"))
    origin = need.lines[0].origin
    if need.technical_only:
        return Answer(True, marked("only technical help is needed, as far as told"), origin)
    limit = settings.thresholds.small_help_usd
    if float(need.usd_open_at_least) > limit:
        return Answer(False, marked("more is open than the threshold"), origin)
    open_usd = need.usd_open
    if open_usd is None:
        return Answer(None, marked("the amount needed is not stated, or its currency has no known rate"), origin)
    return Answer(True, marked("what is open is within the threshold"), origin)
