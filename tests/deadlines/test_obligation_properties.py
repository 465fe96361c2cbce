"""What holds for every history of an obligation."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from services.deadlines.answers import full
from services.deadlines.domain import obligation_commands as commands
from services.deadlines.domain import obligation_events as events
from services.deadlines.domain.extension import on
from services.deadlines.domain.obligation import OBLIGATIONS, Obligation
from services.deadlines.domain.obligation_commands import ObligationCommand
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.obligation_refusals import BeyondTheCap, NotLater
from services.deadlines.domain.reminders import reminders
from services.deadlines.views.obligations import ObligationDocument, fold
from shared.dates import add_years
from shared.heard import Heard
from shared.messages import Refused
from tests.deadlines.duties import (
    CLUSTER_CLEARANCE,
    MINE_CLEARANCE,
    MINE_STOCK,
    VICTIMS,
    WAR,
    dated,
    decided,
    deciding,
    declared,
    declaring,
    found,
    lodged,
    lodging,
    request_stated,
    said,
    standing,
)

DAYS = st.dates(date(2013, 1, 1), date(2045, 12, 31))


@st.composite
def requests_told(draw: st.DrawFn, answered: bool = True) -> list[events.ExtensionRequestStated]:
    """Statements about requests, each by a source of another day, some without a number, some coarse."""
    days = draw(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), max_size=6, unique=True))
    told = []
    for day in days:
        until = draw(DAYS).isoformat()[: draw(st.sampled_from([4, 7, 10]))]
        facts: dict[str, Any] = {"granted": draw(st.sampled_from([True, False, None] if answered else [False, None]))}
        if facts["granted"]:
            facts["granted_until"] = until
        else:
            facts["asked_until"] = until
        sequence = draw(st.sampled_from([None, 1, 2, 3]))
        meeting = draw(st.sampled_from(["", "10MSP", "2RC"]))
        told.append(
            request_stated(on=day.isoformat(), sequence=sequence, decided_at=meeting, source=f"source {day}", **facts)
        )
    return told


@given(requests_told(answered=False))
def test_the_deadline_never_moves_by_an_undecided_or_refused_request(told: list[events.ExtensionRequestStated]) -> None:
    base = dated(MINE_CLEARANCE)
    assert standing(base, *told).deadline_in_force == standing(base).deadline_in_force


@given(st.data())
def test_the_order_in_which_sources_are_read_changes_nothing(data: st.DataObject) -> None:
    told: list[events.ObligationEvent] = [dated(MINE_CLEARANCE), *data.draw(requests_told())]
    other = data.draw(st.permutations(told))
    day = data.draw(DAYS)
    one, two = standing(*told), standing(*other)
    assert one.deadline_in_force == two.deadline_in_force
    assert one.status(day) == two.status(day)
    assert one.requests == two.requests


@given(requests_told())
def test_no_statement_is_lost_and_none_is_counted_twice(told: list[events.ExtensionRequestStated]) -> None:
    spread = [one for request in standing(*told).requests for one in request.stated]
    assert sorted(one.model_dump_json() for one in spread) == sorted(one.model_dump_json() for one in told)


@given(requests_told())
def test_the_deadline_in_force_is_never_before_the_original(told: list[events.ExtensionRequestStated]) -> None:
    now = standing(dated(MINE_CLEARANCE), *told)
    assert now.deadline_in_force is not None
    assert now.deadline_in_force.end >= date(2022, 8, 1)


@given(st.lists(st.tuples(st.integers(1, 3650), st.integers(1, 3650)), min_size=1, max_size=4))
def test_each_extension_counts_from_the_deadline_in_force(steps: list[tuple[int, int]]) -> None:
    story: list[events.ObligationEvent] = [dated(MINE_CLEARANCE)]
    for n, (asked_days, granted_days) in enumerate(steps, start=1):
        before = standing(*story).deadline_in_force
        assert before is not None
        asked = before.end + timedelta(days=asked_days)
        assume(asked <= add_years(before.end, 10))
        until = min(asked, before.end + timedelta(days=granted_days))
        outcome = "granted" if until == asked else "granted_less"
        story += [
            lodged(MINE_CLEARANCE, n, asked_until=asked),
            decided(MINE_CLEARANCE, sequence=n, outcome=outcome, granted_until=until),
        ]
        assert standing(*story).deadline_in_force == until.isoformat()


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_a_day_asked_for_is_accepted_exactly_within_the_cap(day: date) -> None:
    state = OBLIGATIONS.fold([dated()])
    try:
        OBLIGATIONS.decide(lodging(asked_until=day), state)
        accepted = True
    except (BeyondTheCap, NotLater):
        accepted = False
    assert accepted == (date(2022, 8, 1) < day <= date(2027, 8, 1))


@given(st.dates(date(2012, 8, 1), date(2040, 1, 1)), st.integers(1, 4000), st.dates(date(2012, 8, 1), date(2060, 1, 1)))
def test_a_declaration_closes_and_a_later_find_reopens_under_the_old_date(on: date, gap: int, today: date) -> None:
    closing = OBLIGATIONS.decide(declaring(on=on), OBLIGATIONS.fold([dated()]))
    closed = standing(dated(), *closing)
    assert closed.status(today) == "declared"
    later = found(on=(on + timedelta(days=gap)).isoformat())
    opened = standing(dated(), *closing, later)
    assert opened.status(today) == "reopened"
    assert opened.deadline_in_force == closed.deadline_in_force == "2022-08-01"
    again = declared(on=on + timedelta(days=gap))
    assert standing(dated(), *closing, later, again).status(today) == "declared"


FAR_DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def anything_asked(draw: st.DrawFn) -> ObligationCommand:
    """Any command about a duty of any article, with days from anywhere in the span that is accepted."""
    duty = dict(draw(st.sampled_from([MINE_CLEARANCE, CLUSTER_CLEARANCE, MINE_STOCK, VICTIMS, WAR])))
    day, other = draw(FAR_DAYS), draw(FAR_DAYS)
    sequence = draw(st.integers(1, 3))
    told = draw(requests_told())
    asked: list[ObligationCommand] = [
        commands.DateObligation(**duty, entry_into_force=day),
        commands.StateHostilities(**duty, name="War", ended_on=draw(st.none() | FAR_DAYS), statement=said()),
        commands.RecordWorkFinished(**duty, finished_on=day, statement=said()),
        commands.DeclareCompletion(**duty, declared_on=day, statement=said()),
        commands.RecordLaterFind(**duty, found_on=on(day), statement=said()),
        commands.RecordCompletionStatement(**duty, completed_on=on(day), statement=said()),
        commands.LodgeExtensionRequest(
            **duty, lodged_on=day, asked_until=other, meeting="10MSP", meeting_planned_on=other, statement=said()
        ),
        deciding(OfDuty(**duty), sequence=sequence, decided_on=day, granted_until=other, outcome="granted_less"),
        commands.WithdrawExtensionRequest(**duty, sequence=sequence, reason="x"),
        commands.EndDuty(**duty, on=day),
        *(commands.RecordExtensionStatement(**(dict(one) | duty)) for one in told),
    ]
    return draw(st.sampled_from(asked))


@given(st.lists(anything_asked(), max_size=12), FAR_DAYS)
def test_whatever_is_asked_is_done_or_refused_and_can_be_kept(asked: list[ObligationCommand], today: date) -> None:
    states: dict[str, Obligation] = {}
    documents: dict[str, ObligationDocument] = {}
    for n, command in enumerate(asked, start=1):
        before = states.get(command.duty_id, OBLIGATIONS.initial)
        try:
            happened = OBLIGATIONS.decide(command, before)
        except Refused:
            continue
        states[command.duty_id] = OBLIGATIONS.fold(happened, before)
        for event in happened:
            heard = Heard(event, "deadlines", f"obligation-{command.duty_id}", n, 1, datetime.now(UTC), "isu")
            documents[command.duty_id] = fold(documents.get(command.duty_id), heard)
    for identity, document in documents.items():
        assert document.folded == states[identity].standing
        assert ObligationDocument.model_validate_json(document.model_dump_json()) == document
        answer = full(document, (), today)
        assert answer.status == document.folded.status(today)
        assert reminders(document.folded, (), today) is not None
