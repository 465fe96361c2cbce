"""What a donor promises, and to what (IATI 2.03; the Grand Bargain's earmarking categories)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from shared.countries import Iso3
from shared.dates import PartialDate
from shared.messages import Value
from shared.money import Money, total
from shared.text import Identity, Prose, Words

Treaty = Literal["CCM", "APMBC"]
TargetKind = Literal["need_line", "obligation", "state", "coalition", "project", "unearmarked"]
Earmarking = Literal["unearmarked", "softly", "earmarked", "tightly"]
"""Grand Bargain: 1 the recipient decides; 2 fund, programme or region; 3 country or sector; 4 project or in kind."""
Year = Annotated[int, Field(ge=1900, le=2200)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
"""When something happened to a pledge; a day outside these years is a slip of the pen."""

_NAMED_BY: dict[TargetKind, tuple[str, ...]] = {
    "need_line": ("request", "line"),
    "obligation": ("state", "treaty", "article"),
    "state": ("state",),
    "coalition": ("coalition",),
    "project": ("project",),
    "unearmarked": (),
}


class Target(Value):
    """What the pledge is for. Each kind is named by its own fields; the others may say more."""

    kind: TargetKind
    request: Identity | None = None
    line: Identity | None = None
    state: Iso3 | None = None
    treaty: Treaty | None = None
    article: Literal["3", "4", "5", "7", "9"] | None = None
    coalition: Identity | None = None
    project: Identity | None = None

    @model_validator(mode="after")
    def _is_named(self) -> "Target":
        missing = [name for name in _NAMED_BY[self.kind] if getattr(self, name) is None]
        if missing:
            raise ValueError(f"a target of kind {self.kind} needs {' and '.join(missing)}")
        return self


class Tranche(Value):
    """A part of the pledge that is meant to be paid by itself, in the pledge's currency, about that date."""

    tranche: Identity
    amount: Money
    expected_on: PartialDate


class PledgeTerms(Value):
    """The promise: money, help in kind, or both. Tranches, where given, add up to the amount.

    A donor who cannot promise several years promises one each year to the same thing and names the
    `run`, so that the years read as one line (DON-5); `year` is the one this pledge is for.
    """

    donor: Identity
    target: Target
    amount: Money | None = Field(default=None, description="More than zero; blank where help is in kind only.")
    in_kind: Prose = ""
    tranches: tuple[Tranche, ...] = Field(default=(), max_length=60)
    earmarking: Earmarking = "earmarked"
    conditions: Prose = ""
    run: Words = ""
    year: Year | None = None

    @field_validator("amount")
    @classmethod
    def _promises_something(cls, amount: Money | None) -> Money | None:
        if amount is not None and not amount:
            raise ValueError("must be more than zero; leave it out where help is in kind only")
        return amount

    @model_validator(mode="after")
    def _holds_together(self) -> "PledgeTerms":
        if self.amount is None and not self.in_kind:
            raise ValueError("a pledge promises an amount or help in kind")
        if not self.tranches:
            return self
        if self.amount is None:
            raise ValueError("help in kind has no tranches of money")
        names = [part.tranche for part in self.tranches]
        if len(set(names)) != len(names):
            raise ValueError("each tranche needs a name of its own")
        if any(part.amount.currency != self.amount.currency for part in self.tranches):
            raise ValueError(f"the tranches must be in {self.amount.currency}, as the pledge is")
        if (together := total((part.amount for part in self.tranches), self.amount.currency)) != self.amount:
            raise ValueError(f"the tranches add up to {together}, the pledge is {self.amount}")
        return self
