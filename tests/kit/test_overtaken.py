"""Two processes decide about one thing: what one of them remembers is checked, and never taken for the truth."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest

from shared.auth.caller import system
from shared.clock import TurnableClock
from shared.decider import Decider
from shared.eventstore.sqlite import SqliteEventStore
from shared.handling import Handler, StaleVersion
from shared.messages import Command, Event, Refused
from tests.kit.world import A_DAY

BY = system("model")


class Turn(Command):
    to: Literal["on", "off"]
    again: bool = False


class Turned(Event):
    to: Literal["on", "off"]


class ThatWayAlready(Refused):
    """The switch stands that way already."""


@dataclass(frozen=True)
class Switch:
    to: str = "off"
    times: int = 0


def decide(command: Turn, switch: Switch) -> tuple[Turned, ...]:
    """Refused where it stands that way, unless `again`: then there is nothing to do."""
    if command.to == switch.to:
        if command.again:
            return ()
        raise ThatWayAlready()
    return (Turned(to=command.to),)


def evolve(switch: Switch, event: Turned) -> Switch:
    return replace(switch, to=event.to, times=switch.times + 1)


SWITCH = Decider("switch", Switch(), decide, evolve, events=(Turned,))
ON, OFF = Turn(to="on"), Turn(to="off")
Switches = Handler[Turn, Turned, Switch]


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Switches, Switches]]:
    store = SqliteEventStore(tmp_path / "events.db")
    yield (Handler("t", SWITCH, store, TurnableClock(A_DAY)), Handler("t", SWITCH, store, TurnableClock(A_DAY)))
    await store.close()


async def test_what_the_other_did_since_is_built_upon(two: tuple[Switches, Switches]) -> None:
    one, other = two
    await one.handle("s", ON, BY, "1")
    await other.handle("s", OFF, BY, "2")
    await other.handle("s", ON, BY, "3")
    receipt = await one.handle("s", OFF, BY, "4")
    assert receipt.seq == 4
    assert (await other.load("s")).state == Switch("off", times=4)


async def test_nobody_is_refused_because_of_how_things_were(two: tuple[Switches, Switches]) -> None:
    one, other = two
    await one.handle("s", ON, BY, "1")
    await other.handle("s", OFF, BY, "2")
    assert (await one.handle("s", ON, BY, "3")).seq == 3


async def test_there_is_something_to_do_where_it_was_undone_elsewhere(two: tuple[Switches, Switches]) -> None:
    one, other = two
    await one.handle("s", ON, BY, "1")
    await other.handle("s", OFF, BY, "2")
    receipt = await one.handle("s", Turn(to="on", again=True), BY, "3")
    assert (receipt.seq, receipt.events) == (3, ("Turned",))


async def test_a_refusal_that_holds_now_is_given_although_it_did_not_then(two: tuple[Switches, Switches]) -> None:
    one, other = two
    await one.handle("s", ON, BY, "1")
    await other.handle("s", OFF, BY, "2")
    with pytest.raises(ThatWayAlready):
        await one.handle("s", OFF, BY, "3")


async def test_a_version_that_only_the_other_has_seen_is_known(two: tuple[Switches, Switches]) -> None:
    one, other = two
    await one.handle("s", ON, BY, "1")
    await other.handle("s", OFF, BY, "2")
    assert (await one.handle("s", ON, BY, "3", expect=2)).seq == 3


async def test_a_version_that_was_overtaken_elsewhere_is_stale(two: tuple[Switches, Switches]) -> None:
    one, other = two
    await one.handle("s", ON, BY, "1")
    await other.handle("s", OFF, BY, "2")
    with pytest.raises(StaleVersion):
        await one.handle("s", OFF, BY, "3", expect=1)
    assert (await one.load("s")).state == Switch("off", times=2)
