"""Dates, figures and links as people read them."""

import calendar
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

CONFIDENCE = ((65, "high"), (35, "medium"), (0, "low"))
"""From this confidence (0 to 100) on it is called so."""
LONGEST_HISTORY = 200
"""So many commits of a history stand on one page."""
_DAYS_IN_A_MONTH = 30.4375
STATUS = {
    "on_track": "on track",
    "not_on_track": "not on track",
    "unclear": "unclear whether on track",
    "needs_assistance": "needs assistance",
    "in_violation": "past its deadline",
}
METRICS = {
    "remaining_contamination_m2": "Area left",
    "remaining_cha_m2": "Confirmed hazardous area left",
    "remaining_sha_m2": "Suspected hazardous area left",
    "confirmed_new_m2": "Newly confirmed area",
    "cleared_m2": "Cleared",
    "reduced_m2": "Reduced by technical survey",
    "cancelled_m2": "Cancelled by non-technical survey",
    "released_m2": "Released in all",
    "share_cleared_percent": "Share cleared",
    "submunitions_destroyed": "Submunitions destroyed",
    "mines_destroyed": "Mines destroyed",
}
ARTICLES = {
    ("CCM", "3"): "Destroy stockpiles",
    ("CCM", "4"): "Clear cluster munition remnants",
    ("CCM", "5"): "Assist victims",
    ("CCM", "7"): "Report on transparency",
    ("CCM", "9"): "Adopt national law",
    ("APMBC", "4"): "Destroy stockpiles",
    ("APMBC", "5"): "Clear mined areas",
    ("APMBC", "7"): "Report on transparency",
    ("APMBC", "9"): "Adopt national law",
}
TREATIES = {"CCM": "Convention on Cluster Munitions", "APMBC": "Anti-Personnel Mine Ban Convention"}


def day(text: str | None) -> str:
    """`2029-03-01` as 1 March 2029, `2029-03` as March 2029, spans likewise; blank stays blank."""
    return " to ".join(_part(part) for part in text.split("/")) if text else ""


def _part(text: str) -> str:
    pieces = text.split("-")
    if not all(piece.isdigit() for piece in pieces):
        return text
    words = [pieces[0]]
    if len(pieces) > 1:
        words.insert(0, calendar.month_name[int(pieces[1])])
    if len(pieces) > 2:
        words.insert(0, str(int(pieces[2])))
    return " ".join(words)


def countdown(to: str | None, since: str) -> str:
    """How far a day lies from the day asked about: "in 2 years 3 months", "11 months ago", "today"."""
    if not to:
        return ""
    end, start = date.fromisoformat(to), date.fromisoformat(since)
    if end == start:
        return "today"
    length = _length(*sorted((start, end)))
    return f"in {length}" if end > start else f"{length} ago"


def _length(first: date, last: date) -> str:
    """The nearest number of months; days up to two months."""
    days = (last - first).days
    if days <= 60:
        return _count(days, "day")
    years, months = divmod(round(days / _DAYS_IN_A_MONTH), 12)
    return " ".join(part for part in (_count(years, "year"), _count(months, "month")) if part)


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}" if number else ""


def quantity(value: str | None, unit: str) -> str:
    """`1720000`, m2 as 1.72 km²; small areas in m²; counts with their unit. Unknown where there is none."""
    if value is None:
        return "not known"
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if unit == "m2":
        if number < 10_000:
            return f"{number:,.0f} m²"
        km2 = number / 1_000_000
        return f"{km2:,.0f} km²" if km2 >= 100 else f"{float(km2):.3g} km²"
    if unit == "percent":
        return f"{number.normalize():f} %"
    return f"{number:,.0f} {unit}".strip()


def money(sum_: dict[str, str] | None) -> str:
    """`{"amount": "2400000.00", "currency": "USD"}` as USD 2,400,000."""
    return f"{sum_['currency']} {Decimal(sum_['amount']):,.0f}" if sum_ else "amount not stated"


def dollars(usd: str | None) -> str:
    """US dollars without cents, or not known."""
    return f"USD {Decimal(usd):,.0f}" if usd is not None else "not known"


def number(value: float | None) -> str:
    """A score with one decimal, whole where it is whole; not known where there is none."""
    return "not known" if value is None else f"{value:.1f}".removesuffix(".0")


def confidence(value: float) -> str:
    """high, medium or low."""
    return next(word for least, word in CONFIDENCE if value >= least)


def metric(name: str) -> str:
    """The figure's name in words."""
    return METRICS.get(name, name.removesuffix("_m2").replace("_", " ").capitalize())


def plain(name: str) -> str:
    """A code such as `not_on_track` in words."""
    return STATUS.get(name, name.replace("_", " "))


def duty(treaty: str, article: str) -> str:
    """Plain words with the treaty's own: Clear mined areas (APMBC Article 5)."""
    words = ARTICLES.get((treaty, article))
    return f"{words} ({treaty} Article {article})" if words else f"{treaty} Article {article}"


def history(link: str) -> str:
    """The page of an event's history: `deadlines/party-CCM-BIH@1.1` is `/history/deadlines/party-CCM-BIH#at-1.1`.

    A link without a number leads to the whole history; far down a long one the page begins at the event.
    """
    topic, _, rest = link.partition("/")
    stream, _, place = rest.partition("@")
    if not (topic and stream):
        return ""
    seq = place.partition(".")[0]
    begin = f"?from={int(seq) - 1}" if seq.isdigit() and int(seq) > LONGEST_HISTORY else ""
    return f"/history/{topic}/{stream}{begin}" + (f"#at-{place}" if place else "")


def happened(kind: str) -> str:
    """The name of what happened, in words: `FigureStated` as Figure stated."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).capitalize()


def moment(text: str) -> str:
    """When it was recorded, to the minute: `2026-11-21T12:05:09+00:00` as 21 November 2026, 12:05 UTC."""
    return f"{day(text[:10])}, {text[11:16]} UTC"


def is_address(source: str) -> bool:
    """Whether the source is a page that can be linked to."""
    try:
        return urlsplit(source).scheme in ("http", "https")
    except ValueError:
        return False


def host(source: str) -> str:
    """The site of an address, for the words of its link; else the source as it is named."""
    return (urlsplit(source).hostname or source).removeprefix("www.") if is_address(source) else source
