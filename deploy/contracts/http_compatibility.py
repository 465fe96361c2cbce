"""Would a change of a service's HTTP contract break its callers?

A caller sends what was accepted and reads what was answered before: so a body may not demand or
refuse more than it did, and an answer may not hold less.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Rule = Callable[[str, Schema, Schema], Iterator[str]]

_MOST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")
_UNIONS = ("anyOf", "oneOf")
_NULL: Schema = {"type": "null"}
_LEAST = ("minLength", "minimum", "exclusiveMinimum", "minItems")
_LEAST_ANYWAY = {"minLength": 0, "minItems": 0}


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
                yield from _walked(_refuses_more, f"{name}, body", before, after, was, now, frozenset())
            elif after is not None and found["requestBody"].get("required"):
                yield f"{name} now demands a body"
            for status in sorted(code for code in operation["responses"] if code.startswith("2")):
                if status not in found["responses"]:
                    yield f"{name} no longer answers {status}"
                    continue
                told, tells = _content(operation["responses"][status]), _content(found["responses"][status])
                if told is not None and tells is not None:
                    yield from _walked(_tells_less, f"{name}, answer", told, tells, was, now, frozenset())


def tightened(where: str, old: Schema, new: Schema) -> Iterator[str]:
    """Bounds that let through less than before."""
    for bound in _MOST:
        if bound in new and (bound not in old or new[bound] < old[bound]):
            yield f"{where}: {bound} was {old.get(bound, 'not set')}, is {new[bound]}"
    for bound in _LEAST:
        least = old.get(bound, _LEAST_ANYWAY.get(bound))
        if bound in new and (least is None or new[bound] > least):
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
            yield from _walked(_refuses_more, f"{name}, {parameter}", told["schema"], found, was, now, frozenset())


def _walked(
    rule: Rule, where: str, old: Schema, new: Schema, was: _Definitions, now: _Definitions, seen: frozenset[str]
) -> Iterator[str]:
    """What the rule finds here, and in every field and item that both know."""
    if (reference := old.get("$ref", "")) in seen:
        return
    seen = seen | {reference} if reference else seen
    old, new = was.of(old), now.of(new)
    if _is_union(old) or _is_union(new):
        old, new = (one if _is_union(one) else {"anyOf": [one]} for one in (old, new))
        yield from rule(where, old, new)
        if len(_kinds(old)) == len(_kinds(new)):
            for one, other in zip(_kinds(old), _kinds(new), strict=True):
                yield from _walked(rule, where, one, other, was, now, seen)
        return
    if "type" in old and "type" in new and old["type"] != new["type"]:
        yield f"{where}: was {old['type']}, is {new['type']}"
    yield from rule(where, old, new)
    fields, found = old.get("properties", {}), new.get("properties", {})
    for field, schema in fields.items():
        if field in found:
            yield from _walked(rule, f"{where}.{field}", schema, found[field], was, now, seen)
    if isinstance(old.get("items"), Mapping) and isinstance(new.get("items"), Mapping):
        yield from _walked(rule, f"{where}[]", old["items"], new["items"], was, now, seen)


def _refuses_more(where: str, old: Schema, new: Schema) -> Iterator[str]:
    if _may_be_null(old) and not _may_be_null(new):
        yield f"{where}: null is no longer accepted"
    if len(_kinds(new)) < len(_kinds(old)):
        yield f"{where}: took {len(_kinds(old))} kinds of thing, takes {len(_kinds(new))}"
    if gone := sorted(map(str, set(old.get("enum", ())) - set(new.get("enum", old.get("enum", ()))))):
        yield f"{where}: {gone} are no longer accepted"
    yield from tightened(where, old, new)
    for field in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{where}.{field}: is now demanded"
    for field in _gone(old, new):
        yield f"{where}.{field}: is no longer accepted"


def _tells_less(where: str, old: Schema, new: Schema) -> Iterator[str]:
    if _may_be_null(new) and not _may_be_null(old):
        yield f"{where}: was never null, may now be"
    if len(_kinds(new)) > len(_kinds(old)):
        yield f"{where}: was one of {len(_kinds(old))} kinds of thing, is one of {len(_kinds(new))}"
    gone = _gone(old, new)
    for field in gone:
        yield f"{where}.{field}: is gone"
    for field in old.get("properties", {}):
        if field not in gone and field in old.get("required", ()) and field not in new.get("required", ()):
            yield f"{where}.{field}: was always there, may now be missing"


def _is_union(schema: Schema) -> bool:
    return any(union in schema for union in _UNIONS)


def _variants(schema: Schema) -> list[Schema]:
    return [one for union in _UNIONS for one in schema.get(union, ())]


def _kinds(schema: Schema) -> list[Schema]:
    """What a union may be, null apart; nothing for what is no union."""
    return [one for one in _variants(schema) if one != _NULL]


def _may_be_null(schema: Schema) -> bool:
    return _NULL in _variants(schema)


def _gone(old: Schema, new: Schema) -> list[str]:
    return [field for field in old.get("properties", {}) if field not in new.get("properties", {})]
