"""What keeps the local cluster from being started is said in a line, with what to do about it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from deploy.migrating_marks import begin, finish
from shared.documents.mongodb import MongoDocuments
from shared.mongodb.connection import MongoConnection
from tests import servers
from tests.distributed.migrating import ROOT, own_prefix


@pytest.mark.distributed
async def test_an_exercise_is_not_shown_as_the_truth_and_no_trace_is_shown_either(tmp_path: Path) -> None:
    async with own_prefix() as prefix:
        connection = await MongoConnection.open(servers.mongodb())
        documents = MongoDocuments(connection.database(f"{prefix}_deadlines"))
        await begin(documents, exercise=True)
        await finish(documents)
        await connection.close()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.local_cluster", "--folder", str(tmp_path), "--prefix", prefix,
            "--mongodb", servers.mongodb(), "--kafka", servers.kafka(),
            cwd=ROOT, stdout=PIPE, stderr=STDOUT,
        )  # fmt: skip
        said = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert "local_cluster: this database holds an exercise with fictional States: start it with --exercise" in said
    assert "Traceback" not in said
