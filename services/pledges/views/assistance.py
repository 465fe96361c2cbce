"""Help given, statement by statement, and a donor's list for a year (Article 7 reporting)."""

from collections.abc import Iterable
from datetime import date, datetime

from services.pledges.domain.assistance import ASSISTANCE, AssistanceRecorded
from services.pledges.views.pledge import PledgeShown
from services.pledges.views.run import by_currency
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money
from shared.projection import Projection


class AssistanceShown(Value):
    """A statement of help given, with its source."""

    id: str
    donor: str | None
    recipient: str | None
    treaty: str
    assistance: AssistanceRecorded
    recorded_at: datetime
    link: str

    def covers(self, year: int) -> bool:
        """Whether its period has a day in that year; without a period, never."""
        period = self.assistance.period
        return period is not None and period.start.year <= year <= period.end.year


class Listed(Value):
    """A statement in a yearly list. Not `in_force`: a later edition of the same source says otherwise."""

    statement: AssistanceShown
    in_force: bool


class Payment(Value):
    """What was disbursed in the year from a pledge made here."""

    pledge: str
    disbursement: str
    amount: Money
    disbursed_on: date
    state: str | None
    request: str | None
    treaty: str | None
    article: str | None
    link: str


class YearOfAssistance(Value):
    """What a donor gave in a year: statements read in sources, and payments made here.

    The two can speak of the same money, so their sums stand apart. `recorded_in_force` adds up the
    statements in force about this year alone; `not_added` counts those without a sum in a known
    currency, or about several years: a sum over several years belongs to no single one.
    """

    donor: str
    year: int
    recorded: tuple[Listed, ...]
    recorded_in_force: tuple[Money, ...]
    not_added: int
    payments: tuple[Payment, ...]
    paid: tuple[Money, ...]


def fold(_: AssistanceShown | None, heard: Heard[AssistanceRecorded]) -> AssistanceShown | None:
    """The statement as it was recorded. A stream has one; a later one would take its place."""
    event = heard.event
    return AssistanceShown(
        id=heard.identity,
        donor=event.donor,
        recipient=event.recipient,
        treaty=event.treaty,
        assistance=event,
        recorded_at=heard.at,
        link=heard.link,
    )


def year_of(
    donor: str, year: int, statements: Iterable[AssistanceShown], pledges: Iterable[PledgeShown]
) -> YearOfAssistance:
    """The donor's list for the year."""
    of_year = [one for one in statements if one.covers(year)]
    newest: dict[tuple[str | None, ...], date] = {}
    for one in of_year:
        newest[_edition(one)] = max(newest.get(_edition(one), date.min), _stated(one))
    listed = tuple(Listed(statement=one, in_force=_stated(one) == newest[_edition(one)]) for one in of_year)
    in_force = [one.statement.assistance for one in listed if one.in_force]
    yearly = [said.amount for said in in_force if said.amount is not None and _of_one_year(said)]
    payments = tuple(_payments(year, pledges))
    return YearOfAssistance(
        donor=donor,
        year=year,
        recorded=listed,
        recorded_in_force=by_currency(yearly),
        not_added=len(in_force) - len(yearly),
        payments=payments,
        paid=by_currency(payment.amount for payment in payments),
    )


def _edition(one: AssistanceShown) -> tuple[str | None, ...]:
    """What editions revise: the same recipient, duty, period and kind of statement."""
    said = one.assistance
    return (one.recipient or said.recipient_name, said.treaty, said.article, said.period, said.what)


def _of_one_year(said: AssistanceRecorded) -> bool:
    return said.period is not None and said.period.start.year == said.period.end.year


def _stated(one: AssistanceShown) -> date:
    stated_on = one.assistance.statement.stated_on
    return stated_on.end if stated_on else date.min


def _payments(year: int, pledges: Iterable[PledgeShown]) -> Iterable[Payment]:
    for pledge in pledges:
        for paid in pledge.disbursements:
            if paid.disbursed_on.year == year:
                yield Payment(
                    pledge=pledge.id,
                    disbursement=paid.disbursement,
                    amount=paid.amount,
                    disbursed_on=paid.disbursed_on,
                    state=pledge.target.state,
                    request=pledge.target.request,
                    treaty=pledge.target.treaty,
                    article=pledge.target.article,
                    link=paid.link,
                )


ASSISTANCE_GIVEN: Projection[AssistanceShown] = Projection(
    "assistance",
    version=1,
    category=ASSISTANCE.category,
    events=(AssistanceRecorded,),
    document=AssistanceShown,
    fold=fold,
    fields=("donor", "recipient", "treaty"),
)
