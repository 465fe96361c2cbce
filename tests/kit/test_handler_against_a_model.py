"""Commands against a model: a command id has one outcome for ever (P2), snapshots change nothing (P10)."""

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.auth.caller import system
from shared.clock import TurnableClock
from shared.decider import Decider
from shared.documents import Put
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.handling import Handler, KeyReused
from shared.money import Money
from shared.receipts import Receipt
from shared.snapshots import Snapshot, Snapshots
from tests.kit.counting import TALLY, Add, Added, TooMuch
from tests.kit.echoing import ECHO, Echo, EchoEvent, Repeated, Rung, Whispered
from tests.kit.world import A_DAY

BY = system("model")
steps = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2, 900, 1000]), st.integers(0, 6)), min_size=1, max_size=25
)


@settings(max_examples=30, deadline=None)
@given(steps=steps)
def test_a_command_id_has_one_outcome_for_ever(steps: list[tuple[str, int, int]]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = SqliteEventStore(Path(folder) / "events.db")
            # Two handlers on one store: what one remembers must not mislead it about the other's work.
            handlers = [Handler("t", TALLY, store, TurnableClock(A_DAY)) for _ in range(2)]
            outcomes: dict[str, tuple[str, int, Receipt]] = {}
            totals = {"a": 0, "b": 0}
            for n, (identity, amount, key) in enumerate(steps):
                command_id = f"c-{key}"
                handling = handlers[n % 2].handle(identity, Add(amount=amount), BY, command_id)
                if command_id in outcomes:
                    stream, before, receipt = outcomes[command_id]
                    if (stream, before) == (identity, amount):
                        assert await handling == receipt.model_copy(update={"replayed": True})
                    else:
                        with pytest.raises(KeyReused):
                            await handling
                elif totals[identity] + amount > 10_000:
                    with pytest.raises(TooMuch):
                        await handling
                else:
                    outcomes[command_id] = (identity, amount, await handling)
                    totals[identity] += amount
            for identity, total in totals.items():
                for handler in (*handlers, Handler("t", TALLY, store, TurnableClock(A_DAY))):
                    assert (await handler.load(identity)).state.total == total
            await store.close()

    asyncio.run(run())


events = st.lists(
    st.builds(Repeated, amount=st.integers(0, 99), source=st.text(max_size=5))
    | st.builds(Rung, key=st.text(max_size=5))
    | st.builds(Whispered, words=st.just("x")),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(history=events)
def test_a_snapshot_and_the_tail_are_the_full_fold_for_every_cut(history: list[EchoEvent]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            documents = SqliteDocuments(Path(folder) / "views.db")
            snapshots = Snapshots(documents)
            await snapshots.declare()
            whole = ECHO.fold(history)
            for cut in range(len(history) + 1):
                await snapshots.keep("echo-a", ECHO, Snapshot(ECHO.fold(history[:cut]), cut, cut, "h" * 64))
                kept = await snapshots.newest("echo-a", ECHO)
                assert kept is not None
                assert kept.state == ECHO.fold(history[:cut])
                assert ECHO.fold(history[cut:], kept.state) == whole
            await documents.close()

    asyncio.run(run())


@pytest.mark.parametrize("every", [1, 2, 3, 7])
async def test_a_handler_with_snapshots_says_what_one_without_says(tmp_path: Path, every: int) -> None:
    store = SqliteEventStore(tmp_path / "events.db")
    documents = SqliteDocuments(tmp_path / "views.db")
    snapshots = Snapshots(documents)
    await snapshots.declare()
    decider = replace(TALLY, snapshot_every=every)
    for n in range(1, 11):
        # A fresh one each time, as after a restart: it has nothing but the snapshot and the tail.
        with_snapshots = Handler("t", decider, store, TurnableClock(A_DAY), snapshots)
        assert (await with_snapshots.handle("a", Add(amount=n), BY, f"c-{n}")).seq == n
        again = await Handler("t", decider, store, TurnableClock(A_DAY), snapshots).load("a")
        assert again == await Handler("t", TALLY, store, TurnableClock(A_DAY)).load("a")
    kept = await snapshots.newest("tally-a", decider)
    assert kept is not None
    assert kept.seq == 10 // every * every
    await documents.close()
    await store.close()


async def test_a_snapshot_of_another_fold_or_of_another_form_is_passed_over(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    snapshots = Snapshots(documents)
    await snapshots.declare()
    await snapshots.keep("echo-a", ECHO, Snapshot(Echo((1,)), 1, 1, "h"))
    assert await snapshots.newest("echo-a", replace(ECHO, fold_version=2)) is None
    (stored,) = (await documents.get("snapshots", ["echo-a"])).values()
    await documents.write([Put("snapshots", "echo-a", {**stored.body, "state": {"amounts": "x"}}, 1)])
    assert await snapshots.newest("echo-a", ECHO) is None
    await documents.close()


@dataclass(frozen=True)
class Purse:
    """A state with a sum in it."""

    total: Money = field(default_factory=lambda: Money.zero("IDR"))


async def test_a_sum_of_any_size_is_read_back_from_a_snapshot(tmp_path: Path) -> None:
    """What comes in is bounded; what was added up of it is not."""
    documents = SqliteDocuments(tmp_path / "views.db")
    snapshots = Snapshots(documents)
    await snapshots.declare()
    decider: Decider[Add, Added, Purse] = replace(TALLY, initial=Purse())  # type: ignore[assignment, arg-type]
    snapshot = Snapshot(Purse(Money.of(10**18, "IDR")), 200, 200, "h")
    await snapshots.keep("tally-a", decider, snapshot)
    assert await snapshots.newest("tally-a", decider) == snapshot
    await documents.close()


async def test_a_snapshot_from_another_past_does_not_keep_the_stream_from_being_written(tmp_path: Path) -> None:
    """An older store was put back beside newer documents: the snapshot is ahead of the stream."""
    documents = SqliteDocuments(tmp_path / "views.db")
    snapshots = Snapshots(documents)
    await snapshots.declare()
    decider: Decider[Add, Added, object] = replace(TALLY, snapshot_every=2)  # type: ignore[assignment]
    lost = SqliteEventStore(tmp_path / "lost.db")
    for n in range(4):
        await Handler("t", decider, lost, TurnableClock(A_DAY), snapshots).handle("a", Add(amount=9), BY, f"x-{n}")
    await lost.close()
    store = SqliteEventStore(tmp_path / "events.db")
    handler = Handler("t", decider, store, TurnableClock(A_DAY), snapshots)
    assert (await handler.handle("a", Add(amount=1), BY, "c-1")).seq == 1
    await store.close()
    await documents.close()
