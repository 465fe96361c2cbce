"""Which coalitions are suggested, with which reasons, and what stays uncovered."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.coalitions.suggestions import (
    DonorStance,
    OpenNeed,
    StateNearCompletion,
    by_donor,
    suggest,
)
from tests.coalitions.words import CLEARANCE

MILLION = Decimal(1_000_000)


def need(kind: str = "clearance", usd: Decimal | None = MILLION, line: str = "n1", years: int = 1) -> OpenNeed:
    return OpenNeed("r1", line, kind, "CCM", usd, years)


def state(
    *needs: OpenNeed, code: str = "MNE", region: str = "Europe", in_coalition: bool = False
) -> StateNearCompletion:
    return StateNearCompletion(code, (CLEARANCE,), needs, region, in_coalition)


def donor(name: str = "Norway", usd: Decimal | None = MILLION, **more: object) -> DonorStance:
    stated: dict[str, object] = {"treaties": ("CCM",), "regions": ("Europe",), "kinds": ("clearance",), **more}
    return DonorStance(name.lower(), name, capacity_usd=usd, **stated)  # type: ignore[arg-type]


def test_a_donor_whose_kind_region_and_capacity_fit_is_suggested_with_its_reasons() -> None:
    (found,) = suggest([state(need())], [donor(criteria=("universalisation",))])
    (partner,) = found.partners
    assert [share.usd for share in partner.shares] == [MILLION]
    assert partner.reasons == (
        "Gives clearance.",
        "Works in Europe.",
        "Names the CCM.",
        "Has stated capacity for USD 1,000,000 of it.",
        "Its criterion: universalisation",
    )
    assert partner.to_ask == ()
    assert found.uncovered == ()


def test_what_exceeds_the_capacity_stays_uncovered_and_says_so() -> None:
    (found,) = suggest([state(need(usd=3 * MILLION))], [donor(), donor("Sweden")])
    assert [partner.name for partner in found.partners] == ["Norway", "Sweden"]
    (left,) = found.uncovered
    assert left.usd == MILLION
    assert left.why == "More than the capacity stated."


def test_a_donor_that_states_another_region_treaty_or_kind_is_left_out() -> None:
    for other in (donor(regions=("Asia",)), donor(treaties=("APMBC",)), donor(kinds=("training",)), donor(kinds=())):
        assert suggest([state(need())], [other]) == ()


def test_what_a_donor_has_not_stated_is_a_question_and_covers_nothing() -> None:
    (found,) = suggest([state(need(years=3))], [donor(usd=None, regions=(), treaties=())])
    (partner,) = found.partners
    assert partner.shares == ()
    assert partner.to_ask == (
        "How much it can give.",
        "Whether it works in this region.",
        "Whether it supports work under this treaty.",
        "How help over several years could be given.",
    )
    assert found.uncovered[0].usd == MILLION


def test_the_same_dollar_is_not_suggested_twice() -> None:
    first, second = state(need(usd=MILLION * 3 / 4)), state(need(), code="ALB")
    found = suggest([first, second], [donor()])
    assert [one.state for one in found] == ["MNE", "ALB"]
    assert by_donor(found) == {"norway": MILLION}
    assert found[1].uncovered[0].usd == MILLION * 3 / 4


def test_technical_help_needs_no_amount_but_money_does() -> None:
    expert = need("technical_expertise", usd=None, line="n1")
    money = need("clearance", usd=None, line="n2")
    (found,) = suggest([state(expert, money)], [donor(kinds=("technical_expertise", "clearance"))])
    assert [(share.line, share.usd) for share in found.partners[0].shares] == [("n1", None)]
    assert [(left.line, left.why) for left in found.uncovered] == [("n2", "The amount is not stated: ask the State.")]


def test_a_need_nobody_gives_is_named() -> None:
    (found,) = suggest([state(need(), need("training", line="n2"))], [donor()])
    assert [(left.line, left.why) for left in found.uncovered] == [("n2", "No donor has stated this kind of help.")]


def test_a_state_in_a_coalition_or_without_open_needs_gets_no_suggestion() -> None:
    assert suggest([state(need(), in_coalition=True), state()], [donor()]) == ()


amounts = st.none() | st.integers(min_value=1, max_value=5_000_000).map(Decimal)
kinds = st.sampled_from(["clearance", "training", "survey"])
needs = st.builds(OpenNeed, st.just("r1"), st.uuids().map(str), kinds, st.just("CCM"), amounts)
some_states = st.lists(st.lists(needs, max_size=4).map(lambda lines: state(*lines)), max_size=4)
some_donors = st.lists(
    st.builds(donor, st.sampled_from(["Norway", "Sweden", "Fund"]), amounts, kinds=st.sets(kinds).map(tuple)),
    max_size=3,
    unique_by=lambda one: one.donor,
)


def lines(near: StateNearCompletion) -> set[str]:
    return {each.line for each in near.needs}


@given(some_states, some_donors)
def test_no_donor_is_stretched_and_nothing_asked_for_is_lost(
    near: list[StateNearCompletion], stances: list[DonorStance]
) -> None:
    found = suggest(near, stances)
    capacity = {one.donor: one.capacity_usd or Decimal(0) for one in stances}
    assert all(used <= capacity[name] for name, used in by_donor(found).items())
    lacking = {each.line: each.lacking_usd for one in near for each in one.needs}
    for one in found:
        said: dict[str, Decimal] = {}
        for part in [*(share for partner in one.partners for share in partner.shares), *one.uncovered]:
            said[part.line] = said.get(part.line, Decimal(0)) + (part.usd or Decimal(0))
        assert all(said[line] == (lacking[line] or Decimal(0)) for line in said)
        asked = next(lines(one_state) for one_state in near if said.keys() & lines(one_state))
        assert said.keys() == asked


@given(some_states, some_donors)
def test_the_order_in_which_donors_are_read_changes_nothing(
    near: list[StateNearCompletion], stances: list[DonorStance]
) -> None:
    assert suggest(near, stances) == suggest(near, stances[::-1])
