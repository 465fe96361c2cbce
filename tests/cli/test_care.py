"""Looking after an installation: doctor, verify, export, restore, token."""

import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import settings
from shared.auth.tokens import OwnTokens
from shared.clock import SystemClock
from tests.cli.conftest import Article6


def test_help_and_version_answer_at_once(article6: Article6) -> None:
    assert article6("--version").stdout.startswith("article6 ")
    for words in ((), ("serve",), ("import",), ("near-completion",), ("compute",), ("restore",)):
        result = article6(*words, "--help")
        assert result.exit_code == 0
        assert "Usage" in result.stdout
    assert "Examples" in article6("near-completion", "--help").stdout


def test_a_command_that_does_not_exist_is_wrong_usage(article6: Article6) -> None:
    assert article6("near-complete").exit_code == 2
    assert article6().exit_code == 2


def test_doctor_reads_durability_back_and_finds_nothing_wrong(article6: Article6, filled: Path) -> None:
    result = article6("doctor", "--data", filled, "--json")
    assert result.exit_code == 0, result.output
    found = {one["name"]: one for one in json.loads(result.stdout)}
    assert found["deadlines/events.db"]["words"] == "journal wal, synchronous FULL (read back), pages ok"
    assert found["SQLite"]["verdict"] == ("ok" if sqlite3.sqlite_version_info >= (3, 51, 3) else "look")
    assert {"free disk", "clock", "folder lock", "insights"} <= set(found)
    assert all(one["verdict"] != "wrong" for one in found.values())
    assert "caught up" in article6("doctor", "--data", filled).stdout


def test_doctor_works_before_there_is_any_data(article6: Article6, tmp_path: Path) -> None:
    result = article6("doctor", "--data", tmp_path / "nowhere")
    assert result.exit_code == 0
    assert "article6 import" in result.stdout
    assert not (tmp_path / "nowhere").exists()


def test_a_changed_history_is_found(article6: Article6, copied: Path) -> None:
    assert article6("verify", "--data", copied).exit_code == 0
    with sqlite3.connect(copied / "coalitions" / "events.db") as connection:
        changed = "CAST(replace(CAST(body AS TEXT), 'partnership', 'partnershop') AS BLOB)"
        connection.execute(f"UPDATE commits SET body = {changed} WHERE position = 2")  # noqa: S608 - ours
    connection.close()
    result = article6("verify", "--data", copied)
    assert result.exit_code == 1
    assert "coalitions/" in result.stdout


def test_what_is_exported_and_restored_is_the_same_history(article6: Article6, filled: Path, tmp_path: Path) -> None:
    export, published = tmp_path / "history.jsonl", tmp_path / "heads.json"
    root = json.loads(article6("verify", "--data", filled, "--publish", published, "--json").stdout)["root"]
    written = article6("export", export, "--data", filled)
    assert written.exit_code == 0, written.output
    assert stat.S_IMODE(export.stat().st_mode) == 0o600
    assert json.loads(article6("verify", export, "--heads", published, "--json").stdout)["root"] == root
    restored = article6("restore", export, "--data", tmp_path / "restored")
    assert restored.exit_code == 0, restored.output
    again = json.loads(article6("verify", "--data", tmp_path / "restored", "--heads", published, "--json").stdout)
    assert (again["sound"], again["root"]) == (True, root)
    ranking = [
        article6("near-completion", "--data", folder, "--csv").stdout for folder in (filled, tmp_path / "restored")
    ]
    assert ranking[0] == ranking[1]


def test_an_export_that_was_changed_is_not_put_back(article6: Article6, filled: Path, tmp_path: Path) -> None:
    export = tmp_path / "history.jsonl"
    article6("export", export, "--data", filled)
    assert article6("export", export, "--data", filled).exit_code == 1, "replaced a file without being asked to"
    export.write_bytes(export.read_bytes()[:-100])
    assert article6("verify", export).exit_code == 1
    result = article6("restore", export, "--data", tmp_path / "restored")
    assert result.exit_code == 1
    assert "was not put back" in result.stderr
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["history.jsonl"]


@pytest.mark.parametrize("command", ["near-completion", "verify", "doctor"])
def test_a_file_that_is_no_database_is_named_without_a_trace(copied: Path, command: str) -> None:
    (copied / "pledges" / "events.db").write_bytes(b"not a database" * 1000)
    program = (sys.executable, "-c", "from deploy.cli import app; app()")
    result = subprocess.run([*program, command, "--data", str(copied)], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "file is not a database" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_is_no_folder(article6: Article6, tmp_path: Path) -> None:
    (tmp_path / "plain-file").touch()
    result = article6("import", "--data", tmp_path / "plain-file")
    assert result.exit_code == 1
    assert "article6: " in result.stderr
    assert "plain-file" in result.stderr


def test_nothing_is_restored_over_other_data(article6: Article6, filled: Path, tmp_path: Path) -> None:
    result = article6("restore", tmp_path / "any.jsonl", "--data", filled)
    assert result.exit_code == 1
    assert "is not empty" in result.stderr
    missing = article6("restore", tmp_path / "any.jsonl", "--data", tmp_path / "new")
    assert missing.exit_code == 1
    assert "No such file" in missing.stderr


def test_a_token_speaks_for_whom_it_was_made(article6: Article6, filled: Path) -> None:
    result = article6("token", "--role", "state", "--scope", "lao", "--subject", "desk-1", "--data", filled)
    caller = OwnTokens.from_file(filled / "token-secret", SystemClock()).caller(result.stdout.strip())
    assert (caller.role, caller.scope, caller.subject) == ("state", "LAO", "desk-1")


@pytest.mark.parametrize(
    "words",
    [
        ("--role", "state"), ("--role", "state", "--scope", "QQ"), ("--role", "donor"), ("--role", "admin"),
        ("--role", "isu", "--scope", "LAO"), ("--role", "isu", "--days", "0"),
    ],
)  # fmt: skip
def test_a_role_and_a_scope_that_do_not_fit_are_wrong_usage(
    article6: Article6, filled: Path, words: tuple[str, ...]
) -> None:
    result = article6("token", *words, "--data", filled)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_the_defaults_keep_to_this_machine() -> None:
    assert (settings.HOST, settings.PORT) == ("127.0.0.1", 8606)
