"""A heavy view: each account with its last payments, whole, so that one commit more rewrites some twenty kilobytes."""

from bench.payments import Paid, Payment
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection

_KEPT = 60


class Statement(Value):
    """An account with its newest payments, the newest last."""

    name: str
    total: int
    lines: tuple[Payment, ...]


def fold(statement: Statement | None, heard: Heard[Paid]) -> Statement:
    """With one payment more; the first one fills it, so that it is heavy from the beginning."""
    line = Payment.model_validate(heard.event.model_dump())
    before, total = (statement.lines, statement.total) if statement else ((line,) * _KEPT, 0)
    return Statement(name=heard.identity, total=total + line.amount, lines=(*before, line)[-_KEPT:])


STATEMENTS = Projection("statements", 1, "account", (Paid,), Statement, fold, fields=("name",))
