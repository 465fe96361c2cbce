"""What deadlines does by itself, on a system whose clock the test turns."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.deadlines.domain import meeting, party
from services.deadlines.domain.obligation_commands import RegisterObligation
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.party import StatePartyRegistered
from services.deadlines.policies import begin_reporting
from shared.auth.caller import Caller
from shared.heard import Heard
from shared.ids import new_id
from tests.deadlines.duties import CLUSTER_CLEARANCE, MINE_CLEARANCE, declaring, lodging, said
from tests.system import TestSystem, embedded_system

ISU = Caller("desk", "isu")


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 6, tzinfo=UTC)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path, names=["deadlines"], at=at(2020, 1, 1)) as running:
        yield running


async def do(system: TestSystem, category: str, identity: str, command: Any) -> None:
    await system.handlers[category].handle(identity, command, ISU, new_id())
    await system.settle()


async def state_of(system: TestSystem, category: str, identity: str) -> Any:
    return (await system.handlers[category].load(identity)).state


async def joined(system: TestSystem, treaty: Any = "CCM", deposited_on: date = date(2012, 2, 1)) -> None:
    command = party.RegisterStateParty(
        treaty=treaty,
        state="XXA",
        name="Exercise A",
        action="ratification",
        deposited_on=deposited_on,
        statement=said(),
    )
    await do(system, "party", f"{treaty}-XXA", command)


async def registered(system: TestSystem, duty: OfDuty = CLUSTER_CLEARANCE) -> None:
    await do(system, "obligation", duty.duty_id, RegisterObligation(**dict(duty), statement=said()))


async def planned_meeting(system: TestSystem, name: str, on: date) -> None:
    command = meeting.PlanMeeting(treaty="CCM", name=name, kind="msp", starts_on=on, statement=said())
    await do(system, "meeting", meeting.identity("CCM", name), command)


async def turn(system: TestSystem, to: datetime) -> None:
    system.clock.set(to)
    await system.sweep()
    await system.settle()


async def reminded(system: TestSystem, duty: OfDuty = CLUSTER_CLEARANCE) -> list[tuple[str, date, int]]:
    now = await state_of(system, "obligation", duty.duty_id)
    return [(one.kind, one.due_on, one.step_days) for one in now.standing.reminded]


async def test_a_duty_is_dated_whichever_is_known_first(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    await registered(system, MINE_CLEARANCE)
    await joined(system, "APMBC", date(2012, 2, 1))
    for duty in (CLUSTER_CLEARANCE, MINE_CLEARANCE):
        now = await state_of(system, "obligation", duty.duty_id)
        assert now.standing.deadline_in_force == "2022-08-01"


async def test_a_corrected_deposit_dates_the_duty_anew(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    await joined(system, deposited_on=date(2013, 2, 1))
    now = await state_of(system, "obligation", CLUSTER_CLEARANCE.duty_id)
    assert now.standing.deadline_in_force == "2023-08-01"


async def test_every_state_party_begins_to_report(system: TestSystem) -> None:
    await joined(system)
    now = await state_of(system, "reporting", "CCM-XXA")
    assert now.initial_due == date(2013, 1, 28)


async def test_a_withdrawal_ends_the_duties_on_its_day_and_not_before(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    left = party.RecordWithdrawal(treaty="CCM", state="XXA", received_on=date(2020, 3, 6), statement=said())
    await do(system, "party", "CCM-XXA", left)
    await turn(system, at(2020, 9, 5))
    assert (await state_of(system, "obligation", "CCM-XXA-4")).standing.ended_on is None
    await turn(system, at(2020, 9, 6))
    assert (await state_of(system, "obligation", "CCM-XXA-4")).standing.ended_on == date(2020, 9, 6)
    assert (await state_of(system, "reporting", "CCM-XXA")).ended_on == date(2020, 9, 6)


async def test_a_postponed_withdrawal_ends_nothing_while_the_conflict_lasts(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    left = party.RecordWithdrawal(treaty="CCM", state="XXA", received_on=date(2020, 3, 6), statement=said())
    await do(system, "party", "CCM-XXA", left)
    waits = party.PostponeWithdrawal(treaty="CCM", state="XXA", reason="armed conflict", statement=said("2020-05"))
    await do(system, "party", "CCM-XXA", waits)
    await turn(system, at(2021, 9, 6))
    assert (await state_of(system, "obligation", "CCM-XXA-4")).standing.ended_on is None


async def test_a_duty_that_becomes_known_after_its_state_left_ends_too(system: TestSystem) -> None:
    await joined(system)
    left = party.RecordWithdrawal(treaty="CCM", state="XXA", received_on=date(2019, 1, 6), statement=said())
    await do(system, "party", "CCM-XXA", left)
    await registered(system)
    await turn(system, at(2020, 1, 2))
    assert (await state_of(system, "obligation", "CCM-XXA-4")).standing.ended_on == date(2019, 7, 6)


async def test_reminders_go_out_on_their_days_and_once(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    deadline = date(2022, 8, 1)
    for day in (at(2021, 8, 1), at(2021, 8, 1), at(2022, 2, 2), at(2022, 2, 2)):
        await turn(system, day)
    assert await reminded(system) == [("deadline", deadline, 365), ("deadline", deadline, 180)]


async def test_after_downtime_only_the_newest_missed_reminder_goes_out(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    await turn(system, at(2022, 7, 28))
    await turn(system, at(2022, 7, 29))
    deadline = date(2022, 8, 1)
    assert await reminded(system) == [("deadline", deadline, 7)]
    await turn(system, at(2022, 8, 1))
    assert await reminded(system) == [("deadline", deadline, 7), ("deadline", deadline, 0)]


async def test_a_meeting_put_in_the_calendar_brings_the_lodging_day(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    await planned_meeting(system, "10MSP", date(2022, 7, 15))
    await turn(system, at(2021, 10, 14))
    assert ("lodging", date(2021, 10, 15), 7) in await reminded(system)


async def test_a_request_lodged_silences_the_reminders_to_lodge(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    await planned_meeting(system, "10MSP", date(2022, 7, 15))
    await do(system, "obligation", "CCM-XXA-4", lodging())
    await turn(system, at(2021, 10, 15))
    assert {kind for kind, _, _ in await reminded(system)} == {"deadline"}


async def test_a_declared_duty_is_not_reminded_of(system: TestSystem) -> None:
    await joined(system)
    await registered(system)
    await do(system, "obligation", "CCM-XXA-4", declaring(on=date(2019, 7, 31)))
    await turn(system, at(2022, 8, 1))
    assert await reminded(system) == []


async def test_report_reminders_go_out_and_go_on_year_after_year(system: TestSystem) -> None:
    await joined(system)
    for year in (2020, 2021, 2022, 2023, 2024):
        await turn(system, at(year, 4, 24))
    now = await state_of(system, "reporting", "CCM-XXA")
    weeks = {year for kind, year, _, step in now.reminded if step == 7 and kind == "annual"}
    assert weeks == {2019, 2020, 2021, 2022, 2023}


def test_beginning_to_report_heard_twice_is_one_command() -> None:
    event = StatePartyRegistered(
        treaty="CCM",
        state="XXA",
        name="Exercise A",
        action="accession",
        deposited_on=date(2012, 2, 1),
        entry_into_force=date(2012, 8, 1),
        derivation="read",
        statement=said(),
    )
    heard = Heard(event, "deadlines", "party-CCM-XXA", 1, 1, at(2020, 1, 1), "isu:desk")
    assert [one.command_id for one in begin_reporting(heard)] == [one.command_id for one in begin_reporting(heard)]
