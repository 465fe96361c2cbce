"""What changed as an Atom feed (RFC 4287). Every text is plain text: no reader takes it for markup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no place for (2.2), and overrides of direction.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
MEDIA_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `name` is the same whenever the same change is meant; `page` is where it can be read."""

    name: str
    title: str
    words: str
    at: datetime
    page: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """`address` is where the feed itself is, `page` what it tells of. `at` counts where it has no entry."""

    name: str
    title: str
    address: str
    page: str
    language: str
    at: datetime
    entries: Sequence[Entry]


def written(feed: Feed) -> bytes:
    """The feed, the newest entry first."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item] # the default namespace
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    newest = sorted(feed.entries, key=lambda one: (one.at, one.name), reverse=True)
    _add(root, "id", unique(feed.name))
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(newest[0].at if newest else feed.at))
    _add(_add(root, "author"), "name", "Article Six")
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    for one in newest:
        entry = _add(root, "entry")
        _add(entry, "id", unique(one.name))
        _add(entry, "title", one.title, type="text")
        _add(entry, "updated", _moment(one.at))
        _add(entry, "link", rel="alternate", type="text/html", href=one.page)
        if one.source:
            _add(entry, "link", rel="related", href=one.source)
        _add(entry, "content", one.words, type="text")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def unique(name: str) -> str:
    """The permanent name (4.2.6) of what has this name here."""
    return uuid5(NAMESPACE_URL, f"urn:article6:{name}").urn


def _add(parent: etree._Element, name: str, words: str = "", **attributes: str) -> etree._Element:
    found = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    for key, value in attributes.items():
        found.set(key, _REFUSED.sub("", value))
    if words:
        found.text = _REFUSED.sub("", words)
    return found


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
