"""Publishing to one topic: in order, acknowledged, or known not to be."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]

from shared.log import LogUnavailable
from shared.log.kafka.clients import started, stopped
from shared.log.kafka.place import LARGEST_RECORD, PATIENCE, TROUBLES, KafkaPlace, ensure_topics
from shared.log.kafka.reaching import reason, words_of
from shared.log.records import Record

log = structlog.get_logger(__name__)


class KafkaTopic:
    """Where a relay puts its records: one topic, acknowledged by all replicas, each record once (idempotent).

    The producer itself never gives up on a record, so there is a bound here; after any trouble it is put
    away and a new one made, and whoever sends begins again from what was not acknowledged.
    """

    def __init__(self, place: KafkaPlace, name: str, patience: float = PATIENCE) -> None:
        self._place = place
        self._name = name
        self._patience = patience
        self._producer: AIOKafkaProducer | None = None
        self._sending = asyncio.Lock()

    async def send(self, records: Sequence[Record]) -> int:
        """Put them in their order; how many, from the first, are acknowledged. LogUnavailable if none is.

        Fewer than given: the rest is unknown, and to be sent again. One page at a time: of several that
        begin at once each would make a producer of its own, and one that fails puts away everybody's.
        """
        async with self._sending:
            return await self._send(records)

    async def _send(self, records: Sequence[Record]) -> int:
        acknowledged = 0
        try:
            async with asyncio.timeout(self._patience):
                producer = await self._started()
                topic = self._place.topic(self._name)
                waiting = []
                for record in records:
                    sent = await producer.send(topic, record.value, record.key, headers=list(record.headers))
                    # Those behind a failure are nobody's concern any more.
                    sent.add_done_callback(_looked_at)
                    waiting.append(sent)
                for sent in waiting:
                    await asyncio.shield(sent)
                    acknowledged += 1
        except (*TROUBLES, ValueError) as error:
            await self.close()
            if not acknowledged:
                raise LogUnavailable(f"Kafka: {await reason(self._place, error)}") from error
            log.warning("records_not_acknowledged", topic=self._name, error=words_of(error))
        except BaseException:
            await self.close()
            raise
        return acknowledged

    async def close(self) -> None:
        """Let go. What was not acknowledged may arrive or not."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stopped(producer)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            await ensure_topics(self._place, [self._name])
            producer = AIOKafkaProducer(
                acks="all",
                enable_idempotence=True,
                max_request_size=LARGEST_RECORD,
                max_batch_size=256 * 1024,
                linger_ms=0,
                request_timeout_ms=int(self._patience * 1000),
                retry_backoff_ms=50,
                **self._place.connection(),
            )
            try:
                await started(producer)
            except BaseException:
                await stopped(producer)
                raise
            self._producer = producer
        return self._producer


def _looked_at(sent: "asyncio.Future[Any]") -> None:
    if not sent.cancelled():
        sent.exception()
