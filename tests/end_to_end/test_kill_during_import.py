"""`kill -9` in the middle of an import: what was acknowledged stands, the rest follows, nothing is doubled."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson

PROGRAM = (sys.executable, "-c", "from deploy.cli import app; app()")
_ROUNDS = 4


def article6(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], capture_output=True, text=True, check=False)


def commits(folder: Path) -> list[dict[str, Any]]:
    """Every commit of every service, as stored."""
    found = []
    for file in sorted(folder.glob("*/events.db")):
        connection = sqlite3.connect(file)
        try:
            rows = connection.execute("SELECT body FROM commits ORDER BY stream, seq").fetchall()
        except sqlite3.OperationalError:
            rows = []  # killed before there was a table
        finally:
            connection.close()
        found += [{"service": file.parent.name, **orjson.loads(row[0])} for row in rows]
    return found


def is_reminder(commit: dict[str, Any]) -> bool:
    """Reminders fall due by the clock: which step is the first to go out depends on when somebody is awake."""
    return any(event["type"].endswith("ReminderIssued") for event in commit["events"])


def heads(folder: Path) -> Counter[str]:
    """How far each stream has come, reminders apart."""
    return Counter(f"{one['service']}/{one['stream']}" for one in commits(folder) if not is_reminder(one))


def told(folder: Path) -> dict[str, list[str]]:
    """What the import told each stream, in order: moments and hashes differ from run to run, this must not."""
    streams: dict[str, list[str]] = {}
    for one in commits(folder):
        if one["actor"] == "system:import":
            events = json.dumps(one["events"], sort_keys=True)
            streams.setdefault(f"{one['service']}/{one['stream']}", []).append(f"{one['command_id']} {events}")
    return streams


def events(folder: Path, reminders: bool = False) -> Counter[str]:
    """Every event with its stream, whoever recorded it."""
    return Counter(
        f"{one['stream']} {json.dumps(event, sort_keys=True)}"
        for one in commits(folder)
        if is_reminder(one) == reminders
        for event in one["events"]
    )


def killed_after(folder: Path, least: int) -> int:
    """Begin the import, kill it once so many commits are there; how many are left standing."""
    process = subprocess.Popen(
        [*PROGRAM, "import", "--data", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and len(commits(folder)) < least:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return len(commits(folder))


def test_an_import_that_is_killed_again_and_again_ends_where_an_undisturbed_one_does(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    dice = random.Random(seed)
    quiet, killed = tmp_path / "quiet", tmp_path / "killed"
    assert article6("import", "--data", str(quiet)).returncode == 0
    imported = sum(len(stream) for stream in told(quiet).values())

    standing = 0
    for _ in range(_ROUNDS):
        # Somewhere in what is left, the services' own reactions after the import included.
        least = standing + dice.randrange(1, max(2, len(commits(quiet)) - standing))
        after = killed_after(killed, least)
        assert after >= standing, "something that was acknowledged is missing"
        standing = after
        verified = article6("verify", "--data", str(killed))
        assert verified.returncode == 0, verified.stdout

    resumed = article6("import", "--data", str(killed))
    assert resumed.returncode == 0, resumed.stderr
    assert sum(len(stream) for stream in told(killed).values()) == imported
    assert told(killed) == told(quiet)
    assert events(killed) == events(quiet)
    assert heads(killed) == heads(quiet)
    assert set(events(killed, reminders=True).values()) <= {1}, "a reminder went out twice"
    assert article6("verify", "--data", str(killed)).returncode == 0
    assert "0 rows new" in article6("import", "--data", str(killed)).stdout


def test_a_first_start_that_is_killed_while_it_imports_goes_on_at_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    words = [*PROGRAM, "serve", "--data", str(folder), "--port", "0"]
    dying = {**os.environ, "ARTICLE6_FAILPOINT": "appended:500"}
    killed = subprocess.run(words, capture_output=True, text=True, check=False, env=dying)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert 500 <= len(commits(folder)) < 4_000
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert "Article Six is at" in process.stdout.readline()
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0
    assert "0 rows new" in article6("import", "--data", str(folder)).stdout
    assert article6("verify", "--data", str(folder)).returncode == 0
