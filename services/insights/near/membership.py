"""Whether a State is a party on a day: only States Parties have treaty duties.

A withdrawal takes effect on the day stated, and not before a postponement is over. A registration
that no source told of by the day does not count; but a source that by then named the State's own
deadline, or a report that it owed, has said that it is a party. Its entry into force then stays unknown.

Rule: "What is ranked" in docs/near-completion.md.
"""

from dataclasses import dataclass
from datetime import date

from services.insights.facts.obligation import Obligation
from services.insights.facts.origin import Origin
from services.insights.facts.party import Party, Registration
from services.insights.facts.reporting import Reporting
from services.insights.near.known import Lens, said_on


@dataclass(frozen=True, slots=True)
class Membership:
    """A State that is bound on the day. `registration` None: known only through its duties."""

    name: str
    registration: Registration | None
    origin: Origin

    @property
    def entry_into_force(self) -> date | None:
        """For this State; None where not known on the day."""
        return self.registration.entry_into_force if self.registration else None


def membership(
    party: Party | None, obligations: list[Obligation], reporting: Reporting | None, lens: Lens
) -> Membership | None:
    """The membership that holds on the day; None for a State that is not, not yet or no longer bound."""
    if party is not None:
        if _has_left(party, lens):
            return None
        registrations = lens.known(party.registrations)
        if registrations:
            newest = max(registrations, key=lambda one: (said_on(one.origin), one.origin.link))
            if newest.entry_into_force > lens.on:
                return None
            return Membership(newest.name, newest, newest.origin)
    proof = _proof(obligations, reporting, lens)
    return Membership("", None, proof) if proof else None


def _has_left(party: Party, lens: Lens) -> bool:
    withdrawals = lens.known(party.withdrawals)
    if not withdrawals:
        return False
    effective: date | None = max(withdrawals, key=lambda one: (said_on(one.origin), one.origin.link)).effective_on
    for postponed in lens.known(party.postponements):
        effective = postponed.effective_on
    return effective is not None and effective <= lens.on


def _proof(obligations: list[Obligation], reporting: Reporting | None, lens: Lens) -> Origin | None:
    found: list[Origin] = []
    for duty in obligations:
        # Only what the treaty gives to a party: a date of its own, or more time.
        found += [one.origin for one in lens.known(duty.original_deadlines) if one.deadline]
        found += [one.origin for one in lens.known(duty.extensions) if one.granted]
        found += [one.origin for one in lens.known(duty.decisions)]
    if reporting:
        found += [one.origin for one in lens.known(reporting.stated) if one.kind in ("initial", "annual")]
        found += [one.origin for one in lens.known(reporting.received) if one.kind in ("initial", "annual")]
    return min(found, key=lambda one: (one.known_from, one.link), default=None)
