"""Ambassadors over HTTP, with what is known of their own completion as a caution (it never blocks)."""

from fastapi import APIRouter

from services.coalitions.domain import ambassador as rules
from services.coalitions.domain.ambassador import (
    Ambassador,
    AmbassadorCommand,
    AmbassadorEvent,
    EndMatch,
    MatchAmbassador,
    NameAmbassador,
)
from services.coalitions.domain.naming import Challenge
from services.coalitions.views.ambassador import AmbassadorPage
from services.coalitions.views.duty import Duty
from shared.clock import Clock
from shared.countries import Iso3, country_in_text, country_name
from shared.handling import Handler
from shared.http.days import NotYet, happened
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.messages import Value
from shared.receipts import Receipt
from shared.views import Page, View


class AmbassadorAnswer(Value):
    """An ambassador, and what to mind before relying on it."""

    ambassador: AmbassadorPage
    cautions: tuple[str, ...]


class Candidate(Value):
    """A State with open work on a challenge that the ambassador has met, and no match on it yet."""

    state: Iso3
    name: str
    challenge: Challenge
    link: str


def routes(
    ambassadors: Handler[AmbassadorCommand, AmbassadorEvent, Ambassador],
    pages: View[AmbassadorPage],
    duties: View[Duty],
    clock: Clock,
) -> APIRouter:
    """Everything about ambassadors."""
    router = APIRouter(prefix="/ambassadors", tags=["ambassadors"])

    @router.get("")
    async def all_ambassadors(read: Reader, cursor: Cursor = None, limit: Limit = 50) -> Page[AmbassadorPage]:
        """States that share their experience."""
        return await pages.find(cursor=cursor, limit=limit, after=read.after)

    @router.post("", status_code=201, responses=problems(rules.AnotherState, NotYet))
    async def name(body: NameAmbassador, write: Write) -> Receipt:
        """Name a State, or say more about it: a coordinator, the ISU or the State itself."""
        if write.caller.role != "coordinator":
            write.caller.must_act_for(body.state)
        happened(body.on, "on", clock)
        return await write.send(ambassadors, body.state, body)

    @router.get("/{state}")
    async def one(state: Iso3, read: Reader) -> AmbassadorAnswer:
        """One ambassador, with cautions."""
        page = await pages.get(state, after=read.after)
        own = await duties.every({"state": state})
        return AmbassadorAnswer(ambassador=page, cautions=tuple(cautions(page, own)))

    @router.get("/{state}/candidates")
    async def candidates(state: Iso3, read: Reader) -> list[Candidate]:
        """States it could be matched with."""
        return open_to(await pages.get(state, after=read.after), await duties.all())

    @router.post(
        "/{state}/matches", status_code=201, responses=problems(rules.NoSuchAmbassador, rules.NotItsChallenge, NotYet)
    )
    async def match(state: Iso3, body: MatchAmbassador, write: Write) -> Receipt:
        """Bring it together with a State that has the same challenge."""
        write.caller.must_be("coordinator", "isu")
        happened(body.on, "on", clock)
        return await write.send(ambassadors, state, body)

    @router.post("/{state}/matches/ended", status_code=201, responses=problems(rules.NotMatched, NotYet))
    async def end(state: Iso3, body: EndMatch, write: Write) -> Receipt:
        """The exchange is over."""
        write.caller.must_be("coordinator", "isu")
        happened(body.on, "on", clock)
        return await write.send(ambassadors, state, body)

    return router


def cautions(page: AmbassadorPage, own: list[Duty]) -> list[str]:
    """What does not fit "a State that finished", challenge by challenge."""
    found = []
    for challenge in page.challenges:
        words = f"{challenge.treaty} {challenge.article}"
        concerned = [duty for duty in own if duty.concerns(challenge)]
        if not any(duty.declared for duty in concerned):
            found.append(f"No declaration of completion under {words} is recorded for {country_in_text(page.state)}.")
        elif any(duty.open for duty in concerned):
            name = country_in_text(page.state)
            name = name[0].upper() + name[1:]
            found.append(f"{name} has declared completion under {words}, and has work there again.")
    return found


def open_to(page: AmbassadorPage, duties: list[Duty]) -> list[Candidate]:
    """Other States' open duties of the same kind, by name; each State once for each challenge."""
    going_on = {(match.with_state, match.treaty, match.article) for match in page.matches if not match.ended_on}
    found = {
        (duty.state, challenge.treaty, challenge.article): Candidate(
            state=duty.state, name=country_name(duty.state), challenge=challenge, link=duty.link
        )
        for duty in duties
        for challenge in page.challenges
        if duty.open and duty.concerns(challenge) and duty.state != page.state
    }
    return sorted(
        (candidate for key, candidate in found.items() if key not in going_on),
        key=lambda candidate: (candidate.name, candidate.challenge.treaty, candidate.challenge.article),
    )
