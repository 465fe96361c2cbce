"""Operators have a view made anew over HTTP, and by command beside a running server."""

import asyncio
import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deploy.embedded import served_at
from shared.auth.caller import Role
from tests.cli.conftest import Article6
from tests.kit.world import World, world
from tests.rebuild.test_views_against_events import written

ROOT = Path(__file__).parents[2]
VIEWS = "/tallies/operations/views"


async def settled(here: World) -> None:
    for n in range(5):
        await here.add(f"t{n}", 1)
    await here.settle()


async def test_a_view_is_made_anew_and_the_list_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.client() as http:
        await settled(here)
        (before,) = (await http.get(VIEWS)).json()
        assert (before["view"], before["generation"], before["stage"]) == ("tallies", 1, "live")
        assert (await http.post(f"{VIEWS}/tallies/rebuild")).status_code == 202
        async with asyncio.timeout(60):
            while (told := (await http.get(f"{VIEWS}/tallies/rebuild")).json())["stage"] != "live":
                await asyncio.sleep(0.01)
        assert (told["generation"], told["by"], told["agreement"]["documents"]) == (2, "isu:desk", 5)
        assert (await http.get("/tallies/t3")).json()["total"] == 1


@pytest.mark.parametrize("role", [None, "state", "donor", "coordinator"])
async def test_it_is_for_the_isu_alone(tmp_path: Path, role: Role | None) -> None:
    async with world(tmp_path) as here, here.client(role, {"state": "LAO", "donor": "d1"}.get(role or "", "")) as http:
        expected = 401 if role is None else 403
        for method, path in (
            ("GET", ""),
            ("GET", "/tallies/rebuild"),
            ("POST", "/tallies/rebuild"),
            ("DELETE", "/tallies/rebuild"),
            ("POST", "/tallies/switch"),
            ("DELETE", "/tallies/old"),
        ):
            assert (await http.request(method, f"{VIEWS}{path}")).status_code == expected, (method, path)
        assert here.tallies.rebuilds._runs == {}


async def test_what_cannot_be_done_is_said_as_a_problem(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.client() as http:
        for method, path, status in (
            ("POST", "/nothing/rebuild", 404),
            ("GET", "/NO/rebuild", 422),
            ("DELETE", "/tallies/rebuild", 409),
            ("POST", "/tallies/switch", 409),
        ):
            answer = await http.request(method, f"{VIEWS}{path}")
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert (await http.post(f"{VIEWS}/tallies/rebuild", json={"force": True})).status_code == 422
        assert (await http.delete(f"{VIEWS}/tallies/old")).json() == {"dropped": []}


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """`article6 serve` on that folder, until it is told to stop."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "deploy.cli", "serve", "--data", str(folder), "--port", str(port), "--no-import"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        # Nobody reads it: it must not fill up.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        try:
            while served_at(folder) is None and process.poll() is None:
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with three coalitions in it."""
    asyncio.run(written(tmp_path / "data"))
    return tmp_path / "data"


def test_by_command_the_running_server_does_the_work(article6: Article6, data: Path) -> None:
    with closing(sqlite3.connect(data / "coalitions" / "views.db")) as connection, connection:
        changed = connection.execute(
            "UPDATE doc_coalition_pages_v2 SET body = json_set(body, '$.doc.purpose', 'spoilt') "
            "WHERE id = (SELECT min(id) FROM doc_coalition_pages_v2)"
        )
        assert changed.rowcount == 1
    view = ("rebuild", "coalitions/coalition_pages", "--data", data)
    with served(data):
        differs = article6(*view)
        assert (differs.exit_code, "differs in purpose" in differs.stdout) == (1, True), differs.output
        assert "--accept" in differs.stderr
        told = json.loads(article6(*view, "--accept", "--json").stdout)
        assert (told["stage"], told["generation"], told["by"]) == ("live", 2, "isu:operator")
        assert article6("check-views", "--data", data).exit_code == 0
        missing = article6("rebuild", "coalitions/nothing", "--data", data)
        assert (missing.exit_code, "coalition_pages" in missing.stderr) == (1, True), missing.output
        removed = article6(*view, "--drop-old")
        assert (removed.exit_code, "generation 1 removed" in removed.stdout) == (0, True), removed.output
    assert article6("check-views", "--data", data).exit_code == 0


def test_a_folder_in_use_by_who_does_not_answer_is_said_so(article6: Article6, data: Path) -> None:
    from deploy.embedded import EmbeddedSystem

    system = EmbeddedSystem(data)
    try:
        refused = article6("rebuild", "insights/parties", "--data", data)
        assert (refused.exit_code, "does not answer over HTTP" in refused.stderr) == (1, True), refused.output
    finally:
        asyncio.run(system.stop())
