"""The reading pages over a small story: what each says, and that nothing people entered can run."""

import csv
import io
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pypdf
import pytest
import pytest_asyncio
from lxml import html
from python_calamine import CalamineWorkbook

from deploy.serving import application
from shared.auth.caller import Caller
from tests.portal import story
from tests.system import TestSystem, embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
LIGHT = 100 * 1024


@dataclass(frozen=True)
class Site:
    """A running system with the story told, and a visitor of its pages."""

    system: TestSystem
    client: httpx2.AsyncClient
    coalition: str

    @property
    def pages(self) -> list[str]:
        return story.pages_of(self.coalition)

    async def words(self, path: str, **params: str) -> str:
        """The page's words, without its marks."""
        page = await self.client.get(path, params=params)
        assert page.status_code == 200, (path, page.text[:300])
        return re.sub(r"\s+", " ", html.fromstring(page.text).text_content())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder: Path = tmp_path_factory.mktemp("reading")
    async with embedded_system(folder) as system:
        coalition = await story.told(system)
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            yield Site(system, client, coalition)


async def test_every_page_answers_and_is_light(site: Site) -> None:
    for path in site.pages:
        page = await site.client.get(path)
        assert page.status_code == (404 if path == "/nowhere" else 200), path
        assert len(page.content) < LIGHT, path
        assert page.text.count("<h1") == 1, path


async def test_what_people_entered_never_becomes_markup(site: Site) -> None:
    for path in site.pages:
        text = (await site.client.get(path)).text
        assert "<img src=x" not in text, path
        assert "alert(2)</script>" not in text, path
        page = html.fromstring(text)
        assert all(one.get("src", "").startswith("/assets/") for one in page.iter("script")), path
        assert not [one for one in page.iter() for name in one.attrib if str(name).startswith("on")], path
        assert not [one for one in page.iter() if one.get("style") is not None], path


async def test_every_link_between_pages_leads_somewhere(site: Site) -> None:
    seen: set[str] = set()
    for path in site.pages:
        page = html.fromstring((await site.client.get(path)).text)
        seen |= {str(link).partition("#")[0] for link in page.xpath("//a/@href | //link/@href | //script/@src")}
    ours = sorted(link for link in seen if link.startswith("/"))
    assert any(link.startswith("/obligation/") for link in ours)
    for link in ours:
        answer = await site.client.get(link)
        assert answer.status_code in (200, 303), (link, answer.status_code)


async def test_the_pages_need_no_script_and_load_nothing_from_elsewhere(site: Site) -> None:
    for path in site.pages:
        page = await site.client.get(path)
        policy = page.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["referrer-policy"] == "same-origin"
        found = html.fromstring(page.text)
        loaded = found.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href | //img/@src")
        assert all(str(one).startswith("/assets/") for one in loaded), path


async def test_a_request_shows_each_line_and_what_covers_it(site: Site) -> None:
    words = await site.words(f"/request/{story.REQUEST}")
    for part in ("partly covered", "Asked", "USD 900,000", "Covered", "USD 400,000", "Open", "USD 500,000"):
        assert part in words
    assert "Expected next Offer what is open from any donor" in words
    assert f"pledge {story.PLEDGE}" in words


async def test_a_pledge_shows_its_ladder_and_its_parts(site: Site) -> None:
    words = await site.words(f"/pledge/{story.PLEDGE}")
    assert "Expected next Confirm it in writing" in words
    for part in ("Announced", "1 February 2026", "Confirmed in writing", "not yet", "December 2026"):
        assert part in words


async def test_a_coalition_says_that_the_state_must_consent_first(site: Site) -> None:
    words = await site.words(f"/coalition/{site.coalition}")
    assert "Expected next Consent, or say no" in words
    assert "Without it nothing begins." in words


async def test_a_duty_says_how_each_figure_was_made(site: Site) -> None:
    words = await site.words(f"/obligation/{story.OBLIGATION}")
    for part in ("How the score is made", "How the group is made", "How “left” is made", "How the pace is made"):
        assert part in words
    assert "3 km²" in words
    page = html.fromstring((await site.client.get(f"/obligation/{story.OBLIGATION}")).text)
    assert page.xpath("//svg[contains(@class,'chart')]//polyline[@class='pace']")


async def test_a_history_is_told_in_sentences(site: Site) -> None:
    words = await site.words("/states/XXA/history")
    assert "deposited its ratification of the CCM on 1 March 2016" in words
    assert "Area left: 3 km², for 31 December 2024" in words
    narrowed = await site.words("/states/XXA/history", kind="figures")
    assert "deposited its ratification" not in narrowed
    assert "Area left: 3 km²" in narrowed


async def test_search_finds_by_name_code_and_words(site: Site) -> None:
    assert "Request of Exercise State XXA" in await site.words("/search", q="teams")
    assert "Exercise State XXA" in await site.words("/search", q="xxa")
    nothing = await site.words("/search", q="zebra")
    assert "Nothing was found for “zebra”" in nothing
    assert "Try one word" in nothing


async def test_a_past_day_hides_what_came_later_on_every_kind_of_page(site: Site) -> None:
    page = await site.client.get(f"/request/{story.REQUEST}", params={"as_of": "2025-06-01"})
    assert "Not public on that day" in page.text
    assert "USD 900,000" not in page.text
    assert "Nothing here yet" in await site.words("/all/requests", as_of="2025-06-01")
    assert "As of 1 June 2025." in await site.words("/states/XXA", as_of="2025-06-01")
    earlier = await site.client.get("/states/XXA", params={"as_of": "2015-01-01"})
    assert earlier.status_code == 404


async def test_links_keep_the_day(site: Site) -> None:
    page = html.fromstring((await site.client.get("/states/XXA?as_of=2026-11-20")).text)
    duties = [str(link) for link in page.xpath("//a/@href") if str(link).startswith("/obligation/")]
    assert duties
    assert all("as_of=2026-11-20" in link for link in duties)


async def test_filters_stand_in_the_address_and_narrow_the_list(site: Site) -> None:
    assert "Exercise State XXA" in await site.words("/", size="unknown", treaty="CCM")
    assert "No open duty is known" in await site.words("/", size="larger")
    assert "No open duty is known" in await site.words("/", duty="APMBC-5")
    assert "Exercise State XXA" in await site.words("/all/requests", status="partly_met")
    assert "Nothing fits" in await site.words("/all/requests", status="met")


async def test_a_table_sorts_by_its_headings(site: Site) -> None:
    page = html.fromstring((await site.client.get("/all/requests?sort=-asked")).text)
    assert page.xpath("//th[@aria-sort='descending']")
    sums = [cell.text_content() for cell in page.xpath("//tbody/tr/td[contains(@class,'num')][1]")]
    assert sums == ["USD 900,000", "USD 50,000", "not stated"]


FILES = {
    "/near-completion": "state",
    "/states": "state",
    "/states/XXA/figures": "figure",
    "/states/XXA/needs": "need",
    "/all/requests": "request",
    "/all/pledges": "pledge",
    "/all/donors": "donor",
    "/all/coalitions": "coalition",
    "/all/meetings": "meeting",
    "/sources": "source",
    "/calendar": "what",
    f"/obligation/{story.OBLIGATION}/figures": "figure",
}


@pytest.mark.parametrize(("path", "first"), FILES.items())
async def test_every_table_is_a_csv_in_which_no_formula_runs(site: Site, path: str, first: str) -> None:
    answer = await site.client.get(f"{path}.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert first in rows[0]
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell and cell[0] in "=+@\t\r"]


@pytest.mark.parametrize("path", FILES)
async def test_every_table_is_a_workbook_of_texts_and_numbers(site: Site, path: str) -> None:
    answer = await site.client.get(f"{path}.xlsx")
    assert answer.status_code == 200
    assert b"<f>" not in answer.content
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) > 1
    assert not [cell for row in rows[1:] for cell in row if isinstance(cell, str) and cell.startswith(("=", "@"))]


async def test_a_formula_stays_readable_text_in_the_file(site: Site) -> None:
    text = (await site.client.get("/all/requests.csv")).content.decode("utf-8-sig")
    needs = [row["need"] for row in csv.DictReader(io.StringIO(text))]
    assert f"'{story.FORMULA}" in needs


async def test_all_tables_of_a_state_are_sheets_of_one_workbook(site: Site) -> None:
    answer = await site.client.get("/states/XXA/all.xlsx")
    names = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names
    assert names == ["1 duties", "2 figures", "3 reports", "4 needs", "5 help", "6 partners"]
    assert (await site.client.get("/states/XXA/nothing.csv")).status_code == 404
    assert (await site.client.get("/states/XXA/figures.exe")).status_code == 404


async def test_the_brief_of_a_state_is_a_pdf_that_takes_words_as_words(site: Site) -> None:
    answer = await site.client.get("/states/XXA/brief.pdf")
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "application/pdf"
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    words = re.sub(r"\s+", " ", words)
    for part in ("Exercise State XXA", "As of 21 November 2026.", "Clear cluster munition remnants", "Two teams"):
        assert part in words
    # What typst would have run stands there as it was typed.
    assert '#read("/etc/passwd") *strong* $x$' in words
    assert "root:" not in words


async def test_names_that_are_no_names_are_answered_in_words(site: Site) -> None:
    for path in (
        "/request/needs",
        "/request/drafts",
        "/request/..%2Fdeadlines%2Fmeetings",
        "/request/x%3Fcursor=1",
        "/pledge/donors",
        "/donor/none",
        "/coalition/partnerships",
        "/meeting/none",
        "/obligation/CCM-XXA-4%2F..",
        "/obligation/none",
        "/obligation/CCM-XXA-3",
        "/states/XXA/none",
        "/all/requests.exe",
    ):
        page = await site.client.get(path)
        assert page.status_code == 404, path
        assert "<h1>" in page.text, path


async def test_a_page_for_one_person_stays_in_no_shared_cache(site: Site) -> None:
    assert "no-store" not in (await site.client.get("/all/requests")).headers.get("cache-control", "")
    asset = html.fromstring((await site.client.get("/")).text).xpath("//link[@rel='stylesheet']/@href")[0]
    kept = await site.client.get(str(asset))
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "role", [{"role": "isu"}, {"role": "state", "scope": "XXA"}, {"role": "donor", "scope": "XXM"}]
)
async def test_who_signs_in_sees_who_they_are_and_what_they_can_do(site: Site, role: Mapping[str, str]) -> None:
    code = site.system.sign_in.issue(Caller("desk", **role))  # type: ignore[arg-type]
    transport = httpx2.ASGITransport(app=application(site.system))
    async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
        entered = await client.post(f"/sign-in/{code}", headers={"Origin": "http://article6.test"})
        assert entered.status_code == 303
        page = await client.get(f"/request/{story.REQUEST}")
        assert "Signed in as" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert 'href="/do/' in page.text
