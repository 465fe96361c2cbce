"""What is written and read in every case: payments to an account, 266 bytes of JSON each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import Field

from shared.codec import Codec
from shared.commits import GENESIS, Commit
from shared.decider import Decider
from shared.heard import Heard
from shared.messages import Command, Event, Value
from shared.projection import Projection

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOTE = "Second instalment for survey and clearance in two northern districts, as agreed at the meeting in June."
PLAIN: dict[str, Any] = {
    "donor": "donor-0198c6d2",
    "line": "clearance-2026",
    "amount": 1_250_000,
    "currency": "EUR",
    "on": "2026-06-30",
    "reference": "0198c6d2-7f3a-7c11-b6f0-3d2a9e51c0aa",
    "note": NOTE,
}
"""One payment as it comes in."""


class Pay(Command):
    """Pay into the account."""

    donor: str
    line: str
    amount: int = Field(ge=1)
    currency: str = Field(pattern="^[A-Z]{3}$")
    on: date
    reference: str
    note: str = Field(max_length=500)


class PayAll(Command):
    """Many payments at once: recorded all, or none."""

    payments: tuple[Pay, ...] = Field(min_length=1)


class Payment(Value):
    """What is known of a payment, amounts in minor units."""

    donor: str
    line: str
    amount: int
    currency: str
    on: date
    reference: str
    note: str


class Paid(Payment, Event):
    """It was made."""


@dataclass(frozen=True)
class Account:
    """What was paid in, and how often."""

    total: int = 0
    payments: int = 0


def decide(command: Pay | PayAll, account: Account) -> tuple[Paid, ...]:
    """Every payment is taken."""
    payments = command.payments if isinstance(command, PayAll) else (command,)
    return tuple(
        Paid(
            donor=one.donor,
            line=one.line,
            amount=one.amount,
            currency=one.currency,
            on=one.on,
            reference=one.reference,
            note=one.note,
        )
        for one in payments
    )


def evolve(account: Account, event: Paid) -> Account:
    """One payment more."""
    return Account(account.total + event.amount, account.payments + 1)


ACCOUNTS: Decider[Pay | PayAll, Paid, Account] = Decider("account", Account(), decide, evolve, events=(Paid,))


class Balance(Value):
    """The account as readers see it."""

    name: str
    total: int
    payments: int
    last_on: date


def fold(balance: Balance | None, heard: Heard[Paid]) -> Balance:
    """The balance after one payment more."""
    total, payments = (balance.total, balance.payments) if balance else (0, 0)
    event = heard.event
    return Balance(name=heard.identity, total=total + event.amount, payments=payments + 1, last_on=event.on)


BALANCES = Projection("balances", 1, "account", (Paid,), Balance, fold, fields=("name",))
CODEC = Codec((Paid,))


class Book:
    """Hands out sealed commits, each continuing its stream."""

    def __init__(self) -> None:
        self._heads: dict[str, tuple[int, int, str]] = {}
        self._written = 0

    def next(self, stream: str, events: tuple[Paid, ...]) -> Commit:
        """The commit after the newest that was handed out for that stream."""
        seq, last, before = self._heads.get(stream, (0, 0, GENESIS))
        self._written += 1
        commit = Commit(
            stream=stream,
            seq=seq + 1,
            first=last + 1,
            events=tuple(CODEC.encode(event) for event in events),
            command_id=f"command-{self._written:012}",
            digest="0" * 64,
            actor="system:bench",
            correlation_id=f"command-{self._written:012}",
            causation_id="",
            at=AT,
            previous=before,
        ).sealed()
        self._heads[stream] = (commit.seq, commit.last, commit.hash)
        return commit


def many(count: int, streams: int, events_each: int = 1) -> Iterator[Commit]:
    """So many commits, taking turns over so many streams."""
    book = Book()
    payment = Paid.model_validate(PLAIN)
    for n in range(count):
        yield book.next(f"account-{n % streams}", (payment,) * events_each)
