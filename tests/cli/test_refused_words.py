"""What cannot be is refused in words, and leaves nothing behind."""

from pathlib import Path

import pytest

from tests.cli.conftest import Article6


@pytest.mark.parametrize("deposit", ["9999-12-31", "2008-12-02", "2101-01-01"])
def test_a_deposit_outside_the_treaty_is_refused(article6: Article6, deposit: str) -> None:
    result = article6("compute", "--treaty", "ccm", "--deposit", deposit)
    assert result.exit_code == 1
    assert "2008-12-03 to 2100-12-31" in result.stderr


def test_a_day_that_is_none_or_still_to_come_is_wrong_usage(article6: Article6, tmp_path: Path) -> None:
    for given, said in (("2023-02-30", "not a day of the calendar"), ("2123-02-20", "still to come")):
        result = article6("near-completion", "--as-of", given, "--data", tmp_path)
        assert result.exit_code == 2
        assert said in result.stderr


def test_two_forms_of_one_answer_are_wrong_usage(article6: Article6) -> None:
    result = article6("compute", "--treaty", "ccm", "--deposit", "2010-02-16", "--json", "--csv")
    assert result.exit_code == 2


def test_a_refused_import_leaves_no_folder(article6: Article6, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "unknown.csv").write_text("a\n1\n")
    result = article6("import", tmp_path / "tables", "--data", tmp_path / "data")
    assert result.exit_code == 1
    assert not (tmp_path / "data").exists()
