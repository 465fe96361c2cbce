"""The services there are, in the order in which people meet them."""

from collections.abc import Callable
from importlib import import_module

from shared.kit import Kit, Service

SERVICES = ("deadlines", "requests", "pledges", "coalitions", "insights")
"""Names of the services; each is a folder of `services/`, a topic, and the first part of its paths."""


def builder(name: str) -> Callable[[Kit], Service]:
    """The service's own wiring. Loaded when asked for, so that one service can run without the others."""
    build: Callable[[Kit], Service] = import_module(f"services.{name}.service").build
    return build
