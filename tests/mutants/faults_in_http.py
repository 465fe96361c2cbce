"""Faults where requests come in: the straight way of commands, who is asking, sessions, traces."""

from tests.mutants.mutant import Mutant

STRAIGHT = "shared/http/straight.py"
WRITING = "shared/http/writing.py"
CALLING = "shared/http/calling.py"
HANDLING = "shared/handling.py"
SPANS = "shared/spans.py"
TRACING = "shared/tracing.py"
SESSIONS = "services/portal/sessions.py"
DOOR = "services/portal/sessions_door.py"
BOUND = "services/portal/sessions_bound.py"

AS_FASTAPI = "tests/kit/test_straight.py::test_what_is_odd_is_answered_as_fastapi_answers_it"
CALLERS = "tests/kit/test_callers.py"
WRITING_TESTS = "tests/kit/test_writing.py"
TRACE = "tests/kit/test_tracing.py"
SESSION_TESTS = "tests/portal/test_sessions.py"

IN_HTTP = (
    Mutant(
        "straight-nobody-asked-who",
        "straight way",
        "whoever takes the straight way is taken for the ISU",
        STRAIGHT,
        "            values[command.write] = begun(Request(scope), said)\n",
        "            from shared.auth.caller import Caller\n"
        "            from shared.http.writing import Writing\n"
        '            values[command.write] = Writing(Request(scope), said, Caller("desk", "isu"))\n',
        (AS_FASTAPI,),
    ),
    Mutant(
        "straight-whatever-the-body",
        "straight way",
        "a body that does not fit its command is handed on all the same",
        STRAIGHT,
        "return None if faults else values",
        "return values",
        (AS_FASTAPI,),
    ),
    Mutant(
        "straight-half-a-body",
        "straight way",
        "what had come when the client went away is taken for the whole command",
        STRAIGHT,
        'if taken[-1]["type"] != "http.request" or _LONG_NUMBER',
        "if _LONG_NUMBER",
        (AS_FASTAPI,),
    ),
    Mutant(
        "straight-any-media-type",
        "straight way",
        "a page of another site may send a command as plain text",
        STRAIGHT,
        "return bool(value == _JSON)",
        "return True",
        (AS_FASTAPI,),
    ),
    Mutant(
        "straight-routes-that-ask-more",
        "straight way",
        "what a route asks for beside its body is passed over",
        STRAIGHT,
        "or any(getattr(asked, name) for name in _INJECTED)",
        "",
        (AS_FASTAPI,),
    ),
    Mutant(
        "straight-says-no-version",
        "straight way",
        "the answer does not say the version that was written",
        STRAIGHT,
        "for name, value in said.items()]",
        "for name, value in ()]",
        (AS_FASTAPI,),
    ),
    Mutant(
        "answered-before-the-store",
        "straight way",
        "a command is answered while its commit is still on its way to the store",
        HANDLING,
        "                    await self._store.append(commit)\n",
        "                    asyncio.ensure_future(self._store.append(commit))\n",
        (f"{WRITING_TESTS}::test_nobody_is_answered_before_the_store_has_the_commit",),
    ),
    Mutant(
        "gone-with-its-client",
        "straight way",
        "a command is broken off when its client goes away",
        WRITING,
        "receipt = await asyncio.shield(task)",
        "receipt = await task",
        (f"{WRITING_TESTS}::test_the_client_gone_the_commit_stands_and_its_key_finds_it",),
    ),
    Mutant(
        "the-public-writes",
        "callers",
        "who is not signed in may send commands",
        CALLING,
        'if caller.role == "public":',
        "if False:",
        (f"{CALLERS}::test_nobody_writes_without_signing_in",),
    ),
    Mutant(
        "cookie-from-any-site",
        "callers",
        "a form of another site writes with the cookie that the browser sends along",
        CALLING,
        "if request.method not in _SAFE and not same_site(request):",
        "if False:",
        (f"{CALLERS}::test_a_cookie_writes_only_from_this_sites_own_pages",),
    ),
    Mutant(
        "session-secret-kept",
        "sessions",
        "who reads the store can take a session over",
        SESSIONS,
        "return hashlib.sha256(secret.encode()).hexdigest()",
        "return secret",
        (f"{SESSION_TESTS}::test_what_is_kept_opens_nothing",),
    ),
    Mutant(
        "session-lasts-while-used",
        "sessions",
        "a session that is used goes on for ever",
        SESSIONS,
        "return min(self.made_at + LONGEST, self.seen_at + IDLE)",
        "return self.seen_at + IDLE",
        (f"{SESSION_TESTS}::test_a_session_ends_after_two_idle_hours_and_after_twelve_in_all",),
    ),
    Mutant(
        "session-open-when-over",
        "sessions",
        "a session that has ended still opens",
        SESSIONS,
        "        if session.until <= now:\n            return None\n",
        "",
        (f"{SESSION_TESTS}::test_a_session_ends_after_two_idle_hours_and_after_twelve_in_all",),
    ),
    Mutant(
        "session-writes-for-other-sites",
        "sessions",
        "a form of another site writes in the name of who is signed in here",
        DOOR,
        "if token and (request.method in _SAFE or same_site(request)):",
        "if token:",
        (f"{SESSION_TESTS}::test_services_know_the_person_for_minutes_and_never_see_the_cookie",),
    ),
    Mutant(
        "session-guessed-at-leisure",
        "sessions",
        "links may be guessed without end",
        BOUND,
        "        self._tries.append((now, address))\n",
        "",
        (f"{SESSION_TESTS}::test_too_many_attempts_from_one_address_have_to_wait",),
    ),
    Mutant(
        "trace-begins-anew-at-the-store",
        "traces",
        "the commit does not hang below the request that it is of",
        SPANS,
        "elif current.is_valid and current.trace_id == trace_id:",
        "elif False:",
        (f"{TRACE}::test_a_request_can_be_followed_through_the_store_to_another_services_view",),
    ),
    Mutant(
        "trace-span-of-any-name",
        "traces",
        "the span of a commit cannot be found again by the commit",
        SPANS,
        "return _span_wanted.get() or self._random",
        "return self._random",
        (f"{TRACE}::test_a_request_can_be_followed_through_the_store_to_another_services_view",),
    ),
    Mutant(
        "trace-swallows-the-fault",
        "traces",
        "what a follower fails of is marked in the trace and heard of by nobody else",
        SPANS,
        "                span.set_status(Status(StatusCode.ERROR, type(error).__name__))\n            raise\n",
        "                span.set_status(Status(StatusCode.ERROR, type(error).__name__))\n",
        (f"{TRACE}::test_a_fault_is_marked_in_the_span_and_passes_through",),
    ),
    Mutant(
        "trace-believes-anything",
        "traces",
        "a caller's trace is taken over although it is none",
        TRACING,
        "found and int(found[1], 16) and int(found[2], 16) else",
        "found else",
        (f"{TRACE}::test_a_traceparent_that_is_none_is_passed_over",),
    ),
)
