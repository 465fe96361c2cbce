"""Commands the straight way: what is in order goes to its endpoint at once, everything else through FastAPI.

FastAPI's routers, dependencies and responses take longer than deciding, recording and answering a command
together (docs/performance.md). So a request that is in order is taken by FastAPI's own routes, checked by
its own fields and handed to the same function. One that is not (another media type, a body that does not
fit, a path that nobody knows) FastAPI gets as it came, and answers as it answers everything else.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI, Request, params
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.convertors import StringConvertor
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import Message, Receive, Scope, Send

from shared.http.writing import begun, writing
from shared.receipts import Receipt

_JSON = b"application/json"
_FAULT = "article6.fault"
# orjson makes floats of integers beyond 64 bits; the reader of Starlette, which FastAPI uses, does not.
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_SHAPED = (
    "response_model_include",
    "response_model_exclude",
    "response_model_exclude_unset",
    "response_model_exclude_defaults",
    "response_model_exclude_none",
    "max_body_size",
)
_INJECTED = (
    "query_params",
    "header_params",
    "cookie_params",
    "request_param_name",
    "websocket_param_name",
    "http_connection_param_name",
    "response_param_name",
    "background_tasks_param_name",
    "security_scopes_param_name",
    "concurrency",
)


class Straight:
    """ASGI application around a service's FastAPI application."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._known: dict[str, list[_Known]] | None = None
        handlers = dict(app.exception_handlers)
        broken = handlers.pop(Exception, None)
        # Stacked as FastAPI does it: refusals are answered, what broke is answered and raised.
        self._refusing = ServerErrorMiddleware(ExceptionMiddleware(_raising, handlers), broken)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._command(scope) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        command, named = found
        taken = await _everything(receive)
        values = command.checked(named, taken)
        if values is None:
            await self._app(scope, _again(taken, receive), send)
            return
        scope["app"] = self._app
        said: dict[str, str] = {}
        try:
            values[command.write] = begun(Request(scope), said)
            receipt = await command.endpoint(**values)
        except Exception as error:
            scope[_FAULT] = error
            await self._refusing(scope, receive, send)
            return
        content = receipt.__pydantic_serializer__.to_json(receipt)
        headers = [(b"content-length", b"%d" % len(content)), (b"content-type", _JSON)]
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said.items()]
        await send({"type": "http.response.start", "status": command.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _command(self, scope: Scope) -> "tuple[CommandRoute, Mapping[str, str]] | None":
        """The command that this request sends, and the words of its path; None where FastAPI is to see it."""
        if self._known is None:
            self._known = _by_method(iter_route_contexts(self._app.routes))
        known = self._known.get(scope["method"])
        if known is None or scope.get("root_path") or not _is_json(scope):
            return None
        path = scope["path"]
        for pattern, command in known:
            if (match := pattern.match(path)) is not None:
                return None if command is None else (command, match.groupdict())
        return None


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A route that takes one JSON document, `Write` and nothing else, and answers with a receipt."""

    endpoint: Callable[..., Awaitable[Receipt]]
    status: int
    write: str
    path: tuple[Any, ...]
    body: Any

    @classmethod
    def of(cls, route: RouteContext) -> "CommandRoute | None":
        """The route as FastAPI has read it; None where it is of another kind."""
        if not isinstance(route.original_route, APIRoute) or not _answers_receipt(route):
            return None
        asked: Dependant = route.dependant
        writes = [one.name for one in asked.dependencies if one.call is writing and one.name]
        if len(writes) != 1 or len(asked.dependencies) != 1 or any(getattr(asked, name) for name in _INJECTED):
            return None
        # The very field, where the document is not wrapped in another one.
        is_document = len(asked.body_params) == 1 and route.body_field is asked.body_params[0]
        if not is_document or type(asked.body_params[0].field_info) is not params.Body:
            return None
        if asked.call is None or not inspect.iscoroutinefunction(asked.call):
            return None
        if any(type(one) is not StringConvertor for one in route.param_convertors.values()):
            return None
        return cls(asked.call, route.status_code, writes[0], tuple(asked.path_params), asked.body_params[0])

    def checked(self, named: Mapping[str, str], taken: Sequence[Message]) -> dict[str, Any] | None:
        """What the endpoint is called with, `Write` apart; None where anything does not fit."""
        document = b"".join([one.get("body", b"") for one in taken])
        if taken[-1]["type"] != "http.request" or _LONG_NUMBER.search(document):
            return None
        values: dict[str, Any] = {}
        try:
            values[self.body.name], faults = self.body.validate(orjson.loads(document), {}, loc=("body",))
        except orjson.JSONDecodeError:
            return None
        for field in self.path:
            values[field.name], wrong = field.validate(named[field.alias], {}, loc=("path", field.alias))
            faults = faults or wrong
        return None if faults else values


_Known = tuple[re.Pattern[str], CommandRoute | None]


def _by_method(routes: Any) -> dict[str, list[_Known]]:
    """The routes that commands of each method may meet, in FastAPI's order: the first that matches has it."""
    met = [(route, CommandRoute.of(route)) for route in routes]
    methods = {method for route, command in met if command is not None for method in route.methods or ()}
    return {
        method: [(one.path_regex, command) for one, command in met if one.methods is None or method in one.methods]
        for method in methods
    }


def _answers_receipt(route: RouteContext) -> bool:
    return (
        route.response_model is Receipt
        and isinstance(route.response_class, DefaultPlaceholder)
        and isinstance(route.status_code, int)
        and not any(getattr(route, name) for name in _SHAPED)
    )


def _is_json(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return bool(value == _JSON)
    return False


async def _everything(receive: Receive) -> list[Message]:
    """The request's messages up to the end of its body, or until its client went away."""
    taken = [await receive()]
    while taken[-1]["type"] == "http.request" and taken[-1].get("more_body", False):
        taken.append(await receive())
    return taken


def _again(taken: Sequence[Message], receive: Receive) -> Receive:
    """These messages once more, then those that follow."""
    left = iter(taken)

    async def again() -> Message:
        for message in left:
            return message
        return await receive()

    return again


async def _raising(scope: Scope, receive: Receive, send: Send) -> None:
    """What the endpoint raised, where the handlers of its kind wait for it."""
    raise scope.pop(_FAULT)
