"""Transparency reports over HTTP (Article 7), and the totals that others print of them."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from services.deadlines.api.checking import AnotherThing, AsOf, ImplausibleDay, same
from services.deadlines.domain import party as parties_of
from services.deadlines.domain import reporting as rules
from services.deadlines.domain import totals as totals_of
from services.deadlines.domain.reporting import ExplainLateness, ReceiveReport, RecordReportStatement
from services.deadlines.domain.reports_due import ReportDue, outstanding, two_cycles_open
from services.deadlines.domain.totals import StateTotal
from services.deadlines.policies import Reports
from services.deadlines.treaty_rules import Treaty
from services.deadlines.views.cited import Cited, EventLink
from services.deadlines.views.reporting import ReportingDocument
from services.deadlines.views.totals import TotalsDocument
from shared.clock import Clock, today
from shared.countries import Iso3, country_name
from shared.handling import Handler
from shared.http.days import NotYet, happened
from shared.http.problems import problems
from shared.http.reading import Cursor, Limit, Reader
from shared.http.writing import Write
from shared.messages import Value
from shared.receipts import Receipt
from shared.text import Identity
from shared.views import Page, View


class ReportingLine(Value):
    """A State's reports under one treaty, in short. `two_cycles_open`: years missed although the next was due too."""

    id: str
    treaty: Treaty
    state: Iso3
    name: str
    initial: ReportDue | None
    missing: tuple[ReportDue, ...]
    two_cycles_open: tuple[int, ...]
    ended_on: date | None


class ReportingAnswer(ReportingLine):
    """All of it: what is owed year by year, and every statement."""

    entry_into_force: date | None
    annual: tuple[ReportDue, ...]
    stated: tuple[Cited[rules.ReportStated], ...]
    received: tuple[Cited[rules.ReportReceived], ...]
    explained: tuple[Cited[rules.LatenessExplained], ...]
    events: tuple[EventLink, ...]


def line(document: ReportingDocument, on: date) -> ReportingLine:
    """In short, as of that day."""
    owed = outstanding(document.folded, on)
    return ReportingLine(
        id=parties_of.identity(document.treaty, document.state),
        treaty=document.treaty,
        state=document.state,
        name=country_name(document.state),
        initial=owed.initial,
        missing=owed.missing,
        two_cycles_open=tuple(one.period_year for one in two_cycles_open(document.folded, on) if one.period_year),
        ended_on=document.folded.ended_on,
    )


def full(document: ReportingDocument, on: date) -> ReportingAnswer:
    """Everything, as of that day."""
    return ReportingAnswer(
        **dict(line(document, on)),
        entry_into_force=document.folded.entry_into_force,
        annual=outstanding(document.folded, on).annual,
        stated=document.stated,
        received=document.received,
        explained=document.explained,
        events=document.events,
    )


def routes(reports: Reports, documents: View[ReportingDocument], clock: Clock) -> APIRouter:
    """Everything about reports."""
    router = APIRouter(prefix="/reporting", tags=["reporting"])

    @router.get("")
    async def all_reporting(
        read: Reader,
        treaty: Treaty | None = None,
        state: Iso3 | None = None,
        missing: bool | None = None,
        on: AsOf = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[ReportingLine]:
        """What each State owes; `missing=true`: only those with a report outstanding."""
        day = on or today(clock)

        def wanted(document: ReportingDocument) -> bool:
            return missing is None or bool(outstanding(document.folded, day).missing) == missing

        page = await documents.find({"treaty": treaty, "state": state}, cursor, limit, read.after, keep=wanted)
        return Page(items=[line(one, day) for one in page.items], next=page.next)

    @router.get("/{id}")
    async def one_reporting(id: Identity, read: Reader, on: AsOf = None) -> ReportingAnswer:
        """One State's reports under one treaty."""
        return full(await documents.get(id, after=read.after), on or today(clock))

    @router.post("/{id}/statements", status_code=201, responses=problems(AnotherThing, ImplausibleDay))
    async def record_report_statement(id: Identity, body: RecordReportStatement, write: Write) -> Receipt:
        """What a source says of a report (ISU)."""
        same(id, parties_of.identity(body.treaty, body.state), "state", body)
        write.caller.must_be("isu")
        return await write.send(reports, id, body)

    @router.post(
        "/{id}/reports",
        status_code=201,
        responses=problems(
            AnotherThing,
            ImplausibleDay,
            NotYet,
            rules.NoReportOwed,
            rules.BeforeEntryIntoForce,
            rules.PeriodMissing,
            rules.PeriodNotOver,
        ),
    )
    async def receive_report(id: Identity, body: ReceiveReport, write: Write) -> Receipt:
        """A report came in; whether it is late follows from the rule (the State, or the ISU for it)."""
        same(id, parties_of.identity(body.treaty, body.state), "state", body)
        write.caller.must_act_for(body.state)
        happened(body.received_on, "received_on", clock)
        return await write.send(reports, id, body)

    @router.post(
        "/{id}/explanations",
        status_code=201,
        responses=problems(AnotherThing, ImplausibleDay, rules.PeriodMissing, rules.WordsMissing),
    )
    async def explain_lateness(id: Identity, body: ExplainLateness, write: Write) -> Receipt:
        """Why a report is late or missing."""
        same(id, parties_of.identity(body.treaty, body.state), "state", body)
        write.caller.must_act_for(body.state)
        return await write.send(reports, id, body)

    return router


def totals_routes(totals: Handler[Any, Any, Any], documents: View[TotalsDocument]) -> APIRouter:
    """Totals as others printed them; `WORLD` for those of no treaty."""
    router = APIRouter(prefix="/totals", tags=["totals"])

    @router.get("/{id}")
    async def printed_totals(id: Identity, read: Reader) -> TotalsDocument:
        """Every printed total, to compare our own counts with."""
        return await documents.get(id, after=read.after)

    @router.post("/{id}", status_code=201, responses=problems(AnotherThing, ImplausibleDay))
    async def state_total(id: Identity, body: StateTotal, write: Write) -> Receipt:
        """A printed total (ISU)."""
        same(id, totals_of.identity(body.treaty), "treaty", body)
        write.caller.must_be("isu")
        return await write.send(totals, id, body)

    return router
