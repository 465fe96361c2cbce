"""The ways that fault runs disturb do what they say: else a partition would be none, and everything would hold."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from deploy.servers.process import free_port
from tests.distributed.network import HOWS, How, Link

_A_WHILE = 0.2


class Server:
    """Answers each line with the same line, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.told.append(line)
            writer.write(line)
        writer.close()


@contextlib.asynccontextmanager
async def a_way() -> AsyncIterator[tuple[Server, Link]]:
    server, port = Server(), free_port()
    async with await asyncio.start_server(server.answer, "127.0.0.1", port), Link(port) as link:
        yield server, link


async def nothing_comes(reader: asyncio.StreamReader) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(_A_WHILE):
            await reader.readline()


async def it_is_broken(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        assert await reader.readline() == b""


async def it_was_told(server: Server, *lines: bytes) -> None:
    async with asyncio.timeout(60):
        while server.told != [*lines]:
            await asyncio.sleep(0.01)


async def test_what_is_asked_and_answered_goes_through_as_long_as_the_way_is_whole() -> None:
    async with a_way() as (server, link):
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        writer.write(b"one\n")
        assert await reader.readline() == b"one\n"
        writer.close()
        await it_was_told(server, b"one\n")


async def test_on_a_silent_way_nothing_arrives_until_it_is_whole_again_and_then_all_does() -> None:
    async with a_way() as (server, link):
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        link.disturb("silent")
        writer.write(b"one\n")
        await nothing_comes(reader)
        assert server.told == []
        link.heal()
        assert await reader.readline() == b"one\n"
        writer.close()


async def test_what_somebody_asked_who_has_given_up_arrives_nevertheless() -> None:
    async with a_way() as (server, link):
        _, writer = await asyncio.open_connection("127.0.0.1", link.port)
        link.disturb("silent")
        writer.write(b"late\n")
        await writer.drain()
        writer.close()
        await asyncio.sleep(_A_WHILE)
        assert server.told == []
        link.heal()
        await it_was_told(server, b"late\n")


async def test_on_an_unanswered_way_what_is_asked_is_done_and_nobody_hears_of_it() -> None:
    async with a_way() as (server, link):
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        link.disturb("unanswered")
        writer.write(b"one\n")
        await nothing_comes(reader)
        await it_was_told(server, b"one\n")
        link.heal()
        assert await reader.readline() == b"one\n"
        writer.close()


async def test_a_cut_way_breaks_connections_and_takes_no_new_ones() -> None:
    async with a_way() as (server, link):
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        writer.write(b"one\n")
        assert await reader.readline() == b"one\n"
        link.disturb("cut")
        await it_is_broken(reader)
        newer, later = await asyncio.open_connection("127.0.0.1", link.port)
        later.write(b"two\n")
        await it_is_broken(newer)
        link.heal()
        again, whole = await asyncio.open_connection("127.0.0.1", link.port)
        whole.write(b"three\n")
        assert await again.readline() == b"three\n"
        assert server.told == [b"one\n", b"three\n"]
        for one in (writer, later, whole):
            one.close()


@pytest.mark.parametrize("how", HOWS)
async def test_a_disturbed_way_can_be_given_up(how: How) -> None:
    async with a_way() as (_, link):
        _, writer = await asyncio.open_connection("127.0.0.1", link.port)
        link.disturb(how)
        writer.write(b"one\n")
        await asyncio.sleep(_A_WHILE)
    writer.close()
