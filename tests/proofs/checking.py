"""The checker as a stranger runs it: its own interpreter, the standard library, nothing of ours."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKER = Path(__file__).parents[2] / "docs" / "check_proof.py"


def check(*words: object) -> subprocess.CompletedProcess[str]:
    """Run it isolated, without site packages."""
    command = [sys.executable, "-I", "-S", str(CHECKER), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def in_process() -> Any:
    """Its functions, for many proofs in one test."""
    spec = importlib.util.spec_from_file_location("check_proof", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
