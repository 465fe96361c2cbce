"""`article6 serve`: what it prints, signing in once, reading beside it, and going quietly."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import Article6

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the warning is about
Served = tuple[Path, int, str, str]
PATIENCE = 120.0
"""Seconds until an answer is given up: others may keep the machine busy, and none of this is about speed."""
PROGRAM = (sys.executable, "-c", "from deploy.cli import app; app()")


@contextlib.contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The process, the address it prints, and its sign-in link."""
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--data", str(folder), "--port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "ARTICLE6_DATA": "/nowhere"},
    )
    assert process.stdout is not None
    try:
        printed = process.stdout.readline() + process.stdout.readline()
        found = re.findall(r"http://[^\s]+", printed)
        assert len(found) == 2, printed + (process.communicate()[1] if process.poll() is not None else "")
        yield process, found[0].rstrip("/"), found[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the tests that only ask: its folder, process, address and sign-in link."""
    folder = Path(shutil.copytree(filled, tmp_path_factory.mktemp("served") / "data"))
    with serving(folder) as (process, address, link):
        yield folder, process.pid, address, link


def test_a_sign_in_link_works_once_and_looking_at_it_spends_nothing(served: Served) -> None:
    _, _, address, link = served
    with httpx2.Client(base_url=address, timeout=PATIENCE) as browser:
        for _ in range(2):
            page = browser.get(link)
            assert page.status_code == 200
            assert "<button>" in page.text
            assert "default-src 'none'" in page.headers["content-security-policy"]
        signed_in = browser.post(link)
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
        cookie = signed_in.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Secure" not in cookie, "a browser would not send it back over plain HTTP"
        assert browser.get("/deadlines/parked").status_code == 200
        assert httpx2.get(f"{address}/deadlines/parked", timeout=PATIENCE).status_code == 403
        again = httpx2.post(link, timeout=PATIENCE)
        assert again.status_code == 410
        looked = httpx2.get(link, timeout=PATIENCE)
        assert looked.status_code == 410
        assert "used already" in looked.text
        assert "article6 token" in looked.text
        assert httpx2.get(f"{address}/sign-in/never-issued", timeout=PATIENCE).status_code == 404
        home = browser.get("/")
        assert "Signed in as the ISU" in home.text
        assert 'href="/sign-out"' in home.text
        assert home.headers["cache-control"] == "no-store"
        assert "Sign out" not in httpx2.get(f"{address}/", timeout=PATIENCE).text
        assert browser.post("/sign-out", headers={"Origin": "http://elsewhere.example"}).status_code == 403
        # A form of another site brings no rights along.
        foreign = browser.post("/coalitions", json={}, headers={"Origin": "http://elsewhere.example"})
        assert foreign.status_code == 401
        browser.post("/sign-out")
        assert browser.get("/deadlines/parked").status_code == 403


def test_pages_api_pages_health_and_measurements_are_served(served: Served) -> None:
    _, _, address, _ = served
    with httpx2.Client(base_url=address, timeout=PATIENCE) as browser:
        assert browser.get("/healthz").status_code == 200
        assert browser.get("/readyz").status_code == 200
        assert "article6_events_appended" in browser.get("/metrics").text
        assert "Article Six" in browser.get("/").text
        for service in ("deadlines", "requests", "pledges", "coalitions", "insights"):
            assert browser.get(f"/{service}/docs").status_code == 200
        assert browser.get("/no-such-page").status_code == 404
        assert "server" not in browser.get("/healthz").headers


def test_commands_that_read_work_beside_a_running_server_and_those_that_write_say_who_holds_the_folder(
    article6: Article6, filled: Path, served: Served, tmp_path: Path
) -> None:
    folder, process, _, _ = served
    alone = article6("near-completion", "--data", filled, "--csv").stdout
    assert article6("near-completion", "--data", folder, "--csv").stdout == alone
    for words in (("state", "LAO"), ("deadlines",), ("requests",), ("verify",), ("export", tmp_path / "x.jsonl")):
        assert article6(*words, "--data", folder).exit_code == 0
    assert article6("token", "--role", "isu", "--data", folder).exit_code == 0
    doctor = json.loads(article6("doctor", "--data", folder, "--json").stdout)
    assert str(process) in next(one["words"] for one in doctor if one["name"] == "folder lock")
    refused = article6("import", "--data", folder)
    assert refused.exit_code == 1
    assert f"in use by process {process}" in refused.stderr


def test_it_drains_and_ends_cleanly_when_told_to(copied: Path) -> None:
    with serving(copied) as (process, address, _):
        assert httpx2.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    with serving(copied) as (process, _, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_a_second_start_does_not_begin_all_over_again(copied: Path) -> None:
    with serving(copied) as (process, address, _):
        assert httpx2.get(f"{address}/insights/near-completion", timeout=PATIENCE).json()["rows"]
        process.send_signal(signal.SIGTERM)
        assert "Importing" not in process.communicate()[1]


def test_the_first_start_imports_and_without_import_stays_empty(article6: Article6, tmp_path: Path) -> None:
    with serving(tmp_path / "empty", "--no-import") as (_, address, _):
        assert httpx2.get(f"{address}/insights/near-completion", timeout=PATIENCE).json()["rows"] == []
    with serving(tmp_path / "first") as (process, address, _):
        assert httpx2.get(f"{address}/insights/near-completion", timeout=PATIENCE).json()["rows"]
        process.send_signal(signal.SIGTERM)
        assert "Importing the shipped data" in process.communicate()[1]
    assert "0 rows new" in article6("import", "--data", tmp_path / "first").stdout


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1", "example.org"])
def test_other_machines_are_let_in_only_when_it_is_said(article6: Article6, tmp_path: Path, host: str) -> None:
    result = article6("serve", "--host", host, "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert "--public" in result.stderr
    assert not (tmp_path / "data").exists()


def test_public_prints_a_warning(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--no-import", "--host", EVERYWHERE, "--public") as (process, _, _):
        process.send_signal(signal.SIGTERM)
        assert "plain HTTP" in process.communicate()[1]


def test_a_port_that_is_taken_is_named_before_anything_is_done(article6: Article6, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = article6("serve", "--port", taken.getsockname()[1], "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert "choose another with --port" in result.stderr
    assert not (tmp_path / "data").exists()
