"""Something to look at: the shipped data with the exercise played into it, once or many times over."""

import json
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.embedded import EmbeddedSystem
from deploy.exercise.play import play
from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from shared.clock import TurnableClock
from shared.documents import Put

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
_OF_NOBODY = {"meetings", "totals", "support", "donors", "ambassadors", "timers"}
"""Kinds that are everybody's: there are as many of them in a larger world as in this."""
_AT_ONCE = 20_000


def system_in(folder: Path) -> EmbeddedSystem:
    """The system of that folder, on the day of the bench, for fictional States too."""
    return EmbeddedSystem(folder, TurnableClock(TODAY), exercise=True)


async def filled(folder: Path) -> None:
    """Load the shipped data, and play the exercise: requests, pledges and coalitions of fictional States."""
    async with system_in(folder) as system:
        await write(system, await plan(system, shipped_data(), known_tables(system.services)))
        await play(system)
        await system.settle()


async def multiplied(source: Path, folder: Path, times: int) -> None:
    """The same folder with so many times the States, requests, pledges and coalitions in all that pages read.

    Only the read side grows: histories of the copies are not there.
    """
    await _copied(source, folder)
    async with system_in(folder) as system:
        for service in system.services.values():
            for projection in service.kit.projections:
                if projection.name in _OF_NOBODY:
                    continue
                collection = projection.collection.name
                stored = await service.kit.documents.find(collection, limit=1_000_000)
                puts: list[Put] = []
                for number in range(2, times + 1):
                    for one in stored:
                        puts.append(Put(collection, *_renamed(one.id, one.body, number, service.kit.name), 0))
                        if len(puts) >= _AT_ONCE:
                            await service.kit.documents.write(puts)
                            puts = []
                await service.kit.documents.write(puts)


async def _copied(source: Path, folder: Path) -> None:
    # Opened and closed once, so that nothing stands in files beside the databases.
    async with system_in(source):
        pass
    shutil.copytree(source, folder, dirs_exist_ok=True)


def _renamed(id_: str, body: Mapping[str, Any], number: int, service: str) -> tuple[str, dict[str, Any]]:
    """A document of a State that is called by the same three letters and a number behind them.

    What commands are checked against keeps its State: its contract takes only countries.
    """
    text = json.dumps(body)
    doc = body.get("doc") or {}
    state = next((doc[name] for name in ("state", "recipient") if isinstance(doc.get(name), str)), "")
    if service == "insights" and state:
        text = re.sub(rf'"{state}"', f'"{state}~{number}"', text)
        text = re.sub(rf"-{state}(?=[-@])", f"-{state}~{number}", text)
    text = text.replace(f'"{id_}"', f'"{id_}~{number}"')
    made: dict[str, Any] = json.loads(text)
    return f"{id_}~{number}", made
