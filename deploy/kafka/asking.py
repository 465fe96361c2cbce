"""Requests of Kafka's protocol that its client has not: giving rights, and asking what one may do oneself."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.errors import (  # type: ignore[import-untyped]
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    for_code,
)
from aiokafka.protocol.admin import (  # type: ignore[import-untyped]
    CreateAclsRequest_v1,
    DescribeGroupsResponse_v3,
)
from aiokafka.protocol.api import Request, RequestStruct, Response  # type: ignore[import-untyped]
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String  # type: ignore[import-untyped]

from deploy.kafka.rights import Right

# Kafka's own numbers (org.apache.kafka.common.acl.AclOperation, .resource.ResourceType, .resource.PatternType).
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Delete": 6, "Alter": 7, "Describe": 8}
_RESOURCES = {"topic": 2, "group": 3}
_PATTERNS = {"literal": 3, "prefixed": 4}
_ALLOW = 3
_ANY_HOST = "*"
_COORDINATED_IN = 10.0
_MEANT_TOO = {"Describe": ("Read", "Write", "Delete", "Alter")}
"""Whoever has one of these may look as well."""


class _Granting(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    API_KEY = 30

    def __init__(self, rights: Iterable[Right]) -> None:
        self._rights = list(rights)

    def build(self, request_struct_class: Any) -> Any:
        return request_struct_class(
            [
                (
                    _RESOURCES[one.resource], one.name, _PATTERNS[one.pattern], one.principal, _ANY_HOST,
                    OPERATIONS[one.operation], _ALLOW,
                )
                for one in self._rights
            ]
        )  # fmt: skip


class _TopicsAnswer(Response):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8"))),
        ),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class _TopicsAsked(RequestStruct):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = _TopicsAnswer
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class _Topics(Request[_TopicsAsked]):  # type: ignore[misc]
    API_KEY = 3

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)

    def build(self, request_struct_class: Any) -> Any:
        return request_struct_class(self._names, False, False, True)


class _GroupsAsked(RequestStruct):  # type: ignore[misc]
    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = DescribeGroupsResponse_v3
    SCHEMA = Schema(("groups", Array(String("utf-8"))), ("include_authorized_operations", Boolean))


class _Groups(Request[_GroupsAsked]):  # type: ignore[misc]
    API_KEY = 15

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)

    def build(self, request_struct_class: Any) -> Any:
        return request_struct_class(self._names, True)


async def grant(admin: AIOKafkaAdminClient, rights: Iterable[Right]) -> None:
    """Give these rights; what was given before stays. A KafkaError where one is refused."""
    answer = await admin._send_to_controller(_Granting(rights))
    for code, words in answer.creation_responses:
        if code:
            raise for_code(code)(words)


async def topics_seen(admin: AIOKafkaAdminClient, names: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Of each of the topics what the broker says: `error`, `partitions`, and the numbers of operations, `allowed`."""
    answer = (await admin._send_request(_Topics(names))).to_object()
    return {
        one["topic"]: {
            "error": one["error_code"],
            "partitions": one["partitions"],
            "allowed": _numbers(one["authorized_operations"]),
        }
        for one in answer["topics"]
    }


async def group_allowed(admin: AIOKafkaAdminClient, name: str) -> set[int]:
    """The numbers of the operations that one may do with that group; none where one may not even look at it."""
    try:
        coordinator = await _coordinator(admin, name)
    except GroupAuthorizationFailedError:
        return set()
    answer = (await admin._send_request_to_node(coordinator, _Groups([name]))).to_object()
    (group,) = answer["groups"]
    return set() if group["error_code"] else _numbers(group["authorized_operations"])


async def _coordinator(admin: AIOKafkaAdminClient, name: str) -> int:
    """The broker that keeps that group; the first question of all makes the broker's own topic for it."""
    until = asyncio.get_running_loop().time() + _COORDINATED_IN
    while True:
        try:
            return int(await admin.find_coordinator(name))
        except GroupCoordinatorNotAvailableError:
            if asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.2)


def may(allowed: set[int], operation: str) -> bool:
    """Whether it is among those that are allowed, or comes with one of them."""
    return any(OPERATIONS[one] in allowed for one in (operation, *_MEANT_TOO.get(operation, ())))


def _numbers(bits: int) -> set[int]:
    # The lowest number there can be stands for: this was not asked, or is not said.
    return set() if bits == -(2**31) else {number for number in range(31) if bits >> number & 1}
