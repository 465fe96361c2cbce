"""Every text of the pages stands in the catalogue, and none is forgotten (gettext)."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from babel.messages.pofile import read_po
from jinja2 import Environment
from lxml import html

from deploy.serving import application
from services.portal import language
from services.portal.cataloguing import texts
from services.portal.frame import TEMPLATES
from tests.portal import story
from tests.portal.pseudo import PSEUDO, Pseudo
from tests.system import embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMES = {"CSV", "XLSX", "PDF", "JSON", "article6 import", "article", "import"}
"""Names, which no language changes."""
ENGLISH = Path(language.__file__).parent / "locale" / "en" / "portal.po"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[httpx2.AsyncClient, str]]:
    folder: Path = tmp_path_factory.mktemp("texts")
    async with embedded_system(folder) as system:
        coalition = await story.told(system)
        transport = httpx2.ASGITransport(app=application(system))
        with language.replaced(PSEUDO, Pseudo()):
            async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
                yield client, coalition


async def test_the_english_catalogue_is_complete() -> None:
    with ENGLISH.open("rb") as file:
        catalogue = read_po(file, locale="en")
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue if entry.id}
    wanted = {message if isinstance(message, str) else message[0] for _, _, message in texts()}
    assert sorted(wanted - known) == [], "run: python -m services.portal.cataloguing"
    assert sorted(known - wanted) == [], "run: python -m services.portal.cataloguing"


@pytest.mark.parametrize("name", sorted(str(one.relative_to(TEMPLATES)) for one in TEMPLATES.rglob("*.html")))
async def test_no_template_has_a_text_of_its_own(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    # A value stands as one sign, so that a tag that it interrupts stays one tag.
    raw = "¤".join(value for _, kind, value in Environment(autoescape=True).lex(source) if kind == "data")
    shown = re.sub(r"<!--.*?-->", " ", raw, flags=re.DOTALL)
    said = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', shown)
    shown = re.sub(r"<(svg|code|pre)\b.*?</\1>", " ", shown, flags=re.DOTALL)
    shown = re.sub(r"<[^<>]*>|&[a-z]+;", " ", shown, flags=re.DOTALL)
    # A macro may hold nothing but attributes.
    shown = re.sub(r"(?<![\w-])[a-z-]+=(?:\"[^\"]*\"|¤)|(?<![\w-])(?:required|selected|checked)(?![\w-])", " ", shown)
    words = [word for word in re.findall(r"[^\W\d_]{2,}", " ".join([shown, *said])) if word not in NAMES]
    assert words == []


async def test_every_heading_label_and_button_is_translated(site: tuple[httpx2.AsyncClient, str]) -> None:
    client, coalition = site
    for path in story.pages_of(coalition):
        if path == "/style":
            continue
        answer = await client.get(path, params={"lang": PSEUDO})
        page = html.fromstring(answer.text)
        wanted = page.xpath(
            "//thead//th | //label | //button | //nav//a[not(.//span)] | //summary | //option[@value='']"
        )
        plain = [one.text_content().strip() for one in wanted]
        assert [
            text for text in plain if text not in NAMES and re.search(r"[^\W\d_]{2,}", text) and "⟦" not in text
        ] == [], path


@pytest.mark.parametrize("path", ["/", "/states/XXA", f"/obligation/{story.OBLIGATION}"])
async def test_every_reason_is_translated(site: tuple[httpx2.AsyncClient, str], path: str) -> None:
    client, _ = site
    page = html.fromstring((await client.get(path, params={"lang": PSEUDO})).text)
    for cited in page.xpath("//ul[@class='reasons']//*[@class='cited']"):
        cited.drop_tree()
    reasons = [one.text_content().strip() for one in page.xpath("//ul[@class='reasons']/li")]
    assert len(reasons) >= 3
    assert [one for one in reasons if not (one.startswith("⟦") and one.endswith("⟧"))] == []


async def test_a_language_from_right_to_left_turns_the_page(site: tuple[httpx2.AsyncClient, str]) -> None:
    client, _ = site
    page = await client.get("/all/requests", params={"lang": PSEUDO})
    assert f'<html lang="{PSEUDO}" dir="rtl">' in page.text
    assert '<html lang="en" dir="ltr">' in (await client.get("/all/requests")).text
    asked = await client.get("/all/requests", headers={"Accept-Language": "fr, en;q=0.5"})
    assert '<html lang="en"' in asked.text


async def test_the_style_knows_no_left_and_no_right() -> None:
    for sheet in (TEMPLATES.parent / "assets").glob("*.css"):
        found = re.findall(
            r"(?:margin|padding|border|inset)-(?:left|right)|text-align:\s*(?:left|right)", sheet.read_text()
        )
        assert found == [], sheet.name


async def test_nothing_stays_nothing_in_every_language() -> None:
    """A catalogue holds its own heading under the empty text."""
    assert language.gettext("") == ""
