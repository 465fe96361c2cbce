"""`article6 compute`: every date that follows from a deposit, without any data."""

import json

from tests.cli.conftest import Article6


def test_every_date_comes_with_its_article_and_its_reckoning(article6: Article6) -> None:
    result = article6("compute", "--treaty", "ccm", "--deposit", "2010-02-16", "--json")
    duties = {one["reference"]: one for one in json.loads(result.stdout)["duties"]}
    assert duties["CCM 17"]["due"] == "2010-08-01"
    assert duties["CCM 7.1"]["due"] == "2011-01-28"
    assert duties["CCM 3"]["due"] == "2018-08-01"
    assert duties["CCM 4.1(a)"]["due"] == "2020-08-01"
    assert duties["CCM 4.1(a)"]["longest_due"] == "2025-08-01"
    assert duties["CCM 9"]["due"] is None
    assert all(one["article"] and one["reasoning"] for one in duties.values())


def test_people_get_a_table_and_spreadsheets_csv(article6: Article6) -> None:
    words = ("compute", "--treaty", "APMBC", "--deposit", "2002-09-11", "--action", "accession")
    assert "2003-03-01" in article6(*words).stdout
    assert article6(*words, "--csv").stdout.startswith("reference,title,due")


def test_a_day_that_does_not_exist_is_wrong_usage(article6: Article6) -> None:
    result = article6("compute", "--treaty", "ccm", "--deposit", "2010-02-30")
    assert result.exit_code == 2
    assert "--deposit" in result.stderr


def test_a_succession_needs_its_own_date_and_nothing_else_has_one(article6: Article6) -> None:
    words = ("compute", "--treaty", "apmbc", "--deposit", "2011-11-11")
    without = article6(*words, "--action", "succession")
    assert without.exit_code == 1
    assert "article6: entry_into_force" in without.stderr
    assert article6(*words, "--action", "succession", "--entry-into-force", "2011-07-09").exit_code == 0
    assert article6(*words, "--entry-into-force", "2011-07-09").exit_code == 2


def test_every_date_read_from_a_source_is_the_rules_or_is_explained(article6: Article6) -> None:
    result = article6("compute", "--check", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert len(found) > 250
    assert {one["what"] for one in found} >= {"entry_into_force", "original_deadline", "initial_report_due"}
    assert {one["verdict"] for one in found} == {"agrees", "explained"}
    assert all(one["why"] for one in found if one["verdict"] == "explained")
    assert "CPV" in article6("compute", "--check").stdout
    assert article6("compute").exit_code == 2
