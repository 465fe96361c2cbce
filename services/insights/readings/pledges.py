"""Readings of the topic `pledges`: donors, what they promise, and what was given."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from shared.dates import PartialDate, Period
from shared.messages import Reading
from shared.money import Money
from shared.provenance import Statement

TOPIC = "pledges"


class DonorRegistered(Reading):
    """A donor is known here."""

    donor: str
    name: str
    iso3: str | None = None


class DonorProfileChanged(Reading):
    """What a donor cares for. `weights` and `thresholds` are for the ranking through its eyes."""

    priorities: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    treaties: tuple[str, ...] = ()
    multi_year: bool | None = None
    conditions: str = ""
    weights: dict[str, Decimal] = Field(default_factory=dict)
    thresholds: dict[str, Decimal] = Field(default_factory=dict)


class CapacityStated(Reading):
    """What a donor can give in a year."""

    year: int
    amount: Money


class AgencyAdded(Reading):
    """An office of the donor."""

    agency: str
    name: str
    ministry: str = ""


class TargetNamed(Reading):
    """What a pledge is for."""

    kind: str
    request: str | None = None
    line: str | None = None
    state: str | None = None
    treaty: str | None = None
    article: str | None = None
    coalition: str | None = None
    project: str | None = None


class TranchePlanned(Reading):
    """A part of a pledge, with the day it is expected."""

    tranche: str
    amount: Money | None = None
    expected_on: PartialDate | None = None


class PledgeAnnounced(Reading):
    """A donor announced a contribution."""

    donor: str
    target: TargetNamed
    amount: Money | None = None
    in_kind: str | None = ""
    tranches: tuple[TranchePlanned, ...] = ()
    earmarking: str | None = ""
    conditions: str | None = ""
    announced_on: date


class AllocationRecorded(Reading):
    """A request took a part of the pledge."""

    request: str
    line: str
    amount: Money


class SurplusRecorded(Reading):
    """A request needed less than was offered."""

    request: str
    line: str
    amount: Money
    reason: str = ""


class AllocationReturned(Reading):
    """A request gave an allocation back."""

    request: str
    line: str
    amount: Money


class PledgeConfirmed(Reading):
    """The pledge became a commitment."""

    confirmed_on: date
    reference: str | None = ""


class Disbursed(Reading):
    """Money was paid."""

    disbursement: str
    amount: Money
    disbursed_on: date
    tranche: str | None = None


class PledgeFulfilled(Reading):
    """The pledge was fulfilled by that day: everything that stood has been given."""

    fulfilled_on: date


class PledgeReduced(Reading):
    """Part of it was taken off."""

    amount: Money
    reason: str = ""


class PledgeRedirected(Reading):
    """Part of it goes elsewhere."""

    target: TargetNamed
    amount: Money
    reason: str = ""


class PledgeCancelled(Reading):
    """It will not come."""

    reason: str = ""


class AssistanceRecorded(Reading):
    """Help given in a period, as printed."""

    donor: str | None = None
    donor_name: str = ""
    recipient: str | None = None
    recipient_name: str = ""
    treaty: str = ""
    article: str = ""
    sector: str = ""
    what: str = ""
    amount: Money | None = None
    amount_usd_printed: Decimal | None = None
    period: Period | None = None
    partial: bool = False
    statement: Statement


class DonorTotalStated(Reading):
    """A donor's sum for a year, as printed."""

    donor: str | None = None
    donor_name: str = ""
    year: int
    amount: Money | None = None
    amount_usd_printed: Decimal | None = None
    statement: Statement


class RecipientTotalStated(Reading):
    """An affected State's sum for a year, as printed."""

    recipient: str
    year: int
    international_usd: Decimal | None = None
    national_usd: Decimal | None = None
    statement: Statement


class WorldSupportStated(Reading):
    """All donors' sum for a year, as printed."""

    year: int
    usd_million: Decimal
    donors: int | None = None
    statement: Statement
