"""Whose word it is: the State's own before the ISU's before a monitor's (docs/near-completion.md)."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from services.insights.facts.origin import Origin
from services.insights.near.told import marked

STATE, ISU, MONITOR = 0, 1, 2

_ISU = ("clusterconvention.org", "apminebanconvention.org", "pronk.se")
_STATE = re.compile(
    r"(^|\.)(gov|gob|gouv|gub|govt|mil)(\.|$)|(^|\.)(bhmac|mofa|udas|bmeia|lmac-online|hcr|anam|dfa|mod)\.",
    re.IGNORECASE,
)
_NAMES = (
    ("the-monitor.org", marked("the Monitor")),
    ("mineactionreview.org", marked("Mine Action Review")),
    ("clusterconvention.org", marked("the ISU of the CCM")),
    ("pronk.se", marked("the ISU of the CCM")),
    ("apminebanconvention.org", marked("the ISU of the APMBC")),
    ("stopclustermunitions.org", marked("the Cluster Munition Coalition")),
    ("icbl.org", marked("the ICBL")),
    ("bhmac.org", marked("BHMAC")),
    ("npaid.org", marked("Norwegian People's Aid")),
    ("reliefweb.int", marked("ReliefWeb")),
    ("hrw.org", marked("Human Rights Watch")),
)
_HERE = marked("recorded here")
_IN_WORDS = frozenset((_HERE, *(name for _, name in _NAMES)))


@lru_cache(maxsize=4_096)
def _host(source: str) -> str:
    if "://" not in source:
        return ""
    try:
        return urlsplit(source).hostname or ""
    except ValueError:
        # What cannot be read as an address is somebody's words, and no reason to answer nothing.
        return ""


def _of(host: str, name: str) -> bool:
    """Whether the host is that name or below it: `evil-the-monitor.org` is not the Monitor's."""
    return host == name or host.endswith(f".{name}")


@lru_cache(maxsize=4_096)
def _rank(source: str, actor: str) -> int:
    if actor.startswith("state:"):
        return STATE
    host = _host(source)
    if not host:
        return STATE if "national report" in source.lower() else MONITOR
    if any(_of(host, name) for name in _ISU):
        return ISU
    return STATE if _STATE.search(host) else MONITOR


def rank_of(origin: Origin) -> int:
    """0 the State's own word, 1 the ISU's, 2 anybody else's."""
    return _rank(origin.source, origin.actor)


@lru_cache(maxsize=4_096)
def name_of(source: str) -> str:
    """What people call the source: "the Monitor", a host, or the document's own name."""
    host = _host(source)
    for domain, name in _NAMES:
        if _of(host, domain):
            return name
    return host.removeprefix("www.") or source or _HERE


def is_in_words(name: str) -> bool:
    """Whether `name_of` gave words of ours, which each language has its own for: no host, and no document's name."""
    return name in _IN_WORDS
