"""What every question can say: the day, what counts on it, and which part of the list."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from services.insights.answers import Asked
from services.insights.facts.donor import Donor
from services.insights.near.eyes import through
from services.insights.near.known import Lens
from services.insights.near.regions import NAMES as REGIONS
from services.insights.near.settings import Options
from shared.clock import today
from shared.http.reading import Reader
from shared.messages import NotFound, Unacceptable
from shared.text import Identity
from shared.views import View

FIRST_DAY = date(1997, 1, 1)
"""Before the year in which the older treaty (APMBC) was signed nothing can be asked."""
LAST_DAY = date(2200, 12, 31)

Treaty = Literal["CCM", "APMBC"]
Article = Literal["3", "4", "5", "7", "9"]


class OutOfRange(Unacceptable):
    """Nothing can be asked about a day before 1997 or after 2200."""


class NoSuchRegion(Unacceptable):
    """`region` must be one of the UN's regions or sub-regions, or an ISO 3166-1 alpha-3 code."""


class NotYetKnown(Unacceptable):
    """What will be known on a day to come is not known."""


def asked(
    request: Request,
    read: Reader,
    as_of: Annotated[
        date | None, Query(description="What was publicly known on this day; 1997-01-01 to today, today where blank")
    ] = None,
    as_recorded: Annotated[
        date | None, Query(description="What this system had been told by the end of this day (UTC)")
    ] = None,
) -> Asked:
    """The day of a question. OutOfRange before 1997 or after 2200, NotYetKnown after today."""
    for name, day in (("as_of", as_of), ("as_recorded", as_recorded)):
        must_be_askable(name, day)
        if day is not None and day > (now := today(request.app.state.clock)):
            raise NotYetKnown(
                f"{day.isoformat()} is still to come: today is {now.isoformat()}, and nobody knows yet what will "
                "be known then.",
                field=name,
                found=day.isoformat(),
                allowed=f"{FIRST_DAY.isoformat()} to {now.isoformat()}",
            )
    return Asked(as_of, as_recorded, read.after)


def must_be_askable(name: str, day: date | None) -> None:
    """OutOfRange for a day before 1997 or after 2200."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise OutOfRange(
            field=name, found=day.isoformat(), allowed=f"{FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}"
        )


On = Annotated[Asked, Depends(asked)]
"""The dependency of every route here: on which day."""


def must_be_regions(names: Iterable[str]) -> None:
    """NoSuchRegion where one is neither a region of the UN's, in any spelling, nor a State's code."""
    known = {name.casefold().replace("-", " ") for name in REGIONS}
    for name in names:
        is_code = len(name) == 3 and name.isascii() and name.isupper()
        if not is_code and name.replace("-", " ").casefold() not in known:
            raise NoSuchRegion(field="region", found=name[:100], allowed=", ".join(REGIONS))


class Part:
    """Which part of the ranking, and through whose eyes."""

    def __init__(
        self,
        treaty: Annotated[Treaty | None, Query(description="One treaty; both where blank")] = None,
        article: Annotated[Article | None, Query(description="One article of it")] = None,
        region: Annotated[
            list[str] | None, Query(max_length=20, description="UN regions or sub-regions, or ISO 3166-1 codes")
        ] = None,
        kind: Annotated[list[str] | None, Query(max_length=20, description="Kinds of help, such as survey")] = None,
        donor: Annotated[Identity | None, Query(description="A donor's id: its own weights and preferences")] = None,
    ) -> None:
        self.treaty = treaty
        self.article = article
        self.regions = tuple(region or ())
        self.kinds = tuple(kind or ())
        self.donor = donor
        must_be_regions(self.regions)

    async def options(self, donors: View[Donor], lens: Lens) -> Options:
        """The options of the ranking; with a donor, its settings as known on the lens's day. NotFound if unknown."""
        options = Options()
        if self.donor:
            donor = await donors.peek(self.donor)
            if donor is None or not lens.known(donor.registered):
                raise NotFound(f"There is no donor {self.donor!r}.", field="donor", found=self.donor)
            options = through(donor, lens)
        update: dict[str, object] = {}
        if self.treaty:
            update["treaties"] = (self.treaty,)
        if self.article:
            update["articles"] = (self.article,)
        if self.regions:
            update["regions"] = self.regions
        if self.kinds:
            update["kinds"] = self.kinds
        return options.model_copy(update=update)


Which = Annotated[Part, Depends(Part)]
"""The dependency of routes about the ranking: which part of it."""
