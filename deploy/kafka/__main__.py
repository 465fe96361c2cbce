"""`python -m deploy.kafka`: give each service's user its rights on Kafka, as acls.csv lists them."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

from deploy.cli.distributed_options import told, trusting
from deploy.cli.errors import CannotDo
from deploy.kafka.asking import grant
from deploy.kafka.rights import Right, listed
from shared.log.kafka.clients import started, stopped
from shared.log.kafka.place import TROUBLES, KafkaPlace
from shared.log.kafka.reaching import reason


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 1 where the broker refuses or cannot be reached."""
    asked = _parser().parse_args(arguments)
    # Its own words would come in between; why it cannot be done is told below.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    rights = listed(asked.prefix)
    try:
        place = KafkaPlace(
            asked.kafka,
            prefix=asked.prefix,
            username=asked.user,
            password=told("ARTICLE6_KAFKA_PASSWORD") if asked.user else "",
            tls=trusting(asked.ca),
        )
    except CannotDo as error:
        return _failed(error)
    if words := asyncio.run(_granted(place, rights)):
        return _failed(words)
    users = sorted({one.principal for one in rights})
    print(f"{len(rights)} rights given to {', '.join(users)}; what they had before they still have.")  # noqa: T201
    return 0


async def _granted(place: KafkaPlace, rights: list[Right]) -> str:
    """Why not; blank where it was done."""
    admin = AIOKafkaAdminClient(request_timeout_ms=10_000, **place.connection())
    try:
        await started(admin)
        await grant(admin, rights)
    except TROUBLES as error:
        return await reason(place, error)
    finally:
        await stopped(admin)
    return ""


def _failed(why: object) -> int:
    print(f"deploy.kafka: {why}", file=sys.stderr)  # noqa: T201
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.kafka",
        description="Give each service's user on Kafka the rights that deploy/kafka/acls.csv lists. Giving them "
        "again changes nothing; none is taken away. Sign in as somebody who may (Alter on the cluster): the password "
        "in ARTICLE6_KAFKA_PASSWORD, or in the file that ARTICLE6_KAFKA_PASSWORD_FILE names.",
    )
    environment = os.environ.get
    parser.add_argument("--kafka", default=environment("ARTICLE6_KAFKA", "127.0.0.1:29606"), metavar="HOST:PORT",
                        help="the bootstrap servers, by commas (default: %(default)s)")  # fmt: skip
    parser.add_argument("--user", default="", help="who signs in")
    parser.add_argument("--ca", type=Path, help="certificates of whom to trust (PEM), for TLS")
    parser.add_argument("--prefix", default=environment("ARTICLE6_PREFIX", "article6"),
                        help="begins the names of topics, groups and users (default: %(default)s)")  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main())
