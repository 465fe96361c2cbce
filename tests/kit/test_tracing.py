"""One trace leads from a request to every view that it changes, with nothing but the commit to go by."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.tracing import trace_if_asked
from shared import tracing
from shared.ids import new_id
from tests.kit.world import world

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    tracing.export_to(SimpleSpanProcessor(kept), **{"service.name": "test"})
    yield kept
    tracing.stop()


def parent(span: ReadableSpan) -> int:
    return span.parent.span_id if span.parent else 0


async def test_a_request_can_be_followed_through_the_store_to_another_services_view(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    async with world(tmp_path) as running:
        headers = {"Idempotency-Key": new_id(), "traceparent": TRACEPARENT}
        answer = await running.client().post("/tallies/a/additions", json={"amount": 3}, headers=headers)
        assert answer.status_code == 201, answer.text
        await running.settle()
        (commit,) = await running.history("tallies")
    found = {span.name: span for span in spans.get_finished_spans()}
    request, append = found["POST tallies"], found["append tally"]
    assert {span.context.trace_id for span in found.values()} == {int(TRACEPARENT[3:35], 16)}
    assert parent(request) == int(TRACEPARENT[36:52], 16)
    assert parent(append) == request.context.span_id
    assert append.context.span_id == tracing.span_id(commit)
    in_echoes = [span for name, span in found.items() if name.endswith("in echoes")]
    assert in_echoes
    assert all(parent(span) == append.context.span_id for span in in_echoes if span.attributes["article6.seq"] == 1)
    assert answer.headers["X-Correlation-ID"] == commit.correlation_id == "0af76519-16cd-43dd-8448-eb211c80319c"


async def test_what_a_policy_does_stands_in_the_trace_of_what_it_heard(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    async with world(tmp_path) as running:
        answer = await running.client().post(
            "/tallies/a/additions", json={"amount": 3}, headers={"Idempotency-Key": new_id()}
        )
        await running.settle()
        assert await running.repeated("a") == [3]
    traces = {span.name: span.context.trace_id for span in spans.get_finished_spans()}
    assert traces["append echo"] == traces["append tally"] == tracing.trace_id(answer.headers["X-Correlation-ID"])


async def test_a_traceparent_that_is_none_is_passed_over(tmp_path: Path, spans: InMemorySpanExporter) -> None:
    async with world(tmp_path) as running:
        for nonsense in ("", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "99-x", TRACEPARENT + "0"):
            answer = await running.client().get("/tallies/a", headers={"traceparent": nonsense})
            # A trace whose number is zero is none (W3C Trace Context, 3.2.2.3).
            assert tracing.trace_id(answer.headers["X-Correlation-ID"]) > 0
    assert all(parent(span) == 0 for span in spans.get_finished_spans() if span.name == "GET tallies")


async def test_a_fault_is_marked_in_the_span_and_passes_through(tmp_path: Path, spans: InMemorySpanExporter) -> None:
    async with world(tmp_path) as running:
        receipt = await running.add("a", 1)
        (commit,) = await running.history("tallies")
    with pytest.raises(OSError, match="gone"), tracing.following("views", "tallies", "shown", [commit]):
        raise OSError("gone")
    assert receipt.seq == 1
    assert spans.get_finished_spans()[-1].status.description == "OSError"


def test_without_an_endpoint_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    assert not trace_if_asked("requests")
    with tracing.answering("requests", "GET", "/", new_id()):
        assert tracing.traceparent() == ""


def test_with_an_endpoint_what_is_called_next_hears_where_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    assert trace_if_asked("requests")
    try:
        correlation = new_id()
        with tracing.answering("requests", "GET", "/", correlation):
            assert tracing.correlation_from(tracing.traceparent()) == correlation
    finally:
        tracing.stop()
