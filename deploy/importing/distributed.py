"""The shipped data into a distributed installation: written to the stores; the services' relays publish it."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.distributed import Installation, writing_only
from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data, shipped_digest
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from deploy.migrating_marks import mark_shipped, shipped


async def take_in_shipped(place: Installation) -> int:
    """How many statements were written. Stopped on the way it goes on where it was; done before, it does nothing."""
    async with writing_only(place) as system:
        documents = system.services["deadlines"].kit.documents
        if await shipped(documents) == shipped_digest():
            return 0
        counted = await plan(system, shipped_data(), known_tables(system.services))
        columns = (TextColumn("Writing the shipped data"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=counted.steps)
            await write(system, counted, lambda: bar.advance(task))
        await mark_shipped(documents, shipped_digest())
        return counted.steps
