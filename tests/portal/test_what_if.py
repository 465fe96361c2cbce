"""What if: one supposition in an address, what would follow, and nothing stored."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from deploy.serving import application
from tests.portal import story
from tests.portal.doing_world import said as words_of
from tests.portal.few import system_with
from tests.system import TestSystem, embedded_system

DUTY = f"duty={story.OBLIGATION}"


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path) as system:
        await story.told(system)
        yield system


def client(system: TestSystem) -> httpx2.AsyncClient:
    """Nobody in particular: whoever reads may suppose."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(application(system)), base_url="http://article6.test")


async def recorded(system: TestSystem) -> int:
    """How many commits all services hold."""
    return sum([len(await one.kit.store.scan(0, 100_000)) for one in system.services.values()])


async def test_more_time_moves_the_deadline_on_the_page_and_nowhere_else(told: TestSystem) -> None:
    before = await recorded(told)
    async with client(told) as http:
        page = await http.get(f"/what-if?{DUTY}&kind=extension&until=2030-03-01")
        real = words_of(await http.get(f"/obligation/{story.OBLIGATION}"))
    said = words_of(page)
    assert "Supposed. This is not so." in said
    assert "Deadline in force 1 September 2026" in said
    assert "1 March 2030" in said
    assert "1 March 2030" not in real
    assert await recorded(told) == before


async def test_a_declaration_would_take_it_off_the_list(told: TestSystem) -> None:
    async with client(told) as http:
        said = words_of(await http.get(f"/what-if?{DUTY}&kind=declaration"))
    assert "not in the list: done, or not known to be open" in said


async def test_a_pledge_would_answer_and_the_reasons_change(told: TestSystem) -> None:
    async with client(told) as http:
        without = words_of(await http.get(f"/obligation/{story.OBLIGATION}"))
        page = await http.get(f"/what-if?{DUTY}&kind=pledge&in_kind=Two+teams+%3Cb%3E&amount=&currency=USD")
    assert page.status_code == 200
    assert "What else would move" in words_of(page)
    assert "<b>" not in page.text
    assert "What if help, more time or a declaration came?" in without


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ("kind=pledge&amount=12x", "amount", "must be a plain decimal number"),
        ("kind=pledge&amount=5&currency=<b>", "currency", ""),
        ("kind=extension&until=soon", "until", "is not a day of the calendar"),
        ("kind=extension", "until", "is not a day of the calendar"),
        ("kind=report&year=1066", "year", "1990 or more"),
        ("kind=wish", "kind", "Choose a duty and what is supposed of it."),
    ],
)
async def test_what_cannot_be_supposed_is_said_at_its_field(
    told: TestSystem, said: str, field: str, words: str
) -> None:
    async with client(told) as http:
        page = await http.get(f"/what-if?{DUTY}&{said}")
        other = await http.get("/what-if?duty=%3Cscript%3E&kind=pledge")
    assert page.status_code == 422
    assert f'<a href="#in-{field}">' in page.text
    assert f'id="error-{field}"' in page.text
    assert words in words_of(page)
    assert other.status_code == 422
    assert "<script>" not in other.text


async def test_one_can_suppose_on_an_earlier_day(told: TestSystem) -> None:
    async with client(told) as http:
        page = await http.get(f"/what-if?as_of=2025-06-01&{DUTY}&kind=extension&until=2031-01-01")
        empty = await http.get("/what-if")
    assert "As of 1 June 2025." in words_of(page)
    assert "1 January 2031" in words_of(page)
    assert "Supposed." not in words_of(empty)


async def test_of_very_many_duties_the_nearest_are_offered_and_the_one_that_was_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with system_with(tmp_path) as system, client(system) as http:
        every = offered_in(await http.get("/what-if"))
        monkeypatch.setattr("services.portal.pages.what_if._OFFERED", 1)
        page = await http.get("/what-if")
        asked = next(duty for duty in every if duty not in offered_in(page))
        other = await http.get(f"/what-if?duty={asked}")
    assert len(every) > 2
    assert len(offered_in(page)) == 1
    assert "The 1 duty nearest to completion is offered; any other leads here from its own page." in words_of(page)
    assert "nearest to completion" in words_of(other)
    assert asked in offered_in(other)


def offered_in(page: httpx2.Response) -> list[str]:
    """The duties that can be chosen."""
    choice = page.text.partition('name="duty"')[2].partition("</select>")[0]
    return [value for value in re.findall(r'<option value="([^"]*)"', choice) if value]
