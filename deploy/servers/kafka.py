"""A real Apache Kafka broker as one local process, from Maven artifacts; broker and controller in one (KRaft)."""

import contextlib
import os
import shutil
import signal
import socket
import ssl
import struct
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from deploy.servers.demands import Demands
from deploy.servers.process import (
    ServerFailed,
    end,
    free_port,
    last_words,
    launch,
    run,
    running,
    say,
    tool,
    wait_until,
)

_POM = Path(__file__).parent / "kafka" / "pom.xml"
_JAVA = "install a Java runtime of version 17 or newer (Debian: default-jre-headless)"
_MAVEN = "install Maven (Debian: maven)"
_STARTS_IN = 120.0
_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)
"""The first thing that any client asks a broker (Kafka protocol, ApiVersions v0), nameless."""


class KafkaServer:
    """Listens on this machine's loopback only; the controller's port is found when it is first formatted.

    With `demands` nobody gets in without TLS and SASL/SCRAM-SHA-512, and nobody may do what no rule allows.
    """

    name = "Kafka"

    def __init__(self, folder: Path, port: int, programs: Path | None = None, demands: Demands | None = None) -> None:
        self.folder = folder
        self.port = port
        self._demands = demands
        self._libraries = programs or folder / "libs"
        self._data = folder / "data"
        self._settings = folder / f"server-{port}.properties"
        self._pid = folder / "kafka.pid"
        self._log = folder / "kafka.log"

    @property
    def address(self) -> str:
        """The bootstrap server, `host:port`."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The broker's process, while it lives."""
        return running(self._pid)

    def install(self) -> None:
        """Fetch the broker's libraries (43 MB), once. ServerFailed."""
        done = self._libraries / "complete"
        if done.exists():
            return
        self._libraries.mkdir(parents=True, exist_ok=True)
        maven = tool("mvn", _MAVEN)
        say("Fetching Apache Kafka (43 MB, once) …")
        run(
            [
                maven,
                "-q",
                "-B",
                "-f",
                str(_POM),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={self._libraries}",
            ],
            self._libraries,
        )
        done.touch()

    def start(self) -> None:
        """Installed, formatted and answering when this returns. ServerFailed."""
        if self.is_up():
            return
        end(self._pid)
        self.install()
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self._settings.exists() and (self._data / "meta.properties").exists()):
            self._format()
        command = [*self._java(), "kafka.Kafka", str(self._settings)]
        launch(command, self.folder, self._pid, self._log)
        wait_until(lambda: self.is_up() or self.pid is None, _STARTS_IN)
        if not self.is_up():
            end(self._pid)
            raise ServerFailed(f"the broker did not start on port {self.port}:\n{last_words(self._log)}")

    def stop(self) -> None:
        """Let the broker end in its own time, and wait for it."""
        end(self._pid, each=30)

    def kill(self) -> None:
        """`kill -9`, and gone: what a fault run does."""
        end(self._pid, (signal.SIGKILL,))

    def wipe(self) -> None:
        """Stopped, and every topic is gone; the libraries stay."""
        end(self._pid, (signal.SIGKILL,))
        shutil.rmtree(self._data, ignore_errors=True)
        self._settings.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)

    def is_up(self) -> bool:
        """Whether our broker lives and answers a client."""
        return self.pid is not None and self._answers()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), self._connection() as connection:
            connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
            return len(connection.recv(8)) == 8
        return False

    def _connection(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=2)
        if self._demands is None:
            return plain
        trusting = ssl.create_default_context(cafile=str(self._demands.authority))
        return trusting.wrap_socket(plain, server_hostname="127.0.0.1")

    def _java(self) -> list[str]:
        home = os.environ.get("JAVA_HOME")
        java = tool("java", _JAVA, *([Path(home) / "bin"] if home else []))
        return [
            java, "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
            # One that lives for minutes never earns back what the second compiler costs.
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-cp", f"{self._libraries}/*",
        ]  # fmt: skip

    def _format(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        # May begin with a dash, which the tool would take for an option of its own if it stood by itself.
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self._settings)]
        settings = _settings(self.port, free_port(), self._data, "SASL_SSL" if self._demands else "PLAINTEXT")
        if self._demands is not None:
            both = self._settings.with_suffix(".pem")
            both.touch(0o600)
            both.write_text(self._demands.key.read_text() + self._demands.certificate.read_text())
            settings += _demanding(self._demands, both)
            for name, password in self._demands.users.items():
                command += ["--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]"]
        self._settings.touch(0o600)
        self._settings.write_text(settings)
        run([*self._java(), *command], self.folder)


def _demanding(demands: Demands, key_and_certificate: Path) -> str:
    """Who gets in, and that nothing is allowed to him unless a rule says so.

    Broker and controller are one process, and know one another by a password of the same administrator.
    """
    name, password = demands.administrator, demands.users[demands.administrator]
    login = "org.apache.kafka.common.security"
    return f"""\
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={login}.scram.ScramLoginModule required \\
  username="{name}" password="{password}";
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={login}.plain.PlainLoginModule required \\
  username="{name}" password="{password}" user_{name}="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={key_and_certificate}
ssl.truststore.type=PEM
ssl.truststore.location={demands.authority}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{name}
"""


def _settings(port: int, controller: int, data: Path, protocol: str) -> str:
    """One node that is all there is: whatever is usually kept three times is kept once."""
    between = "PLAINTEXT" if protocol == "PLAINTEXT" else "SASL_PLAINTEXT"
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners={protocol}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={protocol}://127.0.0.1:{port}
listener.security.protocol.map={protocol}:{protocol},CONTROLLER:{between}
log.dirs={data}
auto.create.topics.enable=false
num.partitions=6
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
group.min.session.timeout.ms=1000
message.max.bytes=2097152
replica.fetch.max.bytes=2097152
"""
