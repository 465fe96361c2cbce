"""What people do with contacts, over HTTP: name, read, search, forget. And everything that a folder holds."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.system import TestSystem

NAMING = ("requests", "pledges")
REQUESTS = ("r-1", "r-2")
AGENCIES = ("mfa", "aid")
PLACES = (*REQUESTS, *AGENCIES)


async def sent(system: TestSystem, role: str, scope: str, path: str, body: Mapping[str, Any], key: str = "") -> Any:
    """The answer to a POST that must be done."""
    async with system.client(role, scope) as client:  # type: ignore[arg-type]
        answer = await client.post(path, json=body, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code < 300, answer.text
    return answer.json()


async def begin(system: TestSystem) -> None:
    """Two requests of a State, and a donor with two agencies."""
    for name in REQUESTS:
        await sent(system, "state", "LAO", f"/requests/{name}/draft", {"content": {"state": "LAO"}})
    await sent(system, "donor", "norway", "/pledges/donors/norway/registration", {"donor": "norway", "name": "Norway"})
    for agency in AGENCIES:
        await sent(system, "donor", "norway", "/pledges/donors/norway/agencies", {"agency": agency, "name": "Office"})


async def name_at(system: TestSystem, place: str, person: Mapping[str, str], key: str = "") -> Any:
    """Somebody is named at one of the places; the receipt."""
    if place in REQUESTS:
        return await sent(system, "state", "LAO", f"/requests/{place}/contact", person, key)
    body = {"agency": place, **{kind: person[kind] for kind in ("name", "email") if kind in person}}
    return await sent(system, "donor", "norway", "/pledges/donors/norway/focal-points", body, key)


async def read_at(system: TestSystem, place: str) -> dict[str, Any]:
    """What its owner reads there."""
    await system.settle()
    if place in REQUESTS:
        async with system.client("state", "LAO") as client:
            found: dict[str, Any] = (await client.get(f"/requests/{place}/contact")).json()
            return found
    async with system.client("donor", "norway") as client:
        points = (await client.get("/pledges/donors/norway/focal-points")).json()["focal_points"]
    return next((one for one in points if one["agency"] == place), {})


async def search(system: TestSystem, **sought: str) -> list[dict[str, Any]]:
    """Subjects found by e-mail, name or phone, in both services, each with its service."""
    body = {f"{kind}s": [said] for kind, said in sought.items()}
    found = []
    for service in NAMING:
        answer = await sent(system, "isu", "", f"/{service}/people/search", body)
        found += [{**one, "service": service} for one in answer["matching"]]
    return found


async def forget(system: TestSystem, **sought: str) -> list[dict[str, Any]]:
    """Everybody found so is forgotten; what was answered."""
    done = []
    for one in await search(system, **sought):
        body = {"subjects": [one["subject"]]}
        done += await sent(system, "isu", "", f"/{one['service']}/people/forgetting", body)
    return done


def everything_in(*folders: Path) -> bytes:
    """Every byte of every file below them, write-ahead logs and journals too."""
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    return b"\n".join(file.read_bytes() for file in files)


def traces(content: bytes, *secrets: str | bytes) -> list[str | bytes]:
    """Those of the secrets that are found, also as JSON would write them, in hex or in base64."""
    found = []
    for secret in secrets:
        raw = secret.encode() if isinstance(secret, str) else secret
        forms = {raw, raw.hex().encode(), base64.b64encode(raw), base64.urlsafe_b64encode(raw).rstrip(b"=")}
        if isinstance(secret, str):
            forms |= {json.dumps(secret)[1:-1].encode(), secret.casefold().encode()}
        if any(form in content for form in forms):
            found.append(secret)
    return found
