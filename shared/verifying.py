"""Is the history in a store whole and unchanged? Every link is checked, by every way of reading it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.commits import Chain, Commit
from shared.eventstore import EventStore
from shared.heads import Head, Heads, Witness

Progress = Callable[[int], None]
"""Called now and then with the number of commits dealt with so far."""
_PAGE = 500
_MOST_NAMED = 1_000
_UNREADABLE = (ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Verified:
    """What was found in one service's store; `wrong` is empty where all is well (the first thousand)."""

    service: str
    commits: int
    heads: dict[str, Head]
    wrong: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


async def verify_store(
    service: str, store: EventStore, published: Heads | None = None, progress: Progress | None = None
) -> Verified:
    """Check each stream's chain, its numbers, its command ids, and that all ways of reading agree.

    With `published` heads also that nothing which was published is gone or changed. Writers may go
    on meanwhile. StoreUnavailable passes through.
    """
    chains: dict[str, Chain] = {}
    commands: set[str] = set()
    witness = Witness(service, published or Heads())
    wrong: list[str] = []
    count = after = 0
    while page := await _page(store, after, wrong):
        for commit in page:
            chain = chains.setdefault(commit.stream, Chain())
            wrong += chain.broken_by(commit)
            wrong += witness.contradicts(commit.stream, commit.seq, commit.hash)
            if commit.command_id in commands:
                wrong.append(f"{commit.stream}@{commit.seq}: its command was done before ({commit.command_id})")
            commands.add(commit.command_id)
            found = await _found(store, commit)
            if found is None or found.hash != commit.hash:
                wrong.append(f"{commit.stream}@{commit.seq}: is not what its command's id leads to")
        count += len(page)
        after = page[-1].position
        if progress is not None:
            progress(count)
    wrong += witness.missing()
    for stream, chain in chains.items():
        wrong += await _read_otherwise(store, stream, chain)
    heads = {stream: Head(chain.seq, chain.hash) for stream, chain in chains.items()}
    return Verified(service, count, heads, tuple(wrong[:_MOST_NAMED]))


async def _page(store: EventStore, after: int, wrong: list[str]) -> Sequence[Commit]:
    try:
        return await store.scan(after, _PAGE)
    except _UNREADABLE:
        pass
    page: list[Commit] = []
    try:
        # One of the page is no commit any more: go up to it, name it, and stop there.
        while one := await store.scan(page[-1].position if page else after, 1):
            page += one
            if len(page) == _PAGE:
                break
    except _UNREADABLE as error:
        if not page:
            wrong.append(f"behind position {after}: what is stored cannot be read ({type(error).__name__})")
    return page


async def _found(store: EventStore, commit: Commit) -> Commit | None:
    try:
        return await store.find_command(commit.command_id)
    except _UNREADABLE:
        return None


async def _read_otherwise(store: EventStore, stream: str, chain: Chain) -> list[str]:
    """Streams are found by their names and numbers, which stand beside the content that is hashed."""
    try:
        commits = [commit for commit in await store.read(stream) if commit.seq <= chain.seq]
        # Numbers beside the content that run from 1 to the same end can only be the same numbers.
        newest = [commit for commit in await store.read(stream, chain.seq - 1) if commit.seq <= chain.seq]
        beyond = [commit for commit in await store.read(stream, chain.seq) if commit.seq <= chain.seq]
    except _UNREADABLE as error:
        return [f"{stream}: cannot be read as a stream ({type(error).__name__})"]
    whole = [commit.seq for commit in commits] == list(range(1, chain.seq + 1))
    if not whole or commits[-1].hash != chain.hash or len(newest) != 1 or beyond:
        return [f"{stream}: read as a stream it gives other commits than the scan does"]
    return []
