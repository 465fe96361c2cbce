"""The payments as a service of the kit, with its view, and the same as a bare FastAPI route."""

from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from bench.payments import ACCOUNTS, BALANCES, Balance, Paid, Pay
from shared.auth.caller import Caller
from shared.auth.tokens import OwnTokens
from shared.clock import SystemClock
from shared.codec import Codec
from shared.commits import GENESIS, Commit
from shared.documents.sqlite import SqliteDocuments
from shared.eventstore.sqlite import SqliteEventStore
from shared.http.app import service_app
from shared.http.reading import Reader
from shared.http.writing import Write
from shared.ids import new_id
from shared.kit import Kit, Service
from shared.log.embedded import EmbeddedLog
from shared.receipts import Receipt

NAME = "accounts"


def kit(folder: Path) -> Kit:
    """A service's means on SQLite files in that folder."""
    store, documents = SqliteEventStore(folder / "events.db"), SqliteDocuments(folder / "views.db")
    return Kit(NAME, store, EmbeddedLog({NAME: store}, documents), documents, SystemClock())


def build(kit: Kit) -> Service:
    """Payments go in, balances come out."""
    accounts, balances = kit.handler(ACCOUNTS), kit.view(BALANCES)
    router = APIRouter()

    @router.post("/{id}/payments", status_code=201)
    async def pay(id: str, body: Pay, write: Write) -> Receipt:
        return await write.send(accounts, id, body)

    @router.get("/{id}")
    async def balance(id: str, read: Reader) -> Balance:
        return await balances.get(id, after=read.after)

    return Service(NAME, "payments", [router], kit)


def tokens(folder: Path) -> OwnTokens:
    """The service's tokens."""
    return OwnTokens.from_file(folder / "token-secret", SystemClock())


def token(folder: Path) -> str:
    """One that may pay."""
    return tokens(folder).issue(Caller("bench", "isu"))


async def whole(folder: Path) -> ASGIApp:
    """The service as it is served: edge, tokens, idempotency, decider, chain, commit; its view follows."""
    service = build(kit(folder))
    _, app = service_app(service, tokens(folder))
    await service.kit.start(sweep_every=3600)
    return app


async def bare(folder: Path) -> ASGIApp:
    """A FastAPI route that validates the same body and answers after the same commit; nothing else."""
    store, codec, app = SqliteEventStore(folder / "events.db"), Codec((Paid,)), FastAPI()
    heads: dict[str, Commit] = {}

    @app.post("/accounts/{id}/payments", status_code=201)
    async def pay(id: str, body: Pay) -> dict[str, str | int]:
        before = heads.get(id)
        event = Paid.model_validate(body.model_dump())
        name = new_id()
        commit = Commit(
            stream=f"account-{id}",
            seq=before.seq + 1 if before else 1,
            first=before.last + 1 if before else 1,
            events=(codec.encode(event),),
            command_id=name,
            digest=GENESIS,
            actor="bench",
            correlation_id=name,
            causation_id="",
            at=datetime.now(UTC),
            previous=before.hash if before else GENESIS,
        ).sealed()
        # Each connection pays into an account of its own, so nobody comes in between.
        heads[id] = await store.append(commit)
        return {"stream": commit.stream, "seq": commit.seq}

    return app
