"""What people type is words, wherever it comes out again: in pages, CSV, XLSX, PDF, feeds and calendars.

Every free text of every command below is filled with the same hostile words; then every place is read, by
the public and by the ISU, and taken apart with the parser of its kind.
"""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx2
import pypdf
import pytest
import pytest_asyncio
from lxml import etree, html
from python_calamine import CalamineWorkbook

from deploy.serving import application
from tests.portal import fitting, story
from tests.portal.doing_world import Person
from tests.portal.test_every_role import COMMANDS, READINGS
from tests.system import TestSystem, embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
TEXTS = {
    "markup": "\"'></title></textarea><script data-hostile>alert(1)</script><img data-hostile src=x onerror=alert(1)>",
    "an attribute": "' data-hostile onfocus='alert(1)' autofocus=' \" onmouseover=\"alert(2)\" data-hostile=\"",
    "an address that runs": "javascript:alert(document.cookie)",
    "a template": '{{ 7 * 6 }}{% include "x" %}#read("/etc/passwd") $x$ \\ %(name)s %s',
    "another line": "words\nBEGIN:VALARM\nTRIGGER:-PT1M\nEND:VALARM",
    "a formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-1+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a tab": "\t=1+1",
}
REFUSED = {
    "an override of direction": "\u202egnp.exe",
    "an embedding": "\u202bwords",
    "an isolate": "\u2067words",
    "a carriage return": "words\r=1+1",
    "a null": "wor\0ds",
    "an escape": "\x1b[31mwords",
}
DONOR = "XXM"
STORY: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("/deadlines/parties/{id}", "CCM-XXA", {"deposited_on": "2012-03-01", "entry_into_force": None}),
    ("/deadlines/obligations/{id}", "CCM-XXA-4", {}),
    ("/deadlines/obligations/{id}/original-deadline", "CCM-XXA-4", {"deadline": "2030-08-01", "derivation": ""}),
    ("/deadlines/obligations/{id}/figures", "CCM-XXA-4", {}),
    ("/deadlines/obligations/{id}/statuses", "CCM-XXA-4", {"target_completion": None}),
    ("/deadlines/obligations/{id}/measures", "CCM-XXA-4", {}),
    ("/deadlines/obligations/{id}/extension-statements", "CCM-XXA-4", {}),
    ("/deadlines/obligations/{id}/extension-requests", "CCM-XXA-4", {"asked_until": "2027-01-01"}),
    ("/deadlines/obligations/{id}/questions", "CCM-XXA-4", {"question": "q1", "sequence": 2}),
    ("/deadlines/obligations/{id}/answers", "CCM-XXA-4", {"question": "q1", "sequence": 2}),
    ("/deadlines/obligations/{id}/completion-statements", "CCM-XXA-4", {}),
    ("/deadlines/reporting/{id}/statements", "CCM-XXA", {}),
    ("/deadlines/reporting/{id}/explanations", "CCM-XXA", {}),
    ("/deadlines/meetings/{id}", story.MEETING, {"starts_on": "2027-06-01", "ends_on": None, "name": "Story meeting"}),
    ("/deadlines/meetings/{id}/statements", story.MEETING, {"name": "Story meeting"}),
    ("/deadlines/totals/{id}", "WORLD", {"treaty": ""}),
    ("/requests/needs", "", {}),
    ("/requests/{id}/draft", "R-draft", {}),
    ("/requests/{id}/submission", story.REQUEST, {}),
    ("/requests/{id}/contact", story.REQUEST, {"email": "desk@example.org"}),
    ("/pledges/donors/{donor}/registration", DONOR, {}),
    ("/pledges/donors/{donor}/profile", DONOR, {"weights": {}, "thresholds": {}}),
    ("/pledges/donors/{donor}/agencies", DONOR, {"agency": "north"}),
    ("/pledges/donors/{donor}/focal-points", DONOR, {"agency": "north", "email": "desk@example.org"}),
    ("/pledges/assistance", "", {}),
    ("/pledges/{id}/draft", "P-draft", {}),
    ("/pledges/{id}/announcement", story.PLEDGE, {}),
    ("/pledges/{id}/reductions", story.PLEDGE, {"amount": story.usd("1.00")}),
    ("/pledges/support/donor-totals", "", {}),
    ("/pledges/support/recipient-totals", "", {}),
    ("/coalitions", "", {}),
    ("/coalitions/{id}/members", "{coalition}", {}),
    ("/coalitions/partnerships/{id}/statements", "story", {}),
    ("/coalitions/ambassadors", "", {}),
)
"""Command, thing, and what it must say besides; its free texts are all hostile."""


async def told(system: TestSystem, words: str) -> dict[str, str]:
    """Record it all as the ISU; the names that services chose."""
    names: dict[str, str] = {}
    for route, thing, fixed in STORY:
        contract = system.applications[route.split("/")[1]].openapi()
        body = {**fitting.body(contract, "POST", route, words), **fixed}
        named = names.get("coalition", "") if thing == "{coalition}" else thing
        answer = await system.client("isu").post(route.format(id=named, donor=named), json=body)
        assert answer.status_code in (200, 201), (route, answer.text)
        await system.settle()
        name = str(answer.json()["stream"]).partition("-")[2]
        names |= {"/coalitions": {"coalition": name}, "/requests/needs": {"need": name}}.get(route, {})
        names |= {"assistance": name} if route == "/pledges/assistance" else {}
    return names


async def answers(system: TestSystem, names: Mapping[str, str]) -> AsyncIterator[tuple[str, httpx2.Response]]:
    """Every place of the site, as the public and as the ISU see it, and every form of the ISU."""
    app = application(system)
    nobody, isu = Person(system, app), await Person(system, app).sign_in("isu")
    named = re.compile(r"\{(\w+)\}")
    for one in READINGS:
        for template in one.tried.split(" "):
            if all(name in names for name in named.findall(template)):
                address = named.sub(lambda found: names[found[1]], template)
                for who in (nobody, isu):
                    yield address, await who.look(address)
    for route, thing, _fixed in STORY:
        named_ = names["coalition"] if thing == "{coalition}" else thing
        address = "/do" + route.format(id=named_, donor=named_).rstrip("/")
        yield address, await isu.look(address)


@pytest.mark.parametrize("kind", TEXTS)
async def test_hostile_words_are_words_in_every_place(tmp_path_factory: pytest.TempPathFactory, kind: str) -> None:
    words = TEXTS[kind]
    seen: dict[str, int] = {}
    async with embedded_system(tmp_path_factory.mktemp("hostile")) as system:
        names = await told(system, words)
        async for address, answer in answers(system, names):
            assert answer.status_code < 500, (address, answer.text[:300])
            media = answer.headers.get("content-type", "").partition(";")[0]
            # The pages of the APIs tell of their contracts, and hold nothing that was recorded.
            check = None if address.endswith(("/docs", "/redoc")) else _CHECKS.get(media)
            if check is not None and answer.status_code == 200:
                shown = check(address, answer)
                seen[media] = seen.get(media, 0) + (" ".join(words.split())[:12] in " ".join(shown.split()))
    # They were there to be seen, in each kind of place.
    assert {media for media, times in seen.items() if times} >= _CHECKS.keys(), seen
    assert seen["text/html"] > 10


def _page(address: str, answer: httpx2.Response) -> str:
    page: Any = html.fromstring(answer.text)
    assert page.xpath("//*[@data-hostile]") == [], address
    for script in page.xpath("//script"):
        assert str(script.get("src")).startswith("/assets/"), address
        assert not (script.text or "").strip(), address
    assert [str(name) for name in page.xpath("//@*[starts-with(name(), 'on')]")] == [], address
    leads = [str(to) for to in page.xpath("//@href | //@src | //@action | //@formaction | //@hx-get | //@hx-post")]
    assert [to for to in leads if not to.startswith(("/", "?", "#", "https://", "http://", "webcal://"))] == [], address
    return str(page.text_content()) + " ".join(str(value) for value in page.xpath("//input/@value"))


def _is_number(cell: str) -> bool:
    try:
        Decimal(cell)
    except InvalidOperation:
        return False
    return True


def _no_formula(cells: list[str], address: str) -> None:
    assert [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(cell)
    ] == [], address


def _csv(address: str, answer: httpx2.Response) -> str:
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    _no_formula(cells, address)
    return " ".join(cells)


def _xlsx(address: str, answer: httpx2.Response) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert not [name for name in packed.namelist() if re.search("externalLinks|vba|connections|drawing", name)]
        for name in packed.namelist():
            text = packed.read(name)
            assert not re.search(rb"<f[ >]|<hyperlink|<ddeLink", text), (address, name)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    cells = [cell for row in rows for cell in row if isinstance(cell, str)]
    _no_formula(cells, address)
    return " ".join(cells)


def _pdf(address: str, answer: httpx2.Response) -> str:
    paper = pypdf.PdfReader(io.BytesIO(answer.content))
    catalogue: Any = paper.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & catalogue.keys(), address
    for page in paper.pages:
        notes: Any = page.get("/Annots", ())
        for note in notes:
            action = note.get_object().get("/A", {})
            assert "/JS" not in action
            assert str(action.get("/URI", "https://")).startswith(("https://", "http://")), address
    shown = " ".join(page.extract_text() for page in paper.pages)
    assert "root:" not in shown
    return shown


def _feed(address: str, answer: httpx2.Response) -> str:
    feed: Any = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    atom = "{http://www.w3.org/2005/Atom}"
    assert {str(one.tag) for one in feed.iter()} <= {f"{atom}{name}" for name in _ATOM}, address
    assert {one.get("type") for one in feed.iter(f"{atom}content", f"{atom}title")} <= {None, "text"}, address
    assert all(str(one.get("href")).startswith(("http://", "https://", "/")) for one in feed.iter(f"{atom}link"))
    return " ".join(str(one) for one in feed.itertext())


def _calendar(address: str, answer: httpx2.Response) -> str:
    assert "\n" not in answer.text.replace("\r\n", ""), address
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert not [line for line in lines if line.startswith(("BEGIN:VALARM", "TRIGGER", "ATTACH", "ACTION"))], address
    assert {line.partition(":")[2] for line in lines if line.startswith("BEGIN:")} <= {"VCALENDAR", "VEVENT"}
    return re.sub(r"\\([;,\\])", r"\1", " ".join(lines)).replace("\\n", "\n")


_ATOM = ("feed", "title", "id", "updated", "published", "link", "author", "name", "entry", "summary", "content",
         "category", "subtitle", "generator", "rights", "icon", "source", "uri")  # fmt: skip
_CHECKS = {
    "text/html": _page,
    "text/csv": _csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _xlsx,
    "application/pdf": _pdf,
    "application/atom+xml": _feed,
    "text/calendar": _calendar,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("refused")) as running:
        yield running


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_can_make_a_line_read_otherwise_is_taken_by_no_command(system: TestSystem, kind: str) -> None:
    tried, taken = 0, []
    isu = system.client("isu")
    for route, _said in COMMANDS:
        path = route.removeprefix("POST ")
        contract = system.applications[path.split("/")[1]].openapi()
        address = re.sub(r"\{\w+\}", "CCM-XXA-4", path)
        good = fitting.body(contract, "POST", path, "words")
        for field, body in fitting.with_each(good, "words", REFUSED[kind]):
            answer = await isu.post(address, json=body)
            tried += 1
            if answer.status_code != 422 or answer.json()["type"] != "urn:article6:invalid":
                taken.append((path, field, answer.status_code, answer.text[:200]))
    assert taken == []
    assert tried > 200


@pytest.mark.parametrize("address", ["/search?q={}", "/?region={}", "/?as_of={}", "/states?as_of={}", "/nowhere/{}"])
async def test_what_stands_in_an_address_turns_no_page_around(system: TestSystem, address: str) -> None:
    nobody = Person(system, application(system))
    for words in (*REFUSED.values(), *TEXTS.values()):
        page = await nobody.look(address.format(httpx2.QueryParams({"x": words}).__str__().removeprefix("x=")))
        assert page.status_code < 500
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.text), address
        _page(address, page)
