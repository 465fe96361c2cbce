"""The page of a donor: what it promised, in parts where that is much."""

import re
from pathlib import Path

import httpx2
import pytest

from deploy.serving import application
from tests.portal import story
from tests.portal.doing_world import said as words_of
from tests.system import embedded_system


async def test_a_donor_of_very_many_pledges_shows_them_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.pages.donors._PROMISES", 2)
    async with embedded_system(tmp_path) as system:
        await story.told(system)
        async with system.client("donor", story.DONOR) as donor:
            for number in (1, 2):
                terms = {
                    "donor": story.DONOR,
                    "target": {"kind": "need_line", "request": story.REQUEST, "line": "formula"},
                    "amount": story.usd(f"{number}000.00"),
                }
                announced = {"terms": terms, "announced_on": "2026-02-02"}
                key = {"Idempotency-Key": f"donor-page-{number}"}
                answer = await donor.post(f"/pledges/more-{number}/announcement", json=announced, headers=key)
                assert answer.status_code == 201, answer.text
        await system.settle()
        transport = httpx2.ASGITransport(app=application(system))
        async with httpx2.AsyncClient(transport=transport, base_url="http://article6.test") as client:
            first = await client.get(f"/donor/{story.DONOR}")
            second = await client.get(f"/donor/{story.DONOR}?page=2")
    assert "Page 1 of 2, 3 in all" in words_of(first)
    assert 'rel="next" href="?page=2#title-promised"' in first.text
    shown = [set(re.findall(r'href="/pledge/([^"]+)"', page.text)) for page in (first, second)]
    assert [len(one) for one in shown] == [2, 1]
    assert shown[0] | shown[1] == {story.PLEDGE, "more-1", "more-2"}
