"""What this service hears from others: the parts it uses of events in `contracts/`."""

from datetime import date

from services.coalitions.domain.naming import Article, Treaty
from shared.dates import PartialDate
from shared.messages import Reading
from shared.money import Money

PLEDGES = "pledges"
DEADLINES = "deadlines"


class Target(Reading):
    """What a pledge is for; we use those of kind `coalition`."""

    kind: str
    coalition: str | None = None


class PledgeAnnounced(Reading):
    """A donor's promise."""

    donor: str
    target: Target
    amount: Money | None = None
    in_kind: str = ""


class Taken(Reading):
    """So much was taken from one of a promise's targets; the first is the one it was announced for."""

    attempt: int
    amount: Money


class PledgeRedirected(Reading):
    """A part of a promise now serves another target."""

    taken: tuple[Taken, ...] = ()


class PledgeReduced(Reading):
    """A part was taken off a promise."""

    taken: tuple[Taken, ...] = ()


class PledgeCancelled(Reading):
    """The promise is taken back, as far as it is not paid."""

    taken: tuple[Taken, ...] = ()


class PledgeConfirmed(Reading):
    """The promise is a commitment."""


class Disbursed(Reading):
    """So much was paid."""

    amount: Money


class PledgeFulfilled(Reading):
    """The promise is kept."""


class _OfObligation(Reading):
    """Every event of an obligation names it."""

    treaty: Treaty
    state: str
    article: Article
    clock: str = ""


class ObligationRegistered(_OfObligation):
    """The State has this duty."""


class CompletionStated(_OfObligation):
    """A source says that the work is finished, and when it was declared."""

    completed_on: PartialDate | None = None
    declared_on: PartialDate | None = None


class CompletionDeclared(_OfObligation):
    """The State declared completion."""

    declared_on: date


class LaterFindStated(_OfObligation):
    """Something was found after completion: the duty has work again."""

    found_on: PartialDate


class DutyEnded(_OfObligation):
    """The duty ended with the State's withdrawal from the treaty."""
