"""A meeting of a treaty, with its days as planned, moved and held, by every source."""

from dataclasses import replace
from datetime import date
from typing import get_args

from services.deadlines.domain.meeting import (
    Meeting,
    MeetingEvent,
    MeetingHeld,
    MeetingMoved,
    MeetingPlanned,
    MeetingStated,
    OfMeeting,
    evolve,
)
from services.deadlines.views.cited import Cited, EventLink, cite, link_to
from shared.heard import Heard
from shared.past import recorded_on, stated_on
from shared.projection import Projection


class MeetingDocument(OfMeeting):
    """One meeting. `place` and `president` as last told, blank where not read."""

    folded: Meeting
    place: str = ""
    president: str = ""
    stated: tuple[Cited[MeetingStated], ...] = ()
    moved: tuple[Cited[MeetingMoved], ...] = ()
    events: tuple[EventLink, ...] = ()


def fold(document: MeetingDocument | None, heard: Heard[MeetingEvent]) -> MeetingDocument:
    """The document after the event."""
    event = heard.event
    now = document or MeetingDocument(treaty=event.treaty, name=event.name, folded=Meeting())
    changed: dict[str, object] = {
        "folded": replace(evolve(now.folded, event), told=frozenset()),
        "events": (*now.events, link_to(heard)),
    }
    match event:
        case MeetingStated():
            changed |= {
                "stated": (*now.stated, Cited[MeetingStated](**cite(heard))),
                "place": event.place or now.place,
                "president": event.president or now.president,
            }
        case MeetingPlanned():
            changed["place"] = event.place or now.place
        case MeetingMoved():
            changed["moved"] = (*now.moved, Cited[MeetingMoved](**cite(heard)))
        case MeetingHeld():
            pass  # its days are in the fold
    return now.model_copy(update=changed)


def known_on(heard: Heard[MeetingEvent]) -> date:
    """From which day it is known: as the ranking counts it."""
    event = heard.event
    if isinstance(event, MeetingStated):
        return stated_on(heard, event.statement, event.starts_on or event.planned_starts_on)
    told = event.starts_on if isinstance(event, MeetingHeld) else recorded_on(heard)
    return max(told, event.statement.stated_on.end) if event.statement.stated_on else told


MEETING_DOCUMENTS = Projection(
    "meetings",
    version=1,
    category="meeting",
    events=get_args(MeetingEvent),
    document=MeetingDocument,
    fold=fold,
    fields=("treaty",),
)
