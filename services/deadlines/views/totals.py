"""Totals as others printed them, to compare our own counts with."""

from services.deadlines.domain.totals import OfTreaty, TotalsEvent, TotalStated
from services.deadlines.views.cited import Cited, cite
from shared.heard import Heard
from shared.messages import Value
from shared.projection import Projection


class TotalsDocument(Value):
    """Every printed total of one treaty; blank treaty: of the whole world."""

    treaty: OfTreaty
    totals: tuple[Cited[TotalStated], ...] = ()


def fold(document: TotalsDocument | None, heard: Heard[TotalsEvent]) -> TotalsDocument:
    """The document after the event."""
    now = document or TotalsDocument(treaty=heard.event.treaty)
    return now.model_copy(update={"totals": (*now.totals, Cited[TotalStated](**cite(heard)))})


TOTALS_DOCUMENTS = Projection(
    "totals",
    version=1,
    category="totals",
    events=(TotalStated,),
    document=TotalsDocument,
    fold=fold,
)
