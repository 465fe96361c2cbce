"""What if, a donor's eyes, firmness, estimates and the look back."""

from datetime import date
from decimal import Decimal

from services.insights.near.backtest import backtest
from services.insights.near.eyes import through
from services.insights.near.known import Lens
from services.insights.near.ranking import rank
from services.insights.near.settings import Options
from services.insights.near.what_if import (
    SupposedDeclaration,
    SupposedExtension,
    SupposedPledge,
    SupposedReport,
    what_if,
)
from services.insights.readings import pledges as p
from shared.money import Money
from tests.insights.telling import Story

ON = date(2017, 12, 20)


def three() -> Story:
    story = Story()
    for state, km2, usd in (("LAO", 9, 4_000_000), ("MNE", 2, 300_000), ("TCD", 5, None)):
        story.party(state).left(state, km2).need(state, state, usd)
    return story


def test_supposing_a_pledge_covers_the_need_and_stores_nothing() -> None:
    picture = three().picture()
    pledge = SupposedPledge(state="MNE", treaty="CCM", article="4", amount=Money.of(300_000, "USD"))
    supposed = what_if(picture, [pledge], ON)
    row = supposed.find("CCM-MNE-4")
    assert supposed.supposed
    assert row is not None
    assert (row.group, row.usd_open) == (2, 0)
    again = rank(picture, ON).find("CCM-MNE-4")
    assert again is not None
    assert again.group == 1


def test_supposing_a_pledge_to_a_request_covers_its_line() -> None:
    picture = Story().party("MNE").left("MNE", 2).request("r", "MNE", [("a", "clearance", 500)]).picture()
    pledge = SupposedPledge(state="MNE", treaty="CCM", article="4", request="r", line="a", amount=Money.of(200, "USD"))
    row = what_if(picture, [pledge], ON).find("CCM-MNE-4")
    assert row is not None
    assert row.usd_open == 300


def test_supposing_an_extension_moves_the_deadline_and_a_declaration_ends_the_row() -> None:
    picture = three().picture()
    longer = SupposedExtension(state="MNE", treaty="CCM", article="4", granted_until=date(2022, 8, 1))
    row = what_if(picture, [longer], ON).find("CCM-MNE-4")
    assert row is not None
    assert row.deadline_in_force == date(2022, 8, 1)
    assert any(one.link.startswith("supposed/") for one in row.reasons)
    declared = SupposedDeclaration(state="MNE", treaty="CCM", article="4")
    assert what_if(picture, [declared], ON).find("CCM-MNE-4") is None


def test_supposing_a_report_ends_the_missing_one() -> None:
    picture = Story().party("TGO").report("TGO", "overdue", as_of="2017-06-30").picture()
    assert rank(picture, ON).find("CCM-TGO-7") is not None
    report = SupposedReport(state="TGO", treaty="CCM", report="initial")
    assert what_if(picture, [report], ON).find("CCM-TGO-7") is None


def test_a_donor_sees_its_own_region_weights_and_promises() -> None:
    story = three()
    story.tell("donor-d1", p.DonorRegistered(donor="d1", name="A donor"), date(2017, 1, 1))
    profile = p.DonorProfileChanged(
        regions=("South-East Asia", "Africa"),
        weights={"work_left": Decimal(0), "unknown_to_us": Decimal(7)},
        thresholds={"small_help_usd": Decimal(1_000_000)},
    )
    story.tell("donor-d1", profile, date(2017, 1, 1))
    story.tell(
        "pledge-p1",
        p.PledgeAnnounced(
            donor="d1",
            target=p.TargetNamed(kind="state", state="LAO"),
            amount=Money.of(10, "EUR"),
            announced_on=date(2017, 6, 1),
        ),
        date(2017, 6, 1),
    )
    picture = story.picture()
    options = through(picture.donors[0], Lens(ON))
    seen = rank(picture, ON, options)
    assert [row.state for row in seen.rows] == ["TCD", "LAO"]
    assert options.settings.weights.work_left == 0
    assert options.settings.weights.time == 20
    assert seen.rows[1].group == 3
    assert [one.amount for one in seen.rows[1].promised] == [Money.of(10, "EUR")]


def test_what_a_donor_set_beyond_reason_is_passed_over_and_breaks_nothing() -> None:
    story = three()
    story.tell("donor-d1", p.DonorRegistered(donor="d1", name="A donor"), date(2017, 1, 1))
    beyond = p.DonorProfileChanged(
        weights={"time": Decimal(40)}, thresholds={"near_stock_share": Decimal(5), "near_ccm_land_m2": Decimal(0)}
    )
    story.tell("donor-d1", beyond, date(2017, 1, 1))
    picture = story.picture()
    settings = through(picture.donors[0], Lens(ON)).settings
    assert settings.weights.time == 40
    assert settings.thresholds == Options().settings.thresholds
    assert rank(picture, ON, Options(settings=settings)).rows


def test_a_donors_kinds_leave_out_only_what_is_known_to_be_something_else() -> None:
    picture = three().picture()
    assert len(rank(picture, ON, Options(kinds=("clearance",))).rows) == 3
    assert rank(picture, ON, Options(kinds=("training",))).rows == ()


def test_a_donor_of_training_keeps_land_about_which_nothing_was_asked() -> None:
    story = Story().party("MNE").party("LAO").left("MNE", 2).left("LAO", 1).need("n", "LAO", kind="clearance")
    assert [row.state for row in rank(story.picture(), ON, Options(kinds=("training",))).rows] == ["MNE"]
    asked = story.need("m", "MNE", kind="survey")
    assert rank(asked.picture(), ON, Options(kinds=("training",))).rows == ()


def test_firmness_tells_the_places_under_halved_and_doubled_weights() -> None:
    rows = rank(three().picture(), ON).rows
    assert [row.place for row in rows] == [1, 2, 3]
    assert rows[0].firmness is not None
    assert rows[0].firmness.words in ("1st", "1st to 2nd")
    assert all(row.firmness and row.firmness.best <= (row.place or 0) <= row.firmness.worst for row in rows)


def test_an_estimate_stands_beside_and_is_never_added() -> None:
    story = Story().party("MNE").left("MNE", 2)
    for state, usd in (("LAO", 1_000_000), ("TCD", 2_000_000), ("BIH", 6_000_000)):
        story.party(state).left(state, 1).need(state, state, usd, years=(None, None))
    row = rank(story.picture(), ON).find("CCM-MNE-4")
    assert row is not None
    assert row.estimate is not None
    assert (row.estimate.usd, row.estimate.low, row.estimate.high) == (4_000_000, 2_000_000, 12_000_000)
    assert row.estimate.states == ("BIH", "LAO", "TCD")
    assert row.usd_open is None
    assert all(part.value is None for part in row.parts if part.name == "small_help")


def test_a_state_stands_at_its_best_duty_with_the_others_beneath() -> None:
    story = three().measure("MNE", "being_drafted", "2017-06-30")
    row = rank(story.picture(), ON).in_group(1)[0]
    assert (row.id, [one.id for one in row.others]) == ("CCM-MNE-4", ["CCM-MNE-9"])


def test_the_look_back_counts_what_came_to_an_end_within_three_years() -> None:
    story = three().completed("MNE", "2020-07-21", "2020-07-31")
    found = backtest(story.picture(), date(2026, 1, 1))
    year = next(one for one in found.years if one.on == date(2017, 12, 31))
    assert year.came_to_an_end == ("CCM-MNE-4",)
    assert {one.name: one.of_five for one in year.tried} == {"ranking": 1, "by deadline": 1, "by work left": 1}
    assert [one for one in found.years if not one.over][-1].on == date(2025, 12, 31)
    assert found.lines()[-1].startswith("all years over")


def test_the_look_back_looks_only_at_the_part_that_is_asked_for() -> None:
    story = (
        three().party("AAA", "APMBC").figure("AAA", "remaining_contamination_m2", 1, "2016", "2017-01-01", "APMBC", "5")
    )

    def looked_at(options: Options) -> set[str]:
        years = backtest(story.picture(), date(2026, 1, 1), options).years
        return {id_ for year in years for tried in year.tried for id_ in tried.first}

    assert looked_at(Options(treaties=("APMBC",))) == {"APMBC-AAA-5"}
    assert looked_at(Options(states=("LAO",))) == {"CCM-LAO-4"}
    assert looked_at(Options(treaties=("CCM",))) == {"CCM-LAO-4", "CCM-MNE-4", "CCM-TCD-4"}
