"""What is written beside the events of a distributed installation: that it is not whole yet, or an exercise."""

from typing import Any

from shared.documents import Collection, Delete, Documents, Put

_MARKS = Collection("installation")
_MIGRATING, _EXERCISE, _SHIPPED = "migrating", "exercise", "shipped-data"


class NotToBeStarted(Exception):
    """A service must not run on this data, or not in this way; the words say what to do."""


async def must_be_whole(documents: Documents, exercise: bool) -> None:
    """NotToBeStarted where a migration into this was not finished, or an exercise would be shown as the truth.

    A service that reads half a history would decide, and record, what the other half denies.
    """
    await documents.declare(_MARKS)
    marks = await documents.get(_MARKS.name, [_MIGRATING, _EXERCISE])
    if _MIGRATING in marks:
        raise NotToBeStarted("a migration into this database was not finished: run `article6 migrate` again")
    if _EXERCISE in marks and not exercise:
        raise NotToBeStarted("this database holds an exercise with fictional States: start it with --exercise")


async def begin(documents: Documents, exercise: bool) -> None:
    """From now on no service starts on this, until `finish`."""
    await documents.declare(_MARKS)
    await _put(documents, _MIGRATING, {})
    if exercise:
        await _put(documents, _EXERCISE, {})


async def finish(documents: Documents) -> None:
    """It is whole: services may start on it again."""
    await _remove(documents, _MIGRATING)


async def is_marked_exercise(documents: Documents) -> bool:
    """Whether it came from an exercise."""
    await documents.declare(_MARKS)
    return _EXERCISE in await documents.get(_MARKS.name, [_EXERCISE])


async def shipped(documents: Documents) -> str:
    """The digest of the shipped data that was written to the end; blank where none was."""
    await documents.declare(_MARKS)
    stored = (await documents.get(_MARKS.name, [_SHIPPED])).get(_SHIPPED)
    return str(stored.body["digest"]) if stored else ""


async def mark_shipped(documents: Documents, digest: str) -> None:
    """That data need not be written again."""
    await documents.declare(_MARKS)
    await _put(documents, _SHIPPED, {"digest": digest})


async def _put(documents: Documents, mark: str, body: dict[str, Any]) -> None:
    stored = (await documents.get(_MARKS.name, [mark])).get(mark)
    if stored is None or stored.body != body:
        await documents.write([Put(_MARKS.name, mark, body, stored.revision if stored else 0)])


async def _remove(documents: Documents, mark: str) -> None:
    for stored in (await documents.get(_MARKS.name, [mark])).values():
        await documents.write([Delete(_MARKS.name, mark, stored.revision)])
