"""Help that was given, and sums as printed. Streams `assistance-<id>` and `support-<whose>`."""

from decimal import Decimal

from services.insights.facts.origin import Document, Fact, start_of, stated
from services.insights.readings import pledges as told
from shared.dates import Period
from shared.heard import Heard
from shared.money import Money


class Help(Fact):
    """Help from a donor to a State in a period. `partial`: the source's table was read in part."""

    donor: str | None
    donor_name: str
    recipient: str | None
    recipient_name: str
    treaty: str
    article: str
    sector: str
    what: str
    amount: Money | None
    amount_usd_printed: Decimal | None
    period: Period | None
    partial: bool


class Assistance(Document):
    """One record of help, as often as it was recorded."""

    recipient: str = ""
    donor: str = ""
    given: tuple[Help, ...] = ()


class YearTotal(Fact):
    """A printed sum for a year. `whose`: donor, recipient or world; USD unless `amount` is given."""

    whose: str
    year: int
    name: str = ""
    amount: Money | None = None
    usd: Decimal | None = None
    international_usd: Decimal | None = None
    national_usd: Decimal | None = None
    donors: int | None = None


class SupportTotals(Document):
    """A donor's, a State's or the world's yearly sums. `who` is the ISO code, name or blank."""

    whose: str
    who: str
    totals: tuple[YearTotal, ...] = ()


AssistanceHeard = told.AssistanceRecorded
SupportHeard = told.DonorTotalStated | told.RecipientTotalStated | told.WorldSupportStated


def fold(assistance: Assistance | None, heard: Heard[AssistanceHeard]) -> Assistance | None:
    """The record after one event."""
    event = heard.event
    if assistance is None:
        assistance = Assistance(id=heard.identity, recipient=event.recipient or "", donor=event.donor or "")
    return assistance.plus(
        "given",
        Help(
            origin=stated(heard, event.statement, event.period, start_of(event.period)),
            donor=event.donor,
            donor_name=event.donor_name,
            recipient=event.recipient,
            recipient_name=event.recipient_name,
            treaty=event.treaty,
            article=event.article,
            sector=event.sector,
            what=event.what,
            amount=event.amount,
            amount_usd_printed=event.amount_usd_printed,
            period=event.period,
            partial=event.partial,
        ),
    )


def fold_totals(totals: SupportTotals | None, heard: Heard[SupportHeard]) -> SupportTotals | None:
    """The sums after one event."""
    event = heard.event
    origin = stated(heard, event.statement, Period(str(event.year)), Period(str(event.year)).start)
    match event:
        case told.DonorTotalStated():
            totals = totals or SupportTotals(id=heard.identity, whose="donor", who=event.donor or event.donor_name)
            total = YearTotal(
                origin=origin,
                whose="donor",
                year=event.year,
                name=event.donor_name,
                amount=event.amount,
                usd=event.amount_usd_printed,
            )
        case told.RecipientTotalStated():
            totals = totals or SupportTotals(id=heard.identity, whose="recipient", who=event.recipient)
            total = YearTotal(
                origin=origin,
                whose="recipient",
                year=event.year,
                international_usd=event.international_usd,
                national_usd=event.national_usd,
            )
        case told.WorldSupportStated():
            totals = totals or SupportTotals(id=heard.identity, whose="world", who="")
            total = YearTotal(
                origin=origin, whose="world", year=event.year, usd=event.usd_million * 1_000_000, donors=event.donors
            )
    return totals.plus("totals", total)
