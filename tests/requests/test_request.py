"""A request from draft to end, and what may be asked at all."""

import pytest
from pydantic import ValidationError

from services.requests.domain.content import NeedLine, ObligationAsked
from services.requests.domain.messages import (
    AcceptInKind,
    AlreadySubmitted,
    CloseRequest,
    ContactNamed,
    DraftRequest,
    InKindAccepted,
    InKindDeclined,
    InKindReleased,
    NameContact,
    NoSuchRequest,
    NothingAsked,
    NotSubmitted,
    ReleaseInKind,
    RequestClosed,
    RequestDrafted,
    RequestEnded,
    RequestRevised,
    RequestSubmitted,
    RequestWithdrawn,
    ReviseRequest,
    StateFixed,
    SubmitRequest,
    WithdrawRequest,
)
from services.requests.domain.request import REQUESTS
from shared.privacy.messages import ForgetPerson, PersonForgotten
from tests.privacy.naming import somebody
from tests.requests.asking import (
    CLEARANCE,
    VICTIM_ASSISTANCE,
    allocated,
    asking,
    eur,
    lower,
    money_for,
    offer,
    released,
    returned,
    submitted,
)
from tests.scenario import Scenario

requests = Scenario(REQUESTS)


def test_a_draft_may_be_short_and_is_kept_anew() -> None:
    short = asking()
    (
        requests.given(RequestDrafted(content=short))
        .when(DraftRequest(content=asking(money_for("clearance", eur(5)))))
        .then(RequestDrafted(content=asking(money_for("clearance", eur(5)))))
    )
    requests.given(RequestDrafted(content=short)).when(DraftRequest(content=short)).nothing()


def test_the_draft_is_what_is_submitted() -> None:
    full = asking(money_for("clearance", eur(50)))
    requests.given(RequestDrafted(content=full)).when(SubmitRequest()).then(RequestSubmitted(content=full))


def test_a_request_without_a_need_or_an_obligation_is_not_submitted() -> None:
    requests.given(RequestDrafted(content=asking())).when(SubmitRequest()).refused(NothingAsked, "content.needs")
    no_duty = asking(money_for("clearance", eur(5)), obligations=())
    requests.given().when(SubmitRequest(content=no_duty)).refused(NothingAsked, "content.obligations")
    requests.given().when(SubmitRequest()).refused(NothingAsked, "content")


def test_a_public_request_is_revised_not_submitted_again() -> None:
    given = requests.given(submitted(clearance=eur(50)))
    given.when(SubmitRequest(content=asking(money_for("clearance", eur(5))))).refused(AlreadySubmitted)
    given.when(DraftRequest(content=asking())).refused(AlreadySubmitted)


def test_a_request_stays_with_its_state() -> None:
    other = asking(money_for("clearance", eur(5)), state="LAO")
    requests.given(RequestDrafted(content=asking())).when(SubmitRequest(content=other)).refused(
        StateFixed, "content.state"
    )


def test_montenegro_asks_two_things_under_two_articles_in_three_kinds() -> None:
    """CCM-15: financial and technical help to complete clearance, technical help for a plan on victim assistance."""
    montenegro = asking(
        NeedLine(line="money", kind="financial", amount=eur(100), treaty="CCM", article="4"),
        NeedLine(line="advice", kind="technical_expertise", treaty="CCM", article="4"),
        NeedLine(line="plan", kind="victim_assistance_plan", treaty="CCM", article="5"),
        obligations=(CLEARANCE, VICTIM_ASSISTANCE),
    )
    requests.given().when(SubmitRequest(content=montenegro)).then(RequestSubmitted(content=montenegro))


@pytest.mark.parametrize(("treaty", "article"), [("APMBC", "3"), ("CCM", "6"), ("CCM", "21"), ("other", "4")])
def test_an_article_that_holds_no_duty_cannot_be_named(treaty: str, article: str) -> None:
    with pytest.raises(ValidationError):
        ObligationAsked.model_validate({"treaty": treaty, "article": article})


def test_need_lines_have_names_of_their_own_and_ask_for_more_than_nothing() -> None:
    with pytest.raises(ValidationError, match="stands there twice"):
        asking(money_for("clearance", eur(5)), money_for("clearance", eur(6)))
    with pytest.raises(ValidationError, match="more than zero"):
        money_for("clearance", eur(0))
    with pytest.raises(ValidationError, match="not among the obligations"):
        asking(NeedLine(line="plan", kind="victim_assistance_plan", treaty="CCM", article="5"))
    with pytest.raises(ValidationError, match="comes before"):
        NeedLine(line="survey", kind="survey", year_from=2027, year_to=2026)


def test_withdrawal_gives_everything_back_latest_first() -> None:
    (
        requests.given(
            submitted(clearance=eur(50), survey=eur(20)),
            allocated("p-1", eur(40)),
            allocated("p-2", eur(20), line="survey"),
        )
        .when(WithdrawRequest(reason="done at home"))
        .then(
            RequestWithdrawn(reason="done at home"),
            released("p-2", eur(20), "request_withdrawn", line="survey"),
            released("p-1", eur(40), "request_withdrawn"),
        )
        .when(offer("p-3", eur(5)))
        .then(returned("p-3", eur(5), "request_withdrawn"))
    )


def test_closing_keeps_what_was_allocated_and_the_donor_can_still_take_it_back() -> None:
    (
        requests.given(submitted(clearance=eur(50)), allocated("p-1", eur(40)))
        .when(CloseRequest(outcome="cleared", experience="dogs first"))
        .then(RequestClosed(outcome="cleared", experience="dogs first"))
        .when(offer("p-2", eur(5)))
        .then(returned("p-2", eur(5), "request_closed"))
        .when(lower("p-1", eur(10)))
        .then(released("p-1", eur(30)))
    )


def test_an_ended_request_takes_no_more_commands_of_its_state() -> None:
    ended = requests.given(submitted(clearance=eur(50)), RequestWithdrawn(reason="x"))
    ended.when(CloseRequest(outcome="done")).refused(RequestEnded)
    ended.when(WithdrawRequest(reason="again")).refused(RequestEnded)
    ended.when(SubmitRequest(content=asking(money_for("a", eur(1))))).refused(RequestEnded)


def test_what_is_not_public_is_neither_revised_nor_closed() -> None:
    revised = ReviseRequest(content=asking(money_for("a", eur(1))), reason="x")
    requests.given().when(revised).refused(NoSuchRequest)
    requests.given(RequestDrafted(content=asking())).when(revised).refused(NotSubmitted)


def test_a_revision_that_changes_nothing_is_no_event() -> None:
    same = ReviseRequest(content=asking(money_for("clearance", eur(50))), reason="no news")
    requests.given(submitted(clearance=eur(50))).when(same).nothing()


def test_a_revision_says_why() -> None:
    more = asking(money_for("clearance", eur(80)))
    (
        requests.given(submitted(clearance=eur(50)), allocated("p-1", eur(50)))
        .when(ReviseRequest(content=more, reason="a further field was found"))
        .then(RequestRevised(content=more, reason="a further field was found"))
        .when(offer("p-2", eur(40)))
        .then(allocated("p-2", eur(30)), returned("p-2", eur(10)))
    )


def test_contacts_are_never_published() -> None:
    assert not ContactNamed.published
    assert not RequestDrafted.published
    contact = NameContact(person=somebody())
    requests.given().when(contact).refused(NoSuchRequest)
    requests.given(submitted(clearance=None)).when(contact).then(ContactNamed(person=somebody()))


def test_that_somebody_was_forgotten_is_put_on_record_and_not_published() -> None:
    assert not PersonForgotten.published
    told = {"subject": somebody().subject, "reason": "person_asked"}
    forget = ForgetPerson.model_validate(told)
    asked = submitted(clearance=None)
    requests.given(asked, ContactNamed(person=somebody())).when(forget).then(PersonForgotten.model_validate(told))
    requests.given().when(forget).nothing()


def in_kind(pledge: str, line: str) -> AcceptInKind:
    return AcceptInKind(pledge=pledge, line=line, description="two advisers")


def test_help_in_kind_is_accepted_once_and_given_back_when_the_line_goes() -> None:
    (
        requests.given(submitted(advice=None, clearance=eur(50)))
        .when(in_kind("p-1", "advice"))
        .then(InKindAccepted(pledge="p-1", line="advice", description="two advisers"))
        .when(in_kind("p-1", "advice"))
        .nothing()
        .when(ReviseRequest(content=asking(money_for("clearance", eur(50))), reason="advisers found"))
        .then(
            RequestRevised(content=asking(money_for("clearance", eur(50))), reason="advisers found"),
            InKindReleased(pledge="p-1", line="advice", reason="need_revised"),
        )
    )


def test_help_in_kind_for_a_line_that_is_not_there_is_declined_not_refused() -> None:
    declined = InKindDeclined(pledge="p-1", line="unheard-of", reason="unknown_line")
    requests.given(submitted(advice=None)).when(in_kind("p-1", "unheard-of")).then(declined)


def test_help_in_kind_taken_back_before_it_was_heard_of_never_counts() -> None:
    (
        requests.given(submitted(advice=None))
        .when(ReleaseInKind(pledge="p-1", line="advice"))
        .then(InKindReleased(pledge="p-1", line="advice", reason="lowered_by_donor"))
        .when(in_kind("p-1", "advice"))
        .nothing()
        .when(ReleaseInKind(pledge="p-1", line="advice"))
        .nothing()
    )
