"""Faults between the store and the topic: what the relay must never do."""

from tests.mutants.mutant import Mutant

RELAY = "shared/relay.py"
RELAYING = "tests/properties/test_relaying.py"

IN_RELAY = (
    Mutant(
        "p4-gap-jump",
        "P4",
        "the relay begins with a commit although its predecessor may still wait",
        RELAY,
        "if run[0].seq - 1 <= met:",
        "if run:",
        (RELAYING,),
    ),
    Mutant(
        "p4-unmark-before-the-acknowledgement",
        "P4",
        "the relay takes off the marks of everything it sent, acknowledged or not",
        RELAY,
        "self._to_unmark += fit[:sent]",
        "self._to_unmark += fit",
        (RELAYING,),
    ),
    Mutant(
        "p4-run-with-a-hole",
        "P4",
        "the relay sends what stands behind a hole in a stream's run",
        RELAY,
        "fit += [commit for place, commit in enumerate(run) if commit.seq == run[0].seq + place]",
        "fit += run",
        (RELAYING,),
    ),
    Mutant(
        "p4-known-from-the-same-page",
        "P4",
        "the relay takes this very page for proof that the predecessor was stored before it",
        RELAY,
        "            met = self._met.get(stream, 0)\n            newest[stream] = run[-1].seq\n",
        "            met = newest[stream] = max(self._met.get(stream, 0), run[-1].seq)\n",
        (RELAYING,),
    ),
    Mutant(
        "p4-heard-behind-a-gap",
        "P4",
        "the relay publishes what it heard of although something lies between that it has not met",
        RELAY,
        "            if commit.seq == newest + 1:\n",
        "            if commit.seq > newest:\n",
        (RELAYING,),
    ),
    Mutant(
        "p4-heard-after-trouble",
        "P4",
        "the relay goes on with what it heard of although what came before was not acknowledged",
        RELAY,
        "self._is_level = False\n                sent = await self._publish(fit)\n",
        "sent = await self._publish(fit)\n",
        (RELAYING, "tests/kit/test_relay.py"),
    ),
)
