"""The shipped record many times over, under generated names, for benches that ask how cost grows.

The copies exist in memory only. Each stands for a State that there is not; its facts are the shipped ones,
with links and names of its own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from services.insights.views import VIEWS

Documents = Mapping[str, Sequence[Any]]
"""Documents by the names of their projections."""

_OF_NOBODY = {"meetings", "totals", "support", "donors", "ambassadors"}
"""Kinds that are everybody's: there are as many of them in a larger world as in this."""
_MODELS: dict[str, type[BaseModel]] = {view.name: view.document for view in VIEWS}
_STATE_IN = {"assistance": "recipient", "pledges": ""}


def many_states(shipped: Documents, times: int) -> dict[str, list[Any]]:
    """So many times the States, with all their obligations, needs, reports and help; 1 gives the shipped ones."""
    found = {kind: list(documents) for kind, documents in shipped.items()}
    for number in range(2, times + 1):
        for kind, documents in shipped.items():
            if kind not in _OF_NOBODY:
                found[kind] += [_renamed(kind, one, number) for one in documents]
    return found


def many_facts(shipped: Documents, times: int) -> dict[str, list[Any]]:
    """The shipped States, with so many times the facts about every obligation: each said again, by others."""
    found = {kind: list(documents) for kind, documents in shipped.items()}
    found["obligations"] = [_said_again(one, times) for one in shipped["obligations"]]
    return found


def facts_in(documents: Documents) -> int:
    """How many facts all documents hold."""
    return sum(len(facts) for held in documents.values() for one in held for facts in _facts(one).values())


def _facts(document: BaseModel) -> dict[str, tuple[Any, ...]]:
    named = {name: getattr(document, name) for name in type(document).model_fields}
    return {name: value for name, value in named.items() if isinstance(value, tuple)}


def _renamed(kind: str, document: Any, number: int) -> Any:
    """The document of a State that is called by the same three letters and a number behind them."""
    state = getattr(document, _STATE_IN.get(kind, "state"))
    text = document.model_dump_json()
    # The State stands in the document's fields, and in its links between dashes.
    text = re.sub(rf'"{state}"', f'"{state}~{number}"', text)
    text = re.sub(rf"-{state}(?=[-@])", f"-{state}~{number}", text)
    return _MODELS[kind].model_validate_json(text).model_copy(update={"id": f"{document.id}~{number}"})


def _said_again(document: Any, times: int) -> Any:
    again = {name: tuple(_repeated(facts, times)) for name, facts in _facts(document).items()}
    return document.model_copy(update=again)


def _repeated(facts: Sequence[Any], times: int) -> Iterable[Any]:
    yield from facts
    for number in range(2, times + 1):
        for one in facts:
            stream, _, at = one.origin.link.rpartition("@")
            # Each has an event of its own, far behind the real ones.
            link = f"{stream}@{number}{at.zfill(8)}"
            yield one.model_copy(update={"origin": one.origin.model_copy(update={"link": link})})
