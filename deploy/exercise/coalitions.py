"""Coalitions of fictional States in every state of their life, an ambassador, and partnerships as reported."""

from collections.abc import Iterator

from deploy.exercise import donors
from deploy.exercise.pledges import FUND, NORTH, SOUTH
from deploy.exercise.step import COORDINATOR, ISU, Step, day, donor, invented, state
from services.coalitions.domain import ambassador, partnership
from services.coalitions.domain import coalition_messages as ask
from services.coalitions.domain.naming import Challenge, ObligationName
from shared.auth.caller import Caller

OPERATOR = "exercise-operator"
NAMES = {**donors.NAMES, OPERATOR: "Exercise Operator"}
CLEARANCE = ObligationName(treaty="CCM", article="4")
STOCKS = ObligationName(treaty="CCM", article="3")


def about(code: str, on: str, by: Caller, command: ask.CoalitionCommand) -> Step:
    """A step about the coalition for that State."""
    return Step(day(on), by, "coalition", f"exercise-{code}", command)


def propose(code: str, on: str, duty: ObligationName, purpose: str) -> Step:
    """Coordinators propose the coalition of a fictional State on a day written YYYY-MM-DD."""
    command = ask.ProposeCoalition.model_validate(
        {"state": code, "obligations": (duty,), "purpose": purpose, "proposed_by": "Exercise coordinators",
         "proposed_on": on}
    )  # fmt: skip
    return about(code, on, COORDINATOR, command)


def invite(code: str, on: str, member: str, role: str) -> Step:
    """Coordinators invite a member. KeyError for one that has no name in `NAMES`."""
    command = ask.InviteMember.model_validate({"member": member, "name": NAMES[member], "role": role})
    return about(code, on, COORDINATOR, command)


def accept(code: str, on: str, member: str) -> Step:
    """The member's yes; the operator has no account, so the ISU records it."""
    by = ISU if member == OPERATOR else donor(member)
    return about(code, on, by, ask.AcceptInvitation(member=member, on=day(on)))


def consent(code: str, on: str) -> Step:
    """The affected State's own yes."""
    command = ask.ConsentToCoalition(state=code, by=f"Exercise Ministry of Foreign Affairs of {code}", on=day(on))
    return about(code, on, state(code), command)


def activate(code: str, on: str) -> Step:
    """Coordinators begin the work; refused where the State has not consented (COA-1) or nobody else is in."""
    return about(code, on, COORDINATOR, ask.ActivateCoalition(on=day(on)))


def begun(code: str, year: int, duty: ObligationName, purpose: str) -> Iterator[Step]:
    """A coalition with one donor in the lead, from its proposal to its beginning."""
    yield propose(code, f"{year}-01-20", duty, purpose)
    yield invite(code, f"{year}-01-21", NORTH, "lead")
    yield accept(code, f"{year}-02-10", NORTH)
    yield consent(code, f"{year}-02-20")
    yield activate(code, f"{year}-03-01")


def active() -> Iterator[Step]:
    """XXA: a second donor thought again, an operator is in, the work plan moves."""
    yield from begun("XXA", 2026, CLEARANCE, "Finish clearance in the two eastern districts by 2027.")
    yield invite("XXA", "2026-03-05", SOUTH, "donor")
    yield about("XXA", "2026-03-20", donor(SOUTH), ask.DeclineInvitation(member=SOUTH, reason="Not this year."))
    yield accept("XXA", "2026-05-05", SOUTH)
    yield invite("XXA", "2026-03-05", OPERATOR, "operator")
    yield accept("XXA", "2026-03-12", OPERATOR)
    survey = {"milestone": "survey", "title": "Survey the last suspected areas", "responsible": OPERATOR}
    release = {"milestone": "release", "title": "Release the East district", "responsible": "XXA"}
    for step, due in ((survey, "2026-06-30"), (release, "2026-12-31")):
        agreed = ask.AgreeMilestone.model_validate({**step, "due_on": due})
        yield about("XXA", "2026-03-25", state("XXA"), agreed)
    late = {**release, "due_on": "2027-04-30", "reason": "The rains came early."}
    yield about("XXA", "2026-09-02", state("XXA"), ask.ReviseMilestone.model_validate(late))
    yield about("XXA", "2026-06-25", ISU, ask.ReachMilestone(milestone="survey", on=day("2026-06-25")))
    review = ask.HoldReview(on=day("2026-09-01"), findings="Survey done in time; release four months late.")
    yield about("XXA", "2026-09-01", COORDINATOR, review)


def ended() -> Iterator[Step]:
    """XXH concluded, XXF suspended by its own State after a member left, XXC abandoned."""
    yield from begun("XXH", 2020, CLEARANCE, "Finish clearance before the deadline of 2022.")
    conclusion = ask.ConcludeCoalition(
        on=day("2022-07-05"),
        outcome="All land released three months before the deadline.",
        lessons="One partner for the whole time; the State chaired every review.",
    )
    yield about("XXH", "2022-07-05", state("XXH"), conclusion)

    yield from begun("XXF", 2023, CLEARANCE, "Survey and clear the coast.")
    yield invite("XXF", "2023-03-02", OPERATOR, "operator")
    yield accept("XXF", "2023-03-10", OPERATOR)
    gone = ask.LeaveCoalition(member=OPERATOR, reason="No insurance for the area.", on=day("2024-04-02"))
    yield about("XXF", "2024-04-02", ISU, gone)
    stopped = ask.WithdrawConsent(state="XXF", reason="Fighting at the northern border.", on=day("2024-05-20"))
    yield about("XXF", "2024-05-20", state("XXF"), stopped)

    yield propose("XXC", "2025-01-20", CLEARANCE, "Bring the two treaties' work together.")
    yield invite("XXC", "2025-01-21", SOUTH, "lead")
    yield about("XXC", "2025-02-02", donor(SOUTH), ask.DeclineInvitation(member=SOUTH, reason="Other priorities."))
    given_up = ask.AbandonCoalition(reason="No donor could lead.", on=day("2025-06-30"))
    yield about("XXC", "2025-06-30", COORDINATOR, given_up)


def early() -> Iterator[Step]:
    """XXD proposed, XXG consented and waiting for a partner."""
    yield propose("XXD", "2026-09-20", CLEARANCE, "Survey the northern plain together.")
    yield invite("XXD", "2026-09-21", NORTH, "lead")
    yield invite("XXD", "2026-09-21", FUND, "observer")
    yield propose("XXG", "2026-10-01", STOCKS, "Destroy the last 800 munitions.")
    yield invite("XXG", "2026-10-02", SOUTH, "technical")
    yield consent("XXG", "2026-10-20")


def ambassadors() -> Iterator[Step]:
    """XXH shares its experience: with XXA now, with XXG before."""
    named = ambassador.NameAmbassador(
        state="XXH",
        challenges=(Challenge(treaty="CCM", article="4"), Challenge(treaty="CCM", article="3")),
        experience="Survey first; one partner; a review every half year, chaired by the State.",
        on=day("2022-09-01"),
    )
    stocks = {"with_state": "XXG", "treaty": "CCM", "article": "3"}
    land = {"with_state": "XXA", "treaty": "CCM", "article": "4"}
    told: tuple[tuple[str, ambassador.AmbassadorCommand], ...] = (
        ("2022-09-01", named),
        ("2023-02-01", ambassador.MatchAmbassador.model_validate({**stocks, "on": "2023-02-01"})),
        ("2024-02-01", ambassador.EndMatch.model_validate({**stocks, "on": "2024-02-01", "outcome": "Two visits."})),
        ("2026-03-10", ambassador.MatchAmbassador.model_validate({**land, "on": "2026-03-10"})),
    )
    for on, command in told:
        yield Step(day(on), COORDINATOR, "ambassador", "XXH", command)


def partnerships() -> Iterator[Step]:
    """One of each kind that sources report."""
    told: tuple[tuple[str, str | None, partnership.Called], ...] = (
        ("Exercise coalition of XXH", "XXH", "country_coalition"),
        ("Exercise partnership of XXB", "XXB", "partnership"),
        ("Exercise coalition for XXE, spoken of", "XXE", "proposal"),
        ("Exercise concept of coalitions", None, "concept"),
    )
    for n, (name, code, called) in enumerate(told, start=1):
        recorded = partnership.RecordPartnership(name=name, state=code, called=called, statement=invented("2026-01-15"))
        yield Step(day("2026-01-15"), ISU, "partnership", f"exercise-{n}", recorded)


def steps() -> Iterator[Step]:
    """Every coalition, the ambassador, the partnerships."""
    for part in (active, ended, early, ambassadors, partnerships):
        yield from part()
