"""Whose Article 7 reports are late on a day, the newest first."""

from datetime import date

from services.insights.late_reports import LateReporter, late_reports
from services.insights.near.known import Lens
from services.insights.readings import deadlines as d
from tests.insights.telling import Story

LONG_AGO = date(2010, 1, 1)
MAY = date(2020, 5, 2)


def owing(story: Story, state: str, treaty: str = "CCM") -> Story:
    """A State that owes its initial report by March 2018, and its first yearly one by April 2019."""
    began = d.ReportingBegan(
        treaty=treaty,
        state=state,
        entry_into_force=date(2017, 10, 1),
        initial_due=date(2018, 3, 30),
        first_annual_due=date(2019, 4, 30),
    )
    return story.tell(f"reporting-{treaty}-{state}", began)


def late(story: Story, on: date = MAY, first: date = LONG_AGO, treaty: str = "") -> list[LateReporter]:
    return list(late_reports(story.picture().reporting, Lens(on), first, treaty).late)


def test_what_nobody_recorded_as_in_is_late_from_the_day_after_the_last_one() -> None:
    story = owing(Story(), "MNE")
    assert late(story, date(2018, 3, 30)) == []
    (one,) = late(story, date(2018, 3, 31))
    assert (one.state, one.treaty) == ("MNE", "CCM")
    assert [(r.kind, r.period_year, r.due_on) for r in one.reports] == [("initial", None, date(2018, 3, 30))]
    (one,) = late(story)
    assert [(r.kind, r.period_year) for r in one.reports] == [("initial", None), ("annual", 2018), ("annual", 2019)]


def test_a_report_that_is_in_is_not_late_and_one_from_before_the_first_day_is_not_asked_for() -> None:
    story = owing(Story(), "MNE").report("MNE", "on_time", submitted_on="2018-02-01")
    assert [[r.period_year for r in one.reports] for one in late(story)] == [[2018, 2019]]
    assert [[r.period_year for r in one.reports] for one in late(story, first=date(2020, 1, 1))] == [[2019]]


def test_those_within_reach_come_first_and_the_rest_are_counted() -> None:
    story = owing(owing(owing(Story(), "LAO"), "MNE"), "ALB", "APMBC")
    story.report("LAO", "on_time", "annual", 2019, submitted_on="2020-04-01")
    story.report("MNE", "on_time", submitted_on="2018-02-01")
    assert [(one.state, one.treaty) for one in late(story)] == [("MNE", "CCM"), ("ALB", "APMBC"), ("LAO", "CCM")]
    assert [one.state for one in late(story, treaty="APMBC")] == ["ALB"]
    part = late_reports(story.picture().reporting, Lens(MAY), LONG_AGO, limit=1)
    assert (part.total, [one.state for one in part.late]) == (3, ["MNE"])
