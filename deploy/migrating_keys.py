"""The keys of one service's people from one keyring into another, as they are; who was forgotten stays forgotten."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from shared.privacy import Gone, Keyring, SubjectKey

_PAGE = 500


class KeyringsDiffer(Exception):
    """The target has keys of its own, under a secret of its own."""


@dataclass(frozen=True, slots=True)
class Keys:
    """`living` and `gone`: subjects that the source knows. `missing`: of these, what the target does not hold
    as the source does. `foreign`: subjects that only the target knows, or knows with another key."""

    living: int
    gone: int
    missing: int
    foreign: Sequence[str]


async def compare_keys(source: Keyring, target: Keyring) -> Keys:
    """What is on both sides. KeyringUnavailable passes through."""
    living = gone = missing = 0
    foreign: list[str] = []
    async for keys in _living(source):
        there = await target.held([one.subject for one in keys])
        living += len(keys)
        missing += sum(one.subject not in there for one in keys)
        foreign += [one.subject for one in keys if there.get(one.subject, one) != one]
    async for notes in _gone(source):
        there = await target.held([one.subject for one in notes])
        gone += len(notes)
        missing += sum(there.get(one.subject) != one for one in notes)
        foreign += [one.subject for one in notes if _is_of_another(there.get(one.subject), one)]
    foreign += [subject async for subject in _unknown_to(source, target)]
    return Keys(living, gone, missing, foreign)


async def copy_keys(source: Keyring, target: Keyring) -> AsyncIterator[str]:
    """Give the target what it lacks, and take from it who was forgotten since; each subject as it is done.

    KeyringsDiffer where the target has another secret: who is named again would not be known there.
    """
    if not (await source.living("", 1) or await source.gone("", 1)):
        return
    secret = await source.secret()
    if await target.adopt_secret(secret) != secret:
        raise KeyringsDiffer("it has keys of people under a secret of its own")
    # First who is gone, so that no key is there for a moment that is not there any more.
    async for notes in _gone(source):
        there = await target.held([one.subject for one in notes])
        for note in notes:
            found = there.get(note.subject)
            if found != note:
                kept = await target.forget(note) if not isinstance(found, Gone) else found
                if note.recorded and not kept.recorded:
                    await target.recorded(note.subject)
                yield note.subject
    async for keys in _living(source):
        there = await target.held([one.subject for one in keys])
        for key in keys:
            if key.subject not in there:
                await target.keep(key)
                yield key.subject


def _is_of_another(found: SubjectKey | Gone | None, note: Gone) -> bool:
    """Forgotten there too, but at another time or by somebody else. That it is on record may be known later."""
    return isinstance(found, Gone) and replace(found, recorded=note.recorded) != note


async def _unknown_to(source: Keyring, target: Keyring) -> AsyncIterator[str]:
    async for keys in _living(target):
        known = await source.held([one.subject for one in keys])
        for key in keys:
            if key.subject not in known:
                yield key.subject
    async for notes in _gone(target):
        known = await source.held([one.subject for one in notes])
        for note in notes:
            # One that lives in the source and is gone here was forgotten here.
            if not isinstance(known.get(note.subject), Gone):
                yield note.subject


async def _living(keyring: Keyring) -> AsyncIterator[list[SubjectKey]]:
    after = ""
    while page := await keyring.living(after, _PAGE):
        yield page
        after = page[-1].subject


async def _gone(keyring: Keyring) -> AsyncIterator[list[Gone]]:
    after = ""
    while page := await keyring.gone(after, _PAGE):
        yield page
        after = page[-1].subject
