"""Every public name says what it is, and every module of rules names the article, rule or document it follows.

Public is: no leading underscore, in a module, class or package that is itself public, and not inside a function.
`__init__` and its kind are described by their class.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHORTEST = 15  # characters: below this a docstring repeats the name
RULES = ("services/*/domain/*.py", "services/insights/near/*.py", "services/deadlines/treaty*.py")
FOLLOWED = re.compile(r"CCM|APMBC|Article|\b(ISU|COA|DON|MTG)-\d|docs/[a-z/-]+\.md|\b(RFC|ISO|IATI|ADR)\b")

Described = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _files(*patterns: str) -> list[Path]:
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern) if "__pycache__" not in path.parts})


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _public(node: ast.Module | ast.ClassDef) -> Iterator[tuple[int, str, Described]]:
    """Public classes, functions and methods below a node, with line and dotted name."""
    inside = "" if isinstance(node, ast.Module) else f"{node.name}."
    for child in node.body:
        match child:
            case ast.ClassDef() if _is_public(child.name):
                yield child.lineno, inside + child.name, child
                for line, name, below in _public(child):
                    yield line, inside + name, below
            case ast.FunctionDef() | ast.AsyncFunctionDef() if _is_public(child.name):
                yield child.lineno, inside + child.name, child
            case _:
                pass


def _described(source: str) -> Iterator[tuple[int, str, Described]]:
    """The module itself (line 1), then everything public in it. An empty package file describes nothing."""
    module = ast.parse(source)
    if module.body:
        yield 1, "module", module
    yield from _public(module)


def undescribed(source: str) -> list[str]:
    """`line name` of every public name whose docstring is missing or too short to say anything."""
    return [
        f"{line} {name}"
        for line, name, node in _described(source)
        if len((ast.get_docstring(node) or "").strip()) < SHORTEST
    ]


def names_what_it_follows(source: str) -> bool:
    """Whether the module's docstring, or one of its classes', names an article, a source rule or a document."""
    return any(
        FOLLOWED.search(ast.get_docstring(node) or "")
        for _, _, node in _described(source)
        if isinstance(node, ast.Module | ast.ClassDef)
    )


def test_every_public_name_says_what_it_is() -> None:
    wanting = [
        f"{path.relative_to(ROOT)}:{found}"
        for path in _files("shared/**/*.py", "services/**/*.py", "deploy/**/*.py")
        if _is_public(path.stem) or path.stem == "__init__"
        for found in undescribed(path.read_text(encoding="utf-8"))
    ]
    assert not wanting, "public names without a docstring:\n" + "\n".join(wanting)


def test_every_module_of_rules_names_what_it_follows() -> None:
    modules = [path for path in _files(*RULES) if path.stem != "__init__"]
    silent = [
        f"{path.relative_to(ROOT)}:1 module"
        for path in modules
        if not names_what_it_follows(path.read_text(encoding="utf-8"))
    ]
    assert modules, "no module of rules was found: the patterns no longer match the house"
    assert not silent, "no article, source rule or document named in:\n" + "\n".join(silent)


def test_a_missing_and_a_short_docstring_are_both_found() -> None:
    source = '"""A module that says enough."""\nclass Duty:\n    """Short."""\n    def due(self) -> None: ...\n'
    assert undescribed(source) == ["2 Duty", "4 Duty.due"]


def test_private_names_and_functions_within_functions_are_passed_over() -> None:
    source = '"""A module that says enough."""\ndef _own() -> None:\n    def within() -> None: ...\n'
    assert undescribed(source) == []


def test_a_rule_is_named_by_its_id_and_not_by_any_word() -> None:
    assert names_what_it_follows('"""Lodged nine months before the meeting (MTG-3)."""')
    assert not names_what_it_follows('"""Lodged nine months before the meeting."""')
