"""A person is forgotten from the page: found by what they were named with, ticked, their keys destroyed for ever."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.serving import application
from tests.portal import story
from tests.portal.doing_world import Form, Person, forms
from tests.portal.doing_world import said as words_of
from tests.system import TestSystem, embedded_system

SHARED = "office@example.org"
CONTACT = {"name": "Amina <b>Example</b>", "email": SHARED, "phone": "+387 33 000 000"}
OFFICER = {"name": "Petra Beispiel", "email": SHARED}


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[TestSystem]:
    """The story, with a contact of the request and a focal point of the donor who share a mailbox."""
    async with embedded_system(tmp_path) as system:
        await story.told(system)
        await story.named(system, CONTACT, OFFICER)
        await system.settle()
        yield system


@pytest.fixture
def app(told: TestSystem) -> ASGIApp:
    return application(told)


@pytest_asyncio.fixture
async def isu(told: TestSystem, app: ASGIApp) -> Person:
    return await Person(told, app).sign_in("isu")


async def look_for(person: Person, **typed: str) -> httpx2.Response:
    """Type something in and press the button."""
    form = forms(await person.look("/forget"))[0]
    return await person.press(form, "search", {"emails": "", "names": "", "phones": "", **typed})


def choosing(page: httpx2.Response) -> Form:
    """The form in which one ticks who is to go."""
    return next(form for form in forms(page) if "subject" in form.choices)


async def contact_of(system: TestSystem) -> str:
    async with system.client("isu") as isu:
        return (await isu.get(f"/requests/{story.REQUEST}/contact")).text


async def officers_of(system: TestSystem) -> str:
    async with system.client("isu") as isu:
        return (await isu.get(f"/pledges/donors/{story.DONOR}/focal-points")).text


async def test_only_the_ticked_are_forgotten_and_the_page_says_so(told: TestSystem, isu: Person) -> None:
    page = await look_for(isu, emails="  OFFICE@example.org \r\nnobody@example.org")
    said = words_of(page)
    assert "found by e-mail address" in said
    assert f"requests/request-{story.REQUEST}/contact" in said
    assert f"pledges/donor-{story.DONOR}/" in said
    form = choosing(page)
    assert len(form.choices["subject"]) == 2
    contact = form.choices["subject"][0]
    done = await isu.press(form, "forget", {"subject": contact, "reason": "person_asked", "sure": "yes"})
    assert done.status_code == 200
    assert "1 key is destroyed." in words_of(done)
    assert "the person asked for it" in words_of(done)
    await told.settle()
    assert "Amina" not in await contact_of(told)
    assert "Petra" in await officers_of(told)
    assert choosing(done).choices["subject"] == form.choices["subject"][1:]
    again = words_of(await isu.look("/forget"))
    assert f"requests/request-{story.REQUEST}/contact" in again
    assert "Amina" not in again


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("subject", "Nothing is ticked"),
        ("reason", "Choose why"),
        ("sure", "Tick that you know that it cannot be undone"),
    ],
)
async def test_without_a_tick_a_reason_and_a_yes_nobody_is_forgotten(
    told: TestSystem, isu: Person, left_out: str, said: str
) -> None:
    form = choosing(await look_for(isu, names="petra beispiel"))
    values: dict[str, str | list[str]] = {
        "subject": form.choices["subject"],
        "reason": "person_asked",
        "sure": "yes",
        left_out: [],
    }
    page = await isu.press(form, "forget", values)
    assert page.status_code == 422
    assert said in words_of(page)
    assert "Petra" in await officers_of(told)


async def test_subjects_that_were_not_found_by_what_was_typed_are_not_forgotten(told: TestSystem, isu: Person) -> None:
    officer = choosing(await look_for(isu, names="Petra Beispiel")).choices["subject"][0]
    form = choosing(await look_for(isu, names=CONTACT["name"]))
    page = await isu.press(form, "forget", {"subject": officer, "reason": "person_asked", "sure": "yes"})
    assert page.status_code == 422
    assert "Nothing is ticked" in words_of(page)
    assert "Petra" in await officers_of(told)


async def test_an_empty_search_and_an_unknown_name_say_what_to_do(isu: Person) -> None:
    page = await look_for(isu)
    assert page.status_code == 422
    assert "Enter at least one address, name or number" in words_of(page)
    page = await look_for(isu, names="Nobody <script>alert(1)</script>")
    assert page.status_code == 200
    assert "Nobody is known here by that." in words_of(page)
    assert "<script>alert" not in page.text


async def test_what_is_sought_stands_in_no_address_and_no_cache(isu: Person) -> None:
    page = await look_for(isu, emails=SHARED)
    assert page.request.method == "POST"
    assert SHARED not in str(page.url)
    assert page.headers["cache-control"] == "no-store"


async def test_the_desk_of_the_isu_leads_there(isu: Person) -> None:
    desk = await isu.look("/desk")
    assert 'href="/forget"' in desk.text
    assert 'href="/import"' in desk.text
