"""Sessions: begun by a link, known on every page, ended on the server; and attempts that are too many."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.serving import application
from services.portal.sessions import Sessions
from services.portal.sessions_bound import FROM_ONE_ADDRESS
from shared.auth.caller import Caller
from shared.documents.sqlite import SqliteDocuments
from shared.http.calling import SESSION_COOKIE
from tests.portal.doing_world import SITE, Person, forms, said
from tests.system import TestSystem, embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("sessions")) as running:
        yield running


@pytest.fixture(scope="module")
def app(system: TestSystem) -> ASGIApp:
    return application(system)


@pytest.fixture(autouse=True)
def _a_new_hour(system: TestSystem) -> None:
    """Attempts of an earlier test are long ago."""
    system.clock.turn(timedelta(hours=1))


def browser(app: ASGIApp, address: str = "10.0.0.1") -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=(address, 1))
    return httpx2.AsyncClient(transport=transport, base_url=SITE)


async def test_looking_at_a_link_spends_nothing_and_using_it_spends_it(system: TestSystem, app: ASGIApp) -> None:
    link = f"/sign-in/{system.sign_in.issue(Caller('desk', 'isu'))}"
    async with browser(app) as client:
        for _ in range(3):
            assert "signs you in once" in (await client.get(link)).text
        answer = await client.post(link, headers={"Origin": SITE})
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "isu" not in cookie
        assert "Signed in as the ISU" in (await client.get("/sign-out")).text
        assert (await client.post(link, headers={"Origin": SITE})).status_code == 410


async def test_over_https_the_cookie_goes_over_https_alone(system: TestSystem, app: ASGIApp) -> None:
    link = f"/sign-in/{system.sign_in.issue(Caller('desk', 'isu'))}"
    secure = "https://article6.test"
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=secure) as client:
        assert "Secure" in (await client.post(link, headers={"Origin": secure})).headers["set-cookie"]


async def test_what_is_kept_opens_nothing(tmp_path: Path, system: TestSystem) -> None:
    documents = SqliteDocuments(tmp_path / "kept.db")
    sessions = Sessions(documents, system.clock)
    secret, session = await sessions.begin(Caller("desk", "isu"), "Firefox")
    kept = (tmp_path / "kept.db").read_bytes() + (tmp_path / "kept.db-wal").read_bytes()
    assert session.name.encode() in kept
    assert secret.encode() not in kept
    assert session.form_token.encode() not in kept
    assert await sessions.of(session.name) is None
    found = await sessions.of(secret)
    assert found is not None
    assert (found.caller, found.form_token) == (Caller("desk", "isu"), session.form_token)
    await documents.close()


async def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_all(tmp_path: Path, system: TestSystem) -> None:
    documents = SqliteDocuments(tmp_path / "kept.db")
    clock = system.clock
    sessions = Sessions(documents, clock)
    idle, _ = await sessions.begin(Caller("desk", "isu"))
    used, _ = await sessions.begin(Caller("desk", "isu"))
    for _ in range(6):
        clock.turn(timedelta(hours=1, minutes=59))
        assert await sessions.of(used) is not None
    assert await sessions.of(idle) is None
    clock.turn(timedelta(minutes=7))
    assert await sessions.of(used) is None
    assert await sessions.all_of(Caller("desk", "isu")) == []
    await documents.close()


async def test_signing_out_ends_it_on_the_server_too(system: TestSystem, app: ASGIApp) -> None:
    person = await Person(system, app).sign_in("coordinator")
    secret = person.browser.cookies[SESSION_COOKIE]
    page = await person.look("/sign-out")
    await person.press(forms(page)[0], "")
    person.browser.cookies.clear()
    person.browser.cookies.set(SESSION_COOKIE, secret)
    assert "You are not signed in" in said(await person.look("/sign-out"))
    assert (await person.look("/desk")).status_code == 401


async def test_one_sees_ones_sessions_and_ends_another(system: TestSystem, app: ASGIApp) -> None:
    here = await Person(system, app).sign_in("state", "XXS")
    there = await Person(system, app).sign_in("state", "XXS")
    other = await Person(system, app).sign_in("state", "XXS", subject="colleague")
    page = await here.look("/sessions")
    assert page.text.count('name="session"') == 3  # each of two, and all others
    foreign = (await other.look("/sessions")).text
    assert foreign.count('name="session"') == 1
    await here.press(forms(page)[-1], "", session="others")
    assert (await there.look("/sessions")).status_code == 401
    assert (await here.look("/sessions")).status_code == 200
    assert (await other.look("/sessions")).status_code == 200


async def test_services_know_the_person_for_minutes_and_never_see_the_cookie(system: TestSystem, app: ASGIApp) -> None:
    person = await Person(system, app).sign_in("isu")
    assert (await person.look("/deadlines/parked")).status_code == 200
    foreign = await person.browser.post("/coalitions", json={}, headers={"Origin": "http://elsewhere.example"})
    assert foreign.status_code == 401
    own = await person.browser.post("/coalitions", json={}, headers={"Origin": SITE})
    assert own.status_code == 422
    person.browser.cookies.clear()
    person.browser.cookies.set(SESSION_COOKIE, "x" * 43)
    assert (await person.look("/insights/settings")).status_code == 200, "a cookie that is over is the public's"
    assert (await person.look("/deadlines/parked")).status_code == 403


async def test_too_many_attempts_from_one_address_have_to_wait(system: TestSystem, app: ASGIApp) -> None:
    async with browser(app, "10.9.9.9") as client, browser(app, "10.8.8.8") as another:
        answers = [await client.get("/sign-in/guess") for _ in range(FROM_ONE_ADDRESS + 1)]
        assert [one.status_code for one in answers[:-1]] == [404] * FROM_ONE_ADDRESS
        assert answers[-1].status_code == 429
        assert 0 < int(answers[-1].headers["retry-after"]) <= 301
        assert (await another.get("/sign-in/guess")).status_code == 404
        system.clock.turn(timedelta(minutes=6))
        assert (await client.get("/sign-in/guess")).status_code == 404


async def test_reading_goes_on_while_sessions_cannot_be_read(system: TestSystem, app: ASGIApp) -> None:
    person = await Person(system, app).sign_in("isu")
    await system.kept.close()
    page = await person.look("/states")
    assert page.status_code == 200
    assert "Signed in as" not in page.text
    assert (await person.look("/sign-in")).status_code == 200
    link = f"/sign-in/{system.sign_in.issue(Caller('desk', 'isu'))}"
    answer = await person.browser.post(link, headers={"Origin": SITE})
    assert answer.status_code == 503
    assert "what was recorded is not touched" in answer.text
    assert (await person.look(link)).status_code == 200, "the link is still good"
