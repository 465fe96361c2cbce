"""Read models as folds: what makes a stream of events the one document that is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.codec import Codec, Upcasts
from shared.commits import Commit
from shared.documents import Collection
from shared.heard import Heard

D = TypeVar("D", bound=BaseModel)


@dataclass(frozen=True)
class Projection(Generic[D]):
    """How a stream of `category` becomes a document; its id is the stream's name without the category.

    `fold` is pure, without clock or look-up, so that a rebuild, an as-of and a what-if agree with the
    live document. Raise `version` when `fold` or `document` change: the new one is filled afresh.
    `topic` names the service whose events these are; blank for one's own.
    """

    name: str
    version: int
    category: str
    events: tuple[type[BaseModel], ...]
    document: type[D]
    fold: Callable[[D | None, Heard[Any]], D | None]
    fields: tuple[str, ...] = ()
    topic: str = ""
    upcasts: Upcasts | None = None

    @property
    def collection(self) -> Collection:
        """Where its documents are, as long as they have not been made anew (see `generation`)."""
        return self.generation(1)

    def generation(self, number: int) -> Collection:
        """Where the documents are that were made for the first time, the second time, and so on."""
        name = f"{self.name}_v{self.version}"
        return Collection(name if number == 1 else f"{name}_g{number}", self.fields, number="v")

    def follower(self, generation: int) -> str:
        """Under which name this generation's streams are parked."""
        return self.name if generation == 1 else self.generation(generation).name

    def folded(self, document: D | None, commits: Sequence[Commit], topic: str) -> D | None:
        """The document after these commits: the one fold that every reading goes through."""
        for commit in commits:
            for heard in self.codec.heard(commit, topic):
                document = self.fold(document, heard)
        return document

    def body(self, v: int, document: D | None) -> dict[str, Any]:
        """A document as it is stored, with its guard `v` and the fields it can be found by."""
        plain = None if document is None else document.model_dump(mode="json")
        body: dict[str, Any] = {"v": v, "doc": plain}
        for name in self.fields:
            body[name] = _as_field(plain.get(name)) if plain is not None else ""
        return body

    @cached_property
    def codec(self) -> Codec:
        """Reads the events it folds."""
        return Codec(self.events, self.upcasts)


def _as_field(value: Any) -> str:
    return "" if value is None else str(value)
