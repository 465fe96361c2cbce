"""Looking around over HTTP: what changed, what is known of a thing, search, sources; each as of a day."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.portal import story
from tests.system import TestSystem, embedded_system

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("looking")) as running:
        await story.told(running)
        yield running


async def asked(system: TestSystem, path: str, **params: Any) -> Any:
    async with system.client() as public:
        answer = await public.get(f"/insights{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_what_a_person_recorded_this_week_is_a_change_though_it_speaks_of_an_older_day(
    system: TestSystem,
) -> None:
    found = await asked(system, "/changes", days=7)
    events = {one["event"] for one in found["changes"]}
    assert {"FigureStated", "RequestSubmitted", "PledgeAnnounced"} <= events
    assert found["total"] == len(found["changes"])


async def test_what_rules_of_the_software_derive_is_counted_and_not_told(system: TestSystem) -> None:
    found = await asked(system, "/changes", days=7)
    assert "ObligationDated" not in {one["event"] for one in found["changes"]}
    assert sum(one["entries"] for one in found["loaded"]) > 0


async def test_as_of_a_past_day_only_what_became_known_then_has_changed(system: TestSystem) -> None:
    found = await asked(system, "/changes", days=7, as_of="2025-05-03")
    told = {one["event"] for one in found["changes"]}
    assert told == {"StatePartyRegistered", "FigureStated", "ObligationRegistered"}
    assert {one["on"] for one in found["changes"]} == {"2025-05-01"}
    assert (await asked(system, "/changes", days=7, as_of="2025-03-01"))["total"] == 0


async def test_entries_of_a_state_come_newest_first_and_in_parts(system: TestSystem) -> None:
    whole = await asked(system, "/entries", state="XXA")
    days = [one["on"] for one in whole["entries"]]
    assert days == sorted(days, reverse=True)
    second = await asked(system, "/entries", state="XXA", limit=2, offset=2)
    assert second["total"] == whole["total"]
    assert second["entries"] == whole["entries"][2:4]
    figures = await asked(system, "/entries", state="XXA", event="FigureStated")
    assert {one["event"] for one in figures["entries"]} == {"FigureStated"}
    assert (await asked(system, "/entries", state="XXB"))["total"] == 0


async def test_entries_of_one_history_as_of_a_day_hold_what_counted_by_then(system: TestSystem) -> None:
    history = f"pledges/pledge-{story.PLEDGE}"
    today = await asked(system, "/entries", history=history)
    assert "PledgeAnnounced" in {one["event"] for one in today["entries"]}
    assert (await asked(system, "/entries", history=history, as_of="2026-01-31"))["total"] == 0
    assert (await asked(system, "/entries", history=history, as_of="2026-02-01"))["total"] == 1


@pytest.mark.parametrize(
    ("q", "kind", "id_"),
    [
        ("xxa", "state", "XXA"),
        ("exercise state xxa", "state", "XXA"),
        ("TEAMS", "request", story.REQUEST),
        ("xxm 400,000", "pledge", story.PLEDGE),
        ("story meeting", "meeting", story.MEETING),
        ("example.org", "source", "https://www.example.org/2023-12-31"),
    ],
)
async def test_search_finds_each_kind_of_thing(system: TestSystem, q: str, kind: str, id_: str) -> None:
    found = (await asked(system, "/search", q=q))["found"]
    assert (kind, id_) in {(one["kind"], one["id"]) for one in found}


async def test_every_word_of_a_search_must_stand_and_one_letter_finds_nothing(system: TestSystem) -> None:
    assert (await asked(system, "/search", q="teams zebra"))["found"] == []
    assert (await asked(system, "/search", q="x"))["found"] == []
    assert (await asked(system, "/search", q="   "))["found"] == []


async def test_search_as_of_a_past_day_finds_nothing_of_later(system: TestSystem) -> None:
    found = (await asked(system, "/search", q="teams", as_of="2025-06-01"))["found"]
    assert [one for one in found if one["kind"] == "request"] == []


async def test_a_source_is_counted_with_its_pages_and_states(system: TestSystem) -> None:
    found = await asked(system, "/sources")
    one = next(source for source in found["sources"] if "example.org" in source["name"])
    assert one["pages"] == 3
    assert one["states"] == 1
    assert one["last_stated_on"] == "2025-05-01"
    assert sum(source["statements"] for source in found["sources"]) == found["statements"]
    assert (await asked(system, "/sources", as_of="2010-01-01"))["statements"] == 0
