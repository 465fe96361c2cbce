"""Collects every text of the pages into the catalogues: `python -m services.portal.cataloguing`.

English is written as it stands in the source. A translation keeps what it has, and gets what is new as blank
entries, so that a translator sees what is missing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

_HERE = Path(__file__).parent
_FOLDER = _HERE / "locale"
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "marked": None}
_TOLD_IN = _HERE.parent / "insights"
"""Whose sentences pages say in the visitor's language: read as text, for no service imports another."""
_TELLING: dict[str, Any] = {"tell": None, "tell_many": (1, 2), "marked": None}
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "encoding": "utf-8"}}


def texts() -> Iterator[tuple[str, int, Any]]:
    """Each text with the file and line where it stands."""
    found = extract_from_dir(_HERE, _METHODS, _OPTIONS, keywords=_KEYWORDS)
    for name, line, message, _comments, _context in found:
        yield name, line, message
    for name, line, message, _comments, _context in extract_from_dir(
        _TOLD_IN, [("**.py", "python")], keywords=_TELLING
    ):
        yield f"../{_TOLD_IN.name}/{name}", line, message


def catalogue(language: str, kept: Catalog | None = None) -> Catalog:
    """The catalogue of all texts; translations out of `kept` stay."""
    made = Catalog(locale=language, project="Article Six", header_comment="# Texts of the portal.", fuzzy=False)
    for name, _line, message in sorted(texts(), key=lambda one: (one[0], one[1])):
        made.add(message, locations=[(name, 0)])
    for entry in made:
        if not entry.id:
            continue
        known = kept.get(entry.id) if kept else None
        if known and known.string and any(known.string):
            entry.string = known.string
        elif language == "en":
            entry.string = entry.id
    return made


def main() -> int:
    """Write every catalogue anew; 1 where English was not as the source has it."""
    changed = False
    for path in sorted(_FOLDER.glob("*/portal.po")) or [_FOLDER / "en" / "portal.po"]:
        before = path.read_bytes() if path.exists() else b""
        kept = None
        if before:
            with path.open("rb") as file:
                kept = read_po(file, locale=path.parent.name)
        made = catalogue(path.parent.name, None if path.parent.name == "en" else kept)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file,
                made,
                width=0,
                sort_output=True,
                omit_header=path.parent.name == "en",
                no_location=True,
                ignore_obsolete=True,
            )
        changed = changed or path.read_bytes() != before
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
