"""What was measured as Markdown, and where it stands in a page."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.bars import spread
from bench.measuring import medians
from bench.outcome import Grown, Measured, Outcome

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_NUMBERS = "---:"


class NoPlace(Exception):
    """The page has no place for the tables: two lines, one that begins it and one that ends it."""


def markdown(outcome: Outcome) -> str:
    """All tables: what was asked and reached, everybody's figures, how it grows."""
    rounds = f"{outcome.rounds} interleaved round{'s' if outcome.rounds != 1 else ''}"
    parts = ["\n".join(f"* {line}" for line in (*outcome.machine, f"{rounds}; median (minimum – maximum)"))]
    if outcome.measured:
        asked = bars(outcome.measured, outcome.ratios_only)
        parts += ["### Asked and reached", asked, "### Everybody's figures", figures(outcome.measured)]
    for one in outcome.grown:
        parts += [f"### {one.title}", grown(one)]
    return "\n\n".join(parts) + "\n"


def bars(measured: Iterable[Measured], ratios_only: bool = False) -> str:
    """One row for each thing asked; the stretch is in brackets."""
    rows = []
    for one in measured:
        for verdict in [verdict for verdict in one.verdicts if verdict.comparable or not ratios_only]:
            how = "stretch" if verdict.stretched else "met" if verdict.met else "**missed**"
            rows.append((one.case.anchor, one.case.title, verdict.asked, verdict.found, how))
    return _table(("", "what", "asked (stretch)", "reached", ""), rows, (":--", ":--", ":--", _NUMBERS, ":--"))


def figures(measured: Iterable[Measured]) -> str:
    """One row for each contender of each case."""
    rows = []
    for one in measured:
        times = medians(one.results, (50, 99))
        for contender in one.case.contenders:
            name = contender.name
            p50, p99 = (f"{value:.2f}" for value in times[name]) if name in times else ("", "")
            said = f"**{name}**" if name == one.case.ours.name else name
            rate = spread(one.results.rate(name))
            rows.append((one.case.anchor, one.case.title, said, f"{rate} {one.case.unit}/s", p50, p99))
    header = ("", "what", "who", "a second", "p50 ms", "p99 ms")
    return _table(header, rows, (":--", ":--", ":--", _NUMBERS, _NUMBERS, _NUMBERS))


def grown(one: Grown) -> str:
    """Its table; what grows stands on the left."""
    return _table(one.header, one.rows, (":--", *[_NUMBERS] * (len(one.header) - 1)))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], sides: Sequence[str]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, sides, *rows))


def put_into(page: Path, outcome: Outcome) -> None:
    """Replace what stands between the two marks of the page. NoPlace where they are not there once each."""
    text = page.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise NoPlace(f"{page.name} needs a line {BEGIN} and after it a line {END}")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{markdown(outcome)}{END}{after}", encoding="utf-8")
