"""`python -m deploy.local_cluster`: the distributed system on this machine, each service a process of its own."""

import argparse
import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from deploy.catalogue import SERVICES
from deploy.servers.process import ServerFailed, free_port, last_words, say
from shared.logs import configure
from shared.private_files import made_once

_READY_WITHIN = 180.0
_FILLED_WITHIN = 900.0
_TELLS_EVERY = 10.0
_ENDS_WITHIN = 25.0
GATEWAY = "gateway"


class ClusterFailed(Exception):
    """A process ended, or is not ready in time; the words say which, and what it said last."""


@dataclass
class Cluster:
    """Processes of one installation, by name: `requests`, a second one `requests-2`, and `gateway`.

    `folder` holds their logs and the secret that they share.
    """

    folder: Path
    mongodb: str
    kafka: str
    prefix: str = "article6"
    exercise: bool = False
    port: int = 0
    partitions: int = 6
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "logs").mkdir(parents=True, exist_ok=True)
        self.ports = {name: free_port() for name in SERVICES}
        self.port = self.port or free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._second: dict[str, int] = {}
        self.secret_file = self.folder / "secret"
        made_once(self.secret_file, lambda: f"{secrets.token_hex(32)}\n".encode())

    @property
    def address(self) -> str:
        """Where the pages and all services are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def services(self) -> str:
        """Where each service answers, as every process is told."""
        return ",".join(f"{name}=http://127.0.0.1:{port}" for name, port in self.ports.items())

    def address_of(self, name: str) -> str:
        """Where that process answers by itself."""
        if name == GATEWAY:
            return self.address
        return f"http://127.0.0.1:{self._second.get(name) or self.ports[name]}"

    def start(self, name: str, **more: str) -> None:
        """Start a process, `requests-2` beside `requests`; `more` is environment for this one only."""
        service, _, number = name.partition("-")
        if number and name not in self._second:
            self._second[name] = free_port()
        told = {
            "ARTICLE6_MONGODB": self.mongodb,
            "ARTICLE6_KAFKA": self.kafka,
            "ARTICLE6_SERVICES": self.services,
            "ARTICLE6_SECRET_FILE": str(self.secret_file),
            "ARTICLE6_PREFIX": self.prefix,
            "ARTICLE6_PARTITIONS": str(self.partitions),
            "ARTICLE6_EXERCISE": "1" if self.exercise else "0",
            "ARTICLE6_HOST": "127.0.0.1",
            "ARTICLE6_PORT": self.address_of(name).rpartition(":")[2],
            "ARTICLE6_INSTANCE": name,
        }
        asked = [GATEWAY, "--sign-in-link"] if name == GATEWAY else ["service", service]
        command = [sys.executable, "-m", "deploy.cli", *asked]
        with (self.folder / "logs" / f"{name}.log").open("ab") as words:
            self.running[name] = subprocess.Popen(  # noqa: S603 - the command is ours
                command,
                env={**os.environ, **told, **self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )

    def start_all(self) -> None:
        """Every service once, and the gateway."""
        for name in (*SERVICES, GATEWAY):
            self.start(name)

    def is_ready(self, name: str) -> bool:
        """Whether it says so itself."""
        try:
            return httpx2.get(f"{self.address_of(name)}/readyz", timeout=10, trust_env=False).status_code == 200
        except httpx2.HTTPError:
            return False

    def wait(
        self,
        *names: str,
        seconds: float = _READY_WITHIN,
        ended: Sequence[int] = (),
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Until these (or all that were started) are ready, or `ended` is no longer empty. ClusterFailed.

        `tell` hears every few seconds who is still awaited.
        """
        waiting = list(names or self.running)
        until = time.monotonic() + seconds
        told = time.monotonic()
        while waiting and not ended:
            if time.monotonic() - told > _TELLS_EVERY:
                tell(f"  not ready yet: {', '.join(waiting)}")
                told = time.monotonic()
            for name in list(waiting):
                if (code := self.running[name].poll()) is not None:
                    raise ClusterFailed(f"{name} ended with {code}:\n{self.last_words(name)}")
                if self.is_ready(name):
                    waiting.remove(name)
            if waiting and time.monotonic() > until:
                raise ClusterFailed(f"{', '.join(waiting)} not ready:\n{self.last_words(waiting[0])}")
            time.sleep(0.1)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send it that signal; after SIGKILL and SIGTERM it is over with it when this returns."""
        process = self.running[name]
        process.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            process.wait(_ENDS_WITHIN)

    def stop(self) -> None:
        """All of them, in their own time; what does not end in time is killed."""
        for process in self.running.values():
            if process.poll() is None:
                # One that was stopped hears nothing else.
                process.send_signal(signal.SIGCONT)
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + _ENDS_WITHIN
        for name, process in self.running.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"{name} does not end, so it is killed")
                process.kill()
                process.wait()

    def last_words(self, name: str) -> str:
        """The end of its log."""
        return last_words(self.folder / "logs" / f"{name}.log")


@contextlib.contextmanager
def servers(asked: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """MongoDB and Kafka: those that were named, else local ones, which end with this if they began with it."""
    from deploy.servers.__main__ import servers as local

    kinds = local(asked.servers.absolute())
    given = {"mongodb": asked.mongodb, "kafka": asked.kafka}
    begun = []
    try:
        for name, server in kinds.items():
            if not given[name]:
                if not server.is_up():
                    say(f"Starting {name} …")
                    begun.append(server)
                    server.start()
                given[name] = server.address
        yield given["mongodb"], given["kafka"]
    finally:
        for server in begun:
            say(f"Stopping {server.name} …")
            server.stop()


async def fill(cluster: Cluster) -> None:
    """The shipped data, written to the stores; the services' relays publish it. ClusterFailed."""
    from deploy.distributed import Installation
    from deploy.importing.distributed import take_in_shipped
    from deploy.migrating_marks import NotToBeStarted
    from shared.documents import DocumentsUnavailable
    from shared.eventstore import StoreUnavailable
    from shared.log.kafka import KafkaPlace
    from shared.mongodb.connection import MongoUnavailable, WrongAddress

    secret = cluster.secret_file.read_text().strip().encode()
    broker = KafkaPlace(cluster.kafka, prefix=cluster.prefix, partitions=cluster.partitions)
    place = Installation(cluster.mongodb, broker, cluster.services, secret, cluster.prefix, cluster.exercise)
    try:
        written = await take_in_shipped(place)
    except (NotToBeStarted, MongoUnavailable, WrongAddress, StoreUnavailable, DocumentsUnavailable) as error:
        raise ClusterFailed(str(error)) from error
    if written:
        say(f"{written:,} statements of the shipped data written.")


def main(arguments: list[str] | None = None) -> int:
    """Until Ctrl-C; the exit code."""
    asked = _parser().parse_args(arguments)
    ended: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: ended.append(received))
    try:
        configure("console", "warning")
        with servers(asked) as (mongodb, kafka):
            cluster = Cluster(asked.folder.absolute(), mongodb, kafka, asked.prefix, asked.exercise, asked.port)
            try:
                if not asked.exercise and not ended and asked.fill:
                    asyncio.run(fill(cluster))
                if not ended:
                    _run(cluster, ended)
            finally:
                say("Stopping the services …")
                cluster.stop()
    except (ServerFailed, ClusterFailed) as failed:
        print(f"local_cluster: {failed}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _run(cluster: Cluster, ended: list[int]) -> None:
    say(f"Starting {len(SERVICES)} services and the gateway; their logs are in {cluster.folder / 'logs'} …")
    log = cluster.folder / "logs" / f"{GATEWAY}.log"
    before = log.stat().st_size if log.exists() else 0
    cluster.start_all()
    cluster.wait(ended=ended, tell=say, seconds=_FILLED_WITHIN)
    if ended:
        return
    for line in log.read_bytes()[before:].decode().splitlines():
        if line.startswith(("Article Six is at", "Sign in once at")):
            say(line)
    say("Stop it with Ctrl-C.")
    while not ended:
        for name, process in cluster.running.items():
            if process.poll() is not None:
                raise ClusterFailed(f"{name} ended with {process.returncode}:\n{cluster.last_words(name)}")
        time.sleep(0.3)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local_cluster",
        description="The distributed system on this machine: every service a process of its own on MongoDB and "
        "Kafka, the gateway before them, the shipped data in it. Servers that are not named are started here.",
    )
    environment = os.environ.get
    parser.add_argument("--folder", type=Path, default=Path("article6-cluster"), help="for logs (default: %(default)s)")
    parser.add_argument("--servers", type=Path, default=Path(environment("ARTICLE6_SERVERS", ".servers")),
                        help="where servers of this machine live (default: %(default)s)")  # fmt: skip
    parser.add_argument("--mongodb", default=environment("ARTICLE6_MONGODB", ""), help="a server that is there already")
    parser.add_argument("--kafka", default=environment("ARTICLE6_KAFKA", ""), help="a broker that is there already")
    parser.add_argument("--prefix", default=environment("ARTICLE6_PREFIX", "article6"),
                        help="begins the names of databases and topics (default: %(default)s)")  # fmt: skip
    parser.add_argument("--port", type=int, default=8606, help="of the gateway (default: %(default)s)")
    parser.add_argument("--exercise", action="store_true", help="take fictional States; nothing is filled in")
    parser.add_argument("--no-fill", dest="fill", action="store_false", help="do not fill in the shipped data")
    return parser


if __name__ == "__main__":
    sys.exit(main())
