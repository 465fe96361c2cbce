"""`article6 export-keys` and `restore-keys`: the keys of people's details, which no backup and no export holds."""

import os
from collections.abc import AsyncIterator, Iterator
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
    from shared.privacy import Keyring

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

    lines = list(_read(file))
    # Held for its lock: nobody may name or forget anybody meanwhile.
    system = EmbeddedSystem(data, names=NAMING)
    told = PutBack()
    try:
        for service, keyring in _keyrings(data, read_only=False).items():
            await _put_back([one for one in lines if one["service"] == service], keyring, system.stores[service], told)
    finally:
        await system.stop()
    return told


async def _put_back(lines: list[dict[str, Any]], keyring: "Keyring", store: "EventStore", told: PutBack) -> None:
    from datetime import datetime

    from shared.privacy import Gone, SubjectKey

    places = {one["subject"]: one["place"] for one in lines}
    gone = [
        Gone(one["subject"], one["place"], datetime.fromisoformat(one["at"]), one["by"], one["reason"])
        for one in lines
        if "key" not in one
    ]
    gone += [one async for one in _forgotten_in(store, places)]
    for one in gone:
        await keyring.forget(one)
    for one_key in [one for one in lines if "key" in one]:
        subject = one_key["subject"]
        fresh = SubjectKey(
            subject,
            one_key["place"],
            bytes.fromhex(one_key["key"]),
            # The mark is by the secret of the keyring it came from, and fits no other.
            f"restored {subject}",
            one_key["found_by"],
            datetime.fromisoformat(one_key["made_at"]),
        )
        held = await keyring.held([subject])
        if isinstance(held.get(subject), Gone):
            told.forgotten += 1
        else:
            await keyring.keep(fresh)
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


def _read(file: Path) -> Iterator[dict[str, Any]]:
    import orjson

    try:
        first, *lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
        if first != _FORMAT:
            raise ValueError("another format")
        for line in lines:
            if not {"service", "subject", "place"} <= {*line}:
                raise ValueError("not the fields of a key")
            yield line
    except (ValueError, TypeError) as error:
        raise CannotDo(f"{file} holds no keys as `article6 export-keys` writes them ({error})") from None


def _keyrings(data: Path, read_only: bool) -> "dict[str, Keyring]":
    from deploy.cli.forgetting import NAMING
    from shared.privacy.sqlite import FILE, SqliteKeyring

    return {service: SqliteKeyring(data / service / FILE, read_only) for service in NAMING}
