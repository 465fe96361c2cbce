"""States that finished, and whom they help."""

from datetime import date

from services.coalitions.domain import ambassador as rules
from services.coalitions.domain.ambassador import (
    AMBASSADORS,
    AmbassadorMatched,
    AmbassadorNamed,
    EndMatch,
    MatchAmbassador,
    MatchEnded,
    NameAmbassador,
)
from services.coalitions.domain.naming import Challenge
from tests.scenario import Scenario

ambassador = Scenario(AMBASSADORS)
DAY = date(2019, 9, 2)
NAMING = {
    "state": "MNE",
    "challenges": (Challenge(treaty="CCM", article="4"),),
    "experience": "Released all land in two seasons with one partner.",
    "on": DAY,
}
WITH = {"with_state": "BIH", "treaty": "CCM", "article": "4", "on": DAY}


def test_an_ambassador_is_matched_with_a_state_that_has_the_same_challenge() -> None:
    (
        ambassador.given()
        .when(NameAmbassador(**NAMING))
        .then(AmbassadorNamed(**NAMING))
        .when(MatchAmbassador(**WITH))
        .then(AmbassadorMatched(state="MNE", **WITH))
        .when(MatchAmbassador(**WITH))
        .nothing()
        .when(EndMatch(**WITH, outcome="Two visits."))
        .then(MatchEnded(**WITH, outcome="Two visits."))
        .when(EndMatch(**WITH))
        .refused(rules.NotMatched, field="with_state")
    )


def test_a_challenge_it_never_met_is_refused() -> None:
    other = MatchAmbassador(**{**WITH, "article": "3"})
    ambassador.given(AmbassadorNamed(**NAMING)).when(other).refused(rules.NotItsChallenge, field="article")


def test_the_same_article_of_the_other_treaty_is_another_challenge() -> None:
    other = MatchAmbassador(**{**WITH, "treaty": "APMBC"})
    ambassador.given(AmbassadorNamed(**NAMING)).when(other).refused(rules.NotItsChallenge)


def test_nobody_is_matched_with_itself_or_before_it_is_named() -> None:
    itself = MatchAmbassador(**{**WITH, "with_state": "MNE"})
    ambassador.given(AmbassadorNamed(**NAMING)).when(itself).refused(rules.ItselfMatched, field="with_state")
    ambassador.given().when(MatchAmbassador(**WITH)).refused(rules.NoSuchAmbassador)


def test_naming_again_adds_experience_and_the_same_words_add_nothing() -> None:
    more = {**NAMING, "experience": "Also destroyed its stock."}
    given = ambassador.given(AmbassadorNamed(**NAMING))
    given.when(NameAmbassador(**NAMING)).nothing()
    given.when(NameAmbassador(**more)).then(AmbassadorNamed(**more))
    given.when(NameAmbassador(**{**NAMING, "state": "ALB"})).refused(rules.AnotherState, field="state")
