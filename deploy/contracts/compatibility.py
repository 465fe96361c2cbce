"""Would a change break a reader of what was promised before?

Readers exist in other services, in other organisations, and in the store itself: an event written
years ago must still load. So within one version nothing may be taken away or change its meaning;
what does not fit gets a new version and an upcaster.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.contracts.http_compatibility import openapi_breaks, tightened

Schema = Mapping[str, Any]


def breaks(before: Mapping[str, Schema], after: Mapping[str, Schema]) -> list[str]:
    """What in `after` breaks a reader of `before`, in sentences; both are path -> document."""
    return [
        f"{path}: {why}"
        for path, old in sorted(before.items())
        for why in (
            openapi_breaks(old, after.get(path))
            if path.endswith("openapi.json")
            else _event_breaks(old, after.get(path))
            if "$id" in old
            else ()
        )
    ]


def rewritten(before: Mapping[str, Schema], after: Mapping[str, Schema]) -> list[str]:
    """Earlier versions of events that are not as they were; nothing is written in them any more."""
    return [
        f"{path}: has a later version, so it stays as it was"
        for path, old in sorted(before.items())
        if "$id" in old and path in after and after[path] != old and _next_version(path) in after
    ]


def _next_version(path: str) -> str:
    name, _, version = path.removesuffix(".json").rpartition(".v")
    return f"{name}.v{int(version) + 1}.json"


def _event_breaks(old: Schema, new: Schema | None) -> Iterator[str]:
    if new is None:
        yield "the event is gone; stored ones could no longer be read. Keep the class, or upcast it"
        return
    yield from _object_breaks("", old, new, old.get("$defs", {}), new.get("$defs", {}))


def _object_breaks(where: str, old: Schema, new: Schema, old_defs: Schema, new_defs: Schema) -> Iterator[str]:
    old, new = _resolved(old, old_defs), _resolved(new, new_defs)
    for kind in ("type", "format", "const", "pattern"):
        if kind in old and old.get(kind) != new.get(kind):
            yield f"{where or 'the event'}: {kind} was {old.get(kind)!r}, is {new.get(kind)!r}"
    yield from tightened(where or "the event", old, new)
    if "enum" in old and "enum" in new:
        if gone := sorted(map(str, set(old["enum"]) - set(new["enum"]))):
            yield f"{where}: stored values {gone} are no longer allowed"
        if more := sorted(map(str, set(new["enum"]) - set(old["enum"]))):
            yield f"{where}: readers of this version do not know the values {more}"
    old_fields, new_fields = old.get("properties", {}), new.get("properties", {})
    for name, field in old_fields.items():
        path = f"{where}.{name}".lstrip(".")
        if name not in new_fields:
            yield f"{path}: the field is gone"
        else:
            yield from _object_breaks(path, field, new_fields[name], old_defs, new_defs)
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        if name in new_fields:
            yield f"{where}.{name}: was always there, may now be missing".lstrip(".")
    for name in sorted(set(new_fields) - set(old_fields)):
        if "default" not in new_fields[name]:
            yield f"{where}.{name}: is new without a default, so stored events cannot be read".lstrip(".")
    for union in ("anyOf", "oneOf"):
        if union in old or union in new:
            yield from _union_breaks(where, old, new, union, old_defs, new_defs)
    if isinstance(old.get("items"), Mapping):
        yield from _object_breaks(f"{where}[]", old["items"], new.get("items", {}), old_defs, new_defs)


def _union_breaks(
    where: str, old: Schema, new: Schema, union: str, old_defs: Schema, new_defs: Schema
) -> Iterator[str]:
    was, now = old.get(union, [old]), new.get(union, [new])
    if len(was) != len(now):
        yield f"{where}: could be {len(was)} kinds of thing, can be {len(now)}"
        return
    for one, other in zip(was, now, strict=True):
        yield from _object_breaks(where, one, other, old_defs, new_defs)


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    reference = schema.get("$ref", "")
    return definitions.get(reference.rpartition("/")[2], schema) if reference else schema
