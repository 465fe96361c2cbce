"""What moved in the ranking from one day to the next: duty by duty, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.portal import told, words
from services.portal.language import gettext as _

Ranking = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """One duty that stands elsewhere than the day before. `duty` is its name, such as CCM-BIH-4."""

    duty: str
    title: str
    words: str


def moves(before: Ranking, after: Ranking) -> list[Move]:
    """Duties that came or went, or stand in another group or under another deadline; in the order of the ranking.

    A place that only shifted because others moved is no news.
    """
    then, now = {row["id"]: row for row in rows_of(before)}, {row["id"]: row for row in rows_of(after)}
    found = [_move(row, said) for name, row in now.items() if (said := _said(then.get(name), row))]
    gone = _("It stands in the list no more: done, or not known to be open any more.")
    return found + [_move(row, gone) for name, row in then.items() if name not in now]


def rows_of(ranking: Ranking) -> Iterator[Mapping[str, Any]]:
    """Every duty of the ranking: each State's best, and its others."""
    for row in ranking["rows"]:
        yield row
        yield from row["others"]


def _move(row: Mapping[str, Any], said: str) -> Move:
    title = words.title_of(words.duty(row["treaty"], row["article"]), row["clock"])
    return Move(row["id"], f"{row['state_name']}: {title}", said)


def _said(then: Mapping[str, Any] | None, now: Mapping[str, Any]) -> str:
    group = told.word(now["group_name"])
    pieces = []
    if then is None:
        pieces.append(_("New in the list: %(group)s.") % {"group": group})
    elif (then["group"], then["to_be_confirmed"]) != (now["group"], now["to_be_confirmed"]):
        pieces.append(_("From “%(before)s” to “%(after)s”.") % {"before": _called(then), "after": _called(now)})
    if then is not None and then["deadline_in_force"] != now["deadline_in_force"]:
        days = {"before": _day(then), "after": _day(now)}
        pieces.append(_("Its deadline in force was %(before)s and is %(after)s.") % days)
    if pieces and now["reasons"]:
        pieces.append(told.said(now["reasons"][0]))
    return " ".join(pieces)


def _called(row: Mapping[str, Any]) -> str:
    name = told.word(row["group_name"])
    return _("%(group)s, to be confirmed") % {"group": name} if row["to_be_confirmed"] else name


def _day(row: Mapping[str, Any]) -> str:
    return words.day(row["deadline_in_force"]) or _("not known")
