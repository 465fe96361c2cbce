"""People named in services: who reads them, how they are forgotten, and what breaks on the way."""

import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from shared.commits import EventRecord
from shared.eventstore import StoreUnavailable
from shared.kit import Kit
from shared.privacy import Gone, KeyStillThere, SubjectKey
from shared.privacy.messages import SealedPerson
from tests.contract_suites.commits import following
from tests.privacy.desk import AGENCIES, NAMING, REQUESTS, begin, forget, name_at, read_at, search
from tests.system import TestSystem, embedded_system

ANN = {"name": "Ann Onymous", "email": "ann@example.org", "phone": "+856 21 000 001"}
BEN = {"name": "Ben Evolent", "email": "ben@example.org", "phone": "+856 21 000 002"}


def gone_now(key: SubjectKey) -> Gone:
    return Gone(key.subject, key.place, datetime(2026, 11, 21, tzinfo=UTC), "isu:desk", "person_asked")


async def test_whoever_may_see_a_contact_reads_it_as_it_was_named(system: TestSystem) -> None:
    await begin(system)
    for place in (*REQUESTS, *AGENCIES):
        assert (await name_at(system, place, ANN))["events"][0] in ("ContactNamed", "FocalPointNamed")
    for place in REQUESTS:
        shown = await read_at(system, place)
        assert {kind: shown[kind] for kind in ANN} == ANN
        assert (shown["removed_on"], shown["note"]) == (None, "")
    for place in AGENCIES:
        shown = await read_at(system, place)
        assert (shown["name"], shown["email"]) == (ANN["name"], ANN["email"])


async def test_a_command_sent_again_is_done_once_and_needs_no_second_key(system: TestSystem) -> None:
    await begin(system)
    first = await name_at(system, "r-1", ANN, key="once")
    again = await name_at(system, "r-1", ANN, key="once")
    assert (again["seq"], again["replayed"]) == (first["seq"], True)
    assert len(await search(system, email=ANN["email"])) == 1
    async with system.client("state", "LAO") as client:
        other = await client.post("/requests/r-1/contact", json=BEN, headers={"Idempotency-Key": "once"})
    assert other.status_code == 422
    assert not await search(system, email=BEN["email"])


async def test_to_forget_one_leaves_whoever_came_after_and_the_same_person_elsewhere_goes_too(
    system: TestSystem,
) -> None:
    await begin(system)
    for place in ("r-1", "r-2", "mfa"):
        await name_at(system, place, ANN)
    await name_at(system, "r-2", BEN)
    done = await forget(system, email=" ANN@example.org")
    assert sorted(one["place"] for one in done) == [
        "pledges/donor-norway/focal-point/mfa", "requests/request-r-1/contact", "requests/request-r-2/contact",
    ]  # fmt: skip
    for place in ("r-1", "mfa"):
        shown = await read_at(system, place)
        assert (shown["name"], shown["email"], shown["removed_on"]) == ("", "", "2026-11-21")
        assert shown["note"] == "removed at the person's request on 2026-11-21"
    assert (await read_at(system, "r-2"))["name"] == BEN["name"]
    history = (await system.client("isu").get("/requests/history/request-r-1")).json()["events"]
    assert history[-1]["type"] == "PersonForgotten"
    assert f"requests/{history[-1]['link'].partition('/')[2]}" in {one["link"] for one in done}


async def test_a_mailbox_of_two_people_is_told_apart_by_name(system: TestSystem) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN)
    await name_at(system, "r-1", {**BEN, "email": ANN["email"]})
    assert len(await search(system, email=ANN["email"])) == 2
    assert len(await forget(system, name="ann  ONYMOUS")) == 1
    assert (await read_at(system, "r-1"))["name"] == BEN["name"]


async def test_named_again_after_forgetting_one_reads_again_and_an_old_retry_brings_nothing_back(
    system: TestSystem,
) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN, key="first")
    await forget(system, email=ANN["email"])
    async with system.client("state", "LAO") as client:
        retried = await client.post("/requests/r-1/contact", json=ANN, headers={"Idempotency-Key": "first"})
    assert retried.status_code == 422
    assert not await search(system, email=ANN["email"])
    assert (await read_at(system, "r-1"))["name"] == ""
    await name_at(system, "r-1", ANN, key="second")
    assert (await read_at(system, "r-1"))["name"] == ANN["name"]


async def test_only_the_isu_searches_and_forgets(system: TestSystem) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN)
    (one,) = await search(system, email=ANN["email"])
    tries = {"search": {"emails": [ANN["email"]]}, "forgetting": {"subjects": [one["subject"]]}}
    for role, scope in (("state", "LAO"), ("donor", "norway"), ("coordinator", "")):
        client = system.client(role, scope)  # type: ignore[arg-type]
        assert [await answered(client, path, body) for path, body in tries.items()] == [403, 403]
        assert (await client.get("/requests/people/forgotten")).status_code == 403
    public = system.client()
    assert [await answered(public, path, body) for path, body in tries.items()] == [401, 401]
    assert (await read_at(system, "r-1"))["name"] == ANN["name"]


async def answered(client: httpx2.AsyncClient, path: str, body: Any) -> int:
    return (await client.post(f"/requests/people/{path}", json=body)).status_code


async def test_nothing_is_forgotten_where_one_of_them_is_not_known(system: TestSystem) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN)
    (one,) = await search(system, email=ANN["email"])
    async with system.client("isu") as isu:
        body = {"subjects": [one["subject"], "0" * 32]}
        refused = await isu.post("/requests/people/forgetting", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (404, "subjects.1")
        assert (await read_at(system, "r-1"))["name"] == ANN["name"]
        empty = await isu.post("/requests/people/search", json={})
        assert (empty.status_code, empty.json()["errors"][0]["message"]) == (
            422,
            "give at least one of emails, names, phones",
        )


@pytest.mark.parametrize(
    "body",
    [
        {"name": "SECRET person" * 30}, {"name": ["SECRET"]}, {"name": "A", "email": "SECRET\u0000@example.org"},
        {"name": "A", "SECRET": "1"}, {"email": "SECRET@example.org"}, ["SECRET"],
    ],
)  # fmt: skip
async def test_a_problem_names_the_field_and_never_what_stood_there(system: TestSystem, body: Any) -> None:
    await begin(system)
    for path in ("/requests/r-1/contact", "/requests/people/search", "/pledges/donors/norway/focal-points"):
        async with system.client("isu") as isu:
            refused = await isu.post(path, json=body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"]
        assert "SECRET" not in refused.text


async def test_no_key_is_made_for_somebody_who_is_named_nowhere(system: TestSystem, tmp_path: Path) -> None:
    await begin(system)
    async with system.client("isu") as isu:
        assert (await isu.post("/requests/none/contact", json=ANN)).status_code == 404
        for path, agency in (("norway", "none"), ("nobody", "mfa")):
            point = {"agency": agency, "name": ANN["name"]}
            assert (await isu.post(f"/pledges/donors/{path}/focal-points", json=point)).status_code == 404
    assert not await search(system, name=ANN["name"])
    assert not list((tmp_path / "data").rglob("keys.db"))


async def test_only_the_owner_of_the_folder_reads_the_keys(system: TestSystem, tmp_path: Path) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN)
    keys = tmp_path / "data" / "requests" / "keys.db"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    keys.chmod(0o644)
    await name_at(system, "r-2", ANN)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


async def test_what_was_sealed_at_one_place_cannot_be_read_at_another(system: TestSystem) -> None:
    await begin(system)
    people = system.services["requests"].kit.people
    person = await people.seal("request-r-1", "contact", ANN)
    here, there = [(await people.open(stream, "contact", person))[0] for stream in ("request-r-1", "request-r-2")]
    assert here.details == ANN
    assert there.details == {}
    assert "not what was sealed" in there.note
    (stranger,) = await people.open("request-r-1", "contact", SealedPerson(subject="0" * 32, sealed=person.sealed))
    assert (stranger.details, stranger.note) == ({}, "cannot be read here: its key is not in this installation")


async def test_a_process_that_ends_between_the_key_and_the_event_finishes_when_it_starts(tmp_path: Path) -> None:
    async with embedded_system(tmp_path, names=NAMING) as system:
        await begin(system)
        await name_at(system, "r-1", ANN)
        (one,) = await search(system, email=ANN["email"])
        people = system.services["requests"].kit.people
        (key,) = await people.keyring.living()
        await people.keyring.forget(gone_now(key))
        # The key is gone although no event tells of it yet: nobody reads the person any more.
        assert (await read_at(system, "r-1"))["note"].startswith("removed")
        assert one["subject"] == key.subject
    async with embedded_system(tmp_path, names=NAMING) as again:
        await again.settle()
        history = (await again.client("isu").get("/requests/history/request-r-1")).json()["events"]
        assert [(e["type"], e["actor"]) for e in history[-1:]] == [("PersonForgotten", "system:forgetting")]
        (gone,) = await again.services["requests"].kit.people.keyring.gone()
        assert gone.recorded


async def test_a_key_that_does_not_leave_the_file_is_not_called_forgotten(system: TestSystem, tmp_path: Path) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN)
    people = system.services["requests"].kit.people
    (key,) = await people.keyring.living()
    # Somebody keeps a copy beside it.
    beside = tmp_path / "data" / "requests" / "keys.db-copy"
    beside.write_bytes(key.key)
    with pytest.raises(KeyStillThere):
        await people.keyring.forget(gone_now(key))
    beside.unlink()
    assert await forget(system, email=ANN["email"]) == []
    await people.finish()
    history = (await system.client("isu").get("/requests/history/request-r-1")).json()["events"]
    assert history[-1]["type"] == "PersonForgotten"


async def test_while_the_keys_cannot_be_had_nobody_is_named_and_the_rest_goes_on(
    system: TestSystem, tmp_path: Path
) -> None:
    await begin(system)
    await name_at(system, "r-1", ANN)
    holder = sqlite3.connect(tmp_path / "data" / "requests" / "keys.db", isolation_level=None)
    (tmp_path / "data" / "requests" / "keys.db").rename(tmp_path / "data" / "requests" / "elsewhere")
    (tmp_path / "data" / "requests" / "keys.db").write_bytes(b"this is no database" * 500)
    async with system.client("state", "LAO") as state:
        refused = await state.post("/requests/r-1/contact", json=BEN)
        assert refused.status_code == 503
        assert (await state.post("/requests/r-3/draft", json={"content": {"state": "LAO"}})).status_code == 201
    holder.close()
    (tmp_path / "data" / "requests" / "elsewhere").replace(tmp_path / "data" / "requests" / "keys.db")
    assert (await read_at(system, "r-1"))["name"] == ANN["name"]


async def test_a_service_without_a_keyring_serves_everything_but_people(system: TestSystem) -> None:
    await begin(system)
    there = system.services["requests"].kit
    people = Kit("requests", there.store, there.log, there.documents, there.clock).people
    with pytest.raises(StoreUnavailable, match="no keyring"):
        await people.seal("request-r-1", "contact", ANN)
    assert (await people.search({"email": ["ann@example.org"]})).matching == []
    await people.finish()


async def test_the_forgotten_can_be_listed_page_by_page(system: TestSystem) -> None:
    await begin(system)
    for place in REQUESTS:
        await name_at(system, place, ANN)
    await forget(system, phone="856-21-000-001")
    async with system.client("isu") as isu:
        first = (await isu.get("/requests/people/forgotten?limit=1")).json()
        second = (await isu.get(f"/requests/people/forgotten?limit=1&after_subject={first['next']}")).json()
    shown = [*first["items"], *second["items"]]
    assert {one["place"] for one in shown} == {f"requests/request-{name}/contact" for name in REQUESTS}
    assert {one["by"] for one in shown} == {"isu:desk"}


async def test_what_is_set_aside_for_an_operator_quotes_nobody(system: TestSystem) -> None:
    await begin(system)
    store = system.stores["requests"]
    (*_, last) = await store.read("request-r-1")
    unreadable = EventRecord("ContactNamed", 2, {"person": {"unsealed": {"name": ["SECRET person"]}}})
    await store.append(replace(following(last), events=(unreadable,)).sealed())
    await system.settle()
    parked = (await system.client("isu").get("/requests/parked")).text
    assert "ContactNamed" in parked or "ValidationError" in parked
    assert "SECRET" not in parked
