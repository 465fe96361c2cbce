"""How a form is described: which command, in whose words, asked in which order, and what is said before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.portal.doing.schema import Kind
from services.portal.language import marked as _
from shared.auth.caller import Caller, Role

Ids = Mapping[str, str]
"""What stands in the address for each variable part of the command's path."""


@dataclass(frozen=True)
class Field:
    """One thing that is asked. `path` as in the command: `content.needs[].kind`; texts are marked for translation."""

    path: str
    label: str
    help: str = ""
    more: bool = False
    """Below "More", which opens by itself where something stands in it."""
    kind: Kind | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """The words for each value that may be chosen."""
    start: str = ""
    """What stands there at first: a value, or `today`."""
    add: str = ""
    """For a list: the words on the button that adds one more."""
    suggest: tuple[str, ...] = ()
    must: bool = False
    """It cannot be left out, though the schema would let it: the service refuses without it."""


Given = Callable[[Ids, Caller], Mapping[str, str]]
"""What is settled by the address and by who is asking, by path."""
Naming = Callable[[Mapping[str, Any], str], str]
"""The name of the thing, from what was entered and the form's own key."""


def nothing_given(_ids: Ids, _caller: Caller) -> Mapping[str, str]:
    """Everything is asked."""
    return {}


@dataclass(frozen=True)
class Form:
    """A form for one route of a service. `path` is the route as in the contract."""

    path: str
    title: str
    lead: str
    fields: tuple[Field, ...]
    roles: tuple[Role, ...]
    button: str
    done: str
    """What has happened, said afterwards."""
    next: str
    """What comes next, from whom and when."""
    seen_by: str = _("Everybody: it is public.")
    """Who will see it."""
    warns: str = ""
    """What will happen and cannot be taken back; a page asks once more. Blank: it is simply done."""
    thing: str = ""
    """The category of the stream: `request`."""
    given: Given = nothing_given
    naming: Naming | None = None
    """None: there must be such a thing already, and the address names it."""
    prefill: str = ""
    """Which facts it starts from (`prefilling.py`)."""
    on_version: bool = False
    """Whether the thing must still be as it was when the form was opened (If-Match)."""
    personal: bool = False
    """It holds somebody's name or address: then no draft and no receipt keeps what was entered."""
    method: str = "POST"

    @property
    def service(self) -> str:
        """Whose command it is."""
        return self.path.split("/")[1]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The variable parts of the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def address(self, **ids: str) -> str:
        """Where the form stands; without ids, where it begins something new."""
        parts = [ids.get(p[1:-1], "") if p.startswith("{") else p for p in self.path.split("/")]
        return "/do/" + "/".join(part for part in parts if part)

    def route(self, ids: Ids) -> str:
        """The path to which the command goes."""
        return self.path.format(**ids)

    def asks(self, path: str) -> Field | None:
        """The field of that path, None where the form has none."""
        return next((one for one in self.fields if one.path == path), None)
