"""What the coalitions do when pledges are made for them."""

from collections.abc import Iterable

from services.coalitions.domain.coalition_messages import NoteContribution
from services.coalitions.readings import PledgeAnnounced
from shared.heard import Heard
from shared.ids import derived_id
from shared.policy import Issue


def note_announced(heard: Heard[PledgeAnnounced]) -> Iterable[Issue]:
    """A pledge to a coalition stands on its page."""
    told = heard.event
    if told.target.kind == "coalition" and told.target.coalition:
        yield Issue(
            to=told.target.coalition,
            command=NoteContribution(
                pledge=heard.identity, member=told.donor, amount=told.amount, in_kind=told.in_kind
            ),
            command_id=derived_id("note-contribution", heard.stream, heard.seq, heard.n),
        )
