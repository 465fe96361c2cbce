"""States that ask for, give and receive help, by year; each counts once (ISU-6, ISU-8 to ISU-11)."""

from collections.abc import Iterable

from services.insights.facts.assistance import Help
from services.insights.facts.need import NeedStatement
from services.insights.facts.pledge import Pledge
from services.insights.facts.request import Version
from services.insights.facts.total import Total
from services.insights.near.known import Lens
from services.insights.near.picture import Picture
from services.insights.statistics import printed as wording
from services.insights.statistics.measure import Measure, counted
from services.insights.statistics.printed import Wording, printed
from shared.dates import Period

VICTIMS = "victim assistance"
CLEARANCE = "clearance"
MINE_ACTION = (
    "Counted from the rows held here, which speak of mine action as a whole where the source does not split "
    "mines from cluster munitions (CCM-11); a State without a row may have helped or been helped all the same."
)
ASKED = "a request published in the year, or a need that the State itself is recorded to have asked for in it"


def requesting(held: Picture, treaty: str, year: int, lens: Lens, article: str = "") -> set[str]:
    """States that asked in that year, as known on the day; under one article, or any."""
    by_request = {
        request.state
        for request in held.requests
        for version in request.versions
        if version.origin.known_from.year == year
        and lens.counts(version.origin)
        and _concerns(version, treaty, article)
    }
    by_record = {
        need.state
        for need in held.needs
        if need.treaty == treaty and article in ("", need.article)
        for fact in need.stated
        if fact.basis == "asked" and lens.counts(fact.origin) and asked_in(fact) == year
    }
    return by_request | by_record


def asked_in(need: NeedStatement) -> int | None:
    """The year in which it was asked: that of the statement, else the first year it is for."""
    return need.origin.stated_on.end.year if need.origin.stated_on else need.year_from


def _concerns(version: Version, treaty: str, article: str) -> bool:
    duties = {(duty.treaty, duty.article) for duty in version.obligations}
    duties |= {(line.treaty, line.article) for line in version.needs if line.treaty}
    return any(named == treaty and article in ("", number) for named, number in duties)


def given_in(held: Picture, treaty: str, year: int, lens: Lens) -> list[Help]:
    """Recorded help of that year for this treaty or for mine action as a whole, as known on the day."""
    return [
        fact
        for document in held.assistance
        for fact in document.given
        if lens.counts(fact.origin) and fact.treaty in (treaty, "") and _within(fact.period, year)
    ]


def _within(period: Period | None, year: int) -> bool:
    return period is not None and period.start.year <= year <= period.end.year


def providing(held: Picture, treaty: str, year: int, lens: Lens, sector: str = "") -> set[str]:
    """States that gave help in that year: recorded as help given, or paid on a pledge here."""
    recorded = {help_.donor for help_ in given_in(held, treaty, year, lens) if help_.donor and sector in help_.sector}
    if sector:
        return recorded
    state_of = {donor.id: donor.iso3 for donor in held.donors}
    paid = {state_of.get(pledge.donor) for pledge in held.pledges if _paid(pledge, year, lens)}
    return recorded | {iso3 for iso3 in paid if iso3}


def receiving(held: Picture, treaty: str, year: int, lens: Lens) -> set[str]:
    """States that received help in that year: recorded, or paid on a pledge to them here."""
    recorded = {help_.recipient for help_ in given_in(held, treaty, year, lens) if help_.recipient}
    state_of = {request.id: request.state for request in held.requests}
    paid = {_recipient(pledge, lens, state_of) for pledge in held.pledges if _paid(pledge, year, lens)}
    return recorded | {iso3 for iso3 in paid if iso3}


def _paid(pledge: Pledge, year: int, lens: Lens) -> bool:
    return any(paid.disbursed_on.year == year and lens.counts(paid.origin) for paid in pledge.payments)


def _recipient(pledge: Pledge, lens: Lens, state_of: dict[str, str]) -> str:
    known = [announced for announced in pledge.announcements if lens.counts(announced.origin)]
    if not known:
        return ""
    target = known[-1].target
    return target.state or state_of.get(target.request, "")


def assistance_measures(held: Picture, totals: Iterable[Total], treaty: str, year: int, lens: Lens) -> list[Measure]:
    """The lines about help in that year, as known on the day."""
    totals = list(totals)

    def line(
        name: str,
        title: str,
        rules: tuple[str, ...],
        states: set[str],
        how: str,
        words: tuple[Wording, ...],
        caution: str,
    ) -> Measure:
        own = counted(states, how, caution) if caution else counted(states, how)
        return Measure(name=name, title=title, rules=rules, own=own, printed=printed(totals, treaty, year, lens, words))

    lines = [
        line(
            "requesting",
            "States requesting assistance",
            ("ISU-6", "ISU-11"),
            requesting(held, treaty, year, lens),
            f"{ASKED}; once, however many articles it asks under",
            wording.REQUESTING,
            "",
        ),
        line(
            "providing",
            "States providing assistance",
            ("ISU-6",),
            providing(held, treaty, year, lens),
            "States with recorded help given in the year, or a payment on a pledge",
            wording.PROVIDING,
            MINE_ACTION,
        ),
        line(
            "receiving",
            "States that received assistance",
            ("ISU-6",),
            receiving(held, treaty, year, lens),
            "States with recorded help received in the year, or a payment on a pledge to them",
            wording.RECEIVING,
            MINE_ACTION,
        ),
    ]
    if treaty == "CCM":
        lines += [
            line(
                "article_4_requesting",
                "States asking for help with clearance (Article 4)",
                ("ISU-8", "ISU-11"),
                requesting(held, treaty, year, lens, "4"),
                ASKED,
                wording.CLEARANCE_REQUESTERS,
                "",
            ),
            line(
                "article_4_providing",
                "States that helped clearance",
                ("ISU-8",),
                providing(held, treaty, year, lens, CLEARANCE),
                "States with recorded help whose sector names clearance",
                wording.CLEARANCE_PROVIDERS,
                MINE_ACTION,
            ),
            line(
                "article_5_requesting",
                "States asking for help with victim assistance (Article 5)",
                ("ISU-9", "ISU-11"),
                requesting(held, treaty, year, lens, "5"),
                ASKED,
                wording.VICTIM_REQUESTERS,
                "",
            ),
            line(
                "article_5_providing",
                "States that helped victims",
                ("ISU-9",),
                providing(held, treaty, year, lens, VICTIMS),
                "States with recorded help whose sector names victim assistance",
                wording.VICTIM_PROVIDERS,
                MINE_ACTION,
            ),
            line(
                "article_9_requesting",
                "States asking for help with national law (Article 9)",
                ("ISU-10", "ISU-11"),
                requesting(held, treaty, year, lens, "9"),
                ASKED,
                wording.LAW_REQUESTERS,
                "",
            ),
        ]
    return lines
