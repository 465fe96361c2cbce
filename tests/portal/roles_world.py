"""A site with something of everything in it, public and not, and somebody of each kind before it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.types import ASGIApp

from deploy.serving import application
from shared.auth.caller import Caller, Role
from tests.portal import fitting, story
from tests.portal.doing_world import SITE, Person, forms
from tests.portal.story import usd
from tests.system import TestSystem

PERSONS: Mapping[str, tuple[Role, str]] = {
    "nobody": ("public", ""),
    "isu": ("isu", ""),
    "coordinator": ("coordinator", ""),
    "XXA": ("state", "XXA"),
    "XXB": ("state", "XXB"),
    "XXM": ("donor", "XXM"),
    "XXN": ("donor", "XXN"),
}
"""Who comes, by the name that the tables use. XXA and XXM own what the story tells of; XXB and XXN own nothing."""
OWNERS = frozenset({"isu", "XXA", "XXM"})
"""Who may see at least some of what is not public."""
SECRET = "SECRET"
"""Stands in everything that is not public."""


@dataclass(frozen=True)
class Site:
    """A running site, who comes, and the names that the story's things have in it."""

    system: TestSystem
    app: ASGIApp
    people: Mapping[str, Person]
    names: Mapping[str, str]

    def address(self, template: str) -> str:
        """The address with the story's own names in it."""
        return re.sub(r"\{(\w+)\}", lambda found: self.names[found[1]], template)

    async def recorded(self) -> int:
        """How many commits all services hold."""
        return sum([len(await store.scan(0, 10_000)) for store in self.system.stores.values()])


async def opened(system: TestSystem, private: bool = True) -> Site:
    """Tell the story, with `private` also what only its owners see; then let everybody in."""
    coalition = await story.told(system)
    names = {"coalition": coalition, **await _told_more(system, private)}
    app = application(system)
    people = {name: Person(system, app) for name in PERSONS}
    for name, (role, scope) in PERSONS.items():
        if name != "nobody":
            await people[name].sign_in(role, scope)
    late = {"kind": "annual", "period_year": "2024", "reason": "staff_shortage", "statement.source": "a letter"}
    done = await people["XXA"].do("/do/deadlines/reporting/CCM-XXA/explanations", late)
    names["done"] = done.url.path.removeprefix("/done/")
    names["import"] = await _table_of(people["XXA"])
    names["style"] = re.findall(r'href="/assets/([^"]+\.css)"', done.text)[0]
    names["code"] = system.sign_in.issue(Caller("desk", "isu"))
    await system.settle()
    return Site(system, app, people, names)


async def _table_of(person: Person) -> str:
    """Paste a table that nobody has accepted yet; the name under which it waits."""
    page = await person.look("/import")
    token = forms(page)[0].of("_token")
    rows = "treaty,state,article,metric,value,unit,period,source,note\r\n"
    rows += f"CCM,XXA,4,released_m2,1,m2,2025,a letter,Hidden {SECRET} words\r\n"
    sent = {"_token": (None, token), "pasted": (None, rows)}
    answer = await person.browser.post("/import", files=sent, headers={"Origin": SITE}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).rpartition("/")[2]


async def _told_more(system: TestSystem, private: bool) -> dict[str, str]:
    """One of everything that the small story leaves out, and the names that services chose."""
    isu, coordinator = system.client("isu"), system.client("coordinator")
    state, donor = system.client("state", "XXA"), system.client("donor", "XXM")

    async def do(client: httpx2.AsyncClient, path: str, body: Mapping[str, Any]) -> str:
        answer = await client.post(path, json=body)
        assert answer.status_code in (200, 201), (path, answer.text)
        return str(answer.json()["stream"]).partition("-")[2]

    async def fitting_do(client: httpx2.AsyncClient, route: str, **said: Any) -> str:
        contract = system.applications[route.split("/")[1]].openapi()
        body = fitting.body(contract, "POST", route)
        path = route.format(id=said.pop("id", ""), donor=said.pop("of", ""))
        return await do(client, path, {**body, **said})

    names = {
        "need": await fitting_do(isu, "/requests/needs"),
        "assistance": await fitting_do(donor, "/pledges/assistance"),
    }
    await fitting_do(isu, "/deadlines/totals/{id}", id="WORLD", treaty="")
    await fitting_do(isu, "/pledges/support/world-totals")
    await fitting_do(isu, "/pledges/donors/{donor}/registration", of="XXN", donor="XXN", iso3="XXN")
    await fitting_do(donor, "/pledges/donors/{donor}/agencies", of="XXM", agency="north")
    await fitting_do(coordinator, "/coalitions/ambassadors")
    await fitting_do(coordinator, "/coalitions/partnerships/{id}/statements", id="story")
    asked = {**_CONTENT, "obstacle": "Hidden SECRET words"}
    terms = {"donor": "XXM", "target": {"kind": "state", "state": "XXA"}, "amount": usd("3000.00"), "run": "yearly"}
    if private:
        # In streams of their own, and before what becomes public later in the same stream.
        for name in ("R-draft", "R-open"):
            await do(state, f"/requests/{name}/draft", {"content": asked})
            await do(
                state, f"/requests/{name}/contact", {"name": "Hidden SECRET person", "email": "SECRET@example.org"}
            )
        for name in ("P-draft", "P-open"):
            await do(donor, f"/pledges/{name}/draft", {"terms": {**terms, "conditions": "Hidden SECRET words"}})
        officer = {"agency": "north", "name": "Hidden SECRET officer", "email": "SECRET@example.org"}
        await do(donor, "/pledges/donors/XXM/focal-points", officer)
    await do(state, "/requests/R-open/submission", {"content": _CONTENT})
    await do(donor, "/pledges/P-open/announcement", {"terms": terms, "announced_on": "2026-11-20"})
    await system.settle()
    return names


_CONTENT = {
    "state": "XXA",
    "obligations": [{"treaty": "CCM", "article": "4"}],
    "needs": [{"line": "survey", "kind": "financial", "amount": usd("77777.00")}],
}
