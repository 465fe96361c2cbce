"""A local server that speaks MongoDB's protocol: FerretDB on PostgreSQL behind our own listener (ferretdb/main.go)."""

import hashlib
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

from deploy.servers import process
from deploy.servers.demands import Demands
from deploy.servers.postgresql import PostgreSQL, require
from deploy.servers.process import ServerFailed, last_words, listening, running, say, tool, wait_until

_SOURCE = Path(__file__).parent / "ferretdb"
_HOW_GO = "install Go 1.22 or newer (Debian: golang, from backports where it is older)"


class MongoServer:
    """Listens on loopback, to everybody who asks. `atomic=False` leaves out the locks around updates, so
    that rivals lose one another's: only to show that this is noticed. With `demands` nobody gets in without
    TLS and SCRAM-SHA-256; only the administrator can."""

    name = "MongoDB"

    def __init__(
        self,
        folder: Path,
        port: int,
        atomic: bool = True,
        programs: Path | None = None,
        demands: Demands | None = None,
    ) -> None:
        self.folder = folder
        self.port = port
        self._atomic = atomic
        self._demands = demands
        self._programs = programs or folder / "programs"
        self._postgresql = PostgreSQL(folder / "postgresql")
        self._pid_file = folder / "ferretdb.pid"
        self._log = folder / "ferretdb.log"

    @property
    def address(self) -> str:
        """A MongoDB connection string. One server is no replica set, so the client is told not to look for one."""
        if self._demands is None:
            return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        name = self._demands.administrator
        return (
            f"mongodb://{quote(name, safe='')}:{quote(self._demands.users[name], safe='')}@127.0.0.1:{self.port}/"
            f"?directConnection=true&authMechanism=SCRAM-SHA-256&tls=true&tlsCAFile={quote(str(self._demands.authority))}"
        )

    def install(self) -> None:
        """Build the server from its Go modules, once for each state of its source. ServerFailed."""
        require()
        if self._program.exists():
            return
        go = tool("go", _HOW_GO, Path("/usr/local/go/bin"))
        say("Building the server for MongoDB's protocol from its Go modules (once, one to five minutes) …")
        self._programs.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._programs) as fresh:
            built = Path(fresh) / "ferretdb"
            # -mod=readonly and go.sum: exactly the modules that were looked at, or none.
            environment = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false"}
            process.run([go, "build", "-trimpath", "-o", str(built), "."], _SOURCE, environment)
            built.replace(self._program)
        for older in self._programs.glob("ferretdb-*"):
            if older != self._program:
                older.unlink(missing_ok=True)

    def start(self) -> None:
        """Both processes are running, and the port is taken by ours. ServerFailed where it is somebody else's."""
        self.install()
        if self.is_up():
            return
        process.end(self._pid_file)
        if listening(self.port):
            raise ServerFailed(f"port {self.port} is taken by another program: choose another with --mongodb-port")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._postgresql.start()
        self._serve()

    def stop(self) -> None:
        """Both processes have ended; what was acknowledged is on the disk."""
        process.end(self._pid_file)
        self._postgresql.stop()

    def kill(self) -> None:
        """End both without a farewell, as a crash would; `start` brings back what was acknowledged."""
        process.end(self._pid_file, (signal.SIGKILL,))
        self._postgresql.kill()

    def wipe(self) -> None:
        """Stopped, and all databases are gone; the built program stays."""
        self.stop()
        self._postgresql.wipe()
        self._log.unlink(missing_ok=True)

    def is_up(self) -> bool:
        """Whether both processes live and the port takes connections."""
        return running(self._pid_file) is not None and self._postgresql.pid() is not None and listening(self.port)

    @property
    def _program(self) -> Path:
        whole = hashlib.sha256()
        for file in sorted((*_SOURCE.glob("*.go"), *_SOURCE.glob("go.*"))):
            whole.update(file.read_bytes())
        return self._programs / f"ferretdb-{whole.hexdigest()[:16]}"

    def _serve(self) -> None:
        socket = self._postgresql.sockets / "ferretdb.sock"
        command = [
            str(self._program),
            f"-listen=127.0.0.1:{self.port}",
            f"-socket={socket}",
            f"-postgresql={self._postgresql.url}",
        ]
        if not self._atomic:
            command.append("-without-lock")
        if self._demands is not None:
            secret = self.folder / "password"
            secret.touch(0o600)
            secret.write_text(self._demands.users[self._demands.administrator] + "\n")
            command += [f"-certificate={self._demands.certificate}", f"-key={self._demands.key}"]
            command += [f"-user={self._demands.administrator}", f"-password-file={secret}"]
        self._log.unlink(missing_ok=True)
        process.launch(command, self.folder, self._pid_file, self._log)
        up = wait_until(lambda: listening(self.port) or running(self._pid_file) is None, 60)
        if not up or running(self._pid_file) is None:
            process.end(self._pid_file)
            raise ServerFailed(f"the server does not answer on port {self.port}; it said:\n{last_words(self._log)}")
