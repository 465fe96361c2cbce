"""`article6 serve` and `article6 exercise`: everything in one process."""

import logging
import socket
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.answering import Host, Port, Public, address_of, answer, listening_at, log_for_operators, tell_address
from deploy.cli.asking import quick_start, run_serving, stays_for_good
from deploy.cli.errors import CannotDo
from deploy.cli.importing import take_in_shipped
from deploy.cli.options import DataFolder
from deploy.cli.showing import say
from deploy.settings import EXERCISE_FOLDER, FOLDER, HOST, PORT
from deploy.tracing import trace_if_asked

if TYPE_CHECKING:
    from deploy.embedded import EmbeddedSystem


class Content(Enum):
    """What a folder is filled with before it is served."""

    shipped = auto()
    exercise = auto()
    as_it_is = auto()


def serve(
    data: DataFolder = FOLDER,
    host: Host = HOST,
    port: Port = PORT,
    public: Public = False,
    import_: Annotated[
        bool, typer.Option("--import/--no-import", help="Fill an empty folder with the shipped data first.")
    ] = True,
    exercise: Annotated[
        bool, typer.Option("--exercise", help=f"Serve the exercise with fictional States ({EXERCISE_FOLDER}).")
    ] = False,
) -> None:
    """Run everything in one process, and print where to look and a one-time sign-in link.

    \b
    Examples:
      article6 serve
      article6 serve --data /srv/article6 --port 9000
      article6 serve --exercise
    """
    folder = EXERCISE_FOLDER if exercise and data == FOLDER else data
    content = Content.exercise if exercise else Content.shipped if import_ else Content.as_it_is
    run_serving(_serve(folder, listening_at(host, port, public), content))


def exercise(
    data: Annotated[
        Path, typer.Option("--data", help="Folder of the exercise; never one with real data.")
    ] = EXERCISE_FOLDER,
    host: Host = HOST,
    port: Port = PORT,
    public: Public = False,
    serve_: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it afterwards.")] = True,
) -> None:
    """Play the exercise: fictional States that fill every page and every stage, for training.

    \b
    Examples:
      article6 exercise
      article6 exercise --no-serve
    """
    listening = listening_at(host, port, public) if serve_ else None
    run_serving(_serve(data, listening, Content.exercise))


async def _serve(folder: Path, listening: socket.socket | None, content: Content) -> None:
    if content is Content.shipped:
        await _fill(folder)
    if content is Content.exercise:
        _must_be_for_exercises(folder)
    with quick_start():
        from deploy.embedded import EmbeddedSystem

        system = EmbeddedSystem(folder)
    async with system:
        if content is Content.exercise:
            await _play(system)
        if listening is not None:
            trace_if_asked("article6")
            await _answer(system, listening)


async def _fill(folder: Path) -> None:
    from deploy.folder import Filled, filled, holds_events, is_exercise

    state = filled(folder)
    if state is Filled.older:
        say("The shipped data has changed since it was imported here: `article6 import` adds what is new.")
    fresh = state is Filled.never and not is_exercise(folder) and not holds_events(folder)
    if fresh or state is Filled.begun:
        say(f"Importing the shipped data into {folder} …")
        await take_in_shipped(folder)


def _must_be_for_exercises(folder: Path) -> None:
    from deploy.folder import holds_events, is_exercise, mark_exercise

    if not is_exercise(folder):
        if holds_events(folder):
            raise CannotDo(f"{folder} holds other data: name an empty folder with --data for the exercise")
        mark_exercise(folder)


async def _play(system: "EmbeddedSystem") -> None:
    from deploy.exercise.play import play

    say(f"Playing the exercise into {system.folder} …")
    played = await play(system)
    say(f"{played.steps - played.done_before} steps played, {played.done_before} were there already.")


async def _answer(system: "EmbeddedSystem", listening: socket.socket) -> None:
    from deploy.openid_settings import openid_settings
    from deploy.serving import application

    # The pages read in process; nobody needs a line for each.
    log_for_operators({"httpx2": logging.WARNING})

    def announce() -> None:
        system.answers_at(address_of(listening))
        tell_address(address_of(listening), system.sign_in)
        typer.echo("Stop it with Ctrl-C.")
        stays_for_good()

    await answer(application(system, openid_settings()), listening, announce)
