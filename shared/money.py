"""Money: a Decimal with an ISO 4217 code, never a float; and rates that name their day and source."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from babel.numbers import get_currency_precision, list_currencies
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from shared.messages import Value
from shared.text import Source

CURRENCIES = frozenset(list_currencies())
_LARGEST = Decimal(10) ** 15
_NEGATIVE = re.compile(r"[-\u2212](?=[0-9.]*[1-9])[0-9]*\.?[0-9]*")
"""With the sign of the keyboard or that of typesetting; minus zero is only written oddly."""


STORED = {"stored": True}
"""Validation context for what was accepted before: sums of accepted amounts may be of any size."""


def exact(value: Any, info: ValidationInfo) -> Decimal:
    """A plain decimal number from a string. ValueError for floats, exponents, NaN and signs.

    A JSON number is refused: on its way most readers make it a binary float, and a cent is lost.
    What comes in is below 10^15; what was reckoned from it, or is read back, has no bound.
    """
    bounded = not (isinstance(value, Decimal) or (info.context or {}).get("stored"))
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, str) and _NEGATIVE.fullmatch(value):
        raise ValueError("cannot be negative")
    elif isinstance(value, str) and value and all(c in "0123456789." for c in value) and value.isascii():
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ValueError('must be a plain decimal number in a string, such as "1250000.00"') from None
    else:
        raise ValueError('must be a plain decimal number in a string, such as "1250000.00"')
    if not number.is_finite():
        raise ValueError("must be a finite amount, zero or more")
    if number < 0:
        raise ValueError("cannot be negative")
    if bounded and number >= _LARGEST:
        raise ValueError("must be less than 10^15")
    return number


Amount = Annotated[
    Decimal,
    BeforeValidator(exact),
    PlainSerializer(lambda amount: format(amount, "f"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^(0|[1-9]\d*)(\.\d+)?$", "examples": ["1250000"]}),
]
"""Zero or more, written as a string: "1250000.00"; below 10^15 where it comes in."""


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is not an ISO 4217 code, such as USD or EUR")
    return code


Currency = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": sorted(CURRENCIES)})]
"""ISO 4217, upper case."""


class Money(Value):
    """An amount, zero or more, with no more decimals than its currency has (ISO 4217 minor units)."""

    amount: Amount
    currency: Currency

    @model_validator(mode="after")
    def _not_finer_than_its_currency(self) -> "Money":
        decimals = -int(self.amount.as_tuple().exponent)
        allowed = get_currency_precision(self.currency)
        if decimals > allowed and self.amount != round(self.amount, allowed):
            raise ValueError(f"{self.currency} has {allowed} decimals, not {decimals}")
        # One amount, one text: equal sums compare, hash and sign alike.
        object.__setattr__(self, "amount", round(self.amount, allowed))
        return self

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> "Money":
        """Money from code of ours: `Money.of("40.50", "EUR")`."""
        return cls(amount=Decimal(amount), currency=currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in that currency (ISO 4217 code)."""
        return cls(amount=Decimal(0), currency=currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + self._same(other), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """The difference. ValueError where it would be less than nothing."""
        return Money(amount=self.amount - self._same(other), currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount > 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount


class CurrencyMismatch(ArithmeticError):
    """Two currencies were added or compared; they need a rate first."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"cannot reckon {one} with {other} without a rate")


def total(sums: Iterable[Money], currency: str) -> Money:
    """The sum of money in one currency; zero where there is none."""
    whole = Money.zero(currency)
    for part in sums:
        whole = whole + part
    return whole


class Rate(Value):
    """US dollars for one unit of a currency on a day, and who says so."""

    currency: Currency
    usd: Annotated[Decimal, Field(gt=0)]
    on: date
    source: Source

    def in_usd(self, money: Money) -> Money:
        """The sum in US dollars at this rate, rounded half even to the cent."""
        if money.currency != self.currency:
            raise CurrencyMismatch(self.currency, money.currency)
        return Money.of(round(money.amount * self.usd, 2), "USD")
