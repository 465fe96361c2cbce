"""`python -m deploy.contracts`: write the contracts; `--check`: fail on drift or on a breaking change."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.contracts.compatibility import breaks, rewritten
from deploy.contracts.writing import Unreadable, contracts

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = _ROOT / "contracts"


def main(arguments: list[str]) -> int:
    """Write or check; the process's exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.contracts",
        description="Write contracts/ from the code: JSON Schema of each event and version, AsyncAPI, OpenAPI.",
        epilog="The baseline is what is on main: the commit that CONTRACTS_BASE names, or else origin/main, main, or "
        "the commit before when that is where we stand.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit code 1 where contracts/ is not what the code says, or whoever reads what was "
        "promised on the baseline would be broken",
    )
    asked = parser.parse_args(arguments)
    there = {str(file.relative_to(_FOLDER)): file.read_text() for file in _FOLDER.rglob("*.json")}
    try:
        documents = asyncio.run(contracts({path: json.loads(text) for path, text in there.items()}))
    except Unreadable as error:
        _say(f"breaks whoever has it stored: {error}")
        return 1
    now = {path: _text(document) for path, document in documents.items()}
    if not asked.check:
        for gone in there.keys() - now.keys():
            (_FOLDER / gone).unlink()
        for path, text in now.items():
            (_FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
            (_FOLDER / path).write_text(text)
        _say(f"{len(now)} contracts written, {len(there.keys() - now.keys())} removed")
        return 0
    drift = sorted(path for path in now.keys() | there.keys() if now.get(path) != there.get(path))
    for path in drift:
        _say(f"contracts/{path} is not what the code says: run `make contracts`")
    base, before = _baseline()
    broken = [*breaks(before, documents), *rewritten(before, documents)]
    for why in broken:
        _say(f"breaks a reader of {base}: {why}")
    if not drift and not broken:
        _say(f"{len(now)} contracts agree with the code and with {base or 'no baseline (nothing was promised yet)'}")
    return 1 if drift or broken else 0


def _baseline() -> tuple[str, Mapping[str, Any]]:
    head = _git("rev-parse", "HEAD")
    candidates = [os.environ.get("CONTRACTS_BASE", ""), "origin/main", "main", "HEAD^"]
    for base in filter(None, candidates):
        commit = _git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
        if not commit or (commit == head and base != candidates[0]):
            continue
        files = (_git("ls-tree", "-r", "--name-only", commit, "contracts") or "").splitlines()
        found = {
            file.removeprefix("contracts/"): json.loads(_git("show", f"{commit}:{file}") or "{}")
            for file in files
            if file.endswith(".json")
        }
        return base, found
    return "", {}


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip() if done.returncode == 0 else ""


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
