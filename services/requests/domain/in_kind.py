"""Help in kind for a need line (CCM-9): people, equipment, training. It is noted, not reckoned."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.requests.domain.allocation import offer_key
from services.requests.domain.content import RequestContent
from services.requests.domain.messages import (
    AcceptInKind,
    InKindAccepted,
    InKindDeclined,
    InKindReleased,
    ReleaseReason,
    SurplusReason,
)


@dataclass(frozen=True)
class HelpInKind:
    """Help in kind that counts for a line now."""

    pledge: str
    attempt: int
    line: str

    @property
    def offer(self) -> str:
        """The offer's name inside this request."""
        return offer_key(self)


def answer(
    offer: AcceptInKind, not_open_because: SurplusReason | None, line_is_there: bool
) -> InKindAccepted | InKindDeclined:
    """Accepted where the line is there and open to offers; else declined with the reason."""
    because = not_open_because or (None if line_is_there else "unknown_line")
    if because is not None:
        return InKindDeclined(pledge=offer.pledge, attempt=offer.attempt, line=offer.line, reason=because)
    return InKindAccepted(pledge=offer.pledge, attempt=offer.attempt, line=offer.line, description=offer.description)


def release(pledge: str, attempt: int, line: str, *, held: bool, answered: bool) -> tuple[InKindReleased, ...]:
    """What follows when the donor takes it back; before the offer came, it is kept for then."""
    if answered and not held:
        return ()
    return (InKindReleased(pledge=pledge, attempt=attempt, line=line, reason="lowered_by_donor"),)


def release_all(help_in_kind: tuple[HelpInKind, ...], reason: ReleaseReason) -> tuple[InKindReleased, ...]:
    """All of it, latest first."""
    return tuple(_released(given, reason) for given in reversed(help_in_kind))


def release_what_no_longer_fits(
    help_in_kind: tuple[HelpInKind, ...], content: RequestContent
) -> Iterator[InKindReleased]:
    """Help for lines that are no longer asked for, latest first."""
    for given in reversed(help_in_kind):
        if content.need(given.line) is None:
            yield _released(given, "need_revised")


def _released(given: HelpInKind, reason: ReleaseReason) -> InKindReleased:
    return InKindReleased(pledge=given.pledge, attempt=given.attempt, line=given.line, reason=reason)
