"""Whether the broker of a distributed installation is in order: who gets in, topics, rights, and what waits there."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]

from deploy.catalogue import SERVICES
from deploy.examining import Finding, Verdict
from deploy.kafka.asking import group_allowed, may, topics_seen
from deploy.kafka.rights import followed, rights_of, user_of
from shared.log.kafka.clients import started, stopped
from shared.log.kafka.place import TROUBLES, KafkaPlace
from shared.log.kafka.reaching import reason

_PATIENCE = 30.0
_REQUEST = 10_000
_NOT_THERE, _NOT_SHOWN = 3, 29
_FOR_EVER = "-1"


async def examine_kafka(place: KafkaPlace) -> list[Finding]:
    """Everything worth knowing about that broker, as whoever signs in there sees it. Changes nothing.

    Signed in as one service's user, it is that service's topics and rights; else all services' topics.
    """
    admin = AIOKafkaAdminClient(request_timeout_ms=_REQUEST, **place.connection())
    found: list[Finding] = []
    try:
        async with asyncio.timeout(_PATIENCE):
            await started(admin)
            found.append(await _broker(admin, place))
            whose = [one for one in SERVICES if user_of(one, place.prefix) == place.username]
            for service in whose or SERVICES:
                found.append(await _topic(admin, place, service))
            found.extend([finding async for finding in _rights(admin, place, whose)])
            found.extend([finding async for finding in _lags(admin, place, whose or SERVICES)])
    except TROUBLES as error:
        found.append(Finding("Kafka", "wrong", f"does not do what is asked: {await reason(place, error)}"))
    finally:
        await stopped(admin)
    return found


async def _broker(admin: AIOKafkaAdminClient, place: KafkaPlace) -> Finding:
    brokers = len((await admin.describe_cluster())["brokers"])
    who = f"signed in as {place.username}" if place.username else "nobody asks who we are"
    words = f"{brokers} {'broker' if brokers == 1 else 'brokers'}, {'TLS' if place.tls else 'no TLS'}, {who}"
    verdict: Verdict = "ok" if place.tls and place.username and brokers >= place.replicas else "look"
    if brokers < place.replicas:
        verdict, words = "wrong", f"{words}; too few for {place.replicas} copies of a topic (ARTICLE6_REPLICAS)"
    return Finding("Kafka", verdict, words)


async def _topic(admin: AIOKafkaAdminClient, place: KafkaPlace, service: str) -> Finding:
    name = place.topic(service)
    seen = (await topics_seen(admin, [name]))[name]
    label = f"topic {name}"
    if seen["error"] == _NOT_THERE:
        return Finding(label, "look", "not there yet: its service makes it when it starts")
    if seen["error"]:
        return Finding(label, "wrong", f"the user {place.username} may not even look at it: see deploy/kafka/README.md")
    partitions: Sequence[Mapping[str, Any]] = seen["partitions"]
    copies = min(len(one["replicas"]) for one in partitions)
    words = f"{len(partitions)} partitions, {copies} {'copy' if copies == 1 else 'copies'} of each"
    settings = await _settings(admin, name)
    verdict: Verdict = "ok"
    if not settings:
        # No service needs to, so this is as it should be.
        words += " (its settings are not for this user to see: DescribeConfigs)"
    for wrong, more in _judged(place, partitions, copies, settings):
        words += f"; {more}"
        verdict = "wrong" if wrong or verdict == "wrong" else "look"
    return Finding(label, verdict, words)


def _judged(
    place: KafkaPlace, partitions: Sequence[Mapping[str, Any]], copies: int, settings: Mapping[str, str]
) -> list[tuple[bool, str]]:
    """What is to be said of a topic, and whether it is wrong."""
    said: list[tuple[bool, str]] = []
    if (lacking := sum(len(one["isr"]) < len(one["replicas"]) for one in partitions)) > 0:
        said.append((True, f"{lacking} partitions lack a copy: look at the brokers"))
    if leaderless := sum(one["leader"] < 0 for one in partitions):
        said.append((True, f"{leaderless} partitions have no leader, so nothing is published there"))
    if len(partitions) != place.partitions:
        # Adding some would tear streams apart; what is there stays.
        said.append((False, f"{place.partitions} are set (ARTICLE6_PARTITIONS), and the number is for ever"))
    if copies < place.replicas:
        said.append((False, f"{place.replicas} are set (ARTICLE6_REPLICAS): reassign it with the broker's tools"))
    if not settings:
        return said
    enough = settings.get("min.insync.replicas", "?")
    if copies > 1 and enough == "1":
        said.append((False, "min.insync.replicas is 1: one copy is enough for an acknowledgement; 2 is better"))
    if copies > 1 and enough == str(copies):
        said.append((False, f"min.insync.replicas is {enough}: with one broker away nothing is taken"))
    if settings.get("retention.ms") != _FOR_EVER or settings.get("cleanup.policy") != "delete":
        said.append((True, "it forgets: set retention.ms=-1 and cleanup.policy=delete, or views cannot be made anew"))
    return said


async def _settings(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    """The topic's settings; empty where one may not see them."""
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    ((code, _words, _kind, _name, entries),) = answer.resources
    return {} if code else {entry[0]: entry[1] for entry in entries}


async def _rights(admin: AIOKafkaAdminClient, place: KafkaPlace, whose: Sequence[str]) -> AsyncIterator[Finding]:
    if not place.username:
        yield Finding("rights on Kafka", "look", "whoever reaches the broker may do everything: see deploy/kafka")
        return
    if not whose:
        example = user_of(SERVICES[0], place.prefix)
        words = (
            f"{place.username} is no service's user: name one, such as --kafka-user {example}, to see what it may do"
        )
        yield Finding("rights on Kafka", "look", words)
    for service in whose:
        needed = rights_of(service, place.prefix)
        seen = await topics_seen(admin, sorted({one.name for one in needed if one.resource == "topic"}))
        groups = [f"{place.prefix}.{service}.{topic}" for topic in followed(needed, place.prefix)]
        allowed = {name: told["allowed"] for name, told in seen.items()}
        lacking = [
            f"{one.operation} on {one.name}"
            for one in needed
            if one.resource == "topic" and not may(allowed[one.name], one.operation)
        ]
        lacking += [f"Read on the group {name}" for name in groups if not may(await group_allowed(admin, name), "Read")]
        foreign = sorted(
            name.removeprefix(f"{place.prefix}.")
            for name, told in (await topics_seen(admin, [place.topic(one) for one in SERVICES])).items()
            if name != place.topic(service) and may(told["allowed"], "Write")
        )
        if lacking:
            words = f"lacks {', '.join(lacking)}: `python -m deploy.kafka` gives what deploy/kafka/acls.csv lists"
            yield Finding("rights on Kafka", "wrong", f"{place.username} {words}")
        elif foreign:
            words = f"may also write to {', '.join(foreign)}, which is others': take that right away"
            yield Finding("rights on Kafka", "look", f"{place.username} {words}")
        else:
            yield Finding(
                "rights on Kafka", "ok", f"{place.username} may do what {service} needs, and write nowhere else"
            )


async def _lags(admin: AIOKafkaAdminClient, place: KafkaPlace, services: Sequence[str]) -> AsyncIterator[Finding]:
    consumer = AIOKafkaConsumer(group_id=None, request_timeout_ms=_REQUEST, **place.connection())
    try:
        await started(consumer)
        for service in services:
            words, verdict = [], "ok"
            for topic in followed(rights_of(service, place.prefix), place.prefix):
                lag = await _lag(admin, consumer, place.topic(topic), f"{place.prefix}.{service}.{topic}")
                if lag is None:
                    words.append(f"has not begun with {topic}")
                elif lag:
                    verdict = "look"
                    words.append(f"{lag:,} commits of {topic} not yet taken")
            yield Finding(f"{service} follows", "look" if verdict == "look" else "ok", "; ".join(words) or "caught up")
    finally:
        await stopped(consumer)


async def _lag(admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer, topic: str, group: str) -> int | None:
    """Commits of that topic that the group has not remembered as taken; None where there is nothing to be behind."""
    partitions = [
        TopicPartition(topic, one["partition"]) for one in (await topics_seen(admin, [topic]))[topic]["partitions"]
    ]
    if not partitions or not may(await group_allowed(admin, group), "Read"):
        return None
    taken = await admin.list_consumer_group_offsets(group)
    ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
    return sum(end - (taken[one].offset if one in taken else 0) for one, end in ends.items())
