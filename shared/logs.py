"""Logs: one event a line, a past-tense name and fields. No bodies, no tokens, no contacts."""

import contextlib
import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO, cast

import structlog
from pydantic import ValidationError

Form = Literal["json", "console"]
Level = Literal["debug", "info", "warning", "error"]
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_WITHHELD = {
    "authorization", "body", "code", "content", "cookie", "data", "email", "headers", "password", "phone", "secret",
    "token", "tokens",
}  # fmt: skip
_lowest = logging.DEBUG
_LONGEST = 2_000
_DEEPEST = 30


class _Never:
    """A stream that never fails: where nobody reads any more (a closed pipe, a full disk) a line is lost, and
    not the work that it was about. What `logging` writes behaves so by itself."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def write(self, words: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._target.write(words)
        return len(words)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._target.flush()


def configure(form: Form = "json", level: Level = "info", stream: TextIO | None = None) -> None:
    """Let everything that is logged in this process leave in this form, from this level up.

    `stream` is standard error unless given. What other libraries log through `logging` takes the
    same way. Fields bound by contextvars (correlation id, service) stand on each line.
    """
    global _lowest
    _lowest = _LEVELS[level]
    target = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _exceptions_without_content,
        _withhold,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(_dumps)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=target.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Never(target))),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove, renderer], foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[level])
    for chatty in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(chatty).handlers.clear()
        logging.getLogger(chatty).propagate = True


def says(level: Level) -> bool:
    """Whether lines of this level leave: asking costs less than a line that goes nowhere."""
    return not structlog.is_configured() or _LEVELS[level] >= _lowest


def _exceptions_without_content(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The kind of an exception and where it arose, without content."""
    said = event.pop("exc_info", None)
    error = sys.exc_info()[1] if said is True else said[1] if isinstance(said, tuple) else said
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
        event["exception"] = type(error).__name__
        event["because"] = without_content(error)
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def without_content(error: BaseException) -> str:
    """What an error says, cut to what may be kept. Validation errors quote their input: only fields are named."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_context=False, include_url=False)
        return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in faults[:10])
    return str(error)[:_LONGEST]


def _withhold(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name.lower() in _WITHHELD:
            event[name] = "withheld"
        elif isinstance(value, BaseException):
            event[name] = f"{type(value).__name__}: {without_content(value)}"
        elif isinstance(value, str) and len(value) > _LONGEST:
            event[name] = value[:_LONGEST] + "…"
    return event


def _dumps(event: Any, **_: Any) -> str:
    # Not orjson: a log line must never fail, whatever its numbers, keys and characters are.
    return json.dumps(event, default=str)
