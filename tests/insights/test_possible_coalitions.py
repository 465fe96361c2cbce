"""Possible coalitions over told histories and over HTTP: who is near, what is open, what donors can still give."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from services.insights.near.known import Lens
from services.insights.near.picture import Rates
from services.insights.near.ranking import board_of
from services.insights.near.settings import Options
from services.insights.possible.answer import PossibleCoalitions, possible_coalitions
from services.insights.possible.suggestions import Suggestion, by_donor
from services.insights.readings import coalitions as c
from services.insights.readings import pledges as p
from shared.money import Money, Rate
from tests.insights.histories import Telling, acts, told
from tests.insights.telling import Story
from tests.portal.story import STATEMENT, usd
from tests.system import TestSystem, embedded_system

ON = date(2017, 12, 20)
LONG_AGO = date(2016, 1, 1)


class TwoForOne:
    """A euro is two dollars on every day."""

    def usd(self, currency: str, on: date) -> Rate | None:
        """Two dollars for a euro; no other currency is known."""
        return Rate(currency=currency, usd=Decimal(2), on=on, source="a test") if currency == "EUR" else None


def donor(
    story: Story,
    id_: str = "d1",
    capacity: Money | None = None,
    year: int = 2017,
    on: date = LONG_AGO,
    kinds: tuple[str, ...] = ("clearance",),
    **profile: Any,
) -> Story:
    """A donor that names its kinds of help, and perhaps what it can give in a year."""
    story.tell(f"donor-{id_}", p.DonorRegistered(donor=id_, name=f"Donor {id_}"), on)
    story.tell(f"donor-{id_}", p.DonorProfileChanged(kinds=kinds, **profile), on)
    if capacity:
        story.tell(f"donor-{id_}", p.CapacityStated(year=year, amount=capacity), on)
    return story


def near(story: Story, state: str = "MNE", dollars: int = 300_000, km2: float = 2) -> Story:
    """A State near completion that asks for clearance."""
    story.party(state).left(state, km2)
    return story.request(f"r-{state}", state, [("teams", "clearance", dollars)])


def found(
    story: Story, on: date = ON, rates: Rates | None = None, options: Options | None = None
) -> PossibleCoalitions:
    options = options or Options()
    picture = story.picture(rates)
    return possible_coalitions(picture, Lens(on, options.as_recorded), board_of(picture, on, options))


def shares(one: Suggestion) -> dict[tuple[str, str], Decimal | None]:
    return {(partner.donor, share.need.line): share.usd for partner in one.partners for share in partner.shares}


def test_a_state_near_completion_meets_the_donor_whose_capacity_its_open_need_fits() -> None:
    story = donor(near(Story()).allocated("r-MNE", "other", "teams", 100_000), capacity=Money.of(1_000_000, "USD"))
    (one,) = found(story).suggestions
    assert (one.state, one.state_name) == ("MNE", "Montenegro")
    assert [duty.id for duty in one.obligations] == ["CCM-MNE-4"]
    assert shares(one) == {("d1", "teams"): 200_000}
    assert one.uncovered == ()
    (share,) = one.partners[0].shares
    assert (share.need.request, share.need.link) == ("r-MNE", "requests/request-r-MNE@1.1")


def test_a_state_far_from_completion_or_without_an_open_need_gets_none() -> None:
    story = donor(near(Story(), "LAO", km2=900).party("MNE").left("MNE", 2), capacity=Money.of(1_000_000, "USD"))
    assert found(story).suggestions == ()


def test_states_come_in_the_order_of_the_ranking_and_share_one_capacity() -> None:
    story = near(near(near(Story()), "TCD", km2=5), "LAO", km2=9)
    donor(story, capacity=Money.of(500_000, "USD"))
    answer = found(story)
    ranked = [row.state for row in board_of(story.picture(), ON).ranking().rows]
    assert [one.state for one in answer.suggestions] == ranked[:2]
    assert by_donor(answer.suggestions) == {"d1": 500_000}
    assert answer.suggestions[1].uncovered[0].usd == 100_000


@pytest.mark.parametrize("how", ["activated", "suspended"])
def test_while_a_coalition_stands_nothing_is_suggested(how: str) -> None:
    story = donor(near(Story()), capacity=Money.of(1_000_000, "USD"))
    story.coalition("x", "MNE", "2017-12-10", "2017-12-11")
    if how == "suspended":
        story.tell("coalition-x", c.CoalitionSuspended(on=date(2017, 12, 12), reason="Rain."), date(2017, 12, 12))
    assert found(story).suggestions == ()
    assert found(story, date(2017, 12, 9)).total == 1


@pytest.mark.parametrize(
    "end",
    [
        c.CoalitionAbandoned(reason="No lead.", on=date(2017, 12, 12)),
        c.CoalitionConcluded(outcome="Done.", lessons="", on=date(2017, 12, 12)),
    ],
)
def test_after_a_coalition_has_ended_another_may_be_suggested(end: Any) -> None:
    story = donor(near(Story()), capacity=Money.of(1_000_000, "USD")).coalition("x", "MNE", "2017-12-10")
    story.tell("coalition-x", end, date(2017, 12, 12))
    assert found(story, date(2017, 12, 11)).suggestions == ()
    assert found(story).total == 1


def test_what_a_donor_promised_for_the_year_is_taken_off_its_capacity() -> None:
    story = donor(near(Story()), capacity=Money.of(250_000, "USD"))
    story.pledged("this-year", "d1", "2017-03-01", state="LAO", usd=100_000)
    story.pledged("last-year", "d1", "2016-03-01", state="LAO", usd=70_000)
    story.pledged("cancelled", "d1", "2017-03-01", state="LAO", usd=90_000)
    story.tell("pledge-cancelled", p.PledgeCancelled(reason="No."), date(2017, 4, 1))
    story.pledged("reduced", "d1", "2017-03-01", state="LAO", usd=50_000)
    story.tell("pledge-reduced", p.PledgeReduced(amount=Money.of(20_000, "USD"), reason="Budget."), date(2017, 4, 1))
    (one,) = found(story).suggestions
    assert shares(one) == {("d1", "teams"): 120_000}


def test_of_a_pledge_in_parts_only_what_is_expected_in_the_year_is_taken_off() -> None:
    parts = tuple(
        p.TranchePlanned(tranche=year, amount=Money.of(100_000, "USD"), expected_on=year) for year in ("2017", "2018")
    )
    pledge = p.PledgeAnnounced(
        donor="d1",
        target=p.TargetNamed(kind="state", state="LAO"),
        amount=Money.of(200_000, "USD"),
        tranches=parts,
        announced_on=date(2016, 5, 1),
    )
    story = donor(near(Story()), capacity=Money.of(250_000, "USD")).tell("pledge-p", pledge, date(2016, 5, 1))
    (one,) = found(story).suggestions
    assert shares(one) == {("d1", "teams"): 150_000}


def test_a_capacity_in_a_currency_without_a_rate_is_not_known_and_with_one_it_counts() -> None:
    story = donor(near(Story()), capacity=Money.of(100_000, "EUR"))
    (one,) = found(story).suggestions
    assert shares(one) == {}
    assert "How much it can give." in one.partners[0].to_ask
    assert one.uncovered[0].usd == 300_000
    (one,) = found(story, rates=TwoForOne()).suggestions
    assert shares(one) == {("d1", "teams"): 200_000}


def test_a_capacity_of_a_year_gone_by_is_no_capacity_and_that_of_the_next_year_is_named() -> None:
    story = donor(near(Story()), capacity=Money.of(100_000, "USD"), year=2016)
    assert "How much it can give." in found(story).suggestions[0].partners[0].to_ask
    story.tell("donor-d1", p.CapacityStated(year=2018, amount=Money.of(200_000, "USD")), LONG_AGO)
    (one,) = found(story).suggestions
    assert "Has stated capacity for USD 200,000 of it in 2018." in one.partners[0].reasons


def test_a_donor_counts_from_the_day_on_which_it_was_known() -> None:
    story = donor(near(Story()), on=date(2017, 12, 15))
    assert found(story, date(2017, 12, 14)).suggestions == ()
    assert found(story, date(2017, 12, 15)).total == 1


def test_a_need_that_a_source_tells_of_is_named_by_its_event() -> None:
    story = donor(Story().party("MNE").left("MNE", 2).need("n", "MNE", 300_000), capacity=Money.of(500_000, "USD"))
    (share,) = found(story).suggestions[0].partners[0].shares
    assert (share.need.request, share.need.line, share.need.link) == ("", "", "requests/need-n@1.1")


def test_help_that_is_needed_for_years_asks_how_a_donor_of_one_year_could_give_it() -> None:
    story = Story().party("MNE").left("MNE", 2).need("n", "MNE", 300_000, years=(2017, 2019))
    (one,) = found(donor(story, multi_year=False)).suggestions
    assert "How help over several years could be given: it gives for one year at a time." in one.partners[0].to_ask


HISTORIES = st.lists(acts(date(2015, 1, 1), date(2017, 12, 1)), max_size=16)


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.integers(1, 3_000_000))
def test_no_history_makes_a_suggestion_to_a_state_in_a_coalition_or_beyond_what_the_donor_can_give(
    parts: list[Telling], capacity: int
) -> None:
    story = told([("left", (state, 3.0, "2016", "2017-01-01"), {}) for state in ("AAA", "AAB", "AAC")] + parts)
    for state in ("AAA", "AAB", "AAC"):
        story.party(state)
    donor(story, capacity=Money.of(capacity, "USD"))
    answer = found(story)
    standing = {
        one.state
        for one in story.picture().coalitions
        if Lens(ON).known(one.proposals)
        and not {turn.how for turn in Lens(ON).known(one.turns)} & {"concluded", "abandoned"}
    }
    assert not standing & {one.state for one in answer.suggestions}
    assert by_donor(answer.suggestions).get("d1", Decimal(0)) <= capacity


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("possible")) as running:
        for state in ("XXA", "XXB"):
            await _near(running, state)
        async with running.client("donor", "XXM") as client:
            named = {"donor": "XXM", "name": "Exercise M", "iso3": "XXM"}
            for path, body in (
                ("registration", named),
                ("profile", {"kinds": ["clearance"], "treaties": ["CCM"]}),
                ("capacity", {"year": 2026, "amount": usd("500000.00")}),
            ):
                answer = await client.post(f"/pledges/donors/XXM/{path}", json=body)
                assert answer.status_code in (200, 201), answer.text
        await running.settle()
        yield running


async def _near(system: TestSystem, state: str) -> None:
    duty = {"treaty": "CCM", "state": state, "article": "4"}
    party = {"treaty": "CCM", "state": state, "action": "ratification", "deposited_on": "2016-03-01", "name": state}
    figure = {"metric": "remaining_contamination_m2", "value": "1000000", "unit": "m2", "period": "2025-12-31"}
    need = {"kind": "clearance", "treaty": "CCM", "article": "4", "line": "teams", "amount": usd("300000.00")}
    content = {"state": state, "obligations": [{"treaty": "CCM", "article": "4"}], "needs": [need]}
    steps = (
        ("isu", "", f"/deadlines/parties/CCM-{state}", {**party, "statement": STATEMENT}),
        ("isu", "", f"/deadlines/obligations/CCM-{state}-4", {**duty, "statement": STATEMENT}),
        ("isu", "", f"/deadlines/obligations/CCM-{state}-4/figures", {**duty, **figure, "statement": STATEMENT}),
        ("state", state, f"/requests/R-{state}/submission", {"content": content}),
    )
    for role, scope, path, body in steps:
        async with system.client(role, scope) as client:  # type: ignore[arg-type]
            answer = await client.post(path, json=body)
            assert answer.status_code in (200, 201), (path, answer.text)


async def asked(system: TestSystem, status: int = 200, **params: Any) -> Any:
    async with system.client() as anybody:
        answer = await anybody.get("/insights/possible-coalitions", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.mark.asyncio(loop_scope="module")
async def test_everybody_reads_who_could_help_and_what_stays_uncovered(system: TestSystem) -> None:
    answer = await asked(system)
    assert (answer["total"], [one["state"] for one in answer["suggestions"]]) == (2, ["XXA", "XXB"])
    first, second = answer["suggestions"]
    assert first["partners"][0]["shares"][0]["usd"] == "300000.00"
    assert second["partners"][0]["shares"][0]["usd"] == "200000.00"
    assert second["uncovered"][0]["usd"] == "100000.00"
    assert first["uncovered"] == []


@pytest.mark.asyncio(loop_scope="module")
async def test_a_part_is_shown_and_all_are_counted(system: TestSystem) -> None:
    whole = await asked(system)
    assert await asked(system, limit=1, offset=1) == {**whole, "suggestions": whole["suggestions"][1:]}
    assert (await asked(system, offset=2)) == {**whole, "suggestions": []}


@pytest.mark.asyncio(loop_scope="module")
async def test_states_are_asked_about_as_in_the_ranking(system: TestSystem) -> None:
    (only,) = (await asked(system, region="XXB"))["suggestions"]
    assert (only["state"], only["uncovered"]) == ("XXB", [])
    assert (await asked(system, treaty="APMBC"))["total"] == 0
    assert (await asked(system, as_recorded="2026-11-20"))["total"] == 0
    assert (await asked(system, 422, region="Atlantis"))["errors"][0]["field"] == "region"
    assert (await asked(system, 422, limit=201))["errors"][0]["field"] == "query.limit"
    await asked(system, 404, donor="nobody")


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_proposes_a_coalition_reads_at_once_that_nothing_is_suggested_any_more(
    system: TestSystem,
) -> None:
    proposal = {
        "state": "XXB",
        "obligations": [{"treaty": "CCM", "article": "4"}],
        "purpose": "Finish.",
        "proposed_by": "A coordinator",
        "proposed_on": "2026-11-20",
    }
    async with system.client("coordinator") as coordinator:
        answer = await coordinator.post("/coalitions", json=proposal)
    assert answer.status_code == 201, answer.text
    left = await asked(system, after=answer.json()["token"])
    assert [one["state"] for one in left["suggestions"]] == ["XXA"]
