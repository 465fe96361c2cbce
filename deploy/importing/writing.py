"""Writes what was planned: streams side by side, each in its order. Killed at any moment, it can be run again."""

import asyncio
from collections.abc import Callable, Sequence

from deploy.importing.plan import Plan, Step, System
from shared.auth.caller import system as software

_AT_ONCE = 64
"""Streams side by side: they share the disk's writes (group commit)."""
IMPORT = software("import")
"""Who records: the software, on behalf of whoever runs it; the statement names the source."""


async def write(system: System, plan: Plan, done: Callable[[], None] = lambda: None) -> None:
    """Send every planned command; `done` is called after each one that is on the disk."""
    handlers = {
        category: handler for service in system.services.values() for category, handler in service.kit.handlers.items()
    }
    waiting = iter(plan.streams.values())

    async def one_after_another() -> None:
        for steps in waiting:
            await stream(steps)

    async def stream(steps: Sequence[Step]) -> None:
        for step in steps:
            told = step.recording
            await handlers[told.category].handle(told.identity, told.command, IMPORT, step.command_id)
            done()

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(one_after_another())
