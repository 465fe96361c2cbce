"""Documents as properties: however commits arrive, the documents are those of one clean pass (P5, P12)."""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clock import TurnableClock
from shared.commits import Commit
from shared.documents.sqlite import SqliteDocuments
from shared.log import Subscription
from shared.parking import Parking
from shared.projection import Projection
from shared.projector import Projector
from shared.shelf import Shelf
from shared.views import View
from tests.contract_suites.commits import following
from tests.kit.echoing import Added, Sum, fold

SUMS = Projection("sums", 1, "tally", (Added,), Sum, fold, fields=("parity",), topic="tallies")
amounts = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=6)
histories = st.dictionaries(st.sampled_from(["tally-a", "tally-b", "other-c", "tally-d"]), amounts, min_size=1)


def commits_of(history: dict[str, list[list[int]]]) -> dict[str, list[Commit]]:
    made: dict[str, list[Commit]] = {}
    for stream, several in history.items():
        for each in several:
            before = made[stream][-1] if stream in made else None
            made.setdefault(stream, []).append(following(before, stream, each))
    return made


class Owner:
    """The log as a follower sees it that has to heal a hole."""

    def __init__(self, streams: dict[str, list[Commit]]) -> None:
        self.streams = streams

    async def subscribe(self, topic: str, group: str = "") -> Subscription:
        raise AssertionError("a follower under test is handed its commits; it does not subscribe")

    async def read_stream(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        return [commit for commit in self.streams[stream] if commit.seq > after]


async def documents_after(
    streams: dict[str, list[Commit]], batches: Sequence[Sequence[Commit]], writers: int, exclusive: bool
) -> dict[str, tuple[int, Sum | None]]:
    with tempfile.TemporaryDirectory() as folder:
        documents = SqliteDocuments(Path(folder) / "views.db")
        parking = Parking("test", documents, TurnableClock(datetime(2026, 1, 1, tzinfo=UTC)))
        await parking.load()
        projectors = []
        for _ in range(writers):
            shelf: Shelf[Sum] = Shelf(SUMS, documents, exclusive)
            await shelf.declare()
            projectors.append(Projector(SUMS, "tallies", shelf, Owner(streams), parking))

        async def work(n: int) -> None:
            for batch in batches[n::writers] if writers > 1 else batches:
                await projectors[n].take(batch)
                await asyncio.sleep(0)

        await asyncio.gather(*(work(n) for n in range(writers)))
        assert parking.all() == []
        fresh: Shelf[Sum] = Shelf(SUMS, documents, exclusive=False)
        found = {id_: (one.v, one.document) for id_, one in await fresh.find(limit=1_000)}
        await documents.close()
        return found


def clean_pass(streams: dict[str, list[Commit]]) -> dict[str, tuple[int, Sum | None]]:
    return {
        stream.partition("-")[2]: (len(commits), SUMS.folded(None, commits, "tallies"))
        for stream, commits in streams.items()
        if stream.startswith("tally-")
    }


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[dict[str, list[Commit]], list[list[Commit]]]:
    """A history, and batches in which commits come doubled, out of order, and with holes.

    The newest commit of each stream comes at least once: what never comes cannot be missed.
    """
    streams = commits_of(draw(histories))
    everything = [commit for commits in streams.values() for commit in commits]
    heard = draw(st.lists(st.sampled_from(everything), max_size=30)) + [commits[-1] for commits in streams.values()]
    heard = draw(st.permutations(heard))
    cuts = sorted(draw(st.sets(st.integers(0, len(heard)), max_size=6)))
    edges = [0, *cuts, len(heard)]
    return streams, [list(heard[a:b]) for a, b in itertools.pairwise(edges)]


@settings(max_examples=40, deadline=None)
@given(delivered=deliveries(), writers=st.integers(1, 3), exclusive=st.booleans())
def test_doubled_reordered_holed_and_split_among_writers_it_is_one_clean_pass(
    delivered: tuple[dict[str, list[Commit]], list[list[Commit]]], writers: int, exclusive: bool
) -> None:
    streams, batches = delivered
    assert asyncio.run(documents_after(streams, batches, writers, exclusive)) == clean_pass(streams)


@settings(max_examples=25, deadline=None)
@given(length=st.integers(1, 6), takes=st.lists(st.integers(1, 6), min_size=2, max_size=4), exclusive=st.booleans())
def test_writers_who_meet_on_one_document_lose_nothing_of_what_they_heard(
    length: int, takes: list[int], exclusive: bool
) -> None:
    """All begin at once from the same revision; whoever comes second folds again on what the first wrote."""
    streams = commits_of({"tally-a": [[n] for n in range(1, length + 1)]})
    batches = [streams["tally-a"][:take] for take in takes]
    ((v, document),) = asyncio.run(documents_after(streams, batches, len(takes), exclusive)).values()
    assert v == min(length, max(takes))
    assert document == SUMS.folded(None, streams["tally-a"][:v], "tallies")


@settings(max_examples=30, deadline=None)
@given(history=histories, size=st.integers(1, 9))
def test_any_split_into_batches_gives_the_same_documents(history: dict[str, list[list[int]]], size: int) -> None:
    streams = commits_of(history)
    everything = [commit for commits in streams.values() for commit in commits]
    batches = [everything[n : n + size] for n in range(0, len(everything), size)]
    assert asyncio.run(documents_after(streams, batches, 1, True)) == clean_pass(streams)


@given(history=amounts, cut=st.integers(0, 6))
def test_as_of_a_moment_is_the_fold_of_what_was_recorded_by_then(history: list[list[int]], cut: int) -> None:
    """P12: and going on from there gives the document of today."""
    commits = commits_of({"tally-a": history})["tally-a"]
    then = SUMS.folded(None, commits[:cut], "tallies")
    told = [amount for each in history[:cut] for amount in each]
    assert (then.amounts if then else ()) == tuple(told)
    assert SUMS.folded(then, commits[cut:], "tallies") == SUMS.folded(None, commits, "tallies")


@settings(max_examples=25, deadline=None)
@given(
    totals=st.lists(st.integers(1, 9), min_size=0, max_size=30),
    limit=st.integers(1, 8),
    parity=st.sampled_from(["odd", "even", None]),
    least=st.integers(0, 9),
)
def test_pages_of_any_size_give_every_wanted_document_once(
    totals: list[int], limit: int, parity: str | None, least: int
) -> None:
    async def read() -> list[Sum]:
        streams = commits_of({f"tally-{n:02}": [[total]] for n, total in enumerate(totals)})
        with tempfile.TemporaryDirectory() as folder:
            documents = SqliteDocuments(Path(folder) / "views.db")
            parking = Parking("test", documents, TurnableClock(datetime(2026, 1, 1, tzinfo=UTC)))
            await parking.load()
            shelf: Shelf[Sum] = Shelf(SUMS, documents, exclusive=True)
            await shelf.declare()
            await Projector(SUMS, "tallies", shelf, Owner(streams), parking).take(
                [c for s in streams.values() for c in s]
            )

            async def at_once(_: str | None) -> list[str]:
                return []

            view, items, cursor = View(shelf, at_once), list[Sum](), None
            while True:
                page = await view.find({"parity": parity}, cursor, limit, keep=lambda doc: doc.total >= least)
                items += page.items
                assert page.next is None or len(page.items) == limit
                if (cursor := page.next) is None:
                    break
            await documents.close()
            return items

    wanted = [
        (f"{n:02}", total)
        for n, total in enumerate(totals)
        if total >= least and parity in (None, "odd" if total % 2 else "even")
    ]
    assert [(doc.name, doc.total) for doc in asyncio.run(read())] == wanted
