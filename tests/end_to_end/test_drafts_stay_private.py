"""What a draft says, and that there is one, is told to nobody but its owner and the ISU.

The same story is played twice, once with drafts, contacts and focal points; then everything that can be
read is read as those who own none of it, and the answers are compared byte for byte.
"""

import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import httpx2

from shared.auth.caller import Role
from tests.system import TestSystem, embedded_system

SAID = {"source": "https://example.org/notice", "stated_on": "2020-01-01"}
DUTY = {"treaty": "CCM", "state": "XXA", "article": "4"}
OTHERS: tuple[tuple[Role, str], ...] = (("public", ""), ("coordinator", ""), ("donor", "XXN"), ("state", "XXB"))
REQUIRED = {"year": "2026", "donor": "XXM", "run": "yearly", "on": "2026-11-20", "state": "XXA", "treaty": "CCM"}


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def asked(amount: str, note: str = "") -> dict[str, Any]:
    return {
        "state": "XXA",
        "obligations": [{"treaty": "CCM", "article": "4"}],
        "needs": [{"line": "survey", "kind": "financial", "amount": usd(amount)}],
        "obstacle": note,
    }


def promised(request: str, amount: str, note: str = "") -> dict[str, Any]:
    target = {"kind": "need_line", "request": request, "line": "survey"}
    return {"donor": "XXM", "target": target, "amount": usd(amount), "conditions": note, "run": "yearly"}


async def play(system: TestSystem, private: bool) -> None:
    """A party, its duty, two requests and two pledges; with `private`, also what only their owners see."""
    isu, state, donor = system.client("isu"), system.client("state", "XXA"), system.client("donor", "XXM")

    async def do(who: httpx2.AsyncClient, path: str, body: Mapping[str, Any]) -> None:
        answer = await who.post(path, json=body)
        assert answer.status_code == 201, answer.text
        await system.settle()

    party = {"treaty": "CCM", "name": "Exercise", "action": "ratification", "deposited_on": "2012-02-01"}
    for code in ("XXA", "XXB"):
        await do(isu, f"/deadlines/parties/CCM-{code}", {**party, "state": code, "statement": SAID})
    await do(isu, "/deadlines/obligations/CCM-XXA-4", {**DUTY, "statement": SAID})
    left = {"metric": "remaining_contamination_m2", "value": "2000000", "unit": "m2", "period": "2019"}
    await do(isu, "/deadlines/obligations/CCM-XXA-4/figures", {**DUTY, **left, "statement": SAID})
    for name in ("XXM", "XXN"):
        own = {"donor": name, "name": f"Exercise {name}", "iso3": name}
        await do(system.client("donor", name), f"/pledges/donors/{name}/registration", own)
    await do(donor, "/pledges/donors/XXM/agencies", {"agency": "north", "name": "Northern desk"})
    if private:
        # In streams of their own, and before what becomes public later in the same stream.
        for name in ("R-draft", "R-open"):
            await do(state, f"/requests/{name}/draft", {"content": asked("77777.00", "SECRET")})
            await do(state, f"/requests/{name}/contact", {"name": "SECRET person", "email": "secret@example.org"})
        for name in ("P-draft", "P-open"):
            await do(donor, f"/pledges/{name}/draft", {"terms": promised("R-open", "66666.00", "SECRET")})
        officer = {"agency": "north", "name": "SECRET officer", "email": "secret@example.org"}
        await do(donor, "/pledges/donors/XXM/focal-points", officer)
    for number in ("open", "again"):
        await do(state, f"/requests/R-{number}/submission", {"content": asked("1000.00")})
        if private:
            await do(state, f"/requests/R-{number}/contact", {"name": "SECRET person"})
        announced = {"terms": promised(f"R-{number}", "600.00"), "announced_on": "2026-11-20"}
        await do(donor, f"/pledges/P-{number}/announcement", announced)
    await do(donor, "/pledges/P-open/confirmations", {"confirmed_on": "2026-11-20"})


async def known_names(*systems: TestSystem) -> tuple[list[str], list[str]]:
    """Every stream of all of them, and every identity, public or not: whoever guesses a name learns nothing."""
    streams = {
        commit.stream
        for system in systems
        for store in system.stores.values()
        for commit in await store.scan(0, 10_000)
    }
    return sorted(streams), sorted({stream.partition("-")[2] for stream in streams})


async def everything(system: TestSystem, streams: list[str], ids: list[str]) -> dict[str, tuple[int, str]]:
    """The answers to every GET of every service's contract, for everybody who owns none of it."""
    answers: dict[str, tuple[int, str]] = {}
    chosen = {"stream": streams, "iso3": ["XXA", "XXB", "XXM"], "year": ["2026"], "donor": ["XXM", "XXN", "nobody"]}
    clients = {role: system.client(role, scope) for role, scope in OTHERS}
    for app in system.applications.values():
        for path, operations in app.openapi()["paths"].items():
            if "get" not in operations:
                continue
            names = re.findall(r"{(\w+)}", path)
            needed = [
                one["name"]
                for one in operations["get"].get("parameters", ())
                if one["in"] == "query" and one.get("required")
            ]
            query = {name: REQUIRED.get(name, "2020-01-01") for name in needed}
            for values in product(*(chosen.get(name, ids) for name in names)):
                url = path.format(**dict(zip(names, values, strict=True)))
                for role, client in clients.items():
                    answer = await client.get(url, params=query)
                    assert answer.status_code < 500, f"{url}: {answer.text}"
                    answers[f"{role} {url}"] = (answer.status_code, masked(answer.text))
    return answers


def masked(text: str) -> str:
    """Without the numbers of commits, and the names that are derived from one; nothing else is passed over.

    A gap in the numbers says that something came between, and no more (ADR 0001).
    """
    return re.sub(r'"answer":"[0-9a-f]{32}"', '"answer":""', re.sub(r"@\d+\.\d+", "@", text))


async def test_nobody_else_can_tell_whether_there_are_drafts_or_contacts(tmp_path: Path) -> None:
    async with (
        embedded_system(tmp_path / "with") as with_drafts,
        embedded_system(tmp_path / "without") as without,
    ):
        await play(with_drafts, private=True)
        await play(without, private=False)
        streams, ids = await known_names(with_drafts, without)
        assert {"request-R-draft", "pledge-P-draft"} <= set(streams)
        one, other = [await everything(system, streams, ids) for system in (with_drafts, without)]
        assert one.keys() == other.keys()
        differing = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
        assert not differing, "\n".join(f"{name}: {both}" for name, both in list(differing.items())[:5])
        assert not [name for name, (_, text) in one.items() if "SECRET" in text or "secret@" in text]
        assert one["public /requests/R-open"][0] == one["public /insights/near-completion"][0] == 200
        # The owner and the ISU do see them: what was compared was there to be seen.
        owner = with_drafts.client("donor", "XXM")
        assert "SECRET" in (await owner.get("/pledges/P-draft/draft")).text
        assert "SECRET" in (await with_drafts.client("isu").get("/pledges/history/pledge-P-open")).text
