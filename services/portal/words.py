"""Dates, figures and links as people read them, in the language of the page."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from services.portal import language
from services.portal.language import gettext as _
from services.portal.language import locale, ngettext
from services.portal.language import marked as N_  # noqa: N812 - gettext's own name for it
from shared.rounding import significant

CONFIDENCE = ((65, N_("high")), (35, N_("medium")), (0, N_("low")))
"""From this confidence (0 to 100) on it is called so."""
LONGEST_HISTORY = 200
"""So many commits of a history stand on one page."""
_DAYS_IN_A_MONTH = 30.4375
_ORDINALS = {0: N_("%(num)sth"), 1: N_("%(num)sst"), 2: N_("%(num)snd"), 3: N_("%(num)srd")}
"""By the last digit, as English writes them; a language with one ending gives it to all four."""
STATUS = {
    "on_track": N_("on track"),
    "not_on_track": N_("not on track"),
    "unclear": N_("unclear whether on track"),
    "needs_assistance": N_("needs assistance"),
    "in_violation": N_("past its deadline"),
}
METRICS = {
    "remaining_contamination_m2": N_("Area left"),
    "remaining_cha_m2": N_("Confirmed hazardous area left"),
    "remaining_sha_m2": N_("Suspected hazardous area left"),
    "confirmed_new_m2": N_("Newly confirmed area"),
    "cleared_m2": N_("Cleared"),
    "reduced_m2": N_("Reduced by technical survey"),
    "cancelled_m2": N_("Cancelled by non-technical survey"),
    "released_m2": N_("Released in all"),
    "share_cleared_percent": N_("Share cleared"),
    "submunitions_destroyed": N_("Submunitions destroyed"),
    "mines_destroyed": N_("Mines destroyed"),
}
UNITS = {
    "submunitions": N_("submunitions"),
    "munitions": N_("munitions"),
    "mines": N_("mines"),
    "steps": N_("steps"),
}
KINDS = {
    "financial": N_("money"),
    "technical_expertise": N_("technical help"),
    "equipment": N_("equipment"),
    "training": N_("training"),
    "survey": N_("survey"),
    "clearance": N_("clearance"),
    "stockpile_destruction": N_("destruction of stockpiles"),
    "victim_assistance_plan": N_("a plan for victim assistance"),
    "national_legislation": N_("national law"),
    "reporting": N_("reporting"),
    "affected_state": N_("affected State"),
    "msp": N_("Meeting of States Parties"),
    "rc": N_("review conference"),
    "ism": N_("intersessional meeting"),
    "informal": N_("informal meeting"),
    "need_line": N_("a line of a request"),
    "state": N_("a State"),
    "coalition": N_("a coalition"),
    "project": N_("a project"),
}
"""Codes of the services' contracts in words; what is not here stands with its underscores as spaces."""
ARTICLES = {
    ("CCM", "3"): N_("Destroy stockpiles"),
    ("CCM", "4"): N_("Clear cluster munition remnants"),
    ("CCM", "5"): N_("Assist victims"),
    ("CCM", "7"): N_("Report on transparency"),
    ("CCM", "9"): N_("Adopt national law"),
    ("APMBC", "4"): N_("Destroy stockpiles"),
    ("APMBC", "5"): N_("Clear mined areas"),
    ("APMBC", "7"): N_("Report on transparency"),
    ("APMBC", "9"): N_("Adopt national law"),
}
STANDINGS: dict[str, tuple[str, str, str]] = {
    # code: word, shape, tone
    "open": (N_("open"), "○", "open"),
    "overdue": (N_("past its deadline"), "▲", "warn"),
    "overdue_request_pending": (N_("past its deadline, more time asked for"), "▲", "warn"),
    "work_finished_not_declared": (N_("finished, not declared"), "◐", "wait"),
    "declared": (N_("declared complete"), "●", "done"),
    "reopened": (N_("open again"), "▲", "warn"),
    "ended": (N_("ended"), "■", "over"),
    "closed": (N_("done or ended"), "●", "done"),
    "finished": (N_("finished, not declared"), "◐", "wait"),
    "not_stated": (N_("nothing known to be open"), "◇", "over"),
    "on_track": (N_("on track"), "●", "done"),
    "not_on_track": (N_("not on track"), "▲", "warn"),
    "unclear": (N_("unclear whether on track"), "◇", "open"),
    "needs_assistance": (N_("needs assistance"), "○", "wait"),
    "in_violation": (N_("past its deadline"), "▲", "warn"),
    "extension_requested": (N_("more time asked for"), "◐", "wait"),
    "submitted": (N_("asked, nothing covers it yet"), "○", "open"),
    "partly_met": (N_("partly covered"), "◐", "wait"),
    "met": (N_("covered"), "●", "done"),
    "withdrawn": (N_("withdrawn"), "■", "over"),
    "announced": (N_("announced"), "○", "open"),
    "confirmed": (N_("confirmed"), "◐", "wait"),
    "disbursing": (N_("being paid"), "◐", "wait"),
    "fulfilled": (N_("fulfilled"), "●", "done"),
    "cancelled": (N_("cancelled"), "■", "over"),
    "proposed": (N_("proposed"), "○", "open"),
    "consented": (N_("the State has consented"), "◐", "wait"),
    "active": (N_("active"), "●", "done"),
    "suspended": (N_("suspended"), "▲", "warn"),
    "concluded": (N_("concluded"), "■", "over"),
    "abandoned": (N_("given up"), "■", "over"),
    "held": (N_("held"), "●", "done"),
    "planned": (N_("planned"), "○", "open"),
    "received": (N_("received"), "●", "done"),
    "received_late": (N_("received late"), "◐", "wait"),
    "outstanding": (N_("not in"), "▲", "warn"),
    "invited": (N_("invited, has not answered"), "○", "open"),
    "accepted": (N_("has said yes"), "●", "done"),
    "declined": (N_("has declined"), "■", "over"),
    "left": (N_("has left"), "■", "over"),
    "late": (N_("late"), "▲", "warn"),
    "reached": (N_("reached"), "●", "done"),
    "report_submitted": (N_("handed in"), "●", "done"),
    "report_received": (N_("received"), "●", "done"),
    "report_on_time": (N_("on time"), "●", "done"),
    "report_late": (N_("late"), "◐", "wait"),
    "report_overdue": (N_("not in, late"), "▲", "warn"),
    "report_outstanding": (N_("not in"), "▲", "warn"),
    "report_missing": (N_("not in"), "▲", "warn"),
    "extension_granted": (N_("more time granted"), "◐", "wait"),
    "completed": (N_("said to be completed"), "●", "done"),
}
TREATIES = {"CCM": N_("Convention on Cluster Munitions"), "APMBC": N_("Anti-Personnel Mine Ban Convention")}


def day(text: str | None) -> str:
    """`2029-03-01` as 1 March 2029, `2029-03` as March 2029, spans likewise; blank stays blank."""
    if not text:
        return ""
    first, _slash, last = text.partition("/")
    if not last:
        return _part(first)
    return _("%(first)s to %(last)s") % {"first": _part(first), "last": _part(last)}


def _part(text: str) -> str:
    return _day_in(text, locale())


@lru_cache(maxsize=10_000)
def _day_in(text: str, language: Locale) -> str:
    pieces = text.split("-")
    if not all(piece.isdigit() for piece in pieces) or len(pieces) > 3:
        return text
    try:
        when = date(int(pieces[0]), *(int(one) for one in [*pieces[1:], "1", "1"][:2]))
    except ValueError:
        return text
    if len(pieces) == 1:
        return pieces[0]
    if len(pieces) == 2:
        return format_date(when, "LLLL y", language)
    return format_date(when, "d MMMM y" if language.language == "en" else "long", language)


def countdown(to: str | None, since: str) -> str:
    """How far a day lies from the day asked about: "in 2 years 3 months", "11 months ago", "today"."""
    return _distance(to, since, language.current()) if to else ""


@lru_cache(maxsize=10_000)
def _distance(to: str, since: str, _language: str) -> str:
    end, start = date.fromisoformat(to), date.fromisoformat(since)
    if end == start:
        return _("today")
    length = {"length": _length(*sorted((start, end)))}
    return _("in %(length)s") % length if end > start else _("%(length)s ago") % length


def _length(first: date, last: date) -> str:
    return duration((last - first).days)


def duration(days: int) -> str:
    """So many days as the nearest number of months; as days up to two months."""
    if days <= 60:
        return _days(days)
    years, months = divmod(round(days / _DAYS_IN_A_MONTH), 12)
    return " ".join(part for part in (_years(years), _months(months)) if part)


def _days(number: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", number) % {"num": number}


def _months(number: int) -> str:
    return ngettext("%(num)s month", "%(num)s months", number) % {"num": number} if number else ""


def _years(number: int) -> str:
    return ngettext("%(num)s year", "%(num)s years", number) % {"num": number} if number else ""


def whole(value: Decimal | float | str) -> str:
    """A number without decimals, grouped as the language does."""
    return _number_in(Decimal(str(value)), "#,##0", locale())


@lru_cache(maxsize=10_000)
def _number_in(value: Decimal, pattern: str, language: Locale) -> str:
    return format_decimal(value, pattern, language)


def quantity(value: str | None, unit: str) -> str:
    """`1720000`, m2 as 1.72 km²; small areas in m²; counts with their unit. Unknown where there is none."""
    if value is None:
        return _("not known")
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if unit == "m2":
        if number < 10_000:
            return f"{whole(number)} m²"
        km2 = number / 1_000_000
        return f"{whole(km2)} km²" if km2 >= 100 else f"{_significant(km2)} km²"
    if unit == "percent":
        return f"{_number_in(number, '0.##', locale())} %"
    return f"{whole(number)} {_(UNITS.get(unit, unit))}".strip()


def _significant(number: Decimal) -> str:
    """Three significant digits, without trailing zeros: 1.72, 0.0312, 45.1."""
    return _number_in(significant(number), "0.#######", locale())


def money(sum_: dict[str, str] | None) -> str:
    """`{"amount": "2400000.00", "currency": "USD"}` as USD 2,400,000."""
    return f"{sum_['currency']} {whole(sum_['amount'])}" if sum_ else _("amount not stated")


def exact_money(sum_: str) -> str:
    """`EUR 528000000.00` as EUR 528,000,000; with cents where there are some."""
    currency, _space, amount = sum_.partition(" ")
    number = Decimal(amount)
    if number == number.to_integral_value():
        return f"{currency} {whole(amount)}"
    return f"{currency} {_number_in(number, '#,##0.' + '0' * len(amount.partition('.')[2]), locale())}"


def dollars(usd: str | None) -> str:
    """US dollars without cents, or not known."""
    return f"USD {whole(usd)}" if usd is not None else _("not known")


def dollars_in_short(usd: str) -> str:
    """US dollars as exact as people say them: USD 2.73 million; USD 250,000."""
    number = Decimal(usd)
    if number < 1_000_000:
        return dollars(usd)
    millions = number / 1_000_000
    shown = whole(millions) if millions >= 1_000 else _significant(millions)
    return _("USD %(millions)s million") % {"millions": shown}


def as_printed(number: str) -> str:
    """A number with as many decimals as it is written with, in the language's digits and signs; not grouped."""
    decimals = len(number.partition(".")[2])
    return _number_in(Decimal(number), "0." + "0" * decimals if decimals else "0", locale())


def ordinal(number: int) -> str:
    """A place in a list: 1st, 2nd, 3rd, 4th."""
    is_teen = 10 <= number % 100 <= 20
    return _(_ORDINALS.get(0 if is_teen else number % 10, _ORDINALS[0])) % {"num": number}


def begun(text: str) -> str:
    """The text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def number(value: float | None) -> str:
    """A score with one decimal, whole where it is whole; not known where there is none."""
    return _("not known") if value is None else _number_in(round(Decimal(str(value)), 1), "#,##0.#", locale())


def confidence(value: float) -> str:
    """high, medium or low."""
    return next(_(word) for least, word in CONFIDENCE if value >= least)


def metric(name: str) -> str:
    """The figure's name in words."""
    known = METRICS.get(name)
    return _(known) if known else name.removesuffix("_m2").replace("_", " ").capitalize()


def plain(name: str) -> str:
    """A code such as `not_on_track` in words."""
    known = STATUS.get(name) or KINDS.get(name)
    return _(known) if known else name.replace("_", " ")


def duty(treaty: str, article: str) -> str:
    """Plain words with the treaty's own: Clear mined areas (APMBC Article 5)."""
    named = _("%(treaty)s Article %(article)s") % {"treaty": treaty, "article": article}
    known = ARTICLES.get((treaty, article))
    return f"{_(known)} ({named})" if known else named


@dataclass(frozen=True, slots=True)
class Standing:
    """A state as one word, a shape beside it, and a tone that only then is a colour."""

    word: str
    shape: str
    tone: str


def standing(code: str) -> Standing:
    """The state word of a code of the services' contracts; an unknown code stands as it is, with a neutral shape."""
    word, shape, tone = STANDINGS.get(code, (code.removeprefix("report_").replace("_", " "), "◇", "over"))
    return Standing(_(word), shape, tone)


def title_of(duty_words: str, clock: str) -> str:
    """A duty with its own clock, where it has one (CCM Article 4, hostilities)."""
    return f"{duty_words}, {clock}" if clock else duty_words


def coalition_page(link: str) -> str:
    """The page of the coalition that a link names; blank for a partnership, which has only its history."""
    rest = link.removeprefix("coalitions/coalition-")
    return f"/coalition/{rest.partition('@')[0]}" if rest != link else ""


def refused(status: int, said: str) -> tuple[str, str]:
    """Title and words for what a service refused, by HTTP status; the words say what to do."""
    match status:
        case 404:
            return _("Nothing is known here of that"), said
        case 401:
            return _("You are no longer signed in"), _("Sign in again and come back to this page.")
        case 403:
            return _("This is not for you to see"), said
        case 503:
            return _("Not at this moment"), said + " " + _("Load the page again in a few seconds.")
        case status if status >= 500:
            return _("Something broke here"), _("Nothing that was acknowledged is lost. Load the page again.")
        case _other:
            return _("That cannot be shown"), said


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
    return _("%(day)s, %(time)s UTC") % {"day": day(text[:10]), "time": text[11:16]}


def is_address(source: str) -> bool:
    """Whether the source is a page that can be linked to."""
    try:
        return urlsplit(source).scheme in ("http", "https")
    except ValueError:
        return False


def host(source: str) -> str:
    """The site of an address, for the words of its link; else the source as it is named."""
    return (urlsplit(source).hostname or source).removeprefix("www.") if is_address(source) else source


IN_PAGES = (
    "day", "countdown", "quantity", "money", "dollars", "number", "whole", "confidence", "metric", "plain", "duty",
    "history", "is_address", "host", "happened", "moment", "standing",
)  # fmt: skip
"""What templates may call."""
