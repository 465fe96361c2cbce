"""`article6 service` and `article6 gateway`: the processes of a distributed installation."""

import asyncio
import contextlib
import logging
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.catalogue import SERVICES
from deploy.cli.answering import Host, Port, Public, address_of, answer, listening_at, log_for_operators, tell_address
from deploy.cli.asking import quick_start, run_serving, stays_for_good
from deploy.cli.distributed_options import (
    KAFKA,
    MONGODB,
    PARTITIONS,
    SERVICES_AT,
    Exercise,
    Instance,
    Kafka,
    KafkaCa,
    KafkaUser,
    Mongodb,
    Partitions,
    Prefix,
    Replicas,
    SecretFile,
    Services,
    secret,
    told,
    trusting,
)
from deploy.settings import HOST, PORT
from deploy.tracing import trace_if_asked

if TYPE_CHECKING:
    from deploy.distributed import Installation
    from shared.log.kafka import KafkaPlace

# A line for each call between services, and for each group that is dealt anew, says nothing to an operator.
_QUIETER = dict.fromkeys(("httpx2", "aiokafka", "pymongo"), logging.ERROR)


def _name(given: str) -> str:
    if given not in SERVICES:
        raise typer.BadParameter(f"there is no service {given!r}; there are {', '.join(SERVICES)}")
    return given


def service(
    name: Annotated[str, typer.Argument(metavar="NAME", callback=_name, help=f"One of {', '.join(SERVICES)}.")],
    mongodb: Mongodb = MONGODB,
    kafka: Kafka = KAFKA,
    services: Services = SERVICES_AT,
    secret_file: SecretFile = None,
    host: Host = HOST,
    port: Port = PORT,
    public: Public = False,
    instance: Instance = "",
    prefix: Prefix = "article6",
    partitions: Partitions = PARTITIONS,
    replicas: Replicas = 1,
    exercise: Exercise = False,
    kafka_user: KafkaUser = "",
    kafka_ca: KafkaCa = None,
) -> None:
    """Run one service as a process of its own, on MongoDB and Kafka. As many of one service as you like.

    It answers its own paths, /healthz, /readyz and /metrics. It starts before its database and broker
    are there, and says by /readyz when it is ready. SIGTERM: what is under way is finished first.

    \b
    Examples:
      article6 service requests --secret-file secret
      ARTICLE6_MONGODB=mongodb://db.example/ article6 service insights --host 0.0.0.0 --public
    """
    from shared.log.kafka import KafkaPlace

    broker = KafkaPlace(
        kafka,
        prefix=prefix,
        partitions=partitions,
        replicas=replicas,
        instance=instance,
        username=kafka_user,
        password=told("ARTICLE6_KAFKA_PASSWORD") if kafka_user else "",
        tls=trusting(kafka_ca),
    )
    place = _installation(mongodb, broker, services, secret_file, exercise)
    run_serving(_serve_service(name, place, listening_at(host, port, public)))


def gateway(
    services: Services = SERVICES_AT,
    mongodb: Mongodb = MONGODB,
    secret_file: SecretFile = None,
    host: Host = HOST,
    port: Port = PORT,
    public: Public = False,
    prefix: Prefix = "article6",
    exercise: Exercise = False,
    sign_in_link: Annotated[
        bool, typer.Option("--sign-in-link", help="Print a one-time sign-in link for the ISU when it starts.")
    ] = False,
) -> None:
    """Run the way in: the pages, sign-in, and one address under which all services answer.

    Sessions and drafts are kept in MongoDB, so that any number of gateways share them.

    \b
    Examples:
      article6 gateway --secret-file secret --sign-in-link
      article6 gateway --services 'requests=http://10.0.0.7:8606,…'
    """
    from shared.log.kafka import KafkaPlace

    place = _installation(mongodb, KafkaPlace("", prefix), services, secret_file, exercise)
    run_serving(_serve_gateway(place, listening_at(host, port, public), sign_in_link))


def _installation(
    mongodb: str, broker: "KafkaPlace", services: str, secret_file: Path | None, exercise: bool
) -> "Installation":
    from deploy.distributed import Installation

    place = Installation(mongodb, broker, services, secret(secret_file), broker.prefix, exercise)
    try:
        place.addresses()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--services") from None
    return place


async def _serve_service(name: str, place: "Installation", listening: socket.socket) -> None:
    with quick_start():
        from deploy.distributed import service_process

    log_for_operators(_QUIETER)
    trace_if_asked(name)
    async with service_process(name, place) as process:
        # In the background: others may ask for its streams while it still fills its own views.
        starting = asyncio.create_task(process.start(), name=f"{name} starts")
        starting.add_done_callback(_ended_badly)
        starting.add_done_callback(lambda _: stays_for_good())
        try:
            await answer(process.app, listening)
        finally:
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting


async def _serve_gateway(place: "Installation", listening: socket.socket, sign_in_link: bool) -> None:
    with quick_start():
        from deploy.entrance import entrance

    log_for_operators(_QUIETER)
    trace_if_asked("gateway")
    async with entrance(place) as way_in:
        if sign_in_link:
            tell_address(address_of(listening), way_in.sign_in)
        stays_for_good()
        await answer(way_in.app, listening)


def _ended_badly(starting: "asyncio.Task[None]") -> None:
    """A service that cannot start at all ends, so that whoever runs it sees that."""
    if not starting.cancelled() and starting.exception() is not None:
        import structlog

        structlog.get_logger(__name__).error("service_cannot_start", exc_info=starting.exception())
        signal.raise_signal(signal.SIGTERM)
