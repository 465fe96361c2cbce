"""What the asking commands answer from the shipped data: tables, JSON with stable keys, CSV."""

import csv
import io
import json
from pathlib import Path

import pytest

from deploy.cli.obligations import KEYS
from shared.spreadsheets import guarded
from tests.cli.conftest import Article6

PROMISED = {
    "state", "treaty", "article", "entry_into_force", "original_deadline", "deadline_in_force", "status", "remaining",
    "baseline", "unit", "group", "score", "range", "confidence", "reasons",
}  # fmt: skip


def test_the_ranking_is_a_table_for_people(article6: Article6, filled: Path) -> None:
    result = article6("near-completion", "--data", filled, "--limit", 3)
    assert result.exit_code == 0, result.output
    assert "Who is near completion and needs small help?" in result.stdout
    assert "States by group" in result.stdout
    assert "more States" in result.stdout


def test_the_ranking_as_json_carries_the_documented_keys(article6: Article6, filled: Path) -> None:
    answer = json.loads(article6("near-completion", "--data", filled, "--json").stdout)
    assert set(answer) == {"as_of", "as_recorded", "groups", "obligations", "ask"}
    assert len(answer["obligations"]) > 50
    for one in answer["obligations"]:
        assert tuple(one) == KEYS
        assert set(one) >= PROMISED
        assert one["reasons"], f"{one['id']} has no reason"
        assert one["remaining"] is None or one["remaining"] >= 0
        low, high = one["range"]
        assert 0 <= low <= high <= 100


def test_the_ranking_as_csv_has_the_same_columns(article6: Article6, filled: Path) -> None:
    result = article6("near-completion", "--data", filled, "--csv", "--treaty", "ccm")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert tuple(rows[0]) == KEYS
    assert {row["treaty"] for row in rows} == {"CCM"}


def test_a_past_day_shows_only_what_was_known_then_and_says_what_was_not(article6: Article6, filled: Path) -> None:
    then = json.loads(article6("near-completion", "--data", filled, "--as-of", "2017-12-20", "--json").stdout)
    assert then["as_of"] == "2017-12-20"
    assert then["ask"], "nothing is said to be unknown"
    for one in then["obligations"]:
        assert (one["entry_into_force"] or "") <= "2017-12-20"
        # A figure for "2017" said in that year speaks of its end.
        assert (one["remaining_on"] or "") <= "2017-12-31"


def test_before_anything_was_recorded_here_the_system_knew_nothing(article6: Article6, filled: Path) -> None:
    result = article6("near-completion", "--data", filled, "--as-recorded", "2020-01-01")
    assert result.exit_code == 0
    assert "No State stands in this part of the ranking on 2020-01-01." in result.stdout


def test_groups_and_limit_narrow_the_list(article6: Article6, filled: Path) -> None:
    words = ("near-completion", "--data", filled, "--json", "--group", 1, "--group", 4, "--limit", 2)
    answer = json.loads(article6(*words).stdout)
    best = [one for one in answer["obligations"] if one["place"] is not None]
    assert len(best) == 2
    assert {one["group"] for one in best} <= {1, 4}


def test_what_to_ask_next_names_the_fact_and_whom_to_ask(article6: Article6, filled: Path) -> None:
    answer = json.loads(article6("ask-next", "--data", filled, "--limit", 5, "--json").stdout)
    assert len(answer["ask"]) == 5
    assert all(one["fact"] and one["whom"] and one["could_be"] < one["place"] for one in answer["ask"])
    assert article6("ask-next", "--data", filled).exit_code == 0


def test_the_backtest_stands_beside_two_plain_rivals(article6: Article6, filled: Path) -> None:
    answer = json.loads(article6("backtest", "--data", filled, "--json").stdout)
    assert [one["name"] for one in answer["sums"]] == ["ranking", "by deadline", "by work left"]
    assert "by deadline" in article6("backtest", "--data", filled).stdout


def test_a_state_is_shown_with_its_duties(article6: Article6, filled: Path) -> None:
    shown = article6("state", "lao", "--data", filled)
    assert shown.exit_code == 0, shown.output
    assert "Lao PDR (LAO)" in shown.stdout
    answer = json.loads(article6("state", "LAO", "--data", filled, "--json").stdout)
    assert {(one["state"], one["treaty"]) for one in answer["obligations"]} == {("LAO", "CCM")}
    assert all(set(one) >= PROMISED for one in answer["obligations"])


def test_an_unknown_code_is_wrong_usage_and_a_state_without_facts_is_a_failure(
    article6: Article6, filled: Path
) -> None:
    assert article6("state", "XYZ1", "--data", filled).exit_code == 2
    nothing_known = article6("state", "USA", "--data", filled, "--as-of", "1997-06-01")
    assert nothing_known.exit_code == 1
    assert "Nothing is known here of the United States" in nothing_known.stderr
    assert "Traceback" not in nothing_known.stderr


def test_deadlines_come_in_the_order_of_their_days_with_the_same_keys(article6: Article6, filled: Path) -> None:
    words = ("deadlines", "--data", filled, "--treaty", "ccm", "--article", 4, "--after", "2020-01-01")
    answer = json.loads(article6(*words, "--before", "2030-12-31", "--json").stdout)
    days = [one["deadline_in_force"] for one in answer["obligations"]]
    assert days == sorted(days)
    assert days
    assert all(tuple(one) == KEYS and (one["treaty"], one["article"]) == ("CCM", "4") for one in answer["obligations"])
    assert article6(*words).exit_code == 0


def test_deadlines_can_be_narrowed_to_a_state_and_a_status(article6: Article6, filled: Path) -> None:
    words = ("deadlines", "--data", filled, "--state", "bih", "--json")
    every = json.loads(article6(*words).stdout)["obligations"]
    assert {one["state"] for one in every} == {"BIH"}
    status = every[0]["status"]
    narrowed = json.loads(article6(*words, "--status", status).stdout)["obligations"]
    assert [one["id"] for one in narrowed] == [one["id"] for one in every if one["status"] == status]


def test_a_status_that_does_not_exist_is_wrong_usage(article6: Article6, filled: Path) -> None:
    result = article6("deadlines", "--data", filled, "--status", "sleeping")
    assert result.exit_code == 2
    assert "--status" in result.stderr


@pytest.mark.parametrize("command", ["requests", "pledges", "coalitions"])
def test_lists_tell_what_was_done_here_from_what_sources_report(article6: Article6, filled: Path, command: str) -> None:
    own = article6(command, "--data", filled)
    assert own.exit_code == 0
    # Nobody submitted, pledged or proposed anything here: imports put no acts into anybody's mouth.
    assert "--reported" in own.stdout
    assert json.loads(article6(command, "--data", filled, "--json").stdout) == {"items": []}
    reported = json.loads(article6(command, "--data", filled, "--reported", "--limit", 5, "--json").stdout)
    assert len(reported["items"]) == 5
    assert article6(command, "--data", filled, "--reported", "--limit", 5).exit_code == 0


def test_the_exercise_fills_the_lists(article6: Article6, tmp_path: Path) -> None:
    folder = tmp_path / "exercise"
    assert article6("exercise", "--no-serve", "--data", folder).exit_code == 0
    for command in ("requests", "pledges", "coalitions", "near-completion"):
        result = article6(command, "--data", folder)
        assert result.exit_code == 0, result.output
        assert "XX" in result.stdout
    again = article6("exercise", "--no-serve", "--data", folder)
    assert "0 steps played" in again.stderr
    refused = article6("import", "--data", folder)
    assert refused.exit_code == 1
    assert "fictional" in refused.stderr


def test_what_spreadsheets_would_take_for_a_formula_is_guarded() -> None:
    assert [guarded(cell) for cell in ("=1+1", "+1", "-1", "@x", "\tx", "a=b", -1, None)] == [
        "'=1+1", "'+1", "'-1", "'@x", "'\tx", "a=b", -1, "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        ("near-completion",), ("ask-next",), ("backtest",), ("state", "LAO"), ("deadlines",), ("requests",),
        ("pledges",), ("coalitions",), ("verify",), ("export", "x.jsonl"), ("token", "--role", "isu"),
    ],
)  # fmt: skip
def test_an_empty_folder_says_what_to_do(article6: Article6, tmp_path: Path, command: tuple[str, ...]) -> None:
    result = article6(*command, "--data", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "article6 import --data" in result.stderr
    assert not (tmp_path / "nowhere").exists()
