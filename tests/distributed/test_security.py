"""Broker and database that let nobody in but whom they know: a service with its own rights does its work,
a foreign one is refused, and whoever is told wrong is told what to do."""

import asyncio
import json
import secrets
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.catalogue import SERVICES
from deploy.cli import app
from deploy.doctoring_kafka import examine_kafka
from deploy.kafka.__main__ import main as give_rights
from deploy.kafka.rights import user_of
from deploy.servers.demands import Demands
from deploy.servers.kafka import KafkaServer
from deploy.servers.mongodb import MongoServer
from deploy.servers.process import free_port
from shared.commits import Commit
from shared.eventstore.mongodb import MongoEventStore
from shared.log import LogUnavailable, Subscription
from shared.log.kafka import KafkaLog, KafkaPlace, KafkaTopic
from shared.log.records import record_of
from shared.mongodb.connection import MongoConnection, MongoUnavailable, NotLetIn, Patience
from tests import servers
from tests.contract_suites.commits import chain, following
from tests.distributed.certificates import Authority

pytestmark = [
    pytest.mark.distributed,
    # A connection that is refused while it is made is left open by the drivers: told of here and nowhere else.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]
HASTY = Patience(whole=2.0, once=1.0)


@dataclass(frozen=True)
class Strict:
    """A broker and a database that demand TLS and a password, and whom to trust."""

    kafka: str
    mongodb: str
    trusted: Path
    stranger: Path
    passwords: dict[str, str]

    def place(self, service: str) -> KafkaPlace:
        name = user_of(service)
        tls = ssl.create_default_context(cafile=str(self.trusted))
        return KafkaPlace(self.kafka, username=name, password=self.passwords[name], tls=tls, partitions=2)


@pytest.fixture(scope="module")
def strict() -> Iterator[Strict]:
    with ExitStack() as stack:
        # Not pytest's own: its folders may be entered by their owner only, and PostgreSQL has an account of its own.
        folder = Path(tempfile.mkdtemp(prefix="article6-test-"))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        ours, others = Authority(folder, "ours"), Authority(folder, "others")
        certificate, key = ours.certify("server")
        names = ["admin", *(user_of(service) for service in SERVICES), "other-requests", "somebody"]
        passwords = {name: secrets.token_hex(12) for name in names}
        demands = Demands(certificate, key, ours.file, passwords)
        kafka = KafkaServer(folder / "kafka", free_port(), servers.FOLDER / "kafka" / "libs", demands)
        programs = servers.FOLDER / "mongodb" / "programs"
        mongodb = MongoServer(folder / "mongodb", free_port(), programs=programs, demands=demands)
        for server in (kafka, mongodb):
            stack.callback(server.wipe)
            server.start()
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ARTICLE6_KAFKA_PASSWORD", passwords["admin"])
            assert give_rights(["--kafka", kafka.address, "--user", "admin", "--ca", str(ours.file)]) == 0
        yield Strict(kafka.address, mongodb.address, ours.file, others.file, passwords)


def log_of(place: KafkaPlace) -> KafkaLog:
    async def nobody(topic: str, stream: str, after: int) -> list[Commit]:
        raise AssertionError(f"nobody asks for {topic}/{stream}@{after}")

    return KafkaLog(place, nobody)


async def published(place: KafkaPlace, topic: str, commits: list[Commit]) -> int:
    opened = KafkaTopic(place, topic)
    try:
        return await opened.send([record_of(topic, commit) for commit in commits])
    finally:
        await opened.close()


async def first_batch(subscription: Subscription) -> list[Commit]:
    try:
        while not (heard := list(await subscription.batch(50, wait=1.0))):
            pass
        await subscription.commit()
        return heard
    finally:
        await subscription.close()


async def test_services_publish_and_follow_one_another_with_their_own_rights(strict: Strict) -> None:
    commits = chain(3, "request-a")
    assert await published(strict.place("requests"), "requests", commits) == 3
    heard = await first_batch(await log_of(strict.place("pledges")).subscribe("requests", "pledges"))
    assert [commit.hash for commit in heard] == [commit.hash for commit in commits]


async def test_every_service_may_tell_that_a_stream_was_set_aside(strict: Strict) -> None:
    for service in SERVICES:
        assert await published(strict.place(service), "dead-letters", [following(None, f"stream-{service}")]) == 1


async def test_a_service_cannot_write_in_anothers_name(strict: Strict) -> None:
    await published(strict.place("requests"), "requests", chain(1, "request-b"))
    with pytest.raises(LogUnavailable, match=r"article6-pledges may not .* deploy/kafka/acls.csv"):
        await published(strict.place("pledges"), "requests", chain(1, "request-c"))


async def test_a_service_reads_nothing_that_it_does_not_follow(strict: Strict) -> None:
    await published(strict.place("coalitions"), "coalitions", chain(1, "coalition-a"))
    with pytest.raises(LogUnavailable, match=r"article6-requests may not .* deploy/kafka/acls.csv"):
        await first_batch(await log_of(strict.place("requests")).subscribe("coalitions", "requests"))


async def test_a_service_cannot_take_anothers_place_in_a_group(strict: Strict) -> None:
    await published(strict.place("requests"), "requests", chain(1, "request-d"))
    with pytest.raises(LogUnavailable, match=r"article6-insights may not .* deploy/kafka/acls.csv"):
        await first_batch(await log_of(strict.place("insights")).subscribe("requests", "pledges"))


async def test_whoever_is_told_wrong_about_the_broker_is_told_what_to_do(strict: Strict) -> None:
    right = strict.place("requests")
    told = {
        "ARTICLE6_KAFKA_PASSWORD": replace(right, password="guessed"),
        "not trusted .* --kafka-ca": replace(right, tls=ssl.create_default_context(cafile=str(strict.stranger))),
        "demands TLS, name whom to trust with --kafka-ca": replace(right, tls=None),
        "name one with --kafka-user": replace(right, username=""),
        "sasl.enabled.mechanisms": replace(right, mechanism="PLAIN"),
    }
    for words, place in told.items():
        with pytest.raises(LogUnavailable, match=words):
            await published(place, "requests", chain(1, "request-e"))


async def test_a_store_works_over_tls_with_user_and_password(strict: Strict) -> None:
    connection = await MongoConnection.open(strict.mongodb)
    store = await MongoEventStore.open(connection.database("a6_test_strict"))
    stored = await store.append(following(None, "tally-strict"))
    assert [one.hash for one in await store.read("tally-strict")] == [stored.hash]
    assert await store.unrelayed(10)
    await store.close()
    await connection.close()


async def test_whoever_is_told_wrong_about_the_database_is_told_what_to_do(strict: Strict) -> None:
    password = strict.passwords["admin"]
    told = {
        "look at the user and the password in .*ARTICLE6_MONGODB": strict.mongodb.replace(password, "guessed"),
        "name a user with his password": strict.mongodb.replace(f"admin:{password}@", "").replace(
            "authMechanism=SCRAM-SHA-256&", ""
        ),
        "name whom to trust as tlsCAFile": strict.mongodb.replace(str(strict.trusted), str(strict.stranger)),
    }
    for words, address in told.items():
        with pytest.raises(NotLetIn, match=words):
            await _opened(address)
    with pytest.raises(MongoUnavailable, match="say tls=true"):
        await _opened(strict.mongodb.partition("&tls=")[0])


async def _opened(address: str) -> None:
    connection = await MongoConnection.open(address, HASTY)
    try:
        database = connection.database("a6_test_strict")
        await database.repeat(lambda: database["probe"].find_one({}))
    finally:
        await connection.close()


def test_a_service_that_is_not_let_in_ends_at_once_and_says_why(strict: Strict, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef" * 4)
    address = strict.mongodb.replace(strict.passwords["admin"], "guessed")
    told = CliRunner().invoke(
        app, ["service", "requests", "--mongodb", address, "--port", "0", "--secret-file", str(secret)]
    )
    assert told.exit_code == 1
    assert "look at the user and the password" in told.output
    assert "guessed" not in told.output


def findings(strict: Strict, user: str, *more: str) -> dict[str, tuple[str, str]]:
    """What the doctor says of the broker, as that user sees it."""
    told = CliRunner().invoke(
        app,
        ["doctor", "--json", "--kafka", strict.kafka, "--kafka-user", user, "--kafka-ca", str(strict.trusted), *more],
        env={"ARTICLE6_KAFKA_PASSWORD": strict.passwords[user]},
    )
    return {one["name"]: (one["verdict"], one["words"]) for one in json.loads(told.output)}


async def test_the_doctor_says_what_a_service_may_and_what_it_has_not_taken(strict: Strict) -> None:
    await published(strict.place("pledges"), "pledges", chain(4, "pledge-a"))
    seen = await asyncio.to_thread(findings, strict, user_of("pledges"), "--partitions", "2")
    assert seen["Kafka"] == ("ok", "1 broker, TLS, signed in as article6-pledges")
    assert seen["rights on Kafka"][0] == "ok"
    assert seen["topic article6.pledges"][0] == "ok"
    assert "4 commits of pledges not yet taken" in seen["pledges follows"][1]
    assert "topic article6.requests" not in seen
    assert seen["pledges follows"][0] == "look"


async def test_the_doctor_finds_what_is_not_as_it_is_set(strict: Strict) -> None:
    await published(strict.place("requests"), "requests", chain(1, "request-f"))
    seen = await asyncio.to_thread(findings, strict, "admin", "--partitions", "9", "--replicas", "3")
    assert seen["Kafka"][0] == "wrong"
    assert "too few for 3 copies" in seen["Kafka"][1]
    verdict, words = seen["topic article6.requests"]
    assert verdict == "look"
    assert "2 partitions, 1 copy" in words
    assert "9 are set (ARTICLE6_PARTITIONS), and the number is for ever" in words
    assert seen["rights on Kafka"][0] == "look"


def test_the_doctor_finds_somebody_without_any_right(strict: Strict) -> None:
    seen = findings(strict, "somebody")
    assert seen["topic article6.requests"][0] == "wrong"
    assert "somebody may not even look at it" in seen["topic article6.requests"][1]


async def test_the_doctor_finds_rights_that_are_lacking(strict: Strict) -> None:
    """Of an installation whose names begin otherwise nobody has given any: its user is known, and that is all."""
    place = replace(strict.place("requests"), prefix="other", username="other-requests")
    place = replace(place, password=strict.passwords[place.username])
    seen = {one.name: one for one in await examine_kafka(place)}
    assert seen["rights on Kafka"].verdict == "wrong"
    assert "lacks Create on other.requests" in seen["rights on Kafka"].words
    assert "python -m deploy.kafka" in seen["rights on Kafka"].words


def test_the_doctor_says_what_to_do_where_it_is_not_let_in(strict: Strict) -> None:
    told = CliRunner().invoke(app, ["doctor", "--json", "--kafka", strict.kafka])
    assert told.exit_code == 1
    assert "--kafka-ca" in told.output
