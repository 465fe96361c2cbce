"""A connection of one process, with the concerns stated, and a bounded repetition of what may be repeated."""

import asyncio
import functools
import random
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pymongo import AsyncMongoClient, IndexModel, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern

from shared.mongodb.unbroken import Unbroken

T = TypeVar("T")
Row = dict[str, Any]
Collection = AsyncCollection[Row]

_STRING = "the connection string (ARTICLE6_MONGODB, --mongodb)"
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_GIVEN_UP_AFTER = 6
"""Times the patience for one attempt: to find a server, to get a place and a connection, to send and to hear take up
to one each."""
_UNAUTHORIZED, _AUTHENTICATION_FAILED = 13, 18
_NEVER_BETTER = frozenset({2, 9, 13, 14, 18, 26, 59, 67, 72, 85, 86, 115, 238, 10334, 17280})
"""Codes that the same request gets again: bad value, unauthorized, wrong type, wrong password, not
implemented, too large … (MongoDB's error_codes.yml)."""


class MongoUnavailable(Exception):
    """The database could not be reached, or did not confirm, within the patience; nothing more is known."""


class NotLetIn(MongoUnavailable):
    """It is there, and refuses us: user, password, rights or certificate. To try again does not help."""


class WrongAddress(ValueError):
    """This is no address of a MongoDB. It is not repeated here: it may hold a password."""


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds: `whole` for one operation with all its repetitions, `once` for each attempt."""

    whole: float = 10.0
    once: float = 5.0


@dataclass(frozen=True, slots=True)
class Kind:
    """What answers at the address, as it says itself."""

    version: str
    replica_set: str
    members: int
    """That hold data and can become primary, as far as the server says."""
    looks_up_by_equality_only: bool
    """Servers on another database find a document quickly by one equal field, and read everything for
    a range or a list."""

    def __str__(self) -> str:
        if self.looks_up_by_equality_only:
            return f"a server of MongoDB's protocol that is not MongoDB (as version {self.version})"
        return f"MongoDB {self.version}, " + (
            f"replica set {self.replica_set} of {self.members}" if self.replica_set else "one server alone"
        )


class MongoConnection:
    """One client for everything of one process. It belongs to the event loop that opened it.

    Written with `w=majority, j=true`, read with majority, from the primary: a decision that was made on
    something that is rolled back afterwards would be a decision on nothing.
    """

    def __init__(self, client: "AsyncMongoClient[Row]", kind: Kind, patience: Patience) -> None:
        self._client = client
        self._unbroken = Unbroken(patience.once * _GIVEN_UP_AFTER)
        self.kind = kind
        self.patience = patience

    @classmethod
    async def open(
        cls, address: str, patience: Patience | None = None, most_connections: int = 50
    ) -> "MongoConnection":
        """Connect and ask what it is. `address` is a connection string (user, TLS and hosts in it).

        MongoUnavailable where nobody answers within the patience, or lets us in; WrongAddress.
        """
        waiting = patience or Patience()
        client = _client(address, int(waiting.once * 1000), most_connections)
        asking = Unbroken(waiting.once * _GIVEN_UP_AFTER)
        try:
            kind = await repeated(lambda: _kind(client), waiting.whole, asking)
        except BaseException:
            await client.close()
            raise
        return cls(client, kind, waiting)

    def database(self, name: str) -> "MongoDatabase":
        """One service's database."""
        return MongoDatabase(self, name)

    def plain(self, name: str) -> "AsyncDatabase[Row]":
        """The driver's own view of a database, with our concerns."""
        return self._client.get_database(
            name,
            read_preference=ReadPreference.PRIMARY,
            write_concern=WriteConcern(w="majority", j=True, wtimeout=int(self.patience.once * 800)),
            read_concern=ReadConcern("majority"),
        )

    async def drop(self, name: str) -> None:
        """Remove a whole database."""
        await self.repeat(lambda: self._client.drop_database(name))

    async def names(self) -> list[str]:
        """The databases there are."""
        return await self.repeat(self._client.list_database_names)

    async def repeat(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Its result, tried again while that may help. Only for what may be done twice. MongoUnavailable."""
        return await repeated(operation, self.patience.whole, self._unbroken)

    async def close(self) -> None:
        """Let go; the stores and documents on it are closed before."""
        await self._client.close()
        await self._unbroken.at_rest()


class MongoDatabase:
    """A database with our concerns."""

    def __init__(self, connection: MongoConnection, name: str) -> None:
        self.connection = connection
        self.name = name
        self.plain = connection.plain(name)

    def __getitem__(self, collection: str) -> Collection:
        return self.plain[collection]

    async def index(self, collection: str, indexes: Sequence[IndexModel]) -> None:
        """Make sure of these. One request each: FerretDB fails where several in one are there already."""
        for one in indexes:
            await self.repeat(functools.partial(self[collection].create_indexes, [one]))

    async def repeat(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Its result, tried again while that may help. Only for what may be done twice. MongoUnavailable."""
        return await self.connection.repeat(operation)


async def repeated(operation: Callable[[], Awaitable[T]], whole: float, unbroken: Unbroken) -> T:
    """Try again, with growing pauses, until `whole` seconds are over: then MongoUnavailable.

    A duplicate key passes through, since it is an answer. What can never succeed is not tried again; NotLetIn.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + whole
    pause = _FIRST_PAUSE
    while True:
        try:
            return await unbroken(operation)
        except DuplicateKeyError:
            raise
        except PyMongoError as error:
            if refused := _refused(error):
                raise NotLetIn(refused) from error
            if not _passes(error) or loop.time() + pause > until:
                raise MongoUnavailable(_words(error)) from error
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 -- jitter, no secret
        pause = min(pause * 2, _LONGEST_PAUSE)


def _passes(error: PyMongoError) -> bool:
    if isinstance(error, ConnectionFailure | ExecutionTimeout):
        return True
    if isinstance(error, OperationFailure):
        # Also a write that the majority has not confirmed in time, and a server that is stepping down.
        return error.code not in _NEVER_BETTER
    return False


def _refused(error: PyMongoError) -> str:
    """What to do where the server is there and does not let us in; blank for all else."""
    code = error.code if isinstance(error, OperationFailure) else None
    if code == _AUTHENTICATION_FAILED:
        return f"the database does not let us in ({_said(error)}): look at the user and the password in {_STRING}"
    if code == _UNAUTHORIZED:
        return (
            f"the database does not allow this ({_said(error)}): name a user with his password in {_STRING}, "
            "or give him the right to read and write his own databases"
        )
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"the database shows a certificate that is not trusted: name whom to trust as tlsCAFile in {_STRING}"
    return ""


def _words(error: PyMongoError) -> str:
    if isinstance(error, InvalidOperation):
        return "the connection is closed"
    said = f"{type(error).__name__}: {_said(error)}"
    return f"{said} (where it demands TLS, say tls=true in {_STRING})" if said.endswith("closed") else said


def _said(error: PyMongoError) -> str:
    # What follows in brackets are the settings and the whole topology.
    return str(error).partition(" (configured timeouts")[0].partition(", full error")[0][:300]


def _client(address: str, each: int, most_connections: int) -> "AsyncMongoClient[Row]":
    try:
        with warnings.catch_warnings():
            # An option that is misspelt would only be warned of, and the connection be another than was meant.
            warnings.simplefilter("error", UserWarning)
            return AsyncMongoClient(
                address,
                appname="article6",
                tz_aware=True,
                maxPoolSize=most_connections,
                # Repeating is done here, where it is known what may be repeated, and on every server alike.
                retryWrites=False,
                retryReads=False,
                serverSelectionTimeoutMS=min(each, 2_000),
                connectTimeoutMS=each,
                socketTimeoutMS=each,
                waitQueueTimeoutMS=each,
            )
    except (InvalidURI, ConfigurationError, ValueError, UserWarning):
        raise WrongAddress("not a MongoDB connection string, or an option in it is unknown") from None


async def _kind(client: "AsyncMongoClient[Row]") -> Kind:
    built: Mapping[str, Any] = await client.admin.command("buildInfo")
    hello: Mapping[str, Any] = await client.admin.command("hello")
    return Kind(
        version=str(built.get("version", "?")),
        replica_set=str(hello.get("setName", "")),
        members=len(hello.get("hosts", ())) or 1,
        looks_up_by_equality_only=any("ferretdb" in str(key).lower() for key in built),
    )
