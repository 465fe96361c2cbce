"""Persons for tests of what lies between the edges: there, nobody can open them anyway."""

from shared.ids import derived_id
from shared.privacy.messages import SealedPerson


def somebody(who: str = "A") -> SealedPerson:
    """The same for the same letter."""
    return SealedPerson(subject=derived_id(who), sealed=f"sealed-{who}")
