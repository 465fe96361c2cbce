"""An exercise says so on every page; a real installation takes no fictional State."""

from pathlib import Path

import httpx2
import pytest

from deploy.serving import application
from tests.system import embedded_system


@pytest.mark.parametrize("exercise", [True, False])
async def test_every_page_of_an_exercise_says_so_and_no_other(tmp_path: Path, exercise: bool) -> None:
    async with embedded_system(tmp_path, exercise=exercise) as system:
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            for path in ("/", "/states", "/states/ZZZ", "/nowhere", "/?as_of=2017", "/sign-in/none", "/sign-out"):
                text = (await client.get(path)).text
                assert ("Exercise: fictional States." in text) is exercise, path
                assert ("<title>Exercise: " in text) is exercise, path


@pytest.mark.parametrize(("exercise", "status"), [(True, 201), (False, 422)])
async def test_a_fictional_state_is_for_exercises(tmp_path: Path, exercise: bool, status: int) -> None:
    body = {"donor": "dreamland", "name": "Dreamland", "iso3": "XXA"}
    async with embedded_system(tmp_path, exercise=exercise) as system, system.client("isu") as isu:
        answer = await isu.post("/pledges/donors/dreamland/registration", json=body)
        assert answer.status_code == status, answer.text
        assert answer.headers["cache-control"] == "no-store"
        if not exercise:
            fault = answer.json()["errors"][0]
            assert (fault["field"], fault["found"]) == ("iso3", "XXA")
            assert fault["allowed"] == "an ISO 3166-1 alpha-3 code; user-assigned ones only in an exercise"


async def test_days_and_codes_that_cannot_be_are_refused_in_words(tmp_path: Path) -> None:
    async with embedded_system(tmp_path) as system:
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            words = "2017 is not a day of the calendar; use YYYY-MM-DD"
            assert words in (await client.get("/?as_of=2017")).text
            assert (await client.get("/?treaty=ccm")).status_code == 200
            to_come = await client.get("/insights/near-completion?as_recorded=2026-11-22")
            assert to_come.status_code == 422
            assert "today is 2026-11-21" in to_come.json()["detail"]
            broken = await client.post("/insights/what-if", content="{", headers={"Content-Type": "application/json"})
            assert [fault["field"] for fault in broken.json()["errors"]] == ["body"]
            for service in ("deadlines", "insights"):
                paths = (await client.get(f"/{service}/openapi.json")).json()["paths"]
                kits = (f"/{service}/parked", f"/{service}/history", f"/{service}/operations")
                assert list(paths)[-1].startswith(kits)
                assert "One" not in {one["summary"] for operations in paths.values() for one in operations.values()}


async def test_the_public_sees_role_and_scope_of_an_actor_and_never_who(tmp_path: Path) -> None:
    body = {"donor": "dreamland", "name": "Dreamland", "iso3": "XXA"}
    async with (
        embedded_system(tmp_path) as system,
        system.client("isu", subject="jane") as isu,
        system.client() as public,
    ):
        assert (await isu.post("/pledges/donors/dreamland/registration", json=body)).status_code == 201
        path = "/pledges/history/donor-dreamland"
        assert {one["actor"] for one in (await isu.get(path)).json()["events"]} == {"isu:jane"}
        assert {one["actor"] for one in (await public.get(path)).json()["events"]} == {"isu"}
        assert (await public.get("/pledges/history/donor-nobody?from_commit=5")).status_code == 404
