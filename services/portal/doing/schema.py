"""What a command may hold, read from the service's own contract (OpenAPI 3.1, JSON Schema)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal[
    "group", "list", "money", "day", "date", "span", "choice", "choices", "numbers", "lines", "pairs",
    "number", "decimal", "flag", "yesno", "country", "name", "line", "prose",
]  # fmt: skip
"""How a part is asked for. `date`: a year, month or day; `span`: the same, or from one to another."""
_LONG = 2_000
_DECIMAL = r"^(0|[1-9]\d*)(\.\d+)?$"
_NAME = "^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$"


@dataclass(frozen=True)
class Node:
    """One part of a command: what it is, whether it must be there, and what it may be."""

    kind: Kind
    required: bool = False
    options: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    default: str = ""
    parts: Mapping[str, "Node"] = field(default_factory=dict)
    item: "Node | None" = None

    def walk(self, at: str = "") -> Iterator[tuple[str, "Node"]]:
        """Every part that is asked for by itself, with its path: `content.needs[].kind`."""
        for name, part in self.parts.items():
            path = f"{at}.{name}" if at else name
            match part.kind:
                case "group":
                    yield from part.walk(path)
                case "list":
                    yield path, part
                    if part.item is not None:
                        yield from part.item.walk(f"{path}[]")
                case _:
                    yield path, part

    def at(self, path: str) -> "Node":
        """The part at a path. KeyError where there is none."""
        node = self
        for name in path.replace("[]", ".[]").split("."):
            if name == "[]":
                if node.item is None:
                    raise KeyError(path)
                node = node.item
            else:
                node = node.parts[name]
        return node


def needing(node: Node, paths: Iterable[str], at: str = "") -> Node:
    """The same with these parts needed: a rule of the service that its schema cannot say."""
    wanted = set(paths)
    parts = {}
    for name, part in node.parts.items():
        path = f"{at}.{name}" if at else name
        part = needing(part, wanted, path) if part.kind == "group" else part
        parts[name] = replace(part, required=True) if path in wanted else part
    return replace(node, parts=parts)


class Contract:
    """A service's contract: the command of each route."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._paths: Mapping[str, Any] = document["paths"]
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]

    def command(self, method: str, path: str) -> Node:
        """What the body of that route holds. KeyError where there is no such route."""
        operation = self._paths[path][method.lower()]
        body = operation.get("requestBody")
        if body is None:
            return Node("group")
        return self._node(body["content"]["application/json"]["schema"], required=True)

    def _node(self, schema: Mapping[str, Any], required: bool) -> Node:
        default = schema.get("default")
        resolved, nullable = self._plain(schema)
        needed = required and not nullable
        if (given := default if default is not None else resolved.get("default")) is not None:
            words = "yes" if given is True else str(given) if isinstance(given, str | int) and given else ""
            return self._of(resolved, False, nullable, words)
        return self._of(resolved, needed, nullable, "")

    def _plain(self, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
        """The schema without references and without "or nothing"; whether it could be nothing."""
        if "$ref" in schema:
            return self._plain(self._schemas[schema["$ref"].rpartition("/")[2]])
        if "anyOf" not in schema:
            return schema, False
        some = [self._plain(one)[0] for one in schema["anyOf"] if one.get("type") != "null"]
        nullable = len(some) < len(schema["anyOf"])
        if len(some) == 1:
            return some[0], nullable
        return {"type": "string", "enum": [value for one in some for value in one["enum"]]}, nullable

    def _of(self, schema: Mapping[str, Any], required: bool, nullable: bool, default: str) -> Node:
        match schema.get("type"):
            case "object":
                return self._object(schema, required)
            case "array":
                return self._array(schema, required)
            case "boolean":
                return Node("yesno" if nullable or required else "flag", required, default=default)
            case "integer":
                least, most = schema.get("minimum"), schema.get("maximum")
                return Node("number", required, (), _whole(least), _whole(most), default=default)
            case _:
                return self._text(schema, required, default)

    def _object(self, schema: Mapping[str, Any], required: bool) -> Node:
        properties: Mapping[str, Any] = schema.get("properties", {})
        if set(properties) == {"amount", "currency"}:
            return Node("money", required, tuple(properties["currency"].get("enum", ())))
        if not properties:
            return Node("pairs", required)
        must = set(schema.get("required", ()))
        return Node("group", required, parts={n: self._node(one, n in must) for n, one in properties.items()})

    def _array(self, schema: Mapping[str, Any], required: bool) -> Node:
        item = self._node(schema["items"], required=True)
        needed = required or schema.get("minItems", 0) > 0
        most = schema.get("maxItems")
        match item.kind:
            case "group":
                return Node("list", needed, most=most, item=item)
            case "choice":
                return Node("choices", needed, item.options, most=most)
            case "number":
                return Node("numbers", needed, least=item.least, most=item.most)
            case _:
                return Node("lines", needed, most=item.most, item=item)

    @staticmethod
    def _text(schema: Mapping[str, Any], required: bool, default: str) -> Node:
        pattern = str(schema.get("pattern", ""))
        least, most = schema.get("minLength"), schema.get("maxLength")
        if options := tuple(str(one) for one in schema.get("enum", ())):
            kind: Kind = "country" if "LAO" in options else "choice"
            return Node(kind, required and "" not in options, options, default=default)
        if schema.get("format") == "date":
            return Node("day", required)
        if "(/" in pattern:
            return Node("span", required, pattern=pattern)
        if pattern.startswith("^(19|20|21)"):
            return Node("date", required, pattern=pattern)
        if pattern == _DECIMAL:
            return Node("decimal", required, pattern=pattern)
        if pattern == _NAME:
            return Node("name", required, pattern=pattern, most=128)
        long = most is not None and most > _LONG
        return Node("prose" if long else "line", required, (), least, most, pattern, default)


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)
