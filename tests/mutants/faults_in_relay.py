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
        "await self._outbox.relayed(fit[:sent])",
        "await self._outbox.relayed(fit)",
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
        "            met = self._met.get(stream, 0)\n            self._met[stream] = max(met, run[-1].seq)\n",
        "            met = max(self._met.get(stream, 0), run[-1].seq)\n            self._met[stream] = met\n",
        (RELAYING,),
    ),
)
