"""Plants a fault in a copy of the source and runs the tests that must notice it. The source itself stays untouched."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.mutants.mutant import Mutant

NEEDED = ("shared", "services", "deploy", "tests", "contracts", "pyproject.toml")
SECONDS = 120.0
"""The most that one fault may take; many times what it does."""
SECONDS_OF_A_HANG = 30.0
"""After so long a test that should end in one counts as waiting for ever, where the fault makes it wait."""
_ONLY_OUR_PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout", "_hypothesis_pytestplugin", "tests.mutants.quick")
_FIRST_FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)

Outcome = Literal["caught", "survived", "stale", "broken"]
"""`broken`: the tests did not run to a verdict, for example because the fault is no valid Python."""


@dataclass(frozen=True)
class Verdict:
    """What became of one fault; `by` is the first test that failed, or what went wrong."""

    mutant: Mutant
    outcome: Outcome
    by: str
    seconds: float


def copied(root: Path, to: Path) -> Path:
    """A copy of what the tests need."""
    to.mkdir(parents=True)
    for name in NEEDED:
        if (root / name).is_dir():
            shutil.copytree(root / name, to / name)
        else:
            shutil.copy2(root / name, to / name)
    return to


def run(folder: Path, tests: Sequence[str], seconds: float, distributed: bool = False) -> tuple[int | None, str]:
    """The exit code of pytest in that copy (None: it did not end in time) and what it said."""
    # Loading every installed plugin takes longer than most of these tests.
    plugins = [word for plugin in _ONLY_OUR_PLUGINS for word in ("-p", plugin)]
    marked = "distributed" if distributed else "not distributed"
    arguments = ["-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", "-m", marked, *plugins]
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    running = subprocess.Popen(
        [sys.executable, *arguments, *tests],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        said, code = "", None
    else:
        code = running.returncode
    finally:
        # Tests start processes of their own: none of them may outlive this one.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    return code, said


def tried(mutant: Mutant, folder: Path, seconds: float = SECONDS) -> Verdict:
    """Plant it in the copy, run its tests, and take it out again. Stale where it cannot be planted."""
    path = folder / mutant.file
    mutant.check(folder)
    if mutant.hang:
        seconds = min(seconds, SECONDS_OF_A_HANG)
    before, times = path.read_bytes(), path.stat()
    began = time.monotonic()
    path.write_text(mutant.planted(before.decode()), encoding="utf-8")
    try:
        code, said = run(folder, mutant.tests, seconds, mutant.distributed)
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    outcome, by = judged(mutant, code, said, seconds)
    return Verdict(mutant, outcome, by, time.monotonic() - began)


def judged(mutant: Mutant, code: int | None, said: str, seconds: float) -> tuple[Outcome, str]:
    """What pytest's answer means for the fault."""
    if code is None:
        return ("caught" if mutant.hang else "broken"), f"did not end within {seconds:.0f} s"
    if code == 0:
        return "survived", "its tests pass"
    failed = _FIRST_FAILURE.search(said)
    if code == 1 and failed:
        return "caught", failed[1].removeprefix("tests/")
    return "broken", (said.strip().splitlines() or ["no answer"])[-1][:200]
