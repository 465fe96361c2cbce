"""Figures and days as people write them in English; duties by their treaty and Article."""

from datetime import date
from decimal import Decimal

from shared.dates import Period
from shared.rounding import significant

DUTIES = {
    ("CCM", "3"): "Destroy stockpiles",
    ("CCM", "4"): "Clear cluster munition remnants",
    ("CCM", "5"): "Assist victims",
    ("CCM", "7"): "Report",
    ("CCM", "9"): "Adopt national law",
    ("APMBC", "4"): "Destroy stockpiles",
    ("APMBC", "5"): "Clear mined areas",
    ("APMBC", "7"): "Report",
    ("APMBC", "9"): "Adopt national law",
}


def day(when: date) -> str:
    """A day in words, without a leading zero: 1 August 2020."""
    return f"{when.day} {when:%B %Y}"


def when(text: str) -> str:
    """A date or span of a source in words, no more exact than it was written: August 2020, 2018 to 2020."""
    parts = []
    for part in text.split("/"):
        pieces = part.split("-")
        if len(pieces) == 1:
            parts.append(pieces[0])
        else:
            start = Period(part).start
            parts.append(day(start) if len(pieces) == 3 else f"{start:%B %Y}")
    return " to ".join(parts)


def duration(days: int) -> str:
    """2 years 7 months; 5 months; 12 days."""
    days = abs(days)
    months = round(days / 30.4375)
    years, months = divmod(months, 12)
    if years:
        return _count(years, "year") + (f" {_count(months, 'month')}" if months else "")
    return _count(months, "month") if days > 60 else _count(days, "day")


def _count(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")


def quantity(value: Decimal, unit: str) -> str:
    """1.72 km², 850,000 m² as 0.85 km²; 1,235 munitions."""
    if unit == "m2":
        if value and value < 10_000:
            return f"{value:,.0f} m²"
        km2 = value / 1_000_000
        shown = f"{km2:,.0f}" if km2 >= 100 else f"{significant(km2)}"
        return f"{shown} km²"
    return f"{value:,.0f} {unit}"


def dollars(usd: Decimal) -> str:
    """USD 2.73 million; USD 250,000."""
    if usd >= 1_000_000:
        return (
            f"USD {float(usd) / 1_000_000:,.3g} million"
            if usd < 1_000_000_000
            else f"USD {usd / 1_000_000:,.0f} million"
        )
    return f"USD {usd:,.0f}"


def money(currency: str, amount: Decimal) -> str:
    """EUR 528,000,000, with cents only where there are some."""
    whole = amount == amount.to_integral_value()
    return f"{currency} {amount:,.0f}" if whole else f"{currency} {amount:,}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th …"""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
