"""A site on a socket of its own, and the Chromium that looks at it."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from playwright.async_api import Browser, async_playwright

_CHROMIUM = os.environ.get("ARTICLE6_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@asynccontextmanager
async def at_an_address(app: Any) -> AsyncIterator[str]:
    """Answers over HTTP in this process; the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
        serving = asyncio.create_task(server.serve([free]))
        try:
            while not server.started:
                await asyncio.sleep(0.02)
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Closed afterwards."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=_CHROMIUM, args=arguments) as running,
    ):
        yield running
