"""Answering over HTTP: where, on which socket, and what is said about it."""

import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.errors import CannotDo
from deploy.cli.showing import say
from deploy.settings import DRAIN_SECONDS

if TYPE_CHECKING:
    from shared.auth.tokens import SignInCodes

Host = Annotated[str, typer.Option("--host", envvar="ARTICLE6_HOST", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option("--port", envvar="ARTICLE6_PORT", min=0, max=65535, help="Port to listen on; 0: a free one.")
]
Public = Annotated[
    bool,
    typer.Option(
        "--public", envvar="ARTICLE6_PUBLIC", help="Say that other machines may reach it, where --host lets them."
    ),
]


def listening_at(host: str, port: int, public: bool) -> socket.socket:
    """A bound socket, before anything else is done. CannotDo where it cannot be had."""
    if not _this_machine_only(host):
        if not public:
            raise CannotDo(f"{host} can be reached from other machines: add --public if that is meant")
        say(
            f"Warning: {host}:{port} can be reached from other machines, and speaks plain HTTP. "
            "Put a server with TLS before it; whoever has a sign-in link or token can write."
        )
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise CannotDo(f"cannot listen on {host}:{port} ({error.strerror}): choose another with --port") from None
    # Connections inherit it. Loops set it on sockets that they make, not on those of one that they are handed; without
    # it an answer in two parts waits for the client's acknowledgement of the first: 40 ms, each time.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _this_machine_only(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(listening: socket.socket) -> str:
    """The address that a browser on this machine opens."""
    address, port = listening.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def tell_address(address: str, sign_in: "SignInCodes") -> None:
    """Print it, and a link with which the ISU signs in there, once."""
    from shared.auth.caller import Caller

    typer.echo(f"Article Six is at   {address}/")
    typer.echo(f"Sign in once at     {address}/sign-in/{sign_in.issue(Caller('operator', 'isu'))}")


def log_for_operators(quieter: Mapping[str, int]) -> None:
    """Words on a terminal, JSON elsewhere; these libraries only from these levels on."""
    from shared.logs import configure

    watched = sys.stderr.isatty()
    configure("console" if watched else "json", "warning" if watched else "info")
    for name, level in quieter.items():
        logging.getLogger(name).setLevel(level)


async def answer(app: Any, listening: socket.socket, started: Callable[[], None] = lambda: None) -> None:
    """Until a signal; what is under way is finished first. `started` is called once it answers."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                started()

    # Uvicorn gives the signal back when it has drained; then this process ends in order.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    config = uvicorn.Config(
        app,
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    await Server(config).serve(sockets=[listening])
