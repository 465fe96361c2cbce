"""A State Party to one treaty: deposit, entry into force, withdrawal. Stream `party-<treaty>-<iso3>`."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never, get_args

from services.deadlines.domain.telling import content
from services.deadlines.treaty import Action, entry_into_force, table, withdrawal_effective
from services.deadlines.treaty_rules import Treaty
from shared.countries import Iso3
from shared.dates import PartialDate
from shared.decider import Decider
from shared.messages import Command, Event, Refused, Unacceptable, Value
from shared.provenance import Statement
from shared.text import Line

Derivation = Literal["read", "computed"]
"""Whether the date stood in the source, or was worked out from the treaty's rule."""


class OfParty(Value):
    """Which State under which treaty. One stream each."""

    treaty: Treaty
    state: Iso3


class Joining(OfParty):
    """How a State became a party. Days; the signature as exact as it was read."""

    name: Line
    action: Action
    signed_on: PartialDate | None = None
    deposited_on: date


class RegisterStateParty(Joining, Command):
    """Record that a State became a party. Without `entry_into_force` the treaty's rule gives it.

    With a `derivation` of computed the date must be what the rule gives, where the rule gives one.
    """

    entry_into_force: date | None = None
    derivation: Derivation = "read"
    statement: Statement


class RecordWithdrawal(OfParty, Command):
    """Record a withdrawal. Without `effective_on` it is six months after receipt (CCM 20, APMBC 20)."""

    received_on: date | None = None
    effective_on: date | None = None
    statement: Statement


class PostponeWithdrawal(OfParty, Command):
    """Put the effect of a withdrawal off to the end of an armed conflict; `effective_on` None while it lasts."""

    effective_on: date | None = None
    reason: Line
    statement: Statement


class StatePartyRegistered(Joining, Event):
    """A State became a party; duties count from the entry into force for it (CCM 17, APMBC 17)."""

    entry_into_force: date
    derivation: Derivation
    statement: Statement


class StatePartyRestated(Joining, Event):
    """Another source, or a correction, says how the State became a party. The last statement counts."""

    entry_into_force: date
    derivation: Derivation
    statement: Statement


class WithdrawalReceived(OfParty, Event):
    """The depositary received a withdrawal (CCM 20, APMBC 20). `received_on` None where only its effect was read."""

    received_on: date | None = None
    effective_on: date
    statement: Statement


class WithdrawalPostponed(OfParty, Event):
    """The withdrawal takes effect later; `effective_on` None: not before a conflict ends, day unknown."""

    effective_on: date | None = None
    reason: Line
    statement: Statement


class SuccessionUndated(Unacceptable):
    """No rule gives a succession its entry into force: it needs its own date."""


class SignedAfterDeposit(Unacceptable):
    """A State signs before it deposits its instrument, not after."""


class InForceTooSoon(Unacceptable):
    """A treaty enters into force for no State before it does so itself, nor before the State's deposit."""


class NotByTheRule(Unacceptable):
    """A date marked as computed must be the one that the treaty's rule gives."""


class WithdrawalUndated(Unacceptable):
    """A withdrawal needs the day it was received or the day it takes effect."""


class EffectBeforeReceipt(Unacceptable):
    """A withdrawal takes effect after it was received, not before."""


class NoWithdrawal(Refused):
    """No withdrawal was received from this State."""


class NotPostponed(Unacceptable):
    """A withdrawal can only be put off to a later day than it has now."""


PartyCommand = RegisterStateParty | RecordWithdrawal | PostponeWithdrawal
PartyEvent = StatePartyRegistered | StatePartyRestated | WithdrawalReceived | WithdrawalPostponed


@dataclass(frozen=True)
class Withdrawal:
    """The withdrawal in force; `effective_on` None while its day is not known."""

    received_on: date | None
    effective_on: date | None
    postponed: bool = False


@dataclass(frozen=True)
class Party:
    """What was told of a State's membership. `entry_into_force` None: not registered here; `told`: contents."""

    entry_into_force: date | None = None
    deposited_on: date | None = None
    withdrawal: Withdrawal | None = None
    told: frozenset[str] = frozenset()

    def bound_on(self, day: date) -> bool:
        """Whether the treaty binds the State on that day: a withdrawal ends it on the day it takes effect."""
        if self.entry_into_force is None or day < self.entry_into_force:
            return False
        left = self.withdrawal.effective_on if self.withdrawal else None
        return left is None or day < left


def identity(treaty: str, state: str) -> str:
    """The identity of a State's streams under a treaty: `CCM-LAO`."""
    return f"{treaty}-{state}"


def decide(command: PartyCommand, party: Party) -> tuple[PartyEvent, ...]:
    """Pure. What was told before is not told again; a differing statement is recorded beside it."""
    match command:
        case RegisterStateParty():
            return _register(command, party)
        case RecordWithdrawal():
            return _new(_withdrawal(command), party)
        case PostponeWithdrawal():
            return _postpone(command, party)
        case _:
            assert_never(command)


def _new(event: PartyEvent, party: Party) -> tuple[PartyEvent, ...]:
    return () if content(event) in party.told else (event,)


def _register(command: RegisterStateParty, party: Party) -> tuple[PartyEvent, ...]:
    begins, derivation = _entry(command)
    if command.signed_on is not None and command.signed_on.start > command.deposited_on:
        raise SignedAfterDeposit(
            field="signed_on", found=command.signed_on, allowed=f"not after {command.deposited_on.isoformat()}"
        )
    facts = {
        **{name: getattr(command, name) for name in Joining.model_fields},
        "entry_into_force": begins,
        "derivation": derivation,
        "statement": command.statement,
    }
    registered = StatePartyRegistered(**facts)
    if party.entry_into_force is None:
        return (registered,)
    return _new(StatePartyRestated(**facts), party)


def _entry(command: RegisterStateParty) -> tuple[date, Derivation]:
    by_rule = entry_into_force(command.treaty, command.deposited_on, command.action)
    given = command.entry_into_force
    if given is None:
        if by_rule is None:
            raise SuccessionUndated(field="entry_into_force", allowed="the day from which the State is a party")
        return by_rule, "computed"
    earliest = table(command.treaty).entered_into_force
    if command.action != "succession":
        # A State that succeeds to a treaty is bound from its own beginning, which its notice follows.
        earliest = max(earliest, command.deposited_on)
    if given < earliest:
        raise InForceTooSoon(field="entry_into_force", found=given.isoformat(), allowed=f"from {earliest.isoformat()}")
    if command.derivation == "computed" and by_rule is not None and given != by_rule:
        raise NotByTheRule(field="entry_into_force", found=given.isoformat(), allowed=by_rule.isoformat())
    return given, command.derivation


def _withdrawal(command: RecordWithdrawal) -> WithdrawalReceived:
    effective = command.effective_on
    if effective is None and command.received_on is not None:
        effective = withdrawal_effective(command.treaty, command.received_on)
    if effective is None:
        raise WithdrawalUndated(field="received_on", allowed="the day of receipt, or effective_on")
    if command.received_on is not None and effective < command.received_on:
        raise EffectBeforeReceipt(
            field="effective_on", found=effective.isoformat(), allowed=f"after {command.received_on.isoformat()}"
        )
    return WithdrawalReceived(
        treaty=command.treaty,
        state=command.state,
        received_on=command.received_on,
        effective_on=effective,
        statement=command.statement,
    )


def _postpone(command: PostponeWithdrawal, party: Party) -> tuple[PartyEvent, ...]:
    event = WithdrawalPostponed(**{name: getattr(command, name) for name in WithdrawalPostponed.model_fields})
    if content(event) in party.told:
        return ()
    if party.withdrawal is None:
        raise NoWithdrawal()
    now = party.withdrawal.effective_on
    if command.effective_on is not None and now is not None and command.effective_on <= now:
        raise NotPostponed(
            field="effective_on", found=command.effective_on.isoformat(), allowed=f"after {now.isoformat()}"
        )
    return (event,)


def evolve(party: Party, event: PartyEvent) -> Party:
    """Pure. The last statement on entry into force counts; a deposit after a withdrawal makes a party again."""
    told = party.told | {content(event)}
    match event:
        case StatePartyRegistered() | StatePartyRestated():
            left = party.withdrawal
            back = left is not None and left.effective_on is not None and event.deposited_on >= left.effective_on
            return replace(
                party,
                entry_into_force=event.entry_into_force,
                deposited_on=event.deposited_on,
                withdrawal=None if back else left,
                told=told,
            )
        case WithdrawalReceived(received_on=received_on, effective_on=effective_on):
            before = party.withdrawal
            if before is not None and before.postponed:
                # A second source on the same withdrawal does not undo what put its effect off.
                return replace(
                    party, withdrawal=replace(before, received_on=received_on or before.received_on), told=told
                )
            return replace(party, withdrawal=Withdrawal(received_on, effective_on), told=told)
        case WithdrawalPostponed(effective_on=effective_on):
            received = party.withdrawal.received_on if party.withdrawal else None
            return replace(party, withdrawal=Withdrawal(received, effective_on, postponed=True), told=told)
        case _:
            assert_never(event)


PARTIES = Decider("party", Party(), decide, evolve, events=get_args(PartyEvent))
