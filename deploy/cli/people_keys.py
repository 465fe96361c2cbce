"""`article6 export-keys` and `restore-keys`: the keys of people's details, which no backup and no export holds."""

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.asking import must_hold_something, run
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder
from deploy.cli.showing import say
from deploy.settings import FOLDER

if TYPE_CHECKING:
    from shared.eventstore import EventStore
    from shared.privacy import Gone, Keyring, SubjectKey

_FORMAT = {"format": "article6-people-keys", "version": 1}
_PAGE = 500


@dataclass
class PutBack:
    """What became of the keys of a file."""

    keys: int = 0
    forgotten: int = 0


def export_keys(
    file: Annotated[Path, typer.Argument(help="Where to write it (JSON Lines).")],
    data: DataFolder = FOLDER,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write the keys of people's names and contacts to one file, beside a running server too.

    Whoever has this file and a copy of the events can read every name in it, also of people who are forgotten
    here later. Keep it apart from backups, and destroy it when a newer one is made.

    \b
    Example:
      article6 export-keys people-keys.jsonl
    """
    must_hold_something(data)
    if file.exists() and not force:
        raise CannotDo(f"{file} is there already: name another file, or add --force")
    os.umask(0o077)
    count = run(_export(file, data))
    typer.echo(f"{count:,} keys in {file}.")
    say("Keep it apart from backups. Whoever is forgotten from now on must be removed from it too: make it anew.")


async def _export(file: Path, data: Path) -> int:
    import orjson

    count = 0
    unfinished = file.with_name(f"{file.name}.part")
    try:
        with unfinished.open("wb") as out:
            out.write(orjson.dumps(_FORMAT, option=orjson.OPT_APPEND_NEWLINE))
            for service, keyring in _keyrings(data, read_only=True).items():
                async for line in _lines_of(service, keyring):
                    out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                    count += "key" in line
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


async def _lines_of(service: str, keyring: "Keyring") -> AsyncIterator[dict[str, Any]]:
    after = ""
    while keys := await keyring.living(after, _PAGE):
        for key in keys:
            yield {
                "service": service,
                "subject": key.subject,
                "place": key.place,
                "key": key.key.hex(),
                "mark": key.mark,
                "found_by": dict(key.found_by),
                "made_at": key.made_at,
            }
        after = keys[-1].subject
    after = ""
    while gone := await keyring.gone(after, _PAGE):
        for one in gone:
            yield {
                "service": service,
                "subject": one.subject,
                "place": one.place,
                "at": one.at,
                "by": one.by,
                "reason": one.reason,
            }
        after = gone[-1].subject


def restore_keys(
    file: Annotated[Path, typer.Argument(help="What `article6 export-keys` wrote.")],
    data: DataFolder = FOLDER,
) -> None:
    """Put keys back, after a backup or an export was put back. No server may run on the folder.

    Who was forgotten stays forgotten: a key is left out where the file, the keys here or the history of this
    folder say so.

    \b
    Example:
      article6 restore-keys people-keys.jsonl --data restored
    """
    must_hold_something(data)
    told = run(_restore(file, data))
    typer.echo(f"{told.keys:,} keys are in {data}; {told.forgotten:,} people stay forgotten.")


async def _restore(file: Path, data: Path) -> PutBack:
    from deploy.cli.forgetting import NAMING
    from deploy.embedded import EmbeddedSystem

    # All of it before anything is written: a file that breaks off somewhere would leave half of the keys.
    held = _read(file)
    # Held for its lock: nobody may name or forget anybody meanwhile.
    system = EmbeddedSystem(data, names=NAMING)
    told = PutBack()
    try:
        for service, keyring in _keyrings(data, read_only=False).items():
            await _put_back(held[service], keyring, system.stores[service], told)
    finally:
        await system.stop()
    return told


async def _put_back(
    lines: "Sequence[SubjectKey | Gone]", keyring: "Keyring", store: "EventStore", told: PutBack
) -> None:
    from shared.privacy import Gone, SubjectKey

    gone = [one for one in lines if isinstance(one, Gone)]
    gone += [one async for one in _forgotten_in(store, {one.subject: one.place for one in lines})]
    for one in gone:
        await keyring.forget(one)
    for key in [one for one in lines if isinstance(one, SubjectKey)]:
        held = await keyring.held([key.subject])
        if isinstance(held.get(key.subject), Gone):
            told.forgotten += 1
        else:
            await keyring.keep(key)
            told.keys += 1


async def _forgotten_in(store: "EventStore", places: dict[str, str]) -> "AsyncIterator[Any]":
    from shared.privacy import Gone
    from shared.privacy.messages import PersonForgotten

    after = 0
    while page := await store.scan(after, _PAGE):
        for commit in page:
            for record in commit.events:
                if record.type == PersonForgotten.__name__ and record.data["subject"] in places:
                    subject = record.data["subject"]
                    yield Gone(subject, places[subject], commit.at, commit.actor, record.data["reason"], recorded=True)
        after = page[-1].position


def _read(file: Path) -> "dict[str, list[SubjectKey | Gone]]":
    """What the file holds, by service. CannotDo, with the line, where any of it cannot be read."""
    import orjson

    from deploy.cli.forgetting import NAMING

    held: dict[str, list[SubjectKey | Gone]] = {name: [] for name in NAMING}
    for number, line in enumerate(file.read_bytes().splitlines() or [b""], start=1):
        try:
            said = orjson.loads(line)
            if number > 1:
                held[said["service"]].append(_in_line(said))
            elif said != _FORMAT:
                raise ValueError("another format")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            what = f"line {number}, {type(error).__name__}: {error}"
            raise CannotDo(f"{file} holds no keys as `article6 export-keys` writes them ({what})") from None
    return held


def _in_line(said: dict[str, Any]) -> "SubjectKey | Gone":
    from datetime import datetime
    from typing import get_args

    from shared.privacy import Gone, SubjectKey
    from shared.privacy.messages import ForgetReason
    from shared.privacy.sealing import KEY_BYTES

    subject, place = str(said["subject"]), str(said["place"])
    if "key" not in said:
        if said["reason"] not in get_args(ForgetReason):
            raise ValueError("no reason for which somebody is forgotten")
        return Gone(subject, place, datetime.fromisoformat(said["at"]), str(said["by"]), said["reason"])
    key = bytes.fromhex(said["key"])
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    # The mark is by the secret of the keyring it came from, and fits no other.
    mark = f"restored {subject}"
    return SubjectKey(subject, place, key, mark, dict(said["found_by"]), datetime.fromisoformat(said["made_at"]))


def _keyrings(data: Path, read_only: bool) -> "dict[str, Keyring]":
    from deploy.cli.forgetting import NAMING
    from shared.privacy.sqlite import FILE, SqliteKeyring

    return {service: SqliteKeyring(data / service / FILE, read_only) for service in NAMING}
