"""Both treaties as data: every period, cap, threshold and list of contents, each with its article and source.

This service has no treaty number elsewhere; `treaty.py` reckons with what stands here. `insights` holds a
few of them again (years, months before a meeting, 180 days, 30 April, six months) for what no event has
dated: ADR 0007. `mark` says how firm an entry is: "" read in the treaty's text, "practice" what its
meetings agreed, "reading" our reading of a text that leaves the point open, "memory" not traced to a
source yet. Source keys: TREATIES[…].sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from shared.dates import PartialDate

Treaty = Literal["CCM", "APMBC"]
Article = Literal["3", "4", "5", "7", "9"]
"""The article of a duty that a State can have a stream for; Article 6 is a right and has none."""
Mark = Literal["", "practice", "reading", "memory"]
Clock = Literal["entry_into_force", "end_of_hostilities", "calendar_year", "none"]
"""What a period runs from. "none": a continuing duty without a date."""
LaterFind = Literal["", "same_deadline", "no_period_stated", "process"]
"""What the find of more work does: it never starts a fresh period; "process": a meeting agreed a way to ask."""


@dataclass(frozen=True)
class Content:
    """One thing that a request for more time must hold. `letter` as in the article."""

    letter: str
    words: str


@dataclass(frozen=True)
class Lodging:
    """How long before the meeting that decides a request must be there."""

    months_before_meeting: int
    reference: str
    mark: Mark = ""


@dataclass(frozen=True)
class Extension:
    """The way to more time. `cap_years` is the most that one request may bring; requests are not counted."""

    cap_years: int
    reference: str
    lodging: Lodging
    contents: tuple[Content, ...]


@dataclass(frozen=True)
class Declaration:
    """How completion is declared: it closes the duty, the end of the work does not.

    `at_next_meeting`: to the meeting that follows the end of the work. `treaty_duty`: the treaty itself
    asks for it; otherwise practice does.
    """

    at_next_meeting: bool
    treaty_duty: bool
    reference: str
    mark: Mark = ""


@dataclass(frozen=True)
class Duty:
    """One duty of one treaty. `reference` is the clause, `article` the article its stream is named after.

    At most one of `years`, `days` and `yearly_by` (month, day) is given; none where the treaty sets no date.
    """

    treaty: Treaty
    article: str
    reference: str
    title: str
    applies_to: str
    runs_from: Clock
    sources: tuple[str, ...]
    years: int | None = None
    days: int | None = None
    yearly_by: tuple[int, int] | None = None
    extension: Extension | None = None
    declaration: Declaration | None = None
    later_find: LaterFind = ""
    mark: Mark = ""
    note: str = ""

    @property
    def extendable(self) -> bool:
        """Whether more time can be asked for at all."""
        return self.extension is not None

    @property
    def dated(self) -> bool:
        """Whether the treaty sets a date; CCM 5, Article 6 and Article 9 have none."""
        return self.runs_from != "none"


@dataclass(frozen=True)
class TreatyTable:
    """A treaty's own dates, its duties, and where they were read.

    `months_to_entry`: entry into force is day 1 of the month that is so many months after the month of
    the deposit, and never before the treaty's own. `succession_by_rule`: whether that holds for a
    succession (it does not: a succession has its own date). Months are calendar months.
    """

    treaty: Treaty
    name: str
    entered_into_force: date
    deposits_needed: int
    last_needed_deposit_on: PartialDate
    months_to_entry: int
    entry_reference: str
    withdrawal_months: int
    withdrawal_reference: str
    deciding_meetings: tuple[str, ...]
    duties: tuple[Duty, ...]
    first_annual_mark: Mark = "reading"
    succession_by_rule: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)


_LAWS = "https://github.com/justicecanada/laws-lois-xml/blob/d6853c4af2ae0b7ab8c205a0e95ee734b9945c31/eng/acts/"
_DECIDING = ("msp", "rc")  # meetings of States Parties and review conferences

_STOCKPILE_REQUEST = (
    Content("a", "the length of the extension asked for"),
    Content("b", "why it is needed: means at hand and means required, and the exceptional circumstances if any"),
    Content("c", "the plan: how and by when the destruction will be finished"),
    Content("d", "how many of which type were held at entry into force, and found since"),
    Content("e", "how many of which type were destroyed so far"),
    Content("f", "how many of which type are left, and the yearly rate expected"),
)
_CLEARANCE_REQUEST = (
    Content("a", "the length of the extension asked for"),
    Content("b", "the reasons, with the money and technical means at hand and required"),
    Content("c", "how future work is prepared, and the work done in the first period and in any extension"),
    Content("d", "the whole area at entry into force, and areas found since"),
    Content("e", "the area cleared since entry into force"),
    Content("f", "the area left to clear"),
    Content("g", "what stood in the way, and what may"),
    Content("h", "what the extension means for people, society, economy and environment"),
    Content("i", "anything else that bears on the request"),
)
_MINE_REQUEST = (
    Content("a", "the length of the extension asked for"),
    Content("b", "the reasons: work done and prepared, means at hand and required, what stood in the way"),
    Content("c", "what the extension means for people, society, economy and environment"),
    Content("d", "anything else that bears on the request"),
)

_CLEARANCE_EXTENSION = Extension(5, "CCM 4.5", Lodging(9, "CCM 4.6"), _CLEARANCE_REQUEST)
_CLEARANCE_DECLARATION = Declaration(at_next_meeting=True, treaty_duty=True, reference="CCM 4.1(c)")

_CCM = TreatyTable(
    treaty="CCM",
    name="Convention on Cluster Munitions",
    entered_into_force=date(2010, 8, 1),
    deposits_needed=30,
    last_needed_deposit_on=PartialDate("2010-02-16"),
    months_to_entry=6,
    entry_reference="CCM 17",
    withdrawal_months=6,
    withdrawal_reference="CCM 20",
    deciding_meetings=_DECIDING,
    sources=MappingProxyType(
        {
            "CCM-TEXT": _LAWS + "P-24.8.xml",
            "ACA-2010": "http://www.armscontrol.org/act/2010_03/ClusterEntry",
            "ISU-SD": "https://www.clusterconvention.org/stockpile-destruction/",
            "ISU-REP": "https://www.clusterconvention.org/reporting/",
            "ISU-NGA": "https://www.clusterconvention.org/nigeria-is-state-party-no-111/",
            "ISU-VA": "https://www.clusterconvention.org/the-convention/operative-commitments/victim-assistance/",
        }
    ),
    duties=(
        Duty(
            treaty="CCM",
            article="3",
            reference="CCM 3",
            title="Destroy stockpiled cluster munitions",
            applies_to="a State with cluster munitions under its jurisdiction and control",
            runs_from="entry_into_force",
            years=8,
            extension=Extension(4, "CCM 3.3", Lodging(9, "CCM 3.5"), _STOCKPILE_REQUEST),
            declaration=Declaration(True, treaty_duty=False, reference="action plan", mark="practice"),
            later_find="no_period_stated",
            sources=("CCM-TEXT", "ISU-SD"),
            note="Further requests only in exceptional circumstances (CCM 3.3). Stocks found after completion are "
            "reported (7.1(g)) and destroyed; that no fresh period begins is our reading.",
        ),
        Duty(
            treaty="CCM",
            article="4",
            reference="CCM 4.1(a)",
            title="Clear cluster munition remnants present at entry into force",
            applies_to="a State with remnants in areas under its jurisdiction or control at entry into force",
            runs_from="entry_into_force",
            years=10,
            extension=_CLEARANCE_EXTENSION,
            declaration=_CLEARANCE_DECLARATION,
            later_find="same_deadline",
            sources=("CCM-TEXT",),
        ),
        Duty(
            treaty="CCM",
            article="4",
            reference="CCM 4.1(b)",
            title="Clear munitions that became remnants after entry into force",
            applies_to="a State where munitions became remnants after entry into force, for each hostilities",
            runs_from="end_of_hostilities",
            years=10,
            extension=_CLEARANCE_EXTENSION,
            declaration=_CLEARANCE_DECLARATION,
            later_find="same_deadline",
            sources=("CCM-TEXT",),
            note="While the hostilities last there is no date: the duty is open, not overdue.",
        ),
        Duty(
            treaty="CCM",
            article="5",
            reference="CCM 5",
            title="Assist the victims of cluster munitions",
            applies_to="a State with victims in areas under its jurisdiction or control",
            runs_from="none",
            sources=("CCM-TEXT", "ISU-VA"),
            note="A continuing duty; action plans put dates on parts of it, the treaty does not.",
        ),
        Duty(
            treaty="CCM",
            article="6",
            reference="CCM 6",
            title="Seek and give cooperation and assistance",
            applies_to="every State Party; help is due from those in a position to give it, as they say themselves",
            runs_from="none",
            sources=("CCM-TEXT",),
        ),
        Duty(
            treaty="CCM",
            article="7",
            reference="CCM 7.1",
            title="Send the initial transparency report",
            applies_to="every State Party",
            runs_from="entry_into_force",
            days=180,
            sources=("CCM-TEXT", "ISU-NGA"),
            note="Calendar days; the day of entry into force is day 0. Not six months.",
        ),
        Duty(
            treaty="CCM",
            article="7",
            reference="CCM 7.2",
            title="Send the annual transparency report",
            applies_to="every State Party",
            runs_from="calendar_year",
            yearly_by=(4, 30),
            sources=("CCM-TEXT", "ISU-REP"),
            note="Covers the calendar year before the one in which it is due.",
        ),
        Duty(
            treaty="CCM",
            article="3",
            reference="CCM 3.8",
            title="Report on retained, acquired or transferred munitions",
            applies_to="a State that retained, acquired or transferred cluster munitions in the year",
            runs_from="calendar_year",
            yearly_by=(4, 30),
            sources=("CCM-TEXT",),
        ),
        Duty(
            treaty="CCM",
            article="9",
            reference="CCM 9",
            title="Take legal, administrative and other measures",
            applies_to="every State Party",
            runs_from="none",
            sources=("CCM-TEXT",),
        ),
    ),
)

_APMBC = TreatyTable(
    treaty="APMBC",
    name="Anti-Personnel Mine Ban Convention",
    entered_into_force=date(1999, 3, 1),
    deposits_needed=40,
    last_needed_deposit_on=PartialDate("1998-09"),
    months_to_entry=6,
    entry_reference="APMBC 17",
    withdrawal_months=6,
    withdrawal_reference="APMBC 20",
    deciding_meetings=_DECIDING,
    sources=MappingProxyType(
        {
            "APM-TEXT": _LAWS + "A-11.5.xml",
            "LM-2006": "http://the-monitor.org/en-gb/reports/2006/landmine-monitor-2006/banning-antipersonnel-mines.aspx",
            "APM-22MSP": "https://www.mofa.go.jp/dns/ca/pagewe_000001_00298.html",
            "ICBL-2013": "http://www.icbl.org/en-gb/news-and-events/news/2013/"
            "icbl-critiques-the-latest-mine-clearance-deadline.aspx",
        }
    ),
    duties=(
        Duty(
            treaty="APMBC",
            article="4",
            reference="APMBC 4",
            title="Destroy stockpiled anti-personnel mines",
            applies_to="a State with anti-personnel mines in stock",
            runs_from="entry_into_force",
            years=4,
            sources=("APM-TEXT",),
            note="No extension exists.",
        ),
        Duty(
            treaty="APMBC",
            article="5",
            reference="APMBC 5",
            title="Clear mined areas",
            applies_to="a State with mined areas under its jurisdiction or control",
            runs_from="entry_into_force",
            years=10,
            extension=Extension(
                10, "APMBC 5.4", Lodging(9, "process for requests, 7MSP and later", mark="memory"), _MINE_REQUEST
            ),
            declaration=Declaration(False, treaty_duty=False, reference="model declaration of 7MSP", mark="memory"),
            later_find="process",
            sources=("APM-TEXT", "APM-22MSP", "ICBL-2013"),
            note="The text names no day for lodging: nine months before the meeting is what the agreed process "
            "asks, and late requests have been turned down. Areas found after the deadline: process of 12MSP.",
        ),
        Duty(
            treaty="APMBC",
            article="6",
            reference="APMBC 6",
            title="Seek and give cooperation and assistance",
            applies_to="every State Party; help is due from those in a position to give it, as they say themselves",
            runs_from="none",
            sources=("APM-TEXT",),
        ),
        Duty(
            treaty="APMBC",
            article="7",
            reference="APMBC 7.1",
            title="Send the initial transparency report",
            applies_to="every State Party",
            runs_from="entry_into_force",
            days=180,
            sources=("APM-TEXT",),
        ),
        Duty(
            treaty="APMBC",
            article="7",
            reference="APMBC 7.2",
            title="Send the annual transparency report",
            applies_to="every State Party",
            runs_from="calendar_year",
            yearly_by=(4, 30),
            sources=("APM-TEXT",),
            note="Covers the calendar year before the one in which it is due.",
        ),
        Duty(
            treaty="APMBC",
            article="9",
            reference="APMBC 9",
            title="Take legal, administrative and other measures",
            applies_to="every State Party",
            runs_from="none",
            sources=("APM-TEXT",),
        ),
    ),
)

TREATIES: Mapping[Treaty, TreatyTable] = MappingProxyType({"CCM": _CCM, "APMBC": _APMBC})
"""The whole law that the product knows, by treaty."""
