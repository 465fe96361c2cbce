"""What an import would do: every row read, every command decided on in memory. Nothing is written here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any, Protocol

import orjson
from pydantic import TypeAdapter, ValidationError

from deploy.importing.problems import Problem, TablesRefused
from deploy.importing.reading import read_rows
from shared.fictional import must_be_real
from shared.handling import Handler
from shared.ids import derived_id
from shared.kit import Service
from shared.messages import Refused
from shared.tables import BadCell, Recording, Row, Table
from shared.text import Identity

_IDENTITY: TypeAdapter[str] = TypeAdapter(Identity)


class System(Protocol):
    """The part of a running system that an import needs."""

    services: dict[str, Service]
    exercise: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One command of one row. Its id follows from the row, so it is done once however often it is sent."""

    file: str
    row: int
    recording: Recording
    command_id: str


@dataclass(frozen=True)
class Plan:
    """`new` and `known` count rows by file: those that say something new, and those that are there already.

    `streams` holds what to write: the steps of each stream in their order.
    """

    new: Mapping[str, int]
    known: Mapping[str, int]
    streams: Mapping[tuple[str, str], Sequence[Step]]

    @property
    def steps(self) -> int:
        """How many commands there are to write."""
        return sum(len(steps) for steps in self.streams.values())


async def plan(system: System, folder: Traversable, tables: Sequence[Table]) -> Plan:
    """What importing the folder's tables would change. TablesRefused, naming every mistake, where one is wrong."""
    problems: list[Problem] = []
    rows = list(_rows(folder, tables, problems))
    deciding = _Deciding(system)
    for step in rows:
        await deciding.take(step, problems)
    if problems:
        raise TablesRefused(problems)
    files = dict.fromkeys(step.file for step in rows)
    changed = Counter(file for file, _ in deciding.changed)
    seen = Counter(file for file, _ in {(step.file, step.row) for step in rows})
    return Plan(
        new={file: changed[file] for file in files},
        known={file: seen[file] - changed[file] for file in files},
        streams=deciding.streams,
    )


def _rows(folder: Traversable, tables: Sequence[Table], problems: list[Problem]) -> Iterator[Step]:
    files = {entry.name: entry for entry in folder.iterdir() if entry.name.lower().endswith(".csv")}
    known = {table.file for table in tables}
    for name in sorted(files.keys() - known):
        problems.append(Problem(name, 0, "", f"no such table is known; there are {', '.join(sorted(known))}"))
    if not files:
        problems.append(Problem(folder.name, 0, "", f"holds no table; there are {', '.join(sorted(known))}"))
    for table in tables:
        if (file := files.get(table.file)) is not None:
            with file.open("rb") as opened:
                for row, cells in read_rows(opened, table, problems):
                    yield from _steps(table, row, cells, problems)


def _steps(table: Table, row: int, cells: Row, problems: list[Problem]) -> Iterable[Step]:
    # Blank cells are left out, so that a column that a later version adds does not make old rows new.
    content = orjson.dumps({column: cell for column, cell in cells.cells.items() if cell}, option=orjson.OPT_SORT_KEYS)
    try:
        recordings = list(table.read(cells))
        for recording in recordings:
            _IDENTITY.validate_python(recording.identity)
    except BadCell as error:
        problems.append(Problem(table.file, row, error.column, error.why))
    except ValidationError as error:
        for one in error.errors():
            where = ".".join(str(part) for part in one["loc"])
            problems.append(Problem(table.file, row, where, str(one["msg"]).removeprefix("Value error, ")))
    except Refused as refusal:
        problems.append(_refused(table.file, row, refusal))
    except ValueError as error:
        problems.append(Problem(table.file, row, "", str(error)))
    else:
        return [
            Step(table.file, row, recording, derived_id("import", table.file, content.decode(), number))
            for number, recording in enumerate(recordings)
        ]
    return []


@dataclass
class _Deciding:
    """Decides on each step against the stored state and the steps before it."""

    system: System
    streams: dict[tuple[str, str], list[Step]] = field(default_factory=dict)
    changed: set[tuple[str, int]] = field(default_factory=set)
    _states: dict[tuple[str, str], Any] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._homes: dict[str, tuple[Service, Handler[Any, Any, Any]]] = {
            category: (service, handler)
            for service in self.system.services.values()
            for category, handler in service.kit.handlers.items()
        }

    async def take(self, step: Step, problems: list[Problem]) -> None:
        service, handler = self._homes[step.recording.category]
        # By its id alone: a later version may read the same row into a richer command.
        if step.command_id in self._taken or await service.kit.store.find_command(step.command_id) is not None:
            return
        self._taken.add(step.command_id)
        place = (step.recording.category, step.recording.identity)
        if place not in self._states:
            self._states[place] = (await handler.load(step.recording.identity)).state
        try:
            if not self.system.exercise:
                must_be_real(step.recording.command)
            events = handler.decider.decide(step.recording.command, self._states[place])
        except Refused as refusal:
            problems.append(_refused(step.file, step.row, refusal))
            return
        if events:
            self._states[place] = handler.decider.fold(events, self._states[place])
            self.streams.setdefault(place, []).append(step)
            self.changed.add((step.file, step.row))


def _refused(file: str, row: int, refusal: Refused) -> Problem:
    why = refusal.detail
    if refusal.found is not None:
        why += f" Found {str(refusal.found)[:100]!r}."
    if refusal.allowed:
        why += f" Allowed: {refusal.allowed}."
    return Problem(file, row, refusal.field or "", why)
