"""`article6 token`: bearer tokens for people and portals."""

import getpass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from deploy.cli.asking import must_hold_something
from deploy.cli.options import DataFolder
from deploy.cli.showing import say
from deploy.settings import FOLDER


class RoleName(StrEnum):
    """The roles that sign in."""

    isu = "isu"
    state = "state"
    donor = "donor"
    coordinator = "coordinator"


def token(
    role: Annotated[RoleName, typer.Option("--role", help="What the bearer may do.")],
    scope: Annotated[
        str, typer.Option("--scope", help="The State (ISO3) of role state, the donor's id of role donor.")
    ] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is good for.")] = 30,
    subject: Annotated[
        str,
        typer.Option("--subject", help="Who the bearer is, as the history will name it.", show_default="your login"),
    ] = "",
    data: DataFolder = FOLDER,
) -> None:
    """Make a token: send it as `Authorization: Bearer <token>`. Whoever has it can act in that role.

    \b
    Examples:
      article6 token --role state --scope LAO --days 7
      article6 token --role isu --subject desk-1
    """
    from deploy.folder import is_exercise
    from shared.auth.caller import Caller
    from shared.auth.tokens import OwnTokens, check_scope
    from shared.clock import SystemClock
    from shared.countries import is_user_assigned

    must_hold_something(data)
    caller = Caller(subject or login(), role.value, scope.upper() if role is RoleName.state else scope)
    if role is RoleName.state and is_user_assigned(caller.scope) and not is_exercise(data):
        raise typer.BadParameter(
            f"{caller.scope} is a fictional State, and {data} is no exercise", param_hint="--scope"
        )
    try:
        check_scope(caller)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--scope") from None
    issued = OwnTokens.from_file(data / "token-secret", SystemClock()).issue(caller, timedelta(days=days))
    say(f"For {caller.name}, good for {days} {'day' if days == 1 else 'days'}:")
    typer.echo(issued)


def login() -> str:
    """Who is logged in at this machine, as the history will name them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"
