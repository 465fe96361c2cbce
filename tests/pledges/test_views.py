"""What people read of pledges, runs and a donor's year, folded from events."""

from datetime import UTC, date, datetime
from typing import Any

from services.pledges.domain.assistance import AssistanceRecorded
from services.pledges.domain.books import Taken
from services.pledges.domain.donor import AgencyAdded, CapacityStated, DonorRegistered, FocalPointNamed
from services.pledges.domain.messages import Disbursed, PledgeCancelled, PledgeReduced
from services.pledges.views.assistance import AssistanceShown, fold, year_of
from services.pledges.views.donor import DONOR, FOCAL_POINTS
from services.pledges.views.pledge import PLEDGE, PledgeShown
from services.pledges.views.run import run_of
from shared.dates import PartialDate, Period
from shared.heard import Heard
from shared.messages import Event
from shared.money import Money, total
from shared.privacy.messages import PersonForgotten
from shared.projection import Projection
from shared.provenance import Statement
from tests.pledges.promising import DAY, UNEARMARKED, announced, came_back, confirmed, eur, offered, taken_up
from tests.privacy.naming import somebody

THEN = datetime(2026, 3, 2, tzinfo=UTC)


def heard(event: Event, seq: int, stream: str = "pledge-p-1") -> Heard[Any]:
    return Heard(event, "pledges", stream, seq, 1, THEN, "someone")


def folded(projection: Projection[Any], *events: Event, stream: str = "pledge-p-1") -> Any:
    document = None
    for seq, event in enumerate(events, start=1):
        if isinstance(event, projection.events):
            document = projection.fold(document, heard(event, seq, stream))
    return document


def pledge(*events: Event) -> PledgeShown:
    shown: PledgeShown = folded(PLEDGE, *events)
    return shown


def paid(amount: int, name: str, on: date = DAY, tranche: str | None = None) -> Disbursed:
    return Disbursed(disbursement=name, amount=eur(amount), disbursed_on=on, tranche=tranche)


def test_the_ladder_keeps_promise_commitment_and_payment_apart() -> None:
    shown = pledge(announced(eur(50), UNEARMARKED), confirmed(eur(30)), paid(10, "d-1"))
    assert shown.ladder is not None
    assert (shown.ladder.announced, shown.ladder.confirmed, shown.ladder.disbursed) == (eur(50), eur(30), eur(10))
    assert shown.status == "disbursing"


def test_the_books_add_up_to_what_was_announced() -> None:
    reduced = PledgeReduced(amount=eur(5), reason="budget", taken=(Taken(attempt=1, amount=eur(5)),))
    shown = pledge(announced(eur(50)), offered(eur(50)), taken_up(eur(20)), came_back(eur(15)), reduced)
    assert shown.books is not None
    places = shown.books.model_dump().values()
    assert total((Money.model_validate(place) for place in places), "EUR") == eur(50)
    assert (shown.books.allocated, shown.books.awaited, shown.books.free) == (eur(20), eur(15), eur(10))


def test_each_tranche_shows_what_was_paid_of_it() -> None:
    tranches = (
        {"tranche": "2026", "amount": eur(20), "expected_on": "2026"},
        {"tranche": "2027", "amount": eur(30), "expected_on": "2027"},
    )
    shown = pledge(announced(eur(50), UNEARMARKED, tranches=tranches), confirmed(eur(50)), paid(15, "d-1", DAY, "2026"))
    assert [(one.tranche, one.disbursed) for one in shown.tranches] == [("2026", eur(15)), ("2027", eur(0))]


def test_a_cancelled_pledge_says_why() -> None:
    cancelled = PledgeCancelled(reason="election", amount=eur(50), taken=(Taken(attempt=1, amount=eur(50)),))
    shown = pledge(announced(eur(50), UNEARMARKED), cancelled)
    assert (shown.status, shown.steps[0].reason) == ("cancelled", "election")
    assert shown.ladder is not None
    assert shown.ladder.stands == eur(0)


def test_yearly_pledges_to_the_same_thing_read_as_one_line() -> None:
    years = [
        pledge(announced(eur(amount), UNEARMARKED, run="Lao clearance", year=year))
        for year, amount in ((2027, 30), (2026, 20))
    ]
    run = run_of("norway", "Lao clearance", years)
    assert [year.year for year in run.years] == [2026, 2027]
    assert run.stands == (eur(50),)


def test_a_donor_is_shown_with_its_offices_and_without_contacts() -> None:
    shown = folded(
        DONOR,
        DonorRegistered(donor="norway", name="Norway", iso3="NOR"),
        AgencyAdded(agency="mfa", name="Section"),
        CapacityStated(year=2027, amount=eur(5)),
        CapacityStated(year=2027, amount=eur(7)),
        stream="donor-norway",
    )
    assert [one.amount for one in shown.capacity] == [eur(7)]
    assert [one.agency for one in shown.agencies] == ["mfa"]


def test_each_agency_has_its_newest_focal_point_and_a_forgotten_one_is_gone() -> None:
    registered = DonorRegistered(donor="norway", name="Norway", iso3="NOR")
    named = [FocalPointNamed(agency=agency, person=somebody(who)) for agency, who in (("mfa", "A"), ("aid", "B"))]
    forgotten = PersonForgotten(subject=somebody("A").subject, reason="no_longer_needed")
    points = folded(FOCAL_POINTS, registered, *named, forgotten, stream="donor-norway").focal_points
    assert [(one.agency, one.person, one.forgotten_because) for one in points] == [
        ("mfa", None, "no_longer_needed"),
        ("aid", somebody("B"), None),
    ]
    anew = FocalPointNamed(agency="mfa", person=somebody("C"))
    points = folded(FOCAL_POINTS, registered, *named, forgotten, anew, stream="donor-norway").focal_points
    assert {one.agency: one.person for one in points} == {"mfa": somebody("C"), "aid": somebody("B")}


def statement(identity: str, amount: int, stated_on: str, period: str = "2025") -> AssistanceShown:
    event = AssistanceRecorded(
        donor="NOR",
        recipient="LAO",
        amount=eur(amount),
        period=Period(period),
        statement=Statement(source="a table", stated_on=PartialDate(stated_on)),
    )
    shown = fold(None, heard(event, 1, f"assistance-{identity}"))
    assert shown is not None
    return shown


def test_a_later_edition_is_in_force_and_the_earlier_one_stays_readable() -> None:
    year = year_of("norway", 2025, [statement("a", 10, "2026-01"), statement("b", 12, "2026-11")], [])
    assert [(one.statement.id, one.in_force) for one in year.recorded] == [("a", False), ("b", True)]
    assert year.recorded_in_force == (eur(12),)


def test_a_year_holds_its_own_payments_and_spans_that_cover_it() -> None:
    shown = pledge(
        announced(eur(50), UNEARMARKED), confirmed(eur(50)), paid(10, "d-1"), paid(5, "d-2", date(2027, 1, 2))
    )
    year = year_of("norway", 2026, [statement("a", 10, "2026-01", "2024/2027")], [shown])
    assert [payment.disbursement for payment in year.payments] == ["d-1"]
    assert year.paid == (eur(10),)
    assert len(year.recorded) == 1
    assert (year.recorded_in_force, year.not_added) == ((), 1)
