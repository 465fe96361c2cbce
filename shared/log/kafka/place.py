"""Where Kafka is, and what it is told of us."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code  # type: ignore[import-untyped]

from shared.commits import LARGEST_COMMIT
from shared.log import LogUnavailable
from shared.log.kafka.clients import started, stopped
from shared.log.kafka.reaching import reason

LARGEST_RECORD = 4 * LARGEST_COMMIT
"""Bytes: a commit is bounded where it is written, so that no record can be too large for its topic."""
PATIENCE = 10.0
"""Seconds for one exchange with the broker: aiokafka itself would try for ever."""
TROUBLES = (KafkaError, TimeoutError, OSError)
"""What passes by itself: the broker is away, busy, or of another opinion at the moment."""


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
    session: float = 10.0
    """Seconds after which a member that says nothing is taken for dead, and its streams go to others."""

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
            admin = AIOKafkaAdminClient(request_timeout_ms=int(PATIENCE * 1000), **place.connection())
            try:
                await started(admin)
                there = set(await admin.list_topics())
                wanted = [place.topic(name) for name in names if place.topic(name) not in there]
                topics = [NewTopic(topic, place.partitions, place.replicas, topic_configs=settings) for topic in wanted]
                if topics:
                    answer = await admin.create_topics(topics)
                    for topic, code, *_ in answer.topic_errors:
                        if code not in (0, TopicAlreadyExistsError.errno):
                            raise LogUnavailable(await reason(place, for_code(code)(topic)))
            finally:
                await stopped(admin)
    except TROUBLES as error:
        raise LogUnavailable(f"Kafka: {await reason(place, error)}") from error
