"""A small world for the allocation: two logs, both real deciders, both real policies, no I/O.

It is harsher than the running system: every kind of event has a follower of its own with its own
place, so that kinds overtake each other; places go back at any time; and a command that was done
is done again without its id being looked up, so that the deciders alone must hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.pledges.domain.books import Books
from services.pledges.domain.pledge import PLEDGES, Pledge, confirmed, disbursed
from services.pledges.policies import ANSWERS, enter_answers
from services.pledges.views.pledge import PLEDGE
from services.requests.domain.messages import AllocationReleased, PledgeAllocated, SurplusReturned
from services.requests.domain.request import REQUESTS, Request
from services.requests.policies import OFFERS, answer_offers
from services.requests.views.request import REQUEST
from shared.decider import Decider
from shared.heard import Heard
from shared.messages import Command, Event, Reading
from shared.money import Money, total
from shared.policy import Issue
from shared.projection import Projection

THEN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class Side:
    """One service: its decider, its log (commits by stream) and the states that the log makes."""

    topic: str
    decider: Decider[Any, Any, Any]
    log: dict[str, list[tuple[Event, ...]]] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)

    def state(self, identity: str) -> Any:
        return self.states.get(identity, self.decider.initial)

    def handle(self, identity: str, command: Command) -> tuple[Event, ...]:
        events = self.decider.decide(command, self.state(identity))
        if events:
            self.log.setdefault(identity, []).append(events)
            self.states[identity] = self.decider.fold(events, self.state(identity))
        return tuple(events)

    def events(self) -> Iterator[tuple[str, Event]]:
        for identity, commits in self.log.items():
            for commit in commits:
                for event in commit:
                    yield identity, event


@dataclass
class Follower:
    """Takes one kind of event from one side to the other, commit by commit, stream by stream."""

    reading: type[Reading]
    source: Side
    target: Side
    places: dict[str, int] = field(default_factory=dict)

    def waiting(self) -> list[str]:
        return [stream for stream, log in self.source.log.items() if self.places.get(stream, 0) < len(log)]

    def take(self, identity: str, crash_after: int | None = None) -> None:
        """The next commit of a stream; a crash after so many commands leaves the place where it was."""
        place = self.places.get(identity, 0)
        for done, issue in enumerate(self._issues(identity, place)):
            if done == crash_after:
                return
            self.target.handle(issue.to, issue.command)
        if crash_after is None:
            self.places[identity] = place + 1

    def go_back(self, identity: str, commits: int) -> None:
        self.places[identity] = max(0, self.places.get(identity, 0) - commits)

    def _issues(self, identity: str, place: int) -> Iterator[Issue]:
        for n, event in enumerate(self.source.log[identity][place], start=1):
            if type(event).__name__ == self.reading.__name__:
                read = self.reading.model_validate(event.model_dump(mode="json"))
                stream = self.source.decider.stream(identity)
                heard = Heard(read, self.source.topic, stream, place + 1, n, THEN, "someone")
                react: Any = answer_offers if self.source.topic == "pledges" else enter_answers
                yield from react(heard)


class World:
    """Donors and States at once."""

    def __init__(self, requests: Decider[Any, Any, Any] = REQUESTS, pledges: Decider[Any, Any, Any] = PLEDGES) -> None:
        self.requests = Side("requests", requests)
        self.pledges = Side("pledges", pledges)
        self.followers = [
            *(Follower(kind, self.pledges, self.requests) for kind in OFFERS),
            *(Follower(kind, self.requests, self.pledges) for kind in ANSWERS),
        ]

    def settle(self, order: Sequence[int] = ()) -> None:
        """Everything heard, until nobody has anything left to say; `order` says which kind goes first."""
        followers = [self.followers[place] for place in order] or self.followers
        for _ in range(1_000):
            first = next((follower for follower in followers if follower.waiting()), None)
            if first is None:
                return
            for identity in first.waiting():
                first.take(identity)
        raise AssertionError("the two sides never stop talking")

    def hear_everything_again(self) -> None:
        for follower in self.followers:
            follower.places.clear()
        self.settle()

    # what must hold at every step

    def must_hold(self) -> None:
        self._no_line_has_more_than_it_asked()
        self._no_cent_counts_at_two_needs()
        self._every_cent_has_its_place()
        self._no_offer_is_answered_with_more_than_itself()

    def _no_line_has_more_than_it_asked(self) -> None:
        for identity, held in self._held_by_line().items():
            request, line = identity
            content = self._request(request).content
            need = content.need(line) if content else None
            assert need is not None, f"{identity} holds {held} for a line that is not there"
            assert need.amount is not None
            assert total(held, need.amount.currency) <= need.amount, f"{identity}: {held} for {need.amount}"

    def _no_cent_counts_at_two_needs(self) -> None:
        held_of = self._held_by_pledge()
        for identity, books in self._books():
            held = total(held_of.get(identity, ()), books.announced.currency)
            assert held <= books.announced, f"{identity}: {held} of {books.announced} stands at needs"

    def _every_cent_has_its_place(self) -> None:
        for identity, books in self._books():
            places = (books.allocated, books.awaited, books.directed, books.free, books.reduced, books.cancelled)
            assert total(places, books.announced.currency) == books.announced, f"{identity}: {places}"
            pledge: Pledge = self.pledges.state(identity)
            paid = disbursed(books, pledge.disbursements.values())
            assert paid <= confirmed(books, pledge.committed) <= books.stands

    def _no_offer_is_answered_with_more_than_itself(self) -> None:
        for (identity, number), answered in self._answers().items():
            attempt = self._books_of(identity).attempts[number - 1]
            assert answered == attempt.put, f"{identity}#{number}: {answered} answered of {attempt.put}"

    # what must hold when everybody has heard everything

    def must_agree(self) -> None:
        held_of = self._held_by_pledge()
        for identity, books in self._books():
            held = total(held_of.get(identity, ()), books.announced.currency)
            assert not books.awaited, f"{identity}: nobody will ever answer for {books.awaited}"
            assert held == books.allocated, f"{identity}: requests hold {held}, its books say {books.allocated}"
            assert books.stands == books.allocated + books.directed + books.free

    def pages_must_show_it(self) -> None:
        """What people read says the same as the deciders know."""
        for identity, books in self._books():
            page = self._page(PLEDGE, self.pledges, identity)
            assert page.books.model_dump() == {
                place: getattr(books, place).model_dump()
                for place in ("allocated", "awaited", "directed", "free", "reduced", "cancelled")
            }
        for identity in self.requests.log:
            page = self._page(REQUEST, self.requests, identity)
            held = self._request(identity).allocations
            shown = page.allocations if page else ()
            assert [(one.pledge, one.attempt, one.line, one.amount) for one in shown] == [
                (one.pledge, one.attempt, one.line, one.amount) for one in held
            ]

    @staticmethod
    def _page(projection: Projection[Any], side: Side, identity: str) -> Any:
        page = None
        stream = side.decider.stream(identity)
        for seq, commit in enumerate(side.log[identity], start=1):
            for n, event in enumerate(commit, start=1):
                if isinstance(event, projection.events):
                    page = projection.fold(page, Heard(event, side.topic, stream, seq, n, THEN, "someone"))
        return page

    # the requests' side, from the events alone

    def _held_by_line(self) -> dict[tuple[str, str], list[Money]]:
        held: dict[tuple[str, str], list[Money]] = {}
        for (request, _, line), amount in self._held().items():
            if amount:
                held.setdefault((request, line), []).append(amount)
        return held

    def _held_by_pledge(self) -> dict[str, list[Money]]:
        held: dict[str, list[Money]] = {}
        for (_, offer, _), amount in self._held().items():
            held.setdefault(offer.partition("#")[0], []).append(amount)
        return held

    def _held(self) -> dict[tuple[str, str, str], Money]:
        held: dict[tuple[str, str, str], Money] = {}
        for request, event in self.requests.events():
            if isinstance(event, PledgeAllocated):
                key = (request, f"{event.pledge}#{event.attempt}", event.line)
                held[key] = held.get(key, Money.zero(event.amount.currency)) + event.amount
            if isinstance(event, AllocationReleased):
                key = (request, f"{event.pledge}#{event.attempt}", event.line)
                held[key] = held[key] - event.amount
        return held

    def _answers(self) -> dict[tuple[str, int], Money]:
        answers: dict[tuple[str, int], Money] = {}
        for _, event in self.requests.events():
            if isinstance(event, PledgeAllocated | SurplusReturned):
                key = (event.pledge, event.attempt)
                answers[key] = answers.get(key, Money.zero(event.amount.currency)) + event.amount
        return answers

    def _request(self, identity: str) -> Request:
        state: Request = self.requests.state(identity)
        return state

    def _books_of(self, identity: str) -> Books:
        books = self.pledges.state(identity).books
        assert isinstance(books, Books)
        return books

    def _books(self) -> Iterator[tuple[str, Books]]:
        for identity, pledge in self.pledges.states.items():
            if pledge.books is not None:
                yield identity, pledge.books
