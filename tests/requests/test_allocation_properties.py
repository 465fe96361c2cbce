"""Whatever happens, in whatever order: no need is covered twice over, and no pledged cent is lost.

Donors announce, reduce, redirect, cancel, confirm and pay, in two currencies; States ask, revise,
withdraw and close; and what they say to each other is heard late, twice, out of turn, or again
after a crash between doing and remembering.
"""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.pledges.domain.messages import (
    AnnouncePledge,
    CancelPledge,
    ConfirmPledge,
    Disburse,
    PledgeOffered,
    RedirectPledge,
    ReducePledge,
)
from services.pledges.domain.pledge import PLEDGES
from services.pledges.domain.terms import PledgeTerms, Target
from services.requests.domain.content import NeedLine, ObligationAsked, RequestContent
from services.requests.domain.messages import (
    CloseRequest,
    DraftRequest,
    ReleaseAllocation,
    ReviseRequest,
    SubmitRequest,
    WithdrawRequest,
)
from services.requests.domain.request import REQUESTS
from shared.decider import Decider
from shared.messages import Command, Refused
from shared.money import Money
from tests.requests.allocation_world import Side, World

REQUEST_IDS = ("LAO-1", "MNE-1")
PLEDGE_IDS = ("p-1", "p-2", "p-3", "p-4")
LINES = ("clearance", "survey")
STATE_ACTS = (*["revises"] * 6, "drafts", "submits", "withdraws", "closes")
DAY = date(2026, 3, 1)


def mostly(usual: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Seven times the one, once the other: the odd cases must not crowd out the plain ones."""
    return st.integers(0, 7).flatmap(lambda chance: seldom if chance == 5 else usual)


currencies = mostly(st.just("EUR"), st.just("JPY"))
moneys = st.builds(Money.of, st.integers(5, 60), currencies)
parts = st.builds(Money.of, st.integers(1, 25), currencies)
need_lines = st.builds(
    lambda line, amount: NeedLine(line=line, kind="financial", amount=amount),
    st.sampled_from(LINES),
    mostly(moneys, st.none()),
)
needs = st.lists(need_lines, min_size=1, max_size=2, unique_by=lambda need: need.line).map(tuple)
both_needs = st.tuples(moneys, moneys).map(
    lambda asked: tuple(
        NeedLine(line=line, kind="financial", amount=amount) for line, amount in zip(LINES, asked, strict=True)
    )
)
lines_asked = st.builds(
    lambda request, line: Target(kind="need_line", request=request, line=line),
    mostly(st.sampled_from(REQUEST_IDS), st.just("unheard-of")),
    mostly(st.sampled_from(LINES), st.just("no-such-line")),
)
targets = mostly(lines_asked, st.just(Target(kind="unearmarked")))
seldom = st.integers(0, 9).map(lambda chance: chance == 7)
orders = st.permutations(range(6 + 3)).map(tuple)
"""Which of the followers (three kinds of event one way, six the other) is served first."""


def content(asked: tuple[NeedLine, ...]) -> RequestContent:
    return RequestContent(state="LAO", obligations=(ObligationAsked(treaty="CCM", article="4"),), needs=asked)


class DonorsAndStates(RuleBasedStateMachine):
    """What people do, and what the post does with it."""

    requests_decider: ClassVar[Decider[Any, Any, Any]] = REQUESTS
    pledges_decider: ClassVar[Decider[Any, Any, Any]] = PLEDGES

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.requests_decider, self.pledges_decider)

    def ask(self, side: Side, identity: str, command: Command) -> None:
        try:
            side.handle(identity, command)
        except Refused:
            return

    @initialize(asked=st.tuples(both_needs, both_needs))
    def two_states_have_asked(self, asked: tuple[tuple[NeedLine, ...], tuple[NeedLine, ...]]) -> None:
        for identity, lines in zip(REQUEST_IDS, asked, strict=True):
            self.ask(self.world.requests, identity, SubmitRequest(content=content(lines)))

    # people

    @rule(what=st.sampled_from(STATE_ACTS), identity=st.sampled_from((*REQUEST_IDS, "unheard-of")), asked=needs)
    def a_state_acts(self, what: str, identity: str, asked: tuple[NeedLine, ...]) -> None:
        match what:
            case "drafts":
                self.ask(self.world.requests, identity, DraftRequest(content=content(asked)))
            case "submits":
                self.ask(self.world.requests, identity, SubmitRequest(content=content(asked)))
            case "withdraws":
                self.ask(self.world.requests, identity, WithdrawRequest(reason="done"))
            case "closes":
                self.ask(self.world.requests, identity, CloseRequest(outcome="done"))
            case _:
                self.ask(self.world.requests, identity, ReviseRequest(content=content(asked), reason="survey"))

    @rule(identity=st.sampled_from(PLEDGE_IDS), amount=moneys, purpose=targets)
    def a_donor_announces(self, identity: str, amount: Money, purpose: Target) -> None:
        terms = PledgeTerms(donor="donor-1", target=purpose, amount=amount)
        self.ask(self.world.pledges, identity, AnnouncePledge(terms=terms, announced_on=DAY))

    @rule(identity=st.sampled_from(PLEDGE_IDS), amount=parts)
    def a_donor_reduces(self, identity: str, amount: Money) -> None:
        self.ask(self.world.pledges, identity, ReducePledge(amount=amount, reason="budget cut"))

    @rule(identity=st.sampled_from(PLEDGE_IDS), amount=parts, purpose=targets)
    def a_donor_redirects(self, identity: str, amount: Money, purpose: Target) -> None:
        command = RedirectPledge(target=purpose, amount=amount, reason="needed elsewhere")
        self.ask(self.world.pledges, identity, command)

    @rule(identity=st.sampled_from(PLEDGE_IDS), really=seldom)
    def a_donor_cancels(self, identity: str, really: bool) -> None:
        if really:
            self.ask(self.world.pledges, identity, CancelPledge(reason="election"))

    @rule(identity=st.sampled_from(PLEDGE_IDS), amount=parts, payment=st.sampled_from(("d-1", "d-2")))
    def a_donor_commits_and_pays(self, identity: str, amount: Money, payment: str) -> None:
        self.ask(self.world.pledges, identity, ConfirmPledge(confirmed_on=DAY, amount=amount))
        self.ask(self.world.pledges, identity, Disburse(disbursement=payment, amount=amount, disbursed_on=DAY))

    # the post

    @rule(data=st.data(), crash=st.sampled_from((None, None, None, 0, 1)))
    def something_is_heard(self, data: st.DataObject, crash: int | None) -> None:
        waiting = [(f, s) for f in self.world.followers for s in f.waiting()]
        if waiting:
            follower, stream = data.draw(st.sampled_from(waiting), label="heard")
            follower.take(stream, crash_after=crash)

    @rule(data=st.data(), commits=st.integers(1, 4))
    def something_old_comes_again(self, data: st.DataObject, commits: int) -> None:
        begun = [(f, s) for f in self.world.followers for s, place in f.places.items() if place]
        if begun:
            follower, stream = data.draw(st.sampled_from(begun), label="again")
            follower.go_back(stream, commits)

    @rule(order=orders)
    def everything_is_heard(self, order: tuple[int, ...]) -> None:
        self.world.settle(order)
        self.world.must_agree()

    @invariant()
    def nothing_is_covered_twice_over_and_nothing_is_lost(self) -> None:
        self.world.must_hold()

    def teardown(self) -> None:
        self.world.settle()
        self.world.must_hold()
        self.world.must_agree()
        self.world.pages_must_show_it()
        before = {identity: pledge.books for identity, pledge in self.world.pledges.states.items()}
        requests = dict(self.world.requests.states)
        self.world.hear_everything_again()
        assert before == {identity: pledge.books for identity, pledge in self.world.pledges.states.items()}
        assert requests == self.world.requests.states


thorough = settings(
    max_examples=150, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hunting = settings(thorough, max_examples=400, derandomize=True, database=None, phases=[Phase.generate])


def test_no_need_is_covered_twice_over_and_no_pledged_cent_is_lost() -> None:
    run_state_machine_as_test(DonorsAndStates, settings=thorough)


def forgets_which_offers_it_answered(command: Any, request: Any) -> Any:
    return REQUESTS.decide(command, replace(request, answered=frozenset(), lowered={}))


def forgets_what_was_lowered_early(command: Any, request: Any) -> Any:
    if isinstance(command, ReleaseAllocation) and f"{command.pledge}#{command.attempt}" not in request.answered:
        return ()
    return REQUESTS.decide(command, request)


def forgets_which_answers_it_entered(command: Any, pledge: Any) -> Any:
    return PLEDGES.decide(command, replace(pledge, answers=frozenset()))


def offers_redirected_money_before_it_is_back(command: Any, pledge: Any) -> Any:
    events = PLEDGES.decide(command, pledge)
    if isinstance(command, RedirectPledge) and not any(isinstance(event, PledgeOffered) for event in events):
        target = command.target
        if target.request and target.line:
            number = len(pledge.books.attempts) + 1
            early = PledgeOffered(
                donor="donor-1", attempt=number, request=target.request, line=target.line, amount=command.amount
            )
            return (*events, early)
    return events


@pytest.mark.parametrize(
    "mutant",
    [
        forgets_which_offers_it_answered,
        forgets_what_was_lowered_early,
    ],
)
def test_a_planted_bug_in_requests_is_caught(mutant: Any) -> None:
    class Mutated(DonorsAndStates):
        requests_decider = replace(REQUESTS, decide=mutant)

    with pytest.raises((AssertionError, ValueError)):
        run_state_machine_as_test(Mutated, settings=hunting)


def test_a_planted_bug_in_pledges_is_caught() -> None:
    class Mutated(DonorsAndStates):
        pledges_decider = replace(PLEDGES, decide=forgets_which_answers_it_entered)

    with pytest.raises((AssertionError, ValueError)):
        run_state_machine_as_test(Mutated, settings=hunting)


def redirected_before_the_first_request_let_go(world: World) -> None:
    """Fifty euros stand at the Lao request; the donor moves them; the other request hears of it first."""
    asked = content((NeedLine(line="clearance", kind="clearance", amount=Money.of(50, "EUR")),))
    for identity in REQUEST_IDS:
        world.requests.handle(identity, SubmitRequest(content=asked))
    lao, other = (Target(kind="need_line", request=identity, line="clearance") for identity in REQUEST_IDS)
    terms = PledgeTerms(donor="donor-1", target=lao, amount=Money.of(50, "EUR"))
    world.pledges.handle("p-1", AnnouncePledge(terms=terms, announced_on=DAY))
    world.settle()
    moved = RedirectPledge(target=other, amount=Money.of(50, "EUR"), reason="needed elsewhere")
    world.pledges.handle("p-1", moved)
    offers = world.followers[0]
    while offers.waiting():
        offers.take("p-1")
    world.must_hold()
    world.settle()
    world.must_hold()
    world.must_agree()


def test_redirected_money_never_counts_at_two_needs() -> None:
    world = World()
    redirected_before_the_first_request_let_go(world)
    assert world.pledges.state("p-1").books.allocated == Money.of(50, "EUR")
    assert world.requests.state("LAO-1").allocations == ()


def test_money_offered_again_before_it_is_back_would_be_caught() -> None:
    hasty = replace(PLEDGES, decide=offers_redirected_money_before_it_is_back)
    with pytest.raises(AssertionError, match="stands at needs"):
        redirected_before_the_first_request_let_go(World(pledges=hasty))
