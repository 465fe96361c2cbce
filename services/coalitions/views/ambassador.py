"""An ambassador: its experience, and whom it is and was matched with."""

from datetime import date
from typing import assert_never, get_args

from services.coalitions.domain.ambassador import AmbassadorEvent, AmbassadorMatched, AmbassadorNamed, MatchEnded
from services.coalitions.domain.naming import Article, Challenge, Treaty
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection


class MatchLine(Value):
    """A match; `ended_on` None: it goes on."""

    with_state: str
    treaty: Treaty
    article: Article
    matched_on: date
    ended_on: date | None = None
    outcome: str = ""
    link: str


class AmbassadorPage(Value):
    """A State that shares its experience (CCM-5)."""

    state: str
    challenges: tuple[Challenge, ...]
    experience: str
    named_on: date
    matches: tuple[MatchLine, ...] = ()
    link: str


def fold(page: AmbassadorPage | None, heard: Heard[AmbassadorEvent]) -> AmbassadorPage | None:
    """The page after an event."""
    event = heard.event
    match event:
        case AmbassadorNamed(state=state, challenges=challenges, experience=experience, on=on):
            return AmbassadorPage(
                state=state,
                challenges=challenges,
                experience=experience,
                named_on=page.named_on if page else on,
                matches=page.matches if page else (),
                link=heard.link,
            )
        case AmbassadorMatched():
            line = MatchLine(
                with_state=event.with_state,
                treaty=event.treaty,
                article=event.article,
                matched_on=event.on,
                link=heard.link,
            )
            return page and page.model_copy(update={"matches": (*page.matches, line)})
        case MatchEnded():
            return page and page.model_copy(
                update={"matches": tuple(ended(line, event, heard.link) for line in page.matches)}
            )
        case _:
            assert_never(event)


def ended(line: MatchLine, event: MatchEnded, link: str) -> MatchLine:
    """The match as ended, if it is this one and it was going on."""
    same = (line.with_state, line.treaty, line.article) == (event.with_state, event.treaty, event.article)
    if not same or line.ended_on:
        return line
    return line.model_copy(update={"ended_on": event.on, "outcome": event.outcome, "link": link})


AMBASSADOR_PAGES = Projection(
    "ambassador_pages",
    version=1,
    category="ambassador",
    events=get_args(AmbassadorEvent),
    document=AmbassadorPage,
    fold=fold,
)
