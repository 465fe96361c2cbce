"""`article6 forget`, `export-keys` and `restore-keys`: with a server and without, and what a backup brings back."""

import asyncio
import json
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.cli.forgetting import NAMING as ASKED
from shared.commits import Commit, EventRecord
from tests.cli.conftest import Article6
from tests.contract_suites.commits import following
from tests.privacy.desk import NAMING, begin, everything_in, name_at, read_at, traces
from tests.system import embedded_system

ANN = {"name": "Ann Onymous", "email": "ann@example.org"}
BEN = {"name": "Ben Evolent", "email": "ben@example.org"}


async def told(folder: Path) -> None:
    """Ann at a request and an agency, Ben after her at the request."""
    async with embedded_system(folder, names=NAMING) as system:
        await begin(system)
        for place in ("r-1", "mfa"):
            await name_at(system, place, ANN)
        await name_at(system, "r-1", BEN)
        await system.settle()


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await told(tmp_path / "data")
    return tmp_path / "data"


def shown(folder: Path, place: str) -> dict[str, Any]:
    """What is read there by its owner."""

    async def ask() -> dict[str, Any]:
        async with embedded_system(folder, names=NAMING) as system:
            return await read_at(system, place)

    return asyncio.run(ask())


def test_every_service_that_names_people_is_asked(tmp_path: Path) -> None:
    async def naming() -> set[str]:
        async with embedded_system(tmp_path) as system:
            return {name for name, service in system.services.items() if service.kit.people.any}

    assert asyncio.run(naming()) == {*ASKED} == {*NAMING}


def test_help_says_what_it_does(article6: Article6) -> None:
    said = article6("forget", "--help").stdout
    assert "cannot be undone" in said
    assert "--dry-run" in said
    assert "Examples" in said


def test_a_dry_run_lists_what_would_go_and_changes_nothing(article6: Article6, folder: Path) -> None:
    before = everything_in(*folder.glob("*/keys.db"))
    said = article6("forget", "--email", "ANN@example.org", "--dry-run", "--data", folder)
    assert said.exit_code == 0, said.output
    assert "requests/request-r-1/contact" in said.stdout
    assert "pledges/donor-norway/focal-point/mfa" in said.stdout
    assert "Also named at the same places" in said.stdout
    assert everything_in(*folder.glob("*/keys.db")) == before
    nobody = article6("forget", "--name", "Nobody", "--dry-run", "--data", folder)
    assert (nobody.exit_code, nobody.stdout) == (0, "Nobody is known here by that.\n")


def test_forgotten_only_when_confirmed_and_then_the_history_verifies(article6: Article6, folder: Path) -> None:
    assert article6("forget", "--name", "ann onymous", "--data", folder).exit_code == 1
    found = json.loads(article6("forget", "--name", "Ann Onymous", "--dry-run", "--json", "--data", folder).stdout)
    assert [len(found["found"][service]["matching"]) for service in NAMING] == [1, 1]
    done = article6("forget", "--name", "Ann Onymous", "--yes", "--data", folder)
    assert done.exit_code == 0, done.output
    assert "requests/request-r-1@" in done.stdout
    assert "docs/privacy.md" in done.stderr
    assert article6("verify", "--data", folder).exit_code == 0
    assert shown(folder, "mfa")["note"].startswith("removed at the person's request on ")
    assert shown(folder, "r-1")["name"] == BEN["name"]
    again = article6("forget", "--name", "Ann Onymous", "--yes", "--json", "--data", folder)
    assert json.loads(again.stdout)["forgotten"] == []


def test_only_one_of_those_found(article6: Article6, folder: Path) -> None:
    found = json.loads(article6("forget", "--email", ANN["email"], "--dry-run", "--json", "--data", folder).stdout)
    subject = found["found"]["requests"]["matching"][0]["subject"]
    words = ("forget", "--email", ANN["email"], "--yes", "--json", "--data", folder, "--only")
    assert article6(*words, "0" * 32).exit_code == 1
    done = json.loads(article6(*words, subject, "--reason", "no_longer_needed").stdout)["forgotten"]
    assert [(one["subject"], one["reason"]) for one in done] == [(subject, "no_longer_needed")]
    assert shown(folder, "mfa")["name"] == ANN["name"]


def test_json_asks_nobody(article6: Article6, folder: Path) -> None:
    assert article6("forget", "--email", ANN["email"], "--json", "--data", folder).exit_code == 2


def test_names_and_tokens_are_not_sent_in_the_clear(article6: Article6, folder: Path) -> None:
    said = article6("forget", "--email", ANN["email"], "--yes", "--data", folder, "--server", "http://192.0.2.1:8606")
    assert said.exit_code == 1
    assert "in the clear" in said.stderr


async def test_what_was_recorded_before_there_were_keys_is_named_and_not_called_forgotten(
    article6: Article6, folder: Path
) -> None:
    async with embedded_system(folder, names=NAMING) as system:
        (*_, last) = await system.stores["requests"].read("request-r-2")
        data = {"name": "Ann Onymous", "email": "ann@EXAMPLE.org", "phone": ""}
        await system.stores["requests"].append(of_old(last, EventRecord("ContactNamed", 1, data)))
        assert (await read_at(system, "r-2"))["name"] == "Ann Onymous"
    said = await asyncio.to_thread(article6, "forget", "--email", ANN["email"], "--yes", "--data", folder)
    assert said.exit_code == 1
    assert "requests/request-r-2@2.1 holds the person in the clear" in said.stdout


def of_old(last: Commit, record: EventRecord) -> Commit:
    return replace(following(last), events=(record,)).sealed()


def test_a_backup_holds_no_key_and_who_is_forgotten_later_is_forgotten_there(
    article6: Article6, folder: Path, tmp_path: Path
) -> None:
    backup, keys = tmp_path / "backup", tmp_path / "people-keys.jsonl"
    assert article6("backup", backup, "--data", folder).exit_code == 0
    exported = article6("export-keys", keys, "--data", folder)
    assert exported.stdout.startswith("3 keys in ")
    assert "apart from backups" in exported.stderr
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert not list(backup.rglob("keys.db*"))
    assert traces(everything_in(folder, backup), *ANN.values(), *BEN.values()) == []
    assert article6("verify", "--data", backup).exit_code == 0
    assert shown(backup, "r-1")["note"] == "cannot be read here: its key is not in this installation"
    put_back = article6("restore-keys", keys, "--data", backup)
    assert put_back.stdout.startswith("3 keys are in ")
    assert shown(backup, "r-1")["name"] == BEN["name"]
    # Nobody knew of the forgetting that came after: only removing the file of keys reaches that far.
    assert article6("forget", "--email", ANN["email"], "--yes", "--data", folder).exit_code == 0
    later = tmp_path / "later"
    assert article6("backup", later, "--data", folder).exit_code == 0
    told_back = article6("restore-keys", keys, "--data", later)
    assert "1 keys are in" in told_back.stdout
    assert "2 people stay forgotten" in told_back.stdout
    assert shown(later, "mfa")["name"] == ""
    assert shown(later, "r-1")["name"] == BEN["name"]
    assert article6("restore-keys", keys, "--data", folder).stdout == told_back.stdout.replace(str(later), str(folder))


def test_an_export_of_the_history_holds_nobody_and_is_put_back_without_keys(
    article6: Article6, folder: Path, tmp_path: Path
) -> None:
    export = tmp_path / "history.jsonl"
    assert article6("export", export, "--data", folder).exit_code == 0
    assert traces(export.read_bytes(), *ANN.values(), *BEN.values()) == []
    assert article6("restore", export, "--data", tmp_path / "restored").exit_code == 0
    assert article6("verify", "--data", tmp_path / "restored").exit_code == 0
    assert shown(tmp_path / "restored", "r-1")["note"].startswith("cannot be read here")


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format":"article6-people-keys","version":1}\n{"service":1}\n', "\x00"]
)
def test_a_file_that_holds_no_keys_is_refused(article6: Article6, folder: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "keys").write_text(content)
    said = article6("restore-keys", tmp_path / "keys", "--data", folder)
    assert said.exit_code == 1
    assert "holds no keys" in said.stderr


@pytest.mark.parametrize("spoil", [lambda line: line[:40], lambda line: line.replace(b'"key":"', b'"key":"zz')])
def test_of_a_file_of_which_one_line_is_spoilt_nothing_is_put_back(
    article6: Article6, folder: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    backup, keys = tmp_path / "backup", tmp_path / "people-keys.jsonl"
    assert article6("backup", backup, "--data", folder).exit_code == 0
    assert article6("export-keys", keys, "--data", folder).exit_code == 0
    *others, last = keys.read_bytes().splitlines()
    keys.write_bytes(b"\n".join([*others, spoil(last)]))
    said = article6("restore-keys", keys, "--data", backup)
    assert (said.exit_code, f"line {len(others) + 1}" in said.stderr) == (1, True), said.stderr
    assert json.loads(last)["key"] not in said.stderr
    assert not list(backup.rglob("keys.db*"))


@pytest.fixture
def server(folder: Path) -> Iterator[str]:
    """A server on the folder, as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = (sys.executable, "-c", "from deploy.cli import app; app()", "serve", "--no-import", "--port", str(port))
    running = subprocess.Popen([*program, "--data", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx2.get(f"{address}/healthz")
            break
        except httpx2.TransportError:
            assert running.poll() is None, running.communicate()
            time.sleep(0.1)
    yield address
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=60)
    # What it logged all the while names nobody.
    assert traces(said, *ANN.values(), *BEN.values()) == []


def test_beside_a_server_it_asks_that_server(
    article6: Article6, folder: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE6_PORT", "9")
    lost = article6("forget", "--email", ANN["email"], "--yes", "--data", folder)
    assert lost.exit_code == 1
    assert "name the server with --server" in lost.stderr
    monkeypatch.setenv("ARTICLE6_PORT", server.rpartition(":")[2])
    done = article6("forget", "--email", ANN["email"], "--yes", "--json", "--data", folder)
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["forgotten"]) == 2
    assert (
        "forgotten" in article6("forget", "--name", BEN["name"], "--yes", "--data", folder, "--server", server).stdout
    )
    refused = article6("restore-keys", "none.jsonl", "--data", folder)
    assert refused.exit_code == 1
    assert article6("verify", "--data", folder).exit_code == 0
    assert article6("check-views", "--data", folder).exit_code == 0
