"""Faults where commits are followed: log, documents, rebuild, tokens, policies, timers, parking."""

from tests.mutants.mutant import Mutant

LOG = "shared/log/embedded.py"
DOCUMENTS = "shared/documents/sqlite.py"
PROJECTION = "shared/projection.py"
PROJECTOR = "shared/projector.py"
CONSUMER = "shared/consumer.py"
KIT = "shared/kit.py"
VIEWS = "shared/views.py"
POLICY = "shared/policy.py"
TIMERS = "shared/timers.py"
PARKING = "shared/parking.py"
IDS = "shared/ids.py"

FOLLOWING = "tests/properties/test_following.py"
FOLDING = "tests/properties/test_folding.py"
RUNNING = "tests/properties/test_running.py"
POLICIES = "tests/kit/test_policies.py"
TIMER_TESTS = "tests/kit/test_timers.py"
CLEAN_PASS = "tests/kit/test_projection_properties.py"

IN_FOLLOWING = (
    Mutant(
        "p4-progress-by-the-page",
        "P4",
        "a follower's place moves on by the size of the page, not by what was in it",
        LOG,
        "self._delivered = commits[-1].position",
        "self._delivered = commits[0].position + limit - 1",
        (FOLLOWING,),
    ),
    Mutant(
        "p4-progress-by-the-end",
        "P4",
        "a follower remembers the end of the log, not what it was given",
        LOG,
        '{"position": self._delivered}',
        '{"position": await self._store.end()}',
        (FOLLOWING, "tests/contract_suites/test_event_log.py"),
    ),
    Mutant(
        "p5-write-without-the-guard",
        "P5",
        "a document is overwritten although somebody else has written it meanwhile",
        DOCUMENTS,
        'revision = revision + 1, body = ? WHERE id = ? AND revision = ?"',
        'revision = revision + 1, body = ? WHERE id = ? AND ? > 0"',
        (FOLDING,),
    ),
    Mutant(
        "p5-holes-passed-over",
        "P5",
        "a hole in what was heard is not healed from the log",
        PROJECTOR,
        "        if not _continues(v, fresh):\n            heard_up_to",
        "        if False:\n            heard_up_to",
        (FOLDING,),
    ),
    Mutant(
        "p5-lost-races-forgotten",
        "P5",
        "whoever loses a race for a document does not fold again",
        PROJECTOR,
        "waiting = {id_: group for id_, group in waiting.items() if id_ in lost}",
        "waiting = {}",
        (FOLDING, f"{CLEAN_PASS}::test_writers_who_meet_on_one_document_lose_nothing_of_what_they_heard"),
    ),
    Mutant(
        "p5-guard-not-moved",
        "P5",
        "a document keeps its old number, so what it has seen is folded in again",
        PROJECTOR,
        "            v = commit.seq\n        return Held(",
        "        return Held(",
        (FOLDING,),
    ),
    Mutant(
        "p7-token-ignored",
        "P7",
        "a reader's token is not waited for",
        VIEWS,
        "        await self._wait(after)\n        held = (",
        "        held = (",
        (f"{RUNNING}::test_p7_whoever_shows_a_token_never_sees_less",),
    ),
    Mutant(
        "p7-any-version-will-do",
        "P7",
        "a document passes as new enough because it is there",
        KIT,
        "if held is None or held.v < token.seq:",
        "if held is None:",
        (f"{RUNNING}::test_p7_whoever_shows_a_token_never_sees_less",),
    ),
    Mutant(
        "p7-parked-passes-as-seen",
        "P7",
        "a token is honoured although its stream was set aside",
        KIT,
        "            elif not await self._shown(token, concerned):\n",
        "            elif False:\n",
        ("tests/kit/test_views.py::test_a_parked_stream_never_passes_as_seen",),
    ),
    Mutant(
        "p8-a-new-id-each-time",
        "P8",
        "a policy's command has another id each time its event is heard",
        POLICY,
        "                        issue.command_id,\n",
        '                        f"{issue.command_id}.{asyncio.get_running_loop().time()}",\n',
        (f"{RUNNING}::test_p8_effects_are_there_once_whatever_breaks",),
    ),
    Mutant(
        "p8-place-before-effect",
        "P8",
        "the place is remembered before the batch has had its effects",
        CONSUMER,
        "            async with self._taking:\n                await self._take(commits)\n",
        "            await self._subscription.commit()\n"
        "            async with self._taking:\n                await self._take(commits)\n",
        (f"{RUNNING}::test_p8_effects_are_there_once_whatever_breaks",),
    ),
    Mutant(
        "p8-ids-run-together",
        "P8",
        "different causes can give the same id, so one effect is taken for another",
        IDS,
        '"\\x1f".join',
        '"".join',
        (f"{RUNNING}::test_p8_other_causes_have_other_names",),
    ),
    Mutant(
        "timer-named-by-the-moment",
        "timers",
        "a timer that fires again after a crash has its effect twice",
        TIMERS,
        'owner, timer["key"], timer["due"])',
        'owner, timer["key"], datetime.now(UTC))',
        (f"{TIMER_TESTS}::test_a_crash_between_firing_and_noting_it_fires_again_without_effect",),
    ),
    Mutant(
        "timer-stays-after-firing",
        "timers",
        "what has fired is not taken off the agenda",
        TIMERS,
        "_body(name, left), stored.revision",
        '_body(name, stored.body["timers"]), stored.revision',
        (f"{TIMER_TESTS}::test_a_timer_fires_once_and_only_when_it_is_due",),
    ),
    Mutant(
        "timer-fires-with-its-neighbour",
        "timers",
        "all timers of an owner fire when the first is due",
        TIMERS,
        'if timer["due"] <= now and await',
        "if await",
        (f"{TIMER_TESTS}::test_days_and_moments_of_any_zone_are_due_in_utc",),
    ),
    Mutant(
        "parking-in-memory-only",
        "parking",
        "what is set aside is forgotten by a restart",
        PARKING,
        "        await self._documents.write([put])\n        self._changes += 1\n",
        "        self._changes += 1\n",
        (f"{POLICIES}::test_what_is_parked_stays_parked_over_a_restart",),
    ),
    Mutant(
        "parked-streams-go-on",
        "parking",
        "later commits of a stream that was set aside are taken before the earlier ones",
        POLICY,
        "if self._parking.is_parked(self.name, commit.stream) or not await self._one(commit):",
        "if not await self._one(commit):",
        (f"{POLICIES}::test_what_a_policy_cannot_deal_with_is_parked_and_everything_else_flows_on",),
    ),
    Mutant(
        "parked-by-a-full-disk",
        "parking",
        "a fault that passes by itself sets the stream aside for good",
        PARKING,
        "return isinstance(error, StoreUnavailable | DocumentsUnavailable | LogUnavailable | OSError)",
        "return False",
        (f"{POLICIES}::test_a_fault_that_passes_by_itself_parks_nothing",),
    ),
    Mutant(
        "p12-prefix-folded-backwards",
        "P12",
        "an as-of folds the commits from the newest on",
        PROJECTION,
        "for commit in commits:\n            for heard in self.codec.heard(commit, topic):",
        "for commit in reversed(commits):\n            for heard in self.codec.heard(commit, topic):",
        (FOLDING,),
    ),
)
