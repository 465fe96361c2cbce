"""Which coalitions are suggested, with which reasons, and what stays uncovered."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.insights.possible.suggestions import (
    DonorStance,
    NeedNamed,
    OpenNeed,
    StateNearCompletion,
    by_donor,
    suggest,
)

MILLION = Decimal(1_000_000)


def need(
    kind: str = "clearance",
    usd: Decimal | None = MILLION,
    line: str = "n1",
    years: int = 1,
    at_least: bool = False,
) -> OpenNeed:
    named = NeedNamed(request="r1", line=line, kind=kind, what="", treaty="CCM", link="requests/request-r1@1")
    return OpenNeed(named, usd, years, at_least)


def state(
    *needs: OpenNeed, code: str = "MNE", region: str = "Europe", in_coalition: bool = False
) -> StateNearCompletion:
    return StateNearCompletion(code, code, (), needs, region, in_coalition)


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
        "Its criterion: universalisation.",
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


def test_a_region_is_told_by_the_state_itself_or_by_any_region_that_it_lies_in() -> None:
    for stated in ("Southern Europe", "south europe", "MNE"):
        (found,) = suggest([state(need(), region="Southern Europe")], [donor(regions=("Asia", stated))])
        assert f"Works in {stated}." in found.partners[0].reasons


def test_a_state_of_no_known_region_is_left_out_by_nobody_and_the_region_is_asked() -> None:
    (found,) = suggest(
        [state(need(usd=2 * MILLION), code="XXA", region="")], [donor(), donor("Sweden", regions=("XXA",))]
    )
    asked = {partner.name: partner.to_ask for partner in found.partners}
    assert asked == {"Norway": ("Which region the State belongs to.",), "Sweden": ()}
    assert found.uncovered == ()


def test_a_year_stands_with_the_capacity_that_was_stated_for_it() -> None:
    (found,) = suggest([state(need())], [donor(capacity_year=2027)])
    assert "Has stated capacity for USD 1,000,000 of it in 2027." in found.partners[0].reasons


def test_the_rest_of_a_need_of_which_only_a_part_has_a_sum_is_to_be_asked() -> None:
    (found,) = suggest([state(need(at_least=True))], [donor()])
    assert [share.usd for share in found.partners[0].shares] == [MILLION]
    (left,) = found.uncovered
    assert (left.usd, left.why) == (None, "The sum stated is a part of the need: ask for the rest.")


def test_technical_help_is_the_same_in_the_words_of_the_record_and_of_donors() -> None:
    (found,) = suggest([state(need("technical", usd=None))], [donor(kinds=("technical_expertise",))])
    assert [share.need.kind for share in found.partners[0].shares] == ["technical"]


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
    assert [(share.need.line, share.usd) for share in found.partners[0].shares] == [("n1", None)]
    (left,) = found.uncovered
    assert (left.need.line, left.why) == ("n2", "The amount in US dollars is not known: ask the State.")


def test_a_need_nobody_gives_is_named() -> None:
    (found,) = suggest([state(need(), need("training", line="n2"))], [donor()])
    assert [(left.need.line, left.why) for left in found.uncovered] == [
        ("n2", "No donor has stated this kind of help.")
    ]


def test_a_state_in_a_coalition_or_without_open_needs_gets_no_suggestion() -> None:
    assert suggest([state(need(), in_coalition=True), state()], [donor()]) == ()


amounts = st.none() | st.integers(min_value=1, max_value=5_000_000).map(Decimal)
kinds = st.sampled_from(["clearance", "training", "survey"])
needs = st.builds(need, kinds, amounts, st.uuids().map(str))
some_states = st.lists(st.lists(needs, max_size=4).map(lambda lines: state(*lines)), max_size=4)
some_donors = st.lists(
    st.builds(donor, st.sampled_from(["Norway", "Sweden", "Fund"]), amounts, kinds=st.sets(kinds).map(tuple)),
    max_size=3,
    unique_by=lambda one: one.donor,
)


def lines(near: StateNearCompletion) -> set[str]:
    return {each.named.line for each in near.needs}


@given(some_states, some_donors)
def test_no_donor_is_stretched_and_nothing_asked_for_is_lost(
    near: list[StateNearCompletion], stances: list[DonorStance]
) -> None:
    found = suggest(near, stances)
    capacity = {one.donor: one.capacity_usd or Decimal(0) for one in stances}
    assert all(used <= capacity[name] for name, used in by_donor(found).items())
    lacking = {each.named.line: each.lacking_usd for one in near for each in one.needs}
    for one in found:
        said: dict[str, Decimal] = {}
        parts = [(share.need, share.usd) for partner in one.partners for share in partner.shares]
        for named, usd in [*parts, *((left.need, left.usd) for left in one.uncovered)]:
            said[named.line] = said.get(named.line, Decimal(0)) + (usd or Decimal(0))
        assert all(said[line] == (lacking[line] or Decimal(0)) for line in said)
        asked = next(lines(one_state) for one_state in near if said.keys() & lines(one_state))
        assert said.keys() == asked


@given(some_states, some_donors)
def test_the_order_in_which_donors_are_read_changes_nothing(
    near: list[StateNearCompletion], stances: list[DonorStance]
) -> None:
    assert suggest(near, stances) == suggest(near, stances[::-1])
