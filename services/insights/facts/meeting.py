"""A meeting of a treaty. Stream `meeting-<treaty>-<name>`."""

from services.insights.facts.origin import Document, Fact, done, stated
from services.insights.readings import deadlines as told
from shared.dates import PartialDate
from shared.heard import Heard


class MeetingDays(Fact):
    """The meeting's days as said at one time. `how`: stated, planned, moved or held.

    `planned_starts_on` is the first day as once planned, where the source names both.
    """

    how: str
    starts_on: PartialDate | None
    ends_on: PartialDate | None
    planned_starts_on: PartialDate | None = None
    place: str = ""
    president: str = ""
    reason: str = ""


class Meeting(Document):
    """All that is stated about a meeting. `kind`: msp, rc, ism, informal …"""

    treaty: str
    name: str
    kind: str = ""
    days: tuple[MeetingDays, ...] = ()


MeetingHeard = told.MeetingStated | told.MeetingPlanned | told.MeetingMoved | told.MeetingHeld


def fold(meeting: Meeting | None, heard: Heard[MeetingHeard]) -> Meeting | None:
    """The meeting after one event."""
    event = heard.event
    if meeting is None:
        meeting = Meeting(id=heard.identity, treaty=event.treaty, name=event.name)
    match event:
        case told.MeetingStated():
            if not meeting.kind:
                meeting = meeting.model_copy(update={"kind": event.kind})
            spoken_of = event.starts_on or event.planned_starts_on
            return meeting.plus(
                "days",
                MeetingDays(
                    origin=stated(heard, event.statement, spoken_of),
                    how="stated",
                    starts_on=event.starts_on,
                    ends_on=event.ends_on,
                    planned_starts_on=event.planned_starts_on,
                    place=event.place,
                    president=event.president,
                ),
            )
        case told.MeetingPlanned():
            if not meeting.kind:
                meeting = meeting.model_copy(update={"kind": event.kind})
            return meeting.plus(
                "days",
                MeetingDays(
                    origin=done(heard, None, event.statement),
                    how="planned",
                    starts_on=PartialDate(event.starts_on.isoformat()),
                    ends_on=PartialDate(event.ends_on.isoformat()) if event.ends_on else None,
                    place=event.place,
                ),
            )
        case told.MeetingMoved():
            return meeting.plus(
                "days",
                MeetingDays(
                    origin=done(heard, None, event.statement),
                    how="moved",
                    starts_on=PartialDate(event.starts_on.isoformat()),
                    ends_on=PartialDate(event.ends_on.isoformat()) if event.ends_on else None,
                    reason=event.reason,
                ),
            )
        case told.MeetingHeld():
            return meeting.plus(
                "days",
                MeetingDays(
                    origin=done(heard, event.starts_on, event.statement),
                    how="held",
                    starts_on=PartialDate(event.starts_on.isoformat()),
                    ends_on=PartialDate(event.ends_on.isoformat()) if event.ends_on else None,
                ),
            )
