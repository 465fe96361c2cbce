"""Sentences told in messages and values: English as the service wrote it, and translated in every other language."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from lxml import html

from deploy.importing.plan import plan
from deploy.importing.shipped import shipped_data
from deploy.importing.tables import known_tables
from deploy.importing.writing import write
from deploy.serving import application
from services.portal import language, told
from services.portal.cataloguing import texts
from tests.portal.pseudo import PSEUDO, Pseudo
from tests.system import embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAYS = ("2013-06-01", "2017-12-20", "2021-09-01", "2026-11-21")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def anybody(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    folder: Path = tmp_path_factory.mktemp("told")
    async with embedded_system(folder, exercise=False) as system:
        await write(system, await plan(system, shipped_data(), known_tables()))
        await system.settle()
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            yield client


async def reasons_on(client: httpx2.AsyncClient, day: str) -> list[dict[str, Any]]:
    """Every reason of every row."""
    answer = await client.get("/insights/near-completion", params={"as_of": day})
    rows = [one for row in answer.json()["rows"] for one in (row, *row["others"])]
    return [reason for row in rows for reason in row["reasons"]]


def messages_in(piece: Any) -> Iterator[str]:
    """The messages and words of a closed list that a page would look up."""
    match piece:
        case ["word", word]:
            yield word
        case {"one": one}:
            yield one
        case {"text": text, "values": values}:
            yield text
            for value in values.values():
                yield from messages_in(value)


@pytest.mark.parametrize("day", DAYS)
async def test_a_page_in_english_would_say_word_for_word_what_the_service_says(
    anybody: httpx2.AsyncClient, day: str
) -> None:
    reasons = await reasons_on(anybody, day)
    assert reasons
    assert [
        (told.in_words(one["told"]), one["text"]) for one in reasons if told.in_words(one["told"]) != one["text"]
    ] == []


async def test_every_message_of_a_reason_stands_in_the_catalogue(anybody: httpx2.AsyncClient) -> None:
    known = {message if isinstance(message, str) else message[0] for _, _, message in texts()}
    used = {text for day in DAYS for one in await reasons_on(anybody, day) for text in messages_in(one["told"])}
    assert len(used) > 50
    assert used - known == set()


async def test_every_word_of_a_row_stands_in_the_catalogue(anybody: httpx2.AsyncClient) -> None:
    known = {message if isinstance(message, str) else message[0] for _, _, message in texts()}
    used: set[str] = set()

    def told_by(one: dict[str, Any], field: str, name: str = "told") -> None:
        used.update(messages_in(one[name]) if one[name] is not None else [one[field]])

    for day in DAYS:
        ranking = (await anybody.get("/insights/near-completion", params={"as_of": day})).json()
        for row in [one for best in ranking["rows"] for one in (best, *best["others"])]:
            used.add(row["group_name"])
            used.update(part["label"] for part in row["parts"])
            used.update(one["name"] for one in row["conditions"])
            used.update(one["said"] for one in row["help"])
            for one in (*row["parts"], *row["conditions"]):
                told_by(one, "why")
            for one in row["missing"]:
                told_by(one, "fact")
                told_by(one, "whom", "whom_told")
            if row["remaining_formula"]:
                told_by(row, "remaining_formula", "remaining_told")
            if row["estimate"]:
                told_by(row["estimate"], "words")
        for one in ranking["ask"]:
            told_by(one, "text")
        dates = (await anybody.get("/insights/calendar", params={"as_of": day, "months": 120})).json()["due"]
        for one in dates:
            if one["kind"] != "meeting":
                told_by(one, "title")
    assert len(used) > 80
    assert used - known == set()


@pytest.mark.parametrize("path", ["/", "/?group=3", "/?group=4", "/?group=5", "/states/BIH", "/obligation/APMBC-BIH-5"])
async def test_no_reason_is_left_in_english(anybody: httpx2.AsyncClient, path: str) -> None:
    with language.replaced(PSEUDO, Pseudo()):
        answer = await anybody.get(path, params={"lang": PSEUDO})
    page = html.fromstring(answer.text)
    shown = page.xpath(
        "//ul[@class='reasons']/li | //section[@class='group']//tbody/tr/td[2] | //ol[@class='questions']/li"
        " | //section[@class='group']/h2 | //section[@id='deadlines']//li | //section[@id='why']//li"
        " | //section[@id='why']//tbody//*[self::th or self::td]"
    )
    for cited in page.xpath("//*[contains(@class, 'cited')] | //section[@id='deadlines']//span[@class='date']"):
        cited.drop_tree()
    said = [one.text_content().strip() for one in shown]
    assert len(said) >= 3
    assert [one for one in said if re.search(r"[^\W\d_]{3,}", outside(one).replace("m²", ""))] == []


def outside(text: str) -> str:
    """What stands outside all brackets: figures and signs."""
    depth, kept = 0, []
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        kept.append(sign if not depth else "")
    return "".join(kept)


async def test_days_and_figures_stand_as_the_language_writes_them() -> None:
    figure = {"left": ["quantity", "1720000 m2"], "as_of": ["day", "2017-12-31"], "source": ["word", "the Monitor"]}
    one = {"text": "in English", "told": {"text": "%(left)s left (%(as_of)s; %(source)s)", "values": figure}}
    with language.speaking("fr"):
        assert told.said(one) == "1,72 km² left (31 décembre 2017; the Monitor)"
    assert told.said(one) == "in English"


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (["money", "EUR 1234567.50"], "EUR 1,234,567.50"),
        (["money", "EUR 528000000.00"], "EUR 528,000,000"),
        (["dollars", "2731000"], "USD 2.73 million"),
        (["dollars", "1234000000"], "USD 1,234 million"),
        (["dollars", "250000"], "USD 250,000"),
        (["duration", "943"], "2 years 7 months"),
        (["number", "1.0820"], "1.0820"),
        (["name", "the Monitor"], "the Monitor"),
        (["quantity", "0 m2"], "0 km²"),
        (["of a later version", "as it is"], "as it is"),
        ({"one": "%(num)s more", "many": "%(num)s more", "num": 1200}, "1,200 more"),
    ],
)
async def test_each_kind_of_value_is_said_in_words(piece: Any, said: str) -> None:
    assert told.in_words(piece) == said


async def test_without_a_message_the_text_stands() -> None:
    with language.speaking("fr"):
        assert told.said({"text": "As it was written.", "told": None}) == "As it was written."
        assert told.said({"text": "As it was written."}) == "As it was written."


async def test_no_message_has_a_sign_that_its_places_would_stumble_over() -> None:
    for name, line, message in texts():
        for text in [message] if isinstance(message, str) else message:
            assert not re.search(r"%(?!\(\w+\)s)", text.replace("%%", "")), (name, line, text)
