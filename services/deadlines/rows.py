"""Rows of the shipped tables as commands. Every row is a recorded statement with its source, as exact as printed.

Blank cells stay unknown; nothing is worked out here that the row does not say. Sources that disagree, and rows
about States that are no party, are recorded like the others.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from services.deadlines.domain import meeting, party, totals
from services.deadlines.domain.meeting import StateMeeting
from services.deadlines.domain.obligation_commands import (
    RecordCompletionStatement,
    RecordExtensionStatement,
    RecordFigure,
    RecordLaterFind,
    RecordMeasure,
    RecordStatus,
    RegisterObligation,
    StateOriginalDeadline,
)
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.party import RecordWithdrawal, RegisterStateParty
from services.deadlines.domain.reporting import RecordReportStatement
from services.deadlines.domain.totals import StateTotal
from shared.dates import PartialDate
from shared.messages import Command
from shared.provenance import Statement
from shared.tables import BadCell, Recording, Row

C = TypeVar("C", bound=Command)

CLEARANCE_ARTICLE = {"CCM": "4", "APMBC": "5"}
"""The article that land figures belong to, where a table has no column for it."""
STOCKPILE_ARTICLE = {"CCM": "3", "APMBC": "4"}
"""The article that stock figures belong to."""
UNITS = {"submunitions_destroyed": "submunitions", "mines_destroyed": "items", "share_cleared_percent": "percent"}
"""Units of the figures that are not areas."""
STOCK_KINDS = ("declared", "held", "destroyed", "destroyed_total", "retained")
COLUMN_OF = {
    "state": "iso3",
    "entry_into_force": "entry_into_force_on",
    "effective_on": "withdrawal_effective_on",
    "deadline": "original_deadline",
    "words": "status_words",
    "president": "president_iso3",
    "name": "meeting",
}
"""The column that a command's field comes from, where the two are named differently."""

_DEPOSITED = re.compile(r"\bwithdrawal deposited (\d{4}-\d{2}-\d{2})\b")
_BY = "by_"
_UNDATED = "undated page"
_PRECISIONS = {"day": 10, "month": 7, "year": 4}


def _command(kind: type[C], row: Row, /, **facts: Any) -> C:
    """The command. BadCell naming the column where the row does not make one."""
    try:
        return kind(**facts)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "row"
        column = COLUMN_OF.get(name, name)
        raise BadCell(column if column in row.cells else name, first["msg"]) from None


def _state(row: Row) -> dict[str, Any]:
    return {"treaty": row.required("treaty"), "state": row.required("iso3")}


def _duty(row: Row, article: str) -> dict[str, Any]:
    return {**_state(row), "article": article}


def _about_duty(kind: type[C], row: Row, duty: dict[str, Any], /, **facts: Any) -> Recording:
    command = _command(kind, row, **duty, **facts)
    identity = command.duty_id if isinstance(command, OfDuty) else ""
    return Recording("obligation", identity, command)


def _as_exact_as(row: Row, column: str, precision: str) -> PartialDate | None:
    """The date, cut to the precision that its own column names; a date is never made finer."""
    written = row.partial(column)
    length = _PRECISIONS.get(row.text(precision).removeprefix(_BY))
    return written if written is None or length is None else PartialDate(written[:length])


def _article_of(row: Row, articles: dict[str, str]) -> str:
    treaty = row.required("treaty")
    if treaty not in articles:
        raise BadCell("treaty", f"{treaty!r} is not one of {', '.join(articles)}")
    return articles[treaty]


def read_state_party(row: Row) -> Iterable[Recording]:
    """A State Party's deposit and entry into force, and its withdrawal where it has one."""
    who = _state(row)
    identity = party.identity(who["treaty"], who["state"])
    said = row.statement()
    joined = _command(
        RegisterStateParty,
        row,
        **who,
        name=row.required("name"),
        action=row.required("action"),
        signed_on=row.partial("signed_on"),
        deposited_on=row.day("deposited_on"),
        entry_into_force=row.day("entry_into_force_on"),
        derivation=row.required("derivation"),
        statement=_with_note(row, said, f"see also {row.text('source2')}") if row.text("source2") else said,
    )
    yield Recording("party", identity, joined)
    effective_on = row.day("withdrawal_effective_on")
    if effective_on is None:
        return
    left = _command(
        RecordWithdrawal,
        row,
        **who,
        received_on=_deposit_of_withdrawal(row),
        effective_on=effective_on,
        # The list of deposits is older than the withdrawal, which the second source proves.
        statement=Statement(
            source=row.optional("source2") or said.source,
            stated_on=PartialDate(effective_on.isoformat()),
            stated_on_note="the day the source speaks of",
            note=row.text("note"),
        ),
    )
    yield Recording("party", identity, left)


def _with_note(row: Row, said: Statement, more: str) -> Statement:
    note = f"{said.note}; {more}" if said.note else more
    try:
        return Statement(**(said.model_dump() | {"note": note}))
    except ValidationError as error:
        raise BadCell("note", error.errors()[0]["msg"]) from None


def _deposit_of_withdrawal(row: Row) -> date | None:
    found = _DEPOSITED.search(row.text("note"))
    return date.fromisoformat(found[1]) if found else None


def read_obligation(row: Row) -> Iterable[Recording]:
    """That a State has a duty and, where a date stands in the row, its first deadline."""
    duty, said = _duty(row, row.required("article")), row.statement()
    yield _about_duty(RegisterObligation, row, duty, statement=said)
    deadline = row.partial("original_deadline")
    if deadline is not None:
        yield _about_duty(
            StateOriginalDeadline,
            row,
            duty,
            deadline=deadline,
            derivation=row.text("derivation"),
            statement=said,
        )


def read_extension_request(row: Row) -> Iterable[Recording]:
    """What a source says of one extension request."""
    outcome = row.text("outcome")
    yield _about_duty(
        RecordExtensionStatement,
        row,
        _duty(row, row.required("article")),
        sequence=row.integer("sequence"),
        requested_period=row.text("requested_period"),
        asked_until=row.partial("asked_until"),
        lodged_on=row.partial("lodged_on"),
        decided_at=row.text("decided_at"),
        decided_on=row.partial("decided_on"),
        mode=row.text("mode"),
        granted_until=row.partial("granted_until"),
        outcome=outcome,
        granted=_granted(outcome),
        conditions=row.text("conditions"),
        annual_plan=row.text("annual_plan"),
        remaining_at_request_m2=row.number("remaining_at_request_m2"),
        budget=row.money("budget_amount", "budget_currency"),
        statement=row.statement(),
    )


def _granted(outcome: str) -> bool | None:
    """What a printed outcome says: only a clear yes or no counts."""
    if outcome.startswith("granted"):
        return True
    return False if outcome.startswith("not approved") else None


def read_completion(row: Row) -> Iterable[Recording]:
    """That a duty was completed: the end of the work and the declaration apart."""
    in_time = row.text("in_time")
    if in_time not in ("", "yes", "no"):
        raise BadCell("in_time", "must be yes, no or blank")
    yield _about_duty(
        RecordCompletionStatement,
        row,
        _duty(row, row.required("article")),
        completed_on=_as_exact_as(row, "completed_on", "completed_precision"),
        completed_not_later=row.text("completed_precision").startswith(_BY),
        declared_on=_as_exact_as(row, "declared_on", "declared_precision"),
        in_time=None if not in_time else in_time == "yes",
        statement=row.statement(),
    )


def read_clearance(row: Row) -> Iterable[Recording]:
    """One figure about land or about items found on it."""
    metric = row.required("metric")
    yield _figure(row, _article_of(row, CLEARANCE_ARTICLE), metric, UNITS.get(metric, "m2"), row.number("value"))


def read_status(row: Row) -> Iterable[Recording]:
    """How a source judged a duty."""
    yield _about_duty(
        RecordStatus,
        row,
        _duty(row, row.required("article")),
        status=row.required("status"),
        words=row.text("status_words"),
        as_of=row.period("as_of"),
        target_completion=row.partial("target_completion"),
        statement=Statement(
            source=row.required("source"),
            stated_on=row.partial("stated_on"),
            stated_on_note=row.text("stated_on_note"),
        ),
    )


def read_later_find(row: Row) -> Iterable[Recording]:
    """Areas or items found after completion."""
    yield _about_duty(
        RecordLaterFind,
        row,
        _duty(row, row.required("article")),
        found_on=row.partial("found_on"),
        area_m2=row.number("area_m2"),
        items=row.integer("items"),
        statement=row.statement(),
    )


def read_stockpile(row: Row) -> Iterable[Recording]:
    """Up to two figures: containers, and the submunitions in them."""
    kind = row.required("kind")
    if kind not in STOCK_KINDS:
        raise BadCell("kind", f"{kind!r} is not one of {', '.join(STOCK_KINDS)}")
    article = _article_of(row, STOCKPILE_ARTICLE)
    for column, unit in (("cluster_munitions", "munitions"), ("submunitions", "submunitions")):
        value = row.number(column)
        if value is not None:
            yield _figure(row, article, f"{unit}_{kind}", unit, value)


def _figure(row: Row, article: str, metric: str, unit: str, value: Decimal | None) -> Recording:
    return _about_duty(
        RecordFigure,
        row,
        _duty(row, article),
        metric=metric,
        value=value,
        unit=unit,
        period=row.period("period"),
        statement=row.statement(),
    )


def read_report(row: Row) -> Iterable[Recording]:
    """What a source says of one transparency report; "overdue" on a day is a statement, not an act."""
    who = _state(row)
    statement = row.statement()
    undated = row.text("as_of").startswith(_UNDATED)
    if undated:
        # Words in place of a date: no date is made of them, and none of them is lost.
        statement = _with_note(row, statement, row.text("as_of"))
    said = _command(
        RecordReportStatement,
        row,
        **who,
        kind=row.required("kind"),
        period_year=row.integer("period_year"),
        due_published=row.partial("due_published"),
        submitted_on=_as_exact_as(row, "submitted_on", "submitted_precision"),
        not_later=row.text("submitted_precision") == "on or before",
        status=row.text("status"),
        as_of=None if undated else row.partial("as_of"),
        statement=statement,
    )
    yield Recording("reporting", party.identity(who["treaty"], who["state"]), said)


def read_meeting(row: Row) -> Iterable[Recording]:
    """A meeting with its days."""
    said = _command(
        StateMeeting,
        row,
        treaty=row.required("treaty"),
        name=row.required("meeting"),
        kind=row.required("kind"),
        starts_on=row.partial("starts_on"),
        ends_on=row.partial("ends_on"),
        place=row.text("place"),
        president=row.text("president_iso3"),
        planned_starts_on=row.partial("planned_starts_on"),
        statement=row.statement(),
    )
    yield Recording("meeting", meeting.identity(said.treaty, said.name), said)


def read_measure(row: Row) -> Iterable[Recording]:
    """National law (Article 9) or victim assistance measures (CCM 5)."""
    yield _about_duty(
        RecordMeasure,
        row,
        _duty(row, row.required("article")),
        status=row.required("status"),
        law=row.text("law"),
        year=row.partial("year"),
        as_of=row.partial("as_of"),
        statement=row.statement(),
    )


def read_treaty_total(row: Row) -> Iterable[Recording]:
    """A total that the ISU or the Monitor printed for a treaty."""
    said = _command(
        StateTotal,
        row,
        treaty=row.required("treaty"),
        metric=row.required("metric"),
        value=row.number("value"),
        unit=row.text("unit"),
        as_of=row.partial("as_of"),
        period=row.period("period_year"),
        statement=row.statement(),
    )
    yield Recording("totals", totals.identity(said.treaty), said)


def read_world_clearance(row: Row) -> Iterable[Recording]:
    """Area cleared and submunitions destroyed in the whole world."""
    for metric, unit in (("cleared_m2", "m2"), ("submunitions_destroyed", "submunitions")):
        value = row.number(metric)
        if value is not None:
            said = _command(
                StateTotal,
                row,
                metric=metric,
                value=value,
                unit=unit,
                period=row.period("period"),
                statement=row.statement(),
            )
            yield Recording("totals", totals.identity(said.treaty), said)
