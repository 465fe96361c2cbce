"""Each service as a process of its own: events and documents on MongoDB, topics on Kafka, HTTP between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp

from deploy.catalogue import SERVICES, builder
from deploy.gateway import Gateway
from deploy.migrating_marks import must_be_whole
from shared.auth.services import ServiceTokens
from shared.auth.tokens import OwnTokens
from shared.clock import Clock, SystemClock
from shared.commits import Commit
from shared.documents import DocumentsUnavailable
from shared.documents.mongodb import MongoDocuments
from shared.eventstore import EventStore, StoreUnavailable
from shared.eventstore.mongodb import MongoEventStore
from shared.handling import Handler
from shared.http.app import service_app
from shared.http.operations import operations
from shared.ids import new_id
from shared.kit import Kit, Service
from shared.log.asking import OwnersOverHttp
from shared.log.kafka import KafkaLog, KafkaPlace, KafkaTopic
from shared.log.records import dead_letter
from shared.mongodb.connection import MongoConnection, MongoDatabase, MongoUnavailable, NotLetIn
from shared.parking import Parked, passes_by_itself
from shared.privacy.mongodb import MongoKeyring
from shared.relay import Lease, Relay

T = TypeVar("T")

log = structlog.get_logger(__name__)
_WAITS_FOR_A_DATABASE = 120.0
_LONGEST_PAUSE = 5.0
DEAD_LETTERS = "dead-letters"
"""The topic in which it is told that a stream was set aside: for whoever watches the whole installation."""


@dataclass(frozen=True)
class Installation:
    """What all processes of one installation are told alike.

    `services` says where each service answers: a pattern such as `http://{service}:8606`, or addresses by
    name, `requests=http://10.0.0.7:8606,pledges=…`. `prefix` begins the names of databases and topics.
    """

    mongodb: str
    kafka: KafkaPlace
    services: str
    secret: bytes
    prefix: str = "article6"
    exercise: bool = False

    def addresses(self) -> dict[str, str]:
        """Where each service answers. ValueError where that cannot be read, or a service is left out."""
        if "{service}" in self.services:
            return {name: self.services.replace("{service}", name).rstrip("/") for name in SERVICES}
        told = dict(one.strip().partition("=")[::2] for one in self.services.split(",") if one.strip())
        if missing := [name for name in SERVICES if not told.get(name)]:
            raise ValueError(f"it says nothing of {', '.join(missing)}")
        return {name: told[name].rstrip("/") for name in SERVICES}

    def database(self, service: str) -> str:
        """The name of that service's database."""
        return f"{self.prefix}_{service}"


class ServiceProcess:
    """One service. `started` brings it to life; `app` answers its paths, health and figures."""

    def __init__(
        self,
        name: str,
        place: Installation,
        store: MongoEventStore,
        documents: MongoDocuments,
        keyring: MongoKeyring,
        clock: Clock,
    ) -> None:
        self.name = name
        self.store = store
        between = ServiceTokens(place.secret, clock)
        self._owners = OwnersOverHttp(name, place.addresses(), between)
        instance = place.kafka.instance or new_id()
        log_ = KafkaLog(place.kafka, self._read)
        self.kit = Kit(name, store, log_, documents, clock, exclusive=False, keyring=keyring)
        self.service: Service = builder(name)(self.kit)
        self.relay = Relay(name, store, KafkaTopic(place.kafka, name), clock, Lease(documents, instance))
        self._dead_letters = KafkaTopic(place.kafka, DEAD_LETTERS)
        self.kit.parking.tell(self._tell)
        self.application: FastAPI
        self.application, served = service_app(self.service, OwnTokens(place.secret, clock), place.exercise, between)
        self.app: ASGIApp = Gateway({name: served}, otherwise=operations([self.kit], {name: self.relay}))

    async def start(self, sweep_every: float = 30.0) -> None:
        """Publish, then follow. Until broker and database are there it is tried again: meanwhile not ready."""
        await self.relay.start()
        pause = 0.1
        while True:
            try:
                await self.kit.start(sweep_every)
                break
            except Exception as error:
                if not passes_by_itself(error):
                    raise
                log.warning("service_not_started_yet", service=self.name, error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        log.info("service_started", service=self.name)

    async def stop(self) -> None:
        """Follow and publish nothing more; what is stored stays stored, and marked."""
        async with AsyncExitStack() as lastly:
            for end in (self._owners.close, self._dead_letters.close, self.kit.stop, self.relay.stop):
                lastly.push_async_callback(end)
            await self.kit.stop_following()

    async def _tell(self, parked: Parked) -> None:
        await self._dead_letters.send([dead_letter(self.name, parked)])

    async def _read(self, topic: str, stream: str, after: int) -> list[Commit]:
        if topic == self.name:
            return await self.store.read(stream, after)
        return await self._owners.read(topic, stream, after)


@asynccontextmanager
async def service_process(name: str, place: Installation, clock: Clock | None = None) -> AsyncIterator[ServiceProcess]:
    """The service with its databases open, not yet started; all is let go afterwards.

    MongoUnavailable; NotToBeStarted where a migration into it was not finished.
    """
    async with AsyncExitStack() as stack:
        connection = await connected(place.mongodb)
        stack.push_async_callback(connection.close)
        store, documents = await opened(connection.database(place.database(name)))
        await _awaited(partial(must_be_whole, documents, place.exercise))
        keyring = await keys_opened(connection.database(f"{place.database(name)}_keys"))
        process = ServiceProcess(name, place, store, documents, keyring, clock or SystemClock())
        stack.push_async_callback(process.stop)
        yield process


@dataclass
class WritingOnly:
    """All services without their followers, as an import needs them: what is written is published by theirs."""

    services: dict[str, Service]
    exercise: bool

    @property
    def stores(self) -> dict[str, EventStore]:
        """Every service's store, by its name."""
        return {name: service.kit.store for name, service in self.services.items()}

    @property
    def handlers(self) -> dict[str, Handler[Any, Any, Any]]:
        """Every service's handlers, by the category of their streams."""
        return {category: one for s in self.services.values() for category, one in s.kit.handlers.items()}


@asynccontextmanager
async def writing_only(place: Installation, clock: Clock | None = None) -> AsyncIterator[WritingOnly]:
    """The services' handlers on their stores. Nothing is followed, and nothing is published from here."""
    at = clock or SystemClock()
    async with AsyncExitStack() as stack:
        connection = await connected(place.mongodb)
        stack.push_async_callback(connection.close)
        services: dict[str, Service] = {}
        for name in SERVICES:
            store, documents = await opened(connection.database(place.database(name)))
            await _awaited(partial(must_be_whole, documents, place.exercise))
            keyring = await keys_opened(connection.database(f"{place.database(name)}_keys"))
            log_ = KafkaLog(place.kafka, _nobody_reads)
            kit = Kit(name, store, log_, documents, at, exclusive=False, keyring=keyring)
            stack.push_async_callback(kit.stop)
            services[name] = builder(name)(kit)
            await kit.open()
        yield WritingOnly(services, place.exercise)


async def connected(address: str) -> MongoConnection:
    """The connection; a database that is just starting is waited for. MongoUnavailable."""
    return await _awaited(lambda: MongoConnection.open(address))


async def opened(database: MongoDatabase) -> tuple[MongoEventStore, MongoDocuments]:
    """A service's events and documents. StoreUnavailable where the database is away for long."""
    return await _awaited(lambda: MongoEventStore.open(database)), MongoDocuments(database)


async def keys_opened(database: MongoDatabase) -> MongoKeyring:
    """The keys of a service's people, apart from its events. KeyringUnavailable where the database is away for long."""
    return await _awaited(lambda: MongoKeyring.open(database))


async def _awaited(open_it: Callable[[], Awaitable[T]]) -> T:
    until = asyncio.get_running_loop().time() + _WAITS_FOR_A_DATABASE
    while True:
        try:
            return await open_it()
        except (MongoUnavailable, StoreUnavailable, DocumentsUnavailable) as error:
            refused = isinstance(error, NotLetIn) or isinstance(error.__cause__, NotLetIn)
            if refused or asyncio.get_running_loop().time() > until:
                raise
            log.warning("database_awaited", error=str(error))
            await asyncio.sleep(1.0)


async def _nobody_reads(topic: str, stream: str, after: int) -> list[Commit]:
    raise LookupError(f"nothing is followed here, so nobody asks for {topic}/{stream} after {after}")
