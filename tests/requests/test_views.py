"""What people read of a request, folded from its events."""

from datetime import UTC, datetime
from typing import Any

from services.requests.domain.messages import (
    ContactNamed,
    InKindAccepted,
    RequestClosed,
    RequestDrafted,
    RequestRevised,
    RequestWithdrawn,
)
from services.requests.views.private import CONTACT, DRAFT
from services.requests.views.request import REQUEST, RequestShown
from shared.heard import Heard
from shared.messages import Event
from shared.privacy.messages import PersonForgotten
from shared.projection import Projection
from tests.privacy.naming import somebody
from tests.requests.asking import allocated, asking, eur, money_for, released, returned, submitted

THEN = datetime(2026, 1, 5, tzinfo=UTC)


def folded(projection: Projection[Any], *events: Event) -> Any:
    document = None
    for seq, event in enumerate(events, start=1):
        if isinstance(event, projection.events):
            document = projection.fold(document, Heard(event, "requests", "request-r-1", seq, 1, THEN, "someone"))
    return document


def status(*events: Event) -> str:
    shown: RequestShown = folded(REQUEST, *events)
    return shown.status


def test_a_request_is_met_by_degrees() -> None:
    asked = submitted(clearance=eur(50), advice=None)
    accepted = InKindAccepted(pledge="p-2", line="advice", description="advisers")
    assert status(asked) == "submitted"
    assert status(asked, allocated("p-1", eur(20))) == "partly_met"
    assert status(asked, allocated("p-1", eur(50))) == "partly_met"
    assert status(asked, allocated("p-1", eur(50)), accepted) == "met"
    assert status(asked, allocated("p-1", eur(50)), released("p-1", eur(50))) == "submitted"
    assert status(asked, RequestClosed(outcome="done"), released("p-1", eur(5))) == "closed"
    assert status(asked, RequestWithdrawn(reason="x")) == "withdrawn"


def test_each_line_shows_what_covers_it_what_is_open_and_what_went_back() -> None:
    shown: RequestShown = folded(
        REQUEST, submitted(clearance=eur(50)), allocated("p-1", eur(50)), returned("p-1", eur(7)),
        released("p-1", eur(20)),
    )  # fmt: skip
    (line,) = shown.lines
    assert (line.allocated, line.open, line.surplus) == (eur(30), eur(20), (eur(7),))
    assert [gone.was_allocated for gone in shown.returned] == [False, True]
    assert shown.allocations[0].link == "requests/request-r-1@2.1"


def test_a_revision_is_shown_with_its_reason() -> None:
    more = asking(money_for("clearance", eur(80)))
    shown: RequestShown = folded(
        REQUEST, submitted(clearance=eur(50)), RequestRevised(content=more, reason="a further field")
    )
    assert shown.lines[0].open == eur(80)
    assert shown.revisions[0].reason == "a further field"


def test_nothing_is_public_before_submission_and_no_draft_is_left_after() -> None:
    drafted = RequestDrafted(content=asking())
    assert folded(REQUEST, drafted, returned("p-1", eur(5))) is None
    assert folded(DRAFT, drafted) is not None
    assert folded(DRAFT, drafted, submitted(clearance=eur(5))) is None


def test_the_newest_contact_stands() -> None:
    named = [ContactNamed(person=somebody("A")), ContactNamed(person=somebody("B"))]
    found = folded(CONTACT, submitted(clearance=None), *named)
    assert (found.state, found.person) == ("MNE", somebody("B"))


def test_a_forgotten_contact_is_gone_from_the_document_and_the_one_after_stays() -> None:
    named = [ContactNamed(person=somebody("A")), ContactNamed(person=somebody("B"))]
    of_a, of_b = [PersonForgotten(subject=somebody(who).subject, reason="person_asked") for who in "AB"]
    asked = submitted(clearance=None)
    assert folded(CONTACT, asked, *named, of_a).person == somebody("B")
    gone = folded(CONTACT, asked, *named, of_b)
    assert (gone.person, gone.forgotten_at, gone.forgotten_because) == (None, THEN, "person_asked")
    again = folded(CONTACT, asked, *named, of_b, named[0])
    assert (again.person, again.forgotten_at) == (somebody("A"), None)
