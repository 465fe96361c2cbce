"""Offers meet need lines: what is open is covered, the rest goes back with the reason."""

from services.requests.domain.messages import OfferLoweredEarly, RequestDrafted, RequestRevised, ReviseRequest
from services.requests.domain.request import REQUESTS
from shared.money import Money
from tests.requests.asking import allocated, asking, eur, lower, money_for, offer, released, returned, submitted
from tests.scenario import Scenario

requests = Scenario(REQUESTS)


def test_an_offer_covers_what_is_open() -> None:
    requests.given(submitted(clearance=eur(50))).when(offer("p-1", eur(40))).then(allocated("p-1", eur(40)))


def test_what_exceeds_the_need_returns_to_the_donor() -> None:
    (
        requests.given(submitted(clearance=eur(50)), allocated("p-1", eur(40)))
        .when(offer("p-2", eur(25)))
        .then(allocated("p-2", eur(10)), returned("p-2", eur(15)))
    )


def test_an_offer_heard_twice_is_answered_once() -> None:
    (
        requests.given(submitted(clearance=eur(50)))
        .when(offer("p-1", eur(20)))
        .then(allocated("p-1", eur(20)))
        .when(offer("p-1", eur(20)))
        .nothing()
    )


def test_another_attempt_of_the_same_pledge_is_another_offer() -> None:
    (
        requests.given(submitted(clearance=eur(50)), allocated("p-1", eur(20)))
        .when(offer("p-1", eur(20), attempt=2))
        .then(allocated("p-1", eur(20), attempt=2))
    )


def test_what_cannot_be_taken_is_surplus_never_a_refusal() -> None:
    yen = Money.of(900, "JPY")
    open_request = requests.given(submitted(clearance=eur(50), survey=None))
    open_request.when(offer("p-1", yen)).then(returned("p-1", yen, "other_currency"))
    open_request.when(offer("p-1", eur(5), line="x")).then(returned("p-1", eur(5), "unknown_line", line="x"))
    open_request.when(offer("p-1", eur(5), line="survey")).then(
        returned("p-1", eur(5), "no_amount_stated", line="survey")
    )
    requests.given().when(offer("p-1", eur(5))).then(returned("p-1", eur(5), "not_submitted"))
    draft = RequestDrafted(content=asking(money_for("clearance", eur(50))))
    requests.given(draft).when(offer("p-1", eur(5))).then(returned("p-1", eur(5), "not_submitted"))


def test_a_lowered_offer_gives_back_only_what_it_holds_above_the_level() -> None:
    (
        requests.given(submitted(clearance=eur(50)), allocated("p-1", eur(40)))
        .when(lower("p-1", eur(30)))
        .then(released("p-1", eur(10)))
        .when(lower("p-1", eur(30)))
        .nothing()
        .when(lower("p-1", eur(35)))
        .nothing()
        .when(offer("p-2", eur(25)))
        .then(allocated("p-2", eur(20)), returned("p-2", eur(5)))
    )


def test_a_lowering_that_overtakes_its_offer_is_kept_for_it() -> None:
    (
        requests.given(submitted(clearance=eur(50)))
        .when(lower("p-1", eur(30)))
        .then(OfferLoweredEarly(pledge="p-1", line="clearance", standing=eur(30)))
        .when(lower("p-1", eur(35)))
        .nothing()
        .when(offer("p-1", eur(40)))
        .then(allocated("p-1", eur(30)), returned("p-1", eur(10), "lowered_by_donor"))
        .when(lower("p-1", eur(30)))
        .nothing()
    )


def test_an_offer_cancelled_before_it_came_takes_nothing() -> None:
    early = OfferLoweredEarly(pledge="p-1", line="clearance", standing=eur(0))
    (
        requests.given(submitted(clearance=eur(50)), early)
        .when(offer("p-1", eur(40)))
        .then(returned("p-1", eur(40), "lowered_by_donor"))
    )


def test_a_smaller_need_gives_back_from_the_latest_allocation_first() -> None:
    less = asking(money_for("clearance", eur(25)))
    (
        requests.given(
            submitted(clearance=eur(60)),
            allocated("p-1", eur(20)),
            allocated("p-2", eur(20)),
            allocated("p-3", eur(10)),
        )
        .when(ReviseRequest(content=less, reason="less was found"))
        .then(
            RequestRevised(content=less, reason="less was found"),
            released("p-3", eur(10), "need_revised"),
            released("p-2", eur(15), "need_revised"),
        )
    )


def test_a_line_dropped_or_asked_in_another_currency_gives_all_back() -> None:
    given = requests.given(submitted(clearance=eur(60)), allocated("p-1", eur(20)))
    for changed in (asking(money_for("survey", eur(25))), asking(money_for("clearance", Money.of(70, "USD")))):
        given.when(ReviseRequest(content=changed, reason="new plan")).then(
            RequestRevised(content=changed, reason="new plan"), released("p-1", eur(20), "need_revised")
        )
