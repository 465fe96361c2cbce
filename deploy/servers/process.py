"""What a local server is to whoever starts it, and how its processes are found again: pid files in its folder."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol


class ServerFailed(Exception):
    """A server could not be installed or started; the words say what to do."""


class LocalServer(Protocol):
    """One kind of server in a folder of its own, on a port of this machine's loopback."""

    name: str

    @property
    def address(self) -> str:
        """What a client is given to connect: a host and port, or a URL."""
        ...

    def install(self) -> None:
        """Get and build what it needs, once; a second call finds it done. ServerFailed."""
        ...

    def start(self) -> None:
        """Installed, running and answering when this returns; nothing to do if it already is. ServerFailed."""
        ...

    def stop(self) -> None:
        """Ask its processes to end, and wait until they have; what was stored stays."""
        ...

    def wipe(self) -> None:
        """Stopped, and everything that it stored is gone; what was installed stays."""
        ...

    def is_up(self) -> bool:
        """Whether it answers."""
        ...


def say(words: str) -> None:
    """Tell whoever waits what is going on."""
    print(words, flush=True)  # noqa: T201


def tool(name: str, how: str, *places: Path) -> str:
    """The path of a program. ServerFailed with `how` to get it where it is neither in `places` nor on PATH."""
    for place in places:
        if os.access(place / name, os.X_OK):
            return str(place / name)
    found = shutil.which(name)
    if found is None:
        raise ServerFailed(f"{name} is missing: {how}")
    return found


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run to the end. ServerFailed with the last lines of what it said where it fails."""
    done = subprocess.run(  # noqa: S603 -- the command is ours
        list(command), cwd=cwd, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise ServerFailed(f"{Path(command[0]).name} failed with {done.returncode}:\n{said}")


def launch(
    command: Sequence[str],
    cwd: Path,
    pid_file: Path,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Start in the background, its words going to `log`; the process id, which goes into the file too."""
    pid = background(command, cwd, log, {**os.environ, **(environment or {})})
    pid_file.write_text(f"{pid}\n")
    return pid


def background(command: Sequence[str], cwd: Path, log: Path, environment: Mapping[str, str], **as_user: Any) -> int:
    """Start in a session of its own, so that what ends us does not end it; the process id.

    `as_user`: `user`, `group` and `extra_groups` as `subprocess.Popen` has them.
    """
    with log.open("ab") as words:
        process = subprocess.Popen(  # noqa: S603 -- the command is ours
            list(command),
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            **as_user,
        )
    # It outlives us and is never waited for; without this it would complain of that when it is let go of.
    process.returncode = 0
    return process.pid


def running(pid_file: Path) -> int | None:
    """The id of the process that this file names, if it lives."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if lives(pid) else None


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    # One of our own children that has ended stays in the table until it is asked after.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(pid_file: Path, signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGKILL), each: float = 20) -> None:
    """Send the signals one after another, waiting up to `each` seconds for the process to go, and forget it."""
    for one in signals:
        pid = running(pid_file)
        if pid is None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, one)
        wait_until(lambda: running(pid_file) is None, each)
    pid_file.unlink(missing_ok=True)


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true within that time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def listening(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    """A port of loopback that nobody listens on, and below those that the kernel gives to outgoing connections:
    one of these could be taken again before the server is up."""
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311 - no secret
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def last_words(log: Path, lines: int = 12) -> str:
    """The end of a log, for an error."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(it said nothing)"
