"""The whole history as one file of JSON Lines, checked without this software's stores, and put back.

First line: format, version, moment, counts and heads. Each further line is one commit: the service,
the hash, and the canonical body that was hashed. A file that was cut off, changed, or reordered
within a stream shows it by itself; that it was not written anew as a whole, published heads show.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson

from shared.commits import LARGEST_COMMIT, Chain, Commit, commit_from
from shared.eventstore import EventStore
from shared.heads import BadHeads, Head, Heads, Witness

FORMAT = "article6-history"
VERSION = 1
Progress = Callable[[int, int], None]
"""Called now and then with the commits done and the commits there are."""

_PAGE = 500
_SIDE_BY_SIDE = 256
_LONGEST_LINE = LARGEST_COMMIT + 4096
_LONGEST_HEADER = 1024**3
_MOST_NAMED = 1_000


class BrokenExport(ValueError):
    """The file is not an export, or not whole, or was changed; `wrong` says what, in words."""

    def __init__(self, wrong: tuple[str, ...]) -> None:
        self.wrong = wrong
        super().__init__("; ".join(wrong[:5]) + (f" … and {len(wrong) - 5} more" if len(wrong) > 5 else ""))


class NotEmpty(Exception):
    """A history is put back into empty stores only: mixing two would belong to neither."""


@dataclass(frozen=True)
class Exported:
    """What a file holds, or what is wrong with it (the first thousand); `commits` by service."""

    commits: Mapping[str, int]
    heads: Heads
    wrong: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Commits of all services."""
        return sum(self.commits.values())

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


# writing


async def export_history(
    stores: Mapping[str, EventStore], path: Path, at: datetime, progress: Progress | None = None
) -> Exported:
    """Write everything that these services have recorded so far; `at` is noted as its moment (UTC).

    Writers may go on: what they add after the beginning is left for the next export. The file
    appears under its name only when it is whole and on the disk.
    """
    heads: dict[str, dict[str, Head]] = {}
    commits: dict[str, int] = {}
    for name, store in sorted(stores.items()):
        heads[name], commits[name] = await _heads_of(store)
    told = Exported(commits, Heads(heads))
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.write(_header(told, at))
            done = 0
            for name, store in sorted(stores.items()):
                done = await _write_commits(file, name, store, heads[name], done, told.total, progress)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return told


async def _heads_of(store: EventStore) -> tuple[dict[str, Head], int]:
    heads: dict[str, Head] = {}
    count = after = 0
    while page := await store.scan(after, _PAGE):
        for commit in page:
            heads[commit.stream] = Head(commit.seq, commit.hash)
        count += len(page)
        after = page[-1].position
        await asyncio.sleep(0)  # an export beside a running service must not hold up its answers
    return heads, count


def _header(told: Exported, at: datetime) -> bytes:
    return orjson.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "at": at.isoformat(),
            "commits": dict(told.commits),
            "root": told.heads.root(),
            "heads": told.heads.plain(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


async def _write_commits(
    file: IO[bytes],
    service: str,
    store: EventStore,
    heads: Mapping[str, Head],
    done: int,
    total: int,
    progress: Progress | None,
) -> int:
    after = 0
    while page := await store.scan(after, _PAGE):
        for commit in page:
            head = heads.get(commit.stream)
            if head is not None and commit.seq <= head.seq:
                file.write(_line(service, commit))
                done += 1
        after = page[-1].position
        if progress is not None:
            progress(done, total)
        await asyncio.sleep(0)
    return done


def _line(service: str, commit: Commit) -> bytes:
    return orjson.dumps(
        {"service": service, "hash": commit.hash, "body": orjson.Fragment(commit.body())},
        option=orjson.OPT_APPEND_NEWLINE,
    )


# reading


def verify_export(path: Path, published: Heads | None = None, progress: Progress | None = None) -> Exported:
    """Check the file by itself: form, hashes, chains, command ids, counts and heads.

    With `published` heads also that nothing which was published is gone or changed.
    """
    with path.open("rb") as file:
        try:
            told = _read_header(file)
        except BrokenExport as broken:
            return Exported({}, Heads(), broken.wrong)
        check = _Check(told, published or Heads())
        for number, line in _lines(file):
            if len(check.wrong) >= _MOST_NAMED:
                break
            check.take(number, line)
            if progress is not None and number % _PAGE == 0:
                progress(number - 1, told.total)
        else:
            check.finish()
    return Exported(told.commits, told.heads, tuple(check.wrong[:_MOST_NAMED]))


@dataclass
class _Check:
    """The lines of a file as they pass by."""

    told: Exported
    published: Heads
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chains: dict[tuple[str, str], Chain] = {}
        self.commands: set[tuple[str, str]] = set()
        self.counts = dict.fromkeys(self.told.commits, 0)
        self.witnesses = {name: Witness(name, self.published) for name in self.told.commits}

    def take(self, number: int, line: bytes) -> None:
        try:
            faults = self._faults(*_commit_in(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            faults = [f"holds no commit ({type(error).__name__})"]
        self.wrong += [f"line {number}: {fault}" for fault in faults]

    def _faults(self, service: str, commit: Commit) -> list[str]:
        if service not in self.counts:
            return [f"the first line does not name the service {service!r}"]
        chain = self.chains.setdefault((service, commit.stream), Chain())
        faults = chain.broken_by(commit)
        faults += self.witnesses[service].contradicts(commit.stream, commit.seq, commit.hash)
        if (service, commit.command_id) in self.commands:
            faults.append(f"{commit.stream}@{commit.seq}: its command was done before ({commit.command_id})")
        self.commands.add((service, commit.command_id))
        self.counts[service] += 1
        return [f"{service}/{fault}" for fault in faults]

    def finish(self) -> None:
        for service, count in self.counts.items():
            if count != self.told.commits[service]:
                self.wrong.append(f"{service}: {count} commits, the first line says {self.told.commits[service]}")
            self.wrong += [f"{service}/{fault}" for fault in self.witnesses[service].missing()]
        found = {
            service: {s: Head(c.seq, c.hash) for (name, s), c in self.chains.items() if name == service}
            for service in self.counts
        }
        for service, streams in self.told.heads.services.items():
            for stream in sorted({*streams, *found.get(service, {})}):
                if streams.get(stream) != found.get(service, {}).get(stream):
                    self.wrong.append(f"{service}/{stream}: does not end where the first line says")
        for service in sorted({*self.published.services} - {*self.counts}):
            if self.published.services[service]:
                self.wrong.append(f"{service}: was published and is missing")


def _read_header(file: IO[bytes]) -> Exported:
    line = file.readline(_LONGEST_HEADER)
    try:
        raw: dict[str, Any] = orjson.loads(line)
        if (raw["format"], raw["version"]) != (FORMAT, VERSION):
            raise BrokenExport((f"not an {FORMAT} of version {VERSION}",))
        commits = {str(name): int(count) for name, count in raw["commits"].items()}
        heads = Heads.from_plain(raw["heads"])
        root = raw["root"]
    except BrokenExport:
        raise
    except (BadHeads, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenExport((f"the first line is not that of an {FORMAT} ({type(error).__name__})",)) from error
    if {*commits} != {*heads.services} or heads.root() != root:
        raise BrokenExport(("the first line was changed: its heads, counts and root do not fit each other",))
    return Exported(commits, heads)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines by number, from 2. A longer one than any commit is given cut off, and so holds no commit."""
    number = 1
    while line := file.readline(_LONGEST_LINE):
        number += 1
        yield number, line


def _commit_in(line: bytes) -> tuple[str, Commit]:
    if not line.endswith(b"\n"):
        raise ValueError("the line is cut off")
    raw = orjson.loads(line)
    if {*raw} != {"service", "hash", "body"}:
        raise ValueError("not the fields of a line")
    body = orjson.dumps(raw["body"], option=orjson.OPT_SORT_KEYS)
    return raw["service"], commit_from(body, raw["hash"])


# putting back


async def restore_history(path: Path, stores: Mapping[str, EventStore], progress: Progress | None = None) -> Exported:
    """Put an export into empty stores: ids, numbers, hashes and times stay as they were, byte for byte.

    Documents are not part of it: there must be none yet, they are made from the events. BrokenExport
    or NotEmpty before anything is written. StoreUnavailable leaves part of it behind: remove the
    stores and begin again.
    """
    told = verify_export(path)
    strangers = sorted(name for name, count in told.commits.items() if count and name not in stores)
    wrong = (*told.wrong, *(f"{name}: there is no such service here" for name in strangers))
    if wrong:
        raise BrokenExport(wrong)
    for name, store in sorted(stores.items()):
        if await store.scan(0, 1):
            raise NotEmpty(f"the store of {name} has a history already")
    done = 0
    with path.open("rb") as file:
        _read_header(file)
        for together in _side_by_side(file):
            writing = [stores[service].append(commit) for service, commit in together]
            for outcome in await asyncio.gather(*writing, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome
            done += len(together)
            if progress is not None:
                progress(done, told.total)
    return told


def _side_by_side(file: IO[bytes]) -> Iterator[list[tuple[str, Commit]]]:
    """Runs of commits no two of which are of one stream: they can be written in one go, in any order."""
    together: list[tuple[str, Commit]] = []
    streams: set[tuple[str, str]] = set()
    for _, line in _lines(file):
        service, commit = _commit_in(line)
        if (service, commit.stream) in streams or len(together) == _SIDE_BY_SIDE:
            yield together
            together, streams = [], set()
        together.append((service, commit))
        streams.add((service, commit.stream))
    if together:
        yield together
