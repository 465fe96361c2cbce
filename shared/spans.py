"""The part of tracing that needs OpenTelemetry; loaded only where traces are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Literal

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

Kind = Literal["server", "internal", "producer", "consumer"]
_trace_wanted: ContextVar[int] = ContextVar("trace_wanted", default=0)
_span_wanted: ContextVar[int] = ContextVar("span_wanted", default=0)


class Spans:
    """Makes spans whose ids are given from outside, and hands the finished ones to `processor`."""

    def __init__(self, processor: SpanProcessor, resource: Mapping[str, str]) -> None:
        about = Resource.create(dict(resource))
        self._provider = TracerProvider(resource=about, id_generator=_Ids(), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("article6")

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()

    def traceparent(self) -> str:
        """The current span as a header; blank outside of any."""
        here = trace.get_current_span().get_span_context()
        return f"00-{here.trace_id:032x}-{here.span_id:016x}-01" if here.is_valid else ""

    @contextmanager
    def around(
        self, name: str, kind: Kind, trace_id: int, about: Mapping[str, Any], parent: int = 0, own: int = 0
    ) -> Iterator[None]:
        """A span below `parent`, else below the current one of that trace, else at the trace's root."""
        current = trace.get_current_span().get_span_context()
        if parent:
            context = _below(trace_id, parent)
        elif current.is_valid and current.trace_id == trace_id:
            context = contexts.get_current()
        else:
            context = contexts.Context()
        with trace.use_span(self._start(name, kind, context, trace_id, about, own), end_on_exit=True):
            yield

    @contextmanager
    def around_each(
        self, name: str, kind: Kind, places: Sequence[tuple[int, int, Mapping[str, Any]]]
    ) -> Iterator[None]:
        """A span for each (trace, parent, attributes), all from now until the end."""
        spans = [self._start(name, kind, _below(id_, parent), id_, about) for id_, parent, about in places]
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
        self, name: str, kind: Kind, context: contexts.Context, trace_id: int, about: Mapping[str, Any], own: int = 0
    ) -> trace.Span:
        for_trace, for_span = _trace_wanted.set(trace_id), _span_wanted.set(own)
        try:
            return self._tracer.start_span(name, context, SpanKind[kind.upper()], about)
        finally:
            _trace_wanted.reset(for_trace)
            _span_wanted.reset(for_span)


def _below(trace_id: int, parent: int) -> contexts.Context:
    above = NonRecordingSpan(SpanContext(trace_id, parent, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)))
    return trace.set_span_in_context(above, contexts.Context())


class _Ids(IdGenerator):
    """Gives the ids that are wanted, and random ones where none is."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        return _trace_wanted.get() or self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        return _span_wanted.get() or self._random.generate_span_id()
