"""`article6 doctor`: whether this installation is in order."""

import logging
from typing import Annotated

import typer

from deploy.cli.asking import run
from deploy.cli.distributed_options import (
    PARTITIONS,
    KafkaCa,
    KafkaUser,
    Partitions,
    Prefix,
    Replicas,
    told,
    trusting,
)
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import show_json, show_table
from deploy.settings import FOLDER


def doctor(
    data: DataFolder = FOLDER,
    mongodb: Annotated[
        str | None,
        typer.Option(
            "--mongodb",
            envvar="ARTICLE6_MONGODB",
            help="Examine a distributed installation instead: connection string of its MongoDB.",
            show_default=False,
        ),
    ] = None,
    kafka: Annotated[
        str | None,
        typer.Option(
            "--kafka",
            envvar="ARTICLE6_KAFKA",
            help="Examine this Kafka too: bootstrap servers, host:port, by commas.",
            show_default=False,
        ),
    ] = None,
    prefix: Prefix = "article6",
    partitions: Partitions = PARTITIONS,
    replicas: Replicas = 1,
    kafka_user: KafkaUser = "",
    kafka_ca: KafkaCa = None,
    as_json: Json = False,
) -> None:
    """Examine the installation: versions, durability settings read back, disk, clock, lock, what lags or waits.

    Changes nothing, and works beside a running server. With --mongodb it asks the database itself whether it
    keeps its word: whether it looks at majorities, whether of rivals at one place exactly one wins, whose
    clock is off, what waits to be published. That writes into a database of its own, which is removed again.
    With --kafka it looks who gets in there, at topics and their copies, at what the user may do, and at what
    was not taken yet. Exit code 1 where something is wrong.

    \b
    Examples:
      article6 doctor
      article6 doctor --mongodb mongodb://db.example/ --kafka kafka.example:9092
      article6 doctor --kafka kafka.example:9093 --kafka-user article6-requests --kafka-ca ca.pem
    """
    if mongodb or kafka:
        from deploy.doctoring import examine_distributed
        from shared.log.kafka import KafkaPlace

        # Its own words come in between; what it says is found out and told below.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        password = told("ARTICLE6_KAFKA_PASSWORD") if kafka_user else ""
        tls = trusting(kafka_ca)
        broker = KafkaPlace(kafka, prefix, partitions, replicas, "", kafka_user, password, tls=tls) if kafka else None
        found = run(examine_distributed(mongodb, broker, prefix))
    else:
        from deploy.examining import examine

        found = run(examine(data))
    if as_json:
        show_json([{"name": one.name, "verdict": one.verdict, "words": one.words} for one in found])
    else:
        show_table(["What", "", "Found"], [[one.name, one.verdict, one.words] for one in found])
    if any(one.verdict == "wrong" for one in found):
        raise typer.Exit(1)
