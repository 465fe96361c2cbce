"""Which peers are installed (extra `peers`); those that are not are left out, and it is said."""

import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bench.measuring import Contender

EVENTSOURCING = "eventsourcing"
EVENTSOURCE = "eventsource-py"
_MODULES = {
    EVENTSOURCING: ("eventsourcing", "bench.peer_eventsourcing"),
    EVENTSOURCE: ("eventsource", "bench.peer_eventsource"),
}


def missing() -> list[str]:
    """The peers that are not installed, by their package's name."""
    return [name for name, (package, _) in _MODULES.items() if find_spec(package) is None]


def peer(name: str, run: str, said: str = "") -> tuple[Contender, ...]:
    """That peer's `run`, under its name and what more is `said`; nothing where it is not installed."""
    package, module = _MODULES[name]
    if find_spec(package) is None:
        return ()
    with warnings.catch_warnings():
        # What a peer is told to change when it is imported is its own affair.
        warnings.simplefilter("ignore")
        loaded: Any = import_module(module)
    return (Contender(f"{name} {said}".strip(), getattr(loaded, run)),)
