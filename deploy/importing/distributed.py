"""The shipped data into a distributed installation: written to the stores; the services' relays publish it."""

import hashlib

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.distributed import Installation, writing_only
from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from shared.documents import Collection, Documents, Put

_MARKS = Collection("installation")
_SHIPPED = "shipped-data"


async def take_in_shipped(place: Installation) -> int:
    """How many statements were written. Stopped on the way it goes on where it was; done before, it does nothing."""
    async with writing_only(place) as system:
        documents = system.services["deadlines"].kit.documents
        if await _is_done(documents):
            return 0
        counted = await plan(system, shipped_data(), known_tables(system.services))
        columns = (TextColumn("Writing the shipped data"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=counted.steps)
            await write(system, counted, lambda: bar.advance(task))
        await _done(documents)
        return counted.steps


async def _is_done(documents: Documents) -> bool:
    await documents.declare(_MARKS)
    stored = (await documents.get(_MARKS.name, [_SHIPPED])).get(_SHIPPED)
    return stored is not None and stored.body["digest"] == _digest()


async def _done(documents: Documents) -> None:
    stored = (await documents.get(_MARKS.name, [_SHIPPED])).get(_SHIPPED)
    await documents.write([Put(_MARKS.name, _SHIPPED, {"digest": _digest()}, stored.revision if stored else 0)])


def _digest() -> str:
    whole = hashlib.sha256()
    for file in sorted(shipped_data().iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".csv"):
            whole.update(file.name.encode() + file.read_bytes())
    return whole.hexdigest()
