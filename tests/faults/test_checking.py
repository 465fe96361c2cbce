"""The oracle itself: each kind of loss, planted by hand, is found and named."""

import sqlite3
from pathlib import Path

import pytest

from tests.faults.checking import Found, check
from tests.faults.story import Story
from tests.faults.told import Read, Told
from tests.system import embedded_system

NEWEST_GONE = """
DELETE FROM commits WHERE position = (
    SELECT max(position) FROM commits AS one
    WHERE instr(CAST(body AS TEXT), '"type":"?"')
    AND NOT EXISTS (SELECT 1 FROM commits AS other WHERE other.stream = one.stream AND other.seq > one.seq)
)
"""


@pytest.fixture
async def told(tmp_path: Path) -> Told:
    """Sixty commands, done in process; the folder is at rest afterwards."""
    history, story = Told(), Story(seed=3)
    async with embedded_system(tmp_path) as system:
        for _ in range(60):
            sent = story.next()
            history.sent[sent.key] = sent
            async with system.client(sent.caller.role, sent.caller.scope, sent.caller.subject) as client:
                answer = await client.post(sent.path, json=dict(sent.body), headers={"Idempotency-Key": sent.key})
            history.got(sent, answer.status_code, answer.json())
        await system.settle()
    return history


def change(file: Path, sql: str) -> int:
    connection = sqlite3.connect(file)
    with connection:
        changed = connection.execute(sql).rowcount
    connection.close()
    return changed


async def found(folder: Path, told: Told) -> Found:
    return await check(folder, told)


async def test_an_undisturbed_history_has_nothing_amiss(tmp_path: Path, told: Told) -> None:
    assert told.acknowledged > 30
    assert (await found(tmp_path, told)).all() == []


async def test_an_acknowledged_commit_that_is_gone_is_found(tmp_path: Path, told: Told) -> None:
    assert change(tmp_path / "requests/events.db", NEWEST_GONE.replace("?", "RequestRevised")) == 1
    assert (await found(tmp_path, told)).lost


async def test_a_changed_commit_is_found(tmp_path: Path, told: Told) -> None:
    spoilt = "UPDATE commits SET body = CAST(replace(CAST(body AS TEXT), 'desk', 'dusk') AS BLOB) WHERE position = 2"
    assert change(tmp_path / "pledges/events.db", spoilt) == 1
    assert (await found(tmp_path, told)).torn


async def test_a_key_with_two_effects_is_found(tmp_path: Path, told: Told) -> None:
    key = next(key for key, receipts in told.receipts.items() if receipts[0].events)
    again = told.receipts[key][0].model_copy(update={"seq": 999})
    told.receipts[key].append(again)
    assert (await found(tmp_path, told)).doubled


async def test_a_refused_command_that_was_done_is_found(tmp_path: Path, told: Told) -> None:
    key = next(key for key, receipts in told.receipts.items() if receipts[0].events)
    del told.receipts[key]
    told.refused[key] = 409
    assert any("was refused" in words for words in (await found(tmp_path, told)).wrong)


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE doc_request_v1 SET body = json_set(body, '$.v', 0)",
        "UPDATE doc_request_v1 SET body = json_set(body, '$.doc.outcome', 'finished')",
        "DELETE FROM doc_request_v1",
        "INSERT INTO doc_request_v1 SELECT id || '-again', revision, body FROM doc_request_v1 LIMIT 1",
    ],
)
async def test_a_view_that_differs_from_its_events_is_found(tmp_path: Path, told: Told, spoilt: str) -> None:
    assert change(tmp_path / "requests/views.db", spoilt) > 0
    assert any("request_v1" in words for words in (await found(tmp_path, told)).wrong)


async def test_an_answer_that_one_side_never_heard_is_found(tmp_path: Path, told: Told) -> None:
    assert change(tmp_path / "pledges/events.db", NEWEST_GONE.replace("?", "AllocationRecorded")) == 1
    assert any("the books do not agree" in words for words in (await found(tmp_path, told)).wrong)


async def test_a_stale_read_is_found(tmp_path: Path, told: Told) -> None:
    key, receipts = next(
        (key, receipts) for key, receipts in told.receipts.items() if "RequestRevised" in receipts[0].events
    )
    told.reads.append(Read(receipts[0].stream, receipts[0].seq, told.sent[key].body["content"]["obstacle"]))
    assert (await found(tmp_path, told)).wrong == []
    told.reads.append(Read(receipts[0].stream, receipts[0].seq, "something older"))
    assert any("was read after" in words for words in (await found(tmp_path, told)).wrong)
