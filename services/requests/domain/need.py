"""A need read in a source: asked, stated or estimated elsewhere. Stream `need-<id>`.

It is kept as printed beside the requests made here; nothing can be allocated to it (ADR 0006).
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from pydantic import Field

from shared.countries import Iso3
from shared.decider import Decider
from shared.ids import derived_id
from shared.messages import Command, Event
from shared.money import Money
from shared.provenance import Statement
from shared.text import Words

Basis = Literal["asked", "stated", "estimate"]
"""Asked by the State, stated of it by somebody, or worked out by somebody."""


class RecordNeed(Command):
    """Keep a need as its source gives it. The same statement twice is kept once."""

    treaty: Literal["CCM", "APMBC", "other"]
    state: Iso3
    article: Literal["", "3", "4", "5", "7", "9"] = ""
    basis: Basis
    kind: Words
    what: Words
    amount: Money | None = None
    year_from: int | None = Field(default=None, ge=1900, le=2200)
    year_to: int | None = Field(default=None, ge=1900, le=2200)
    of_which_national: Money | None = None
    of_which_secured: Money | None = None
    part_of: bool = Field(default=False, description="Part of a larger plan that has a row too: never add both.")
    statement: Statement


class NeedRecorded(Event):
    """A need as its source gives it; `treaty` is "other" for States outside both treaties."""

    treaty: Literal["CCM", "APMBC", "other"]
    state: Iso3
    article: Literal["", "3", "4", "5", "7", "9"] = ""
    basis: Basis
    kind: Words
    what: Words
    amount: Money | None = None
    year_from: int | None = None
    year_to: int | None = None
    of_which_national: Money | None = None
    of_which_secured: Money | None = None
    part_of: bool = False
    statement: Statement


def name_of(statement: RecordNeed) -> str:
    """The stream's identity: the same statement has the same one."""
    return derived_id("need", statement.model_dump_json())


@dataclass(frozen=True)
class Need:
    """Whether the statement is kept already."""

    recorded: bool = False


def decide(command: RecordNeed, need: Need) -> tuple[NeedRecorded, ...]:
    """Never refused: a sourced statement stays, also beside one that says otherwise."""
    match command:
        case RecordNeed():
            if need.recorded:
                return ()
            return (NeedRecorded.model_validate(command.model_dump()),)
        case _:
            assert_never(command)


def evolve(need: Need, event: NeedRecorded) -> Need:
    """The need after the event."""
    match event:
        case NeedRecorded():
            return Need(recorded=True)
        case _:
            assert_never(event)


NEEDS: Decider[RecordNeed, NeedRecorded, Need] = Decider("need", Need(), decide, evolve, events=(NeedRecorded,))
