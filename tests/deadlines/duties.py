"""Messages about duties, short to write: a made-up State (XXA) and its sources."""

from datetime import date
from typing import Any

from services.deadlines.domain import obligation_commands as commands
from services.deadlines.domain import obligation_events as events
from services.deadlines.domain.obligation import OBLIGATIONS
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.standing import Standing
from shared.dates import PartialDate
from shared.provenance import Statement

CLUSTER_CLEARANCE = OfDuty(treaty="CCM", state="XXA", article="4")
CLUSTER_STOCK = OfDuty(treaty="CCM", state="XXA", article="3")
MINE_CLEARANCE = OfDuty(treaty="APMBC", state="XXA", article="5")
MINE_STOCK = OfDuty(treaty="APMBC", state="XXA", article="4")
VICTIMS = OfDuty(treaty="CCM", state="XXA", article="5")
WAR = OfDuty(treaty="CCM", state="XXA", article="4", clock="border_war")

EIF = date(2012, 8, 1)


def said(on: str | None = "2020-01-01", source: str = "State") -> Statement:
    return Statement(source=source, stated_on=PartialDate(on) if on else None)


def partial(text: str | None) -> PartialDate | None:
    return PartialDate(text) if text else None


def standing(*happened: events.ObligationEvent) -> Standing:
    return OBLIGATIONS.fold(happened).standing


def dated(duty: OfDuty = CLUSTER_CLEARANCE, entry_into_force: date = EIF) -> events.ObligationDated:
    made = OBLIGATIONS.decide(
        commands.DateObligation(**dict(duty), entry_into_force=entry_into_force), OBLIGATIONS.initial
    )
    assert isinstance(made[0], events.ObligationDated)
    return made[0]


def lodging(duty: OfDuty = CLUSTER_CLEARANCE, **other: Any) -> commands.LodgeExtensionRequest:
    facts: dict[str, Any] = {
        "lodged_on": date(2021, 9, 1),
        "asked_until": date(2025, 8, 1),
        "meeting": "10MSP",
        "meeting_planned_on": date(2022, 7, 15),
        "statement": said("2021-09-01"),
    }
    return commands.LodgeExtensionRequest(**dict(duty), **(facts | other))


def lodged(duty: OfDuty = CLUSTER_CLEARANCE, sequence: int = 1, **other: Any) -> events.ExtensionRequestLodged:
    facts: dict[str, Any] = {
        "lodged_on": date(2021, 9, 1),
        "asked_until": date(2025, 8, 1),
        "meeting": "10MSP",
        "statement": said("2021-09-01"),
    }
    return events.ExtensionRequestLodged(**dict(duty), sequence=sequence, **(facts | other))


def deciding(duty: OfDuty = CLUSTER_CLEARANCE, **other: Any) -> commands.DecideExtension:
    facts: dict[str, Any] = {
        "sequence": 1,
        "outcome": "granted",
        "body": "10MSP",
        "mode": "meeting",
        "decided_on": date(2022, 7, 16),
        "granted_until": date(2025, 8, 1),
        "statement": said("2022-07-16"),
    }
    return commands.DecideExtension(**dict(duty), **(facts | other))


def decided(duty: OfDuty = CLUSTER_CLEARANCE, **other: Any) -> events.ExtensionDecided:
    return events.ExtensionDecided(**dict(deciding(duty, **other)))


def told_of_request(
    duty: OfDuty = MINE_CLEARANCE, on: str | None = "2020-01-01", **other: Any
) -> commands.RecordExtensionStatement:
    facts = {
        name: partial(value) if name in ("asked_until", "lodged_on", "decided_on", "granted_until") else value
        for name, value in other.items()
    }
    source = str(facts.pop("source", "State"))
    return commands.RecordExtensionStatement(**dict(duty), statement=said(on, source), **facts)


def request_stated(
    duty: OfDuty = MINE_CLEARANCE, on: str | None = "2020-01-01", **other: Any
) -> events.ExtensionRequestStated:
    return events.ExtensionRequestStated(**dict(told_of_request(duty, on, **other)))


def completed(duty: OfDuty, done: str | None = None, declared: str | None = None) -> events.CompletionStated:
    return events.CompletionStated(
        **dict(duty), completed_on=partial(done), declared_on=partial(declared), statement=said()
    )


def declaring(duty: OfDuty = CLUSTER_CLEARANCE, on: date = date(2020, 7, 31)) -> commands.DeclareCompletion:
    return commands.DeclareCompletion(**dict(duty), declared_on=on, meeting="10MSP", statement=said(on.isoformat()))


def declared(duty: OfDuty = CLUSTER_CLEARANCE, on: date = date(2020, 7, 31)) -> events.CompletionDeclared:
    return events.CompletionDeclared(**dict(declaring(duty, on)))


def finished(duty: OfDuty = CLUSTER_CLEARANCE, on: date = date(2020, 7, 10)) -> events.WorkFinished:
    return events.WorkFinished(**dict(duty), finished_on=on, statement=said(on.isoformat()))


def found(duty: OfDuty = CLUSTER_CLEARANCE, on: str = "2021-03") -> events.LaterFindStated:
    return events.LaterFindStated(**dict(duty), found_on=PartialDate(on), statement=said(on))


def hostilities(ended_on: date | None, stated_on: str = "2023-01-01") -> commands.StateHostilities:
    return commands.StateHostilities(**dict(WAR), name="Border war", ended_on=ended_on, statement=said(stated_on))


def ended(duty: OfDuty = CLUSTER_CLEARANCE, on: date = date(2025, 3, 6)) -> events.DutyEnded:
    return events.DutyEnded(**dict(duty), on=on)
