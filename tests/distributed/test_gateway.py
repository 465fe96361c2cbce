"""The pages of the distributed system: the overview through the gateway, and signing in once by a link."""

from pathlib import Path

import httpx2
import pytest

from tests.running import distributed_system


@pytest.mark.distributed
@pytest.mark.timeout(600)
async def test_the_pages_stand_before_services_that_are_elsewhere(tmp_path: Path) -> None:
    async with distributed_system(tmp_path) as system:
        said = (tmp_path / "logs" / "gateway.log").read_text().splitlines()
        link = next(line.split()[-1] for line in said if line.startswith("Sign in once at"))
        async with httpx2.AsyncClient(base_url=system.cluster.address, trust_env=False, timeout=60) as browser:
            overview = await browser.get("/")
            assert overview.status_code == 200
            assert "Article Six" in overview.text
            looked = await browser.get(link)
            assert looked.status_code == 200
            told = (await browser.get("/readyz")).json()
            assert told["ready"]
            assert all(one["answers"] and one["ready"] for one in told["services"].values())
            assert (await browser.get("/healthz")).json() == {"alive": True}
            assert "article6_http_request_seconds" in (await browser.get("/metrics")).text
            nobody = await browser.get("/requests/log")
            assert nobody.status_code == 401
