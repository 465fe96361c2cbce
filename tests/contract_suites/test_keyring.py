"""What every keyring promises: keys are durable, told apart, and once forgotten gone byte for byte."""

import asyncio
import base64
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.privacy import Gone, Keyring, KeyringUnavailable, SubjectKey
from tests.contract_suites.adapters import KeyringPlace

THEN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def fresh(place: str = "requests/request-r/contact", mark: str = "") -> SubjectKey:
    key = secrets.token_bytes(64)
    return SubjectKey(
        secrets.token_hex(16), place, key, mark or secrets.token_hex(32), {"email": secrets.token_hex(32)}, THEN
    )


def forgotten(key: SubjectKey) -> Gone:
    return Gone(key.subject, key.place, THEN, "isu:desk", "person_asked")


async def test_a_key_that_was_kept_is_there_after_a_restart(keyring: Keyring, keyring_place: KeyringPlace) -> None:
    key = fresh()
    assert await keyring.keep(key) == key
    await keyring.close()
    again = await keyring_place.open()
    assert await again.held([key.subject, "f" * 32]) == {key.subject: key}
    assert await again.living() == [key]
    await again.close()


async def test_the_secret_is_made_once_and_stays(keyring: Keyring, keyring_place: KeyringPlace) -> None:
    secret = await keyring.secret()
    assert len(secret) == 32
    again = await keyring_place.open()
    assert await again.secret() == await keyring.secret() == secret
    await again.close()


async def test_the_same_place_and_mark_have_one_key_also_for_two_at_once(keyring: Keyring) -> None:
    rivals = [fresh(mark="same") for _ in range(8)]
    given = await asyncio.gather(*(keyring.keep(rival) for rival in rivals))
    assert len({one.subject for one in given}) == 1
    assert await keyring.living() == [given[0]]
    elsewhere = fresh(place="requests/request-other/contact", mark="same")
    assert await keyring.keep(elsewhere) == elsewhere
    other = fresh()
    assert await keyring.keep(other) == other
    assert await keyring.keep(replace(other, mark="another mark")) == other


async def test_a_forgotten_key_is_nowhere_in_what_is_stored(keyring: Keyring, keyring_place: KeyringPlace) -> None:
    keys = [await keyring.keep(fresh(mark=f"mark-{n}-{secrets.token_hex(8)}")) for n in range(60)]
    going, staying = keys[::2], keys[1::2]
    stored = await keyring_place.raw()
    assert all(key.subject.encode() in stored for key in keys)
    for key in going:
        assert await keyring.forget(forgotten(key)) == forgotten(key)
    stored = await keyring_place.raw()
    for key in going:
        forms = (key.key, key.key.hex().encode(), base64.b64encode(key.key), key.mark.encode())
        assert not [form for form in (*forms, key.found_by["email"].encode()) if form in stored]
    assert {key.subject for key in await keyring.living()} == {key.subject for key in staying}
    held = await keyring.held([key.subject for key in keys])
    assert [held[key.subject] for key in staying] == staying
    assert [held[key.subject] for key in going] == [forgotten(key) for key in going]


async def test_to_forget_again_changes_nothing_and_what_is_forgotten_stays_so(
    keyring: Keyring, keyring_place: KeyringPlace
) -> None:
    key = await keyring.keep(fresh())
    first = await keyring.forget(forgotten(key))
    later = replace(forgotten(key), at=datetime(2027, 1, 1, tzinfo=UTC), by="isu:other", reason="recorded_in_error")
    assert await keyring.forget(later) == first
    with pytest.raises(ValueError, match="forgotten"):
        await keyring.keep(key)
    await keyring.recorded(key.subject)
    await keyring.close()
    again = await keyring_place.open()
    assert await again.gone() == [replace(first, recorded=True)]
    assert await again.living() == []
    await again.close()


async def test_a_subject_that_never_was_here_can_be_forgotten_beforehand(keyring: Keyring) -> None:
    key = fresh()
    await keyring.forget(forgotten(key))
    with pytest.raises(ValueError, match="forgotten"):
        await keyring.keep(key)
    assert await keyring.held([key.subject]) == {key.subject: forgotten(key)}


async def test_the_same_person_may_be_named_at_the_same_place_again(keyring: Keyring) -> None:
    key = await keyring.keep(fresh(mark="same"))
    await keyring.forget(forgotten(key))
    anew = fresh(mark="same")
    assert await keyring.keep(anew) == anew


async def test_pages_follow_one_another_and_miss_nobody(keyring: Keyring) -> None:
    keys = sorted([await keyring.keep(fresh()) for _ in range(7)], key=lambda key: key.subject)
    found: list[SubjectKey] = []
    while page := await keyring.living(found[-1].subject if found else "", 3):
        found += page
    assert found == keys
    for key in keys:
        await keyring.forget(forgotten(key))
    gone: list[Gone] = []
    while more := await keyring.gone(gone[-1].subject if gone else "", 2):
        gone += more
    assert gone == [forgotten(key) for key in keys]


async def test_many_are_asked_for_at_once(keyring: Keyring) -> None:
    key = await keyring.keep(fresh())
    strangers = [secrets.token_hex(16) for _ in range(1_200)]
    assert await keyring.held([*strangers, key.subject]) == {key.subject: key}
    assert await keyring.held([]) == {}


async def test_whoever_comes_after_closing_is_refused(keyring: Keyring) -> None:
    await keyring.keep(fresh())
    await keyring.close()
    for late in (keyring.keep(fresh()), keyring.living()):
        with pytest.raises(KeyringUnavailable):
            await late


async def test_nothing_printed_by_mistake_holds_a_key() -> None:
    key = fresh()
    assert repr(key.key)[2:10] not in repr(key)
    assert key.key.hex() not in f"{key}"
