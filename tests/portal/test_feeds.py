"""Feeds: what changed as Atom (RFC 4287), harmless whatever was entered, each entry under a lasting name."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from deploy.serving import application
from services.portal import atom
from tests.portal import story
from tests.system import TestSystem, embedded_system

ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
words = st.text(max_size=120)
FEEDS = ("/changes.atom", "/ranking.atom", "/states/XXA/changes.atom")


def parsed(content: bytes) -> etree._Element:
    """The feed, read as strictly as XML is; AssertionError where it lacks what every feed and entry must have."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    assert root.tag == f"{ATOM}feed"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    for one in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
        updated = str(one.findtext(f"{ATOM}updated"))
        assert datetime.fromisoformat(updated).tzinfo is not None
        assert str(one.findtext(f"{ATOM}id")).startswith("urn:uuid:")
        assert [link for link in one.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    return root


def entries(root: etree._Element) -> list[etree._Element]:
    """Its entries."""
    return root.findall(f"{ATOM}entry")


def said(entry: etree._Element) -> str:
    """Title and content."""
    return f"{entry.findtext(f'{ATOM}title')} | {entry.findtext(f'{ATOM}content')}"


def names(root: etree._Element) -> list[str]:
    """The lasting names of its entries."""
    return [str(one.findtext(f"{ATOM}id")) for one in entries(root)]


@given(title=words, content=words, source=words)
def test_whatever_was_entered_is_text_and_the_feed_can_be_read(title: str, content: str, source: str) -> None:
    entry = atom.Entry("a", title, content, AT, "https://a.example/", source)
    root = parsed(atom.written(atom.Feed("f", title, "https://a.example/f", "https://a.example/", "en", AT, [entry])))
    (found,) = entries(root)
    for name in ("title", "content"):
        element = found.find(f"{ATOM}{name}")
        assert element is not None
        assert element.get("type") == "text"
        assert not list(element)
    assert not set("\u202e\u2066\x00\x1b\x85") & set("".join(str(one) for one in root.itertext()))


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path) as system:
        await story.told(system)
        yield system


def client(system: TestSystem) -> httpx2.AsyncClient:
    """A feed reader: nobody in particular."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(application(system)), base_url="http://article6.test")


async def feed(http: httpx2.AsyncClient, path: str) -> etree._Element:
    """The feed at that path."""
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return parsed(answer.content)


async def test_the_feed_of_a_state_tells_what_was_recorded_with_its_place_and_source(told: TestSystem) -> None:
    async with client(told) as http:
        found = entries(await feed(http, "/states/XXA/changes.atom"))
        by_words = {said(one): one for one in found}
        (area,) = [one for text, one in by_words.items() if "Area left: 3 km²" in text]
        links = {str(link.get("rel")): str(link.get("href")) for link in area.findall(f"{ATOM}link")}
        page = await http.get(urlsplit(links["alternate"])._replace(scheme="", netloc="").geturl())
    assert links["related"] == "https://www.example.org/2024-12-31"
    assert f'id="{urlsplit(links["alternate"]).fragment}"' in page.text
    assert not [text for text in by_words if "XXM" in text and "capacity" in text]


async def test_markup_and_formulas_of_others_stay_text(told: TestSystem) -> None:
    async with client(told) as http:
        for path in FEEDS:
            answer = await http.get(path)
            assert b"<img" not in answer.content, path
            assert b"<script" not in answer.content, path
            root = parsed(answer.content)
            assert {one.get("type") for one in root.iter(f"{ATOM}content")} <= {"text"}
    assert any(story.MARKUP.split(">")[0] in said(one) for one in entries(root))


async def test_a_new_fact_is_one_new_entry_and_the_others_keep_their_names(told: TestSystem) -> None:
    async with client(told) as http, told.client("isu") as isu:
        before = names(await feed(http, "/states/XXA/changes.atom"))
        told.clock.turn(timedelta(hours=2))
        duty = {"treaty": "CCM", "state": "XXA", "article": "4"}
        figure = {"metric": "remaining_contamination_m2", "value": "1000000", "unit": "m2", "period": "2025-12-31"}
        # A source of years ago that is read only now is news here.
        statement = {"source": "https://www.example.org/late", "stated_on": "2019-01-01"}
        path = f"/deadlines/obligations/{story.OBLIGATION}/figures"
        assert (await isu.post(path, json={**duty, **figure, "statement": statement})).status_code == 201
        await told.settle()
        root = await feed(http, "/states/XXA/changes.atom")
    fresh = [name for name in names(root) if name not in before]
    assert len(fresh) == 1
    assert names(root)[0] == fresh[0]
    assert "Area left: 1 km²" in said(entries(root)[0])
    assert set(before) <= set(names(root))


async def test_the_feed_of_the_ranking_says_what_moved_since_the_day_before(told: TestSystem) -> None:
    async with client(told) as http:
        first = await feed(http, "/ranking.atom")
        assert ["New in the list" in said(one) for one in entries(first)] == [True]
        told.clock.turn(timedelta(days=1))
        quiet = await feed(http, "/ranking.atom")
        assert names(quiet) == names(first)
        duty = {"treaty": "CCM", "state": "XXA", "article": "4"}
        declared = {"declared_on": "2026-11-22", "statement": {"source": "https://www.example.org/declared"}}
        async with told.client("state", "XXA") as state:
            path = f"/deadlines/obligations/{story.OBLIGATION}/declaration"
            answer = await state.post(path, json={**duty, **declared})
            assert answer.status_code == 201, answer.text
        await told.settle()
        after = await feed(http, "/ranking.atom")
    assert "no more" in said(entries(after)[0])
    assert "Exercise State XXA" in said(entries(after)[0])
    assert names(after)[1:] == names(first)


async def test_a_reader_that_asks_again_is_told_that_nothing_is_new(told: TestSystem) -> None:
    async with client(told) as http:
        for path in FEEDS:
            first = await http.get(path)
            again = await http.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
            assert (again.status_code, again.content) == (304, b""), path


async def test_the_page_says_where_calendar_and_feeds_are(told: TestSystem) -> None:
    async with client(told) as http:
        of_state = await http.get("/states/XXA/subscribe")
        of_all = await http.get("/subscribe?region=Asia&treaty=CCM")
        state, overview = await http.get("/states/XXA"), await http.get("/")
        missing = await http.get("/states/ZZZ/subscribe")
    assert "http://article6.test/states/XXA/calendar.ics" in of_state.text
    assert "webcal://article6.test/states/XXA/calendar.ics" in of_state.text
    assert "http://article6.test/calendar.ics?treaty=CCM&amp;region=Asia" in of_all.text
    assert 'href="/states/XXA/changes.atom"' in state.text
    assert 'href="/states/XXA/subscribe"' in state.text
    assert 'href="/states/XXA/calendar.ics"' in state.text
    assert 'type="application/atom+xml" href="/ranking.atom"' in overview.text
    assert missing.status_code == 404
