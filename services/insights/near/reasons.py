"""Why a row stands where it stands: three to six sentences, each with its figure, date, source and link.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from services.insights.facts.origin import Origin
from services.insights.near.asking import Asked
from services.insights.near.closing import FINISHED
from services.insights.near.conditions import Standing
from services.insights.near.deadline import Deadlines
from services.insights.near.known import Lens
from services.insights.near.membership import Membership
from services.insights.near.need import Line, Need
from services.insights.near.row import Estimate, Reason
from services.insights.near.words import STATUS, cited, day, dollars, duration, listed, money, quantity, when

_KINDS = {
    "financial": "money",
    "clearance": "clearance",
    "survey": "survey",
    "technical": "technical help",
    "technical_expertise": "technical help",
    "equipment": "equipment",
    "training": "training",
    "capacity": "capacity building",
    "stockpile_destruction": "stockpile destruction",
    "victim_assistance": "victim assistance",
    "victim_assistance_plan": "a victim assistance plan",
    "national_legislation": "national legislation",
    "reporting": "reporting",
    "risk_education": "risk education",
}
LEAST, MOST = 3, 6
MOST_HELPERS = 3
WIDEST = 30


def reasons_for(case: Standing, member: Membership, lens: Lens, estimate: Estimate | None) -> tuple[Reason, ...]:
    """The sentences in the order of the parts: what is left, pace, time, help, status, estimate.

    Where fewer than three parts have something to tell, what is silent is said, so that nobody takes
    silence for an answer; and since when the State is bound.
    """
    said = [_left(case, lens), _pace(case), _time(case, lens), _asked(case, lens), _status(case, lens)]
    found = [one for one in said if one is not None]
    # An estimate whose ends lie far apart says too little for a sentence; it stays in its own field.
    if estimate and len(found) < MOST and estimate.high <= WIDEST * estimate.low:
        found.append(
            Reason(
                text=f"No amount is stated; an estimate from {estimate.of_states} other States' stated costs "
                f"is {dollars(estimate.usd)} ({dollars(estimate.low)} to {dollars(estimate.high)}).",
                link=estimate.links[0],
                source="median of stated costs × what is left",
            )
        )
    silent = [_nothing_asked(case), _no_date(case), _bound_since(member)]
    found += [one for one in silent if one is not None][: max(0, LEAST - len(found))]
    return tuple(found[:MOST])


def _nothing_asked(case: Standing) -> Reason | None:
    if case.need.lines:
        return None
    return _reason("No source we hold tells of help asked for or needed.", None)


def _no_date(case: Standing) -> Reason | None:
    if case.deadlines.in_force or (case.act and case.act.due):
        return None
    return _reason("The treaty sets no date for this." if case.act else "No deadline is known.", None)


def _bound_since(member: Membership) -> Reason:
    if member.entry_into_force is None:
        return _reason(f"Bound by the treaty ({cited(member.origin)}).", member.origin)
    return _reason(f"Bound by the treaty since {day(member.entry_into_force)} ({cited(member.origin)}).", member.origin)


def _reason(text: str, origin: Origin | None) -> Reason:
    return Reason(text=text, link=origin.link if origin else "", source=origin.source if origin else "")


def _left(case: Standing, lens: Lens) -> Reason:
    if case.closing.how == FINISHED and case.closing.origin and case.closing.on:
        origin = case.closing.origin
        text = f"Work is said to be finished (by {day(case.closing.on)}; {cited(origin)}); we have read no declaration."
        return _reason(text, origin)
    work = case.work
    if work is not None:
        origin = work.used.figures[0].origin
        bound = "At least " if work.used.at_least else "At most " if work.used.at_most else ""
        text = f"{bound}{quantity(work.remaining, work.unit)} left"
        if work.baseline and work.baseline.value != work.remaining:
            text += f" of {quantity(work.baseline.value, work.unit)}"
        text += f" ({when(work.used.period)}; {cited(origin)})"
        if work.used.formula:
            text += f", {work.used.formula}"
        if work.too_old:
            text += "; too old to decide"
        elif work.finished and case.closing.reopened:
            text += "; a later source speaks of work still to do"
        for find in work.found_since:
            text += f"; since then {quantity(find.value, work.unit)} newly found ({when(find.period)})"
        for other in work.others[:2]:
            of_day = "" if other.on == work.used.on else f" ({when(other.period)})"
            text += f"; {cited(other.figures[0].origin)} says {quantity(other.value, work.unit)}{of_day}"
        return _reason(f"{text}.", origin)
    if case.act is not None:
        text = case.act.what[0].upper() + case.act.what[1:]
        as_of = f"as of {day(case.act.on)}; " if case.act.on else ""
        return _reason(f"{text} ({as_of}{cited(case.act.origin)}).", case.act.origin)
    return _reason("How much is left is not stated by any source we hold.", None)


def _pace(case: Standing) -> Reason | None:
    work, pace = case.work, case.pace
    if pace is None or work is None or case.closing.how == FINISHED:
        return None
    verb = "Released" if work.unit == "m2" else "Destroyed"
    origin = pace.years[0][1].figures[0].origin
    zeros = pace.nothing_lately
    if zeros:
        years = listed([str(year) for year, _ in reversed(zeros)])
        return _reason(f"Nothing {verb.lower()} in {years}.", origin)
    each = listed([f"{quantity(total.value, work.unit)} in {year}" for year, total in reversed(pace.years)])
    text = f"{verb}: {each}"
    left = pace.years_left(work.with_finds)
    if left is not None and not work.too_old:
        text += f"; at the median pace {left:.1f} years are left from {day(work.used.on)}"
    return _reason(f"{text}.", origin)


def _time(case: Standing, lens: Lens) -> Reason | None:
    dates = case.deadlines
    due = case.act.due if case.act and case.act.due else None
    if due:
        ahead = "was due" if due < lens.on else "is due"
        return _reason(f"It {ahead} on {day(due)}, {_how_far(due - lens.on)}.", case.act.origin if case.act else None)
    if dates.undated:
        at = f" at {dates.undated.meeting}" if dates.undated.meeting else ""
        return _reason(f"More time was granted{at}; the new date was not read.", dates.undated.origin)
    if dates.in_force is None:
        return None
    how = "extended to" if dates.extended else "deadline"
    text = f"{how.capitalize()} {when(dates.as_written)}, {_until(dates, lens.on)}"
    if dates.passed(lens.on) and not dates.pending and case.closing.how != FINISHED:
        # What we did not read may exist all the same: this accuses nobody.
        more = ("no later extension" if dates.extended else "no extension") if dates.extendable else "no completion"
        text += f"; {more} known to us by {day(lens.on)}"
    if case.closing.how == FINISHED and case.closing.on and dates.last_day and case.closing.on <= dates.last_day:
        text += "; the work is said to have ended before it"
    if dates.spoken_of:
        text += f"; a source speaks of an extension to {when(str(dates.spoken_of))}"
    if dates.refused:
        text += f"; more time was not approved{f' at {dates.refused.meeting}' if dates.refused.meeting else ''}"
    if dates.asked:
        text += f"; {_request(dates.asked)}"
    if dates.lodging:
        lodge = dates.lodging
        passed = "would have had to be asked for" if lodge.day < lens.on else "would have to be asked for"
        text += f"; an extension {passed} by {day(lodge.day)} (nine months before {lodge.meeting})"
    return _reason(f"{text}.", dates.origin)


def _request(asked: Asked) -> str:
    if asked.here:
        return "a request for more time is open, and does not move it"
    until = f"to {when(asked.until)}" if asked.until else "for more time"
    before = f"was before the {asked.meeting}" if asked.meeting else "was made"
    return f"a request {until} {before}, result not known to us"


def _until(dates: Deadlines, on: date) -> str:
    first, last = dates.in_force or on, dates.last_day or on
    if first <= on <= last and first != last:
        return "not over yet"
    return _how_far((first if on < first else last) - on)


def _how_far(span: timedelta) -> str:
    return f"in {duration(span.days)}" if span.days >= 0 else f"{duration(span.days)} ago"


def _asked(case: Standing, lens: Lens) -> Reason | None:
    need = case.need
    if not need.lines:
        return None
    first = need.lines[0]
    text = _told(need.lines)
    if not need.open_lines:
        return _reason(f"{text}; all of it is covered.", first.origin)
    text += f"; {_amount(need.open_lines)}"
    if need.offered:
        text += f"; {len(need.offered)} pledge{'s' if len(need.offered) > 1 else ''} announced"
    elif need.since:
        text += f"; help is recorded since ({_helpers(need)}); whether it answers this need is not known"
    elif not need.answered:
        text += "; nobody has answered" if need.requested_here else "; no answer is known to us"
    return _reason(f"{text}.", first.origin)


def _told(lines: Sequence[Line]) -> str:
    """What is needed and who said so: a State asks only in its own words, never in another's."""
    by_words: dict[str, list[Line]] = {}
    for line in lines:
        by_words.setdefault(line.said, []).append(line)
    each = []
    for words, of_it in by_words.items():
        kinds = listed(list(dict.fromkeys(_KINDS.get(line.kind, line.kind.replace("_", " ")) for line in of_it)))
        each.append(f"{words} {kinds} ({cited(of_it[0].origin)})")
    text = "; ".join(each)
    return text[0].upper() + text[1:]


def _helpers(need: Need) -> str:
    donors = need.helpers()
    more = len(donors) - MOST_HELPERS
    return "; ".join(donors[:MOST_HELPERS] + ([f"{more} more"] if more > 0 else []))


def _amount(open_lines: list[Line]) -> str:
    priced = [line for line in open_lines if line.open]
    if not priced:
        return "no amount stated"
    sums = []
    for line in priced:
        shown = money(line.open) if line.open else ""
        if line.usd and line.usd.rate:
            rate = line.usd.rate
            shown += (
                f" = {dollars(line.usd_open or line.usd.amount)} at {rate.usd:.4f} on {day(rate.on)}, {rate.source}"
            )
        elif line.usd is None:
            shown += " (no rate known)"
        sums.append(shown)
    rest = " (a part of the need)" if any(line.at_least for line in priced) else ""
    more = ", the rest without an amount" if len(priced) < len(open_lines) else ""
    return f"open: {listed(sums)}{rest}{more}"


def _status(case: Standing, lens: Lens) -> Reason | None:
    status = case.status
    if status is None:
        return None
    words = STATUS.get(status.status, status.status.replace("_", " "))
    text = f"Judged {words} ({when(str(status.as_of))}; {cited(status.origin)})"
    if status.target_completion:
        text += f", completion aimed at {when(str(status.target_completion))}"
    return _reason(f"{text}.", status.origin)
