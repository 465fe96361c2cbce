"""What insights keeps: it follows its documents, whoever writes them, and says what a fresh evaluation says."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.insights.answers import Answers, Asked
from services.insights.keeping import Kept
from services.insights.near.board import Board
from services.insights.near.picture import DollarsOnly
from services.insights.near.ranking import rank
from services.insights.near.settings import Options
from services.insights.near.what_if import SupposedDeclaration, what_if
from services.insights.recorded import Recorded
from services.insights.views import VIEWS
from shared.clock import TurnableClock
from shared.documents.sqlite import SqliteDocuments
from shared.log.embedded import EmbeddedLog
from shared.shelf import Held, Shelf
from shared.views import View
from tests.insights.telling import BY_CATEGORY, Story

TODAY = date(2017, 12, 20)
Wait = Callable[[str | None], Awaitable[list[str]]]


class Process:
    """One process with insights' documents in a folder that others may write too."""

    def __init__(self, folder: Path, exclusive: bool, wait: Wait | None = None) -> None:
        self.documents = SqliteDocuments(folder / "views.db")
        self.shelves: dict[str, Shelf[Any]] = {one.name: Shelf(one, self.documents, exclusive) for one in VIEWS}
        self.clock = TurnableClock(datetime(2017, 12, 20, 12, tzinfo=UTC))
        log = EmbeddedLog({}, self.documents)
        views = {name: View(shelf, wait or nothing_to_wait_for) for name, shelf in self.shelves.items()}
        self.answers = Answers(views, Recorded(log, self.clock, DollarsOnly()), self.clock, DollarsOnly())

    async def take(self, story: Story) -> None:
        """Write the story's documents, as far as they are not there so."""
        for stream, document in story.documents().items():
            shelf = self.shelves[BY_CATEGORY[stream.partition("-")[0]].name]
            there = (await shelf.get([document.id])).get(document.id)
            if there is None or there.document != document:
                revision, v = (there.revision, there.v) if there else (0, 0)
                assert not await shelf.put({document.id: Held(revision, v + 1, document)})


async def nothing_to_wait_for(tokens: str | None) -> list[str]:
    """No events are followed here."""
    return []


@pytest.fixture(params=[True, False], ids=["alone", "beside another"])
async def processes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Process, Process]]:
    """One that writes and one that answers; the same where a process is alone."""
    writer = Process(tmp_path, exclusive=request.param)
    reader = writer if request.param else Process(tmp_path, exclusive=False)
    for shelf in (*writer.shelves.values(), *reader.shelves.values()):
        await shelf.declare()
    yield writer, reader
    await writer.documents.close()
    if reader is not writer:
        await reader.documents.close()


def steps() -> list[Story]:
    """A story as it grows."""
    story, found = Story(), []
    for tell in (
        lambda: story.party("AAA").party("AAB").left("AAA", 2).left("AAB", 40),
        lambda: story.need("n", "AAA", 300_000),
        lambda: story.left("AAB", 3, "2017", "2017-12-01"),
        lambda: story.request("r", "AAB", [("a", "clearance", 90_000)]),
        lambda: story.pledged("p", "d1", "2017-12-10", request="r"),
        lambda: story.meeting("9MSP", "2019-09-02", "2017-12-01"),
        lambda: story.granted("AAA", "2024-08-01", "2017-12-02"),
        lambda: story.completed("AAA", declared_on="2017-12-05"),
    ):
        tell()
        again = Story()
        again.told = list(story.told)
        found.append(again)
    return found


async def test_every_change_shows_in_the_next_answer_and_only_what_changed_is_answered_anew(
    processes: tuple[Process, Process],
) -> None:
    writer, reader = processes
    for story in steps():
        await writer.take(story)
        for asked, on in ((Asked(), TODAY), (Asked(as_of=date(2017, 12, 3)), date(2017, 12, 3))):
            plain = rank(story.picture(), on)
            assert await reader.answers.ranking(asked, Options()) == plain
            written = await reader.answers.ranking_written(asked, Options())
            assert json.loads(written) == plain.model_dump(mode="json")
            assert await reader.answers.ranking_written(asked, Options()) is written


async def test_a_what_if_stands_on_what_is_held_now_and_leaves_it_as_it_is(processes: tuple[Process, Process]) -> None:
    writer, reader = processes
    declared = SupposedDeclaration(state="AAB", treaty="CCM", article="4")
    for story in steps()[:4]:
        await writer.take(story)
        supposed = await reader.answers.what_if(Asked(), Options(), [declared])
        assert supposed == what_if(story.picture(), [declared], TODAY)
        assert await reader.answers.ranking(Asked(), Options()) == rank(story.picture(), TODAY)


async def test_the_record_that_other_questions_look_at_is_of_now(processes: tuple[Process, Process]) -> None:
    writer, reader = processes
    for story in steps():
        await writer.take(story)
        held = {one.id for one in (await reader.answers.record(Asked())).picture.obligations}
        assert held == {one.id for one in story.picture().obligations}
        needs = await reader.answers.ask("needs", Asked(), lambda record, _: len(record.picture.needs))
        assert needs == len(story.picture().needs)


async def test_whoever_waits_for_what_is_not_shown_yet_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    shown = asyncio.Event()

    async def wait(tokens: str | None) -> list[str]:
        if tokens:
            await shown.wait()
        return []

    here = Process(tmp_path, exclusive=True, wait=wait)
    for shelf in here.shelves.values():
        await shelf.declare()
    await here.take(steps()[0])
    patient = asyncio.create_task(here.answers.ranking(Asked(after="later"), Options()))
    await asyncio.sleep(0)
    assert (await here.answers.ranking(Asked(), Options())).rows
    assert not patient.done()
    await here.take(steps()[1])
    shown.set()
    assert (await patient) == rank(steps()[1].picture(), TODAY)
    await here.documents.close()


async def test_what_was_said_of_a_day_outlives_the_board_that_it_was_read_from(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.insights.answers._KEPT_CASES", 0)
    made = 0
    real = Board.changed

    def counted(self: Board, pictures: Any) -> Board:
        nonlocal made
        made += 1
        return real(self, pictures)

    monkeypatch.setattr(Board, "changed", counted)
    writer, reader = processes
    *_, before, last = steps()
    await writer.take(before)
    days = [Asked(as_of=date(2017, 12, day)) for day in (3, 4, 5)]
    said = [await reader.answers.ranking_written(asked, Options()) for asked in days]
    of_state = [
        await reader.answers.ask_ranked("rows", asked, Options(), lambda _r, _l, board: len(board.rows_of("AAA")))
        for asked in days
    ]
    once = made
    for asked, written, rows in zip(days, said, of_state, strict=True):
        assert await reader.answers.ranking_written(asked, Options()) is written
        ask = reader.answers.ask_ranked("rows", asked, Options(), lambda *_: pytest.fail("it is kept"))
        assert await ask == rows
    assert made == once
    # Only until something changes.
    await writer.take(last)
    assert await reader.answers.ranking(days[2], Options()) == rank(last.picture(), date(2017, 12, 5))
    assert json.loads(await reader.answers.ranking_written(days[2], Options()))["rows"] != json.loads(said[2])["rows"]


def test_answers_are_kept_as_long_as_they_fit_those_asked_for_last() -> None:
    kept = Kept(most=100)
    for name in "abc":
        kept.keep(name, 1, name.encode() * 40)
    assert [name for name in "abc" if kept.still(name, 1)] == ["b", "c"]
    kept.keep("b", 2, b"")
    kept.keep("b", 1, b"older")
    assert kept.still("b", 2) == (b"",)
    assert kept.still("b", 1) is None
    kept.keep("d", 1, b"d" * 50)
    assert [name for name in "cd" if kept.still(name, 1)] == ["c", "d"]
    # One that is larger than all of the room is kept as long as nothing else is.
    kept.keep("e", 1, b"e" * 500)
    assert kept.still("e", 1) == (b"e" * 500,)
    assert [name for name in "bcd" if kept.still(name, 1)] == []
    kept.keep("nothing", 1, None)
    assert kept.still("nothing", 1) == (None,)
