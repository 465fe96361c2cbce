"""An ambassador: a State that finished and helps others with the same challenge (CCM-5). Stream `ambassador-<iso3>`.

Whether it has declared completion stands in other people's records: the page says what is known of
it as a caution, and nothing here blocks on it.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never, get_args

from pydantic import Field

from services.coalitions.domain.naming import Account, Article, Challenge, Treaty
from shared.countries import Iso3
from shared.decider import Decider
from shared.messages import Command, Event, NotFound, Refused, Unacceptable
from shared.text import Prose


class NameAmbassador(Command):
    """Name a State as ambassador for the challenges it met; again: with other challenges or more experience."""

    state: Iso3
    challenges: tuple[Challenge, ...] = Field(min_length=1, max_length=10)
    experience: Account
    on: date


class MatchAmbassador(Command):
    """Bring the ambassador together with a State that has the same challenge."""

    with_state: Iso3
    treaty: Treaty
    article: Article
    on: date


class EndMatch(Command):
    """The exchange is over: what came of it."""

    with_state: Iso3
    treaty: Treaty
    article: Article
    outcome: Prose = ""
    on: date


class AmbassadorNamed(Event):
    """A State shares its experience with these challenges from now on."""

    state: Iso3
    challenges: tuple[Challenge, ...]
    experience: Account
    on: date


class AmbassadorMatched(Event):
    """An ambassador and a State with the same challenge were brought together."""

    state: Iso3
    with_state: Iso3
    treaty: Treaty
    article: Article
    on: date


class MatchEnded(Event):
    """Their exchange is over."""

    with_state: Iso3
    treaty: Treaty
    article: Article
    outcome: Prose = ""
    on: date


class NoSuchAmbassador(NotFound):
    """This State has not been named as ambassador."""


class AnotherState(Refused):
    """This record is about another State."""


class NotItsChallenge(Unacceptable):
    """The ambassador has not met this challenge itself."""


class ItselfMatched(Unacceptable):
    """A State is not matched with itself."""


class NotMatched(Refused):
    """These two States are not matched on this challenge."""


AmbassadorCommand = NameAmbassador | MatchAmbassador | EndMatch
AmbassadorEvent = AmbassadorNamed | AmbassadorMatched | MatchEnded


@dataclass(frozen=True)
class Ambassador:
    """A State's challenges and whom it is matched with now."""

    state: str = ""
    challenges: tuple[Challenge, ...] = ()
    experience: str = ""
    matches: frozenset[tuple[str, Challenge]] = frozenset()


def decide(command: AmbassadorCommand, ambassador: Ambassador) -> tuple[AmbassadorEvent, ...]:
    """What follows from a command, or a refusal."""
    if isinstance(command, NameAmbassador):
        return name(command, ambassador)
    if not ambassador.state:
        raise NoSuchAmbassador()
    challenge = Challenge(treaty=command.treaty, article=command.article)
    matched = (command.with_state, challenge) in ambassador.matches
    match command:
        case MatchAmbassador():
            if command.with_state == ambassador.state:
                raise ItselfMatched(field="with_state", found=command.with_state)
            if challenge not in ambassador.challenges:
                met = ", ".join(f"{known.treaty} {known.article}" for known in ambassador.challenges)
                raise NotItsChallenge(field="article", found=f"{command.treaty} {command.article}", allowed=met)
            return () if matched else (AmbassadorMatched(state=ambassador.state, **dict(command)),)
        case EndMatch():
            if not matched:
                raise NotMatched(field="with_state", found=command.with_state)
            return (MatchEnded(**dict(command)),)
        case _:
            assert_never(command)


def name(command: NameAmbassador, ambassador: Ambassador) -> tuple[AmbassadorEvent, ...]:
    """The naming; nothing where it says what stands already."""
    if ambassador.state and command.state != ambassador.state:
        raise AnotherState(field="state", found=command.state, allowed=ambassador.state)
    if (command.challenges, command.experience) == (ambassador.challenges, ambassador.experience):
        return ()
    return (AmbassadorNamed(**dict(command)),)


def evolve(ambassador: Ambassador, event: AmbassadorEvent) -> Ambassador:
    """The ambassador after an event. A match stays when the challenges are named anew."""
    match event:
        case AmbassadorNamed(state=state, challenges=challenges, experience=experience):
            return replace(ambassador, state=state, challenges=challenges, experience=experience)
        case AmbassadorMatched():
            return replace(ambassador, matches=ambassador.matches | {between(event)})
        case MatchEnded():
            return replace(ambassador, matches=ambassador.matches - {between(event)})
        case _:
            assert_never(event)


def between(event: AmbassadorMatched | MatchEnded) -> tuple[str, Challenge]:
    """Whom a match is with, and on what."""
    return event.with_state, Challenge(treaty=event.treaty, article=event.article)


AMBASSADORS = Decider("ambassador", Ambassador(), decide, evolve, events=get_args(AmbassadorEvent))
