"""Help given, as a source or a donor states it. Stream `assistance-<id>`.

Mines and cluster munitions need not be told apart, as donors do not (CCM-11): then treaty and
article are blank. Editions that revise a year both stay.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from pydantic import Field

from shared.countries import Iso3
from shared.dates import Period
from shared.decider import Decider
from shared.ids import derived_id
from shared.messages import Command, Event
from shared.money import Amount, Money
from shared.provenance import Statement
from shared.text import Prose, Words


class RecordAssistance(Command):
    """Keep a statement of help given. The same statement twice is kept once."""

    donor: Iso3 | None = None
    donor_name: Words = Field(default="", description='As printed; "all donors" marks a total.')
    recipient: Iso3 | None = None
    recipient_name: Words = ""
    treaty: Literal["", "CCM", "APMBC"] = ""
    article: Words = ""
    sector: Words = ""
    what: Prose = ""
    amount: Money | None = None
    amount_without_currency: Amount | None = Field(
        default=None, description="A sum whose currency could not be read: kept as printed, never added up."
    )
    amount_usd_printed: Amount | None = Field(default=None, description="US dollars as the source converted them.")
    period: Period | None = Field(default=None, description="The year or years it is for.")
    partial: bool = Field(default=False, description="The table was read in part only: not the whole year.")
    statement: Statement


class AssistanceRecorded(Event):
    """A statement of help given, as it was made; without a treaty where the source names none (CCM-11)."""

    donor: Iso3 | None = None
    donor_name: Words = ""
    recipient: Iso3 | None = None
    recipient_name: Words = ""
    treaty: Literal["", "CCM", "APMBC"] = ""
    article: Words = ""
    sector: Words = ""
    what: Prose = ""
    amount: Money | None = None
    amount_without_currency: Amount | None = None
    amount_usd_printed: Amount | None = None
    period: Period | None = None
    partial: bool = False
    statement: Statement


def name_of(statement: RecordAssistance) -> str:
    """The stream's identity: the same statement has the same one."""
    return derived_id("assistance", statement.model_dump_json())


@dataclass(frozen=True)
class Assistance:
    """Whether the statement is kept already."""

    recorded: bool = False


def decide(command: RecordAssistance, assistance: Assistance) -> tuple[AssistanceRecorded, ...]:
    """Never refused: a sourced statement stays, also beside one that says otherwise."""
    match command:
        case RecordAssistance():
            if assistance.recorded:
                return ()
            return (AssistanceRecorded.model_validate(command.model_dump()),)
        case _:
            assert_never(command)


def evolve(assistance: Assistance, event: AssistanceRecorded) -> Assistance:
    """The statement after the event."""
    match event:
        case AssistanceRecorded():
            return Assistance(recorded=True)
        case _:
            assert_never(event)


ASSISTANCE: Decider[RecordAssistance, AssistanceRecorded, Assistance] = Decider(
    "assistance", Assistance(), decide, evolve, events=(AssistanceRecorded,)
)
