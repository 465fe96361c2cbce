"""What a fault run found, kind by kind."""

from dataclasses import dataclass, field
from statistics import median

from tests.faults.arena import Arena
from tests.faults.checking import Found

HEAD = ("kind", "rounds", "kills", "acknowledged", "reads", "lost", "doubled", "torn", "wrong", "ready again (s)")


@dataclass
class Tally:
    """One kind's sum."""

    rounds: int = 0
    kills: int = 0
    acknowledged: int = 0
    reads: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    wrong: int = 0
    recoveries: list[float] = field(default_factory=list)
    drains: list[float] = field(default_factory=list)
    parked: int = 0
    met_503: int = 0

    def row(self, kind: str) -> tuple[str, ...]:
        """As the table shows it; recovery as median / longest."""
        times = f"{median(self.recoveries):.2f} / {max(self.recoveries):.2f}" if self.recoveries else "–"
        numbers = (self.rounds, self.kills, self.acknowledged, self.reads)
        troubles = (self.lost, self.doubled, self.torn, self.wrong)
        return (kind, *(f"{number:,}" for number in (*numbers, *troubles)), times)


class Before:
    """How far an arena was before a round, so that the round's own share can be told."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._kills, self._acknowledged = arena.kills, arena.load.told.acknowledged
        self._reads, self._times, self._drains = len(arena.load.told.reads), len(arena.recoveries), len(arena.drains)
        self._parked, self._met_503 = arena.parked, arena.met_503

    def enter(self, tally: Tally, found: Found) -> None:
        """The round is over: into the sum with it."""
        arena = self._arena
        tally.rounds += 1
        tally.kills += arena.kills - self._kills
        tally.acknowledged += arena.load.told.acknowledged - self._acknowledged
        tally.reads += len(arena.load.told.reads) - self._reads
        tally.recoveries += arena.recoveries[self._times :]
        tally.drains += arena.drains[self._drains :]
        tally.parked += arena.parked - self._parked
        tally.met_503 += arena.met_503 - self._met_503
        for kind in ("lost", "doubled", "torn", "wrong"):
            setattr(tally, kind, getattr(tally, kind) + len(getattr(found, kind)))


def total(tallies: dict[str, Tally]) -> Tally:
    """All kinds together."""
    whole = Tally()
    for tally in tallies.values():
        for name, value in vars(tally).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def rows(tallies: dict[str, Tally]) -> list[tuple[str, ...]]:
    """The kinds in their order, and their sum."""
    order = sorted(tallies, key=lambda kind: int(kind[1:]))
    return [*(tallies[kind].row(kind) for kind in order), total(tallies).row("all")]


def markdown(tallies: dict[str, Tally]) -> str:
    """The table for docs/reliability.md."""
    lines = [HEAD, ("---", *("---:" for _ in HEAD[1:])), *rows(tallies)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
