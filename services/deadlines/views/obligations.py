"""An obligation: where it stands and every statement on it. Status and lateness depend on the day of asking."""

from typing import get_args

from services.deadlines.domain.obligation_events import (
    CompletionStated,
    ExtensionRequestStated,
    FigureStated,
    LaterFindStated,
    MeasureStated,
    ObligationEvent,
    StatusStated,
)
from services.deadlines.domain.obligation_facts import OfDuty
from services.deadlines.domain.standing import Standing, duty_named, evolve_standing
from services.deadlines.views.cited import Cited, EventLink, cite, link_to
from shared.heard import Heard
from shared.projection import Projection


class ObligationDocument(OfDuty):
    """What is recorded of one obligation, in the order it came; sources that disagree stand side by side."""

    folded: Standing
    figures: tuple[Cited[FigureStated], ...] = ()
    statuses: tuple[Cited[StatusStated], ...] = ()
    measures: tuple[Cited[MeasureStated], ...] = ()
    completions: tuple[Cited[CompletionStated], ...] = ()
    finds: tuple[Cited[LaterFindStated], ...] = ()
    extension_statements: tuple[Cited[ExtensionRequestStated], ...] = ()
    events: tuple[EventLink, ...] = ()


def fold(document: ObligationDocument | None, heard: Heard[ObligationEvent]) -> ObligationDocument:
    """The document after the event."""
    event = heard.event
    now = document or ObligationDocument(**dict(duty_named(event)), folded=Standing())
    changed: dict[str, object] = {
        "folded": evolve_standing(now.folded, event),
        "events": (*now.events, link_to(heard)),
    }
    match event:
        case FigureStated():
            changed["figures"] = (*now.figures, Cited[FigureStated](**cite(heard)))
        case StatusStated():
            changed["statuses"] = (*now.statuses, Cited[StatusStated](**cite(heard)))
        case MeasureStated():
            changed["measures"] = (*now.measures, Cited[MeasureStated](**cite(heard)))
        case CompletionStated():
            changed["completions"] = (*now.completions, Cited[CompletionStated](**cite(heard)))
        case LaterFindStated():
            changed["finds"] = (*now.finds, Cited[LaterFindStated](**cite(heard)))
        case ExtensionRequestStated():
            changed["extension_statements"] = (
                *now.extension_statements,
                Cited[ExtensionRequestStated](**cite(heard)),
            )
        case _:
            pass  # the standing has it
    return now.model_copy(update=changed)


OBLIGATION_DOCUMENTS = Projection(
    "obligations",
    version=3,
    category="obligation",
    events=get_args(ObligationEvent),
    document=ObligationDocument,
    fold=fold,
    fields=("treaty", "state", "article"),
)
