"""Faults where commits are written: numbers, commands, durability, the chain, schemas, snapshots."""

from tests.mutants.mutant import Mutant

STORE = "shared/eventstore/sqlite.py"
DATABASE = "shared/sqlite/database.py"
HANDLING = "shared/handling.py"
COMMITS = "shared/commits.py"
CODEC = "shared/codec.py"
SNAPSHOTS = "shared/snapshots.py"
WRITING = "shared/http/writing.py"

STORE_SUITE = "tests/contract_suites/test_event_store.py"
SQLITE_SUITE = "tests/contract_suites/test_sqlite_durability.py"
LOG_PROPERTIES = "tests/properties/test_log.py"
EVOLVING = "tests/properties/test_evolving.py"
CHAIN = "tests/kit/test_chain.py"

IN_LOG = (
    Mutant(
        "p1-two-commits-at-one-place",
        "P1",
        "commits of one stream may share a number",
        STORE,
        "    body       BLOB NOT NULL,\n    UNIQUE (stream, seq)\n",
        "    body       BLOB NOT NULL\n",
        (f"{LOG_PROPERTIES}::test_p1_p2_the_log_is_what_the_model_says",),
    ),
    Mutant(
        "p1-holes-let-in",
        "P1",
        "a commit may stand where its predecessor is missing",
        STORE,
        "if cursor.rowcount != 1:",
        "if cursor.rowcount != 1 and not connection.execute(_BEGIN, row).lastrowid:",
        (f"{LOG_PROPERTIES}::test_p1_p2_the_log_is_what_the_model_says",),
    ),
    Mutant(
        "p1-scan-by-stream",
        "P1",
        "a page of the scan is cut off in another order than its position counts in",
        STORE,
        "WHERE position > ? ORDER BY position LIMIT ?",
        "WHERE position > ? ORDER BY stream, seq LIMIT ?",
        (f"{STORE_SUITE}::test_a_scan_gives_every_commit_once_and_each_stream_in_order_while_writers_go_on",),
    ),
    Mutant(
        "p2-command-ids-not-unique",
        "P2",
        "the store takes two commits of one command",
        STORE,
        "command_id TEXT NOT NULL UNIQUE",
        "command_id TEXT NOT NULL",
        (f"{LOG_PROPERTIES}::test_p1_p2_the_log_is_what_the_model_says",),
    ),
    Mutant(
        "p2-another-answer-when-repeated",
        "P2",
        "a repeated command is answered with the stream's present number, not with its own",
        HANDLING,
        "return self._replayed(done_before.commit, content)",
        "return self._receipt(stream, loaded.seq, tuple(e.type for e in commit.events), replayed=True)",
        ("tests/kit/test_handler_against_a_model.py::test_a_command_id_has_one_outcome_for_ever",),
    ),
    Mutant(
        "p2-refused-by-its-own-effect",
        "P2",
        "a repeated command is refused because of what it did itself",
        HANDLING,
        "own work.\n                if (done := await self._store.find_command(command_id)) is not None:",
        "own work.\n                if (done := None) is not None:",
        ("tests/kit/test_writing.py::test_a_repeated_command_that_would_now_be_refused_is_answered_as_then",),
    ),
    Mutant(
        "p3-numbered-by-events",
        "P3",
        "the store makes the number of the first event unique, as many do, not that of the commit",
        STORE,
        """    if commit.seq == 1:
        if commit.previous != GENESIS:
            raise SeqTaken(commit.stream, commit.seq)
        cursor = connection.execute(_BEGIN, row)
    else:
        cursor = connection.execute(_CONTINUE, (*row, commit.stream, commit.seq - 1, commit.previous))
        if cursor.rowcount != 1:
            raise SeqTaken(commit.stream, commit.seq)
""",
        """    cursor = connection.execute(_BEGIN, (commit.stream, commit.first, *row[2:]))
""",
        (f"{LOG_PROPERTIES}::test_p3_a_writer_who_knows_a_part_of_a_commit_is_refused",),
    ),
    Mutant(
        "p3-predecessor-not-compared",
        "P3",
        "the predecessor must be there, but may be another than the writer knew",
        STORE,
        "WHERE stream = ? AND seq = ? AND hash = ?)",
        "WHERE stream = ? AND seq = ? AND hash <> 'x' || ?)",
        (f"{LOG_PROPERTIES}::test_p3_a_writer_who_knows_a_part_of_a_commit_is_refused",),
    ),
    Mutant(
        "key-reused-for-another-command",
        "idempotency",
        "a key used for another command is answered as if that had been done",
        HANDLING,
        "if commit.digest != content:",
        "if False:",
        ("tests/kit/test_handler_against_a_model.py::test_a_command_id_has_one_outcome_for_ever",),
    ),
    Mutant(
        "refused-by-what-is-remembered",
        "P1",
        "a command is refused by what this process remembers, although another process has changed it since",
        HANDLING,
        """            except Refused:
                if remembered:""",
        """            except Refused:
                if False:""",
        ("tests/kit/test_overtaken.py",),
    ),
    Mutant(
        "nothing-to-do-by-what-is-remembered",
        "P1",
        "there is nothing to do by what this process remembers, although another process has undone it since",
        HANDLING,
        """            if not events:
                if remembered:""",
        """            if not events:
                if False:""",
        ("tests/kit/test_overtaken.py",),
    ),
    Mutant(
        "key-reused-for-another-stream",
        "idempotency",
        "the content of a command is compared without the stream it is for",
        HANDLING,
        "orjson.dumps([stream, type(command).__name__,",
        "orjson.dumps([type(command).__name__,",
        ("tests/kit/test_handler_against_a_model.py::test_a_command_id_has_one_outcome_for_ever",),
    ),
    Mutant(
        "key-belongs-to-everybody",
        "idempotency",
        "two callers' keys are one",
        WRITING,
        'derived_id("http", name, self._key, *place)',
        'derived_id("http", self._key, *place)',
        ("tests/kit/test_writing.py::test_a_key_belongs_to_its_caller",),
    ),
    Mutant(
        "acknowledged-before-the-commit",
        "group commit",
        "callers are answered before their transaction is on the disk",
        DATABASE,
        "                    outcomes.append((future, result, None))\n",
        "                    _settle([(future, result, None)])\n",
        (f"{SQLITE_SUITE}::test_a_full_disk_fails_everybody_in_that_transaction_and_nothing_is_half_written",),
    ),
    Mutant(
        "half-of-a-failed-work-stays",
        "group commit",
        "what a failing caller had written stays in the others' transaction",
        DATABASE,
        'connection.execute("ROLLBACK TO one")',
        "pass",
        (f"{SQLITE_SUITE}::test_what_a_failing_work_wrote_is_taken_back_and_the_others_work_is_not",),
    ),
    Mutant(
        "one-caller-fails-all",
        "group commit",
        "a conflict fails everybody in the same transaction",
        DATABASE,
        "                except sqlite3.OperationalError:\n                    raise\n",
        "                except (sqlite3.Error, LookupError):\n                    raise\n",
        (f"{STORE_SUITE}::test_a_conflict_fails_alone_among_those_who_write_at_the_same_moment",),
    ),
    Mutant(
        "refused-and-never-told",
        "group commit",
        "a caller whose work failed waits for ever",
        DATABASE,
        "            future.set_exception(failure)\n",
        "            pass\n",
        (f"{STORE_SUITE}::test_a_stale_writer_is_refused",),
        hang=True,
    ),
    Mutant(
        "events-not-durable",
        "durability",
        "the store is synchronous=NORMAL: a loss of power may lose what was acknowledged",
        STORE,
        'synchronous="FULL"',
        'synchronous="NORMAL"',
        (f"{SQLITE_SUITE}::test_the_durability_that_was_asked_for_is_what_the_writer_has",),
    ),
    Mutant(
        "durability-not-asked-for",
        "durability",
        "the setting is taken for granted, and not read back",
        DATABASE,
        'if found != _SYNCHRONOUS[self.synchronous] or mode != "wal":',
        "if False:",
        (f"{SQLITE_SUITE}::test_a_file_that_refuses_its_durability_is_not_opened",),
    ),
    Mutant(
        "chain-not-linked",
        "hash chain",
        "a commit need not continue the one before it",
        COMMITS,
        "if commit.previous != self.hash:",
        "if False:",
        (CHAIN,),
    ),
    Mutant(
        "chain-content-not-hashed",
        "hash chain",
        "the content is not compared with its hash",
        COMMITS,
        "if digest(commit.body()) != commit.hash:",
        "if False:",
        (CHAIN,),
    ),
    Mutant(
        "chain-who-not-hashed",
        "hash chain",
        "who did it is left out of the hashed body and taken from elsewhere",
        COMMITS,
        '"actor": self.actor,',
        '"actor": "",',
        (CHAIN,),
    ),
    Mutant(
        "p9-one-step-only",
        "P9",
        "an old event is brought one schema further, not to today's",
        CODEC,
        "while (step := self._upcasts.get((record.type, schema))) is not None:",
        "if (step := self._upcasts.get((record.type, schema))) is not None:",
        (EVOLVING,),
    ),
    Mutant(
        "p9-newer-taken-for-todays",
        "P9",
        "an event of a later schema is read as if it were today's",
        CODEC,
        "if current is not None and schema > current:",
        "if False:",
        ("tests/kit/test_codec.py::test_a_schema_from_the_future_is_refused_by_name",),
    ),
    Mutant(
        "p9-handler-reads-without-upcasts",
        "P9",
        "deciders see old events as they were stored",
        HANDLING,
        "Codec(decider.events, decider.upcasts)",
        "Codec(decider.events)",
        (EVOLVING,),
    ),
    Mutant(
        "p10-snapshot-one-behind",
        "P10",
        "a snapshot names the commit before the one it stands for",
        HANDLING,
        "Snapshot(after.state, after.seq, after.last, after.hash)",
        "Snapshot(after.state, after.seq - 1, after.last, after.hash)",
        (f"{EVOLVING}::test_p10_a_snapshot_and_the_tail_are_the_full_fold",),
    ),
    Mutant(
        "p10-snapshot-of-another-fold",
        "P10",
        "a snapshot folded by an older meaning of the events is used",
        SNAPSHOTS,
        'if stored is None or stored.body["fold_version"] != decider.fold_version:',
        "if stored is None:",
        (f"{EVOLVING}::test_p10_a_snapshot_of_another_fold_is_never_used",),
    ),
    Mutant(
        "p10-snapshot-forgets-events",
        "P10",
        "what was loaded from a snapshot is numbered by commits where events count",
        HANDLING,
        "Loaded(kept.state, kept.seq, kept.last, kept.hash)",
        "Loaded(kept.state, kept.seq, kept.seq, kept.hash)",
        (f"{EVOLVING}::test_p10_a_snapshot_and_the_tail_are_the_full_fold",),
    ),
)
