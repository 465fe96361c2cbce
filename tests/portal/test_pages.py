"""The pages over a few real States: what they say, and what they never do."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.serving import application
from tests.portal.few import system_with
from tests.system import embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")


def client_of(app: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://article6.test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    folder: Path = tmp_path_factory.mktemp("pages")
    async with system_with(folder) as system, client_of(application(system)) as client:
        yield client


async def test_the_first_page_asks_the_question_and_answers_it(site: httpx2.AsyncClient) -> None:
    page = await site.get("/")
    assert page.status_code == 200
    assert "<h1>Who is near completion and needs small help?</h1>" in page.text
    for words in (
        "What to ask next",
        "How the ranking works",
        "Too little known to say",
        "Data as of 21 November 2026",
    ):
        assert words in page.text
    assert "Show today" not in page.text


async def test_a_past_day_says_so_and_counts_from_it(site: httpx2.AsyncClient) -> None:
    text = (await site.get("/", params={"as_of": "2017-12-20", "treaty": "CCM"})).text
    assert "As of 20 December 2017." in text
    assert "Montenegro" in text
    assert "Deadline 1 August 2020, in 2 years 7 months." in text
    assert 'value="2017-12-20"' in text
    assert '<option value="CCM" selected>' in text


async def test_every_link_of_our_own_leads_somewhere(site: httpx2.AsyncClient) -> None:
    seen: set[str] = set()
    for path in ("/", "/?as_of=2017-12-20", "/states", "/states/MNE", "/states/LAO?as_of=2017-12-20"):
        text = (await site.get(path)).text
        seen |= {link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="(/[^"#]*)', text)}
    assert any(link.startswith("/history/deadlines/obligation-") for link in seen)
    assert {f"/{name}/docs" for name in ("deadlines", "requests", "pledges", "coalitions", "insights")} <= seen
    for link in sorted(seen):
        assert (await site.get(link)).status_code == 200, link


async def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(site: httpx2.AsyncClient) -> None:
    for path in ("/", "/states", "/states/BIH", "/nowhere"):
        page = await site.get(path)
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ")
        assert "unsafe" not in policy
        # Scripts are files of ours; none stands in the page.
        assert not re.search(r"<script(?![^>]* src=\"/assets/)", page.text)
        assert not re.search(r"<[^>]* on[a-z]+=", page.text)
        assert " style=" not in page.text
        assert not re.search(r'(src|<link[^>]*href)="https?:', page.text)


async def test_a_day_that_cannot_be_asked_about_is_answered_in_words(site: httpx2.AsyncClient) -> None:
    for path in ("/?as_of=1900-01-01", "/?as_of=soon", "/?treaty=NPT", "/?region=Atlantis", "/states?as_of=1900-01-01"):
        page = await site.get(path)
        assert page.status_code == 422
        assert "That cannot be shown" in page.text


async def test_what_people_type_is_shown_as_text(site: httpx2.AsyncClient) -> None:
    page = await site.get("/", params={"region": '"><b>x'})
    assert "<b>x" not in page.text
    assert "<b>x" not in (await site.get("/", params={"as_of": '"><b>x'})).text


async def test_the_page_of_a_state_tells_its_duties_with_sources(site: httpx2.AsyncClient) -> None:
    page = await site.get("/states/BIH")
    assert page.status_code == 200
    for words in ("Bosnia and Herzegovina", "Convention on Cluster Munitions", "source", "Whole history"):
        assert words in page.text
    assert (await site.get("/states/bih")).status_code == 200


async def test_every_sentence_leads_to_the_very_entry_it_rests_on(site: httpx2.AsyncClient) -> None:
    text = (await site.get("/", params={"as_of": "2017-12-20"})).text
    links = set(re.findall(r'href="(/history/[^"#]*)#(at-[0-9.]+)"', text))
    assert links
    for path, entry in links:
        page = await site.get(path)
        assert f'id="{entry}"' in page.text, (path, entry)
        assert "Recorded 21 November 2026" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/history/deadlines/party-CCM-ZZZ",
        "/history/nobody/party-CCM-BIH",
        "/states/FRA",
        "/states/ZZZ",
        "/states/nonsense",
        "/nowhere",
        "/assets/none.css",
    ],
)
async def test_what_is_not_there_is_said_to_be_missing(site: httpx2.AsyncClient, path: str) -> None:
    assert (await site.get(path)).status_code == 404


async def test_an_early_day_does_not_say_that_nothing_is_open(site: httpx2.AsyncClient) -> None:
    text = (await site.get("/", params={"as_of": "1997-01-01"})).text
    assert "No open duty is known" in text
    assert "not the same as none being open" in text


async def test_an_empty_system_says_how_to_fill_it(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as system, client_of(application(system)) as client:
        text = (await client.get("/")).text
    assert "Nothing is recorded here yet" in text
    assert "article6 import" in text


async def test_a_need_is_told_in_the_words_of_who_told_it(site: httpx2.AsyncClient) -> None:
    asked = (await site.get("/states/MNE", params={"as_of": "2017-12-20"})).text
    assert "Asked for clearance (record of the informal meeting" in asked
    assert "asked for, amount not stated; no answer known to us" in asked
    stated = (await site.get("/states/BIH", params={"as_of": "2017-12-20"})).text
    assert "Needs: asked for, or said of the State</h2>" in stated
    assert "Said to need clearance (" in stated
    assert "said to need: USD 22,760,000 open; whether recorded help answers it is not known" in stated
    for text in (asked, stated):
        assert "nobody has answered" not in text
