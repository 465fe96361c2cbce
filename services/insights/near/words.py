"""Figures, days and names as people write them; duties by their treaty and Article."""

from datetime import date
from decimal import Decimal

from services.insights.facts.origin import Origin
from services.insights.near.sources import name_of
from shared.dates import Period
from shared.money import Money

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
STATUS = {
    "on_track": "on track",
    "not_on_track": "not on track",
    "unclear": "unclear whether on track",
    "needs_assistance": "needs assistance",
    "extension_requested": "extension requested",
    "extension_granted": "extension granted",
    "completed": "completed",
    "in_violation": "past its deadline without an extension",
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
        shown = f"{km2:,.0f}" if km2 >= 100 else f"{float(km2):.3g}"
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


def money(sum_: Money) -> str:
    """EUR 528,000,000, with cents only where there are some."""
    whole = sum_.amount == sum_.amount.to_integral_value()
    return f"{sum_.currency} {sum_.amount:,.0f}" if whole else str(sum_)


def cited(origin: Origin) -> str:
    """The source and when it said it: "the Monitor, 1 August 2017"."""
    name = name_of(origin.source) if origin.source else "recorded here"
    if origin.stated_on:
        return f"{name}, {when(str(origin.stated_on))}"
    return f"{name}, day not known" if origin.assumed else f"{name}, {day(origin.known_from)}"


def listed(names: list[str]) -> str:
    """One or more names as a list in words: a, b and c. IndexError for none."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
