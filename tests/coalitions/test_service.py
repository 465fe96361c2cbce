"""The coalitions service as people and portals meet it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.coalitions.readings import (
    CompletionDeclared,
    Disbursed,
    LaterFindStated,
    ObligationRegistered,
    PledgeAnnounced,
    PledgeCancelled,
    PledgeReduced,
    Taken,
    Target,
)
from shared.dates import PartialDate
from shared.money import Money
from tests.coalitions.neighbours import tell
from tests.coalitions.words import propose
from tests.system import TestSystem, embedded_system

DAY = "2018-05-02"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path, names=("coalitions",)) as running:
        yield running


async def say(client: httpx2.AsyncClient, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = await client.post(f"/coalitions{path}", json=body)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def ask(client: httpx2.AsyncClient, path: str, after: str = "") -> Any:
    answer = await client.get(f"/coalitions{path}", params={"after": after} if after else None)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def proposed(system: TestSystem) -> str:
    receipt = await say(system.client("coordinator"), "", propose().model_dump(mode="json"))
    return str(receipt["stream"]).removeprefix("coalition-")


async def begun(system: TestSystem) -> str:
    id = await proposed(system)
    coordinator = system.client("coordinator")
    await say(coordinator, f"/{id}/members", {"member": "norway", "name": "Norway", "role": "lead"})
    await say(system.client("donor", "norway"), f"/{id}/acceptances", {"member": "norway", "on": DAY})
    await say(
        system.client("state", "MNE"), f"/{id}/consent", {"state": "MNE", "by": "Ministry of the Interior", "on": DAY}
    )
    await say(coordinator, f"/{id}/activation", {"on": DAY})
    return id


async def test_a_coalition_from_its_proposal_to_its_conclusion(system: TestSystem) -> None:
    id = await begun(system)
    state = system.client("state", "MNE")
    step = {"milestone": "survey", "title": "Survey", "responsible": "norway", "due_on": "2018-12-31"}
    await say(state, f"/{id}/milestones", step)
    await say(
        system.client("donor", "norway"), f"/{id}/milestones/reached", {"milestone": "survey", "on": "2018-11-30"}
    )
    await say(state, f"/{id}/reviews", {"on": "2019-03-01", "findings": "In time."})
    receipt = await say(
        state, f"/{id}/conclusion", {"on": "2020-07-21", "outcome": "All released.", "lessons": "One partner."}
    )
    page = await ask(system.client(), f"/{id}", receipt["token"])
    assert page["status"] == "concluded"
    assert page["consent"]["by"] == "Ministry of the Interior"
    assert [(line["member"], line["answer"]) for line in page["members"]] == [
        ("MNE", "accepted"),
        ("norway", "accepted"),
    ]
    assert page["milestones"][0]["reached_on"] == "2018-11-30"
    assert page["reviews"][0]["findings"] == "In time."
    assert page["changed_by"].startswith(f"coalitions/coalition-{id}@")


async def test_nobody_consents_for_the_state_not_even_the_isu(system: TestSystem) -> None:
    id = await proposed(system)
    body = {"state": "MNE", "by": "Ministry of the Interior", "on": DAY}
    for client in (system.client("isu"), system.client("coordinator"), system.client("state", "ALB")):
        await say(client, f"/{id}/consent", body, status=403)
    # A State that names itself is not the affected State either.
    await say(system.client("state", "ALB"), f"/{id}/consent", {**body, "state": "ALB"}, status=409)


async def test_members_answer_for_themselves_only(system: TestSystem) -> None:
    id = await proposed(system)
    await say(system.client("coordinator"), f"/{id}/members", {"member": "norway", "name": "Norway", "role": "lead"})
    answer = {"member": "norway", "on": DAY}
    for client in (system.client("donor", "sweden"), system.client("coordinator"), system.client("state", "MNE")):
        await say(client, f"/{id}/acceptances", answer, status=403)
    await say(system.client("isu"), f"/{id}/acceptances", answer)


async def test_nothing_is_recorded_as_done_on_a_day_that_has_not_come(system: TestSystem) -> None:
    id, tomorrow = await begun(system), "2999-01-01"
    coordinator = system.client("coordinator")
    for path, body in (
        (f"/{id}/reviews", {"on": tomorrow, "findings": "On time."}),
        (f"/{id}/conclusion", {"on": tomorrow, "outcome": "Cleared.", "lessons": "Start early."}),
        (
            "/ambassadors",
            {
                "state": "MOZ",
                "challenges": [{"treaty": "APMBC", "article": "5"}],
                "experience": "Done.",
                "on": tomorrow,
            },
        ),
    ):
        refused = await say(coordinator, path, body, 422)
        assert [error["field"] for error in refused["errors"]] == ["on"], refused


async def test_a_refusal_names_what_is_missing(system: TestSystem) -> None:
    id = await proposed(system)
    problem = await say(system.client("coordinator"), f"/{id}/activation", {"on": DAY}, status=409)
    assert "consent" in problem["detail"]
    await say(system.client("coordinator"), "/nothing-here/activation", {"on": DAY}, status=404)
    await say(system.client("donor", "norway"), "", propose().model_dump(mode="json"), status=403)


async def test_withdrawn_consent_shows_as_suspended_with_its_reason(system: TestSystem) -> None:
    id = await begun(system)
    withdrawal = {"state": "MNE", "reason": "New government.", "on": "2019-01-10"}
    receipt = await say(system.client("state", "MNE"), f"/{id}/consent/withdrawal", withdrawal)
    page = await ask(system.client(), f"/{id}", receipt["token"])
    assert (page["status"], page["consent"]) == ("suspended", None)
    assert page["suspended_on"] == "2019-01-10"
    found = await ask(system.client(), "?status=suspended&state=MNE")
    assert [one["coalition"] for one in found["items"]] == [id]


def taken(amount: int, attempt: int = 1) -> Taken:
    return Taken(attempt=attempt, amount=Money.of(amount, "EUR"))


async def test_a_pledge_to_a_coalition_is_its_contribution_once_and_only_what_stands_of_it_counts(
    system: TestSystem,
) -> None:
    id = await begun(system)
    target = Target(kind="coalition", coalition=id)
    announced = PledgeAnnounced(donor="norway", target=target, amount=Money.of(400_000, "EUR"))
    await tell(
        system, "pledges", "pledge-p1", announced, announced, PledgeReduced(taken=(taken(100_000), taken(1, attempt=2)))
    )
    other = announced.model_copy(update={"donor": "sweden"})
    await tell(
        system,
        "pledges",
        "pledge-p2",
        other,
        Disbursed(amount=Money.of(50_000, "EUR")),
        PledgeCancelled(taken=(taken(350_000),)),
    )
    elsewhere = announced.model_copy(update={"target": Target(kind="state")})
    await tell(system, "pledges", "pledge-p3", elsewhere)
    await system.settle()
    page = await ask(system.client(), f"/{id}")
    assert sorted((line["pledge"], line["from_member"]) for line in page["contributions"]) == [
        ("p1", True),
        ("p2", False),
    ]
    given = (await ask(system.client(), f"/{id}/contributions"))["items"]
    assert [(one["pledge"], one["standing"]["amount"], one["cancelled"]) for one in given] == [
        ("p1", "300000.00", False),
        ("p2", "50000.00", True),
    ]


async def test_an_ambassador_comes_with_cautions_and_candidates(system: TestSystem) -> None:
    coordinator = system.client("coordinator")
    duty = {"treaty": "CCM", "article": "4"}
    naming = {"state": "MNE", "challenges": [duty], "experience": "Two seasons, one partner.", "on": DAY}
    receipt = await say(coordinator, "/ambassadors", naming)
    page = await ask(system.client(), "/ambassadors/MNE", receipt["token"])
    assert page["cautions"] == ["No declaration of completion under CCM 4 is recorded for Montenegro."]

    own = {**duty, "state": "MNE"}
    declared = CompletionDeclared(**own, declared_on=date(2021, 9, 21))
    await tell(system, "deadlines", "obligation-CCM-MNE-4", ObligationRegistered(**own), declared)
    await tell(system, "deadlines", "obligation-CCM-BIH-4", ObligationRegistered(**duty, state="BIH"))
    await tell(system, "deadlines", "obligation-CCM-LAO-4", ObligationRegistered(**duty, state="LAO"))
    await tell(
        system, "deadlines", "obligation-CCM-PER-3", ObligationRegistered(treaty="CCM", article="3", state="PER")
    )
    await system.settle()
    assert (await ask(system.client(), "/ambassadors/MNE"))["cautions"] == []
    receipt = await say(coordinator, "/ambassadors/MNE/matches", {**duty, "with_state": "BIH", "on": DAY})
    left = await ask(system.client(), "/ambassadors/MNE/candidates", receipt["token"])
    assert [candidate["state"] for candidate in left] == ["LAO"]

    await tell(system, "deadlines", "obligation-CCM-MNE-4", LaterFindStated(**own, found_on=PartialDate("2022")))
    await system.settle()
    assert (await ask(system.client(), "/ambassadors/MNE"))["cautions"] == [
        "Montenegro has declared completion under CCM 4, and has work there again."
    ]
    receipt = await say(coordinator, "/ambassadors/MNE/matches/ended", {**duty, "with_state": "BIH", "on": DAY})
    match = (await ask(system.client(), "/ambassadors/MNE", receipt["token"]))["ambassador"]["matches"][0]
    assert match["ended_on"] == DAY


async def test_partnerships_are_found_by_what_their_source_calls_them(system: TestSystem) -> None:
    said = {
        "name": "Botswana - Norwegian People's Aid",
        "state": "BWA",
        "called": "country_coalition",
        "statement": {"source": "https://example.org/botswana", "stated_on": "2018-11-22"},
    }
    receipt = await say(system.client("isu"), "/partnerships/botswana/statements", said)
    other = {**said, "name": "Peru", "state": "PER", "called": "partnership"}
    await say(system.client("isu"), "/partnerships/peru/statements", other)
    await say(system.client("donor", "norway"), "/partnerships/peru/statements", other, status=403)
    page = await ask(system.client(), "/partnerships/botswana", receipt["token"])
    assert page["said"][0]["statement"]["stated_on"] == "2018-11-22"
    await system.settle()
    found = await ask(system.client(), "/partnerships?called=country_coalition")
    assert [one["partnership"] for one in found["items"]] == ["botswana"]
    assert (await ask(system.client(), "/partnerships?state=PER"))["items"][0]["called"] == "partnership"
