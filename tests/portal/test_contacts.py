"""Whom to write to: seen by its owner and the ISU, and by nobody else, on no page, file or feed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.serving import application
from shared.auth.caller import Role
from tests.portal import story
from tests.portal.doing_world import Person
from tests.portal.doing_world import said as words_of
from tests.system import TestSystem, embedded_system

PERSON = {"name": "Amina <b>Example</b>", "email": "amina@example.org", "phone": "+387 33 000 000"}
POINT = {"name": "Petra Beispiel", "email": "petra@example.org"}
BEARERS = ("Amina", "amina@", "387 33", "Petra", "petra@")
PLACES = (
    "/states/XXA",
    f"/donor/{story.DONOR}",
    f"/request/{story.REQUEST}",
    "/search?q=Amina",
    "/search?q=Petra",
    "/states/XXA/changes.atom",
    "/states/XXA/calendar.ics",
    "/changes.atom",
    "/states/XXA/needs.csv",
    "/all/requests.csv",
    "/all/donors.csv",
    "/states/XXA/brief.pdf",
    f"/history/requests/request-{story.REQUEST}",
    f"/history/pledges/donor-{story.DONOR}",
)


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[TestSystem]:
    """The story, with a contact of the request and a focal point of the donor."""
    async with embedded_system(tmp_path) as system:
        await story.told(system)
        await story.named(system, PERSON, POINT)
        await system.settle()
        yield system


@pytest.fixture
def app(told: TestSystem) -> ASGIApp:
    return application(told)


async def test_the_public_sees_no_contact_and_not_that_there_are_any(told: TestSystem, app: ASGIApp) -> None:
    nobody = Person(told, app)
    for path in PLACES:
        page = await nobody.look(path)
        assert not [one for one in BEARERS if one.encode() in page.content and f"q={one}" not in path], path
    assert "Contacts" not in words_of(await nobody.look("/states/XXA"))


@pytest.mark.parametrize(("role", "scope"), [("state", "XXA"), ("isu", "")])
async def test_the_state_itself_and_the_isu_see_whom_to_write_to(
    told: TestSystem, app: ASGIApp, role: Role, scope: str
) -> None:
    person = await Person(told, app).sign_in(role, scope)
    page = await person.look("/states/XXA")
    said = words_of(page)
    for part in ("Contacts", "Amina <b>Example</b>", "amina@example.org", "+387 33 000 000", "about: Two teams"):
        assert part in said
    assert "<b>Example" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "amina" not in (await person.look("/states/XXA/needs.csv")).text
    assert "amina" not in (await person.look("/states/XXA/changes.atom")).text


@pytest.mark.parametrize(("role", "scope"), [("state", "XXB"), ("donor", "XXM"), ("coordinator", "")])
async def test_everybody_else_is_told_who_sees_them_and_whom_to_ask(
    told: TestSystem, app: ASGIApp, role: Role, scope: str
) -> None:
    said = words_of(await (await Person(told, app).sign_in(role, scope)).look("/states/XXA"))
    assert "Only the State itself and the ISU see whom to write to. Ask the ISU" in said
    assert not [one for one in BEARERS if one in said]


@pytest.mark.parametrize(
    ("role", "scope", "sees"), [("donor", "XXM", True), ("isu", "", True), ("donor", "XXN", False)]
)
async def test_focal_points_stand_on_the_donors_page_for_itself(
    told: TestSystem, app: ASGIApp, role: Role, scope: str, sees: bool
) -> None:
    said = words_of(await (await Person(told, app).sign_in(role, scope)).look(f"/donor/{story.DONOR}"))
    assert [part in said for part in POINT.values()] == [sees, sees]
    assert ("Only the donor itself and the ISU" in said) is not sees


async def test_who_was_forgotten_is_said_to_be_gone(told: TestSystem, app: ASGIApp) -> None:
    isu = await Person(told, app).sign_in("isu")
    async with told.client("isu") as client:
        found = (await client.post("/requests/people/search", json={"emails": [PERSON["email"]]})).json()
        subjects = [one["subject"] for one in found["matching"]]
        gone = {"subjects": subjects, "reason": "person_asked"}
        answer = await client.post("/requests/people/forgetting", json=gone)
        assert answer.status_code in (200, 201), answer.text
    await told.settle()
    said = words_of(await isu.look("/states/XXA"))
    assert "removed at the person's request on 2026-11-21" in said
    assert "Amina" not in said


async def test_a_state_without_contacts_is_told_how_they_get_there(told: TestSystem, app: ASGIApp) -> None:
    async with told.client("isu") as isu:
        party = {"treaty": "CCM", "state": "XXB", "action": "ratification", "deposited_on": "2016-03-01"}
        body = {**party, "name": "Exercise B", "statement": story.STATEMENT}
        assert (await isu.post("/deadlines/parties/CCM-XXB", json=body)).status_code == 201
    await told.settle()
    said = words_of(await (await Person(told, app).sign_in("state", "XXB")).look("/states/XXB"))
    assert "Nobody is named here. Whoever writes a request" in said
