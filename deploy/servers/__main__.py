"""`python -m deploy.servers start|stop|status|wipe [mongodb|kafka|all]`: real servers on this machine."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.servers.kafka import KafkaServer
from deploy.servers.mongodb import MongoServer
from deploy.servers.process import LocalServer, ServerFailed, say

FOLDER = Path(".servers")
"""Where they are installed and keep what they store, unless told otherwise: ARTICLE6_SERVERS or `--folder`."""
MONGODB_PORT = 27606
KAFKA_PORT = 29606


def _start(server: LocalServer) -> int:
    server.start()
    say(f"{server.name} is up at {server.address}")
    return 0


def _stop(server: LocalServer) -> int:
    server.stop()
    say(f"{server.name} is stopped")
    return 0


def _status(server: LocalServer) -> int:
    up = server.is_up()
    say(f"{server.name} {'is up at ' + server.address if up else 'is not running'}")
    return 0 if up else 3


def _wipe(server: LocalServer) -> int:
    server.wipe()
    say(f"{server.name} is stopped, and what it had stored is gone")
    return 0


def _install(server: LocalServer) -> int:
    server.install()
    say(f"{server.name} is installed")
    return 0


_DO: dict[str, Callable[[LocalServer], int]] = {
    "start": _start,
    "stop": _stop,
    "status": _status,
    "wipe": _wipe,
    "install": _install,
}


def servers(folder: Path, mongodb_port: int = MONGODB_PORT, kafka_port: int = KAFKA_PORT) -> dict[str, LocalServer]:
    """All kinds of server, by name, each in a folder of its own below `folder`."""
    return {
        "mongodb": MongoServer(folder / "mongodb", mongodb_port),
        "kafka": KafkaServer(folder / "kafka", kafka_port),
    }


def main(arguments: list[str] | None = None) -> int:
    """Do what is asked to the servers that are named; the exit code: 1 where something failed, 3 where one is down."""
    asked = _parser().parse_args(arguments)
    kinds = servers(asked.folder.absolute(), asked.mongodb_port, asked.kafka_port)
    worst = 0
    for name, server in kinds.items():
        if asked.which in (name, "all"):
            try:
                worst = max(worst, _DO[asked.what](server))
            except ServerFailed as failed:
                print(f"{name}: {failed}", file=sys.stderr)  # noqa: T201
                worst = 1
    return worst


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.servers",
        description="Real servers on this machine for tests and for trying the distributed system, without Docker: "
        "one that speaks MongoDB's protocol (FerretDB on PostgreSQL; needs go and postgresql) and Apache Kafka "
        "(needs java and mvn). The first start installs them, which takes a few minutes.",
    )
    parser.add_argument("what", choices=sorted(_DO), help="status answers 3 where a server is not running")
    parser.add_argument("which", nargs="?", choices=["mongodb", "kafka", "all"], default="all")
    here = Path(os.environ.get("ARTICLE6_SERVERS", FOLDER))
    parser.add_argument("--folder", type=Path, default=here, help="where they live (default: %(default)s)")
    parser.add_argument("--mongodb-port", type=int, default=MONGODB_PORT, help="default: %(default)s")
    parser.add_argument("--kafka-port", type=int, default=KAFKA_PORT, help="default: %(default)s")
    return parser


if __name__ == "__main__":
    sys.exit(main())
