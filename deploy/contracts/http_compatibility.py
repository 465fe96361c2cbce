"""Would a change of a service's HTTP contract break its callers?

A caller sends what was accepted and reads what was answered before: so a body may not demand or
refuse more than it did, and an answer may not hold less.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_MOST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")
_LEAST = ("minLength", "minimum", "exclusiveMinimum", "minItems")


def openapi_breaks(old: Schema, new: Schema | None) -> Iterator[str]:
    """What in `new` breaks a caller of `old`, in sentences."""
    if new is None:
        yield "the service's contract is gone"
        return
    was, now = _Definitions(old), _Definitions(new)
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            found = new["paths"].get(path, {}).get(method)
            if found is None:
                yield f"{name} is gone"
                continue
            yield from _parameters_break(name, operation, found, was, now)
            before, after = _body(operation), _body(found)
            if before is not None and after is not None:
                yield from _refuses_more(f"{name}, body", before, after, was, now, frozenset())
            elif after is not None and found["requestBody"].get("required"):
                yield f"{name} now demands a body"
            for status in sorted(code for code in operation["responses"] if code.startswith("2")):
                if status not in found["responses"]:
                    yield f"{name} no longer answers {status}"
                    continue
                told, tells = _content(operation["responses"][status]), _content(found["responses"][status])
                if told is not None and tells is not None:
                    yield from _tells_less(f"{name}, answer", told, tells, was, now, frozenset())


def tightened(where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Bounds that let through less than before."""
    for bound in _MOST:
        if bound in new and (bound not in old or new[bound] < old[bound]):
            yield f"{where}: {bound} was {old.get(bound, 'not set')}, is {new[bound]}"
    for bound in _LEAST:
        if bound in new and (bound not in old or new[bound] > old[bound]):
            yield f"{where}: {bound} was {old.get(bound, 'not set')}, is {new[bound]}"


class _Definitions:
    def __init__(self, document: Schema) -> None:
        self._schemas = document.get("components", {}).get("schemas", {})

    def of(self, schema: Schema) -> Schema:
        reference = schema.get("$ref", "")
        found: Schema = self._schemas.get(reference.rpartition("/")[2], schema) if reference else schema
        return found


def _body(operation: Schema) -> Schema | None:
    return _content(operation["requestBody"]) if "requestBody" in operation else None


def _content(part: Schema) -> Schema | None:
    found: Schema | None = part.get("content", {}).get("application/json", {}).get("schema")
    return found


def _parameters_break(name: str, old: Schema, new: Schema, was: _Definitions, now: _Definitions) -> Iterator[str]:
    before = {(p["in"], p["name"]): p for p in old.get("parameters", ())}
    after = {(p["in"], p["name"]): p for p in new.get("parameters", ())}
    for (place, parameter), found in after.items():
        if (place, parameter) not in before and found.get("required"):
            yield f"{name} now demands {parameter}"
    for (place, parameter), told in before.items():
        if (place, parameter) not in after:
            yield f"{name} no longer knows {parameter}"
        else:
            found = after[(place, parameter)]["schema"]
            yield from _refuses_more(f"{name}, {parameter}", told["schema"], found, was, now, frozenset())


def _refuses_more(
    where: str, old: Schema, new: Schema, was: _Definitions, now: _Definitions, seen: frozenset[str]
) -> Iterator[str]:
    if (reference := old.get("$ref", "")) in seen:
        return
    seen = seen | {reference} if reference else seen
    old, new = was.of(old), now.of(new)
    yield from _other_kind(where, old, new)
    if gone := sorted(map(str, set(old.get("enum", ())) - set(new.get("enum", old.get("enum", ()))))):
        yield f"{where}: {gone} are no longer accepted"
    yield from tightened(where, old, new)
    fields, found = old.get("properties", {}), new.get("properties", {})
    for field in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{where}.{field}: is now demanded"
    for field, schema in fields.items():
        if field not in found:
            yield f"{where}.{field}: is no longer accepted"
        else:
            yield from _refuses_more(f"{where}.{field}", schema, found[field], was, now, seen)
    if isinstance(old.get("items"), Mapping) and isinstance(new.get("items"), Mapping):
        yield from _refuses_more(f"{where}[]", old["items"], new["items"], was, now, seen)


def _tells_less(
    where: str, old: Schema, new: Schema, was: _Definitions, now: _Definitions, seen: frozenset[str]
) -> Iterator[str]:
    if (reference := old.get("$ref", "")) in seen:
        return
    seen = seen | {reference} if reference else seen
    old, new = was.of(old), now.of(new)
    yield from _other_kind(where, old, new)
    fields, found = old.get("properties", {}), new.get("properties", {})
    for field, schema in fields.items():
        if field not in found:
            yield f"{where}.{field}: is gone"
            continue
        if field in old.get("required", ()) and field not in new.get("required", ()):
            yield f"{where}.{field}: was always there, may now be missing"
        yield from _tells_less(f"{where}.{field}", schema, found[field], was, now, seen)
    if isinstance(old.get("items"), Mapping) and isinstance(new.get("items"), Mapping):
        yield from _tells_less(f"{where}[]", old["items"], new["items"], was, now, seen)


def _other_kind(where: str, old: Schema, new: Schema) -> Iterator[str]:
    if "type" in old and "type" in new and old["type"] != new["type"]:
        yield f"{where}: was {old['type']}, is {new['type']}"
