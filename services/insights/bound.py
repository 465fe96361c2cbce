"""The duties of States that are bound on a day, with their dates: what calendar, profile and statistics share."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.insights.facts.obligation import Obligation
from services.insights.near.closing import CLOSED, Closing, closing
from services.insights.near.deadline import Deadlines, deadlines
from services.insights.near.known import Lens
from services.insights.near.membership import Membership, membership
from services.insights.near.picture import Picture
from services.insights.near.settings import Settings


@dataclass(frozen=True, slots=True)
class BoundDuty:
    """One duty of a State Party on the day."""

    duty: Obligation
    member: Membership
    closing: Closing
    dates: Deadlines

    @property
    def is_open(self) -> bool:
        """Whether something is left to do, if only to declare that the work is done."""
        return self.closing.how != CLOSED


def bound_duties(picture: Picture, lens: Lens, settings: Settings, state: str = "") -> Iterator[BoundDuty]:
    """Duties known on the day of States that the treaty then binds; of one State or of all, by State and duty."""
    of_state: dict[tuple[str, str], list[Obligation]] = {}
    for duty in sorted(picture.obligations, key=lambda one: (one.state, one.treaty, one.id)):
        if state in ("", duty.state):
            of_state.setdefault((duty.state, duty.treaty), []).append(duty)
    for (named, treaty), duties in of_state.items():
        key = (treaty, named)
        member = membership(picture.party_by_state.get(key), duties, picture.reporting_by_state.get(key), lens)
        if member is None:
            continue
        meetings = picture.calendar.dated(treaty, lens)
        for duty in duties:
            if is_known(duty, lens):
                dates = deadlines(duty, member, meetings, lens, settings)
                yield BoundDuty(duty, member, closing(duty, lens), dates)


def is_known(duty: Obligation, lens: Lens) -> bool:
    """Whether a source had spoken of the duty by the day; the date that a rule gives is not enough."""
    told = (duty.registered, duty.original_deadlines, duty.figures, duty.statuses, duty.extensions, duty.measures)
    done = (duty.lodgings, duty.decisions, duty.completions, duty.later_finds, duty.hostilities)
    return any(lens.known(facts) for facts in (*told, *done))
