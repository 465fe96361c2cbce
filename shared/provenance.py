"""Who said it, and when: every imported fact is a recorded statement with its source."""

from dataclasses import dataclass
from datetime import date

from shared.dates import PartialDate, Period, add_years
from shared.messages import Value
from shared.text import Source, Words


class Statement(Value):
    """A fact's origin: where it was read and when that source said it.

    `stated_on` blank means that it is not known; `stated_on_note` says how it is known (blank:
    the page's own date; "bracketed": the latest date its content allows; …).
    """

    source: Source
    stated_on: PartialDate | None = None
    stated_on_note: Words = ""
    note: Words = ""


@dataclass(frozen=True, slots=True)
class KnownFrom:
    """The first day on which a fact counts, and whether that is assumed."""

    day: date
    assumed: bool


def known_from(stated_on: Period | None, speaks_of: Period | None, recorded_on: date) -> KnownFrom:
    """From which day a fact is public knowledge (docs/near-completion.md).

    The end of `stated_on`; without it a year after the end of the period it speaks of; without
    that the day it was recorded here.
    """
    if stated_on:
        return KnownFrom(stated_on.end, assumed=False)
    if speaks_of:
        return KnownFrom(add_years(speaks_of.end, 1), assumed=True)
    return KnownFrom(recorded_on, assumed=True)
