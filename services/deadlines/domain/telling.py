"""Whether something was told before: the same statement with the same source is news only once (ADR 0006)."""

from shared.ids import derived_id
from shared.messages import Event


def content(event: Event) -> str:
    """A short text that is the same for events that say the same, whatever they are called.

    States keep this instead of the event: it is small, and it survives a snapshot.
    """
    return derived_id(event.model_dump_json())
