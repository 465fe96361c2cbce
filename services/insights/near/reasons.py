"""Why a row stands where it stands: three to six sentences, each with its figure, date, source and link.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from services.insights.facts.origin import Origin
from services.insights.near.asking import Asked
from services.insights.near.closing import FINISHED
from services.insights.near.conditions import Standing
from services.insights.near.deadline import Deadlines, Lodging
from services.insights.near.known import Lens
from services.insights.near.membership import Membership
from services.insights.near.need import Line, Need, donor_of
from services.insights.near.pieces import cited, day, dollars, duration, money, name, number, quantity, word, year
from services.insights.near.row import Estimate, Reason
from services.insights.near.told import Piece, Told, in_english, joined, listed, marked, sentence, tell, tell_many
from services.insights.near.work import Work, formula_told
from shared.money import Money

_KINDS = {
    "financial": marked("money"),
    "clearance": marked("clearance"),
    "survey": marked("survey"),
    "technical": marked("technical help"),
    "technical_expertise": marked("technical help"),
    "equipment": marked("equipment"),
    "training": marked("training"),
    "capacity": marked("capacity building"),
    "stockpile_destruction": marked("stockpile destruction"),
    "victim_assistance": marked("victim assistance"),
    "victim_assistance_plan": marked("a victim assistance plan"),
    "national_legislation": marked("national legislation"),
    "reporting": marked("reporting"),
    "risk_education": marked("risk education"),
}
_STATUS = {
    "on_track": marked("on track"),
    "not_on_track": marked("not on track"),
    "unclear": marked("unclear whether on track"),
    "needs_assistance": marked("needs assistance"),
    "extension_requested": marked("extension requested"),
    "extension_granted": marked("extension granted"),
    "completed": marked("completed"),
    "in_violation": marked("past its deadline without an extension"),
}
_LEFT = {
    "": (
        marked("%(left)s left (%(as_of)s; %(source)s)"),
        marked("%(left)s left of %(whole)s (%(as_of)s; %(source)s)"),
    ),
    "at least": (
        marked("At least %(left)s left (%(as_of)s; %(source)s)"),
        marked("At least %(left)s left of %(whole)s (%(as_of)s; %(source)s)"),
    ),
    "at most": (
        marked("At most %(left)s left (%(as_of)s; %(source)s)"),
        marked("At most %(left)s left of %(whole)s (%(as_of)s; %(source)s)"),
    ),
}
"""By what the source gives a bound of: without and with what it is measured against."""
_NEEDED = {
    "asked for": (marked("Asked for %(kinds)s (%(source)s)"), marked("asked for %(kinds)s (%(source)s)")),
    "said to need": (marked("Said to need %(kinds)s (%(source)s)"), marked("said to need %(kinds)s (%(source)s)")),
    "recommended": (marked("Recommended %(kinds)s (%(source)s)"), marked("recommended %(kinds)s (%(source)s)")),
}
"""As it begins a sentence, and inside one."""
_OPEN = {
    (False, False): marked("open: %(sums)s"),
    (True, False): marked("open: %(sums)s (a part of the need)"),
    (False, True): marked("open: %(sums)s, the rest without an amount"),
    (True, True): marked("open: %(sums)s (a part of the need), the rest without an amount"),
}
"""By whether a sum is a part of the need, and whether there are lines without one."""
LEAST, MOST = 3, 6
MOST_HELPERS = 3
WIDEST = 30


def reasons_for(case: Standing, member: Membership, lens: Lens, estimate: Estimate | None) -> tuple[Reason, ...]:
    """The sentences in the order of the parts: what is left, pace, time, help, status, estimate.

    Where fewer than three parts have something to tell, what is silent is said, so that nobody takes
    silence for an answer; and since when the State is bound.
    """
    said = [_left(case), _pace(case), _time(case, lens), _asked(case), _status(case)]
    found = [one for one in said if one is not None]
    # An estimate whose ends lie far apart says too little for a sentence; it stays in its own field.
    if estimate and len(found) < MOST and estimate.high <= WIDEST * estimate.low:
        found.append(_estimated(estimate))
    silent = [_nothing_asked(case), _no_date(case), _bound_since(member)]
    found += [one for one in silent if one is not None][: max(0, LEAST - len(found))]
    return tuple(found[:MOST])


def _estimated(estimate: Estimate) -> Reason:
    told = tell(
        "No amount is stated; an estimate from %(states)s other States' stated costs is %(usd)s (%(low)s to %(high)s).",
        states=number(str(estimate.of_states)),
        usd=dollars(estimate.usd),
        low=dollars(estimate.low),
        high=dollars(estimate.high),
    )
    source = "median of stated costs × what is left"
    return Reason(text=in_english(told), told=told, link=estimate.links[0], source=source)


def _nothing_asked(case: Standing) -> Reason | None:
    if case.need.lines:
        return None
    return _reason(tell("No source we hold tells of help asked for or needed."), None)


def _no_date(case: Standing) -> Reason | None:
    if case.deadlines.in_force or (case.act and case.act.due):
        return None
    if case.act:
        return _reason(tell("The treaty sets no date for this."), None)
    return _reason(tell("No deadline is known."), None)


def _bound_since(member: Membership) -> Reason:
    source = cited(member.origin)
    if member.entry_into_force is None:
        return _reason(tell("Bound by the treaty (%(source)s).", source=source), member.origin)
    told = tell("Bound by the treaty since %(day)s (%(source)s).", day=day(member.entry_into_force), source=source)
    return _reason(told, member.origin)


def _reason(told: Told, origin: Origin | None) -> Reason:
    """The English sentence is the message with its values, and nothing else."""
    return Reason(
        text=in_english(told),
        told=told,
        link=origin.link if origin else "",
        source=origin.source if origin else "",
    )


def _left(case: Standing) -> Reason:
    if case.closing.how == FINISHED and case.closing.origin and case.closing.on:
        told = tell(
            "Work is said to be finished (by %(day)s; %(source)s); we have read no declaration.",
            day=day(case.closing.on),
            source=cited(case.closing.origin),
        )
        return _reason(told, case.closing.origin)
    if case.work is not None:
        return _reason(sentence(*_of_work(case.work, case)), case.work.used.figures[0].origin)
    act = case.act
    if act is None:
        return _reason(tell("How much is left is not stated by any source we hold."), None)
    if act.on is None:
        return _reason(tell("%(what)s (%(source)s).", what=act.told, source=cited(act.origin)), act.origin)
    told = tell("%(what)s (as of %(day)s; %(source)s).", what=act.told, day=day(act.on), source=cited(act.origin))
    return _reason(told, act.origin)


def _of_work(work: Work, case: Standing) -> list[Piece]:
    used = work.used
    without, with_baseline = _LEFT["at least" if used.at_least else "at most" if used.at_most else ""]
    left = quantity(work.remaining, work.unit)
    as_of, source = day(used.period), cited(used.figures[0].origin)
    if work.baseline and work.baseline.value != work.remaining:
        whole = quantity(work.baseline.value, work.unit)
        told = tell(with_baseline, left=left, whole=whole, as_of=as_of, source=source)
    else:
        told = tell(without, left=left, as_of=as_of, source=source)
    if used.formula:
        told = tell("%(told)s, %(how)s", told=told, how=formula_told(used.formula) or word(used.formula))
    clauses: list[Piece] = [told]
    if work.too_old:
        clauses.append(tell("too old to decide"))
    elif work.finished and case.closing.reopened:
        clauses.append(tell("a later source speaks of work still to do"))
    for find in work.found_since:
        much = quantity(find.value, work.unit)
        clauses.append(tell("since then %(much)s newly found (%(day)s)", much=much, day=day(find.period)))
    for other in work.others[:2]:
        says, much = cited(other.figures[0].origin), quantity(other.value, work.unit)
        if other.on == used.on:
            clauses.append(tell("%(source)s says %(much)s", source=says, much=much))
        else:
            clauses.append(tell("%(source)s says %(much)s (%(day)s)", source=says, much=much, day=day(other.period)))
    return clauses


def _pace(case: Standing) -> Reason | None:
    work, pace = case.work, case.pace
    if pace is None or work is None or case.closing.how == FINISHED:
        return None
    origin = pace.years[0][1].figures[0].origin
    land = work.unit == "m2"
    zeros = pace.nothing_lately
    if zeros:
        years = listed([year(one) for one, _ in reversed(zeros)])
        if land:
            return _reason(tell("Nothing released in %(years)s.", years=years), origin)
        return _reason(tell("Nothing destroyed in %(years)s.", years=years), origin)
    each = listed(
        [
            tell("%(much)s in %(year)s", much=quantity(total.value, work.unit), year=year(one))
            for one, total in reversed(pace.years)
        ]
    )
    clauses = [tell("Released: %(each)s", each=each) if land else tell("Destroyed: %(each)s", each=each)]
    left = pace.years_left(work.with_finds)
    if left is not None and not work.too_old:
        since, years = day(work.used.on), number(f"{left:.1f}")
        clauses.append(tell("at the median pace %(years)s years are left from %(day)s", years=years, day=since))
    return _reason(sentence(*clauses), origin)


def _time(case: Standing, lens: Lens) -> Reason | None:
    dates, act = case.deadlines, case.act
    if act and act.due:
        how_far = _how_far(act.due - lens.on)
        if act.due < lens.on:
            return _reason(tell("It was due on %(day)s, %(how_far)s.", day=day(act.due), how_far=how_far), act.origin)
        return _reason(tell("It is due on %(day)s, %(how_far)s.", day=day(act.due), how_far=how_far), act.origin)
    if dates.undated:
        if not dates.undated.meeting:
            return _reason(tell("More time was granted; the new date was not read."), dates.undated.origin)
        at = name(dates.undated.meeting)
        told = tell("More time was granted at %(meeting)s; the new date was not read.", meeting=at)
        return _reason(told, dates.undated.origin)
    if dates.in_force is None:
        return None
    return _reason(sentence(*_of_deadline(dates, case, lens)), dates.origin)


def _of_deadline(dates: Deadlines, case: Standing, lens: Lens) -> list[Piece]:
    written, how_far = day(dates.as_written), _until(dates, lens.on)
    clauses: list[Piece] = [
        tell("Extended to %(day)s, %(how_far)s", day=written, how_far=how_far)
        if dates.extended
        else tell("Deadline %(day)s, %(how_far)s", day=written, how_far=how_far)
    ]
    finished = case.closing.how == FINISHED
    if dates.passed(lens.on) and not dates.pending and not finished:
        clauses.append(_none_known(dates, lens.on))
    if finished and case.closing.on and dates.last_day and case.closing.on <= dates.last_day:
        clauses.append(tell("the work is said to have ended before it"))
    if dates.spoken_of:
        clauses.append(tell("a source speaks of an extension to %(day)s", day=day(str(dates.spoken_of))))
    if dates.refused and dates.refused.meeting:
        clauses.append(tell("more time was not approved at %(meeting)s", meeting=name(dates.refused.meeting)))
    elif dates.refused:
        clauses.append(tell("more time was not approved"))
    if dates.asked:
        clauses.append(_request(dates.asked))
    if dates.lodging:
        clauses.append(_lodging(dates.lodging, lens.on))
    return clauses


def _none_known(dates: Deadlines, on: date) -> Told:
    """What we did not read may exist all the same: this accuses nobody."""
    if not dates.extendable:
        return tell("no completion known to us by %(day)s", day=day(on))
    if dates.extended:
        return tell("no later extension known to us by %(day)s", day=day(on))
    return tell("no extension known to us by %(day)s", day=day(on))


def _lodging(lodge: Lodging, on: date) -> Told:
    by, meeting = day(lodge.day), name(lodge.meeting)
    if lodge.day < on:
        return tell(
            "an extension would have had to be asked for by %(day)s (nine months before %(meeting)s)",
            day=by,
            meeting=meeting,
        )
    return tell(
        "an extension would have to be asked for by %(day)s (nine months before %(meeting)s)", day=by, meeting=meeting
    )


def _request(asked: Asked) -> Told:
    if asked.here:
        return tell("a request for more time is open, and does not move it")
    meeting, until = name(asked.meeting), day(asked.until)
    if asked.until and asked.meeting:
        text = marked("a request to %(day)s was before the %(meeting)s, result not known to us")
        return tell(text, day=until, meeting=meeting)
    if asked.until:
        return tell("a request to %(day)s was made, result not known to us", day=until)
    if asked.meeting:
        text = marked("a request for more time was before the %(meeting)s, result not known to us")
        return tell(text, meeting=meeting)
    return tell("a request for more time was made, result not known to us")


def _until(dates: Deadlines, on: date) -> Piece:
    first, last = dates.in_force or on, dates.last_day or on
    if first <= on <= last and first != last:
        return tell("not over yet")
    return _how_far((first if on < first else last) - on)


def _how_far(span: timedelta) -> Told:
    length = duration(span.days)
    return tell("in %(length)s", length=length) if span.days >= 0 else tell("%(length)s ago", length=length)


def _asked(case: Standing) -> Reason | None:
    need = case.need
    if not need.lines:
        return None
    clauses = [*_needed(need.lines), *_answered(need)]
    return _reason(sentence(*clauses), need.lines[0].origin)


def _answered(need: Need) -> list[Piece]:
    if not need.open_lines:
        return [tell("all of it is covered")]
    clauses = [_amount(need.open_lines)]
    if need.offered:
        clauses.append(tell_many("%(num)s pledge announced", "%(num)s pledges announced", len(need.offered)))
    elif need.since:
        text = marked("help is recorded since (%(helpers)s); whether it answers this need is not known")
        clauses.append(tell(text, helpers=_helpers(need)))
    elif not need.answered:
        here = need.requested_here
        clauses.append(tell("nobody has answered") if here else tell("no answer is known to us"))
    return clauses


def _needed(lines: Sequence[Line]) -> list[Piece]:
    """What is needed and who said so: a State asks only in its own words, never in another's."""
    by_words: dict[str, list[Line]] = {}
    for line in lines:
        by_words.setdefault(line.said, []).append(line)
    each: list[Piece] = []
    for said, of_it in by_words.items():
        kinds = listed([_kind(kind) for kind in dict.fromkeys(_KINDS.get(line.kind, line.kind) for line in of_it)])
        first, inside = _NEEDED[said]
        each.append(tell(inside if each else first, kinds=kinds, source=cited(of_it[0].origin)))
    return each


def _kind(kind: str) -> Piece:
    """In words of ours; a kind that we have none for as it is."""
    return word(kind) if kind in _KINDS.values() else name(kind.replace("_", " "))


def _helpers(need: Need) -> Piece:
    helped = need.helped()
    pieces: list[Piece] = []
    for one in helped[:MOST_HELPERS]:
        named = donor_of(one)
        donor = name(named) if named else tell("donor not named")
        if one.period:
            pieces.append(tell("%(donor)s %(year)s", donor=donor, year=name(str(one.period))))
        else:
            pieces.append(tell("%(donor)s (year not stated)", donor=donor))
    more = len(helped) - MOST_HELPERS
    if more > 0:
        pieces.append(tell("%(num)s more", num=number(str(more))))
    return joined(*pieces)


def _amount(open_lines: list[Line]) -> Piece:
    priced = [line for line in open_lines if line.open]
    if not priced:
        return tell("no amount stated")
    parts = any(line.at_least for line in priced)
    sums = listed([_sum(line, line.open) for line in priced if line.open])
    return tell(_OPEN[parts, len(priced) < len(open_lines)], sums=sums)


def _sum(line: Line, open_: Money) -> Piece:
    if line.usd is None:
        return tell("%(sum)s (no rate known)", sum=money(open_))
    if line.usd.rate is None:
        return money(open_)
    return tell(
        "%(sum)s = %(usd)s at %(rate)s on %(day)s, %(source)s",
        sum=money(open_),
        usd=dollars(line.usd_open or line.usd.amount),
        rate=number(f"{line.usd.rate.usd:.4f}"),
        day=day(line.usd.rate.on),
        source=name(line.usd.rate.source),
    )


def _status(case: Standing) -> Reason | None:
    status = case.status
    if status is None:
        return None
    known = _STATUS.get(status.status)
    judged = word(known) if known else name(status.status.replace("_", " "))
    as_of, source = day(str(status.as_of)), cited(status.origin)
    if not status.target_completion:
        told = tell("Judged %(status)s (%(as_of)s; %(source)s).", status=judged, as_of=as_of, source=source)
        return _reason(told, status.origin)
    told = tell(
        "Judged %(status)s (%(as_of)s; %(source)s), completion aimed at %(day)s.",
        status=judged,
        as_of=as_of,
        source=source,
        day=day(str(status.target_completion)),
    )
    return _reason(told, status.origin)
