"""Check that an event stands in a published history. Needs Python 3.9 and nothing else.

    python3 -I check_proof.py proof.json --root ROOT       the root that you were told by another way
    python3 -I check_proof.py proof.json --heads FILE      or the heads that were published
    python3 -I check_proof.py proof.json --openssl FOLDER  writes what openssl needs to check the signature

The proof comes from whoever keeps the history; the root must come from somewhere else, or it proves
nothing. Exit code 0: it stands there. 1: the proof fails. 2: wrong usage.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

LINK = re.compile(r"([a-z]+)/([^@/]+)@([1-9][0-9]*)\.([1-9][0-9]*)", re.ASCII)
# What stands before the 32 bytes of an Ed25519 key in a public key file (RFC 8410).
SPKI = bytes.fromhex("302a300506032b6570032100")


class Fails(Exception):
    """The proof does not show what it says."""


def must(holds: bool, words: str) -> None:
    if not holds:
        raise Fails(words)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    must(len(found) == len(pairs), "a key stands twice in the same object")
    return found


def parsed(text: str) -> Any:
    return json.loads(text, object_pairs_hook=each_once)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def leaf(service: str, stream: str, seq: int, head: str) -> bytes:
    return hashlib.sha256(b"\x00" + f"{service}/{stream}@{seq}:{head}".encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def check(proof: Any) -> tuple[Any, str]:
    """The event, and the root under which it stands."""
    must((proof["format"], proof["version"]) == ("article6-proof", 1), "this is no article6-proof of version 1")
    named = LINK.fullmatch(proof["link"])
    if named is None:
        raise Fails("the link names no event")
    service, stream, seq, n = named[1], named[2], int(named[3]), int(named[4])
    must(len(proof["commits"]) > 0, "there is no commit in it")

    previous = None
    event = None
    for place, text in enumerate(proof["commits"]):
        commit = parsed(text)
        must(commit["stream"] == stream, f"commit {place + 1} is of another stream")
        must(type(commit["seq"]) is int and commit["seq"] == seq + place, f"commit {place + 1} has another number")
        if previous is None:
            must(n <= len(commit["events"]), "the commit has no such event")
            event = {**commit["events"][n - 1], "recorded_at": commit["at"], "recorded_by": commit["actor"]}
        else:
            must(commit["previous"] == previous, f"commit {seq + place} does not continue the one before it")
        previous = sha256(text.encode())

    found = leaf(service, stream, seq + len(proof["commits"]) - 1, str(previous))
    for side, neighbour in proof["path"]:
        must(side in ("left", "right"), "the path has a step without a side")
        other = bytes.fromhex(neighbour)
        must(len(other) == 32, "the path has a step that is no hash")
        found = node(other, found) if side == "left" else node(found, other)
    must(found.hex() == proof["checkpoint"]["root"], "the path does not lead to the root")
    return event, found.hex()


def root_of(published: Any) -> str:
    """The root over published heads, reckoned anew from the heads themselves."""
    must(published["format"] == "article6-heads", "these are no published heads")
    level = [
        leaf(service, stream, seq, head)
        for service, streams in sorted(published["heads"].items())
        for stream, (seq, head) in sorted(streams.items())
    ]
    must(len(level) > 0, "there are no heads in it")
    while len(level) > 1:
        level = [node(*level[i : i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return level[0].hex()


def write_for_openssl(checkpoint: Any, folder: Path) -> None:
    signature = checkpoint["signature"]
    must(signature is not None, "the checkpoint is not signed")
    folder.mkdir(parents=True, exist_ok=True)
    text = f"article6-checkpoint\n1\n{checkpoint['at']}\n{checkpoint['root']}\n"
    (folder / "checkpoint.txt").write_bytes(text.encode())
    (folder / "signature.bin").write_bytes(bytes.fromhex(signature["value"]))
    (folder / "key.der").write_bytes(SPKI + bytes.fromhex(signature["key"]))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("proof", type=Path)
    asked.add_argument("--root", help="the root that was published (64 hex digits)")
    asked.add_argument("--heads", type=Path, help="the file of heads that was published")
    asked.add_argument("--openssl", type=Path, metavar="FOLDER", help="write what openssl needs into this folder")
    given = asked.parse_args()
    try:
        proof = parsed(given.proof.read_text(encoding="utf-8"))
        event, root = check(proof)
        if given.root is not None:
            must(root == given.root.strip().lower(), "it stands under another root than the one given")
        if given.heads is not None:
            published = root_of(parsed(given.heads.read_text(encoding="utf-8")))
            must(root == published, "it stands under another root than the published heads")
        if given.openssl is not None:
            write_for_openssl(proof["checkpoint"], given.openssl)
    except Fails as why:
        sys.stdout.write(f"FAILS: {why}.\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        sys.stdout.write(f"FAILS: this is not in the form of a proof ({type(error).__name__}).\n")
        return 1
    sys.stdout.write(f"{json.dumps(event, indent=2, ensure_ascii=True)}\n\n")
    sys.stdout.write(f"This is event {proof['link']}, under the root\n{root}\n")
    if given.root is None and given.heads is None:
        sys.stdout.write("Compare this root with one that you were told by another way, or it shows nothing.\n")
    else:
        sys.stdout.write("The root is the one that you gave: the event stands in the published history.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
