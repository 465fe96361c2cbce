"""Each service's rights on Kafka are what it needs, and no more."""

import csv
from pathlib import Path

import pytest

from deploy.catalogue import SERVICES
from deploy.distributed import DEAD_LETTERS
from deploy.embedded import EmbeddedSystem

LIST = Path(__file__).parents[2] / "deploy" / "kafka" / "acls.csv"
Right = tuple[str, str, str]


def rights(service: str) -> set[Right]:
    with LIST.open() as file:
        return {
            (row["operation"], row["resource"], row["name"])
            for row in csv.DictReader(file)
            if row["principal"] == f"User:article6-{service}"
        }


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_what_it_follows_and_writes_its_own_topic_only(service: str, tmp_path: Path) -> None:
    system = EmbeddedSystem(tmp_path)
    try:
        followed = system.services[service].kit.not_following()
    finally:
        await system.stop()
    assert {name for operation, kind, name in rights(service) if (operation, kind) == ("Read", "topic")} == {
        f"article6.{topic}" for topic in followed
    }
    written = {name for operation, _, name in rights(service) if operation == "Write"}
    assert written == {f"article6.{service}", f"article6.{DEAD_LETTERS}"}
    assert {name for operation, kind, name in rights(service) if kind == "group"} == {f"article6.{service}."}
