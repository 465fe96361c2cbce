"""Funding gaps: requirement less what is allocated and committed; a pledge alone never makes one smaller."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.insights.gaps import Gaps, RequestGap, gaps
from services.insights.near.known import Lens
from services.insights.near.settings import Settings
from services.insights.readings import pledges as p
from services.insights.readings import requests as r
from services.insights.unsupported import who_helps_whom
from shared.money import Money, Rate
from tests.insights.telling import Story

NOW = date(2018, 1, 1)
ASKED = [("clear", "clearance", 1_000_000), ("advice", "technical_expertise", None)]


class TwoDollars:
    """A euro is two dollars, on every day."""

    def usd(self, currency: str, on: date) -> Rate | None:
        return Rate(currency="EUR", usd=Decimal(2), on=on, source="a test") if currency == "EUR" else None


def asked() -> Story:
    return Story().party("LAO").left("LAO", 3).request("r1", "LAO", ASKED)


def found(story: Story, on: date = NOW) -> Gaps:
    return gaps(story.picture(TwoDollars()), Lens(on), Settings())


def of_request(story: Story) -> RequestGap:
    (only,) = found(story).requests
    return only


def announced(story: Story, pledge: str, usd: int) -> Story:
    target = p.TargetNamed(kind="need_line", request="r1", line="clear")
    event = p.PledgeAnnounced(donor="NOR", target=target, amount=Money.of(usd, "USD"), announced_on=date(2017, 12, 1))
    return story.tell(f"pledge-{pledge}", event, date(2017, 12, 1))


def confirmed(story: Story, pledge: str) -> Story:
    event = p.PledgeConfirmed(confirmed_on=date(2017, 12, 5))
    return story.tell(f"pledge-{pledge}", event, date(2017, 12, 5))


def test_an_announced_pledge_leaves_the_gap_as_it_is() -> None:
    line = of_request(announced(asked(), "p1", 400_000)).lines[0]
    assert (line.requirement, line.gap, line.announced) == (1_000_000, 1_000_000, 400_000)


def test_what_is_allocated_makes_the_gap_smaller_and_what_is_confirmed_is_committed() -> None:
    story = announced(asked(), "p1", 400_000).allocated("r1", "p1", "clear", 400_000)
    before = of_request(story).lines[0]
    assert (before.allocated, before.committed, before.gap, before.unmet) == (400_000, 0, 600_000, 1_000_000)
    after = of_request(confirmed(story, "p1")).lines[0]
    assert (after.committed, after.gap, after.unmet) == (400_000, 600_000, 600_000)


def test_a_requirement_revised_downward_can_be_over_covered() -> None:
    story = asked().allocated("r1", "p1", "clear", 900_000)
    content = r.RequestContent(
        state="LAO",
        obligations=(r.DutyNamed(treaty="CCM", article="4"),),
        needs=(r.NeedLineAsked(line="clear", kind="clearance", amount=Money.of(500_000, "USD")),),
    )
    story.tell("request-r1", r.RequestRevised(content=content, reason="less was found"), date(2017, 12, 10))
    line = of_request(story).lines[0]
    assert (line.gap, line.over_covered) == (-400_000, True)
    assert found(story).sums[0].gap == 0


def test_a_line_without_a_sum_is_named_and_not_counted_as_nothing() -> None:
    request = of_request(asked())
    assert request.unpriced == ("advice",)
    assert request.lines[1].gap is None


def test_dollars_are_known_only_where_a_rate_is() -> None:
    for currency, dollars in (("USD", 100), ("EUR", 200), ("LAK", None)):
        content = r.RequestContent(
            state="LAO",
            obligations=(r.DutyNamed(treaty="CCM", article="4"),),
            needs=(r.NeedLineAsked(line="a", kind="clearance", amount=Money.of(100, currency)),),
        )
        story = Story().tell("request-r1", r.RequestSubmitted(content=content), date(2017, 11, 24))
        assert found(story).sums[0].gap_usd == dollars


def test_a_request_that_ended_has_no_gap() -> None:
    assert found(asked().tell("request-r1", r.RequestWithdrawn(reason="done"), date(2017, 12, 30))).requests == ()


def test_a_stated_need_counts_what_is_secured_and_is_never_added() -> None:
    story = Story().need("n", "LAO", 50_000_000, basis="stated", years=(2017, 2018), secured=30_000_000)
    result = found(story)
    assert [(one.amount, one.gap) for one in result.stated_needs] == [(50_000_000, 20_000_000)]
    assert result.sums == ()
    assert found(story, date(2019, 1, 1)).stated_needs == ()


@given(st.lists(st.integers(1, 400_000), max_size=6), st.lists(st.integers(1, 400_000), max_size=6))
def test_the_gap_is_requirement_less_allocations_whatever_is_announced(given_: list[int], said: list[int]) -> None:
    story = asked()
    for number, usd in enumerate(said):
        announced(story, f"only-said-{number}", usd)
    for number, usd in enumerate(given_):
        story.allocated("r1", f"given-{number}", "clear", usd)
    assert of_request(story).lines[0].gap == 1_000_000 - sum(given_)


def test_an_open_need_that_nobody_answered_is_unsupported_until_somebody_does() -> None:
    story = asked()
    alone = who_helps_whom(story.picture(), Lens(NOW), Settings()).unsupported
    assert [(one.state, one.article, [need.kind for need in one.needs]) for one in alone] == [
        ("LAO", "4", ["clearance", "technical_expertise"])
    ]
    announced(story, "p1", 10_000)
    assert who_helps_whom(story.picture(), Lens(NOW), Settings()).unsupported == ()


def test_a_recorded_need_since_which_help_is_recorded_is_not_known_to_be_unsupported() -> None:
    story = Story().party("LAO").left("LAO", 2).need("n", "LAO", 50_000, basis="stated")
    alone = who_helps_whom(story.picture(), Lens(NOW), Settings())
    assert [(one.state, one.needs[0].basis, one.help_since) for one in alone.unsupported] == [("LAO", "stated", ())]
    helped = who_helps_whom(story.helped("LAO", "France", "2017").picture(), Lens(NOW), Settings())
    assert helped.unsupported == ()
    assert [(one.state, one.help_since) for one in helped.not_known] == [("LAO", ("France 2017",))]


def test_a_stated_need_says_who_said_it() -> None:
    story = Story().need("a", "LAO", 1, basis="asked").need("b", "LAO", 2, basis="stated")
    story.need("c", "LAO", 3, basis="stated", note="not an appeal of the State")
    told = {one.amount: one.said for one in found(story).stated_needs}
    assert told == {1: "asked for", 2: "said to need", 3: "recommended"}
