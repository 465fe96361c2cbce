"""A store that takes over another's commits, while answers get lost on the way: all are there, each once."""

import pytest

from shared.eventstore.mongodb import MongoEventStore
from shared.ids import new_id
from shared.mongodb.connection import MongoConnection, Patience
from tests import servers
from tests.contract_suites.commits import chain
from tests.mongodb.cutting import cutting

pytestmark = pytest.mark.distributed


async def test_what_was_written_and_never_answered_for_is_not_written_again() -> None:
    async with cutting(servers.mongodb()) as between:
        connection = await MongoConnection.open(between.address, Patience(whole=5, once=2))
        store = await MongoEventStore.open(connection.database(f"a6_test_{new_id().replace('-', '')}"))
        one, other = chain(40, "tally-a"), chain(30, "tally-b")
        for lost, commits in ((1, one[:20]), (3, [*one, *other])):
            between.cut_answers_to("insert", lost)
            await store.adopt(commits)
        assert between.cut == 4
        assert [c.hash for c in await store.read("tally-a")] == [c.hash for c in one]
        assert [c.hash for c in await store.read("tally-b")] == [c.hash for c in other]
        assert (await store.backlog()).commits == 70
        await store.close()
        await connection.drop(store.database.name)
        await connection.close()
