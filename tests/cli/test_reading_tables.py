"""Reading one table: whatever is wrong with it is named by row and column, and nothing large is taken in."""

import io
import tracemalloc
from collections.abc import Iterable

import pytest

from deploy.importing.problems import Problem
from deploy.importing.reading import LARGEST_ROW, read_rows
from shared.tables import LONGEST_CELL, Recording, Row, Table


def nothing(row: Row) -> Iterable[Recording]:
    del row
    return ()


TABLE = Table("things.csv", ("name", "note", "source"), nothing)


def read(content: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    problems: list[Problem] = []
    rows = [(number, dict(row.cells)) for number, row in read_rows(io.BytesIO(content), TABLE, problems)]
    return rows, [str(problem) for problem in problems]


def test_rows_come_with_the_line_on_which_they_begin() -> None:
    rows, problems = read(b'name,note,source\r\na,"two\nlines",s\r\n\r\nb,,s\r\n')
    assert rows == [
        (2, {"name": "a", "note": "two\nlines", "source": "s"}),
        (5, {"name": "b", "note": "", "source": "s"}),
    ]
    assert problems == []


def test_the_mark_that_spreadsheets_put_before_utf8_and_another_order_of_columns_do_no_harm() -> None:
    rows, problems = read("\ufeffsource,name,note\ns, Türkiye ,n\n".encode())
    assert rows == [(2, {"source": "s", "name": "Türkiye", "note": "n"})]
    assert problems == []


def test_missing_unknown_and_doubled_columns_are_named() -> None:
    _, problems = read(b"name,nmae,name,source\na,b,c,d\n")
    assert problems == [
        "things.csv:1:note: this column is missing",
        "things.csv:1:nmae: this column is not known here",
        "things.csv:1:name: this column stands there twice",
    ]


def test_semicolons_are_recognised_for_what_they_are() -> None:
    assert read(b"name;note;source\na;b;c\n")[1] == ["things.csv:1: the columns must be separated by commas"]


def test_an_empty_file_has_no_header() -> None:
    assert read(b"")[1] == ["things.csv:1: has no header; expected name,note,source"]


def test_a_row_of_another_length_is_named_and_the_others_are_read() -> None:
    rows, problems = read(b"name,note,source\na,b\nc,d,e\nf,g,h,i\n")
    assert [number for number, _ in rows] == [3]
    assert problems == [
        "things.csv:2: has 2 cells, the header has 3",
        "things.csv:4: has 4 cells, the header has 3",
    ]


def test_bytes_that_are_not_utf8_are_named_with_their_place() -> None:
    _, problems = read("name,note,source\na,b,c\nTürkiye,b,c\n".encode("latin-1"))
    assert problems == ["things.csv:3: byte 2 of line 3 is not UTF-8: save the table as CSV in UTF-8"]


def test_the_character_nul_is_refused() -> None:
    rows, problems = read(b"name,note,source\na,b\0,c\n")
    assert rows == []
    assert problems == ["things.csv:2:note: must not contain the character NUL"]


def test_a_quote_that_is_never_closed_is_named_with_the_row_on_which_it_begins() -> None:
    _, problems = read(b'name,note,source\na,b,c\nd,"e,f\ng,h,i\n')
    assert len(problems) == 1
    assert problems[0].startswith("things.csv:3: is not a row of CSV")


def test_a_cell_over_the_limit_is_refused_and_one_at_the_limit_is_read() -> None:
    long = b"x" * LONGEST_CELL
    rows, problems = read(b"name,note,source\na," + long + b",c\na," + long + b"x,c\n")
    assert [number for number, _ in rows] == [2]
    assert problems == ["things.csv:3:note: has 8,001 characters; at most 8,000 are read"]


@pytest.mark.parametrize("filling", [b"x", b"x\n", b"\xc3\xbc", b'""'], ids=["letters", "lines", "umlauts", "quotes"])
def test_a_cell_of_ten_megabytes_is_refused_by_its_column_without_being_taken_in(filling: bytes) -> None:
    content = io.BytesIO(b'name,note,source\na,b,c\nd,"' + filling * (10_000_000 // len(filling)) + b'",f\n')
    problems: list[Problem] = []
    tracemalloc.start()
    rows = list(read_rows(content, TABLE, problems))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [number for number, _ in rows] == [2]
    assert [(one.row, one.column) for one in problems] == [(3, "note")]
    assert "far more than 8,000 characters" in problems[0].why
    assert most < 20 * LARGEST_ROW
