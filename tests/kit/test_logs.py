"""Logs: one event a line with its context, and never a body, a token or a contact."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from pydantic import BaseModel

from shared.logs import configure


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_level_time_and_context() -> None:
    stream = io.StringIO()
    configure("json", "info", stream)
    with structlog.contextvars.bound_contextvars(correlation_id="visit-7", service="requests"):
        structlog.get_logger().info("commit_appended", stream="request-abc", seq=4, words="a\nb")
    (line,) = lines(stream)
    assert {k: line[k] for k in ("event", "level", "correlation_id", "service", "stream", "seq", "words")} == {
        "event": "commit_appended",
        "level": "info",
        "correlation_id": "visit-7",
        "service": "requests",
        "stream": "request-abc",
        "seq": 4,
        "words": "a\nb",
    }
    assert str(line["at"]).endswith("Z")


def test_what_is_below_the_level_is_not_said() -> None:
    stream = io.StringIO()
    configure("json", "warning", stream)
    structlog.get_logger().info("quiet")
    logging.getLogger("another.library").info("quiet")
    structlog.get_logger().warning("loud")
    logging.getLogger("another.library").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud", "loud"]


@pytest.mark.parametrize("form", ["json", "console"])
def test_bodies_tokens_and_contacts_are_withheld(form: str) -> None:
    stream = io.StringIO()
    configure("json" if form == "json" else "console", "info", stream)
    structlog.get_logger().info(
        "careless", token="t0ken", Authorization="Bearer t0ken", email="a@b.example", phone="+856", body={"x": "inside"}
    )
    said = stream.getvalue()
    assert "careless" in said
    for secret in ("t0ken", "a@b", "+856", "inside"):
        assert secret not in said


class Form(BaseModel):
    amount: int


def test_an_exception_says_what_and_where_but_not_what_was_sent() -> None:
    stream = io.StringIO()
    configure("json", "info", stream)
    try:
        Form.model_validate({"amount": "private words"})
    except ValueError as error:
        structlog.get_logger().exception("broken", error=error)
        logging.getLogger("another.library").exception("broken too")
    try:
        raise KeyError("a name of ours")
    except KeyError:
        structlog.get_logger().exception("broken")
    first, foreign, second = lines(stream)
    assert (first["exception"], first["because"]) == ("ValidationError", "amount: int_parsing")
    assert foreign["exception"] == "ValidationError"
    assert "test_logs.py" in str(first["where"])
    assert (second["exception"], second["because"]) == ("KeyError", "'a name of ours'")
    assert "private" not in stream.getvalue()


def test_endless_words_are_cut_and_strange_values_do_not_break_it() -> None:
    stream = io.StringIO()
    configure("json", "info", stream)
    structlog.get_logger().info("long", words="x" * 100_000, thing=object(), number=10**30, lone="\ud800", keys={1: 2})
    assert len(stream.getvalue()) < 5_000
    assert lines(stream)[0]["event"] == "long"


class Gone(io.StringIO):
    """A pipe whose reader has ended."""

    def write(self, words: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_line_that_nobody_can_read_is_lost_and_not_the_work_it_was_about() -> None:
    for stream in (Gone(), io.StringIO()):
        configure("console", "debug", stream)
        stream.close()
        structlog.get_logger("test").warning("batch_will_be_retried")
