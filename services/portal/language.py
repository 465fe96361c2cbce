"""Texts in the visitor's language (GNU gettext); English is both the source and the first catalogue.

A page sets its language once (`speaking`); from then on `gettext` and everything in `words` answer in it.
"""

import gettext as gnu
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

SOURCE = "en"
LANGUAGE_COOKIE = "article6_lang"
_FOLDER = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("language", default=SOURCE)


@cache
def languages() -> tuple[str, ...]:
    """The languages there is a catalogue for (`locale/<language>/portal.po`), English first."""
    found = sorted(entry.parent.name for entry in _FOLDER.glob("*/portal.po"))
    return (SOURCE, *(one for one in found if one != SOURCE))


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    source = _FOLDER / language / "portal.po"
    if not source.exists():
        return gnu.NullTranslations()
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


_replaced: dict[str, gnu.NullTranslations] = {}


@contextmanager
def replaced(language: str, catalogue: gnu.NullTranslations) -> Iterator[None]:
    """For tests: this catalogue instead of the shipped one (a pseudo-locale shows what is not translated)."""
    _replaced[language] = catalogue
    try:
        yield
    finally:
        del _replaced[language]


def _texts() -> gnu.NullTranslations:
    language = _current.get()
    return _replaced.get(language) or _catalogue(language)


def gettext(text: str) -> str:
    """The text in the language of the page; nothing stays nothing, for which a catalogue holds its own heading."""
    return _texts().gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The text for that number, in the language of the page."""
    return _texts().ngettext(one, many, number)


def marked(text: str) -> str:
    """The text as it is, noted for the catalogue: for tables that are written before a language is known."""
    return text


def current() -> str:
    """The language of the page."""
    return _current.get()


def locale() -> Locale:
    """Its rules for dates and numbers."""
    return _locale(_current.get())


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)


def direction() -> str:
    """`rtl` for Arabic and its like, else `ltr`."""
    return locale().text_direction


def chosen(request: Request) -> str:
    """The language of a request: `?lang`, then the cookie, then `Accept-Language`, of those there are."""
    there = (*languages(), *_replaced)
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in there:
            return asked
    wanted = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "")[:400].split(",")]
    return negotiate_locale([one for one in wanted if one], there, sep="-") or SOURCE


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts are in this language inside."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)
