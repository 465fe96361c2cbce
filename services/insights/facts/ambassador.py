"""Ambassadors and older partnerships. Streams `ambassador-<iso3>` and `partnership-<id>`."""

from datetime import date

from services.insights.facts.origin import Document, Fact, done, stated
from services.insights.readings import coalitions as told
from shared.heard import Heard
from shared.messages import Value


class Challenge(Value):
    """A duty that the ambassador has met itself."""

    treaty: str
    article: str


class Naming(Fact):
    """A State offers what it learned."""

    challenges: tuple[Challenge, ...]
    experience: str
    on: date


class Match(Fact):
    """With whom it was matched; `ended` where the match came to its end."""

    with_state: str
    on: date
    treaty: str = ""
    article: str = ""
    ended: bool = False
    outcome: str = ""


class Ambassador(Document):
    """A State that shares its experience."""

    state: str
    named: tuple[Naming, ...] = ()
    matches: tuple[Match, ...] = ()


class PartnershipStatement(Fact):
    """A partnership as its source tells it. `called` says what the source calls it."""

    name: str
    partners: str
    established: str
    purpose: str
    outcome: str
    called: str


class Partnership(Document):
    """A country partnership, as often as it was recorded."""

    state: str = ""
    stated: tuple[PartnershipStatement, ...] = ()


AmbassadorHeard = told.AmbassadorNamed | told.AmbassadorMatched | told.MatchEnded
PartnershipHeard = told.PartnershipRecorded


def fold(ambassador: Ambassador | None, heard: Heard[AmbassadorHeard]) -> Ambassador | None:
    """The ambassador after one event."""
    ambassador = ambassador or Ambassador(id=heard.identity, state=heard.identity)
    event = heard.event
    match event:
        case told.AmbassadorNamed():
            return ambassador.plus(
                "named",
                Naming(
                    origin=done(heard, event.on),
                    challenges=tuple(Challenge(treaty=c.treaty, article=c.article) for c in event.challenges),
                    experience=event.experience,
                    on=event.on,
                ),
            )
        case told.AmbassadorMatched():
            return ambassador.plus(
                "matches",
                Match(
                    origin=done(heard, event.on),
                    with_state=event.with_state,
                    on=event.on,
                    treaty=event.treaty,
                    article=event.article,
                ),
            )
        case told.MatchEnded():
            return ambassador.plus(
                "matches",
                Match(
                    origin=done(heard, event.on),
                    with_state=event.with_state,
                    on=event.on,
                    ended=True,
                    outcome=event.outcome,
                ),
            )


def fold_partnership(partnership: Partnership | None, heard: Heard[PartnershipHeard]) -> Partnership | None:
    """The partnership after one event."""
    event = heard.event
    partnership = partnership or Partnership(id=heard.identity, state=event.state or "")
    return partnership.plus(
        "stated",
        PartnershipStatement(
            origin=stated(heard, event.statement),
            name=event.name,
            partners=event.partners,
            established=event.established or "",
            purpose=event.purpose,
            outcome=event.outcome,
            called=event.called,
        ),
    )
