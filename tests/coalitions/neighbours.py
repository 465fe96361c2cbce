"""What other services tell, written straight into their stores: the parts of their events that are read here."""

from pydantic import BaseModel

from shared.codec import Codec
from shared.commits import GENESIS, Commit
from shared.ids import new_id
from tests.system import TestSystem


async def tell(system: TestSystem, topic: str, stream: str, *events: BaseModel) -> None:
    """Append these events to another service's stream, one commit each."""
    store, codec = system.stores[topic], Codec({type(event) for event in events})
    written = await store.read(stream, 0)
    for event in events:
        before = written[-1] if written else None
        commit = Commit(
            stream=stream,
            seq=before.seq + 1 if before else 1,
            first=before.last + 1 if before else 1,
            events=(codec.encode(event),),
            command_id=new_id(),
            digest="",
            actor="donor:norway:desk",
            correlation_id="",
            causation_id="",
            at=system.clock.now(),
            previous=before.hash if before else GENESIS,
        ).sealed()
        await store.append(commit)
        written.append(commit)
