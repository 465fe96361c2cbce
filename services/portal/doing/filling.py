"""From what stands in a form to the body of a command, and back. What is not entered is left out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.doing.schema import Node
from services.portal.language import gettext as _

Values = dict[str, list[str]]
"""What stands in a form, by the name of the control: `content.needs.0.kind`."""
_GROUPED = re.compile(r"\d{1,3}([,'\u2019 \u00a0\u202f]\d{3})+(\.\d+)?")
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one control, in words that say what to enter."""

    name: str
    words: str


class _Nothing:
    """Nothing was entered."""


_NOTHING = _Nothing()


def general(name: str) -> str:
    """The path of a control's name: `content.needs.0.kind` is `content.needs[].kind`."""
    return re.sub(r"\.\d+(?=\.|$)", "[]", name)


def rows(values: Values, name: str) -> list[int]:
    """Which rows of a list stand in the form."""
    found = set()
    for key in values:
        rest = key.removeprefix(f"{name}.")
        number = rest.partition(".")[0]
        if rest != key and number.isdigit() and int(number) < MOST_ROWS:
            found.add(int(number))
    return sorted(found)


def is_blank(values: Values, name: str) -> bool:
    """Whether nothing was entered in a row; a currency alone says nothing."""
    return not any(
        any(one.strip() for one in entered)
        for key, entered in values.items()
        if key.startswith(f"{name}.") and not key.endswith(".currency")
    )


def compacted(values: Values, node: Node) -> Values:
    """The same with blank rows left out and the others numbered from 0, as the command will have them."""
    kept = dict(values)
    for path, part in node.walk():
        if part.kind == "list" and "[]" not in path:
            kept = _renumbered(kept, path)
    return kept


def _renumbered(values: Values, name: str) -> Values:
    places = {old: new for new, old in enumerate(r for r in rows(values, name) if not is_blank(values, f"{name}.{r}"))}
    kept: Values = {}
    for key, entered in values.items():
        rest = key.removeprefix(f"{name}.")
        number, _dot, last = rest.partition(".")
        if rest == key or not number.isdigit():
            kept[key] = entered
        elif int(number) in places:
            kept[f"{name}.{places[int(number)]}.{last}"] = entered
    return kept


def body_of(node: Node, values: Values) -> tuple[dict[str, Any], list[Wrong]]:
    """The command's body, and what is wrong with what was entered; the body counts only where nothing is."""
    wrong: list[Wrong] = []
    body = _group(node, values, "", wrong)
    return (body if isinstance(body, dict) else {}), wrong


def _group(node: Node, values: Values, at: str, wrong: list[Wrong]) -> dict[str, Any] | _Nothing:
    found: dict[str, Any] = {}
    for key, part in node.parts.items():
        name = f"{at}.{key}" if at else key
        value = _part(part, values, name, wrong)
        if value is not _NOTHING:
            found[key] = value
    return found


def _part(node: Node, values: Values, name: str, wrong: list[Wrong]) -> Any:
    match node.kind:
        case "group":
            return _group(node, values, name, wrong)
        case "list":
            item = node.item or Node("group")
            items = [_group(item, values, f"{name}.{row}", wrong) for row in rows(values, name)]
            if node.required and not items:
                wrong.append(Wrong(name, _("Enter at least one.")))
            return items or _NOTHING
        case "money":
            return _money(node, values, name, wrong)
        case "choices":
            chosen = [one for one in values.get(name, []) if one]
            _must_be_there(node, name, bool(chosen), wrong)
            return chosen or _NOTHING
        case "numbers":
            return [int(one) for one in values.get(name, []) if one.isdigit()] or _NOTHING
        case "lines":
            said = [line.strip() for line in _one(values, name).splitlines() if line.strip()]
            _must_be_there(node, name, bool(said), wrong)
            return said or _NOTHING
        case "pairs":
            return _pairs(_one(values, name), name, wrong)
        case "flag":
            return True if _one(values, name) == "yes" else _NOTHING
        case "yesno":
            _must_be_there(node, name, bool(_one(values, name)), wrong)
            return {"yes": True, "no": False}.get(_one(values, name), _NOTHING)
        case _:
            return _single(node, _one(values, name), name, wrong)


def _one(values: Mapping[str, list[str]], name: str) -> str:
    return (values.get(name) or [""])[0].strip()


def _must_be_there(node: Node, name: str, there: bool, wrong: list[Wrong]) -> None:
    if node.required and not there:
        wrong.append(Wrong(name, needed(node)))


def _single(node: Node, text: str, name: str, wrong: list[Wrong]) -> Any:
    if not text:
        _must_be_there(node, name, False, wrong)
        return _NOTHING
    if node.kind in ("decimal",):
        text = plain_number(text)
    if (said := _fault(node, text)) is not None:
        wrong.append(Wrong(name, said))
        return _NOTHING
    return int(text) if node.kind == "number" else text


def _money(node: Node, values: Values, name: str, wrong: list[Wrong]) -> Any:
    amount, currency = plain_number(_one(values, f"{name}.amount")), _one(values, f"{name}.currency").upper()
    if not amount:
        if node.required:
            wrong.append(Wrong(f"{name}.amount", _("Enter an amount, such as 250000.")))
        return _NOTHING
    if not re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?", amount):
        wrong.append(Wrong(f"{name}.amount", _("Enter an amount in digits, such as 250000 or 1250.50.")))
    if currency not in node.options:
        wrong.append(Wrong(f"{name}.currency", _("Enter the three letters of a currency, such as USD or EUR.")))
    return {"amount": amount, "currency": currency}


def _pairs(text: str, name: str, wrong: list[Wrong]) -> Any:
    found = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        key, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not re.fullmatch(r"[a-z][a-z0-9_]*", key) or not re.fullmatch(r"\d+(\.\d+)?", value):
            wrong.append(Wrong(name, _("Write one in a line, as name = number: %(line)s") % {"line": line[:60]}))
            break
        found[key] = value
    return found or _NOTHING


def plain_number(text: str) -> str:
    """A number without the marks between its thousands: `1,250,000.50` is 1250000.50."""
    text = text.strip()
    return re.sub(r"[,'\u2019 \u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text


def needed(node: Node) -> str:
    """What to say where nothing was entered and something must be."""
    match node.kind:
        case "choice" | "country" | "yesno":
            return _("Choose one.")
        case "choices":
            return _("Choose at least one.")
        case "day":
            return _("Enter a day, such as 2026-05-31.")
        case "date" | "span":
            return _("Enter a year, a month or a day: 2026, 2026-05 or 2026-05-31.")
        case "number" | "decimal":
            return _("Enter a number.")
        case "lines":
            return _("Enter at least one, each in a line of its own.")
        case _:
            return _("Enter this: it cannot be left out.")


def _fault(node: Node, text: str) -> str | None:
    """What is wrong with the text, None where nothing is that can be seen here."""
    match node.kind:
        case "choice" | "country":
            return None if text in node.options else _("Choose one of the list.")
        case "day":
            return None if _is_day(text) else _("Enter a day of the calendar, such as 2026-05-31.")
        case "date":
            said = _("Enter a year, a month or a day: 2026, 2026-05 or 2026-05-31.")
            return None if re.fullmatch(node.pattern, text) else said
        case "span":
            said = _("Enter a year, a month or a day, or from one to another: 2026, 2026-05, or 2024/2026.")
            return None if re.fullmatch(node.pattern, text) else said
        case "decimal":
            said = _("Enter a number in digits, such as 1250000 or 12.5.")
            return None if re.fullmatch(node.pattern, text) else said
        case "name":
            said = _("Use letters, digits, points, hyphens and underscores only, without spaces.")
            return None if re.fullmatch(node.pattern, text) else said
        case "number":
            return _number_fault(node, text)
    if node.most is not None and len(text) > node.most:
        return _("At most %(most)s characters; this has %(has)s.") % {"most": node.most, "has": len(text)}
    return None


def _number_fault(node: Node, text: str) -> str | None:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        return _("Enter a whole number.")
    if node.least is not None and int(text) < node.least:
        return _("Enter %(least)s or more.") % {"least": node.least}
    if node.most is not None and int(text) > node.most:
        return _("Enter %(most)s or less.") % {"most": node.most}
    return None


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)) and date.fromisoformat(text) is not None
    except ValueError:
        return False


def values_of(node: Node, body: Any, at: str = "") -> Values:
    """What would stand in the form for that body: for prefilling from what is known."""
    found: Values = {}
    for key, part in node.parts.items():
        value = body.get(key) if isinstance(body, Mapping) else None
        if value is None:
            continue
        name = f"{at}.{key}" if at else key
        found.update(_values(part, value, name))
    return found


def _values(node: Node, value: Any, name: str) -> Values:
    match node.kind:
        case "group":
            return values_of(node, value, name)
        case "list":
            found: Values = {}
            for number, item in enumerate(value):
                found.update(values_of(node.item, item, f"{name}.{number}") if node.item else {})
            return found
        case "money":
            return {f"{name}.amount": [str(value["amount"])], f"{name}.currency": [str(value["currency"])]}
        case "choices" | "numbers":
            return {name: [str(one) for one in value]} if value else {}
        case "lines":
            return {name: ["\n".join(str(one) for one in value)]} if value else {}
        case "pairs":
            return {name: ["\n".join(f"{key} = {number}" for key, number in value.items())]} if value else {}
        case "flag" | "yesno":
            return {name: ["yes" if value else "no"]}
        case _:
            return {name: [str(value)]} if value != "" else {}


def named(values: Values, names: Iterable[str]) -> str:
    """The control that a service's fault is about: the one it names, or the closest around it; else blank."""
    known = set(values) | set(names)
    for candidate in names:
        parts = candidate.split(".")
        while parts:
            if ".".join(parts) in known:
                return ".".join(parts)
            parts.pop()
    return ""
