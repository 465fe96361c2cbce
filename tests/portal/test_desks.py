"""Desks: what each who signs in has to do, with the form for it one click away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.exercise.play import play
from deploy.serving import application
from services.portal.doing.catalogue import standing_at
from services.portal.doing.leading import links_for
from services.portal.visitor import Visitor
from shared.auth.caller import Caller, Role
from tests.portal.doing_world import Person, said
from tests.system import TestSystem, embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
DESKS: dict[tuple[Role, str], tuple[str, ...]] = {
    ("isu", ""): (
        "Desk of the ISU",
        "Extension requests to be lodged",
        "Extension requests that wait for a decision",
        "Article 7 reports late or missing",
        "Facts older than two years",
        "Sources that disagree",
        "Messages set aside",
        "42 km² left, as of 31 December 2016",
    ),
    ("donor", "XXM"): (
        "Donor's desk",
        "Your priorities: States close to their deadline.",
        "Promised and not yet confirmed or paid",
        "USD 100,000 came back and is free",
        "Who else helps whom you help",
        "Your list for the Article 7 report on",
    ),
    ("coordinator", ""): (
        "Coordinator's desk",
        "Exercise State XXC: Clear mined areas (APMBC Article 5)",
        "Exercise Donor North: USD 1,000,000 for clearance. Gives clearance.",
        "Its criterion: treaty compliance first. To ask: Whether it works in this region.",
        "Not covered: clearance, USD 8,000,000. More than the capacity stated.",
        "Not covered: equipment, USD 1,500,000. No donor has stated this kind of help.",
        "waits for the consent of Exercise State XXD",
        "Release the East district",
    ),
    ("state", "XXA"): (
        "Your State's desk",
        "Messages for you",
        "Clear cluster munition remnants (CCM Article 4)",
        "Request exercise-XXA",
        "open: USD 500,000",
        "Article 7 report under the CCM",
    ),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    folder: Path = tmp_path_factory.mktemp("desks")
    async with embedded_system(folder) as running:
        await play(running)
        await running.settle()
        yield running


@pytest.fixture(scope="module")
def app(system: TestSystem) -> ASGIApp:
    return application(system)


@pytest.mark.parametrize(("who", "words"), DESKS.items(), ids=lambda one: one[0] if isinstance(one, tuple) else None)
async def test_each_desk_says_what_is_to_be_done_and_leads_to_its_forms(
    system: TestSystem, app: ASGIApp, who: tuple[Role, str], words: tuple[str, ...]
) -> None:
    person = await Person(system, app).sign_in(*who)
    desk = await person.look("/desk")
    assert desk.status_code == 200
    for sentence in words:
        assert sentence in said(desk), sentence
    ways = sorted({part.split('"')[0].replace("&amp;", "&") for part in desk.text.split('href="/do/')[1:]})
    assert ways
    for way in ways:
        assert (await person.look(f"/do/{way}")).status_code == 200, way


async def test_nobody_has_no_desk(system: TestSystem, app: ASGIApp) -> None:
    page = await Person(system, app).look("/desk")
    assert page.status_code == 401
    assert "Sign in to do this" in said(page)


async def test_a_donor_that_is_not_registered_is_led_to_registering(system: TestSystem, app: ASGIApp) -> None:
    person = await Person(system, app).sign_in("donor", "new-fund")
    assert "Nothing is known here of new-fund yet." in said(await person.look("/desk"))
    done = await person.do("/do/pledges/donors/new-fund/registration", {"name": "New Fund"})
    assert "The donor is registered." in said(done)
    profile: dict[str, str | list[str]] = {
        "priorities": "Schools first\nNo mines near water",
        "kinds": ["survey", "training"],
    }
    assert "The profile was kept." in said(await person.do("/do/pledges/donors/new-fund/profile", profile))
    assert "Your priorities: Schools first; No mines near water." in said(await person.look("/desk"))


async def test_the_years_list_is_ready_to_copy_and_harmless_in_a_spreadsheet(system: TestSystem, app: ASGIApp) -> None:
    person = await Person(system, app).sign_in("isu")
    given = {
        "donor": "XXM",
        "recipient": "XXA",
        "amount.amount": "1000",
        "amount.currency": "EUR",
        "period": "2026",
        "what": '=HYPERLINK("http://evil")\t<b>x</b>',
        "statement.source": "Letter",
    }
    assert "The help was recorded." in said(await person.do("/do/pledges/assistance", given))
    donor = await Person(system, app).sign_in("donor", "XXM")
    desk = await donor.look("/desk")
    area = desk.text.partition('class="copy">')[2].partition("</textarea>")[0]
    (line,) = [one for one in area.splitlines() if "HYPERLINK" in one]
    assert line.split("\t")[2].startswith("&#39;=HYPERLINK")
    assert "<b>x" not in desk.text
    assert len(line.split("\t")) == 7


async def test_links_lead_to_what_the_person_may_do_with_a_thing(system: TestSystem) -> None:
    public = system.client()
    things = {
        "request": (await public.get("/requests/exercise-XXA")).json(),
        "coalition": (await public.get("/coalitions?state=XXD")).json()["items"][0],
        "obligation": (await public.get("/deadlines/obligations/CCM-XXA-4")).json(),
        "pledge": (await public.get("/pledges?donor=XXM&status=announced")).json()["items"][0],
        "donor": (await public.get("/pledges/donors/XXM")).json(),
        "meeting": (await public.get("/deadlines/meetings")).json()["items"][0],
        "reporting": (await public.get("/deadlines/reporting/CCM-XXA")).json(),
        "state": {"state": "XXA", "treaties": ["CCM"]},
    }
    roles: tuple[tuple[Role, str], ...] = (("isu", ""), ("state", "XXA"), ("donor", "XXM"), ("coordinator", ""))
    offered: dict[str, set[str]] = {}
    for role, scope in roles:
        visitor = Visitor(Caller("desk", role, scope), "")
        for kind, thing in things.items():
            for link in links_for(visitor, kind, thing):
                found = standing_at(link.to.removeprefix("/do").partition("?")[0])
                assert found is not None, link
                assert role in found[0].roles
                offered.setdefault(kind, set()).add(role)
    assert set(offered) == set(things)
    assert offered["request"] == {"isu", "state", "donor"}
    assert offered["donor"] == {"isu", "donor"}
    stranger = Visitor(Caller("desk", "state", "XXB"), "")
    assert list(links_for(stranger, "request", things["request"])) == []
    assert list(links_for(None, "request", things["request"])) == []
