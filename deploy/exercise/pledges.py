"""What the fictional donors promise: a pledge in every state of its life, to every kind of target."""

from collections.abc import Iterator
from typing import Any

from deploy.exercise import requests
from deploy.exercise.step import Step, day, donor, usd
from services.pledges.domain import messages as ask
from services.pledges.domain.terms import PledgeTerms, Target, Tranche
from shared.dates import PartialDate
from shared.money import Money

NORTH, SOUTH, FUND = "XXM", "XXN", "exercise-fund"
"""Two fictional donor States and a fictional fund."""


def line(request: str, name: str) -> dict[str, Any]:
    """A need line as a target."""
    return {"kind": "need_line", "request": request, "line": name}


def terms(who: str, target: dict[str, Any], amount: int | Money | None, **more: Any) -> PledgeTerms:
    """A promise, a plain number in US dollars."""
    facts = {
        "donor": who,
        "target": Target.model_validate(target),
        "amount": usd(amount) if isinstance(amount, int) else amount,
    }
    return PledgeTerms.model_validate({**facts, **more})


def by(who: str, on: str, pledge: str, command: ask.PledgeCommand) -> Step:
    """A step of the donor whose pledge it is."""
    return Step(day(on), donor(who), "pledge", f"exercise-{pledge}", command)


def announce(on: str, pledge: str, promised: PledgeTerms) -> Step:
    """The promise, in public."""
    return by(promised.donor, on, pledge, ask.AnnouncePledge(terms=promised, announced_on=day(on)))


def confirm(who: str, on: str, pledge: str) -> Step:
    """All that stands becomes a commitment."""
    return by(who, on, pledge, ask.ConfirmPledge(confirmed_on=day(on), reference=f"Exercise agreement {on[:4]}"))


def pay(who: str, on: str, pledge: str, name: str, amount: int, tranche: str | None = None) -> Step:
    """A payment in US dollars."""
    paid = ask.Disburse(disbursement=name, amount=usd(amount), disbursed_on=day(on), tranche=tranche)
    return by(who, on, pledge, paid)


def kept() -> Iterator[Step]:
    """Fulfilled, partly disbursed in tranches, confirmed, in kind, and a run of one-year pledges (DON-5)."""
    whole = terms(NORTH, line(requests.H, "clearance"), 500_000, earmarking="tightly")
    yield announce("2020-02-20", "fulfilled", whole)
    yield confirm(NORTH, "2020-04-01", "fulfilled")
    yield pay(NORTH, "2020-06-01", "fulfilled", "first", 300_000)
    yield pay(NORTH, "2021-06-01", "fulfilled", "second", 200_000)
    yield by(NORTH, "2021-12-15", "fulfilled", ask.FulfilPledge(fulfilled_on=day("2021-12-15")))

    tranches = (
        Tranche(tranche="2026", amount=usd(200_000), expected_on=PartialDate("2026-06")),
        Tranche(tranche="2027", amount=usd(200_000), expected_on=PartialDate("2027-06")),
    )
    in_parts = terms(NORTH, line(requests.A, "clearance"), 400_000, tranches=tranches, earmarking="tightly")
    yield announce("2026-03-15", "partly-disbursed", in_parts)
    yield confirm(NORTH, "2026-05-02", "partly-disbursed")
    yield pay(NORTH, "2026-06-20", "partly-disbursed", "first", 200_000, tranche="2026")

    duty = {"kind": "obligation", "state": "XXD", "treaty": "APMBC", "article": "5"}
    yield announce("2026-02-12", "confirmed", terms(SOUTH, duty, 1_000_000))
    yield confirm(SOUTH, "2026-04-12", "confirmed")

    expert = terms(SOUTH, line(requests.G, "expert"), None, in_kind="A specialist for three months.")
    yield announce("2026-02-25", "in-kind", expert)
    yield confirm(SOUTH, "2026-03-25", "in-kind")

    for year in (2025, 2026):
        training = {"kind": "project", "project": "exercise-training"}
        yearly = terms(FUND, training, 60_000, run="exercise-training", year=year, earmarking="earmarked")
        yield announce(f"{year}-01-15", f"run-{year}", yearly)


def changed() -> Iterator[Step]:
    """Reduced, redirected after a request was withdrawn, cancelled, with surplus, and partly given back."""
    yield announce("2025-10-01", "reduced", terms(SOUTH, {"kind": "unearmarked"}, 300_000, earmarking="unearmarked"))
    cut = ask.ReducePledge(amount=usd(100_000), reason="Budget cut.")
    yield by(SOUTH, "2026-01-10", "reduced", cut)

    yield announce("2024-02-20", "redirected", terms(NORTH, line(requests.F, "survey"), 400_000))
    elsewhere = Target(kind="state", state="XXD")
    moved = ask.RedirectPledge(target=elsewhere, amount=usd(400_000), reason="The request was withdrawn.")
    yield by(NORTH, "2024-09-01", "redirected", moved)

    road = {"kind": "project", "project": "exercise-road"}
    yield announce("2025-05-05", "cancelled", terms(SOUTH, road, 120_000))
    yield by(SOUTH, "2025-11-11", "cancelled", ask.CancelPledge(reason="The project did not begin."))

    yield announce("2026-02-15", "surplus", terms(NORTH, line(requests.G, "destruction"), 300_000))
    yield announce("2025-12-01", "survey", terms(SOUTH, line(requests.D, "survey"), 300_000))


def promised() -> Iterator[Step]:
    """A draft, an announcement in euros that nobody confirmed yet, and two to a coalition."""
    draft = terms(SOUTH, line(requests.C, "clearance"), 2_000_000, conditions="If the budget passes.")
    yield by(SOUTH, "2026-10-10", "draft", ask.DraftPledge(terms=draft))
    to_state = terms(FUND, {"kind": "state", "state": "XXC"}, Money.of(250_000, "EUR"), earmarking="softly")
    yield announce("2026-06-30", "announced", to_state)
    coalition = {"kind": "coalition", "coalition": "exercise-XXA"}
    yield announce("2026-07-10", "of-a-member", terms(SOUTH, coalition, 100_000))
    yield announce("2026-08-10", "of-an-observer", terms(FUND, coalition, 50_000))


def steps() -> Iterator[Step]:
    """Every step of every pledge: those kept, then those changed, then those only promised."""
    for part in (kept, changed, promised):
        yield from part()
