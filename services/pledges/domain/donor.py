"""A donor: its offices, what it cares about, what it can give each year. Stream `donor-<id>`.

Inside one donor several ministries see and act, and weak ties between them are a stated problem
(DON-7): so a donor has agencies, each with its focal point. Its own weights and thresholds order
the list of needs for it, since no list fits all (DON-6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal, assert_never, get_args

from pydantic import Field

from services.pledges.domain.earlier import UPCASTS
from services.pledges.domain.terms import Treaty, Year
from shared.countries import Iso3
from shared.decider import Decider
from shared.messages import Command, Event, NotFound, Refused
from shared.money import Amount, Money
from shared.privacy.messages import ForgetPerson, Person, PersonForgotten, SealedPerson
from shared.text import Identity, Line, Prose, Words

SettingName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
NeedKind = Literal[
    "financial",
    "technical_expertise",
    "equipment",
    "training",
    "survey",
    "clearance",
    "stockpile_destruction",
    "victim_assistance_plan",
    "national_legislation",
    "reporting",
]


class RegisterDonor(Command):
    """Name a donor. The same registration twice is kept once; another one is AlreadyRegistered."""

    donor: Identity
    name: Line
    iso3: Iso3 | None = None


class ChangeDonorProfile(Command):
    """What the donor looks for, as a whole. `weights` and `thresholds` are its own for the ranking."""

    priorities: tuple[Line, ...] = Field(default=(), max_length=50)
    criteria: tuple[Line, ...] = Field(default=(), max_length=50)
    regions: tuple[Line, ...] = Field(default=(), max_length=50)
    kinds: tuple[NeedKind, ...] = Field(default=(), max_length=10)
    treaties: tuple[Treaty, ...] = Field(default=(), max_length=2)
    multi_year: bool | None = Field(default=None, description="Whether it can promise several years (DON-5).")
    conditions: Prose = ""
    weights: dict[SettingName, Amount] = Field(default_factory=dict, max_length=20)
    thresholds: dict[SettingName, Amount] = Field(default_factory=dict, max_length=40)


class StateCapacity(Command):
    """What the donor can give in a year; a later statement for the year takes its place."""

    year: Year
    amount: Money


class AddAgency(Command):
    """An office of the donor that sees or acts; a donor has as many as it needs (DON-7)."""

    agency: Identity
    name: Line
    ministry: Words = ""


class NameFocalPoint(Command):
    """Whom to write to in an agency: name and e-mail, sealed. Never published."""

    agency: Identity
    person: SealedPerson


class DonorRegistered(Event):
    """A donor is known here; `iso3` (ISO 3166-1) blank where it is no State."""

    donor: Identity
    name: Line
    iso3: Iso3 | None = None


class DonorProfileChanged(Event):
    """What the donor looks for, as a whole (DON-6); it takes the place of the profile before."""

    priorities: tuple[Line, ...] = ()
    criteria: tuple[Line, ...] = ()
    regions: tuple[Line, ...] = ()
    kinds: tuple[NeedKind, ...] = ()
    treaties: tuple[Treaty, ...] = ()
    multi_year: bool | None = None
    conditions: Prose = ""
    weights: dict[SettingName, Amount] = Field(default_factory=dict)
    thresholds: dict[SettingName, Amount] = Field(default_factory=dict)


class CapacityStated(Event):
    """What the donor can give in a calendar year; a later statement for the year takes its place."""

    year: Year
    amount: Money


class AgencyAdded(Event):
    """An office of the donor, or its new name (DON-7)."""

    agency: Identity
    name: Line
    ministry: Words = ""


class FocalPointNamed(Event):
    """Whom to write to; never leaves this service. Schema 1 held the details in the clear (`earlier.py`)."""

    schema_version: ClassVar[int] = 2
    published = False
    agency: Identity
    person: Person


class NoSuchDonor(NotFound):
    """There is no donor of that name."""


class NoSuchAgency(NotFound):
    """The donor has no agency of that name: add it first."""


class AlreadyRegistered(Refused):
    """There is a donor of that name already."""


DonorCommand = RegisterDonor | ChangeDonorProfile | StateCapacity | AddAgency | NameFocalPoint | ForgetPerson
DonorEvent = DonorRegistered | DonorProfileChanged | CapacityStated | AgencyAdded | FocalPointNamed | PersonForgotten


@dataclass(frozen=True)
class Donor:
    """What must be known to decide."""

    registered: DonorRegistered | None = None
    profile: DonorProfileChanged = field(default_factory=DonorProfileChanged)
    capacity: Mapping[int, Money] = field(default_factory=dict)
    agencies: Mapping[str, AgencyAdded] = field(default_factory=dict)


def decide(command: DonorCommand, donor: Donor) -> tuple[DonorEvent, ...]:
    """What follows from the command; saying again what is known changes nothing."""
    match command:
        case RegisterDonor():
            return _register(command, donor)
        case ChangeDonorProfile():
            _known(donor)
            changed = DonorProfileChanged.model_validate(command.model_dump())
            return (changed,) if changed != donor.profile else ()
        case StateCapacity(year=year, amount=amount):
            _known(donor)
            return (CapacityStated(year=year, amount=amount),) if donor.capacity.get(year) != amount else ()
        case AddAgency(agency=agency):
            _known(donor)
            added = AgencyAdded.model_validate(command.model_dump())
            return (added,) if donor.agencies.get(agency) != added else ()
        case NameFocalPoint(agency=agency, person=person):
            must_have_agency(donor, agency)
            return (FocalPointNamed(agency=agency, person=person),)
        case ForgetPerson(subject=subject, reason=reason):
            # A key that was made for a command which was then refused belongs to no donor.
            return (PersonForgotten(subject=subject, reason=reason),) if donor.registered else ()
        case _:
            assert_never(command)


def evolve(donor: Donor, event: DonorEvent) -> Donor:
    """The donor after the event."""
    match event:
        case DonorRegistered():
            return replace(donor, registered=event)
        case DonorProfileChanged():
            return replace(donor, profile=event)
        case CapacityStated(year=year, amount=amount):
            return replace(donor, capacity={**donor.capacity, year: amount})
        case AgencyAdded(agency=agency):
            return replace(donor, agencies={**donor.agencies, agency: event})
        case FocalPointNamed() | PersonForgotten():
            return donor
        case _:
            assert_never(event)


def must_have_agency(donor: Donor, agency: str) -> None:
    """NoSuchDonor, or NoSuchAgency, unless the donor is there with this office."""
    _known(donor)
    if agency not in donor.agencies:
        raise NoSuchAgency(field="agency", found=agency, allowed=", ".join(sorted(donor.agencies)) or "none")


def _register(command: RegisterDonor, donor: Donor) -> tuple[DonorEvent, ...]:
    registered = DonorRegistered(donor=command.donor, name=command.name, iso3=command.iso3)
    if donor.registered is None:
        return (registered,)
    if donor.registered == registered:
        return ()
    raise AlreadyRegistered(found=donor.registered.name)


def _known(donor: Donor) -> None:
    if donor.registered is None:
        raise NoSuchDonor()


DONORS: Decider[DonorCommand, DonorEvent, Donor] = Decider(
    "donor", Donor(), decide, evolve, events=get_args(DonorEvent), upcasts=UPCASTS
)
