"""A PostgreSQL of our own in a folder, for the server that speaks MongoDB's protocol: reached by a unix socket only."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from deploy.servers.process import ServerFailed, background, last_words, lives, say, tool, wait_until

DATABASE = "ferretdb"
_HOW = "install PostgreSQL (Debian and Ubuntu: apt install postgresql)"
_LONGEST_SOCKET = 80
"""A unix socket's path has room for 107 bytes, and ours gets a name behind the folder."""
_CONNECTIONS = 60
_STARTS_IN = 60.0

_SETTINGS = f"""
listen_addresses = ''
max_connections = {_CONNECTIONS + 10}
shared_buffers = 128MB
fsync = on
synchronous_commit = on
full_page_writes = on
max_wal_size = 4GB
checkpoint_timeout = 30min
wal_init_zero = off
log_min_messages = fatal
jit = off
"""

# The server behind asks by containment (`_jsonb->'field' @> …`), which the b-tree that it makes for an
# index cannot answer: every look-up would read the whole table. So each such index gets a twin that can.
_TWIN_INDEXES = r"""
CREATE OR REPLACE FUNCTION twin_indexes() RETURNS event_trigger LANGUAGE plpgsql AS $body$
DECLARE
    made record;
    field text;
    twin text;
BEGIN
    FOR made IN
        SELECT i.indrelid::regclass AS relation, pg_get_indexdef(i.indexrelid) AS definition
        FROM pg_event_trigger_ddl_commands() c
        JOIN pg_index i ON i.indexrelid = c.objid
        JOIN pg_class k ON k.oid = i.indexrelid
        JOIN pg_am a ON a.oid = k.relam AND a.amname = 'btree'
        WHERE c.command_tag = 'CREATE INDEX'
    LOOP
        -- Only the first field of an index: the others follow it.
        FOR field IN SELECT (regexp_matches(made.definition, '\(_jsonb -> ''([A-Za-z0-9_]+)''::text\)'))[1] LOOP
            twin := 'twin_' || md5(made.relation::text || '.' || field);
            EXECUTE format(
                'CREATE INDEX IF NOT EXISTS %I ON %s USING gin ((_jsonb->%L) jsonb_path_ops) WITH (fastupdate = off)',
                twin, made.relation, field
            );
        END LOOP;
    END LOOP;
END $body$;
CREATE EVENT TRIGGER twin_indexes ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION twin_indexes();
"""


class PostgreSQL:
    """One cluster: C locale, UTF-8, every commit on the disk. Run as `postgres` where we are root."""

    def __init__(self, folder: Path) -> None:
        self._user = _who_runs_it()
        self.folder = _reachable(folder, self._user)
        self._data = self.folder / "data"
        self._log = self.folder / "postgresql.log"
        # Whoever may go into the folder is trusted, so nobody else may: mode 0700, see `start`.
        self.sockets = self.folder if len(str(self.folder)) <= _LONGEST_SOCKET else _elsewhere(self.folder)

    @property
    def url(self) -> str:
        """Where the database is, for the server behind the lock."""
        place = quote(str(self.sockets), safe="")
        user = quote(self._name)
        return f"postgres://{user}@/{DATABASE}?host={place}&sslmode=disable&pool_max_conns={_CONNECTIONS}"

    def start(self) -> None:
        """Running and taking connections; made first if it was not there. ServerFailed where it cannot be."""
        if self.pid() is not None:
            return
        for place in (self.folder, self.sockets):
            place.mkdir(parents=True, exist_ok=True)
            if place.is_symlink() or place.stat().st_uid not in {os.getuid(), self._user.pw_uid if self._user else -1}:
                raise ServerFailed(f"{place} belongs to somebody else: name another --folder")
            place.chmod(0o700)
            if self._user is not None:
                os.chown(place, self._user.pw_uid, self._user.pw_gid)
        if not (self._data / "PG_VERSION").exists():
            self._make()
        settings = ["-k", str(self.sockets), "-c", f"config_file={self._data / 'postgresql.conf'}"]
        command = [_program("postgres"), "-D", str(self._data), *settings]
        until = time.monotonic() + _STARTS_IN
        while not self._answers():
            if time.monotonic() > until:
                raise ServerFailed(f"PostgreSQL does not answer; it said:\n{last_words(self._log)}")
            # After a kill it refuses to start as long as one of its former processes has not noticed yet.
            if self.pid() is None:
                background(command, self.folder, self._log, self._environment(), **self._as_user())
            time.sleep(0.2)
        self._prepare()

    def pid(self) -> int | None:
        """The process that serves the cluster, as PostgreSQL notes it in its own folder."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        # After a reboot the number may be somebody else's.
        return pid if lives(pid) and b"postgres" in _command_line(pid) else None

    def kill(self) -> None:
        """As a loss of power would: no farewell, what was not committed is gone."""
        if (pid := self.pid()) is not None:
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: self.pid() is None, 20)

    def stop(self) -> None:
        """Connections are ended, and what was committed is on the disk."""
        for sign in (signal.SIGINT, signal.SIGQUIT):
            pid = self.pid()
            if pid is None:
                return
            os.kill(pid, sign)
            wait_until(lambda: self.pid() is None, 30)

    def wipe(self) -> None:
        """Stopped, and gone with everything in it."""
        self.stop()
        for place in (self.folder, self.sockets):
            shutil.rmtree(place, ignore_errors=True)

    def _make(self) -> None:
        say("Making a PostgreSQL cluster …")
        self._run("initdb", "-D", str(self._data), "--no-locale", "-E", "UTF8", "-U", self._name, "--auth=trust")
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS)

    def _prepare(self) -> None:
        exists = self._sql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608
        if not exists:
            self._sql("postgres", f"CREATE DATABASE {DATABASE}")
        if not self._sql(DATABASE, "SELECT 1 FROM pg_event_trigger WHERE evtname = 'twin_indexes'"):
            self._sql(DATABASE, _TWIN_INDEXES)

    def _answers(self) -> bool:
        try:
            return self._sql("postgres", "SELECT 1") == "1"
        except ServerFailed:
            return False

    def _sql(self, database: str, statement: str) -> str:
        return self._run("psql", "-h", str(self.sockets), "-U", self._name, "-d", database, "-XqAtc", statement)

    @property
    def _name(self) -> str:
        return self._user.pw_name if self._user else pwd.getpwuid(os.getuid()).pw_name

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 -- the command is ours
            [_program(program), *arguments],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            **self._as_user(),
        )
        if done.returncode:
            raise ServerFailed(f"{program} failed:\n{(done.stdout + done.stderr).strip()[-1500:]}")
        return str(done.stdout).strip()

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(self.folder)}

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


def require() -> None:
    """ServerFailed with what to do where PostgreSQL is not installed."""
    for name in ("postgres", "initdb", "psql"):
        _program(name)


def _program(name: str) -> str:
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name.split(".")[0]))
    return tool(name, _HOW, *reversed(newest))


def _who_runs_it() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it is the account that its package makes, or nobody."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerFailed("PostgreSQL does not run as root, and there is no account `postgres`: " + _HOW)


def _reachable(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder itself, or one among temporary files where that account may not go into those above it."""
    if user is None:
        return folder
    above = folder
    while not above.exists():
        above = above.parent
    for place in (above, *above.parents):
        status = place.stat()
        mine = status.st_uid == user.pw_uid and status.st_mode & 0o100
        if not (mine or status.st_mode & 0o001):
            return _elsewhere(folder)
    return folder


def _elsewhere(folder: Path) -> Path:
    """Below the folder for temporary files, where anybody may have been first: see `start`."""
    return Path(tempfile.gettempdir()) / f"article6-{_digest(folder)}"


def _digest(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b"postgres"
