"""What the fictional States ask for: a request in every state of its life."""

from collections.abc import Iterator
from typing import Any

from deploy.exercise.step import Naming, Step, day, state, usd
from services.requests.api.contact import SLOT
from services.requests.domain import messages as ask
from services.requests.domain.content import NeedKind, NeedLine, ObligationAsked, RequestContent

A, B, C, D = "exercise-XXA", "exercise-XXB", "exercise-XXC", "exercise-XXD"
F, G, H = "exercise-XXF", "exercise-XXG", "exercise-XXH"


def need(line: str, kind: NeedKind, amount: int | None, duty: str, what: str = "") -> NeedLine:
    """One thing needed, in US dollars; without an amount it is met by help in kind. `duty` reads "CCM 4"."""
    treaty, article = duty.split()
    facts = {"line": line, "kind": kind, "description": what, "amount": amount and usd(amount)}
    return NeedLine.model_validate({**facts, "treaty": treaty, "article": article, "year_from": 2026, "year_to": 2028})


def content(code: str, *needs: NeedLine, **more: Any) -> RequestContent:
    """A request for those needs, for the duties that they name."""
    duties = dict.fromkeys((one.treaty, one.article) for one in needs)
    asked = [ObligationAsked.model_validate({"treaty": treaty, "article": article}) for treaty, article in duties]
    return RequestContent.model_validate({"state": code, "obligations": asked, "needs": needs, **more})


SMALL = content(
    "XXA",
    need("clearance", "clearance", 900_000, "CCM 4", "Two teams for two seasons."),
    need("plan", "victim_assistance_plan", None, "CCM 5", "Help to finish the national action plan."),
    need("law", "national_legislation", None, "CCM 9", "Comments on the bill."),
    obstacle="One partner too few.",
    obstacle_size="small",
    authority="Exercise Mine Action Authority of XXA",
    local_partner="Exercise Village Association",
    completion_plan="Finish the two eastern districts in 2027, then declare.",
    completion_planned_on="2027-12",
    development_benefit="Farmland for 1,200 families, and the road to the market.",
    sdgs=(1, 2, 9),
    multi_year=True,
    places=("East district", "South-east district"),
    channels=("bilateral", "article_7_report"),
)
LARGE = content(
    "XXC",
    need("clearance", "clearance", 9_000_000, "APMBC 5", "Six teams for three years."),
    need("equipment", "equipment", 1_500_000, "APMBC 5", "Two machines."),
    obstacle="Fewer teams than planned.",
    obstacle_size="large",
    authority="Exercise Mine Action Centre of XXC",
)
SURVEY = content(
    "XXD",
    need("survey", "survey", 600_000, "CCM 4", "Survey of the northern plain."),
    need("training", "training", 80_000, "CCM 4", "Two survey teams."),
)
LESS_SURVEY = content(
    "XXD",
    need("survey", "survey", 250_000, "CCM 4", "Survey of the northern plain, western half."),
    need("training", "training", 80_000, "CCM 4", "Two survey teams."),
)


def steps() -> Iterator[Step]:
    """XXA partly met, XXB drafted, XXC submitted, XXD revised, XXF withdrawn, XXG met, XXH closed."""
    yield by("XXA", "2026-02-03", A, ask.DraftRequest(content=SMALL))
    yield by("XXA", "2026-02-10", A, ask.SubmitRequest())
    officer = {"name": "Exercise desk officer", "email": "desk@xxa.example"}
    yield by("XXA", "2026-02-10", A, Naming(SLOT, officer, lambda person: ask.NameContact(person=person)))
    drafted = content("XXB", need("declaration", "technical_expertise", None, "CCM 4", "Drafting the declaration."))
    yield by("XXB", "2026-09-15", B, ask.DraftRequest(content=drafted))
    yield by("XXC", "2026-03-02", C, ask.SubmitRequest(content=LARGE))
    yield by("XXD", "2025-09-01", D, ask.SubmitRequest(content=SURVEY))
    less = ask.ReviseRequest(content=LESS_SURVEY, reason="The eastern half was cancelled by desk study.")
    yield by("XXD", "2026-03-20", D, less)
    asked = content("XXF", need("survey", "survey", 400_000, "CCM 4", "Survey once access is safe."))
    yield by("XXF", "2024-01-15", F, ask.SubmitRequest(content=asked))
    yield by("XXF", "2024-06-01", F, ask.WithdrawRequest(reason="Fighting began: no access until it ends."))
    stock = content(
        "XXG",
        need("destruction", "stockpile_destruction", 200_000, "CCM 3", "The last 800 munitions."),
        need("expert", "technical_expertise", None, "CCM 3", "One specialist for three months."),
        obstacle_size="small",
        completion_planned_on="2027-06",
    )
    yield by("XXG", "2026-01-20", G, ask.SubmitRequest(content=stock))
    last = content("XXH", need("clearance", "clearance", 500_000, "CCM 4", "The last two square kilometres."))
    yield by("XXH", "2020-01-10", H, ask.SubmitRequest(content=last))
    done = ask.CloseRequest(
        outcome="All land released and completion declared.",
        experience="One partner for the whole time; survey first, so that less had to be cleared.",
    )
    yield by("XXH", "2022-07-01", H, done)


def by(code: str, on: str, identity: str, command: ask.RequestCommand | Naming) -> Step:
    """A step of the State whose request it is."""
    return Step(day(on), state(code), "request", identity, command)
