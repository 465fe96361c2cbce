"""Yearly totals as printed: of a donor, of a recipient, of the world."""

from typing import Literal, assert_never

from services.pledges.domain.support import (
    SUPPORT,
    DonorTotalStated,
    RecipientTotalStated,
    SupportEvent,
    WorldSupportStated,
)
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection


class DonorTotal(Value):
    """A donor's total for a year."""

    stated: DonorTotalStated
    link: str


class RecipientTotal(Value):
    """An affected State's total for a year."""

    stated: RecipientTotalStated
    link: str


class WorldTotal(Value):
    """All donors' total for a year."""

    stated: WorldSupportStated
    link: str


class SupportShown(Value):
    """All totals of one donor, one recipient or the world; every edition stays, oldest year first."""

    id: str
    of: Literal["donor", "recipient", "world"]
    country: str | None
    name: str
    donor_totals: tuple[DonorTotal, ...] = ()
    recipient_totals: tuple[RecipientTotal, ...] = ()
    world_totals: tuple[WorldTotal, ...] = ()


def fold(support: SupportShown | None, heard: Heard[SupportEvent]) -> SupportShown | None:
    """The totals after the event."""
    event = heard.event
    match event:
        case DonorTotalStated():
            shown = support or SupportShown(id=heard.identity, of="donor", country=event.donor, name=event.donor_name)
            donors = [*shown.donor_totals, DonorTotal(stated=event, link=heard.link)]
            return shown.model_copy(update={"donor_totals": tuple(sorted(donors, key=lambda one: one.stated.year))})
        case RecipientTotalStated(recipient=recipient):
            shown = support or SupportShown(id=heard.identity, of="recipient", country=recipient, name=recipient)
            received = [*shown.recipient_totals, RecipientTotal(stated=event, link=heard.link)]
            ordered = tuple(sorted(received, key=lambda one: one.stated.year))
            return shown.model_copy(update={"recipient_totals": ordered})
        case WorldSupportStated():
            shown = support or SupportShown(id=heard.identity, of="world", country=None, name="world")
            world = [*shown.world_totals, WorldTotal(stated=event, link=heard.link)]
            return shown.model_copy(update={"world_totals": tuple(sorted(world, key=lambda one: one.stated.year))})
        case _:
            assert_never(event)


SUPPORT_TOTALS: Projection[SupportShown] = Projection(
    "support",
    version=1,
    category=SUPPORT.category,
    events=(DonorTotalStated, RecipientTotalStated, WorldSupportStated),
    document=SupportShown,
    fold=fold,
    fields=("of", "country"),
)
