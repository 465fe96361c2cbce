"""A pledge from draft to end: promised, committed, paid, and where its money stands meanwhile."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.pledges.domain.books import Books, Taken
from services.pledges.domain.messages import (
    AllocationReturned,
    AlreadyAnnounced,
    AlreadyConfirmed,
    AnnouncePledge,
    CancelPledge,
    ConfirmPledge,
    Disburse,
    Disbursed,
    DisbursementDiffers,
    DonorFixed,
    DraftPledge,
    FulfilPledge,
    InKindAnswered,
    InKindOnly,
    InKindRecalled,
    MoreThanConfirmed,
    MoreThanStands,
    NoSuchPledge,
    NotAllDisbursed,
    NotAnnounced,
    NothingPromised,
    OtherCurrency,
    PledgeCancelled,
    PledgeDrafted,
    PledgeEnded,
    PledgeFulfilled,
    PledgeRedirected,
    PledgeReduced,
    RecordInKindAnswer,
    RedirectPledge,
    ReducePledge,
    UnknownTranche,
)
from services.pledges.domain.pledge import PLEDGES
from services.pledges.domain.terms import Target
from shared.messages import Event
from shared.money import Money
from tests.pledges.promising import (
    DAY,
    UNEARMARKED,
    announce,
    announced,
    came_back,
    confirmed,
    eur,
    hear_release,
    hear_surplus,
    hear_taken,
    line,
    lowered,
    offered,
    taken_up,
    terms,
)
from tests.scenario import Scenario

pledges = Scenario(PLEDGES)


def taken(attempt: int, amount: Money) -> Taken:
    return Taken(attempt=attempt, amount=amount)


def pay(amount: Money, name: str = "d-1", tranche: str | None = None) -> Disburse:
    return Disburse(disbursement=name, amount=amount, disbursed_on=DAY, tranche=tranche)


def paid(amount: Money, name: str = "d-1") -> Disbursed:
    return Disbursed(disbursement=name, amount=amount, disbursed_on=DAY)


def books_after(*events: Event) -> Books:
    books = pledges.given(*events).state.books
    assert isinstance(books, Books)
    return books


# announced


def test_a_pledge_to_a_need_line_is_offered_to_its_request() -> None:
    pledges.given().when(announce(eur(50))).then(announced(eur(50)), offered(eur(50)))


def test_a_pledge_that_names_no_need_line_waits_for_no_answer() -> None:
    pledges.given().when(announce(eur(50), UNEARMARKED)).then(announced(eur(50), UNEARMARKED))
    assert books_after(announced(eur(50), UNEARMARKED)).directed == eur(50)


def test_the_draft_is_what_is_announced() -> None:
    draft = PledgeDrafted(terms=terms(eur(50)))
    assert not PledgeDrafted.published
    pledges.given(draft).when(AnnouncePledge(announced_on=DAY)).then(announced(eur(50)), offered(eur(50)))
    pledges.given().when(AnnouncePledge(announced_on=DAY)).refused(NothingPromised)


def test_a_pledge_stays_with_its_donor_and_is_announced_once() -> None:
    other = DraftPledge(terms=terms(eur(50), donor="ireland"))
    pledges.given(PledgeDrafted(terms=terms(eur(50)))).when(other).refused(DonorFixed)
    pledges.given(announced(eur(50)), offered(eur(50))).when(announce(eur(50))).refused(AlreadyAnnounced)


def test_tranches_add_up_to_the_pledge() -> None:
    first = {"tranche": "2026", "amount": eur(20), "expected_on": "2026"}
    second = {"tranche": "2027", "amount": eur(30), "expected_on": "2027-06"}
    assert len(terms(eur(50), tranches=(first, second)).tranches) == 2
    with pytest.raises(ValidationError, match="add up to"):
        terms(eur(60), tranches=(first, second))
    with pytest.raises(ValidationError, match="name of its own"):
        terms(eur(40), tranches=(first, first))


@pytest.mark.parametrize(
    "target",
    [{"kind": "need_line", "request": "r-1"}, {"kind": "state"}, {"kind": "obligation", "state": "LAO"}],
)
def test_a_target_is_named_in_full(target: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="needs"):
        Target.model_validate(target)


def test_a_pledge_promises_something() -> None:
    with pytest.raises(ValidationError, match="an amount or help in kind"):
        terms(None)
    with pytest.raises(ValidationError, match="more than zero"):
        terms(eur(0))


# answered


def test_the_answers_of_a_request_are_entered_once_each() -> None:
    (
        pledges.given(announced(eur(50)), offered(eur(50)))
        .when(hear_taken(eur(40)))
        .then(taken_up(eur(40)))
        .when(hear_taken(eur(40)))
        .nothing()
        .when(hear_surplus(eur(10)))
        .then(came_back(eur(10)))
        .when(hear_surplus(eur(10)))
        .nothing()
    )


def test_every_cent_of_the_pledge_has_its_place() -> None:
    books = books_after(announced(eur(50)), offered(eur(50)), taken_up(eur(30)))
    assert (books.allocated, books.awaited, books.free) == (eur(30), eur(20), eur(0))
    books = books_after(announced(eur(50)), offered(eur(50)), taken_up(eur(30)), came_back(eur(20)))
    assert (books.allocated, books.awaited, books.free) == (eur(30), eur(0), eur(20))


def test_an_answer_to_what_was_never_offered_moves_no_money() -> None:
    pledges.given(announced(eur(50)), offered(eur(50))).when(hear_taken(eur(5), attempt=7)).nothing()
    pledges.given().when(hear_taken(eur(5))).nothing()


# reduced, redirected, cancelled


def test_a_reduction_takes_what_is_free_first_and_bothers_no_request_for_it() -> None:
    (
        pledges.given(announced(eur(50)), offered(eur(50)), taken_up(eur(30)), came_back(eur(20)))
        .when(ReducePledge(amount=eur(20), reason="budget"))
        .then(PledgeReduced(amount=eur(20), reason="budget", taken=(taken(1, eur(20)),)))
    )


def test_a_reduction_beyond_what_is_free_lowers_the_offer() -> None:
    (
        pledges.given(announced(eur(50)), offered(eur(50)), taken_up(eur(30)), came_back(eur(20)))
        .when(ReducePledge(amount=eur(25), reason="budget"))
        .then(PledgeReduced(amount=eur(25), reason="budget", taken=(taken(1, eur(25)),)), lowered(eur(25)))
    )


def test_surplus_is_redirected_to_another_need_at_once() -> None:
    (
        pledges.given(announced(eur(50)), offered(eur(50)), taken_up(eur(30)), came_back(eur(20)))
        .when(RedirectPledge(target=line("r-2"), amount=eur(20), reason="open there"))
        .then(
            PledgeRedirected(
                attempt=2, target=line("r-2"), amount=eur(20), reason="open there", taken=(taken(1, eur(20)),)
            ),
            offered(eur(20), attempt=2, request="r-2"),
        )
    )


def test_allocated_money_is_offered_elsewhere_only_when_it_is_back() -> None:
    moved = PledgeRedirected(
        attempt=2, target=line("r-2"), amount=eur(20), reason="pressing", taken=(taken(1, eur(20)),)
    )
    back = AllocationReturned.model_validate(hear_release(eur(20)).model_dump())
    (
        pledges.given(announced(eur(50)), offered(eur(50)), taken_up(eur(50)))
        .when(RedirectPledge(target=line("r-2"), amount=eur(20), reason="pressing"))
        .then(moved, lowered(eur(30)))
        .when(hear_release(eur(20)))
        .then(back, offered(eur(20), attempt=2, request="r-2"))
    )


def test_money_reduced_while_on_its_way_is_not_offered() -> None:
    moved = PledgeRedirected(
        attempt=2, target=line("r-2"), amount=eur(20), reason="pressing", taken=(taken(1, eur(20)),)
    )
    (
        pledges.given(announced(eur(50)), offered(eur(50)), taken_up(eur(50)), moved, lowered(eur(30)))
        .when(ReducePledge(amount=eur(15), reason="budget"))
        .then(PledgeReduced(amount=eur(15), reason="budget", taken=(taken(2, eur(15)),)))
        .when(hear_release(eur(20)))
        .then(
            AllocationReturned.model_validate(hear_release(eur(20)).model_dump()),
            offered(eur(5), attempt=2, request="r-2"),
        )
    )


def test_an_unearmarked_pledge_is_put_behind_a_need_later() -> None:
    (
        pledges.given(announced(eur(50), UNEARMARKED))
        .when(RedirectPledge(target=line(), amount=eur(30), reason="found a need"))
        .then(
            PledgeRedirected(
                attempt=2, target=line(), amount=eur(30), reason="found a need", taken=(taken(1, eur(30)),)
            ),
            offered(eur(30), attempt=2),
        )
    )


def test_what_was_paid_can_be_neither_reduced_nor_cancelled() -> None:
    given = pledges.given(announced(eur(50)), offered(eur(50)), taken_up(eur(50)), confirmed(eur(50)), paid(eur(30)))
    given.when(ReducePledge(amount=eur(21), reason="budget")).refused(MoreThanStands, "amount")
    given.when(CancelPledge(reason="election")).then(
        PledgeCancelled(reason="election", amount=eur(20), taken=(taken(1, eur(20)),)), lowered(eur(30))
    ).when(hear_release(eur(20))).follows()


def test_a_pledge_reduced_to_nothing_is_cancelled_instead() -> None:
    pledges.given(announced(eur(50), UNEARMARKED)).when(ReducePledge(amount=eur(50), reason="x")).refused(
        MoreThanStands
    )


def test_only_money_of_the_pledges_currency_can_be_moved() -> None:
    yen = Money.of(5, "JPY")
    given = pledges.given(announced(eur(50), UNEARMARKED))
    given.when(ReducePledge(amount=yen, reason="x")).refused(OtherCurrency, "amount.currency")
    given.when(ConfirmPledge(confirmed_on=DAY, amount=yen)).refused(OtherCurrency)


# confirmed, disbursed, fulfilled


def test_payment_follows_commitment() -> None:
    (
        pledges.given(announced(eur(50), UNEARMARKED))
        .when(ConfirmPledge(confirmed_on=DAY, amount=eur(30)))
        .then(confirmed(eur(30)))
        .when(pay(eur(30)))
        .then(paid(eur(30)))
    )
    pledges.given(announced(eur(50), UNEARMARKED)).when(pay(eur(1))).refused(MoreThanConfirmed, "amount")


def test_a_confirmation_without_an_amount_covers_all_that_stands() -> None:
    (
        pledges.given(announced(eur(50), UNEARMARKED), confirmed(eur(30)))
        .when(ConfirmPledge(confirmed_on=DAY))
        .then(confirmed(eur(20)))
        .when(ConfirmPledge(confirmed_on=DAY))
        .refused(AlreadyConfirmed)
    )


def test_a_reduction_takes_the_commitment_down_with_it() -> None:
    reduced = PledgeReduced(amount=eur(20), reason="budget", taken=(taken(1, eur(20)),))
    given = pledges.given(announced(eur(50), UNEARMARKED), confirmed(eur(50)), reduced)
    given.when(pay(eur(31))).refused(MoreThanConfirmed)
    given.when(pay(eur(30))).then(paid(eur(30)))


def test_the_same_payment_is_recorded_once_and_another_of_its_name_is_refused() -> None:
    given = pledges.given(announced(eur(50), UNEARMARKED), confirmed(eur(50)), paid(eur(30)))
    given.when(pay(eur(30))).nothing()
    given.when(pay(eur(20))).refused(DisbursementDiffers)
    given.when(pay(eur(20), "d-2", tranche="2031")).refused(UnknownTranche, "tranche")


def test_a_pledge_is_fulfilled_when_all_that_stands_is_paid() -> None:
    given = pledges.given(announced(eur(50), UNEARMARKED), confirmed(eur(50)), paid(eur(30)))
    given.when(FulfilPledge(fulfilled_on=DAY)).refused(NotAllDisbursed)
    (
        given.when(pay(eur(20), "d-2"))
        .then(paid(eur(20), "d-2"))
        .when(FulfilPledge(fulfilled_on=DAY))
        .then(PledgeFulfilled(fulfilled_on=DAY))
        .when(ReducePledge(amount=eur(1), reason="x"))
        .refused(PledgeEnded)
    )


def test_a_draft_or_nothing_at_all_is_not_confirmed() -> None:
    pledges.given().when(ConfirmPledge(confirmed_on=DAY)).refused(NoSuchPledge)
    pledges.given(PledgeDrafted(terms=terms(eur(5)))).when(ConfirmPledge(confirmed_on=DAY)).refused(NotAnnounced)


# in kind


def test_help_in_kind_is_offered_answered_and_recalled() -> None:
    in_kind: dict[str, Any] = {"in_kind": "two advisers"}
    accepted = RecordInKindAnswer(attempt=1, request="r-1", line="clearance", said="accepted", answer="a-1")
    (
        pledges.given()
        .when(announce(None, **in_kind))
        .then(announced(None, **in_kind), offered(None, in_kind="two advisers"))
        .when(accepted)
        .then(InKindAnswered(attempt=1, request="r-1", line="clearance", said="accepted", answer="a-1"))
        .when(accepted)
        .nothing()
        .when(CancelPledge(reason="ill"))
        .then(PledgeCancelled(reason="ill"), InKindRecalled(attempt=1, request="r-1", line="clearance"))
    )


def test_help_in_kind_has_no_money_to_move() -> None:
    given = pledges.given(announced(None, in_kind="two advisers"))
    given.when(ReducePledge(amount=eur(5), reason="x")).refused(InKindOnly)
    given.when(ConfirmPledge(confirmed_on=DAY)).then(confirmed(None)).when(FulfilPledge(fulfilled_on=DAY)).then(
        PledgeFulfilled(fulfilled_on=DAY)
    )
