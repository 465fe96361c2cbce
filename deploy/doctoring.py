"""Whether a distributed installation is in order: what its database really does, and what waits in it; its broker."""

import statistics
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from deploy.catalogue import SERVICES
from deploy.doctoring_kafka import examine_kafka
from deploy.examining import Finding, Verdict, packages
from shared.eventstore import StoreUnavailable
from shared.eventstore.mongodb import MongoEventStore
from shared.ids import new_id
from shared.log.kafka import KafkaPlace
from shared.mongodb.connection import MongoConnection, MongoUnavailable, NotLetIn, Patience, WrongAddress
from shared.mongodb.probing import (
    Durability,
    clock_ahead,
    probe_durability,
    rival_inserts,
    rival_updates,
)

_PATIENCE = Patience(whole=6.0, once=3.0)
_CLOCKS_APART = timedelta(seconds=2)
_CLOCKS_FAR_APART = timedelta(minutes=5)
_WAITS_LONG = timedelta(minutes=1)
_SLOW_MS = 50
_TIMES = 25


async def examine_distributed(mongodb: str | None, kafka: KafkaPlace | None, prefix: str) -> list[Finding]:
    """The versions, and everything worth knowing about the database and the broker, where they are named."""
    return [
        *packages("pymongo", "aiokafka", "fastapi", "pydantic"),
        *(await examine_mongodb(mongodb, prefix) if mongodb else ()),
        *(await examine_kafka(kafka) if kafka else ()),
    ]


async def examine_mongodb(address: str, prefix: str) -> list[Finding]:
    """Everything worth knowing about the database at that address, whose names begin with `prefix`.

    Writes into a database of its own, which is removed again.
    """
    found: list[Finding] = []
    try:
        connection = await MongoConnection.open(address, _PATIENCE)
    except NotLetIn as error:
        return [Finding("MongoDB", "wrong", str(error))]
    except (MongoUnavailable, WrongAddress) as error:
        return [Finding("MongoDB", "wrong", f"cannot be reached: {error}")]
    own = f"{prefix}_doctor_{new_id().replace('-', '')[-12:]}"
    try:
        found.append(Finding("MongoDB", "ok", str(connection.kind)))
        found.extend([finding async for finding in _promises(connection, own)])
        found.extend([finding async for finding in _outboxes(connection, prefix)])
    except (MongoUnavailable, StoreUnavailable) as error:
        found.append(Finding("MongoDB", "wrong", f"does not do what is asked: {error}"))
    finally:
        await _removed(connection, own)
        await connection.close()
    return found


async def _removed(connection: MongoConnection, own: str) -> None:
    try:
        await connection.drop(own)
    except MongoUnavailable:
        return


async def _promises(connection: MongoConnection, own: str) -> AsyncIterator[Finding]:
    durability = await probe_durability(connection, own)
    yield Finding("durability", _verdict(durability), str(durability))
    database = connection.database(own)
    updates = await rival_updates(database)
    words = f"{updates.acknowledged} of rivals were acknowledged, {updates.effect} took effect"
    yield Finding("compare-and-set", "ok" if updates.honest else "wrong", words + _advice(updates.honest))
    inserts = await rival_inserts(database)
    words = f"{inserts.acknowledged} of rivals were acknowledged, {inserts.effect} places were there to be taken"
    yield Finding("unique indexes", "ok" if inserts.honest else "wrong", words + _advice(inserts.honest))
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        await database.repeat(lambda: database["probe"].insert_one({"_id": new_id()}))
        took.append((time.perf_counter() - began) * 1000)
    middle = statistics.median(took)
    yield Finding("writing", "look" if middle > _SLOW_MS else "ok", f"acknowledged after {middle:.1f} ms (median)")
    apart = await clock_ahead(connection)
    verdict: Verdict = "ok"
    if abs(apart) > _CLOCKS_APART:
        verdict = "wrong" if abs(apart) > _CLOCKS_FAR_APART else "look"
    yield Finding("clocks", verdict, f"the server's is {apart.total_seconds():+.3f} s against ours")


def _verdict(durability: Durability) -> Verdict:
    alone = not durability.kind.replica_set
    return "ok" if durability.confirmed and not alone else "look"


def _advice(honest: bool) -> str:
    if honest:
        return ""
    return "; this server loses what it acknowledges: do not use it (behind FerretDB 1.x put deploy/servers/ferretdb)"


async def _outboxes(connection: MongoConnection, prefix: str) -> AsyncIterator[Finding]:
    there = set(await connection.names())
    known = [name for name in SERVICES if f"{prefix}_{name}" in there]
    if not known:
        yield Finding("data", "look", f"nothing under {prefix}_… yet: `article6 service` makes it")
    for name in known:
        backlog = await MongoEventStore(connection.database(f"{prefix}_{name}")).backlog()
        if backlog.oldest is None:
            yield Finding(name, "ok", "everything recorded is published")
            continue
        age = datetime.now(UTC) - backlog.oldest
        words = f"{backlog.commits:,} commits wait to be published, the oldest for {age.total_seconds():,.0f} s"
        yield Finding(name, "wrong" if age > _WAITS_LONG else "ok", words)
