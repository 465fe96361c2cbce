"""Yearly totals of support as sources print them. Streams `support-donor-…`, `-recipient-…`, `-world`.

Editions that print another total for the same year both stay (ADR 0006); readers take the later statement.
"""

import re
from dataclasses import dataclass
from typing import assert_never, get_args

from services.pledges.domain.terms import Year
from shared.countries import Iso3
from shared.decider import Decider
from shared.ids import derived_id
from shared.messages import Command, Event
from shared.money import Amount, Money
from shared.provenance import Statement
from shared.text import Line, Words


class StateDonorTotal(Command):
    """What a donor gave in a year, as printed; `amount_usd_printed` is in US dollars as the source converted it."""

    donor: Iso3 | None = None
    donor_name: Line
    year: Year
    amount: Money | None = None
    amount_usd_printed: Amount | None = None
    statement: Statement


class StateRecipientTotal(Command):
    """What an affected State received in a year, and what it gave itself, in US dollars as printed."""

    recipient: Iso3
    year: Year
    international_usd: Amount | None = None
    national_usd: Amount | None = None
    statement: Statement


class StateWorldSupport(Command):
    """What all donors gave in a year, in millions of US dollars, and how many they were."""

    year: Year
    usd_million: Amount
    donors: int | None = None
    statement: Statement


def donor_stream(total: StateDonorTotal) -> str:
    """The stream's identity: by country, or by name where the donor is no State."""
    return "donor-" + (total.donor or re.sub(r"[^A-Za-z0-9]+", "_", total.donor_name).strip("_")[:100])


def recipient_stream(total: StateRecipientTotal) -> str:
    """The stream's identity, by country."""
    return f"recipient-{total.recipient}"


class DonorTotalStated(Event):
    """What a donor gave in a year, as printed; `amount_usd_printed` is in US dollars as the source converted it."""

    donor: Iso3 | None = None
    donor_name: Words
    year: Year
    amount: Money | None = None
    amount_usd_printed: Amount | None = None
    statement: Statement


class RecipientTotalStated(Event):
    """What an affected State received in a year, and what it gave itself, in US dollars as printed."""

    recipient: Iso3
    year: Year
    international_usd: Amount | None = None
    national_usd: Amount | None = None
    statement: Statement


class WorldSupportStated(Event):
    """What all donors gave in a year, in millions of US dollars."""

    year: Year
    usd_million: Amount
    donors: int | None = None
    statement: Statement


SupportCommand = StateDonorTotal | StateRecipientTotal | StateWorldSupport
SupportEvent = DonorTotalStated | RecipientTotalStated | WorldSupportStated


@dataclass(frozen=True)
class Support:
    """Which statements are kept already, by their content."""

    stated: frozenset[str] = frozenset()


def decide(command: SupportCommand, support: Support) -> tuple[SupportEvent, ...]:
    """Never refused: a sourced statement stays, also beside one that says otherwise."""
    event = _event(command)
    return () if _content(event) in support.stated else (event,)


def evolve(support: Support, event: SupportEvent) -> Support:
    """The totals after the event."""
    return Support(support.stated | {_content(event)})


def _event(command: SupportCommand) -> SupportEvent:
    said = command.model_dump()
    match command:
        case StateDonorTotal():
            return DonorTotalStated.model_validate(said)
        case StateRecipientTotal():
            return RecipientTotalStated.model_validate(said)
        case StateWorldSupport():
            return WorldSupportStated.model_validate(said)
        case _:
            assert_never(command)


def _content(event: SupportEvent) -> str:
    return derived_id(type(event).__name__, event.model_dump_json())


SUPPORT: Decider[SupportCommand, SupportEvent, Support] = Decider(
    "support", Support(), decide, evolve, events=get_args(SupportEvent)
)
