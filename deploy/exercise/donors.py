"""Three fictional donors that look for different things: one list for all of them would fail (DON-6)."""

from collections.abc import Callable, Iterator

from deploy.exercise.pledges import FUND, NORTH, SOUTH
from deploy.exercise.step import Naming, Step, day, donor, usd
from services.pledges.api.focal_points import slot
from services.pledges.domain import donor as ask
from shared.money import Money
from shared.privacy.messages import SealedPerson

NAMES = {NORTH: "Exercise Donor North", SOUTH: "Exercise Donor South", FUND: "Exercise Fund"}
PROFILES = {
    NORTH: ask.ChangeDonorProfile(
        priorities=("States close to their deadline",),
        criteria=("treaty compliance first",),
        kinds=("clearance", "survey", "stockpile_destruction"),
        treaties=("CCM", "APMBC"),
        multi_year=True,
        conditions="A dated completion plan.",
    ),
    SOUTH: ask.ChangeDonorProfile(
        priorities=("People before munitions",),
        criteria=("development benefit", "local authorities empowered"),
        kinds=("technical_expertise", "victim_assistance_plan", "training", "survey"),
        multi_year=False,
    ),
    FUND: ask.ChangeDonorProfile(criteria=("encourages States to join",), kinds=("training", "national_legislation")),
}
CAPACITY = {NORTH: usd(1_500_000), SOUTH: usd(600_000), FUND: Money.of(300_000, "EUR")}


def steps() -> Iterator[Step]:
    """Each donor with what it looks for and can give; one with two offices that both see and act (DON-7)."""
    for identity, name in NAMES.items():
        iso3 = None if identity == FUND else identity
        yield about("2020-01-02", identity, ask.RegisterDonor(donor=identity, name=name, iso3=iso3))
        yield about("2025-12-01", identity, PROFILES[identity])
        for year in (2026, 2027):
            yield about("2025-12-01", identity, ask.StateCapacity(year=year, amount=CAPACITY[identity]))
    for agency, office, ministry in (
        ("aid", "Exercise Aid Office", "Foreign Affairs"),
        ("disarmament", "Exercise Disarmament Desk", "Defence"),
    ):
        yield about("2025-12-02", NORTH, ask.AddAgency(agency=agency, name=office, ministry=ministry))
        officer = {"name": f"Officer of the {office}", "email": f"{agency}@xxm.example"}
        yield about("2025-12-02", NORTH, Naming(slot(agency), officer, named_for(agency)))


def named_for(agency: str) -> Callable[[SealedPerson], ask.NameFocalPoint]:
    """What names a person for this agency."""
    return lambda person: ask.NameFocalPoint(agency=agency, person=person)


def about(on: str, identity: str, command: ask.DonorCommand | Naming) -> Step:
    """A step of the donor itself."""
    return Step(day(on), donor(identity), "donor", identity, command)
