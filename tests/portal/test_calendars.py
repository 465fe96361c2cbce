"""Calendars: what falls due as iCalendar, safe whatever was entered, and known again when a day moves."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from deploy.serving import application
from services.portal import icalendar
from tests.portal import ical, story
from tests.portal.few import system_with
from tests.system import TestSystem, embedded_system

REFUSED = ("region=Atlantis", "treaty=NPT", "kind=party", "as_of=2017-13-45", "as_of=2031-01-01", "as_of=soon")
AT = datetime(2026, 11, 21, tzinfo=UTC)
words = st.text(max_size=200)
hostile = st.sampled_from(
    ["\r\nEND:VEVENT\r\nBEGIN:VALARM", "a\nb", "\\n;,\\", "é" * 80, "\u202egnp.exe", "\x00\x07", "😀" * 40, "a:b;c=d"]
)


def kept(text: str) -> str:
    """What is left of a text: no controls, no overrides of direction, line ends as one character."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    refused = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return "".join(c for c in plain if c == "\n" or not (c in refused or ord(c) < 32 or 0x7F <= ord(c) <= 0x9F))


@given(title=words | hostile, said=words | hostile, name=words)
def test_whatever_was_entered_is_one_value_on_lines_of_75_octets(title: str, said: str, name: str) -> None:
    entry = icalendar.Entry(name, date(2027, 3, 1), date(2027, 3, 1), title, said, f"https://a.example/{said}")
    found = ical.read(icalendar.written(title, [entry], AT))
    (event,) = found.events
    assert ical.of(event, "SUMMARY").text == kept(title)
    assert ical.of(found.own, "NAME").text == kept(title)
    assert kept(said) == "" or ical.of(event, "DESCRIPTION").text == kept(said)
    assert {one.name for one in event} <= {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "TRANSP", "CLASS",
    }  # fmt: skip


@given(name=words, first=st.dates(date(1997, 1, 1), date(2200, 1, 1)), days=st.integers(0, 400))
def test_a_thing_keeps_its_name_whatever_its_days_are(name: str, first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    one = ical.read(icalendar.written("", [icalendar.Entry(name, first, last, "a")], AT)).events[0]
    other = ical.read(icalendar.written("", [icalendar.Entry(name, AT.date(), AT.date(), "b")], AT)).events[0]
    assert ical.of(one, "UID").value == ical.of(other, "UID").value
    assert ical.of(one, "DTSTART").value == first.strftime("%Y%m%d").zfill(8)
    end = datetime.strptime(ical.of(one, "DTEND").value, "%Y%m%d").replace(tzinfo=UTC).date()
    assert (end - first).days == days + 1


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def few(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with system_with(tmp_path_factory.mktemp("calendars"), {"BIH", "MNE", "IRQ", "LAO"}) as system:
        yield system


def client(system: TestSystem) -> httpx2.AsyncClient:
    """A browser that is not signed in, as a calendar program is not."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(application(system)), base_url="http://article6.test")


module_loop = pytest.mark.asyncio(loop_scope="module")


@module_loop
async def test_a_state_has_its_deadlines_and_its_own_reports(few: TestSystem) -> None:
    async with client(few) as http:
        answer = await http.get("/states/BIH/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="BIH-dates.ics"'
    found = ical.read(answer.content)
    titles = found.titles()
    assert "Exercise: Bosnia and Herzegovina: deadline under APMBC Article 5" in titles
    assert "Exercise: Bosnia and Herzegovina: annual transparency report on 2026 (CCM)" in titles
    assert all("Bosnia and Herzegovina" in title for title in titles)
    names = [ical.of(event, "UID").value for event in found.events]
    assert len(names) == len(set(names))
    deadline = found.events[titles.index("Exercise: Bosnia and Herzegovina: deadline under APMBC Article 5")]
    assert ical.of(deadline, "DTSTART").parameters == {"VALUE": "DATE"}
    assert ical.of(deadline, "DTSTART").value == "20270301"
    assert ical.of(deadline, "DTEND").value == "20270302"
    assert ical.of(deadline, "URL").value == "http://article6.test/states/BIH"
    assert "http://article6.test/history/deadlines/" in ical.of(deadline, "DESCRIPTION").text


@module_loop
async def test_the_calendar_of_all_is_narrowed_as_the_list_of_dates_is(few: TestSystem) -> None:
    async with client(few) as http:
        everything = ical.read((await http.get("/calendar.ics")).content).titles()
        asian = ical.read((await http.get("/calendar.ics?region=Asia&kind=deadline")).content).titles()
        of_one = ical.read((await http.get("/calendar.ics?treaty=CCM")).content).titles()
        listed = (await http.get("/calendar?region=Asia&kind=deadline")).text
        refused = [(await http.get(f"/calendar.ics?{said}")).status_code for said in REFUSED]
    assert asian
    assert set(asian) < set(everything)
    assert all("Iraq" in title for title in asian)
    assert all(title.removeprefix("Exercise: ").split(":")[1].strip() in listed for title in asian)
    assert not [title for title in of_one if "APMBC" in title]
    assert refused == [422] * len(REFUSED)


@module_loop
async def test_a_calendar_that_asks_again_is_told_that_nothing_is_new(few: TestSystem) -> None:
    async with client(few) as http:
        first = await http.get("/states/BIH/calendar.ics")
        again = await http.get("/states/BIH/calendar.ics", headers={"If-None-Match": first.headers["etag"]})
        other = await http.get("/states/LAO/calendar.ics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


@module_loop
async def test_the_calendar_of_a_past_day_holds_what_was_known_then(few: TestSystem) -> None:
    async with client(few) as http:
        then = ical.read((await http.get("/states/MNE/calendar.ics?as_of=2017-12-20")).content)
        unknown = await http.get("/states/ZZZ/calendar.ics")
    days = [ical.of(one, "DTSTART").value for one in then.events]
    assert "20200801" in days
    assert unknown.status_code == 404


async def test_a_deadline_that_moves_is_the_same_entry_on_another_day(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as system, client(system) as http:
        await story.told(system)
        before = ical.read((await http.get("/states/XXA/calendar.ics")).content)
        async with system.client("isu") as isu:
            duty = {"treaty": "CCM", "state": "XXA", "article": "4"}
            stated = {"sequence": 1, "granted": True, "granted_until": "2029-03-01", "statement": story.STATEMENT}
            path = f"/deadlines/obligations/{story.OBLIGATION}/extension-statements"
            answer = await isu.post(path, json={**duty, **stated})
            assert answer.status_code == 201, answer.text
        await system.settle()
        after = ical.read((await http.get("/states/XXA/calendar.ics")).content)

    def deadline(calendar: ical.Calendar) -> tuple[str, str]:
        (found,) = [one for one in calendar.events if "deadline under" in ical.of(one, "SUMMARY").text]
        return ical.of(found, "UID").value, ical.of(found, "DTSTART").value

    assert deadline(before)[0] == deadline(after)[0]
    assert (deadline(before)[1], deadline(after)[1]) == ("20260901", "20290301")


async def test_what_people_entered_stays_a_title(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as system, client(system) as http:
        await story.told(system)
        found = ical.read((await http.get("/calendar.ics")).content)
        page = await http.get("/subscribe?region=%22%3E%3Cscript%3E")
    assert f"Exercise: CCM Story meeting, {story.MARKUP}" in found.titles()
    assert "<script>" not in page.text
