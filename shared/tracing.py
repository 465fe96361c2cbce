"""Traces (OpenTelemetry): one from the request through store, relay and log to each view it reaches.

The trace's id is the correlation id, and the span of a commit takes its id from the commit's hash. So
whoever holds a commit can go on with its trace, also after a restart, and nothing more is stored or
sent for it (docs/adr/0013). Off unless an exporter is given; then each call costs next to nothing.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.commits import Commit

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_trace_wanted: ContextVar[int] = ContextVar("trace_wanted", default=0)
_span_wanted: ContextVar[int] = ContextVar("span_wanted", default=0)
_tracer: trace.Tracer | None = None
_provider: TracerProvider | None = None


def export_to(processor: SpanProcessor, **resource: str) -> None:
    """Hand every finished span of this process to `processor`; `resource` says what process this is."""
    global _tracer, _provider
    stop()
    _provider = TracerProvider(resource=Resource.create(dict(resource)), id_generator=_Ids(), shutdown_on_exit=False)
    _provider.add_span_processor(processor)
    _tracer = _provider.get_tracer("article6")


def stop() -> None:
    """Send what waits, and trace no more."""
    global _tracer, _provider
    if _provider is not None:
        _provider.shutdown()
    _tracer = _provider = None


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


def answering(
    service: str, method: str, path: str, correlation_id: str, traceparent: str = ""
) -> AbstractContextManager[Any]:
    """Around one HTTP request; what it leads to in this process hangs below it."""
    if _tracer is None:
        return nullcontext()
    found = _TRACEPARENT.fullmatch(traceparent)
    parent = int(found[2], 16) if found and int(found[1], 16) == trace_id(correlation_id) else 0
    about = {"service.name": service, "http.request.method": method, "url.path": path}
    return _span(f"{method} {service}", SpanKind.SERVER, trace_id(correlation_id), parent, about)


def appending(commit: Commit) -> AbstractContextManager[Any]:
    """Around storing one commit: below the request or the reaction that decided it, else at the trace's root."""
    if _tracer is None:
        return nullcontext()
    about: dict[str, Any] = {"article6.stream": commit.stream, "article6.seq": commit.seq}
    about["article6.events"] = [event.type for event in commit.events]
    return _span(
        f"append {commit.category}", SpanKind.INTERNAL, trace_id(commit.correlation_id), 0, about, span_id(commit)
    )


def relaying(service: str, commits: Sequence[Commit]) -> AbstractContextManager[Any]:
    """Around publishing commits: a span in each one's trace, below the append."""
    return nullcontext() if _tracer is None else _in_each(f"publish {service}", SpanKind.PRODUCER, commits, {})


def following(service: str, topic: str, follower: str, commits: Sequence[Commit]) -> AbstractContextManager[Any]:
    """Around what a follower makes of commits: a span in each one's trace, below the append."""
    if _tracer is None:
        return nullcontext()
    about = {"service.name": service, "messaging.destination.name": topic}
    return _in_each(f"{follower} in {service}", SpanKind.CONSUMER, commits, about)


@contextmanager
def _span(
    name: str, kind: SpanKind, trace_: int, parent: int, about: dict[str, Any], own: int = 0
) -> Iterator[trace.Span]:
    assert _tracer is not None  # noqa: S101 - the callers have asked
    current = trace.get_current_span().get_span_context()
    if parent:
        context = _below(trace_, parent)
    elif current.is_valid and current.trace_id == trace_:
        context = contexts.get_current()
    else:
        context = contexts.Context()
    span = _start(name, kind, context, trace_, about, own)
    with trace.use_span(span, end_on_exit=True):
        yield span


@contextmanager
def _in_each(name: str, kind: SpanKind, commits: Sequence[Commit], about: dict[str, Any]) -> Iterator[None]:
    spans = []
    for commit in commits:
        trace_ = trace_id(commit.correlation_id)
        more = {**about, "article6.stream": commit.stream, "article6.seq": commit.seq}
        spans.append(_start(name, kind, _below(trace_, span_id(commit)), trace_, more))
    # Where it is about one commit, what is done meanwhile hangs below it.
    here = trace.use_span(spans[0], end_on_exit=False) if len(spans) == 1 else nullcontext()
    try:
        with here:
            yield
    except BaseException as error:
        for span in spans:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        for span in spans:
            span.end()


def _start(
    name: str, kind: SpanKind, context: contexts.Context, trace_: int, about: dict[str, Any], own: int = 0
) -> trace.Span:
    assert _tracer is not None  # noqa: S101 - the callers have asked
    for_trace, for_span = _trace_wanted.set(trace_), _span_wanted.set(own)
    try:
        return _tracer.start_span(name, context, kind, about)
    finally:
        _trace_wanted.reset(for_trace)
        _span_wanted.reset(for_span)


def _below(trace_: int, parent: int) -> contexts.Context:
    above = NonRecordingSpan(SpanContext(trace_, parent, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)))
    return trace.set_span_in_context(above, contexts.Context())


class _Ids(IdGenerator):
    """Gives the ids that are wanted, and random ones where none is."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        return _trace_wanted.get() or self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        return _span_wanted.get() or self._random.generate_span_id()
