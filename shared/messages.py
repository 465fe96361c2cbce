"""What services say: values, commands, events, refusals. Frozen pydantic and no more."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A part of a message: immutable, and refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Command(Value):
    """What somebody wants done. Refused as a whole, or done as a whole."""


class Event(Value):
    """What happened. The class name is the storage format: new meaning, new version, an upcaster.

    `schema_version` counts from 1. `published` is False for what never leaves its own service
    and its own people: drafts and contact details (docs/domain.md, "The people").
    """

    schema_version: ClassVar[int] = 1
    published: ClassVar[bool] = True


class Reading(BaseModel):
    """The part of another service's event that we use. Its class name is the event's type.

    Fields that we do not name are passed over, so the writer may add some (a tolerant reader).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Refused(Exception):
    """A command that the domain does not accept; nothing was changed.

    The first line of a subclass's docstring is what people read. `field` names the offending
    field of the command (RFC 6901 style, dotted), `found` what stood there, `allowed` what may.
    `status` is the HTTP status (RFC 9110): 409 against the state of things, 422 against a rule
    about the content.
    """

    status: ClassVar[int] = 409

    def __init__(
        self,
        detail: str | None = None,
        *,
        field: str | None = None,
        found: Any = None,
        allowed: str | None = None,
    ) -> None:
        self.detail = detail or self.title()
        self.field = field
        self.found = found
        self.allowed = allowed
        super().__init__(self.detail)

    @classmethod
    def title(cls) -> str:
        """The refusal in one sentence, as its class says it."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]


class Unacceptable(Refused):
    """The content breaks a rule, whatever the state of things."""

    status = 422


class NotFound(Refused):
    """There is no such thing here."""

    status = 404


class Forbidden(Refused):
    """This role may not do that."""

    status = 403
