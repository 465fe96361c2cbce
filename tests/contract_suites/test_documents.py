"""What every kind of documents promises (`shared.documents.Documents`)."""

import asyncio
from collections.abc import Mapping

import pytest

from shared.documents import Collection, Delete, Documents, Put, Stored
from tests.contract_suites.adapters import DocumentsPlace

NEEDS = Collection("needs", fields=("state", "kind"))


@pytest.fixture
async def needs(documents: Documents) -> Documents:
    await documents.declare(NEEDS)
    return documents


async def put(documents: Documents, id_: str, body: Mapping[str, object], revision: int = 0) -> bool:
    return (await documents.write([Put("needs", id_, body, revision)]))[0]


async def test_a_document_is_read_as_it_was_written_and_its_revision_grows(needs: Documents) -> None:
    body = {"state": "LAO", "nested": {"a": [1, None, "ü€\u2028", True]}, "text": "1250000.00"}
    assert await put(needs, "n-1", body)
    assert await needs.get("needs", ["n-1", "n-2"]) == {"n-1": Stored("n-1", 1, body)}
    assert await put(needs, "n-1", {"state": "BIH"}, revision=1)
    assert (await needs.get("needs", ["n-1"]))["n-1"] == Stored("n-1", 2, {"state": "BIH"})


async def test_a_stale_revision_writes_nothing(needs: Documents) -> None:
    assert await put(needs, "n-1", {"v": 1})
    assert not await put(needs, "n-1", {"v": 9})
    assert await put(needs, "n-1", {"v": 2}, revision=1)
    assert not await put(needs, "n-1", {"v": 9}, revision=1)
    assert not await put(needs, "n-1", {"v": 9}, revision=3)
    assert not await put(needs, "n-2", {"v": 9}, revision=1)
    assert (await needs.get("needs", ["n-1", "n-2"])) == {"n-1": Stored("n-1", 2, {"v": 2})}


async def test_each_change_is_answered_for_itself(needs: Documents) -> None:
    await put(needs, "n-1", {"v": 1})
    made = await needs.write(
        [Put("needs", "n-1", {"v": 9}, 0), Put("needs", "n-2", {"v": 1}, 0), Delete("needs", "n-1", 7)]
    )
    assert made == [False, True, False]
    assert await needs.write([Delete("needs", "n-1", 1), Delete("needs", "n-1", 1)]) == [True, False]
    assert set(await needs.get("needs", ["n-1", "n-2"])) == {"n-2"}
    assert await needs.write([]) == []


async def test_of_concurrent_writers_exactly_one_wins_each_revision(needs: Documents) -> None:
    for revision in range(15):
        rivals = [put(needs, "n-1", {"by": n}, revision) for n in range(8)]
        assert sum(await asyncio.gather(*rivals)) == 1
    assert (await needs.get("needs", ["n-1"]))["n-1"].revision == 15


async def test_no_increment_is_lost_among_writers_who_read_and_write_again(needs: Documents) -> None:
    """A server whose compare-and-set is not atomic acknowledges both of two rivals."""

    async def count(times: int) -> None:
        for _ in range(times):
            while True:
                stored = (await needs.get("needs", ["sum"])).get("sum")
                before = stored.body["n"] if stored else 0
                if await put(needs, "sum", {"n": before + 1}, stored.revision if stored else 0):
                    break

    await asyncio.gather(*(count(20) for _ in range(8)))
    assert (await needs.get("needs", ["sum"]))["sum"].body == {"n": 160}


async def test_documents_are_found_by_declared_fields_in_the_order_of_their_ids(needs: Documents) -> None:
    for n in (3, 1, 2, 5, 4):
        await put(needs, f"n-{n}", {"state": "LAO" if n % 2 else "BIH", "kind": "survey" if n < 4 else "training"})
    assert [one.id for one in await needs.find("needs")] == ["n-1", "n-2", "n-3", "n-4", "n-5"]
    assert [one.id for one in await needs.find("needs", {"state": "LAO"})] == ["n-1", "n-3", "n-5"]
    assert [one.id for one in await needs.find("needs", {"state": "LAO", "kind": "survey"})] == ["n-1", "n-3"]
    assert await needs.find("needs", {"state": "lao"}) == []


async def test_pages_continue_behind_the_last_id(needs: Documents) -> None:
    for n in range(25):
        await put(needs, f"n-{n:02}", {"state": "LAO" if n % 2 else "BIH"})
    seen: list[str] = []
    while page := await needs.find("needs", {"state": "LAO"}, after=seen[-1] if seen else "", limit=5):
        assert len(page) <= 5
        seen += [one.id for one in page]
    assert seen == [f"n-{n:02}" for n in range(25) if n % 2]


async def test_what_is_above_the_bound_is_not_found(needs: Documents) -> None:
    for day in ("2026-01-01", "2026-06-01", "2026-12-31"):
        await put(needs, day, {"state": day, "kind": "x"})
    assert [d.id for d in await needs.find("needs", at_most={"state": "2026-06-01"})] == ["2026-01-01", "2026-06-01"]
    assert await needs.find("needs", {"kind": "y"}, at_most={"state": "2026-06-01"}) == []


async def test_what_was_not_declared_is_refused(needs: Documents) -> None:
    with pytest.raises(ValueError, match="declare"):
        await needs.find("needs", {"colour": "red"})
    with pytest.raises(ValueError, match="declare"):
        await needs.get("wants", ["w-1"])
    with pytest.raises(ValueError, match="cannot name"):
        await needs.declare(Collection("needs; drop table"))
    with pytest.raises(ValueError, match="cannot name"):
        await needs.declare(Collection("fine", fields=("not-fine'",)))


async def test_values_from_people_are_values_only(needs: Documents) -> None:
    strange = "' OR 1=1 --"
    await put(needs, strange, {"state": strange, "kind": "$.state"})
    assert [one.id for one in await needs.find("needs", {"state": strange})] == [strange]
    assert await needs.find("needs", {"state": "x' OR '1'='1"}) == []


async def test_many_are_read_at_once(needs: Documents) -> None:
    ids = [f"n-{n:04}" for n in range(1_200)]
    assert all(await needs.write([Put("needs", id_, {"state": id_}, 0) for id_ in ids]))
    assert set(await needs.get("needs", ids)) == set(ids)
    assert await needs.get("needs", []) == {}


async def test_declaring_again_keeps_what_is_there_also_after_opening_again(documents_place: DocumentsPlace) -> None:
    documents = await documents_place.open()
    await documents.declare(NEEDS)
    await put(documents, "n-1", {"state": "LAO"})
    await documents.declare(NEEDS)
    await documents.close()
    again = await documents_place.open()
    await again.declare(NEEDS)
    assert [one.id for one in await again.find("needs", {"state": "LAO"})] == ["n-1"]
    await again.close()


async def test_numbers_are_told_of_every_document_whoever_wrote_it(documents_place: DocumentsPlace) -> None:
    numbered = Collection("numbered", ("state",), number="v")
    one, other = await documents_place.open(), await documents_place.open()
    for documents in (one, other):
        await documents.declare(numbered)
    assert await other.numbers("numbered") == {}
    await one.write([Put("numbered", "n-1", {"v": 1, "state": "LAO"}, 0), Put("numbered", "n-2", {"v": "x"}, 0)])
    assert await other.numbers("numbered") == {"n-1": (1, 1), "n-2": (1, None)}
    assert await other.numbers("numbered") == await one.numbers("numbered")
    await one.write([Put("numbered", "n-1", {"v": 7}, 1), Delete("numbered", "n-2", 1)])
    assert await other.numbers("numbered") == {"n-1": (2, 7)}
    # Removed and made again it counts from one, and is told apart by its number.
    await one.write([Delete("numbered", "n-1", 2)])
    await one.write([Put("numbered", "n-1", {"v": 8}, 0)])
    await one.write([Put("numbered", "n-1", {"v": 9}, 1)])
    assert await other.numbers("numbered") == {"n-1": (2, 9)}
    for documents in (one, other):
        await documents.close()


async def test_a_collection_without_a_number_has_revisions_alone(needs: Documents) -> None:
    await put(needs, "n-1", {"v": 1})
    assert await needs.numbers("needs") == {"n-1": (1, None)}
