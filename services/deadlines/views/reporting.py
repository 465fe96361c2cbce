"""A State's transparency reports under one treaty (Article 7). What is missing depends on the day of asking."""

from dataclasses import replace
from typing import get_args

from services.deadlines.domain.reporting import (
    LatenessExplained,
    OfReporting,
    Reporting,
    ReportingEvent,
    ReportReceived,
    ReportStated,
    evolve,
)
from services.deadlines.views.cited import Cited, EventLink, cite, link_to
from shared.heard import Heard
from shared.projection import Projection


class ReportingDocument(OfReporting):
    """What is owed, what came in, and what was said about it."""

    folded: Reporting
    stated: tuple[Cited[ReportStated], ...] = ()
    received: tuple[Cited[ReportReceived], ...] = ()
    explained: tuple[Cited[LatenessExplained], ...] = ()
    events: tuple[EventLink, ...] = ()


def fold(document: ReportingDocument | None, heard: Heard[ReportingEvent]) -> ReportingDocument:
    """The document after the event."""
    event = heard.event
    now = document or ReportingDocument(treaty=event.treaty, state=event.state, folded=Reporting())
    changed: dict[str, object] = {
        "folded": replace(evolve(now.folded, event), told=frozenset()),
        "events": (*now.events, link_to(heard)),
    }
    match event:
        case ReportStated():
            changed["stated"] = (*now.stated, Cited[ReportStated](**cite(heard)))
        case ReportReceived():
            changed["received"] = (*now.received, Cited[ReportReceived](**cite(heard)))
        case LatenessExplained():
            changed["explained"] = (*now.explained, Cited[LatenessExplained](**cite(heard)))
        case _:
            pass  # the fold has its days
    return now.model_copy(update=changed)


REPORTING_DOCUMENTS = Projection(
    "reporting",
    version=1,
    category="reporting",
    events=get_args(ReportingEvent),
    document=ReportingDocument,
    fold=fold,
    fields=("treaty", "state"),
)
