"""What was said is kept until what it rests on is another: the answers asked for last, as many as fit."""

from collections import OrderedDict
from typing import Any

_MOST = 64_000_000
_ASSUMED = 100_000
"""Bytes of an answer that is not written yet: a State with all that is told of it."""


class Kept:
    """Answers by what was asked, each with the number of what it rests on; those asked for longest ago go first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._weight = 0
        self._answers: OrderedDict[object, tuple[int, Any]] = OrderedDict()

    def still(self, key: object, number: int) -> tuple[Any] | None:
        """The answer of that number, alone in a tuple, for it may be None; None where it is not kept."""
        kept = self._answers.get(key)
        if kept is None or kept[0] != number:
            return None
        self._answers.move_to_end(key)
        return (kept[1],)

    def keep(self, key: object, number: int, answer: Any) -> None:
        """Keep it, unless a newer one is: what was written meanwhile is not answered with what was read before."""
        kept = self._answers.get(key)
        if kept is not None:
            if kept[0] > number:
                return
            self._weight -= _weight_of(kept[1])
        self._answers[key] = (number, answer)
        self._answers.move_to_end(key)
        self._weight += _weight_of(answer)
        while self._weight > self._most and len(self._answers) > 1:
            self._weight -= _weight_of(self._answers.popitem(last=False)[1][1])


def _weight_of(answer: Any) -> int:
    return len(answer) if isinstance(answer, bytes) else _ASSUMED
