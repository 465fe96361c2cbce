"""The rights of each service's user, as acls.csv lists them; nothing else is allowed."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

LIST = Path(__file__).parent / "acls.csv"
_PREFIX = "article6"
"""With which the names in the list begin."""


@dataclass(frozen=True, slots=True)
class Right:
    """`operation` (Read, Write, Create, Describe) on one `resource` (topic, group), or on all whose names begin so.

    `pattern`: literal or prefixed. `principal` is `User:<name>`, as the broker knows whoever signed in.
    """

    principal: str
    operation: str
    resource: str
    pattern: str
    name: str


def listed(prefix: str = _PREFIX) -> list[Right]:
    """All rights, for an installation whose topics, groups and users begin with `prefix`."""
    with LIST.open(newline="") as file:
        rights = [Right(**row) for row in csv.DictReader(file)]
    return [
        replace(
            one,
            principal=one.principal.replace(f":{_PREFIX}-", f":{prefix}-", 1),
            name=prefix + one.name.removeprefix(_PREFIX),
        )
        for one in rights
    ]


def user_of(service: str, prefix: str = _PREFIX) -> str:
    """The name by which that service signs in."""
    return f"{prefix}-{service}"


def rights_of(service: str, prefix: str = _PREFIX) -> list[Right]:
    """What that service's user may do."""
    return [one for one in listed(prefix) if one.principal == f"User:{user_of(service, prefix)}"]


def followed(rights: Iterable[Right], prefix: str = _PREFIX) -> list[str]:
    """The topics that are read with these rights, without their prefix."""
    return sorted(
        one.name.removeprefix(f"{prefix}.") for one in rights if (one.operation, one.resource) == ("Read", "topic")
    )
