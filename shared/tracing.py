"""Traces (OpenTelemetry): one from the request through store, relay and log to each view it reaches.

The trace's id is the correlation id, and the span of a commit takes its id from the commit's hash. So
whoever holds a commit can go on with its trace, also after a restart, and nothing more is stored or
sent for it (docs/adr/0012). Off unless an exporter is given; then each call costs next to nothing, and
OpenTelemetry is not even loaded.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.commits import Commit

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

    from shared.spans import Spans

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_spans: "Spans | None" = None


def export_to(processor: "SpanProcessor", **resource: str) -> None:
    """Hand every finished span of this process to `processor`; `resource` says what process this is."""
    global _spans
    from shared.spans import Spans

    stop()
    _spans = Spans(processor, resource)


def stop() -> None:
    """Send what waits, and trace no more."""
    global _spans
    if _spans is not None:
        _spans.close()
    _spans = None


def correlation_from(traceparent: str) -> str:
    """The correlation id of a caller who brings a trace (W3C Trace Context); blank for anything else."""
    found = _TRACEPARENT.fullmatch(traceparent)
    return str(UUID(hex=found[1])) if found and int(found[1], 16) and int(found[2], 16) else ""


def trace_id(correlation_id: str) -> int:
    """128 bits: the correlation id itself where it is a UUID, else the start of its SHA-256."""
    try:
        return UUID(correlation_id).int
    except ValueError:
        return int.from_bytes(hashlib.sha256(correlation_id.encode()).digest()[:16], "big")


def span_id(commit: Commit) -> int:
    """64 bits: the start of the commit's hash."""
    return int(commit.hash[:16], 16)


def traceparent() -> str:
    """Where we are, for whoever is called next (W3C Trace Context); blank where nothing is traced."""
    return "" if _spans is None else _spans.traceparent()


def answering(
    service: str, method: str, path: str, correlation_id: str, traceparent: str = ""
) -> AbstractContextManager[Any]:
    """Around one HTTP request; what it leads to in this process hangs below it."""
    if _spans is None:
        return nullcontext()
    found = _TRACEPARENT.fullmatch(traceparent)
    trace = trace_id(correlation_id)
    parent = int(found[2], 16) if found and int(found[1], 16) == trace else 0
    about = {"service.name": service, "http.request.method": method, "url.path": path}
    return _spans.around(f"{method} {service}", "server", trace, about, parent=parent)


def appending(commit: Commit) -> AbstractContextManager[Any]:
    """Around storing one commit: below the request or the reaction that decided it, else at the trace's root."""
    if _spans is None:
        return nullcontext()
    about = {**_about(commit), "article6.events": [event.type for event in commit.events]}
    return _spans.around(
        f"append {commit.category}", "internal", trace_id(commit.correlation_id), about, own=span_id(commit)
    )


def relaying(service: str, commits: Sequence[Commit]) -> AbstractContextManager[Any]:
    """Around publishing commits: a span in each one's trace, below the append."""
    if _spans is None:
        return nullcontext()
    return _spans.around_each(f"publish {service}", "producer", _places(commits, {"service.name": service}))


def following(service: str, topic: str, follower: str, commits: Sequence[Commit]) -> AbstractContextManager[Any]:
    """Around what a follower makes of commits: a span in each one's trace, below the append."""
    if _spans is None:
        return nullcontext()
    about = {"service.name": service, "messaging.destination.name": topic}
    return _spans.around_each(f"{follower} in {service}", "consumer", _places(commits, about))


def _places(commits: Sequence[Commit], about: dict[str, Any]) -> list[tuple[int, int, dict[str, Any]]]:
    return [(trace_id(commit.correlation_id), span_id(commit), {**about, **_about(commit)}) for commit in commits]


def _about(commit: Commit) -> dict[str, Any]:
    return {"article6.stream": commit.stream, "article6.seq": commit.seq}
