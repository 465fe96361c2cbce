"""The five parts of the score, each 0 to 1 or unknown, with the words a diplomat can check.

Formulas, with T the threshold of *near*, r what is left, y the years to the nearest deadline, u the US
dollars open:
* work left = 1 − log₁₀(1 + 10 r ÷ T) ÷ log₁₀(1 + 10 × 10), at least 0: 1 at nothing left, about 0.48 at
  the threshold, 0 at ten times the threshold; an act: 1 − steps left ÷ steps in all, at least 0.8
* time = (6 − y) ÷ 5, between 0 and 1
* small help = 1 − log₁₀(u ÷ 100,000) ÷ log₁₀(100), between 0 and 1; technical help only: 0.9
* unanswered = open ÷ asked; 1 where no answer is known; unknown
  where help is recorded since a recorded need began, and no source says whether it answers the need
* readiness = five fifths, each known or not: the part counts with as much weight as is known of it

Rule: "The score inside a group" in docs/near-completion.md.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from services.insights.facts.coalition import Coalition
from services.insights.near.acts import Act, last_report_in
from services.insights.near.closing import FINISHED
from services.insights.near.conditions import Standing
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.near.pieces import number, word, year
from services.insights.near.settings import Settings
from services.insights.near.told import Told, in_english, marked, strung, tell

NAMES = ("work_left", "time", "small_help", "unanswered", "readiness")
FIFTHS = (
    marked("authority named"),
    marked("completion plan dated"),
    marked("development benefit stated"),
    marked("coalition active"),
    marked("last report in"),
)
"""What readiness is made of."""
UNDATED = {("CCM", "5"), ("CCM", "9"), ("APMBC", "9")}
"""Duties for which the treaties set no day (CCM 5 and 9, APMBC 9)."""
LABELS = {
    "work_left": marked("work left"),
    "time": marked("time"),
    "small_help": marked("small help"),
    "unanswered": marked("unanswered"),
    "readiness": marked("readiness"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part's value over what is known of it. `known` is the known share of the part, 0 to 1."""

    name: str
    value: float | None
    why: str
    known: float = 1.0
    low: float | None = None
    """The value with later finds added, where that is lower."""
    applies: bool = True
    """False: the treaty gives nothing to measure; left out of score, range and confidence, and not missing."""
    told: Told | None = None
    """`why` apart from its values, where it has some."""


def unknown(name: str, why: str) -> Part:
    """A part of which nothing is known."""
    return Part(name, None, why, 0.0)


def does_not_apply(name: str, why: str) -> Part:
    """A part that this duty does not have."""
    return Part(name, None, why, 0.0, applies=False)


def parts_of(
    state: str, treaty: str, article: str, case: Standing, picture: Picture, lens: Lens, settings: Settings
) -> tuple[Part, ...]:
    """All five parts, in the order of NAMES."""
    return (
        _work_left(case, settings),
        _time(case, lens, settings) if (treaty, article) not in UNDATED else _undated(),
        _small_help(case, settings),
        _unanswered(case),
        _readiness(state, treaty, article, case, picture, lens),
    )


def _undated() -> Part:
    return does_not_apply("time", marked("the treaty sets no date for this"))


def _work_left(case: Standing, settings: Settings) -> Part:
    if case.closing.how == FINISHED:
        return Part("work_left", 1.0, marked("the work is finished"))
    work = case.work
    if work is not None:
        if work.too_old:
            told = tell("the newest figure is from %(year)s", year=year(work.used.on.year))
            return Part("work_left", None, in_english(told), 0.0, told=told)
        if work.used.at_least and float(work.remaining) <= work.threshold:
            return unknown("work_left", marked("only a part of what is left is stated"))
        if work.used.at_least:
            most = work_value(float(work.remaining), work.threshold, settings)
            return Part("work_left", most, marked("at least this much is left"), low=0.0)
        value = work_value(float(work.remaining), work.threshold, settings)
        low = work_value(float(work.with_finds), work.threshold, settings)
        if work.finished and case.closing.reopened:
            # Nothing was left, and yet a later source speaks of work: how much is not known.
            low = 0.0
        return Part(
            "work_left", value, marked("by what is left against the threshold"), low=low if low < value else None
        )
    if case.act is not None:
        left, in_all = number(str(case.act.steps_left)), number(str(case.act.steps_in_all))
        told = tell("%(left)s of %(in_all)s steps left", left=left, in_all=in_all)
        return Part("work_left", act_value(case.act, settings), in_english(told), told=told)
    return unknown("work_left", marked("how much is left is not stated"))


def work_value(left: float, threshold: float, settings: Settings) -> float:
    """1 at nothing left, falling with the logarithm to 0 at `pace_cap_times` the threshold."""
    cap = settings.pace_cap_times
    return max(0.0, 1 - math.log10(1 + cap * left / threshold) / math.log10(1 + cap * cap))


def act_value(act: Act, settings: Settings) -> float:
    """1 − steps left ÷ steps in all, at least the floor."""
    return max(settings.act_floor, 1 - act.steps_left / act.steps_in_all)


def _time(case: Standing, lens: Lens, settings: Settings) -> Part:
    if case.forgotten(lens, settings):
        return unknown("time", marked("the last deadline read has long passed, and nobody has spoken of it since"))
    days = []
    if case.deadlines.in_force:
        days.append((case.deadlines.in_force, marked("the deadline in force")))
    if case.act and case.act.due:
        days.append((case.act.due, marked("the day on which it was due")))
    if case.deadlines.lodging:
        days.append((case.deadlines.lodging.day, marked("the last day to ask for an extension in time")))
    if not days:
        return unknown("time", marked("no deadline is known"))
    day, words = min(days)
    years = lens.years_until(day)
    span = settings.time_zero_years - settings.time_full_years
    value = min(1.0, max(0.0, (settings.time_zero_years - years) / span))
    return Part("time", value, words)


def _small_help(case: Standing, settings: Settings) -> Part:
    need = case.need
    if not need.lines:
        return unknown("small_help", marked("no need is known"))
    if need.technical_only:
        return Part("small_help", settings.technical_only, marked("technical help only"))
    usd = need.usd_open
    if usd is None:
        return unknown("small_help", marked("the amount is not stated, or its currency has no known rate"))
    return Part("small_help", money_value(float(usd), settings), marked("by what is open in US dollars"))


def money_value(usd: float, settings: Settings) -> float:
    """1 up to `small_full_usd`, falling with the logarithm to 0 at `small_zero_usd`."""
    full, zero = settings.small_full_usd, settings.small_zero_usd
    if usd <= full:
        return 1.0
    return max(0.0, 1 - math.log10(usd / full) / math.log10(zero / full))


def _unanswered(case: Standing) -> Part:
    need = case.need
    if not need.lines:
        return unknown("unanswered", marked("no need is known"))
    if not need.open_lines:
        return Part("unanswered", 0.0, marked("all is covered"))
    if need.since:
        return unknown("unanswered", marked("help is recorded since; whether it answers this need is not known"))
    if not need.answered:
        return Part(
            "unanswered",
            1.0,
            marked("nobody has answered") if need.requested_here else marked("no answer is known to us"),
        )
    asked = [line.usd.amount for line in need.lines if line.usd]
    still = [line.usd_open for line in need.lines if line.usd and line.usd_open is not None]
    whole = sum(asked, Decimal(0))
    if len(asked) == len(need.lines) == len(still) and whole:
        return Part("unanswered", float(sum(still, Decimal(0)) / whole), marked("open ÷ asked"))
    if all(line.asked is None for line in need.lines) and any(line.answered for line in need.lines):
        return Part("unanswered", len(need.open_lines) / len(need.lines), marked("needs not answered ÷ needs"))
    return unknown("unanswered", marked("somebody has answered; with how much of the need is not known"))


def _readiness(state: str, treaty: str, article: str, case: Standing, picture: Picture, lens: Lens) -> Part:
    fifths: dict[str, bool | None] = dict.fromkeys(FIFTHS)
    versions = case.need.versions
    if versions:
        fifths["authority named"] = any(one.authority for one in versions)
        fifths["completion plan dated"] = any(one.completion_planned_on for one in versions)
        fifths["development benefit stated"] = any(one.development_benefit or one.sdgs for one in versions)
    if not fifths["completion plan dated"] and case.status and case.status.target_completion:
        fifths["completion plan dated"] = case.status.target_completion.end >= lens.on or None
    fifths["coalition active"] = _coalition(state, treaty, article, picture, lens)
    report = last_report_in(picture.reporting_by_state.get((treaty, state)), lens)
    fifths["last report in"] = report[0] if report else None
    known = {name: found for name, found in fifths.items() if found is not None}
    if not known:
        return unknown("readiness", marked("nothing is stated about it"))
    told = strung(
        [
            tell("%(what)s: yes", what=word(name)) if found else tell("%(what)s: no", what=word(name))
            for name, found in known.items()
        ]
    )
    value, share = sum(known.values()) / len(known), len(known) / len(fifths)
    return Part("readiness", value, in_english(told), share, told=told)


def _coalition(state: str, treaty: str, article: str, picture: Picture, lens: Lens) -> bool | None:
    """Whether a coalition for this duty is active; None where no coalition was ever told of."""
    found: bool | None = None
    for coalition in picture.coalitions_by_state.get(state, ()):
        active = is_active(coalition, lens)
        covers = not coalition.obligations or any(
            (one.treaty, one.article) == (treaty, article) for one in coalition.obligations
        )
        if active is not None and covers:
            found = bool(found) or active
    for partnership in picture.partnerships_by_state.get(state, ()):
        for told in lens.known(partnership.stated):
            if told.called == "country_coalition" and lens.years_since(told.origin.known_from) <= 2:
                found = True
    return found


def is_active(coalition: Coalition, lens: Lens) -> bool | None:
    """Whether it works on the day; None where it was not known yet."""
    if not lens.known(coalition.proposals):
        return None
    turns = [one for one in lens.known(coalition.turns) if one.how != "reviewed"]
    return bool(turns) and turns[-1].how == "activated"
