"""Faults in what the services decide and answer."""

from tests.mutants.mutant import Mutant

ALLOCATION = "services/requests/domain/allocation.py"
REQUEST = "services/requests/domain/request.py"
PLEDGE = "services/pledges/domain/pledge.py"
EXTENSION = "services/deadlines/domain/extension.py"
STANDING = "services/deadlines/domain/standing.py"
COALITION = "services/coalitions/domain/coalition.py"
KNOWN = "services/insights/near/known.py"

NO_CENT_LOST = (
    "tests/requests/test_allocation_properties.py::test_no_need_is_covered_twice_over_and_no_pledged_cent_is_lost"
)
AS_OF = "tests/insights/test_near_properties.py::test_5_facts_after_the_day_never_change_the_answer_of_the_day"
UNDECIDED = (
    "tests/deadlines/test_obligation_properties.py::test_the_deadline_never_moves_by_an_undecided_or_refused_request"
)
ALWAYS = "tests/coalitions/test_coalition_always.py"
CONSENT = f"{ALWAYS}::test_an_active_coalition_has_the_states_standing_consent_and_another_member"

IN_DOMAIN = (
    Mutant(
        "need-covered-twice-over",
        "allocation",
        "a need line takes more than is open",
        ALLOCATION,
        'return min(stands, still_open), "exceeds_need"',
        'return stands, "exceeds_need"',
        (NO_CENT_LOST,),
    ),
    Mutant(
        "surplus-not-returned",
        "allocation",
        "what exceeds the need is answered to nobody",
        ALLOCATION,
        "    if taken < stands:\n",
        "    if not taken:\n",
        (NO_CENT_LOST,),
    ),
    Mutant(
        "offer-answered-twice",
        "allocation",
        "an offer heard twice is taken twice",
        REQUEST,
        "    if offer_key(offer) in request.answered:\n        return ()\n    need =",
        "    need =",
        (NO_CENT_LOST,),
    ),
    Mutant(
        "answer-entered-twice",
        "allocation",
        "a request's answer heard twice moves the pledge's money twice",
        PLEDGE,
        "    if command.answer in pledge.answers:\n        return ()\n",
        "",
        (NO_CENT_LOST,),
    ),
    Mutant(
        "paid-before-committed",
        "allocation",
        "more is paid than was confirmed",
        PLEDGE,
        "    if left < command.amount:\n        raise MoreThanConfirmed",
        "    if False:\n        raise MoreThanConfirmed",
        ("tests/pledges/test_pledge.py::test_payment_follows_commitment",),
    ),
    Mutant(
        "deadline-moved-by-asking",
        "deadline",
        "an undecided request moves the deadline to the day it asks for",
        STANDING,
        "granted = [one.granted_until for one in requests if one.granted_until]",
        "granted = [until for one in requests if (until := one.granted_until or one.asked_until)]",
        (UNDECIDED,),
    ),
    Mutant(
        "deadline-moved-by-a-refusal",
        "deadline",
        "a request that was not approved moves the deadline all the same",
        EXTENSION,
        "if not self.granted:\n            return None\n        return finest([one for one in self.stated if _said",
        "return finest([one for one in self.stated if not self.granted or _said",
        ("tests/properties/test_deadlines.py",),
    ),
    Mutant(
        "active-without-consent",
        "coalition",
        "a coalition is active although the affected State has not consented",
        COALITION,
        "            if not coalition.consented:\n                raise ConsentMissing",
        "            if False:\n                raise ConsentMissing",
        (CONSENT, "tests/properties/test_consent.py"),
    ),
    Mutant(
        "active-after-consent-withdrawn",
        "coalition",
        "a coalition goes on although the affected State has taken its consent back",
        COALITION,
        '            if coalition.status == "active":\n                return (withdrawn,',
        "            if False:\n                return (withdrawn,",
        ("tests/properties/test_consent.py",),
    ),
    Mutant(
        "p12-as-of-knows-the-future",
        "P12",
        "an answer as of a day uses what became known after it",
        KNOWN,
        "return [fact for fact in facts if fact.origin.known_from <= on]",
        "return list(facts)",
        (AS_OF,),
    ),
    Mutant(
        "p12-as-recorded-takes-the-sources-day",
        "P12",
        "what this system had been told by a day is judged by when the sources said it",
        KNOWN,
        "return [fact for fact in facts if fact.origin.recorded_at.date() <= self.on]",
        "return [fact for fact in facts if fact.origin.known_from <= self.on]",
        ("tests/insights/test_near_known.py::test_as_recorded_asks_what_this_system_had_been_told",),
    ),
)
