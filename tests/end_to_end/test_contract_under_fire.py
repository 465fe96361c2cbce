"""Every operation of every service, fed with generated input: no 500, and no answer that the contract does not name."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.catalogue import SERVICES
from deploy.exercise.play import play
from deploy.gateway import Gateway
from shared.auth.caller import Caller, Role
from tests.system import A_DAY_IN_2026, embedded_system

_EXAMPLES = 6
_FEWER = 2
"""Roles that may write little are turned away early: less can go wrong, and all must end in time."""
_OTHERS: tuple[tuple[Role, str], ...] = (("state", "XXA"), ("donor", "XXM"), ("public", ""))
_CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


class Running:
    """A system behind a real socket, in a thread of its own, as a client meets it."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self._folder = folder
        self._at = at
        self.address = ""
        self.tokens: dict[Role, str] = {}
        self.schemas: dict[str, dict[str, object]] = {}
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with embedded_system(self._folder, at=self._at) as system:
            server = uvicorn.Server(
                uvicorn.Config(Gateway(system.apps, _nothing), port=0, log_level="critical", lifespan="off")
            )
            serving = asyncio.create_task(server.serve())
            while not server.started:
                await asyncio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            self.address = f"http://127.0.0.1:{port}"
            callers: tuple[tuple[Role, str], ...] = (("isu", ""), *_OTHERS[:2])
            self.tokens = {role: system.tokens.issue(Caller("desk", role, scope)) for role, scope in callers}
            # Something to be found: every page and every stage of every life.
            await play(system)
            await system.settle()
            self.schemas = {name: app.openapi() for name, app in system.applications.items()}
            self._ready.set()
            await self._stop.wait()
            server.should_exit = True
            await serving

    def __enter__(self) -> "Running":
        self._thread.start()
        assert self._ready.wait(120), "the system did not come up"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)


async def _nothing(scope: object, receive: object, send: object) -> None:
    raise AssertionError("this path belongs to no service")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("under-fire"), A_DAY_IN_2026) as here:
        yield here


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", SERVICES)
def test_no_generated_input_breaks_a_service_or_its_contract(running: Running, name: str, mode: GenerationMode) -> None:
    assert fire(running, name, mode, "isu", _EXAMPLES) > 0


@pytest.mark.parametrize("role", [role for role, _ in _OTHERS])
@pytest.mark.parametrize("name", SERVICES)
def test_nor_does_any_from_whoever_sends_it(running: Running, name: str, role: Role) -> None:
    assert sum(fire(running, name, mode, role, _FEWER) for mode in GenerationMode) > 0


def fire(running: Running, name: str, mode: GenerationMode, role: Role, examples: int) -> int:
    """So many inputs to every operation of a service, as that role; how many were sent in all."""
    schema = schemathesis.openapi.from_dict(running.schemas[name])
    token = running.tokens.get(role)
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode))
        def attempt(case: schemathesis.Case[Any]) -> None:
            nonlocal tried
            tried += 1
            if token is not None:
                case.headers["Authorization"] = f"Bearer {token}"
            case.call_and_validate(base_url=running.address, checks=list(_CHECKS))

        try:
            attempt()
        except Unsatisfiable:
            # A path without parameters has nothing that could be wrong.
            continue
    return tried
