"""A need as a source gives it, with the source."""

from datetime import datetime

from services.requests.domain.need import NEEDS, NeedRecorded
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection


class NeedShown(Value):
    """The recorded statement; `part_of` needs are inside a larger one and never added to it."""

    id: str
    state: str
    treaty: str
    article: str
    basis: str
    need: NeedRecorded
    recorded_at: datetime
    link: str


def fold(_: NeedShown | None, heard: Heard[NeedRecorded]) -> NeedShown | None:
    """The need as it was recorded. A stream has one; a later one would take its place."""
    event = heard.event
    return NeedShown(
        id=heard.identity,
        state=event.state,
        treaty=event.treaty,
        article=event.article,
        basis=event.basis,
        need=event,
        recorded_at=heard.at,
        link=heard.link,
    )


NEED: Projection[NeedShown] = Projection(
    "need",
    version=1,
    category=NEEDS.category,
    events=(NeedRecorded,),
    document=NeedShown,
    fold=fold,
    fields=("state", "treaty", "article", "basis"),
)
