"""The shipped table of partnerships, row by row."""

import csv
from pathlib import Path

import pytest

from services.coalitions.domain.partnership import PARTNERSHIPS, PartnershipRecorded, RecordPartnership
from services.coalitions.importing import TABLES, called, read_partnership
from shared.tables import BadCell, Row
from tests.scenario import Scenario

(TABLE,) = TABLES
FILE = Path(__file__).parents[2] / "deploy" / "data" / TABLE.file


def rows() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines)
        assert tuple(table.fieldnames or ()) == TABLE.columns
        return [Row(cells) for cells in table]


def read() -> dict[str, RecordPartnership]:
    found = {}
    for row in rows():
        for recording in read_partnership(row):
            assert recording.category == "partnership"
            assert isinstance(recording.command, RecordPartnership)
            found[recording.identity] = recording.command
    return found


def test_every_row_is_one_partnership_of_its_own() -> None:
    assert len(read()) == len(rows()) > 0


def test_only_what_a_source_names_a_country_coalition_is_one() -> None:
    found = read()
    coalitions = {identity for identity, command in found.items() if command.called == "country_coalition"}
    assert coalitions == {"Montenegro-Norway", "Botswana-Norwegian-People-s-Aid"}
    assert found["Mine-clearance-coalition-for-Ukraine"].called == "partnership"
    assert found["Iraq-proposed"].called == "proposal"
    assert found["Two-coalitions-in-preparation-unnamed"].called == "proposal"
    assert found["Concept"].called == "concept"


def test_blank_cells_stay_unknown() -> None:
    unnamed = read()["Two-coalitions-in-preparation-unnamed"]
    assert unnamed.state is None
    assert unnamed.partners == ""
    assert unnamed.statement.stated_on == "2017-12-20"


def test_recording_the_same_row_twice_says_it_once_and_another_statement_stands_beside_it() -> None:
    command = read()["Montenegro-Norway"]
    recorded = PartnershipRecorded(**dict(command))
    other = command.model_copy(update={"outcome": "still at work"})
    story = Scenario(PARTNERSHIPS).given().when(command).then(recorded).when(command).nothing()
    story.when(other).then(recorded.model_copy(update={"outcome": "still at work"}))


def test_a_wrong_cell_is_named() -> None:
    cells = dict(rows()[0].cells)
    with pytest.raises(BadCell) as mistake:
        list(read_partnership(Row({**cells, "affected_iso3": "BOS"})))
    assert mistake.value.column == "affected_iso3"
    with pytest.raises(BadCell) as mistake:
        list(read_partnership(Row({**cells, "coalition": ""})))
    assert mistake.value.column == "coalition"


def test_a_note_that_denies_the_term_makes_no_coalition() -> None:
    assert called("X", "source calls it an initiative; not a country coalition under the CCM") == "partnership"
