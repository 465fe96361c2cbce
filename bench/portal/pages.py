"""What is asked of the site: each page under several addresses, so that no single answer is asked twice in a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx2

from bench.portal.asking import Browser
from deploy.embedded import EmbeddedSystem
from deploy.gateway import Gateway
from deploy.serving import application
from shared.auth.caller import Caller, Role

_STATES = 25
"""So many States, duties and things of each kind are asked for in turn."""


@dataclass(frozen=True)
class Asked:
    """A page, who asks for it, and where it stands."""

    name: str
    who: str
    addresses: Sequence[str]


@dataclass(frozen=True)
class Site:
    """The site with browsers of everybody who asks."""

    browsers: Mapping[str, Browser]
    pages: Sequence[Asked]


async def site_of(system: EmbeddedSystem) -> Site:
    """Everybody signed in, and every page with addresses of things that there are."""
    app = application(system)
    browsers = {"nobody": Browser(app)}
    names = await _names(system)
    people: tuple[tuple[Role, str], ...] = (
        ("isu", ""),
        ("coordinator", ""),
        ("state", names["affected"][0]),
        ("donor", names["donors"][0]),
    )
    for role, scope in people:
        browsers[role] = Browser(app)
        await browsers[role].enter(f"/sign-in/{system.sign_in.issue(Caller('bench', role, scope))}")
    return Site(browsers, _pages(names))


async def _names(system: EmbeddedSystem) -> dict[str, list[str]]:
    """Names of things, those first of which there is most to say."""
    transport = httpx2.ASGITransport(app=Gateway(system.apps, otherwise=_nothing))
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench.test") as client:

        async def read(path: str) -> dict[str, list[dict[str, object]]]:
            found: dict[str, list[dict[str, object]]] = (await client.get(path)).raise_for_status().json()
            return found

        states = [one for one in (await read("/insights/states"))["states"] if "~" not in str(one["state"])]
        duties = [str(duty) for one in states for duty in _texts(one["open_obligations"])]
        requests = (await read("/requests?limit=50"))["items"]
        return {
            "states": [str(one["state"]) for one in states if one["open_obligations"]],
            "duties": duties,
            # Reports have histories of their own.
            "on the ground": [one for one in duties if one.split("-")[2] != "7"],
            "requests": [str(one["id"]) for one in requests],
            "affected": [str(one["content"]["state"]) for one in requests],  # type: ignore[index]
            "pledges": [str(one["id"]) for one in (await read("/pledges?limit=50"))["items"]],
            "donors": [str(one["id"]) for one in (await read("/pledges/donors?limit=50"))["items"]],
            "coalitions": [str(one["coalition"]) for one in (await read("/coalitions?limit=50"))["items"]],
            "meetings": [str(one["id"]) for one in (await read("/deadlines/meetings?limit=50"))["items"]],
        }


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _pages(names: Mapping[str, list[str]]) -> list[Asked]:
    def each(template: str, kind: str) -> list[str]:
        return [template.format(name) for name in names[kind][:_STATES] if "~" not in name]

    states, duty = names["states"], names["on the ground"][0]
    public = {
        "overview": ["/", "/?treaty=CCM", "/?treaty=APMBC", "/?region=Africa", "/?deadline=year", "/?kind=clearance"],
        "overview, an earlier day": ["/?as_of=2017-12-20", "/?as_of=2022-06-30"],
        "overview, another group": [f"/?group={number}" for number in range(2, 6)],
        "States": ["/states", "/states?treaty=CCM"],
        "a State": each("/states/{}", "states"),
        "a State, an earlier day": [f"/states/{one}?as_of=2017-12-20" for one in states[:5] if "X" not in one],
        "its history": each("/states/{}/history", "states"),
        "a duty": each("/obligation/{}", "duties"),
        "requests": ["/all/requests"],
        "a request": each("/request/{}", "requests"),
        "pledges": ["/all/pledges"],
        "a pledge": each("/pledge/{}", "pledges"),
        "donors": ["/all/donors"],
        "a donor": each("/donor/{}", "donors"),
        "coalitions": ["/all/coalitions"],
        "a coalition": each("/coalition/{}", "coalitions"),
        "meetings": ["/all/meetings"],
        "a meeting": each("/meeting/{}", "meetings"),
        "dates": ["/calendar", "/calendar?treaty=CCM"],
        "sources": ["/sources"],
        "what changed": ["/changes", "/changes?days=366"],
        "search": ["/search?q=mine", "/search?q=clearance", "/search?q=Bosnia"],
        "a history": each("/history/deadlines/obligation-{}", "on the ground"),
        "what if": ["/what-if"],
        "how it works": ["/how-it-works"],
    }
    signed_in = {
        "ISU's desk": ("isu", ["/desk"]),
        "coordinator's desk": ("coordinator", ["/desk"]),
        "a State's desk": ("state", ["/desk"]),
        "a donor's desk": ("donor", ["/desk"]),
        "a form, much known": ("state", ["/do/requests/submission"]),
        "a form, prefilled": ("isu", [f"/do/deadlines/obligations/{duty}/figures"]),
    }
    return [Asked(name, "nobody", addresses) for name, addresses in public.items()] + [
        Asked(name, who, addresses) for name, (who, addresses) in signed_in.items()
    ]


async def _nothing(scope: object, receive: object, send: object) -> None:
    raise AssertionError("this path belongs to no service")
