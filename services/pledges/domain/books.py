"""A pledge's own books: where every cent of it stands (conservation of money).

    announced = allocated + awaited + directed + free + reduced + cancelled

* *allocated*: a request has taken it for a need line.
* *awaited*: offered to a request that has not answered yet, or on its way to the next one while
  the last has not given it back.
* *directed*: meant for a State, an obligation, a coalition, a project, or unearmarked: nobody answers.
* *free*: came back as surplus or was released; waits to be redirected.

Each target is one *attempt*, numbered from 1. Money leaves an attempt when the donor takes it away
(reduces, cancels, redirects); the request hears the new level and gives back what it holds above.
Redirected money is offered again only after it came back, so no cent is ever counted at two needs.
The states of a pledge are drawn in docs/domain.md. Every sum is in the currency of the announcement.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from services.pledges.domain.terms import Target
from shared.messages import Value
from shared.money import Money, total


class Taken(Value):
    """So much was taken away from one attempt."""

    attempt: int
    amount: Money


class Attempt(Value):
    """One target of the pledge, with what was put behind it and what the answers said.

    `put`: money meant for it. `taken`: taken away after it was offered. `allocated`, `surplus`,
    `released`: the sums of the request's answers, which can arrive in any order. `sources`: the
    attempts that its money came from.
    """

    attempt: int
    target: Target
    put: Money
    taken: Money
    allocated: Money
    surplus: Money
    released: Money
    offered: bool = False
    sources: tuple[int, ...] = ()

    @property
    def stands(self) -> Money:
        """What the donor still puts behind it."""
        return self.put - self.taken

    @property
    def returned(self) -> Money:
        """What the request did not take, or gave back."""
        return self.surplus + self.released

    @property
    def free(self) -> Money:
        """What came back and was not taken elsewhere."""
        return _less(self.returned, self.taken)

    @property
    def held(self) -> Money:
        """What a request covers a line with, as far as the donor still stands behind it."""
        return min(_less(self.allocated, self.released), self.stands - self.free)

    @property
    def directed(self) -> Money:
        """What is meant for something that gives no answer."""
        return Money.zero(self.put.currency) if self.target.kind == "need_line" else self.stands

    @property
    def awaited(self) -> Money:
        """What waits for a request's answer, or for money to come back first."""
        return self.stands - self.free - self.held - self.directed


@dataclass(frozen=True)
class Books:
    """All attempts of a pledge of money, and what the donor took off it."""

    announced: Money
    reduced: Money
    cancelled: Money
    attempts: tuple[Attempt, ...] = ()

    @property
    def stands(self) -> Money:
        """What the donor still promises in all."""
        return self.announced - self.reduced - self.cancelled

    @property
    def allocated(self) -> Money:
        """Money that requests took for need lines and still hold; in the announcement's currency, as all here."""
        return self._sum(attempt.held for attempt in self.attempts)

    @property
    def awaited(self) -> Money:
        """Money that waits for a request's answer, or to come back from the target before."""
        return self._sum(attempt.awaited for attempt in self.attempts)

    @property
    def directed(self) -> Money:
        """Money meant for targets that give no answer: a State, a coalition, unearmarked and the like."""
        return self._sum(attempt.directed for attempt in self.attempts)

    @property
    def free(self) -> Money:
        """Money that came back as surplus or was released, and waits to be redirected."""
        return self._sum(attempt.free for attempt in self.attempts)

    def attempt(self, number: int) -> Attempt | None:
        """The attempt of that number, None where there is none."""
        return self.attempts[number - 1] if 0 < number <= len(self.attempts) else None

    def to_offer(self) -> tuple[Attempt, ...]:
        """Attempts whose money is all here, and that no request was asked to take yet."""
        return tuple(
            attempt
            for attempt in self.attempts
            if attempt.target.kind == "need_line"
            and not attempt.offered
            and attempt.put
            and all(self.is_back(source) for source in attempt.sources)
        )

    def take(self, amount: Money) -> tuple[Taken, ...]:
        """From which attempts so much is taken: what is free first, then the latest attempt first."""
        left = amount
        by_attempt = dict.fromkeys((a.attempt for a in self.attempts), Money.zero(amount.currency))
        for attempt in self.attempts:
            part = min(left, attempt.free)
            by_attempt[attempt.attempt], left = part, left - part
        for attempt in reversed(self.attempts):
            part = min(left, attempt.stands - by_attempt[attempt.attempt])
            by_attempt[attempt.attempt], left = by_attempt[attempt.attempt] + part, left - part
        return tuple(Taken(attempt=number, amount=part) for number, part in by_attempt.items() if part)

    def with_attempt(self, target: Target, amount: Money, sources: tuple[int, ...] = ()) -> "Books":
        """One more target, with so much behind it."""
        nothing = Money.zero(amount.currency)
        opened = Attempt(
            attempt=len(self.attempts) + 1,
            target=target,
            put=amount,
            taken=nothing,
            allocated=nothing,
            surplus=nothing,
            released=nothing,
            sources=sources,
        )
        return replace(self, attempts=(*self.attempts, opened))

    def less(self, taken: Iterable[Taken]) -> "Books":
        """After the donor took so much away."""
        books = self
        for part in taken:
            books = books._change(part.attempt, _lessened(books.attempts[part.attempt - 1], part.amount))
        return books

    def offered(self, number: int) -> "Books":
        """After a request was asked to take that attempt."""
        return self._change(number, self.attempts[number - 1].model_copy(update={"offered": True}))

    def answered(self, number: int, said: Literal["allocated", "surplus", "released"], amount: Money) -> "Books":
        """After one answer of the request: so much more of what it said."""
        attempt = self.attempts[number - 1]
        return self._change(number, attempt.model_copy(update={said: getattr(attempt, said) + amount}))

    def is_back(self, number: int) -> bool:
        """Whether all that was taken from an attempt has come back from its request."""
        source = self.attempts[number - 1]
        if source.offered:
            return source.taken <= source.returned
        return all(self.is_back(earlier) for earlier in source.sources)

    def _change(self, number: int, attempt: Attempt) -> "Books":
        return replace(self, attempts=(*self.attempts[: number - 1], attempt, *self.attempts[number:]))

    def _sum(self, parts: Iterable[Money]) -> Money:
        return total(parts, self.announced.currency)


def opened(announced: Money, target: Target) -> Books:
    """The books of a pledge just announced."""
    nothing = Money.zero(announced.currency)
    return Books(announced=announced, reduced=nothing, cancelled=nothing).with_attempt(target, announced)


def _lessened(attempt: Attempt, amount: Money) -> Attempt:
    # What no request was asked to take need not come back from one: it simply is not put there.
    if not attempt.offered:
        return attempt.model_copy(update={"put": attempt.put - amount})
    return attempt.model_copy(update={"taken": attempt.taken + amount})


def _less(one: Money, other: Money) -> Money:
    """The difference, zero where it would be less than nothing."""
    return Money(amount=max(one.amount - other.amount, Decimal(0)), currency=one.currency)
