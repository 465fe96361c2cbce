"""A partnership that somebody reported, whatever its source calls it (COA-2, COA-3). Stream `partnership-<id>`.

These are statements with a source. They make the baseline of partnerships and are kept apart from
the coalitions proposed here: nobody proposed anything here who did not.
"""

from dataclasses import dataclass
from typing import Literal

from shared.countries import Iso3
from shared.decider import Decider
from shared.messages import Command, Event
from shared.provenance import Statement
from shared.text import Line, Prose, Words

Called = Literal["country_coalition", "partnership", "proposal", "concept"]
"""What it is by its source: the source itself says "country coalition", or it does not, or it was
only proposed or in preparation, or it is the idea of such coalitions."""


class RecordPartnership(Command):
    """Record what a source says about a partnership. Statements that differ all stay."""

    name: Line
    state: Iso3 | None = None
    partners: Words = ""
    established: Words = ""
    purpose: Prose = ""
    outcome: Prose = ""
    called: Called
    statement: Statement


class PartnershipRecorded(Event):
    """A source says this about a partnership. `established` is as printed; blank is unknown."""

    name: Line
    state: Iso3 | None
    partners: Words
    established: Words
    purpose: Prose
    outcome: Prose
    called: Called
    statement: Statement


@dataclass(frozen=True)
class Partnership:
    """The statements so far."""

    recorded: frozenset[PartnershipRecorded] = frozenset()


def decide(command: RecordPartnership, partnership: Partnership) -> tuple[PartnershipRecorded, ...]:
    """The statement, once; never a refusal, also where it disagrees with another."""
    recorded = PartnershipRecorded(**dict(command))
    return () if recorded in partnership.recorded else (recorded,)


def evolve(partnership: Partnership, event: PartnershipRecorded) -> Partnership:
    """The partnership with one more statement."""
    return Partnership(partnership.recorded | {event})


PARTNERSHIPS = Decider("partnership", Partnership(), decide, evolve, events=(PartnershipRecorded,))
