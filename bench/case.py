"""One thing that is measured: ourselves, those beside us, and what is to be reached."""

from dataclasses import dataclass

from bench.bars import Bar, Verdict
from bench.measuring import Contender, Results

OURS = "article6"


@dataclass(frozen=True)
class Case:
    """`anchor` is A1 to A10; `unit` is what is counted. Floors stand before the peers among `beside`.

    `most_rounds` bounds what takes minutes.
    """

    anchor: str
    title: str
    unit: str
    ours: Contender
    beside: tuple[Contender, ...]
    bars: tuple[Bar, ...]
    most_rounds: int = 1_000

    @property
    def contenders(self) -> tuple[Contender, ...]:
        """In the order in which they run: floor, ours, peers."""
        return (*self.beside[:1], self.ours, *self.beside[1:])

    def judged(self, results: Results) -> list[Verdict]:
        """What was reached of what was asked, as far as those to compare with were there."""
        verdicts = [bar.judge(results, self.ours.name) for bar in self.bars]
        return [one for one in verdicts if one is not None]
