"""A planted fault, and how it stands in the source."""

from dataclasses import dataclass
from pathlib import Path


class Stale(Exception):
    """The source has moved on: the text to replace is not there exactly once. Write the mutant anew."""


@dataclass(frozen=True)
class Mutant:
    """One small fault and the tests that must notice it.

    `prop` is P1 to P12 (docs/mutants.md) or the name of another promise; `says` is the fault in
    words. `text` must occur exactly once in `file` and is replaced by `instead`. `hang`: the fault
    makes a test wait for ever, so running out of time counts as caught too. `distributed`: its tests
    are those that need a server, else those that need none.
    """

    name: str
    prop: str
    says: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]
    hang: bool = False
    distributed: bool = False

    def planted(self, source: str) -> str:
        """The source with the fault in it. Stale where it no longer fits."""
        found = source.count(self.text)
        if found != 1:
            raise Stale(f"{self.name}: its text stands {found} times in {self.file}, not once")
        return source.replace(self.text, self.instead)

    def check(self, root: Path) -> None:
        """Stale where it cannot be planted in the source below `root`."""
        path = root / self.file
        if not path.is_file():
            raise Stale(f"{self.name}: there is no {self.file}")
        self.planted(path.read_text(encoding="utf-8"))
