"""One step of the exercise: on which day, who, what, to which stream."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.auth.caller import Caller
from shared.dates import PartialDate
from shared.messages import Command
from shared.money import Money
from shared.privacy.messages import SealedPerson
from shared.provenance import Statement

ISU = Caller("exercise", "isu")
COORDINATOR = Caller("exercise", "coordinator")


@dataclass(frozen=True)
class Naming:
    """A fictional person at a slot of a stream; sealed when the step is played, and then this command."""

    slot: str
    details: Mapping[str, str]
    command: Callable[[SealedPerson], Command]


@dataclass(frozen=True)
class Step:
    """A command as somebody would send it that day."""

    on: date
    by: Caller
    category: str
    identity: str
    command: Command | Naming


def state(code: str) -> Caller:
    """A representative of a fictional State."""
    return Caller("exercise", "state", code)


def donor(identity: str) -> Caller:
    """Somebody of a fictional donor."""
    return Caller("exercise", "donor", identity)


def day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    return date.fromisoformat(text)


def invented(on: str, note: str = "") -> Statement:
    """The source of everything here: the exercise itself."""
    return Statement(source="Exercise: invented for training", stated_on=PartialDate(on), note=note)


def usd(amount: int) -> Money:
    """A sum of whole US dollars."""
    return Money.of(amount, "USD")


def years(first: int, last: int) -> Iterator[int]:
    """The years from the first to the last."""
    yield from range(first, last + 1)
