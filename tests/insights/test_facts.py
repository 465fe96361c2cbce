"""Documents keep their dated facts with where each comes from."""

from datetime import UTC, date, datetime
from decimal import Decimal

from services.insights import views
from services.insights.facts.obligation import Obligation
from services.insights.readings import deadlines as d
from services.insights.readings import pledges as p
from services.insights.readings import requests as r
from shared.dates import PartialDate, Period
from shared.money import Money
from tests.insights.telling import Story, statement

AFTERNOON = date(2026, 3, 1)


def test_a_fact_keeps_its_source_its_days_its_actor_and_its_link() -> None:
    story = Story().figure("BIH", "cleared_m2", 270_000, "2017", "2018-11-07")
    figure = story.documents()["obligation-CCM-BIH-4"].figures[0]
    assert (figure.value, figure.period) == (Decimal(270_000), "2017")
    origin = figure.origin
    assert origin.link == "deadlines/obligation-CCM-BIH-4@1.1"
    assert origin.event == "FigureStated"
    assert origin.source == "https://the-monitor.org/report"
    assert origin.known_from == date(2018, 11, 7)
    assert origin.recorded_at == datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert origin.actor == "isu:import"
    assert not origin.assumed


def test_statements_that_disagree_both_stay() -> None:
    story = Story().left("LBN", 17.18, "2019-01", "2019-04-04").left("LBN", 11.7, "2019-01", "2019-04-04")
    assert [one.value for one in story.documents()["obligation-CCM-LBN-4"].figures] == [17_180_000, 11_700_000]


def test_a_statement_without_a_day_counts_a_year_after_its_period() -> None:
    origin = Story().left("BIH", 1, "2016", "").documents()["obligation-CCM-BIH-4"].figures[0].origin
    assert (origin.known_from, origin.assumed) == (date(2017, 12, 31), True)


def test_nothing_is_known_before_it_happened() -> None:
    story = Story().withdrawn("LTU", "2025-03-06", "2024-09-06").withdrawn("EST", "2025-12-27")
    documents = story.documents()
    assert documents["party-CCM-LTU"].withdrawals[0].origin.known_from == date(2024, 9, 6)
    assert documents["party-CCM-EST"].withdrawals[0].origin.known_from == date(2025, 6, 27)


def test_an_act_counts_from_its_own_day_a_declaration_of_today_from_today() -> None:
    event = d.CompletionDeclared(
        treaty="CCM", state="MNE", article="4", declared_on=AFTERNOON, statement=statement("", "declaration")
    )
    document = Story().tell("obligation-CCM-MNE-4", event, AFTERNOON).documents()["obligation-CCM-MNE-4"]
    assert document.completions[0].origin.known_from == AFTERNOON


def test_a_request_keeps_every_version() -> None:
    story = Story().request("r", "LAO", [("a", "clearance", 100)], on=AFTERNOON)
    content = r.RequestContent(state="LAO", needs=(r.NeedLineAsked(line="a", kind="survey"),))
    story.tell("request-r", r.RequestRevised(content=content, reason="found more"), AFTERNOON)
    request = story.documents()["request-r"]
    assert [version.needs[0].kind for version in request.versions] == ["clearance", "survey"]
    assert request.versions[1].reason == "found more"
    assert request.state == "LAO"


def test_a_pledge_keeps_its_ladder() -> None:
    story = Story().tell(
        "pledge-p",
        p.PledgeAnnounced(
            donor="nor",
            target=p.TargetNamed(kind="need_line", request="r", line="a"),
            amount=Money.of(100, "NOK"),
            announced_on=AFTERNOON,
        ),
    )
    story.tell("pledge-p", p.AllocationRecorded(request="r", line="a", amount=Money.of(60, "NOK")))
    story.tell("pledge-p", p.PledgeConfirmed(confirmed_on=AFTERNOON))
    story.tell("pledge-p", p.Disbursed(disbursement="d", amount=Money.of(60, "NOK"), disbursed_on=AFTERNOON))
    story.tell("pledge-p", p.PledgeReduced(amount=Money.of(40, "NOK"), reason="budget"))
    pledge = story.documents()["pledge-p"]
    assert pledge.donor == "nor"
    assert [one.how for one in pledge.shares] == ["allocated"]
    assert [one.how for one in pledge.steps] == ["confirmed", "reduced"]
    assert pledge.payments[0].amount == Money.of(60, "NOK")


def test_an_extension_is_kept_as_stated_and_as_decided() -> None:
    story = Story().granted("BIH", "2022-09-01", "2021-02")
    story.tell(
        "obligation-CCM-BIH-4",
        d.ExtensionDecided(
            treaty="CCM",
            state="BIH",
            article="4",
            sequence=2,
            outcome="granted_less",
            decided_on=date(2022, 9, 1),
            granted_until=date(2023, 9, 1),
            statement=statement("2022-09-02"),
        ),
    )
    document = story.documents()["obligation-CCM-BIH-4"]
    assert document.extensions[0].granted_until == PartialDate("2022-09-01")
    assert document.decisions[0].outcome == "granted_less"
    assert document.decisions[0].origin.known_from == date(2022, 9, 2)


def test_documents_survive_being_stored_and_read_again() -> None:
    story = Story().party("MNE").left("MNE", 1.72).granted("MNE", "2025-08-01", "2020").need("n", "MNE", 5)
    story.request("r", "MNE", [("a", "clearance", 100)]).meeting("9MSP", "2019-09-02", "2018").report("MNE", "overdue")
    for document in story.documents().values():
        assert type(document).model_validate(document.model_dump(mode="json")) == document


def test_there_is_one_view_for_each_kind_of_stream() -> None:
    categories = [view.category for view in views.VIEWS]
    assert len(set(categories)) == len(categories) == 14
    assert views.OBLIGATIONS.document is Obligation
    assert all(view.topic for view in views.VIEWS)


def test_a_period_stays_as_exact_as_it_was_written() -> None:
    figure = Story().left("BIH", 1, "2017-08", "2018").documents()["obligation-CCM-BIH-4"].figures[0]
    assert figure.period == Period("2017-08")


def test_a_report_filed_today_counts_today_what_is_imported_keeps_to_the_year() -> None:
    filed = Story().left("LAO", 3, "2025", "").told[0][1]
    by_hand = Story().tell("obligation-CCM-LAO-4", filed, AFTERNOON, "state:LAO:desk").documents()
    assert by_hand["obligation-CCM-LAO-4"].figures[0].origin.known_from == AFTERNOON
    imported = Story().tell("obligation-CCM-LAO-4", filed, AFTERNOON, "system:import").documents()
    assert imported["obligation-CCM-LAO-4"].figures[0].origin.known_from == date(2026, 12, 31)
