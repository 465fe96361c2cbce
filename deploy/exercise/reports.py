"""Transparency reports of the fictional States: in time, late with each reason, missing, and never begun."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from deploy.exercise.duties import PARTIES
from deploy.exercise.step import ISU, Step, day, invented, state, years
from services.deadlines import treaty as rules
from services.deadlines.domain import party
from services.deadlines.domain import reporting as ask
from services.deadlines.treaty_rules import Treaty

IN_TIME_UNTIL: Mapping[tuple[Treaty, str], int] = {
    # the last year covered by a report in time, from the first that the rule asks for
    ("CCM", "XXA"): 2025,
    ("CCM", "XXB"): 2024, ("APMBC", "XXB"): 2025,
    ("CCM", "XXC"): 2025, ("APMBC", "XXC"): 2025,
    ("CCM", "XXD"): 2025, ("APMBC", "XXD"): 2025,
    ("CCM", "XXE"): 2025, ("APMBC", "XXE"): 2024,
    ("CCM", "XXF"): 2023,
    ("CCM", "XXG"): 2023, ("APMBC", "XXG"): 2025,
    ("CCM", "XXH"): 2025, ("APMBC", "XXH"): 2025,
}  # fmt: skip
LATE: tuple[tuple[str, int, str, ask.LateReason, str], ...] = (
    # State, year covered, received on, reason, in words
    ("XXB", 2025, "2026-06-12", "staff_changeover", "The officer left in March."),
    ("XXG", 2024, "2025-09-01", "number_of_reports", "Six treaties, one desk."),
    ("XXG", 2025, "2026-05-20", "simultaneous_deadlines", "Two reports fell due together."),
)
MISSING: tuple[tuple[str, int, str, ask.LateReason, str], ...] = (
    # State, year covered, told on, reason, in words
    ("XXF", 2024, "2025-10-01", "staff_shortage", "One post of two is vacant."),
    ("XXF", 2025, "2026-08-01", "other", "The ministry moved to another building."),
)


def of(treaty: Treaty, code: str) -> dict[str, Any]:
    """How every message about a State's reports names them."""
    return {"treaty": treaty, "state": code}


def about(on: str, command: ask.ReportingCommand, by_isu: bool = True) -> Step:
    """A step about the reports of the State that the command names."""
    by = ISU if by_isu else state(command.state)
    return Step(day(on), by, "reporting", party.identity(command.treaty, command.state), command)


def received(treaty: Treaty, code: str, on: str, year: int | None, kind: ask.Kind = "annual") -> Step:
    """A report came in."""
    facts = {**of(treaty, code), "kind": kind, "period_year": year, "received_on": on}
    return about(on, ask.ReceiveReport.model_validate({**facts, "statement": invented(on)}))


def explained(code: str, year: int, on: str, reason: ask.LateReason, words: str) -> Step:
    """A State says why a report under the CCM is late or missing."""
    facts = {**of("CCM", code), "kind": "annual", "period_year": year, "reason": reason, "words": words}
    return about(on, ask.ExplainLateness.model_validate({**facts, "statement": invented(on)}), by_isu=False)


def in_time() -> Iterator[Step]:
    """The initial report ten days before its day, the annual ones on 20 April, one on the very last day."""
    for treaty, code, action, deposited in PARTIES:
        last = IN_TIME_UNTIL.get((treaty, code))
        entry = rules.entry_into_force(treaty, day(deposited), action)
        if last is None or entry is None:
            continue
        initial = rules.initial_report_due(treaty, entry) - timedelta(days=10)
        yield received(treaty, code, initial.isoformat(), None, "initial")
        first_due = rules.first_annual_due(treaty, entry)
        for year in years(first_due.year - 1, last):
            on_the_day = (treaty, code, year) == ("CCM", "XXA", 2025)
            yield received(treaty, code, f"{year + 1}-04-{30 if on_the_day else 20}", year)


def steps() -> Iterator[Step]:
    """XXF has two cycles open under one treaty, and never sent its initial report under the other."""
    yield from in_time()
    for code, year, on, reason, words in LATE:
        yield received("CCM", code, on, year)
        yield explained(code, year, on, reason, words)
    for code, year, told, reason, words in MISSING:
        yield explained(code, year, told, reason, words)
    # A State that is not yet a party to the other treaty reports of its own accord.
    yield received("APMBC", "XXA", "2026-04-28", 2025, "voluntary")
    overdue = {**of("APMBC", "XXF"), "kind": "initial", "status": "overdue", "as_of": "2026-07"}
    seen = ask.RecordReportStatement.model_validate({**overdue, "statement": invented("2026-07-15")})
    yield about("2026-07-15", seen)
