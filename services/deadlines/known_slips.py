"""Printed dates that contradict the treaty's rule, each reviewed, with what is wrong about the source.

The rule is not bent to them and they are not mended: the record keeps what was printed, and this table says why
the product's own date differs. A printed date that is neither right nor listed here fails a test.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.deadlines.treaty_rules import Treaty
from shared.dates import PartialDate

What = Literal["entry_into_force", "initial_report_due"]


@dataclass(frozen=True)
class Slip:
    """`printed` is what sources say, `by_rule` what the treaty gives (None: it gives nothing), `why` one sentence."""

    treaty: Treaty
    state: str
    what: What
    printed: PartialDate
    by_rule: date | None
    why: str


def _initial(state: str, printed: str, by_rule: date, why: str) -> Slip:
    return Slip("CCM", state, "initial_report_due", PartialDate(printed), by_rule, why)


KNOWN_SLIPS: tuple[Slip, ...] = (
    Slip(
        "APMBC",
        "SSD",
        "entry_into_force",
        PartialDate("2011-07-09"),
        None,
        "No slip: a succession, which counts from the day of State succession, so the rule has no say.",
    ),
    _initial(
        "CHE", "2013-06-28", date(2013, 6, 30), "Two days early; written months ahead, and no count of days gives it."
    ),
    _initial("CPV", "2011-10-28", date(2011, 9, 28), "180 days from 1 May 2011, a month after entry into force."),
    _initial("GIN", "2015-04-19", date(2015, 9, 28), "180 days from the deposit instead of from entry into force."),
    _initial("GIN", "2015-09-30", date(2015, 9, 28), "The end of the sixth month instead of 180 days."),
    _initial("GUY", "2015-09-27", date(2015, 9, 28), "The day of entry into force was counted as the first day."),
    _initial("ISL", "2016-07-31", date(2016, 7, 30), "29 February 2016 was left out of the count."),
    _initial("NIU", "2021-08-28", date(2021, 7, 31), "180 days from 1 March 2021, a month after entry into force."),
    _initial("PSE", "2015-12-27", date(2015, 12, 28), "The day of entry into force was counted as the first day."),
    _initial("RWA", "2016-07-31", date(2016, 7, 30), "29 February 2016 was left out of the count."),
    _initial("SOM", "2016-08-31", date(2016, 8, 28), "The end of the sixth month instead of 180 days."),
    _initial("TGO", "2013-05-29", date(2013, 5, 30), "The day of entry into force was counted as the first day."),
)


def known_slip(treaty: Treaty, state: str, what: What, printed: PartialDate) -> Slip | None:
    """The reviewed reason why that printed date is not the rule's, None where there is none."""
    for slip in KNOWN_SLIPS:
        if (slip.treaty, slip.state, slip.what, slip.printed) == (treaty, state, what, printed):
            return slip
    return None
