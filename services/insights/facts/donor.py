"""A donor: who it is, what it looks for, what it can give. Stream `donor-<id>`."""

from decimal import Decimal

from services.insights.facts.origin import Document, Fact, done
from services.insights.readings import pledges as told
from shared.heard import Heard
from shared.messages import Value
from shared.money import Money


class Setting(Value):
    """One weight or threshold that the donor set for itself."""

    name: str
    value: Decimal


class Profile(Fact):
    """What the donor looks for; the newest known one counts. Empty = no preference stated."""

    priorities: tuple[str, ...]
    criteria: tuple[str, ...]
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    treaties: tuple[str, ...]
    multi_year: bool | None
    conditions: str
    weights: tuple[Setting, ...]
    thresholds: tuple[Setting, ...]


class Capacity(Fact):
    """What it can give in a year."""

    year: int
    amount: Money


class Agency(Fact):
    """An office of the donor."""

    agency: str
    name: str
    ministry: str


class Donor(Document):
    """All that is published of a donor."""

    name: str = ""
    iso3: str | None = None
    registered: tuple[Fact, ...] = ()
    profiles: tuple[Profile, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    agencies: tuple[Agency, ...] = ()


DonorHeard = told.DonorRegistered | told.DonorProfileChanged | told.CapacityStated | told.AgencyAdded


def fold(donor: Donor | None, heard: Heard[DonorHeard]) -> Donor | None:
    """The donor after one event."""
    donor = donor or Donor(id=heard.identity)
    event = heard.event
    match event:
        case told.DonorRegistered():
            named = donor.model_copy(update={"name": event.name, "iso3": event.iso3})
            return named.plus("registered", Fact(origin=done(heard)))
        case told.DonorProfileChanged():
            return donor.plus(
                "profiles",
                Profile(
                    origin=done(heard),
                    priorities=event.priorities,
                    criteria=event.criteria,
                    regions=event.regions,
                    kinds=event.kinds,
                    treaties=event.treaties,
                    multi_year=event.multi_year,
                    conditions=event.conditions,
                    weights=_settings(event.weights),
                    thresholds=_settings(event.thresholds),
                ),
            )
        case told.CapacityStated():
            return donor.plus("capacities", Capacity(origin=done(heard), year=event.year, amount=event.amount))
        case told.AgencyAdded():
            return donor.plus(
                "agencies", Agency(origin=done(heard), agency=event.agency, name=event.name, ministry=event.ministry)
            )


def _settings(named: dict[str, Decimal]) -> tuple[Setting, ...]:
    return tuple(Setting(name=name, value=value) for name, value in sorted(named.items()))
