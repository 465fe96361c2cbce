"""What changed since: a reader that keeps documents is told of every change, whoever wrote it."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.documents import Delete, Documents
from shared.documents.sqlite import SqliteDocuments
from shared.shelf import Held, News, Shelf
from tests.kit.counting import SHOWN, Shown

WRITES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abcd"), st.booleans()), max_size=20)
"""Who writes which document (2: somebody removes it), and whether readers ask in between."""


def held(revision: int, v: int) -> Held[Shown]:
    return Held(revision, v, Shown(name="a", total=v, additions=v))


class Follower:
    """Keeps what it is told."""

    def __init__(self, shelf: Shelf[Shown]) -> None:
        self.shelf = shelf
        self.mark: object = None
        self.kept: dict[str, Shown] = {}
        self.told: list[str] = []

    async def ask(self) -> dict[str, Shown]:
        news: News[Shown] = await self.shelf.news(self.mark)
        self.mark, self.told = news.mark, sorted(news.changed)
        if news.whole:
            self.kept.clear()
        for id_, document in news.changed.items():
            if document is None:
                self.kept.pop(id_, None)
            else:
                self.kept[id_] = document
        return self.kept


async def stored(documents: Documents) -> dict[str, Shown]:
    found = await documents.find(SHOWN.collection.name, limit=100)
    return {one.id: Shown.model_validate(one.body["doc"]) for one in found}


async def write(documents: Documents, shelf: Shelf[Shown], id_: str, n: int) -> None:
    now = (await documents.get(SHOWN.collection.name, [id_])).get(id_)
    await shelf.put({id_: held(now.revision if now else 0, n)})


@settings(max_examples=40, deadline=None)
@given(WRITES)
async def test_two_processes_that_write_the_same_documents_are_told_of_each_others_changes(
    writes: list[tuple[int, str, bool]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = [SqliteDocuments(Path(folder) / "views.db") for _ in range(2)]
        shelves = [Shelf(SHOWN, place, exclusive=False) for place in places]
        for shelf in shelves:
            await shelf.declare()
        readers = [Follower(shelf) for shelf in shelves]
        for n, (who, id_, asks) in enumerate(writes, start=1):
            if who == 2:
                for one in (await places[0].get(SHOWN.collection.name, [id_])).values():
                    await places[0].write([Delete(SHOWN.collection.name, id_, one.revision)])
            else:
                await write(places[who], shelves[who], id_, n)
            if asks:
                for reader in readers:
                    assert await reader.ask() == await stored(places[0])
        for reader in readers:
            assert await reader.ask() == await stored(places[0])
            await reader.ask()
            assert reader.told == []
        for place in places:
            await place.close()


async def test_of_one_changed_document_only_that_one_is_told(tmp_path: Path) -> None:
    for exclusive in (True, False):
        documents = SqliteDocuments(tmp_path / f"{exclusive}.db")
        shelf = Shelf(SHOWN, documents, exclusive)
        await shelf.declare()
        for id_ in "abc":
            await write(documents, shelf, id_, 1)
        reader = Follower(shelf)
        assert sorted(await reader.ask()) == ["a", "b", "c"]
        await write(documents, shelf, "b", 2)
        assert (await reader.ask())["b"].total == 2
        assert reader.told == ["b"]
        late = Follower(shelf)
        assert await late.ask() == await reader.ask()
        await documents.close()


async def test_where_somebody_else_was_first_the_reader_is_told_as_well(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    shelf = Shelf(SHOWN, documents, exclusive=True)
    await shelf.declare()
    await shelf.put({"a": held(0, 1)})
    reader = Follower(shelf)
    await reader.ask()
    other = Shelf(SHOWN, documents, exclusive=False)
    await other.put({"a": held(1, 2)})
    assert await shelf.put({"a": held(1, 9)}) == {"a"}
    assert (await reader.ask())["a"].total == 2
    await documents.close()


async def test_a_shelf_that_is_shared_from_now_on_goes_on_telling(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    shelf = Shelf(SHOWN, documents, exclusive=True)
    await shelf.declare()
    await shelf.put({"a": held(0, 1)})
    reader = Follower(shelf)
    await reader.ask()
    shelf.share()
    await write(documents, Shelf(SHOWN, documents, exclusive=False), "b", 1)
    assert sorted(await reader.ask()) == ["a", "b"]
    await documents.close()


async def test_others_are_looked_at_now_and_then_and_ones_own_writing_is_seen_at_once(tmp_path: Path) -> None:
    places = [SqliteDocuments(tmp_path / "views.db") for _ in range(2)]
    mine, theirs = (Shelf(SHOWN, place, exclusive=False, looks_every=3600) for place in places)
    for shelf in (mine, theirs):
        await shelf.declare()
    follower = Follower(mine)
    assert await follower.ask() == {}
    await write(places[1], theirs, "theirs", 1)
    assert await follower.ask() == {}
    await write(places[0], mine, "mine", 1)
    assert set(await follower.ask()) == {"mine"}
    await write(places[1], theirs, "named", 1)
    assert set((await mine.news(follower.mark, sure=["named"])).changed) == {"named"}
    assert set(await follower.ask()) == {"mine", "named"}
    await write(places[1], theirs, "later", 1)
    assert set((await mine.news(follower.mark, fresh=True)).changed) == {"theirs", "later"}
    for place in places:
        await place.close()


async def test_where_nobody_else_can_have_written_nobody_is_looked_for(tmp_path: Path) -> None:
    """Once it has looked since it is alone; and whatever it reads by itself it tells its readers."""
    places = [SqliteDocuments(tmp_path / "views.db") for _ in range(2)]
    alone: float | None = None
    mine = Shelf(SHOWN, places[0], exclusive=False, looks_every=0.0, alone_since=lambda: alone)
    theirs = Shelf(SHOWN, places[1], exclusive=False)
    for shelf in (mine, theirs):
        await shelf.declare()
    follower = Follower(mine)

    async def told() -> set[str]:
        # Others' writes are looked for beside the first question, and told with the second.
        await follower.ask()
        await asyncio.sleep(0.05)
        return set(await follower.ask())

    await write(places[1], theirs, "before", 1)
    assert await told() == {"before"}
    alone = time.monotonic()
    await write(places[1], theirs, "as it ended", 1)
    assert await told() == {"before", "as it ended"}
    alone = time.monotonic() - 3600
    await told()
    await write(places[1], theirs, "unheard of", 1)
    assert await told() == {"before", "as it ended"}
    await write(places[0], mine, "mine", 1)
    assert await told() == {"before", "as it ended", "mine"}
    await mine.get(["unheard of"])
    assert await told() == {"before", "as it ended", "mine", "unheard of"}
    alone = None
    await write(places[1], theirs, "after", 1)
    assert "after" in await told()
    for place in places:
        await place.close()


async def test_who_asks_while_the_first_is_still_looking_is_not_shown_nothing(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    shelf = Shelf(SHOWN, documents, exclusive=False, looks_every=3600)
    await shelf.declare()
    await write(documents, Shelf(SHOWN, documents, exclusive=False), "a", 1)
    for news in await asyncio.gather(*(shelf.news() for _ in range(3))):
        assert set(news.changed) == {"a"}
    await documents.close()


async def test_who_never_asks_for_news_keeps_no_more_than_the_last_few_documents(tmp_path: Path) -> None:
    """A process that shares its documents may write millions of them."""
    documents = SqliteDocuments(tmp_path / "views.db")
    shelf = Shelf(SHOWN, documents, exclusive=False, recalls=2)
    await shelf.declare()
    document = held(0, 1)
    held_on = []
    for n in range(5):
        await shelf.put({str(n): document})
        held_on.append(sys.getrefcount(document.document))
    assert len(set(held_on[1:])) == 1
    assert [n for n in range(5) if shelf.recall(str(n))] == [3, 4]
    await documents.close()


async def test_what_was_looked_up_for_readers_is_gone_on_from_unless_somebody_was_first(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "views.db")
    shelf, other = (Shelf(SHOWN, documents, exclusive=False) for _ in range(2))
    await shelf.declare()
    await write(documents, other, "a", 1)
    assert shelf.recall("a") is None
    await shelf.news()
    known = shelf.recall("a")
    assert known is not None
    assert (known.revision, known.v) == (1, 1)
    await write(documents, other, "a", 2)
    # What it knows is old, and it tries to write on from it.
    assert await shelf.put({"a": Held(known.revision, 2, known.document)}) == {"a"}
    assert shelf.recall("a") is None
    (read,) = (await shelf.get(["a"])).values()
    assert await shelf.put({"a": Held(read.revision, 3, read.document)}) == set()
    now = shelf.recall("a")
    assert now is not None
    assert (now.revision, now.v) == (3, 3)
    await documents.close()
