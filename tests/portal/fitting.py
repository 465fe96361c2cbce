"""The smallest body that a command takes, made from the service's own contract, about what the story tells of."""

from collections.abc import Iterator, Mapping
from typing import Any

_SAID: Mapping[str, Any] = {
    "state": "XXA",
    "recipient": "XXA",
    "treaty": "CCM",
    "article": "4",
    "donor": "XXM",
    "donor_name": "Exercise State XXM",
    "member": "XXM",
    "iso3": "XXM",
    "name": "Story meeting",
    "amount": "10.00",
    "currency": "USD",
    "source": "https://www.example.org/page",
    "email": "desk@example.org",
    "year": 2026,
    "sequence": 1,
    "as_of": "2026-06-01",
    "lodged_on": "2026-06-01",
    "usd_million": "1.5",
    "emails": "desk@example.org",
    "subjects": "0" * 32,
}
"""What stands in a field of that name."""
_WANTED = {"content", "terms", "kind", "request", "line", "reason", "emails", "amount", "donor"}
"""Fields that a contract lets out and that say what the command is about."""


def body(contract: Mapping[str, Any], method: str, path: str, words: str = "") -> Any:
    """A body for that command; None where it takes none. `words`: what every free text of it says, needed or not."""
    operation = contract["paths"][path][method.lower()]
    sent = operation.get("requestBody")
    if not sent:
        return None
    return _Making(contract["components"]["schemas"], words).made(sent["content"]["application/json"]["schema"], "")


def with_each(good: Any, words: str, other: str) -> Iterator[tuple[str, Any]]:
    """The body once for each place where `words` stand, with `other` in that place; and the name of the place."""
    for name, value in good.items() if isinstance(good, dict) else enumerate(good):
        if value == words:
            yield str(name), _replaced(good, name, other)
        elif isinstance(value, dict | list):
            for below, made in with_each(value, words, other):
                yield f"{name}.{below}", _replaced(good, name, made)


def _replaced(whole: Any, name: Any, value: Any) -> Any:
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[name] = value
    return copy


class _Making:
    def __init__(self, schemas: Mapping[str, Any], words: str) -> None:
        self._schemas = schemas
        self._words = words

    def made(self, schema: Mapping[str, Any], name: str) -> Any:
        if "$ref" in schema:
            return self.made(self._schemas[schema["$ref"].rpartition("/")[2]], name)
        if "const" in schema:
            return schema["const"]
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self.made(next(one for one in choices if one.get("type") != "null"), name)
        if schema.get("type") == "object" or "properties" in schema:
            parts = schema.get("properties", {}).items()
            wanted = set(schema.get("required", ())) | _WANTED
            return {key: self.made(one, key) for key, one in parts if key in wanted or self._says_words(one)}
        if schema.get("type") == "array":
            return [self.made(schema["items"], name)]
        return self._words if self._words and self._is_words(schema) else _value(schema, name)

    def _says_words(self, schema: Mapping[str, Any]) -> bool:
        """Whether free text stands in it, directly or below."""
        if not self._words:
            return False
        if "$ref" in schema:
            return self._says_words(self._schemas[schema["$ref"].rpartition("/")[2]])
        below = [*schema.get("anyOf", ()), *schema.get("properties", {}).values()]
        below += [schema["items"]] if "items" in schema else []
        return self._is_words(schema) or any(self._says_words(one) for one in below)

    @staticmethod
    def _is_words(schema: Mapping[str, Any]) -> bool:
        return schema.get("type") == "string" and "\\x00-\\x08" in schema.get("pattern", "")


def _value(schema: Mapping[str, Any], name: str) -> Any:
    said = _SAID.get(name)
    if "enum" in schema:
        return said if said in schema["enum"] else schema["enum"][0]
    if said is not None and schema.get("type") in ("string", "integer", None):
        return said
    if schema.get("type") in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    if schema.get("type") == "boolean":
        return False
    if schema.get("format") == "date" or name.endswith(("_on", "_until")):
        return "2026-06-01"
    return {"period": "2025", "value": "1", "part": "a"}.get(name, "teams")
