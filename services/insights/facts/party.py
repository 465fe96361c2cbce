"""One State Party of one treaty. Stream `party-<treaty>-<iso3>`."""

from datetime import date

from services.insights.facts.origin import Document, Fact, done, stated
from services.insights.readings import deadlines as told
from shared.dates import PartialDate, Period, add_months
from shared.heard import Heard


class Registration(Fact):
    """A deposit and the entry into force that follows from it (CCM 17, APMBC 17)."""

    name: str
    action: str
    signed_on: PartialDate | None
    deposited_on: date
    entry_into_force: date
    derivation: str


class Withdrawal(Fact):
    """A withdrawal and the day it takes effect (CCM 20, APMBC 20)."""

    received_on: date | None
    effective_on: date


class Postponement(Fact):
    """A conflict holds the withdrawal back; `effective_on` None while it lasts."""

    effective_on: date | None
    reason: str


class Party(Document):
    """All that is stated about a State's membership of a treaty."""

    treaty: str
    state: str
    registrations: tuple[Registration, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    postponements: tuple[Postponement, ...] = ()


PartyHeard = told.StatePartyRegistered | told.StatePartyRestated | told.WithdrawalReceived | told.WithdrawalPostponed


def fold(party: Party | None, heard: Heard[PartyHeard]) -> Party | None:
    """The party after one event."""
    if party is None:
        treaty, state = heard.identity.split("-", 1)
        party = Party(id=heard.identity, treaty=treaty, state=state)
    event = heard.event
    match event:
        case told.StatePartyRegistered():
            return party.plus(
                "registrations",
                Registration(
                    origin=stated(heard, event.statement, Period(event.deposited_on.isoformat()), event.deposited_on),
                    name=event.name,
                    action=event.action,
                    signed_on=event.signed_on,
                    deposited_on=event.deposited_on,
                    entry_into_force=event.entry_into_force,
                    derivation=event.derivation,
                ),
            )
        case told.WithdrawalReceived():
            # The treaties count six months from receipt: nobody knew of it earlier.
            received = event.received_on or add_months(event.effective_on, -6)
            return party.plus(
                "withdrawals",
                Withdrawal(
                    origin=done(heard, received, event.statement),
                    received_on=event.received_on,
                    effective_on=event.effective_on,
                ),
            )
        case told.WithdrawalPostponed():
            return party.plus(
                "postponements",
                Postponement(
                    origin=done(heard, None, event.statement), effective_on=event.effective_on, reason=event.reason
                ),
            )
