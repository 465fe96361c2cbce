"""What clients do in a fault run: fictional States ask, donors promise, move and pay, the ISU records."""

import random
from collections.abc import Callable
from itertools import count
from typing import Any

from deploy.exercise.duties import figures, memberships, registrations
from deploy.exercise.pledges import FUND, NORTH, SOUTH, line, terms
from deploy.exercise.requests import content, need
from deploy.exercise.step import Step, day, usd
from services.pledges.domain import messages as promise
from services.pledges.domain.terms import Target
from services.requests.domain import messages as ask
from shared.auth.caller import Caller
from shared.messages import Command
from tests.faults.told import Sent

STATES = ("XXA", "XXB", "XXC", "XXD", "XXE", "XXF", "XXG", "XXH")
LINES = ("clearance", "equipment")
_ISU = Caller("desk", "isu")
_NEWEST = 10
_PATHS = {"party": "/deadlines/parties", "obligation": "/deadlines/obligations"}
_ENDINGS = {"RecordFigure": "/figures"}


class Story:
    """Makes up the next command. Many clients meet at few requests and pledges, so that they collide."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._numbers = count(1)
        self._requests: dict[str, str] = {}
        self._pledges: dict[str, str] = {}
        wanted = ("RegisterStateParty", "RegisterObligation", "RecordFigure")
        steps = [*memberships(), *registrations(), *figures()]
        self._duties = [step for step in reversed(steps) if type(step.command).__name__ in wanted]

    def next(self) -> Sent:
        """The next command, with a key of its own."""
        key = f"k{next(self._numbers)}"
        made: Callable[[str], Sent] = self._dice.choices(
            (self._submit, self._revise, self._announce, self._confirm, self._pay, self._move, self._record),
            (10, 18, 25, 10, 20, 12, 20),
        )[0]
        return made(key)

    def some_streams(self, number: int) -> list[str]:
        """Names of streams that the next commands are likely to be about."""
        newest = [f"request-{one}" for one in list(self._requests)[-_NEWEST:]]
        newest += [f"pledge-{one}" for one in list(self._pledges)[-_NEWEST:]]
        return self._dice.sample(newest, min(number, len(newest)))

    def _submit(self, key: str) -> Sent:
        identity, state = f"r-{key}", self._dice.choice(STATES)
        self._requests[identity] = state
        return self._of_state(key, identity, "submission", ask.SubmitRequest(content=self._asked(key, state)))

    def _revise(self, key: str) -> Sent:
        if not self._requests:
            return self._submit(key)
        identity = self._one_of(self._requests)
        asked = self._asked(key, self._requests[identity])
        return self._of_state(key, identity, "revisions", ask.ReviseRequest(content=asked, reason="Told anew."))

    def _announce(self, key: str) -> Sent:
        if not self._requests:
            return self._submit(key)
        identity, donor = f"p-{key}", self._dice.choice((NORTH, SOUTH, FUND))
        self._pledges[identity] = donor
        target = line(self._one_of(self._requests), self._dice.choice(LINES))
        promised = terms(donor, target, self._dice.randint(10, 120) * 1_000)
        announced = promise.AnnouncePledge(terms=promised, announced_on=day("2026-06-01"))
        return self._of_donor(key, identity, "announcement", announced)

    def _confirm(self, key: str) -> Sent:
        confirmed = promise.ConfirmPledge(confirmed_on=day("2026-07-01"), reference=key)
        return self._about_a_pledge(key, "confirmations", confirmed)

    def _pay(self, key: str) -> Sent:
        paid = promise.Disburse(disbursement=key, amount=usd(1_000), disbursed_on=day("2026-08-01"))
        return self._about_a_pledge(key, "disbursements", paid)

    def _move(self, key: str) -> Sent:
        some = usd(self._dice.randint(1, 8) * 1_000)
        if self._dice.random() < 0.5 or not self._requests:
            return self._about_a_pledge(key, "reductions", promise.ReducePledge(amount=some, reason="Less."))
        target = Target.model_validate(line(self._one_of(self._requests), self._dice.choice(LINES)))
        moved = promise.RedirectPledge(target=target, amount=some, reason="Elsewhere.")
        return self._about_a_pledge(key, "redirections", moved)

    def _record(self, key: str) -> Sent:
        if not self._duties:
            return self._announce(key)
        step: Step = self._duties.pop()
        ending = _ENDINGS.get(type(step.command).__name__, "")
        return _sent(key, _ISU, f"{_PATHS[step.category]}/{step.identity}{ending}", step.command)

    def _about_a_pledge(self, key: str, what: str, command: Command) -> Sent:
        if not self._pledges:
            return self._announce(key)
        return self._of_donor(key, self._one_of(self._pledges), what, command)

    def _of_state(self, key: str, identity: str, what: str, command: Command) -> Sent:
        caller = Caller("desk", "state", self._requests[identity])
        return _sent(key, caller, f"/requests/{identity}/{what}", command)

    def _of_donor(self, key: str, identity: str, what: str, command: Command) -> Sent:
        caller = Caller("desk", "donor", self._pledges[identity])
        return _sent(key, caller, f"/pledges/{identity}/{what}", command)

    def _asked(self, key: str, state: str) -> Any:
        """The obstacle names the command, so that a reader can tell which of them it sees."""
        amounts = [self._dice.randint(50, 300) * 1_000 for _ in LINES]
        needs = [need(name, "clearance", amount, "CCM 4") for name, amount in zip(LINES, amounts, strict=True)]
        return content(state, *needs, obstacle=key)

    def _one_of(self, names: dict[str, str]) -> str:
        return self._dice.choice(list(names)[-_NEWEST:])


def _sent(key: str, caller: Caller, path: str, command: Command) -> Sent:
    return Sent(key, caller, path, command.model_dump(mode="json"))
