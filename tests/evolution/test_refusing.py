"""`python -m deploy.contracts --check` in a clone: what breaks a reader of main is refused."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MESSAGES = Path("services/coalitions/domain/coalition_messages.py")
V1 = Path("contracts/coalitions/ContributionNoted.v1.json")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    hidden = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = {f"GIT_{role}_{part}": "t" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CONTRACTS_"))}
    environment = {**kept, **hidden, **who}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def contracts(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "-m", "deploy.contracts", *words)


@pytest.fixture(scope="module")
def main(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code and its contracts, committed as main."""
    folder = tmp_path_factory.mktemp("scratch") / "main"
    folder.mkdir()
    for part in ("deploy", "services", "shared", "contracts"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    written = contracts(folder)
    assert written.returncode == 0, written.stdout + written.stderr
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "main"]):
        done = run(folder, "git", *command)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def branch(main: Path, tmp_path: Path) -> Path:
    """A branch of it, for one change."""
    folder = Path(shutil.copytree(main, tmp_path / "branch"))
    assert run(folder, "git", "switch", "-q", "-c", "change").returncode == 0
    return folder


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """The change committed, then checked against main."""
    assert run(folder, "git", "commit", "-q", "-a", "--allow-empty", "-m", "change").returncode == 0
    return contracts(folder, "--check")


def replaced(before: str, after: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / MESSAGES).read_text()
        assert before in text
        (folder / MESSAGES).write_text(text.replace(before, after))

    return change


NOTED = '    in_kind: Prose = ""\n    standing: Standing\n'


def test_a_field_that_may_be_left_out_is_no_break(branch: Path) -> None:
    replaced(NOTED, NOTED + '    remark: Prose = ""\n')(branch)
    (branch / "contracts" / "coalitions" / "Invented.v1.json").write_text("{}")
    assert "1 removed" in contracts(branch).stdout
    assert (branch / V1).read_bytes() == (ROOT / V1).read_bytes(), "the earlier version was not kept"
    told = checked(branch)
    assert told.returncode == 0, told.stdout


def rewritten(folder: Path) -> None:
    (folder / V1).write_text((folder / V1).read_text().replace("A pledge to", "Money for"))


BREAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a field taken away": (
        replaced("    on: date\n    findings: Account\n", "    on: date\n"),
        "coalitions/ReviewHeld.v1.json: findings: the field is gone",
    ),
    "a new version without an upcaster": (
        replaced("    schema_version: ClassVar[int] = 2\n", "    schema_version: ClassVar[int] = 3\n"),
        "ContributionNoted of schema 2 has no upcaster",
    ),
    "an earlier version removed": (lambda folder: (folder / V1).unlink(), "ContributionNoted.v1.json is gone"),
    "an earlier version rewritten": (
        rewritten,
        "coalitions/ContributionNoted.v1.json: has a later version, so it stays as it was",
    ),
}


@pytest.mark.parametrize("what", sorted(BREAKS))
def test_a_breaking_change_is_refused_and_named(branch: Path, what: str) -> None:
    change, named = BREAKS[what]
    change(branch)
    told = checked(branch)
    assert told.returncode == 1, told.stdout
    assert named in told.stdout
    assert "Traceback" not in told.stderr
