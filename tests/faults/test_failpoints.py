"""Failpoints are off, unless one is named; then the process ends there as `kill -9` ends it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared import failpoints

ROOT = Path(__file__).parents[2]
_PASSING = """
from shared.failpoints import failpoint
for n in range(5):
    failpoint("before-commit", "events")
    print(n, flush=True)
"""


def passing(named: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PASSING],
        cwd=ROOT,
        env={**os.environ, "ARTICLE6_FAILPOINT": named},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("named", "passed"),
    [
        ("", 5),
        ("appended", 5),
        ("before-commit/views", 5),
        ("before-commit", 0),
        ("before-commit/events:1", 0),
        ("before-commit/events:3", 2),
    ],
)
def test_a_process_ends_at_the_passage_that_is_named_and_nowhere_else(named: str, passed: int) -> None:
    ended = passing(named)
    assert ended.stdout.split() == [str(n) for n in range(passed)]
    assert ended.returncode == (0 if passed == 5 else -signal.SIGKILL)


def test_a_name_that_is_none_is_refused_at_the_start_rather_than_passed_over() -> None:
    ended = passing("before-comit")
    assert ended.returncode == 1
    assert "is none of" in ended.stderr


def test_every_name_is_a_place_in_the_code_and_every_place_has_a_name() -> None:
    places = set()
    for file in (ROOT / "shared").rglob("*.py"):
        places |= set(re.findall(r"^ +failpoint\(\"([a-z-]+)\"", file.read_text(), re.MULTILINE))
    assert places == set(failpoints.NAMES)
