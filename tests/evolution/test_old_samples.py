"""What was stored years ago loads today: a stored sample of every schema, old and new side by side."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.catalogue import SERVICES
from services.coalitions.domain.coalition import COALITIONS
from services.coalitions.domain.coalition_messages import ContributionNoted
from services.coalitions.domain.earlier import UPCASTS
from services.coalitions.views.coalition import COALITION_PAGES
from services.insights.views import COALITIONS as AS_INSIGHTS_READS_THEM
from shared.codec import Codec
from shared.commits import Commit, EventRecord, broken_links
from shared.decider import Decider
from shared.messages import Event
from tests.coalitions.words import DAY, active
from tests.contract_suites.commits import following
from tests.system import TestSystem, embedded_system

TESTS = Path(__file__).parents[1]
SAMPLES = TESTS / "coalitions" / "samples"
CODEC = Codec(COALITIONS.events, COALITIONS.upcasts)


def records(version: int) -> list[EventRecord]:
    stored = json.loads((SAMPLES / f"ContributionNoted.v{version}.json").read_text())
    return [EventRecord(one["type"], one["schema"], one["data"]) for one in stored]


def deciders() -> Iterator[tuple[str, Decider[Any, Any, Any]]]:
    """Every decider that stands in a domain, with its service."""
    for service in SERVICES:
        for file in sorted((TESTS.parent / "services" / service / "domain").glob("*.py")):
            for thing in vars(import_module(f"services.{service}.domain.{file.stem}")).values():
                if isinstance(thing, Decider):
                    yield service, thing


def evolved() -> list[tuple[str, Decider[Any, Any, Any], type[Event]]]:
    found = {
        (service, decider.category, event.__name__): (service, decider, event)
        for service, decider in deciders()
        for event in decider.events
        if event.schema_version > 1
    }
    return [found[key] for key in sorted(found)]


@pytest.mark.parametrize(("service", "decider", "event"), evolved(), ids=lambda one: getattr(one, "__name__", ""))
def test_every_schema_that_was_ever_written_has_a_sample_that_loads(
    service: str, decider: Decider[Any, Any, Any], event: type[Event]
) -> None:
    codec = Codec(decider.events, decider.upcasts)
    for version in range(1, event.schema_version + 1):
        file = TESTS / service / "samples" / f"{event.__name__}.v{version}.json"
        for one in json.loads(file.read_text()):
            assert (one["type"], one["schema"]) == (event.__name__, version)
            assert isinstance(codec.decode(EventRecord(one["type"], one["schema"], one["data"])), event)


def test_there_is_an_event_that_has_evolved() -> None:
    assert {event.__name__ for _, _, event in evolved()} >= {"ContributionNoted", "ContactNamed", "FocalPointNamed"}


def test_an_old_contribution_says_what_it_said_then_and_no_more() -> None:
    loaded = [CODEC.decode(record) for record in records(1)]
    assert [one.standing for one in loaded if isinstance(one, ContributionNoted)] == ["member", "not_a_member"]
    assert loaded[0] == CODEC.decode(records(2)[0])


@given(st.booleans(), st.sampled_from(["norway", "sweden", "MNE"]), st.text(max_size=20).filter(str.isprintable))
def test_old_becomes_new_once_and_then_stays(from_member: bool, member: str, in_kind: str) -> None:
    old = {"pledge": "p1", "member": member, "amount": None, "in_kind": in_kind.strip(), "from_member": from_member}
    before = dict(old)
    event = CODEC.decode(EventRecord("ContributionNoted", 1, old))
    again = CODEC.encode(event)
    assert old == before, "what is stored was changed by reading it"
    assert again.schema == 2
    assert CODEC.decode(again) == event
    assert CODEC.encode(CODEC.decode(again)) == again


def test_a_fold_over_old_and_new_is_the_fold_over_all_new() -> None:
    mixed = [CODEC.decode(record) for record in (*records(1), *records(2)[1:])]
    rewritten = [CODEC.decode(CODEC.encode(event)) for event in mixed]
    assert COALITIONS.fold([*active(), *mixed]) == COALITIONS.fold([*active(), *rewritten])
    assert COALITIONS.fold([*active(), *mixed]).pledges == {"p1", "p2"}


def old_and_new() -> list[Commit]:
    """A coalition's stream with a contribution of each schema in it."""
    first = following(None, "coalition-c1")
    begun = replace(first, events=tuple(CODEC.encode(event) for event in active()), first=1).sealed()
    one = following(begun)
    old = replace(one, events=(records(1)[0],)).sealed()
    two = following(old)
    return [begun, old, replace(two, events=(records(2)[1],)).sealed()]


def test_readers_in_other_services_take_both() -> None:
    read = AS_INSIGHTS_READS_THEM.folded(None, old_and_new(), "coalitions")
    assert read is not None
    assert [(one.pledge, one.member) for one in read.contributions] == [("p1", "norway"), ("p2", "sweden")]


def test_the_page_shows_both() -> None:
    page = COALITION_PAGES.folded(None, old_and_new(), "coalitions")
    assert page is not None
    assert [(one.from_member, one.standing) for one in page.contributions] == [(True, "member"), (False, "invited")]


async def test_a_store_holds_both_and_the_service_goes_on_from_there(tmp_path: Path) -> None:
    async with embedded_system(tmp_path, names=("coalitions", "insights")) as system:
        for commit in old_and_new():
            await system.stores["coalitions"].append(commit)
        await system.settle()
        assert await versions_in(system) == [("ContributionNoted", 1), ("ContributionNoted", 2)]
        answer = await system.client().get("/coalitions/c1")
        assert [line["standing"] for line in answer.json()["contributions"]] == ["member", "invited"]
        review = {"on": str(DAY), "findings": "Goes well."}
        answer = await system.client("coordinator").post("/coalitions/c1/reviews", json=review)
        assert answer.status_code == 201, answer.text
        await system.settle()
        assert not system.services["coalitions"].kit.parking.all()
        assert not system.services["insights"].kit.parking.all()
        stored = await system.stores["coalitions"].read("coalition-c1")
    # Reading wrote nothing anew: what was stored is what is stored.
    assert broken_links(stored) == []
    assert stored[1].events[0] == records(1)[0]


async def versions_in(system: TestSystem) -> list[tuple[str, int]]:
    history = (await system.client().get("/coalitions/history/coalition-c1")).json()
    return [(e["type"], e["schema_version"]) for e in history["events"] if e["type"] == "ContributionNoted"]


def test_every_upcast_leads_to_a_schema_that_there_is() -> None:
    newest = {event.__name__: event.schema_version for event in COALITIONS.events}
    assert all(schema < newest[name] for name, schema in UPCASTS)
