"""A form being opened: for what, by whom, from which link; and what is known for it already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from services.portal.doing.describing import Form, Ids
from services.portal.doing.filling import Values
from services.portal.doing.schema import Node
from services.portal.frame import Frame
from services.portal.reading import Unreadable

_MOST_PAGES = 50


@dataclass
class Known:
    """Values by control, from where each is (by path), and what the form is about in words."""

    values: Values = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    about: str = ""

    def put(self, path: str, value: Any, where: str = "") -> None:
        """A value that is known; nothing where it is not."""
        if value not in (None, ""):
            self.values[path] = [str(value)]
            if where:
                self.where[path] = where

    def take(self, values: Values, where: str) -> None:
        """Several values from one place."""
        self.values.update(values)
        self.where.update(dict.fromkeys(values, where))


@dataclass(frozen=True)
class Asking:
    """One form being opened: for what, by whom, from which link."""

    frame: Frame
    request: Request
    form: Form
    ids: Ids
    node: Node

    async def read(self, path: str) -> Any:
        """The JSON at a path, None where there is none that the visitor may see."""
        try:
            return await self.frame.read(self.request, path)
        except Unreadable as refused:
            if refused.status in (403, 404, 422):
                return None
            raise

    def said(self, name: str) -> str:
        """What the link says."""
        return self.request.query_params.get(name, "").strip()[:200]

    async def events_since(self, version: int) -> list[Mapping[str, Any]]:
        """What was recorded of the thing after that version, as far as the visitor may see it."""
        return [one for one in await self._events(version) if _seq(one) > version]

    async def version(self) -> str:
        """How many commits of the thing the visitor can know of; blank where there is no such thing."""
        if not self.stream:
            return ""
        return str(max((_seq(one) for one in await self._events(0)), default=0))

    @property
    def stream(self) -> str:
        """The stream of the thing that the address names; blank where it names none."""
        ids = [self.ids[name] for name in self.form.parameters if name in self.ids]
        return f"{self.form.thing}-{ids[0]}" if ids and self.form.thing else ""

    async def _events(self, begin: int) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        at: int | None = begin
        for _page in range(_MOST_PAGES):
            part = await self.read(f"/{self.form.service}/history/{self.stream}?limit=200&from_commit={at}")
            if part is None:
                break
            found += part["events"]
            at = part["next_after"]
            if at is None:
                break
        return found


def _seq(event: Mapping[str, Any]) -> int:
    return int(str(event["link"]).rpartition("@")[2].partition(".")[0])
