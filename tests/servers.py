"""A MongoDB and a Kafka for tests that are marked `distributed`, the same for all workers of a run.

Found in this order: addresses in the environment (ARTICLE6_TEST_MONGODB, ARTICLE6_TEST_KAFKA); containers,
where a Docker engine answers; processes of this machine (deploy.servers). Where none can be had the tests
fail and say what is missing: they are never skipped.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.servers.kafka import KafkaServer
from deploy.servers.mongodb import MongoServer
from deploy.servers.process import LocalServer, ServerFailed

FOLDER = Path(os.environ.get("ARTICLE6_SERVERS", Path(__file__).parents[1] / ".servers")).absolute()
"""Where they are installed; what tests start has a folder of its own in it."""
_TESTS = FOLDER / "tests"
_MONGODB_IMAGE = "mongo:8.0.15"
_KAFKA_IMAGE = "confluentinc/cp-kafka:8.0.2"


@functools.cache
def mongodb() -> str:
    """The connection string of a server of MongoDB's protocol that tests may fill."""
    return os.environ.get("ARTICLE6_TEST_MONGODB") or _container("mongodb", _mongodb_container) or _local("mongodb")


@functools.cache
def kafka() -> str:
    """The bootstrap server (host:port) of a Kafka that tests may fill."""
    return os.environ.get("ARTICLE6_TEST_KAFKA") or _container("kafka", _kafka_container) or _local("kafka")


def free_port() -> int:
    """A port of loopback that nobody listens on at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def own_mongodb(folder: Path, atomic: bool = True) -> MongoServer:
    """A server of the caller's own, to be killed and restarted, or to be one whose updates are not atomic.
    The caller stops it."""
    return MongoServer(folder, free_port(), atomic, programs=FOLDER / "mongodb" / "programs")


def _local(name: str) -> str:
    """Started by the first process that asks, stopped by the last one that leaves."""
    folder = _TESTS / name
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "starting"):
        _use_until_the_end(folder, name)
        port = _kept_port(folder / "port")
        server = _server(name, folder, port)
        if not server.is_up():
            port = port if _is_free(port) else free_port()
            (folder / "port").write_text(str(port))
            server = _server(name, folder, port)
            server.wipe()
            server.start()
        return server.address


def _server(name: str, folder: Path, port: int) -> LocalServer:
    if name == "mongodb":
        return MongoServer(folder, port, programs=FOLDER / "mongodb" / "programs")
    return KafkaServer(folder, port)


def _kept_port(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return free_port()


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _use_until_the_end(folder: Path, name: str) -> None:
    users = (folder / "users").open("a")
    # The kernel lets go of it when this process ends, however it ends.
    fcntl.flock(users, fcntl.LOCK_SH)

    def leave() -> None:
        with _locked(folder / "starting"):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            with contextlib.suppress(ServerFailed):
                _server(name, folder, _kept_port(folder / "port")).stop()
            users.close()

    atexit.register(leave)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _container(name: str, start: Callable[[], str]) -> str | None:
    """One container for each worker, where an engine answers and has or gets the image."""
    if not _an_engine_answers():
        return None
    from docker.errors import DockerException

    try:
        return start()
    except DockerException as error:
        # An engine on a closed network answers, and can pull nothing.
        print(f"no container for {name} ({type(error).__name__}), so a local process")  # noqa: T201
        return None


def _an_engine_answers() -> bool:
    """Asked at the socket: the client leaves one open where nobody answers."""
    if "DOCKER_HOST" in os.environ:
        return True
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.connect("/var/run/docker.sock")
        except OSError:
            return False
    return True


def _mongodb_container() -> str:
    from testcontainers.community.mongodb import MongoDbContainer

    container = MongoDbContainer(_MONGODB_IMAGE)
    container.start()
    atexit.register(container.stop)
    return str(container.get_connection_url())


def _kafka_container() -> str:
    from testcontainers.community.kafka import KafkaContainer

    container = KafkaContainer(_KAFKA_IMAGE).with_kraft()
    container.start()
    atexit.register(container.stop)
    return str(container.get_bootstrap_server())
