"""A State Party: how it joined, by every source, and whether it withdrew."""

from dataclasses import replace
from typing import get_args

from services.deadlines.domain.party import (
    OfParty,
    Party,
    PartyEvent,
    StatePartyRegistered,
    StatePartyRestated,
    WithdrawalPostponed,
    WithdrawalReceived,
    evolve,
)
from services.deadlines.views.cited import Cited, cite
from shared.heard import Heard
from shared.projection import Projection


class PartyDocument(OfParty):
    """A State under a treaty, with every account of its joining and leaving."""

    folded: Party
    name: str = ""
    registered: tuple[Cited[StatePartyRegistered], ...] = ()
    restated: tuple[Cited[StatePartyRestated], ...] = ()
    withdrawals: tuple[Cited[WithdrawalReceived], ...] = ()
    postponements: tuple[Cited[WithdrawalPostponed], ...] = ()


def fold(document: PartyDocument | None, heard: Heard[PartyEvent]) -> PartyDocument:
    """The document after the event."""
    event = heard.event
    now = document or PartyDocument(treaty=event.treaty, state=event.state, folded=Party())
    # What was told stands in the lists: keeping it twice would only make the document larger.
    changed: dict[str, object] = {"folded": replace(evolve(now.folded, event), told=frozenset())}
    match event:
        case StatePartyRegistered():
            changed |= {
                "name": event.name,
                "registered": (*now.registered, Cited[StatePartyRegistered](**cite(heard))),
            }
        case StatePartyRestated():
            changed |= {"name": event.name, "restated": (*now.restated, Cited[StatePartyRestated](**cite(heard)))}
        case WithdrawalReceived():
            changed["withdrawals"] = (*now.withdrawals, Cited[WithdrawalReceived](**cite(heard)))
        case WithdrawalPostponed():
            changed["postponements"] = (*now.postponements, Cited[WithdrawalPostponed](**cite(heard)))
    return now.model_copy(update=changed)


PARTY_DOCUMENTS = Projection(
    "parties",
    version=1,
    category="party",
    events=get_args(PartyEvent),
    document=PartyDocument,
    fold=fold,
    fields=("treaty", "state"),
)
