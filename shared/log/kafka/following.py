"""Following topics: members of groups, and readers of whole topics."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.abc import ConsumerRebalanceListener  # type: ignore[import-untyped]
from aiokafka.errors import CommitFailedError, IllegalStateError  # type: ignore[import-untyped]

from shared import metrics
from shared.commits import Commit
from shared.ending import ended
from shared.log import LogUnavailable
from shared.log.kafka.clients import started, stopped, to_its_end
from shared.log.kafka.place import LARGEST_RECORD, PATIENCE, TROUBLES, KafkaPlace, ensure_topics
from shared.log.kafka.reaching import reason
from shared.log.records import BadRecord, commit_of

log = structlog.get_logger(__name__)

ReadStream = Callable[[str, str, int], Awaitable[list[Commit]]]
"""Topic, stream, number: the stream's commits above that number, from its owner's store."""

_JOINS_IN = 30.0
_LOOKS_UP = 0.05
_KNOWN_TO_BE_THERE = 5.0
"""Seconds that a batch may take although nothing new came: what the broker has is on its way."""


class KafkaLog:
    """The topics that a service follows. Streams are read from their owners' stores, by `read`."""

    def __init__(self, place: KafkaPlace, read: ReadStream, stuck_after: float = 30.0) -> None:
        self._place = place
        self._read = read
        self._stuck_after = stuck_after
        self._there: set[str] = set()

    async def subscribe(self, topic: str, group: str = "") -> "KafkaSubscription":
        """Follow a topic from where this group was, or from its beginning. Joins the group when first asked.

        Nothing is ever removed from a topic, so without a group all of it is read there.
        """
        return KafkaSubscription(self._place, topic, group, self._stuck_after, self._there)

    async def read_stream(self, topic: str, stream: str, after: int = 0) -> list[Commit]:
        """The stream's commits numbered above `after`, from the service that owns it."""
        return await self._read(topic, stream, after)


class _Moves(ConsumerRebalanceListener):  # type: ignore[misc]
    """Hears when partitions come and go."""

    def __init__(self, subscription: "KafkaSubscription") -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        await self._subscription.losing(revoked)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._subscription.given(assigned)


class KafkaSubscription:
    """One member of one group, in one topic."""

    def __init__(self, place: KafkaPlace, topic: str, group: str, stuck_after: float, there: set[str]) -> None:
        self._place = place
        self._there = there
        self._topic = topic
        self._group = f"{place.prefix}.{group}.{topic}" if group else ""
        self._stuck_after = stuck_after
        self._consumer: AIOKafkaConsumer | None = None
        self._starting = asyncio.Lock()
        self._given = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._delivered: dict[TopicPartition, int] = {}
        self.moves = 0
        self._given_at = 0.0
        self._moved_on = 0.0
        self._lag = 0
        self._asking: asyncio.Task[bool] | None = None
        self._closed = False

    @property
    def alone_since(self) -> float | None:
        """Since when all partitions are here; None while others have some."""
        consumer = self._consumer
        if consumer is None or not self._given.is_set():
            return None
        every = consumer.partitions_for_topic(self._place.topic(self._topic)) or ()
        return self._given_at if every and len(consumer.assignment()) == len(every) else None

    async def batch(self, limit: int, wait: float) -> Sequence[Commit]:
        """The next commits. LogUnavailable where the broker does not answer, or delivers nothing for too long."""
        consumer = await self._joined()
        try:
            found = await self._poll(consumer, limit, wait) or await self._meanwhile(consumer, limit)
            if not found:
                if not self._lag:
                    self._moved_on = _now()
                    return []
                # It is there, so it is waited for: a fetch takes its time, above all the first one.
                found = await self._poll(consumer, limit, _KNOWN_TO_BE_THERE)
        except TROUBLES as error:
            raise await self._broken(error) from error
        if not found:
            # Who reads a whole topic takes an empty batch for its end.
            if not self._group or _now() - self._moved_on > self._stuck_after:
                raise await self._stuck()
            return []
        self._moved_on = _now()
        self._at_rest.clear()
        commits = []
        for partition, records in found.items():
            self._delivered[partition] = records[-1].offset + 1
            for record in records:
                try:
                    commits.append(commit_of(record.value, record.headers))
                except BadRecord as bad:
                    # None of ours, since the relay sends nothing else: what it hides is found as a hole.
                    log.error(
                        "record_passed_over", topic=self._topic, partition=partition.partition, offset=record.offset,
                        key=_text(record.key), error=str(bad),
                    )  # fmt: skip
                    metrics.BAD_RECORDS.labels(self._topic).inc()
        return commits

    async def commit(self) -> None:
        """Remember what was delivered, of the partitions that are still here. LogUnavailable."""
        consumer, delivered = self._consumer, self._delivered
        self._delivered = {}
        try:
            if consumer is None:
                return
            mine = consumer.assignment() if self._group else ()
            offsets = {partition: offset for partition, offset in delivered.items() if partition in mine}
            if offsets:
                async with asyncio.timeout(PATIENCE):
                    # Whoever is told to stop lets it arrive: aiokafka goes on with it all the same, unheard.
                    await to_its_end(consumer.commit(offsets))
        except (CommitFailedError, IllegalStateError) as error:
            # The group was dealt anew meanwhile: somebody hears it again, and the guards let it pass.
            log.info("place_not_remembered", topic=self._topic, group=self._group, error=type(error).__name__)
        except TROUBLES as error:
            self._delivered = {**delivered, **self._delivered}
            raise await self._broken(error) from error
        finally:
            self._at_rest.set()

    async def lag(self) -> int:
        """Records behind the place, in the partitions that are here; while they are being dealt, one at least."""
        consumer = await self._joined()
        try:
            async with asyncio.timeout(PATIENCE):
                if not self._given.is_set():
                    return max(1, self._lag)
                await self._is_behind(consumer)
        except TROUBLES as error:
            raise await self._broken(error) from error
        return self._lag

    async def close(self) -> None:
        """Leave; what was remembered stays. A named instance keeps its partitions for the session's time."""
        self._closed = True
        await self._drop()

    async def losing(self, partitions: Sequence[TopicPartition]) -> None:
        """Partitions are about to go: let what is in flight come to its end and be remembered, in bounds."""
        self._given.clear()
        if not partitions:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._place.rebalance * 0.8):
                await self._at_rest.wait()
        self._delivered = {}

    def given(self, partitions: Sequence[TopicPartition]) -> None:
        """These partitions are ours now."""
        self.moves += 1
        self._given_at = time.monotonic()
        log.debug("partitions_given", group=self._group, partitions=sorted(one.partition for one in partitions))
        self._moved_on = _now()
        self._given.set()

    async def _poll(self, consumer: AIOKafkaConsumer, limit: int, wait: float) -> dict[TopicPartition, list[Any]]:
        found: dict[TopicPartition, list[Any]] = await consumer.getmany(timeout_ms=int(wait * 1000), max_records=limit)
        return {partition: records for partition, records in found.items() if records}

    async def _meanwhile(self, consumer: AIOKafkaConsumer, limit: int) -> dict[TopicPartition, list[Any]]:
        """Ask how much is there, and take what comes until that is answered: the broker answers only behind a
        fetch that waits for news, half a second long, and the news need not wait as well."""
        found: dict[TopicPartition, list[Any]] = {}
        while not found:
            asking, earlier = self._asking, self._asking is not None
            if asking is None:
                asking = asyncio.create_task(self._is_behind(consumer), name=f"{self._group} asks for its lag")
                asking.add_done_callback(_looked_at)
                self._asking = asking
            while not found and not asking.done():
                found = await self._poll(consumer, limit, _LOOKS_UP)
            if asking.done():
                self._asking = None
            # What was asked before something came says nothing of now.
            if not found and not earlier:
                await asking
                break
        return found

    async def _is_behind(self, consumer: AIOKafkaConsumer) -> bool:
        async with asyncio.timeout(PATIENCE):
            mine = consumer.assignment()
            ends = await consumer.end_offsets(mine) if mine else {}
            lag = 0
            for partition, end in ends.items():
                try:
                    lag += max(0, end - await consumer.position(partition))
                except IllegalStateError:
                    # Gone while we asked.
                    continue
        self._lag = lag
        return lag > 0

    async def _joined(self) -> AIOKafkaConsumer:
        """The consumer, started and in its group. LogUnavailable."""
        async with self._starting:
            if self._closed:
                raise LogUnavailable(f"the place of {self._group} was given up")
            if self._consumer is None:
                try:
                    self._consumer = await self._fresh()
                except TROUBLES as error:
                    raise LogUnavailable(f"Kafka: {await reason(self._place, error)}") from error
            return self._consumer

    async def _fresh(self) -> AIOKafkaConsumer:
        if self._topic not in self._there:
            await ensure_topics(self._place, [self._topic])
            self._there.add(self._topic)
        self._given.clear()
        self._delivered = {}
        instance = f"{self._place.instance}.{self._topic}" if self._group and self._place.instance else None
        consumer = AIOKafkaConsumer(
            group_id=self._group or None,
            group_instance_id=instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_uncommitted",
            max_partition_fetch_bytes=LARGEST_RECORD,
            rebalance_timeout_ms=int(self._place.rebalance * 1000),
            session_timeout_ms=int(self._place.session * 1000),
            heartbeat_interval_ms=int(self._place.session * 200),
            request_timeout_ms=int(PATIENCE * 1000) + 5_000,
            metadata_max_age_ms=60_000,
            retry_backoff_ms=100,
            **self._place.connection(),
        )
        try:
            async with asyncio.timeout(_JOINS_IN):
                await self._join(consumer)
        except BaseException:
            await stopped(consumer)
            raise
        self._moved_on = _now()
        return consumer

    async def _join(self, consumer: AIOKafkaConsumer) -> None:
        topic = self._place.topic(self._topic)
        # Without a group all partitions are given as soon as they are known.
        consumer.subscribe([topic], listener=_Moves(self) if self._group else None)
        await started(consumer)
        if self._group:
            await self._given.wait()
            return
        while not consumer.assignment():
            await asyncio.sleep(0.02)
        self._given.set()

    async def _broken(self, error: BaseException) -> LogUnavailable:
        words = await reason(self._place, error)
        log.warning("log_unavailable", topic=self._topic, group=self._group, error=words)
        await self._drop()
        return LogUnavailable(f"Kafka: {words}")

    async def _stuck(self) -> LogUnavailable:
        log.error("consumer_stuck", topic=self._topic, group=self._group, lag=self._lag)
        metrics.CONSUMERS_RESTARTED.labels(self._topic).inc()
        await self._drop()
        return LogUnavailable(f"{self._lag} commits of {self._topic} were not delivered; the consumer is started anew")

    async def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._at_rest.set()
        await ended(self._asking)
        self._asking = None
        if consumer is not None:
            await stopped(consumer)


def _looked_at(asking: "asyncio.Task[bool]") -> None:
    if not asking.cancelled():
        asking.exception()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _text(key: bytes | None) -> str:
    return (key or b"")[:200].decode("utf-8", "replace")
