"""Which groups of the ranking stand open on the first page, and which part of them."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from deploy.serving import application
from services.portal.pages.overview import Opened, Part
from services.portal.ranked import Group
from tests.portal.few import system_with

pytestmark = pytest.mark.asyncio(loop_scope="module")


def group(number: int, count: int) -> Group:
    rows = [{"place": place} for place in range(1, count + 1)]
    return Group(number, "a group", rows, count, [])


def places(part: Part | None) -> list[int]:
    return [row["place"] for row in part.rows] if part else []


async def test_the_nearest_and_the_short_groups_stand_open_by_themselves() -> None:
    opened = Opened(0, 1)
    assert opened.part(group(1, 40)) is not None
    assert opened.part(group(3, 6)) is not None
    assert opened.part(group(3, 7)) is None


async def test_the_group_that_is_asked_for_stands_open_alone() -> None:
    opened = Opened(3, 1)
    assert opened.part(group(3, 40)) is not None
    assert opened.part(group(1, 2)) is None


async def test_a_long_group_comes_in_parts_that_leave_nothing_out() -> None:
    whole = group(5, 120)
    parts = [Opened(5, page).part(whole) for page in (1, 2, 3)]
    assert [place for part in parts for place in places(part)] == list(range(1, 121))
    assert {part.pages for part in parts if part} == {3}
    # A page that is not there is the last.
    assert places(Opened(5, 99).part(whole)) == places(parts[-1])


async def test_a_page_number_turns_the_nearest_group_and_no_other() -> None:
    opened = Opened(0, 2)
    assert places(opened.part(group(1, 25))) == list(range(13, 25))
    assert places(opened.part(group(2, 5))) == [1, 2, 3, 4, 5]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    async with system_with(tmp_path_factory.mktemp("groups")) as system:
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as asking:
            yield asking


@pytest.mark.parametrize("day", ["", "2017-12-20"])
async def test_every_state_is_told_of_whichever_way_one_looks(client: httpx2.AsyncClient, day: str) -> None:
    ranking = (await client.get("/insights/near-completion", params={"as_of": day} if day else {})).json()
    first = (await client.get("/", params={"as_of": day})).text
    for one in ranking["groups"]:
        listed = [row for row in ranking["rows"] if row["group"] == one["group"]]
        alone = (await client.get("/", params={"as_of": day, "group": one["group"]})).text
        own = re.search(rf'<section class="group" id="group-{one["group"]}".*?</section>', alone, re.DOTALL)
        assert own is not None
        counted = f"{len(listed)} State{'s' if len(listed) != 1 else ''}"
        assert counted in own[0]
        assert counted in first
        for row in listed:
            assert f'href="/obligation/{row["id"]}' in own[0]
    # The others are a link away, with the day that is asked about.
    others = re.findall(r'<p class="many"><a href="([^"]*)">', alone)
    assert others
    assert all(day in link for link in others)
    assert "All groups" in alone
