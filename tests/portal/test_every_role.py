"""Every route of the site, as every role and as nobody, against a table that was written by hand (`who_may.py`).

The routes are read from the application's own route tables, so that one without an expectation fails.
"""

import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pypdf
import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook

from deploy.catalogue import SERVICES
from services.portal.policy import POLICY
from shared.auth.caller import Caller
from tests.portal import fitting, story, who_may
from tests.portal.doing_world import SITE, entry
from tests.portal.every_route import routes_in
from tests.portal.roles_world import OWNERS, PERSONS, SECRET, Site, opened
from tests.system import embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
ELSEWHERE = {"Origin": "https://elsewhere.example"}
OPERATIONS = ("/metrics", "/readyz", "/healthz")
BINDING = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
PERSON_TO_ENTER = Caller("desk", "isu")


def spread(line: str) -> list[str]:
    """The line, or one for each service where it says `*`."""
    return [line.replace("/*/", f"/{service}/") for service in SERVICES] if "/*/" in line else [line]


def lines(table: str) -> list[list[str]]:
    """The cells of each line, which two spaces part."""
    return [re.split(r"\s{2,}", one.strip()) for line in table.splitlines() for one in spread(line) if one.strip()]


@dataclass(frozen=True)
class Reading:
    """One line of READING."""

    route: str
    tried: str
    who: str
    others: str = "-"

    def status(self, person: str) -> int:
        """What that person gets."""
        if self.who == "everybody" or (self.who == "signed-in" and person != "nobody"):
            return 200
        told = {name: status or "200" for name, _, status in (word.partition(":") for word in self.who.split())}
        rest, *apart = self.others.split(", ")
        told |= dict(part.split(" ") for part in apart)
        return int(told.get(person, rest))


def marks(table: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each command with the mark of each person."""
    head, *rows = lines(table)
    for route, *said in rows:
        yield route, dict(zip(head, said, strict=True))


READINGS = [Reading(*cells) for cells in lines(who_may.READING)]
COMMANDS = [(f"POST {path}", said) for path, said in marks(who_may.COMMANDS)]
WITHOUT_FORMS = list(marks(who_may.WITHOUT_FORMS))
BUTTONS = who_may.BUTTONS.split()
_THINGS = {
    "/requests/": story.REQUEST,
    "/pledges/": story.PLEDGE,
    "/coalitions/partnerships": "story",
    "/coalitions/": "{coalition}",
    "/deadlines/obligations": story.OBLIGATION,
    "/deadlines/parties": "CCM-XXA",
    "/deadlines/reporting": "CCM-XXA",
    "/deadlines/meetings": story.MEETING,
    "/deadlines/totals": "WORLD",
}
_NAMES = {"donor": "XXM", "state": "XXA", "view": "none", "follower": "none", "stream": "request-none"}


def thing(site: Site, path: str) -> str:
    """The path with the name of the story's own thing in it."""
    id_ = next((name for begin, name in _THINGS.items() if path.startswith(begin)), "")
    return site.address(path.format(**_NAMES, id=id_))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with embedded_system(tmp_path_factory.mktemp("roles")) as system:
        yield await opened(system)


async def test_every_route_of_the_site_has_an_expectation(site: Site) -> None:
    told = {f"GET {one.route}" for one in READINGS} | {route for route, _ in (*COMMANDS, *WITHOUT_FORMS)}
    told |= {f"POST {path}" for path in BUTTONS}
    there = routes_in(site.app)
    assert there - told == set(), "say in tests/portal/who_may.py who these are for"
    assert told - there == set(), "the table speaks of routes that are not there"


@pytest.mark.parametrize("person", PERSONS)
async def test_everybody_reads_what_is_for_them_and_nothing_else(site: Site, person: str) -> None:
    client = site.people[person].browser
    other: list[tuple[object, ...]] = []
    for one in READINGS:
        for address in one.tried.split(" "):
            answer = await client.get(site.address(address), follow_redirects=False)
            if answer.status_code != one.status(person):
                other.append((address, answer.status_code, one.status(person), answer.text[:120]))
            if person not in OWNERS and SECRET in shown(answer):
                other.append((address, "tells a secret"))
    assert other == []


async def test_what_is_hidden_is_there_for_its_owners(site: Site) -> None:
    for person, address in (
        ("XXA", "/requests/R-draft/draft"),
        ("XXA", "/requests/R-open/contact"),
        ("XXM", "/pledges/P-draft/draft"),
        ("XXM", "/pledges/donors/XXM/focal-points"),
        ("isu", "/requests/R-draft/contact"),
        ("isu", "/history/pledges/pledge-P-open"),
    ):
        assert SECRET in (await site.people[person].look(address)).text, (person, address)
    for person, address in (("XXA", "/do/requests/R-draft/draft"), ("XXM", "/do/pledges/P-draft/draft")):
        page = await site.people[person].look(address)
        assert SECRET in page.text, (person, address)
        assert entry(page).of("_key")


async def test_pages_counts_search_and_files_are_the_same_with_and_without_what_is_hidden(tmp_path: Path) -> None:
    async with embedded_system(tmp_path / "with") as one, embedded_system(tmp_path / "without") as other:
        hiding, bare = await opened(one), await opened(other, private=False)
        differing: list[tuple[str, ...]] = []
        for person in PERSONS.keys() - OWNERS:
            for reading in READINGS:
                if reading.status(person) != 200 or reading.route in (*OPERATIONS, "/sessions", "/sign-in/{code}"):
                    continue
                for address in reading.tried.split(" "):
                    pages = [
                        masked(shown(await where.people[person].look(where.address(address))), where)
                        for where in (hiding, bare)
                    ]
                    if pages[0] != pages[1]:
                        differing.append((person, address, *apart(*pages)))
        assert differing == []


def apart(one: str, other: str) -> tuple[str, str]:
    """Where the two begin to differ."""
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return one[max(0, at - 60) : at + 60], other[max(0, at - 60) : at + 60]


def masked(text: str, where: Site) -> str:
    """Without the names that each installation chooses itself, and the numbers of commits.

    A gap in the numbers says that something came between, and no more (ADR 0001).
    """
    text = re.sub(r"(@|at-)\d+\.\d+", r"\1", text).replace(where.names["coalition"], "COALITION")
    text = re.sub(r'"answer":"[0-9a-f]{32}"|urn:uuid:[0-9a-f-]{36}', "", text)
    return re.sub(r'name="_(?:token|key)" value="[^"]*"', "", text)


def shown(answer: httpx2.Response) -> str:
    """All that an answer says, whichever file it is."""
    kind = answer.headers.get("content-type", "")
    if kind == "application/pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    if "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        return "\n".join(f"{name}: {book.get_sheet_by_name(name).to_python()}" for name in book.sheet_names)
    return answer.text


@pytest.mark.parametrize(
    ("route", "said"), [*COMMANDS, *WITHOUT_FORMS], ids=lambda one: one if isinstance(one, str) else ""
)
async def test_every_command_hears_those_whose_it_is_and_nobody_else(
    site: Site, route: str, said: dict[str, str]
) -> None:
    method, path = route.split(" ")
    contract = site.system.applications[path.split("/")[1]].openapi()
    body = fitting.body(contract, method, path)
    refused = [name for name, mark in said.items() if mark != "yes"]
    before = await site.recorded()
    if path != "/insights/what-if":
        answer = await sent(site, "nobody", method, path, body)
        assert answer.status_code == 401, answer.text
    for person in refused:
        answer = await sent(site, person, method, path, body)
        assert answer.status_code == 403, (person, answer.text)
    assert await site.recorded() == before
    for person in said.keys() - refused:
        answer = await sent(site, person, method, path, body)
        # Heard: done, or answered by a rule of the matter itself.
        assert answer.status_code in (200, 201, 202, 404, 409, 422), (person, answer.text)
        assert answer.status_code < 400 or answer.json()["type"] != "urn:article6:invalid", answer.text
    await site.system.settle()


async def sent(site: Site, person: str, method: str, path: str, body: object) -> httpx2.Response:
    """The command as that person's browser sends it from a page of the site."""
    client = site.people[person].browser
    return await client.request(method, thing(site, path), json=body, headers={"Origin": SITE})


@pytest.mark.parametrize("person", PERSONS)
async def test_every_form_opens_for_its_own_people_alone(site: Site, person: str) -> None:
    other: list[tuple[object, ...]] = []
    for route, said in COMMANDS:
        path = thing(site, route.removeprefix("POST "))
        wanted = 401 if person == "nobody" else 403 if said[person] == "-" else 200
        page = await site.people[person].look(f"/do{path}")
        hidden = page.status_code == 404 and said[person] == "form"
        if page.status_code != wanted and not hidden:
            other.append((path, page.status_code, wanted))
        if person not in OWNERS and SECRET in page.text:
            other.append((path, "tells a secret"))
    assert other == []


@pytest.mark.parametrize("path", BUTTONS)
async def test_no_other_site_can_press_a_button(site: Site, path: str) -> None:
    isu = site.people["isu"]
    named = {"service": "requests", "follower": "pledges", "stream": "request-none", "key": "none"}
    values = {"address": "requests/needs", **named}
    code = site.system.sign_in.issue(PERSON_TO_ENTER)
    at = path.format(**values, code=code)
    form = entry(await isu.look("/do/requests/needs"))
    before = await site.recorded()
    tries = [(ELSEWHERE, form.values)]
    if path != "/sign-in/{code}":
        without = [pair for pair in form.values if pair[0] != "_token"]
        tries += [({"Origin": SITE}, without), ({"Origin": SITE}, [*without, ("_token", "guessed")])]
    for headers, values_ in tries:
        content = str(httpx2.QueryParams([*values_, ("_step", "send"), ("session", "others")]))
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        answer = await isu.browser.post(at, content=content, headers=headers, follow_redirects=False)
        assert answer.status_code == 403, (headers, answer.status_code)
        assert "<h1>" in answer.text
    assert await site.recorded() == before
    assert "Signed in as the ISU" in (await isu.look("/desk")).text
    assert site.system.sign_in.standing(code) == "good"


@pytest.mark.parametrize("headers", [ELSEWHERE, {}], ids=["of another site", "of nowhere"])
async def test_a_cookie_alone_moves_no_command(site: Site, headers: dict[str, str]) -> None:
    before = await site.recorded()
    for route, _said in (*COMMANDS, *WITHOUT_FORMS[1:]):
        method, path = route.split(" ")
        body = fitting.body(site.system.applications[path.split("/")[1]].openapi(), method, path)
        answer = await site.people["isu"].browser.request(method, thing(site, path), json=body, headers=headers)
        assert answer.status_code == 401, (route, answer.text)
    assert await site.recorded() == before


async def test_every_answer_bears_the_headers_that_bind_a_browser(site: Site) -> None:
    lacking: list[tuple[object, ...]] = []
    for person in ("nobody", "isu"):
        for one in READINGS:
            for address in one.tried.split(" "):
                answer = await site.people[person].browser.get(site.address(address), follow_redirects=False)
                said = answer.headers
                lacking += [(address, name) for name, value in BINDING.items() if said.get(name) != value]
                is_page = said.get("content-type", "").startswith("text/html")
                # The pages of the APIs tell of their contracts alone, and bring a script of their own.
                is_ours = not address.endswith(("/docs", "/redoc"))
                if is_page and is_ours and said.get("content-security-policy") != POLICY:
                    lacking.append((address, said.get("content-security-policy")))
                if person == "isu" and is_page and said.get("cache-control") != "no-store":
                    lacking.append((address, said.get("cache-control")))
    assert lacking == []
