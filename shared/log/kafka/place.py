"""Where Kafka is, what it is told of us, and how its clients end."""

import asyncio
import ssl
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code  # type: ignore[import-untyped]

from shared.commits import LARGEST_COMMIT
from shared.log import LogUnavailable

log = structlog.get_logger(__name__)

LARGEST_RECORD = 4 * LARGEST_COMMIT
"""Bytes: a commit is bounded where it is written, so that no record can be too large for its topic."""
PATIENCE = 10.0
"""Seconds for one exchange with the broker: aiokafka itself would try for ever."""
TROUBLES = (KafkaError, TimeoutError, OSError)
"""What passes by itself: the broker is away, busy, or of another opinion at the moment."""
_GOOD_BYE = 3.0


@dataclass(frozen=True)
class KafkaPlace:
    """Where Kafka is and how to speak to it.

    `prefix` stands before the names of topics and groups. `partitions` of a topic are for ever: a stream's
    order would be lost at the seam. `replicas` are the copies of a topic, when it is made. `instance`
    names this process among those of its service, for as long as it lives and again after a restart
    (static membership, KIP-345); blank: it joins as a newcomer.
    """

    bootstrap: str
    prefix: str = "article6"
    partitions: int = 6
    replicas: int = 1
    instance: str = ""
    username: str = ""
    password: str = ""
    mechanism: str = "SCRAM-SHA-512"
    tls: ssl.SSLContext | None = None
    rebalance: float = 30.0
    """Seconds that a batch may go on while its streams are asked back."""

    def topic(self, name: str) -> str:
        """The topic of that service as the broker knows it."""
        return f"{self.prefix}.{name}"

    def connection(self) -> dict[str, Any]:
        """What every client of this broker is told."""
        protocol = ("SASL_" if self.username else "") + ("SSL" if self.tls else "PLAINTEXT")
        told: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": protocol}
        if self.tls:
            told["ssl_context"] = self.tls
        if self.username:
            told |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return told


async def ensure_topics(place: KafkaPlace, names: Sequence[str]) -> None:
    """Make those of the topics that are not there: nothing is ever deleted from them. LogUnavailable."""
    settings = {
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "cleanup.policy": "delete",
        "max.message.bytes": str(LARGEST_RECORD),
    }
    try:
        async with asyncio.timeout(PATIENCE * 2):
            admin = AIOKafkaAdminClient(**place.connection())
            try:
                await admin.start()
                there = set(await admin.list_topics())
                wanted = [place.topic(name) for name in names if place.topic(name) not in there]
                topics = [NewTopic(topic, place.partitions, place.replicas, topic_configs=settings) for topic in wanted]
                if topics:
                    answer = await admin.create_topics(topics)
                    for topic, code, *_ in answer.topic_errors:
                        if code not in (0, TopicAlreadyExistsError.errno):
                            raise LogUnavailable(f"{topic}: {for_code(code).__name__}")
            finally:
                await admin.close()
    except TROUBLES as error:
        raise LogUnavailable(f"Kafka at {place.bootstrap}: {words_of(error)}") from error


async def stopped(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Stop it; one that cannot say good-bye to its broker is cut off after a while."""
    if await _ends(client.stop()):
        return
    log.info("kafka_client_cut_off", client=type(client).__name__)
    # What it leaves behind would go on trying for ever.
    if isinstance(client, AIOKafkaProducer):
        left = [client._sender, client.client]
    else:
        left = [client._coordinator, client._fetcher, client._client]
    for part in left:
        if part is not None:
            await _ends(part.close())


async def _ends(closing: Coroutine[Any, Any, None]) -> bool:
    """Whether it came to its end in time, without any trouble.

    In a task of its own: cancellations that the library raises inside while it closes are not meant for us.
    """
    task = asyncio.ensure_future(closing)
    await asyncio.wait([task], timeout=_GOOD_BYE)
    if not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_GOOD_BYE)
        return False
    return not task.cancelled() and task.exception() is None


def words_of(error: BaseException) -> str:
    """What it says, or at least what it is."""
    return str(error) or type(error).__name__
