"""A caller over HTTP/1.1 that costs little beside the server it measures."""

import asyncio
import time
from collections.abc import Sequence


class NotDone(Exception):
    """The server answered something else than 201."""


async def posting(port: int, path: str, body: bytes, headers: Sequence[str], until: float) -> list[float]:
    """The same body again and again on one connection, once at least; how long each took, in seconds.

    NotDone for another answer.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = "\r\n".join(
        [
            f"POST {path} HTTP/1.1",
            "Host: bench",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *headers,
            "",
            "",
        ]
    ).encode()
    each: list[float] = []
    while (began := time.perf_counter()) < until or not each:
        writer.write(request + body)
        head = await reader.readuntil(b"\r\n\r\n")
        _, _, rest = head.lower().partition(b"content-length:")
        answer = await reader.readexactly(int(rest.partition(b"\r\n")[0]))
        if not head.startswith(b"HTTP/1.1 201"):
            raise NotDone(f"{head.decode()}{answer.decode()}")
        each.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()
    return each
