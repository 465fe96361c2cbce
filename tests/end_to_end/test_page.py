"""Clone, import, look: the shipped data through every service to the first page."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from deploy.serving import application
from tests.system import embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    folder: Path = tmp_path_factory.mktemp("shipped")
    async with embedded_system(folder) as system:
        await write(system, await plan(system, shipped_data(), known_tables()))
        await system.settle()
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            yield client


def said(page: httpx2.Response) -> str:
    """The page's words, without its marks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


async def whole_group(site: httpx2.AsyncClient, number: int) -> str:
    """What the pages on which a group stands open say, one after another: as far as they lead on."""
    words, following = "", f"/?group={number}"
    while following:
        answer = await site.get(following)
        assert answer.status_code == 200
        words += said(answer)
        led_on = re.search(r'<a rel="next" href="([^"#]*)', answer.text)
        following = html.unescape(led_on[1]) if led_on else ""
    return words


async def test_the_page_shows_what_the_ranking_says_with_its_reasons(site: httpx2.AsyncClient) -> None:
    ranking = (await site.get("/insights/near-completion")).json()
    pages = {number: await whole_group(site, number) for number in {row["group"] for row in ranking["rows"]}}
    assert len(ranking["rows"]) > 40
    for row in ranking["rows"]:
        page = pages[row["group"]]
        assert row["state_name"] in page
        shown = row["reasons"] if row["group"] <= 3 else row["reasons"][:1]
        for reason in shown:
            assert re.sub(r"\s+", " ", reason["text"]) in page


async def test_montenegro_of_december_2017_stands_on_the_page_of_that_day(site: httpx2.AsyncClient) -> None:
    answer = await site.get("/", params={"as_of": "2017-12-20", "treaty": "CCM", "region": "Southern Europe"})
    page = said(answer)
    assert "Montenegro" in page
    assert "Clear cluster munition remnants (CCM Article 4)" in page
    assert "Deadline 1 August 2020, in 2 years 7 months." in page
    assert "Nothing released in 2015 and 2016." in page
    # It was found to be done in 2020: on that day nobody could know.
    rows = [one.partition("</section>")[0] for one in answer.text.split('<li class="row">')[1:]]
    (row,) = [one for one in rows if "Montenegro" in one]
    assert "2018" not in row
    assert "2021" not in row


async def test_every_state_with_a_row_has_its_own_page(site: httpx2.AsyncClient) -> None:
    for row in (await site.get("/insights/near-completion")).json()["rows"]:
        page = await site.get(f"/states/{row['state']}")
        assert page.status_code == 200
        assert row["state_name"] in said(page)


async def test_no_state_that_left_and_no_signatory_is_ranked(site: httpx2.AsyncClient) -> None:
    for day, gone in (("2025-03-07", "LTU"), ("2026-11-21", "LTU")):
        rows = (await site.get("/insights/near-completion", params={"as_of": day, "treaty": "CCM"})).json()["rows"]
        assert gone not in {row["state"] for row in rows}
        assert "USA" not in {row["state"] for row in rows}
