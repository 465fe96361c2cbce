"""People's keys go with their history; who was forgotten stays so on both sides."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.migrating_keys import KeyringsDiffer, compare_keys, copy_keys
from shared.privacy import Gone, Keyring, SubjectKey
from shared.privacy.sqlite import SqliteKeyring
from tests.contract_suites.adapters import KEYRINGS, each

THEN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def key(n: int = 0) -> SubjectKey:
    found_by = {"email": secrets.token_hex(32)}
    place = f"requests/request-{n}/contact"
    return SubjectKey(secrets.token_hex(16), place, secrets.token_bytes(64), secrets.token_hex(32), found_by, THEN)


def gone(one: SubjectKey) -> Gone:
    return Gone(one.subject, one.place, THEN, "isu:desk", "person_asked")


@pytest.fixture
def source(tmp_path: Path) -> Keyring:
    return SqliteKeyring(tmp_path / "source" / "keys.db")


@pytest.fixture(params=each(KEYRINGS))
async def target(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Keyring]:
    opened = await KEYRINGS[request.param](tmp_path / "target").open()
    yield opened
    await opened.close()


async def copy(source: Keyring, target: Keyring) -> int:
    return len([subject async for subject in copy_keys(source, target)])


async def test_every_key_comes_with_its_secret_and_mark_and_who_was_forgotten(source: Keyring, target: Keyring) -> None:
    keys = [await source.keep(key(n)) for n in range(6)]
    secret = await source.secret()
    notes = [await source.forget(gone(one)) for one in keys[:2]]
    await source.recorded(keys[0].subject)
    assert await copy(source, target) == 6
    assert {one.subject: one for one in await target.living()} == {one.subject: one for one in keys[2:]}
    assert {one.subject: one for one in await target.gone()} == {
        notes[0].subject: replace(notes[0], recorded=True),
        notes[1].subject: notes[1],
    }
    # By the secret the same details at the same place have the same mark, and are known again.
    assert await target.secret() == secret
    assert await target.keep(replace(key(), place=keys[3].place, mark=keys[3].mark)) == keys[3]
    compared = await compare_keys(source, target)
    assert (compared.living, compared.gone, compared.missing, compared.foreign) == (4, 2, 0, [])
    assert await copy(source, target) == 0


async def test_who_is_forgotten_between_two_runs_is_forgotten_there_too(source: Keyring, target: Keyring) -> None:
    stays, goes = await source.keep(key(1)), await source.keep(key(2))
    await source.secret()
    await copy(source, target)
    note = await source.forget(gone(goes))
    assert (await compare_keys(source, target)).missing == 1
    await copy(source, target)
    assert await target.living() == [stays]
    assert await target.gone() == [note]
    await source.recorded(goes.subject)
    await copy(source, target)
    assert [one.recorded for one in await target.gone()] == [True]


async def test_keys_of_somebody_else_are_noticed_and_nothing_is_mixed(source: Keyring, target: Keyring) -> None:
    await source.keep(key(1))
    stranger = await target.keep(key(2))
    await target.secret()
    assert list((await compare_keys(source, target)).foreign) == [stranger.subject]
    with pytest.raises(KeyringsDiffer):
        await copy(source, target)
    assert await target.living() == [stranger]


async def test_who_was_forgotten_only_there_does_not_come_back(source: Keyring, target: Keyring) -> None:
    one = await source.keep(key(1))
    await source.secret()
    await copy(source, target)
    note = await target.forget(gone(one))
    assert one.subject in (await compare_keys(source, target)).foreign
    await copy(source, target)
    assert (await target.living(), await target.gone()) == ([], [note])


async def test_where_nobody_was_ever_named_nothing_is_made(tmp_path: Path, source: Keyring, target: Keyring) -> None:
    assert await copy(source, target) == 0
    assert not (tmp_path / "source").exists()
    assert await target.living() == []
