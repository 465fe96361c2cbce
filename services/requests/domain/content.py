"""What a State asks for (CCM 6, APMBC 6; CCM-8 to CCM-17 of the 2017 meeting's record)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from shared.countries import Iso3
from shared.dates import PartialDate
from shared.messages import Value
from shared.money import Money
from shared.text import Identity, Line, Prose, Words

Treaty = Literal["CCM", "APMBC"]
Article = Literal["3", "4", "5", "7", "9"]
NeedKind = Literal[
    "financial",
    "technical_expertise",
    "equipment",
    "training",
    "survey",
    "clearance",
    "stockpile_destruction",
    "victim_assistance_plan",
    "national_legislation",
    "reporting",
]
"""The kinds of help asked for (CCM-9; docs/domain.md)."""
Channel = Literal["bilateral", "meeting_margins", "ngo", "article_7_report", "other"]
"""How the request reached the donors besides this place (CCM-17)."""
ObstacleSize = Literal["small", "medium", "large", "unknown"]
Year = Annotated[int, Field(ge=1900, le=2200)]
Goal = Annotated[int, Field(ge=1, le=17)]
"""A Sustainable Development Goal by its number."""

ARTICLES: Mapping[str, frozenset[str]] = {
    "CCM": frozenset({"3", "4", "5", "7", "9"}),
    "APMBC": frozenset({"4", "5", "7", "9"}),
}
"""The articles that carry a duty help can be asked for. The same number is another duty in the
other treaty, and victim assistance has an article of its own only in the CCM."""


def article_of(treaty: str, article: str) -> None:
    """Nothing. ValueError where the treaty's article holds no such duty."""
    if article not in ARTICLES[treaty]:
        allowed = ", ".join(sorted(ARTICLES[treaty]))
        raise ValueError(f"{treaty} Article {article} is no duty to ask help for: use one of {allowed}")


class ObligationAsked(Value):
    """A duty of the State that the help is for; `clock` is blank or names the hostilities (CCM 4.1(b))."""

    treaty: Treaty
    article: Article
    clock: Words = ""

    @model_validator(mode="after")
    def _is_a_duty(self) -> "ObligationAsked":
        article_of(self.treaty, self.article)
        return self


class NeedLine(Value):
    """One thing needed. With an amount it is covered by money; without, by help in kind.

    `line` names it inside its request and stays its name through revisions.
    """

    line: Identity
    kind: NeedKind
    description: Prose = ""
    amount: Money | None = Field(default=None, description="More than zero; blank: no amount is stated.")
    quantity: Words = ""
    year_from: Year | None = None
    year_to: Year | None = None
    treaty: Treaty | None = None
    article: Article | None = None

    @field_validator("amount")
    @classmethod
    def _asks_for_something(cls, amount: Money | None) -> Money | None:
        if amount is not None and not amount:
            raise ValueError("must be more than zero; leave it out where no amount is stated")
        return amount

    @model_validator(mode="after")
    def _holds_together(self) -> "NeedLine":
        if self.year_from and self.year_to and self.year_to < self.year_from:
            raise ValueError(f"year_to {self.year_to} comes before year_from {self.year_from}")
        if (self.treaty is None) != (self.article is None):
            raise ValueError("treaty and article go together: an article number alone never names a duty")
        if self.treaty is not None and self.article is not None:
            article_of(self.treaty, self.article)
        return self


class RequestContent(Value):
    """The request as people read it. A draft may be short; a submitted one needs a duty and a need."""

    state: Iso3
    obligations: tuple[ObligationAsked, ...] = Field(default=(), max_length=20)
    needs: tuple[NeedLine, ...] = Field(default=(), max_length=100)
    obstacle: Prose = ""
    obstacle_size: ObstacleSize = "unknown"
    authority: Words = Field(default="", description="The national or local authority to partner with (CCM-12).")
    local_partner: Words = ""
    completion_plan: Prose = ""
    completion_planned_on: PartialDate | None = None
    development_benefit: Prose = Field(default="", description="Donors weigh it more than the munition (CCM-10).")
    sdgs: tuple[Goal, ...] = Field(default=(), max_length=17)
    multi_year: bool | None = None
    places: tuple[Line, ...] = Field(default=(), max_length=100)
    channels: tuple[Channel, ...] = Field(default=(), max_length=10)

    @model_validator(mode="after")
    def _holds_together(self) -> "RequestContent":
        lines = [need.line for need in self.needs]
        if len(set(lines)) != len(lines):
            twice = next(line for line in lines if lines.count(line) > 1)
            raise ValueError(f"the need line {twice!r} stands there twice: each needs a name of its own")
        if len(set(self.obligations)) != len(self.obligations):
            raise ValueError("the same obligation stands there twice")
        duties = {(duty.treaty, duty.article) for duty in self.obligations}
        for need in self.needs:
            if need.treaty is not None and need.article is not None and (need.treaty, need.article) not in duties:
                raise ValueError(
                    f"the need line {need.line!r} is for {need.treaty} Article {need.article}, "
                    "which is not among the obligations of the request"
                )
        return self

    def need(self, line: str) -> NeedLine | None:
        """The need line of that name, None where there is none."""
        return next((need for need in self.needs if need.line == line), None)
