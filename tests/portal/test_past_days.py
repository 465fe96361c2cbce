"""Earlier days on every list and page: what stood then, with its sums and standing of then."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from lxml import html

from deploy.serving import application
from tests.portal import story
from tests.portal.few import system_with
from tests.system import TestSystem, embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
LISTS = ("/all/requests", "/all/pledges", "/all/donors", "/all/coalitions", "/all/meetings")
CONTRACTS = (
    "/requests",
    "/pledges",
    "/pledges/donors",
    "/coalitions",
    "/coalitions/partnerships",
    "/deadlines/meetings",
)
"""The lists of the services that can be asked for an earlier day."""
TODAY = "2026-11-27"


@dataclass(frozen=True)
class Site:
    """The story on 21 November 2026, and what came of it in the six days after."""

    system: TestSystem
    client: httpx2.AsyncClient
    coalition: str

    async def words(self, path: str, **params: str) -> str:
        """The page's words."""
        page = await self.client.get(path, params=params)
        assert page.status_code == 200, (path, page.text[:300])
        return main_of(page.text)

    async def rows(self, path: str, **params: str) -> list[dict[str, str]]:
        """The rows of the list as its file has them."""
        answer = await self.client.get(f"{path}.csv", params=params)
        assert answer.status_code == 200, (path, params, answer.text[:300])
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def main_of(text: str) -> str:
    """The words of the page's own part."""
    found = html.fromstring(text).xpath("//main//text()")
    assert isinstance(found, list)
    return re.sub(r"\s+", " ", " ".join(str(one) for one in found))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder: Path = tmp_path_factory.mktemp("past")
    async with embedded_system(folder) as system:
        coalition = await story.told(system)
        system.clock.turn(timedelta(days=3))
        await later(system, coalition)
        system.clock.turn(timedelta(days=3))
        transport = httpx2.ASGITransport(application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            yield Site(system, client, coalition)


async def later(system: TestSystem, coalition: str) -> None:
    """On 24 November the pledge is confirmed, the State consents, the donor says more, a request is closed."""

    async def post(client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> None:
        answer = await client.post(path, json=body)
        assert answer.status_code == 201, (path, answer.text)

    async with (
        system.client("state", "XXA") as state,
        system.client("donor", story.DONOR) as donor,
        system.client("isu") as isu,
    ):
        confirmed = {"confirmed_on": "2026-11-24", "reference": "Letter"}
        await post(donor, f"/pledges/{story.PLEDGE}/confirmations", confirmed)
        consent = {"state": "XXA", "on": "2026-11-24", "by": "The minister"}
        await post(state, f"/coalitions/{coalition}/consent", consent)
        profile = {"priorities": ["Survey first"], "kinds": ["survey"], "treaties": ["CCM"]}
        await post(donor, f"/pledges/donors/{story.DONOR}/profile", profile)
        await system.settle()
        await post(state, f"/requests/{story.REQUEST}/closure", {"outcome": "Done early", "experience": "Start soon"})
        moved = {"starts_on": "2027-10-04", "reason": "Later", "treaty": "CCM", "name": "Story meeting"}
        await post(isu, f"/deadlines/meetings/{story.MEETING}/move", {**moved, "statement": story.STATEMENT})
    await system.settle()


@pytest.mark.parametrize("path", LISTS)
async def test_the_list_of_today_is_the_list(site: Site, path: str) -> None:
    now = await site.rows(path)
    assert now
    assert await site.rows(path, as_of=TODAY) == now
    assert await site.rows(path, as_recorded=TODAY) == now
    assert "As of 27 November 2026." in await site.words(path, as_of=TODAY)


async def test_each_list_shows_the_standing_and_the_sums_of_its_day(site: Site) -> None:
    (then,) = [one for one in await site.rows("/all/requests", as_of="2026-11-22") if one["asked"] == "900000.00"]
    (now,) = [one for one in await site.rows("/all/requests") if one["asked"] == "900000.00"]
    assert (then["standing"], then["open"]) == ("partly covered", "500000.00")
    assert now["standing"] == "done or ended"
    (pledge,) = await site.rows("/all/pledges", as_of="2026-11-22")
    assert (pledge["standing"], pledge["confirmed"]) == ("announced", "0.00")
    assert (await site.rows("/all/pledges"))[0]["standing"] == "confirmed"
    (coalition,) = await site.rows("/all/coalitions", as_of="2026-11-22")
    assert coalition["standing"] == "proposed"
    (donor,) = await site.rows("/all/donors", as_of="2026-11-22")
    assert donor["priorities"] == ""
    assert (await site.rows("/all/donors"))[0]["priorities"] == "Survey first"
    (meeting,) = await site.rows("/all/meetings", as_of="2026-11-22")
    assert meeting["starts_on"] == "2027-09-06"
    assert (await site.rows("/all/meetings"))[0]["starts_on"] == "2027-10-04"


async def test_filters_ask_for_the_standing_of_the_day(site: Site) -> None:
    assert await site.rows("/all/requests", as_of="2026-11-22", status="partly_met")
    assert not await site.rows("/all/requests", as_of="2026-11-22", status="closed")
    assert not await site.rows("/all/requests", status="partly_met")
    assert "Nothing fits" in await site.words("/all/requests", as_of="2026-11-22", status="closed")


async def test_an_act_counts_from_its_day_and_in_the_record_from_its_recording(site: Site) -> None:
    """The pledge was announced on 1 February and told here on 21 November."""
    assert len(await site.rows("/all/pledges", as_of="2026-02-01")) == 1
    assert not await site.rows("/all/pledges", as_of="2026-01-31")
    assert not await site.rows("/all/pledges", as_recorded="2026-11-20")
    assert len(await site.rows("/all/pledges", as_recorded="2026-11-21")) == 1


@pytest.mark.parametrize("path", LISTS)
async def test_before_anything_was_there_the_list_says_so(site: Site, path: str) -> None:
    said = await site.words(path, as_of="2001-01-01")
    assert "As of 1 January 2001." in said
    assert "Nothing here yet" in said


async def test_the_page_of_a_thing_stands_as_it_stood(site: Site) -> None:
    request = await site.words(f"/request/{story.REQUEST}", as_of="2026-11-22")
    assert "partly covered" in request
    assert "Open USD 500,000" in request
    assert "Done early" not in request
    assert "Done early" in await site.words(f"/request/{story.REQUEST}")
    pledge = await site.words(f"/pledge/{story.PLEDGE}", as_of="2026-11-22")
    assert "Expected next Confirm it in writing" in pledge
    coalition = await site.words(f"/coalition/{site.coalition}", as_of="2026-11-22")
    assert "Without it nothing begins." in coalition
    assert "The minister" not in coalition
    assert "Survey first" not in await site.words(f"/donor/{story.DONOR}", as_of="2026-11-22")
    assert "6 September 2027" in await site.words(f"/meeting/{story.MEETING}", as_of="2026-11-22")


async def test_what_was_not_public_then_says_so_and_leads_to_today(site: Site) -> None:
    page = await site.client.get(f"/request/{story.REQUEST}?as_of=2025-06-01")
    assert page.status_code == 404
    assert "Not public on that day" in page.text
    assert f'<a href="/request/{story.REQUEST}">Show today</a>' in page.text


async def test_every_page_takes_a_day_and_says_what_it_shows(site: Site) -> None:
    for path in story.pages_of(site.coalition):
        if path == "/nowhere":
            continue
        page = await site.client.get(path, params={"as_of": "2026-11-22"})
        assert page.status_code == 200, path
        main = main_of(page.text)
        is_about_figures = not path.startswith(("/how-it-works", "/history/", "/tell-us")) and "subscribe" not in path
        assert not is_about_figures or "As of 22 November 2026." in main, path
        assert 'id="as_of"' in page.text, path
    subscribing = await site.client.get("/subscribe?as_of=2026-11-22")
    assert "A subscription tells of today." in main_of(subscribing.text)
    assert (
        "The record is shown whole."
        in (await site.client.get(f"/history/requests/request-{story.REQUEST}?as_of=2026-11-22")).text
    )


@pytest.mark.parametrize("path", CONTRACTS)
async def test_the_contract_refuses_days_that_cannot_be_asked_about(site: Site, path: str) -> None:
    async with site.system.client() as public:
        for name, day in (("as_of", "1996-12-31"), ("as_of", "2026-11-28"), ("as_recorded", "2027-01-01")):
            answer = await public.get(path, params={name: day})
            assert answer.status_code == 422, (path, day)
            (fault,) = answer.json()["errors"]
            assert (fault["field"], fault["allowed"]) == (name, "1997-01-01 to 2026-11-27")
        assert (await public.get(path, params={"as_of": TODAY})).status_code == 200


async def test_a_past_list_comes_in_parts_like_any_other(site: Site) -> None:
    async with site.system.client("state", "XXA") as state:
        found, cursor = [], ""
        while True:
            page = (await state.get(f"/requests?as_of={TODAY}&limit=1&cursor={cursor}".removesuffix("&cursor="))).json()
            found += [one["id"] for one in page["items"]]
            if not (cursor := page["next"]):
                break
        everything = (await state.get("/requests", params={"limit": 200})).json()["items"]
    assert found == [one["id"] for one in everything]


async def test_drafts_never_stand_on_an_earlier_day(site: Site) -> None:
    async with site.system.client("state", "XXA") as state:
        content = {"state": "XXA", "obligations": [{"treaty": "CCM", "article": "4"}], "needs": []}
        answer = await state.post("/requests/R-hidden/draft", json={"content": content})
        assert answer.status_code == 201, answer.text
        await site.system.settle()
        for params in ({"as_of": TODAY}, {"as_recorded": TODAY}):
            assert (await state.get("/requests/R-hidden", params=params)).status_code == 404
            items = (await state.get("/requests", params=params)).json()["items"]
            assert "R-hidden" not in {one["id"] for one in items}


async def test_meetings_were_known_when_the_calendar_knew_them(tmp_path: Path) -> None:
    """Two services say, each by its own documents, which meetings were known on a day."""
    async with system_with(tmp_path, {"BIH"}) as system, system.client() as public:
        for day in ("2012-06-30", "2017-12-20", "2026-11-21"):
            asked = {"as_of": day, "first": "2005-01-01", "kind": "meeting", "last": "2014-12-31"}
            due = (await public.get("/insights/calendar", params=asked)).json()["due"]
            held = await public.get("/deadlines/meetings", params={"as_of": day, "limit": 200})
            known = {one["id"]: one["starts_on"] for one in held.json()["items"]}
            names = {one["name"].removeprefix("meeting/") for one in due}
            assert names
            assert names == {
                name for name, starts in known.items() if starts and "2005-01-01" <= starts <= "2014-12-31"
            }, day
