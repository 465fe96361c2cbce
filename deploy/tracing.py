"""Traces sent to a collector, where the environment names one (OpenTelemetry's own variables)."""

import os

from deploy.settings import product_version
from shared import tracing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class NoExporter(Exception):
    """Traces are asked for, and what sends them is not installed."""


def trace_if_asked(process: str) -> bool:
    """Send this process's spans to the collector that the environment names; whether there is one. NoExporter."""
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return False
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise NoExporter(f"{ENDPOINTS[0]} is set, and nothing can send traces: install article6[otlp]") from None
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    about = {"service.name": process, "service.namespace": "article6", "service.version": product_version()}
    tracing.export_to(BatchSpanProcessor(OTLPSpanExporter()), **about)
    return True
