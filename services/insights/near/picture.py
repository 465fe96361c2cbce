"""All documents that the ranking looks at, found by State and duty.

Rule: "What is ranked" in docs/near-completion.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from services.insights.facts.ambassador import Partnership
from services.insights.facts.assistance import Assistance
from services.insights.facts.coalition import Coalition
from services.insights.facts.donor import Donor
from services.insights.facts.meeting import Meeting
from services.insights.facts.need import RecordedNeed
from services.insights.facts.obligation import Obligation
from services.insights.facts.party import Party
from services.insights.facts.pledge import Pledge
from services.insights.facts.reporting import Reporting
from services.insights.facts.request import Request
from services.insights.near.meetings import Meetings
from shared.money import Rate

K = TypeVar("K")
T = TypeVar("T")


class Rates(Protocol):
    """Exchange rates that name their day and source."""

    def usd(self, currency: str, on: date) -> Rate | None:
        """US dollars for one unit on that day or the last trading day before; None where unknown."""
        ...


class DollarsOnly:
    """No exchange rate is known: only US dollars count as US dollars."""

    def usd(self, currency: str, on: date) -> Rate | None:
        """None for every currency."""
        return None


@dataclass(frozen=True)
class Picture:
    """The documents of insights, in any order. Make a new one when a document changes."""

    parties: tuple[Party, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    reporting: tuple[Reporting, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    requests: tuple[Request, ...] = ()
    needs: tuple[RecordedNeed, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    assistance: tuple[Assistance, ...] = ()
    donors: tuple[Donor, ...] = ()
    coalitions: tuple[Coalition, ...] = ()
    partnerships: tuple[Partnership, ...] = ()
    rates: Rates = field(default_factory=DollarsOnly)
    shared_calendar: Meetings | None = None
    """The calendar of `meetings`, where several pictures have the same."""

    @cached_property
    def party_by_state(self) -> dict[tuple[str, str], Party]:
        """Parties by treaty and State."""
        return {(party.treaty, party.state): party for party in self.parties}

    @cached_property
    def reporting_by_state(self) -> dict[tuple[str, str], Reporting]:
        """Reports by treaty and State."""
        return {(one.treaty, one.state): one for one in self.reporting}

    @cached_property
    def calendar(self) -> Meetings:
        """Meetings that decide requests, by treaty."""
        return self.shared_calendar or Meetings(self.meetings)

    @cached_property
    def needs_by_duty(self) -> dict[tuple[str, str, str], list[RecordedNeed]]:
        """Recorded needs by treaty, State and article."""
        return _grouped(
            ((one.treaty, one.state, one.article), one) for one in sorted(self.needs, key=lambda one: one.id)
        )

    @cached_property
    def requests_by_state(self) -> dict[str, list[Request]]:
        """Published requests by State."""
        return _grouped((one.state, one) for one in sorted(self.requests, key=lambda one: one.id))

    @cached_property
    def coalitions_by_state(self) -> dict[str, list[Coalition]]:
        """Coalitions by State."""
        return _grouped((one.state, one) for one in sorted(self.coalitions, key=lambda one: one.id))

    @cached_property
    def partnerships_by_state(self) -> dict[str, list[Partnership]]:
        """Partnerships of the record by State."""
        return _grouped((one.state, one) for one in sorted(self.partnerships, key=lambda one: one.id))

    @cached_property
    def assistance_by_state(self) -> dict[str, list[Assistance]]:
        """Records of help by the State that received it."""
        return _grouped((one.recipient, one) for one in sorted(self.assistance, key=lambda one: one.id))

    @cached_property
    def pledges_in_order(self) -> list[Pledge]:
        """Pledges by their id."""
        return sorted(self.pledges, key=lambda one: one.id)


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return groups
