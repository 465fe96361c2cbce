"""Everything that insights holds: the picture that is ranked, and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from services.insights.facts.ambassador import Ambassador
from services.insights.facts.assistance import SupportTotals
from services.insights.facts.total import Total
from services.insights.near.picture import DollarsOnly, Picture, Rates


@dataclass(frozen=True)
class Record:
    """All documents as they stand live, or as they stood when only part had been recorded."""

    picture: Picture = field(default_factory=Picture)
    totals: tuple[Total, ...] = ()
    support: tuple[SupportTotals, ...] = ()
    ambassadors: tuple[Ambassador, ...] = ()


def record_of(documents: Mapping[str, Sequence[Any]], rates: Rates | None = None) -> Record:
    """The record of documents by the name of their projection (`views.VIEWS`); a missing name is empty."""
    named = {name: tuple(held) for name, held in documents.items()}
    of_picture = {one.name for one in fields(Picture)} - {"rates"}
    picture = Picture(
        **{name: held for name, held in named.items() if name in of_picture},
        shared_calendar=None,
        rates=rates or DollarsOnly(),
    )
    return Record(picture, named.get("totals", ()), named.get("support", ()), named.get("ambassadors", ()))
