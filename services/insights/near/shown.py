"""A case as a row: every figure with its date, source and link.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from services.insights.near.assess import Case
from services.insights.near.chosen import kinds_asked
from services.insights.near.closing import FINISHED
from services.insights.near.conditions import Answer
from services.insights.near.estimate import Costs, estimate, is_estimable
from services.insights.near.groups import NAMES
from services.insights.near.known import Lens
from services.insights.near.pace import Pace
from services.insights.near.parts import FIFTHS, LABELS
from services.insights.near.picture import Picture
from services.insights.near.pieces import name, source, word
from services.insights.near.reasons import reasons_for
from services.insights.near.regions import region_of
from services.insights.near.row import Condition, Figure, HelpAsked, Missing, PartShown, Promise, Row
from services.insights.near.score import weight_of
from services.insights.near.settings import Options
from services.insights.near.sources import name_of
from services.insights.near.told import Told, each_of, in_english, marked, strung, tell
from services.insights.near.words import DUTIES
from services.insights.near.work import LAND, Work, formula_told
from shared.countries import country_in_text, country_name

_OWN_KINDS = {
    ("CCM", "3"): ("stockpile_destruction",),
    ("APMBC", "4"): ("stockpile_destruction",),
    ("CCM", "4"): ("clearance", "survey"),
    ("APMBC", "5"): ("clearance", "survey"),
    ("CCM", "5"): ("victim_assistance_plan",),
    ("CCM", "9"): ("national_legislation",),
    ("APMBC", "9"): ("national_legislation",),
    ("CCM", "7"): ("reporting",),
    ("APMBC", "7"): ("reporting",),
}


def family_of(case: Case) -> str:
    """land, stockpile or act; finished work waits for an act."""
    if case.standing.closing.how == FINISHED or case.standing.act:
        return "act"
    return "land" if (case.duty.treaty, case.duty.article) in LAND else "stockpile"


def kinds_of(case: Case) -> tuple[str, ...]:
    """The kinds of help that are open; where nothing is asked, what the duty itself would need."""
    return kinds_asked(case) or _OWN_KINDS[(case.duty.treaty, case.duty.article)]


def wants_estimate(case: Case) -> bool:
    """Whether the row shows what the work might cost: no sum is named, and how much is left is known."""
    standing = case.standing
    priced = standing.closing.how == FINISHED or any(line.asked for line in standing.need.lines)
    return not priced and is_estimable(standing.work)


def row_of(case: Case, picture: Picture, lens: Lens, options: Options, costs: Costs | None) -> Row:
    """The row without its place; `costs` are those that States stated for the same article."""
    duty, standing = case.duty, case.standing
    settings, work, pace, dates = options.settings, standing.work, standing.pace, standing.deadlines
    need = standing.need
    baseline = work.baseline if work else None
    finished = standing.closing.how == FINISHED
    guess = estimate(duty, work, costs, settings) if wants_estimate(case) else None
    status = standing.status
    lodging = dates.lodging
    due_day = standing.act.due if standing.act else None
    due = standing.act.origin if standing.act and standing.act.due else dates.origin
    return Row(
        id=duty.id,
        state=duty.state,
        state_name=country_name(duty.state),
        treaty=duty.treaty,
        article=duty.article,
        clock=duty.clock,
        duty=DUTIES[(duty.treaty, duty.article)],
        family=family_of(case),
        one_declaration_away=finished,
        entry_into_force=case.member.entry_into_force,
        original_deadline=dates.original,
        deadline_in_force=case.deadline,
        deadline_passed=due_day < lens.on if due_day else dates.passed(lens.on),
        deadline_source=due.source if due else "",
        deadline_link=due.link if due else "",
        extended=dates.extended,
        request_pending=dates.pending is not None,
        lodging_day=lodging.day if lodging else None,
        lodging_meeting=lodging.meeting if lodging else "",
        lodging_link=lodging.origin.link if lodging else "",
        status=status.status if status else "",
        status_on=str(status.as_of) if status else "",
        status_source=status.origin.source if status else "",
        status_link=status.origin.link if status else "",
        remaining=work.remaining if work else None,
        remaining_on=work.used.on if work else None,
        remaining_formula=work.used.formula if work else "",
        remaining_source=work.used.source if work else "",
        remaining_link=work.used.link if work else "",
        remaining_period=work.used.period if work else "",
        at_least=bool(work and work.used.at_least),
        at_most=bool(work and work.used.at_most),
        baseline=baseline.value if baseline else None,
        baseline_on=baseline.on if baseline else None,
        baseline_period=baseline.period if baseline else "",
        baseline_source=baseline.source if baseline else "",
        baseline_link=baseline.link if baseline else "",
        unit=work.unit if work else "",
        others_say=_others(work) if work else (),
        found_since=_found(work) if work else (),
        pace_per_year=pace.per_year if pace else None,
        pace_years=tuple(year for year, _ in pace.years) if pace else (),
        released=_released(pace, work.unit if work else "m2") if pace else (),
        years_left=pace.years_left(work.with_finds) if pace and work else None,
        help=tuple(
            HelpAsked(
                kind=line.kind,
                what=line.what,
                asked=line.asked,
                open=line.open,
                usd_open=line.usd_open,
                rate=line.usd.rate if line.usd else None,
                covered=line.covered,
                answered=line.answered,
                basis=line.basis,
                said=line.said,
                asked_on=line.on,
                source=line.origin.source,
                link=line.origin.link,
            )
            for line in need.lines
        ),
        usd_open=need.usd_open,
        answered=need.answered if need.lines and not need.answer_unknown else None,
        group=case.group,
        group_name=NAMES[case.group],
        to_be_confirmed=case.to_be_confirmed,
        score=case.score.score,
        range=(case.score.low, case.score.high),
        confidence=case.confidence,
        parts=tuple(
            PartShown(
                name=part.name,
                label=LABELS[part.name],
                value=None if part.value is None else round(part.value, 3),
                weight=weight_of(settings.weights, part),
                known=part.known,
                why=part.why,
                applies=part.applies,
                told=part.told,
            )
            for part in case.parts
        ),
        conditions=(
            _condition(marked("near"), case.near),
            _condition(marked("needs help"), case.needs_help),
            _condition(marked("small help"), case.small_help),
        ),
        reasons=reasons_for(standing, case.member, lens, guess),
        missing=missing(case),
        estimate=guess,
        kinds=kinds_of(case),
        region=region_of(duty.state),
        promised=_promised(case, picture, lens, options.donor),
        remaining_told=formula_told(work.used.formula) if work else None,
    )


def _condition(name: str, answer: Answer) -> Condition:
    link = answer.origin.link if answer.origin else ""
    return Condition(name=name, value=answer.value, why=answer.why, link=link, told=answer.told)


def _others(work: Work) -> tuple[Figure, ...]:
    return tuple(
        Figure(value=one.value, unit=work.unit, period=one.period, source=one.source, link=one.link, words=one.formula)
        for one in work.others
    )


def _found(work: Work) -> tuple[Figure, ...]:
    return tuple(
        Figure(value=one.value, unit=work.unit, period=one.period, source=one.source, link=one.link)
        for one in work.found_since
    )


def _released(pace: Pace, unit: str) -> tuple[Figure, ...]:
    return tuple(
        Figure(value=one.value, unit=unit, period=str(year), source=one.source, link=one.link, words=one.formula)
        for year, one in pace.years
    )


def missing(case: Case) -> tuple[Missing, ...]:
    """The facts that would make unknown parts known, and who would know."""
    facts = {
        "work_left": marked("how much is left"),
        "time": marked("the deadline"),
        "small_help": marked("the amount needed"),
        "unanswered": marked("what was answered to the need"),
        "readiness": marked("the authority, the dated plan and the last report"),
    }
    if not case.standing.need.lines:
        facts["small_help"] = marked("whether help is needed, and how much")
        facts["unanswered"] = marked("what help is needed")
    whom, whom_told = _whom(case)
    found = []
    for part in case.parts:
        if not part.applies:
            continue
        if part.value is None:
            found.append(Missing(fact=facts[part.name], part=part.name, whom=whom, whom_told=whom_told))
        elif part.known < 1:
            known = {name.split(":")[0] for name in part.why.split(", ")}
            still = strung([word(name) for name in FIFTHS if name not in known])
            told = tell("whether: %(what)s", what=still)
            found.append(Missing(fact=in_english(told), part=part.name, whom=whom, told=told, whom_told=whom_told))
    work = case.standing.work
    if work and work.used.source and work.others:
        named = {name_of(one.source): one.source for one in (work.used, *work.others)}
        told = tell(
            "which figure is right (%(sources)s differ)", sources=each_of([source(named[one]) for one in sorted(named)])
        )
        found.append(Missing(fact=in_english(told), part="work_left", whom=whom, told=told, whom_told=whom_told))
    return tuple(found)


def _whom(case: Case) -> tuple[str, Told | None]:
    """Whom to ask: the authority that a request names, as it stands there; else the State's own."""
    authority = next((one.authority for one in case.standing.need.versions if one.authority), "")
    if authority:
        return authority, None
    told = tell("the national authority of %(state)s, through the ISU", state=name(country_in_text(case.duty.state)))
    return in_english(told), told


def _promised(case: Case, picture: Picture, lens: Lens, donor: str) -> tuple[Promise, ...]:
    """The donor's own pledges to this State, so that it sees what it has promised already."""
    if not donor:
        return ()
    requests = {one.id for one in picture.requests_by_state.get(case.duty.state, ())}
    found = []
    for pledge in picture.pledges_in_order:
        if pledge.donor != donor or any(step.how == "cancelled" for step in lens.known(pledge.steps)):
            continue
        for announced in lens.known(pledge.announcements):
            if announced.target.state == case.duty.state or announced.target.request in requests:
                found.append(
                    Promise(
                        pledge=pledge.id,
                        amount=announced.amount,
                        in_kind=announced.in_kind,
                        link=announced.origin.link,
                    )
                )
    return tuple(found)
