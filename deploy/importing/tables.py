"""Which tables there are, in the order in which they are best told."""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from deploy.catalogue import SERVICES
from shared.tables import Table

_FIRST = (
    "states_parties.csv",
    "meetings.csv",
    "obligations.csv",
    "extension_requests.csv",
    "clearance.csv",
    "stockpiles.csv",
    "status.csv",
    "completions.csv",
    "article7_reports.csv",
    "national_measures.csv",
)
"""Any order gives the same facts; this one gives histories that read well."""


def known_tables(services: Iterable[str] = SERVICES) -> list[Table]:
    """Every table that one of these services can read, parties first."""
    tables = [table for name in services for table in _of_service(name)]
    place = {file: number for number, file in enumerate(_FIRST)}
    return sorted(tables, key=lambda table: (place.get(table.file, len(place)), table.file))


def _of_service(name: str) -> tuple[Table, ...]:
    module = f"services.{name}.importing"
    if find_spec(module) is None:
        return ()
    tables: tuple[Table, ...] = import_module(module).TABLES
    return tables
