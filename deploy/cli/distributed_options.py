"""What every process of a distributed installation is told, as options and environment variables."""

import os
import ssl
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.errors import CannotDo

Mongodb = Annotated[
    str,
    typer.Option(
        "--mongodb", envvar="ARTICLE6_MONGODB",
        help="Connection string of MongoDB, with user, password and TLS in it where they are needed.",
    ),
]  # fmt: skip
Kafka = Annotated[
    str, typer.Option("--kafka", envvar="ARTICLE6_KAFKA", help="Kafka's bootstrap servers, host:port, by commas.")
]
Services = Annotated[
    str,
    typer.Option(
        "--services", envvar="ARTICLE6_SERVICES",
        help="Where each service answers: a pattern with {service}, or name=address by commas.",
    ),
]  # fmt: skip
Prefix = Annotated[
    str,
    typer.Option("--prefix", envvar="ARTICLE6_PREFIX", help="Begins the names of databases, topics and groups."),
]
SecretFile = Annotated[
    Path | None,
    typer.Option(
        "--secret-file", envvar="ARTICLE6_SECRET_FILE",
        help="File with the secret that all processes share, 32 bytes or more. Or ARTICLE6_SECRET itself.",
    ),
]  # fmt: skip
Exercise = Annotated[
    bool, typer.Option("--exercise", envvar="ARTICLE6_EXERCISE", help="Take fictional States; every page says so.")
]
Instance = Annotated[
    str,
    typer.Option(
        "--instance", envvar="ARTICLE6_INSTANCE",
        help="Name of this process among those of its service, the same after a restart: it then takes its "
        "share of the topics back without stopping the others.",
    ),
]  # fmt: skip
Partitions = Annotated[
    int,
    typer.Option(
        "--partitions", envvar="ARTICLE6_PARTITIONS", min=1, max=1_000,
        help="Partitions of a topic, when it is made. For ever: so many processes can share one topic at most.",
    ),
]  # fmt: skip
Replicas = Annotated[
    int,
    typer.Option(
        "--replicas", envvar="ARTICLE6_REPLICAS", min=1, max=32,
        help="Copies of a topic, when it is made: 3 where there are three brokers or more.",
    ),
]  # fmt: skip
KafkaUser = Annotated[
    str,
    typer.Option(
        "--kafka-user", envvar="ARTICLE6_KAFKA_USER",
        help="Sign in to Kafka by SASL/SCRAM-SHA-512; the password in ARTICLE6_KAFKA_PASSWORD, "
        "or in the file that ARTICLE6_KAFKA_PASSWORD_FILE names.",
    ),
]  # fmt: skip
KafkaCa = Annotated[
    Path | None,
    typer.Option(
        "--kafka-ca", envvar="ARTICLE6_KAFKA_CA", help="Speak TLS to Kafka; certificates (PEM) of whom to trust."
    ),
]

MONGODB = "mongodb://127.0.0.1:27606/?directConnection=true"
KAFKA = "127.0.0.1:29606"
SERVICES_AT = "http://{service}:8606"
PARTITIONS = 6


def secret(file: Path | None) -> bytes:
    """The secret that all processes share. CannotDo where there is none, or it is too short."""
    found = told("ARTICLE6_SECRET", file)
    if len(found) < 32:
        raise CannotDo(
            "the processes need a secret that they share, of 32 bytes or more: name a file with --secret-file, "
            "for example one made by `openssl rand -hex 32 > secret`"
        )
    return found.encode()


def told(variable: str, file: Path | None = None) -> str:
    """What stands in the variable, or in the file, which `<variable>_FILE` may name as well; else blank."""
    named = file or (Path(os.environ[f"{variable}_FILE"]) if os.environ.get(f"{variable}_FILE") else None)
    if named is not None:
        try:
            return named.read_text().strip()
        except OSError as error:
            raise CannotDo(f"{named} cannot be read: {error.strerror}") from None
    return os.environ.get(variable, "").strip()


def trusting(certificates: Path | None) -> ssl.SSLContext | None:
    """TLS that trusts these certificates; None: no TLS. CannotDo where they cannot be read."""
    if certificates is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(certificates))
    except (OSError, ssl.SSLError) as error:
        raise CannotDo(f"{certificates} holds no certificates that can be read: {error}") from None
