"""Which duties have work left, however the statements arrive."""

from datetime import UTC, date, datetime
from itertools import permutations

from services.coalitions.readings import CompletionDeclared, CompletionStated, DutyEnded, LaterFindStated
from services.coalitions.views.duty import Duty, Told, fold
from shared.dates import PartialDate
from shared.heard import Heard

OWN = {"treaty": "CCM", "article": "4", "state": "MNE"}
DONE = CompletionStated(**OWN, completed_on=PartialDate("2020-07"), declared_on=PartialDate("2021-09-21"))
FOUND = LaterFindStated(**OWN, found_on=PartialDate("2023"))
AGAIN = CompletionDeclared(**OWN, declared_on=date(2024, 6, 1))


def after(*events: Told) -> Duty:
    duty = None
    for n, event in enumerate(events, start=1):
        duty = fold(
            duty, Heard(event, "deadlines", "obligation-CCM-MNE-4", n, 1, datetime(2026, 1, 1, tzinfo=UTC), "isu")
        )
    assert duty
    return duty


def test_a_later_find_opens_it_again_and_a_later_declaration_closes_it_in_any_order_of_arrival() -> None:
    assert not after(DONE).open
    for told in permutations((DONE, FOUND)):
        assert after(*told).open
    for told in permutations((DONE, FOUND, AGAIN)):
        assert not after(*told).open


def test_a_completion_without_a_day_does_not_answer_a_find() -> None:
    assert after(CompletionStated(**OWN), FOUND).open


def test_a_duty_that_ended_has_no_work_left() -> None:
    assert not after(DONE, FOUND, DutyEnded(**OWN)).open
