"""A donor's profile, offices and capacity."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from services.pledges.domain.donor import (
    DONORS,
    AddAgency,
    AgencyAdded,
    AlreadyRegistered,
    CapacityStated,
    ChangeDonorProfile,
    DonorProfileChanged,
    DonorRegistered,
    FocalPointNamed,
    NameFocalPoint,
    NoSuchAgency,
    NoSuchDonor,
    RegisterDonor,
    StateCapacity,
)
from shared.privacy.messages import ForgetPerson, PersonForgotten
from tests.pledges.promising import eur
from tests.privacy.naming import somebody
from tests.scenario import Scenario

donors = Scenario(DONORS)
NORWAY = DonorRegistered(donor="norway", name="Norway", iso3="NOR")


def test_a_donor_is_registered_once() -> None:
    register = RegisterDonor(donor="norway", name="Norway", iso3="NOR")
    donors.given().when(register).then(NORWAY).when(register).nothing()
    donors.given(NORWAY).when(RegisterDonor(donor="norway", name="Sweden")).refused(AlreadyRegistered)


def test_each_donor_weighs_the_parts_of_the_ranking_itself() -> None:
    change = ChangeDonorProfile(
        priorities=("treaty compliance first",),
        multi_year=False,
        weights={"time": Decimal(40), "small_help": Decimal("12.5")},
        thresholds={"near_land_ccm_m2": Decimal(5_000_000)},
    )
    changed = DonorProfileChanged.model_validate(change.model_dump())
    donors.given(NORWAY).when(change).then(changed).when(change).nothing()
    with pytest.raises(ValidationError):
        ChangeDonorProfile.model_validate({"weights": {"time": "-1"}})


def test_capacity_is_stated_by_year_and_can_be_stated_anew() -> None:
    (
        donors.given(NORWAY, CapacityStated(year=2027, amount=eur(5)))
        .when(StateCapacity(year=2027, amount=eur(7)))
        .then(CapacityStated(year=2027, amount=eur(7)))
        .when(StateCapacity(year=2027, amount=eur(7)))
        .nothing()
    )


def test_a_focal_point_belongs_to_an_agency_and_is_never_published() -> None:
    assert not FocalPointNamed.published
    name = NameFocalPoint(agency="mfa", person=somebody())
    donors.given(NORWAY).when(name).refused(NoSuchAgency, "agency")
    (
        donors.given(NORWAY)
        .when(AddAgency(agency="mfa", name="Humanitarian section", ministry="Foreign Affairs"))
        .then(AgencyAdded(agency="mfa", name="Humanitarian section", ministry="Foreign Affairs"))
        .when(name)
        .then(FocalPointNamed(agency="mfa", person=somebody()))
        .when(ForgetPerson(subject=somebody().subject, reason="person_asked"))
        .then(PersonForgotten(subject=somebody().subject, reason="person_asked"))
    )


def test_nothing_is_said_of_a_donor_that_is_not_there() -> None:
    donors.given().when(StateCapacity(year=2027, amount=eur(7))).refused(NoSuchDonor)
