"""Faults in the adapters for MongoDB; shown on a real server (tests/servers.py)."""

from tests.mutants.mutant import Mutant

STORE = "shared/eventstore/mongodb.py"
DOCUMENTS = "shared/documents/mongodb.py"
CONNECTION = "shared/mongodb/connection.py"
UNBROKEN = "shared/mongodb/unbroken.py"
KEYRING = "shared/privacy/mongodb.py"

STORE_SUITE = "tests/contract_suites/test_event_store.py"
OUTBOX = "tests/contract_suites/test_outbox.py"
DOCUMENTS_SUITE = "tests/contract_suites/test_documents.py"
OUTCOMES = "tests/mongodb/test_unknown_outcomes.py"
REPEATING = "tests/mongodb/test_connection.py"
BY_MAJORITY = f"{OUTCOMES}::test_everything_is_written_and_read_by_majority"

IN_MONGODB = (
    Mutant(
        "mongodb-predecessor-not-asked-for",
        "P1",
        "a commit may stand where its predecessor is missing or is another",
        STORE,
        "if not await self._continues(commit):",
        "if False:",
        (f"{STORE_SUITE}::test_a_wrong_predecessor_is_refused",),
        distributed=True,
    ),
    Mutant(
        "mongodb-remembered-by-number-only",
        "P1",
        "what is remembered of the predecessor is its number, and not which commit it was",
        STORE,
        "if self._tails.get(commit.stream) == (commit.seq - 1, commit.previous):",
        'if self._tails.get(commit.stream, (0, ""))[0] == commit.seq - 1:',
        (f"{STORE_SUITE}::test_a_wrong_predecessor_is_refused",),
        distributed=True,
    ),
    Mutant(
        "mongodb-commands-not-unique",
        "P2",
        "the database takes two commits of one command",
        STORE,
        'name="command_id", unique=True)',
        'name="command_id")',
        (f"{STORE_SUITE}::test_a_command_id_has_one_commit_for_ever",),
        distributed=True,
    ),
    Mutant(
        "mongodb-mark-after-the-commit",
        "P4",
        "the mark for the relay is set after the commit, not with it: a crash in between loses it for all followers",
        STORE,
        "            await self._commits.insert_one(row)\n",
        '            await self._commits.insert_one({k: v for k, v in row.items() if not k.startswith("out")})\n'
        '            await self._commits.update_one({"_id": row["_id"]}, {"$set": {"out": 1, "out_at": row["_id"]}})\n',
        (f"{OUTBOX}::test_the_mark_is_there_with_the_commit_and_not_after_it",),
        distributed=True,
    ),
    Mutant(
        "mongodb-lost-answer-taken-for-a-rival",
        "outcomes",
        "our own earlier attempt is refused as if it were somebody else's",
        STORE,
        "if attempts == 1 or not await self._is_there(commit):",
        "if True:",
        (f"{OUTCOMES}::test_an_append_whose_answer_got_lost_is_acknowledged_and_there_once",),
        distributed=True,
    ),
    Mutant(
        "mongodb-rival-taken-for-a-lost-answer",
        "outcomes",
        "whoever repeats an append believes that what stands in the way is his own",
        STORE,
        "if attempts == 1 or not await self._is_there(commit):",
        "if attempts == 1:",
        (f"{OUTCOMES}::test_a_rival_is_told_apart_from_our_own_attempt",),
        distributed=True,
    ),
    Mutant(
        "mongodb-scan-gives-the-last-again",
        "P1",
        "a page of the scan begins with the last commit of the page before",
        STORE,
        '{"_id": {"$gt": _place_at(after)}}',
        '{"_id": {"$gte": _place_at(after)}}',
        (f"{STORE_SUITE}::test_a_scan_goes_on_behind_any_commit_that_it_gave",),
        hang=True,
        distributed=True,
    ),
    Mutant(
        "mongodb-acknowledged-by-one",
        "durability",
        "a write is acknowledged by one node alone",
        CONNECTION,
        'w="majority"',
        "w=1",
        (BY_MAJORITY,),
        distributed=True,
    ),
    Mutant(
        "mongodb-not-journalled",
        "durability",
        "a write is acknowledged before it is in the journal",
        CONNECTION,
        "j=True",
        "j=False",
        (BY_MAJORITY,),
        distributed=True,
    ),
    Mutant(
        "mongodb-reads-what-may-be-rolled-back",
        "durability",
        "decisions and the relay read what only one node has",
        CONNECTION,
        'ReadConcern("majority")',
        'ReadConcern("local")',
        (BY_MAJORITY,),
        distributed=True,
    ),
    Mutant(
        "mongodb-revision-not-compared",
        "P5",
        "a document is written whatever its revision is",
        DOCUMENTS,
        'where = {"_id": change.id, "revision": change.revision}',
        'where = {"_id": change.id}',
        (f"{DOCUMENTS_SUITE}::test_a_stale_revision_writes_nothing",),
        distributed=True,
    ),
    Mutant(
        "mongodb-written-and-denied",
        "outcomes",
        "a document was written, the answer got lost, and the writer is told that the revision had moved on",
        DOCUMENTS,
        "return made or (attempts > 1 and",
        "return made or (attempts > 999 and",
        (f"{OUTCOMES}::test_documents_are_answered_for_as_they_were_written",),
        distributed=True,
    ),
    Mutant(
        "mongodb-cancellation-lost",
        "outcomes",
        "a cancellation reaches the driver, which may swallow it or never answer anybody again",
        UNBROKEN,
        "done, _ = await asyncio.wait([task], timeout=self._longest)",
        "done = [await task] or [task]",
        (
            f"{REPEATING}::test_a_cancellation_that_the_driver_swallows_ends_the_task_nevertheless",
            f"{REPEATING}::test_what_was_asked_goes_on_to_its_end_when_nobody_waits_for_it_any_more",
        ),
        hang=True,
    ),
    Mutant(
        "mongodb-gives-up-at-once",
        "outcomes",
        "what passes by itself is not tried again",
        CONNECTION,
        "if not _passes(error) or loop.time() + pause > until:",
        "if True:",
        (f"{REPEATING}::test_what_passes_by_itself_is_tried_again",),
    ),
    Mutant(
        "p11-mongodb-note-beside-the-key",
        "P11",
        "who is forgotten is noted in the document, and the key stays in it",
        KEYRING,
        "self._people.replace_one(where, note)",
        'self._people.update_one(where, {"$set": {k: v for k, v in note.items() if k != "_id"}})',
        ("tests/contract_suites/test_keyring.py::test_a_forgotten_key_is_nowhere_in_what_is_stored",),
        distributed=True,
    ),
)
