"""`article6 forget`: the key of a person's details is destroyed, wherever somebody was named with them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.as_isu import Isu, Server, as_isu
from deploy.cli.asking import run
from deploy.cli.errors import CannotDo
from deploy.cli.options import DataFolder, Json
from deploy.cli.showing import say, show_json, show_table
from deploy.settings import FOLDER

NAMING = ("requests", "pledges")
"""The services that name people: contacts of requests, focal points of donors."""
_AT_ONCE = 500


class Reason(StrEnum):
    """Why somebody is forgotten."""

    person_asked = "person_asked"
    no_longer_needed = "no_longer_needed"
    recorded_in_error = "recorded_in_error"


def forget(
    email: Annotated[
        list[str] | None, typer.Option("--email", help="An e-mail address of theirs; may be repeated.")
    ] = None,
    name: Annotated[list[str] | None, typer.Option("--name", help="Their name, as it was given.")] = None,
    phone: Annotated[list[str] | None, typer.Option("--phone", help="A telephone number of theirs.")] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SUBJECT", help="Of those found, only this one, as --dry-run names it."),
    ] = None,
    reason: Annotated[Reason, typer.Option("--reason", help="What the history will say.")] = Reason.person_asked,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    server: Server = None,
    data: DataFolder = FOLDER,
    as_json: Json = False,
) -> None:
    """Forget a person: destroy the keys under which their name and contacts are kept. It cannot be undone.

    Works through the server that runs on the folder, and without one. Whoever fits any of the options is found,
    whatever case and spaces; with none of them you are asked, so that nothing stays in your shell's history.
    The history still verifies, and says when and why somebody was removed. Exit code 1 where something of the
    person stays in the clear; docs/privacy.md says what forgetting cannot reach.

    \b
    Examples:
      article6 forget --email someone@example.org --dry-run
      article6 forget --email someone@example.org --email old@example.org
      article6 forget --name "A. Person" --only 9b21eca498565b744749a02fad392e93
    """
    if as_json and not (dry_run or yes):
        raise typer.BadParameter("nobody can be asked: add --dry-run or --yes", param_hint="--json")
    if not (email or name or phone):
        email = [typer.prompt("E-mail address", err=True)]
    sought = {"emails": email or [], "names": name or [], "phones": phone or []}
    found = run(_found(data, server, sought, set(only or ())))
    unsealed = [link for one in found.values() for link in one["unsealed"]]
    total = sum(len(one["matching"]) for one in found.values())
    if not as_json:
        _tell(found, total)
    done: list[Any] = []
    if total and not dry_run:
        if not yes:
            typer.confirm("Destroy these keys, for ever?", abort=True, err=True)
        done = run(_forgotten(data, server, found, reason))
    if as_json:
        show_json({"dry_run": dry_run, "found": found, "forgotten": done})
    elif done:
        for one in done:
            typer.echo(f"{one['subject']} at {one['place']}: forgotten at {one['forgotten_at']} {one['link']}".rstrip())
        say("Copies that were made before are not reached: docs/privacy.md.")
    if unsealed:
        raise typer.Exit(1)


async def _found(data: Path, server: str | None, sought: dict[str, list[str]], only: set[str]) -> dict[str, Any]:
    async with as_isu(data, server, NAMING) as isu:
        found = {service: await isu.post(f"/{service}/people/search", sought) for service in NAMING}
    if only:
        known = {one["subject"] for part in found.values() for one in part["matching"]}
        if strangers := sorted(only - known):
            raise CannotDo(f"{strangers[0]} is not among those found")
        for part in found.values():
            part["matching"] = [one for one in part["matching"] if one["subject"] in only]
    return found


async def _forgotten(data: Path, server: str | None, found: dict[str, Any], reason: Reason) -> list[Any]:
    async with as_isu(data, server, NAMING) as isu:
        return [one for service, part in found.items() for one in await _in_one(isu, service, part, reason)]


async def _in_one(isu: Isu, service: str, part: dict[str, Any], reason: Reason) -> list[Any]:
    subjects = [one["subject"] for one in part["matching"]]
    done: list[Any] = []
    for start in range(0, len(subjects), _AT_ONCE):
        body = {"subjects": subjects[start : start + _AT_ONCE], "reason": reason.value}
        done += await isu.post(f"/{service}/people/forgetting", body)
    return done


def _tell(found: dict[str, Any], total: int) -> None:
    parts = found.values()
    if total:
        rows = [
            (one["subject"], one["place"], one["named_at"][:10], ", ".join(one["found_by"]))
            for part in parts
            for one in part["matching"]
        ]
        show_table(("subject", "named at", "on", "found by"), rows)
    else:
        typer.echo("Nobody is known here by that.")
    others = [(one["subject"], one["place"], one["named_at"][:10]) for part in parts for one in part["others"]]
    if others:
        show_table(("subject", "named at", "on"), others, title="Also named at the same places, and not touched")
    for link in [link for part in parts for link in part["unsealed"]]:
        typer.echo(f"{link} holds the person in the clear: it was recorded before there were keys, and stays.")
