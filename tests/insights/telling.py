"""Builds a picture from told events, through the same folds as the service."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from services.insights import views
from services.insights.near.picture import DollarsOnly, Picture, Rates
from services.insights.readings import coalitions as c
from services.insights.readings import deadlines as d
from services.insights.readings import pledges as p
from services.insights.readings import requests as r
from shared.dates import PartialDate, Period
from shared.heard import Heard
from shared.money import Money
from shared.provenance import Statement

BY_CATEGORY = {view.category: view for view in views.VIEWS}
RECORDED_ON = date(2026, 1, 15)


def statement(stated_on: str = "", source: str = "https://the-monitor.org/report", note: str = "") -> Statement:
    """A source and when it said it; blank: not known."""
    return Statement(source=source, stated_on=PartialDate(stated_on) if stated_on else None, note=note)


class Story:
    """Streams of events, told one after the other; recorded on that day where nothing else is said."""

    def __init__(self, recorded_on: date = RECORDED_ON) -> None:
        self.recorded_on = recorded_on
        self.told: list[tuple[str, BaseModel, date, str]] = []

    def tell(
        self, stream: str, event: BaseModel, recorded_on: date | None = None, actor: str = "isu:import"
    ) -> "Story":
        """One event more at the end of that stream."""
        self.told.append((stream, event, recorded_on or self.recorded_on, actor))
        return self

    def documents(self) -> dict[str, Any]:
        """The documents by the names of their streams."""
        documents: dict[str, Any] = {}
        seqs: dict[str, int] = {}
        for stream, event, recorded_on, actor in self.told:
            seqs[stream] = seqs.get(stream, 0) + 1
            view = BY_CATEGORY[stream.partition("-")[0]]
            at = datetime.combine(recorded_on, time(12), UTC)
            heard = Heard(event=event, topic=view.topic, stream=stream, seq=seqs[stream], n=1, at=at, actor=actor)
            documents[stream] = view.fold(documents.get(stream), heard)
        return documents

    def picture(self, rates: Rates | None = None, order: Sequence[str] = ()) -> Picture:
        """What the ranking looks at."""
        documents = self.documents()
        names = order or list(documents)

        def of(category: str) -> tuple[Any, ...]:
            return tuple(documents[name] for name in names if name.partition("-")[0] == category)

        return Picture(
            parties=of("party"),
            obligations=of("obligation"),
            reporting=of("reporting"),
            meetings=of("meeting"),
            requests=of("request"),
            needs=of("need"),
            pledges=of("pledge"),
            assistance=of("assistance"),
            donors=of("donor"),
            coalitions=of("coalition"),
            partnerships=of("partnership"),
            rates=rates or DollarsOnly(),
        )

    # What happened, in the field's words.

    def party(self, state: str, treaty: str = "CCM", in_force: str = "2010-08-01", stated_on: str = "2010") -> "Story":
        """A State deposited its instrument half a year before entry into force."""
        entry = date.fromisoformat(in_force)
        return self.tell(
            f"party-{treaty}-{state}",
            d.StatePartyRegistered(
                treaty=treaty,
                state=state,
                name=state,
                action="ratification",
                deposited_on=entry.replace(year=entry.year - 1),
                entry_into_force=entry,
                derivation="read",
                statement=statement(stated_on),
            ),
        )

    def figure(
        self,
        state: str,
        metric: str,
        value: float,
        period: str,
        stated_on: str,
        treaty: str = "CCM",
        article: str = "4",
        source: str = "https://the-monitor.org/report",
        unit: str = "m2",
    ) -> "Story":
        """A source printed a figure."""
        return self.tell(
            f"obligation-{treaty}-{state}-{article}",
            d.FigureStated(
                treaty=treaty,
                state=state,
                article=article,
                metric=metric,
                value=Decimal(str(value)),
                unit=unit,
                period=Period(period),
                statement=statement(stated_on, source),
            ),
        )

    def left(self, state: str, km2: float, period: str = "2016", stated_on: str = "2017-08-01") -> "Story":
        """So many square kilometres are left (CCM 4)."""
        return self.figure(state, "remaining_contamination_m2", km2 * 1_000_000, period, stated_on)

    def released(self, state: str, km2: float, year: int, stated_on: str = "") -> "Story":
        """So much was released in that year (CCM 4)."""
        return self.figure(state, "released_m2", km2 * 1_000_000, str(year), stated_on or f"{year + 1}-08-01")

    def status(self, state: str, word: str, as_of: str, article: str = "4", treaty: str = "CCM") -> "Story":
        """A source judged the duty, on the day it speaks of."""
        return self.tell(
            f"obligation-{treaty}-{state}-{article}",
            d.StatusStated(
                treaty=treaty,
                state=state,
                article=article,
                status=word,
                as_of=Period(as_of),
                statement=statement(as_of),
            ),
        )

    def completed(
        self, state: str, completed_on: str = "", declared_on: str = "", stated_on: str = "", article: str = "4"
    ) -> "Story":
        """A source tells of the end of work or of its declaration."""
        return self.tell(
            f"obligation-CCM-{state}-{article}",
            d.CompletionStated(
                treaty="CCM",
                state=state,
                article=article,
                completed_on=PartialDate(completed_on) if completed_on else None,
                declared_on=PartialDate(declared_on) if declared_on else None,
                statement=statement(stated_on or declared_on or completed_on),
            ),
        )

    def granted(self, state: str, until: str, decided_on: str, stated_on: str = "", sequence: int = 1) -> "Story":
        """A source tells of a granted extension (CCM 4)."""
        return self.tell(
            f"obligation-CCM-{state}-4",
            d.ExtensionRequestStated(
                treaty="CCM",
                state=state,
                article="4",
                sequence=sequence,
                decided_on=PartialDate(decided_on),
                granted_until=PartialDate(until),
                granted=True,
                outcome="granted",
                statement=statement(stated_on or decided_on),
            ),
        )

    def found(self, state: str, on: str, km2: float, stated_on: str = "") -> "Story":
        """More was found after completion (CCM 4)."""
        return self.tell(
            f"obligation-CCM-{state}-4",
            d.LaterFindStated(
                treaty="CCM",
                state=state,
                article="4",
                found_on=PartialDate(on),
                area_m2=Decimal(str(km2)) * 1_000_000,
                statement=statement(stated_on or on),
            ),
        )

    def need(
        self,
        id_: str,
        state: str,
        usd: int | None = None,
        *,
        kind: str = "clearance",
        stated_on: str = "2017-12-20",
        years: tuple[int | None, int | None] = (2017, None),
        article: str = "4",
        currency: str = "USD",
        basis: str = "asked",
        part_of: bool = False,
        secured: int | None = None,
        note: str = "",
    ) -> "Story":
        """A source tells of a need."""
        return self.tell(
            f"need-{id_}",
            r.NeedRecorded(
                treaty="CCM",
                state=state,
                article=article,
                basis=basis,
                kind=kind,
                what="help",
                amount=Money.of(usd, currency) if usd is not None else None,
                year_from=years[0],
                year_to=years[1],
                of_which_secured=Money.of(secured, currency) if secured is not None else None,
                part_of=part_of,
                statement=statement(stated_on, "https://example.gov/need", note),
            ),
        )

    def helped(self, state: str, donor: str, year: str, *, treaty: str = "", stated_on: str = "2017-11-01") -> "Story":
        """A source tells that a donor helped the State in a year."""
        event = p.AssistanceRecorded(
            donor=None,
            donor_name=donor,
            recipient=state,
            treaty=treaty,
            sector="clearance",
            amount=Money.of(1_000, "USD"),
            period=Period(year),
            statement=statement(stated_on),
        )
        return self.tell(f"assistance-{state}-{donor}-{year}-{treaty}".replace(" ", "_"), event)

    def request(
        self,
        id_: str,
        state: str,
        lines: Sequence[tuple[str, str, int | None]],
        *,
        on: date = date(2017, 11, 24),
        authority: str = "",
        planned_on: str = "",
        benefit: str = "",
        article: str = "4",
    ) -> "Story":
        """A State's request with lines (name, kind, US dollars)."""
        content = r.RequestContent(
            state=state,
            obligations=(r.DutyNamed(treaty="CCM", article=article),),
            needs=tuple(
                r.NeedLineAsked(line=line, kind=kind, amount=Money.of(usd, "USD") if usd is not None else None)
                for line, kind, usd in lines
            ),
            authority=authority,
            completion_planned_on=PartialDate(planned_on) if planned_on else None,
            development_benefit=benefit,
        )
        return self.tell(f"request-{id_}", r.RequestSubmitted(content=content), on, f"state:{state}:desk")

    def allocated(self, id_: str, pledge: str, line: str, usd: int, on: date = date(2017, 12, 1)) -> "Story":
        """Part of a pledge covers a line."""
        event = r.PledgeAllocated(pledge=pledge, line=line, amount=Money.of(usd, "USD"))
        return self.tell(f"request-{id_}", event, on)

    def pledged(self, id_: str, donor: str, on: str, state: str = "", request: str = "", usd: int = 1_000) -> "Story":
        """A donor announces money for a State's clearance (CCM 4), or for its request."""
        target = p.TargetNamed(
            kind="request" if request else "obligation",
            request=request or None,
            state=state or None,
            treaty="CCM" if state else None,
            article="4" if state else None,
        )
        told = p.PledgeAnnounced(
            donor=donor, target=target, amount=Money.of(usd, "USD"), announced_on=date.fromisoformat(on)
        )
        return self.tell(f"pledge-{id_}", told, date.fromisoformat(on), f"donor:{donor}:desk")

    def lodged(self, state: str, until: str, on: str, sequence: int = 1) -> "Story":
        """The State asks for more time here (CCM 4)."""
        event = d.ExtensionRequestLodged(
            treaty="CCM",
            state=state,
            article="4",
            sequence=sequence,
            lodged_on=date.fromisoformat(on),
            asked_until=date.fromisoformat(until),
            statement=statement(),
        )
        return self.tell(f"obligation-CCM-{state}-4", event, date.fromisoformat(on), f"state:{state}:desk")

    def decided(self, state: str, outcome: str, until: str, on: str, sequence: int = 1) -> "Story":
        """The States Parties decide on it (CCM 4)."""
        event = d.ExtensionDecided(
            treaty="CCM",
            state=state,
            article="4",
            sequence=sequence,
            outcome=outcome,
            decided_on=date.fromisoformat(on),
            granted_until=date.fromisoformat(until) if outcome == "granted" else None,
            statement=statement(on),
        )
        return self.tell(f"obligation-CCM-{state}-4", event, date.fromisoformat(on))

    def coalition(self, id_: str, state: str, proposed_on: str, activated_on: str = "") -> "Story":
        """A coalition is proposed for a State's clearance (CCM 4), and perhaps begins to work."""
        proposed = date.fromisoformat(proposed_on)
        duty = r.DutyNamed(treaty="CCM", article="4")
        event = c.CoalitionProposed(state=state, obligations=(duty,), proposed_on=proposed)
        self.tell(f"coalition-{id_}", event, proposed)
        if activated_on:
            began = date.fromisoformat(activated_on)
            self.tell(f"coalition-{id_}", c.CoalitionActivated(on=began), began)
        return self

    def withdrawn(self, state: str, effective_on: str, received_on: str = "") -> "Story":
        """The State leaves the treaty."""
        return self.tell(
            f"party-CCM-{state}",
            d.WithdrawalReceived(
                received_on=date.fromisoformat(received_on) if received_on else None,
                effective_on=date.fromisoformat(effective_on),
                statement=statement("2010"),
            ),
        )

    def meeting(self, name: str, starts_on: str, stated_on: str, treaty: str = "CCM", kind: str = "msp") -> "Story":
        """A source gives the days of a meeting."""
        return self.tell(
            f"meeting-{treaty}-{name}",
            d.MeetingStated(
                treaty=treaty,
                name=name,
                kind=kind,
                starts_on=PartialDate(starts_on),
                statement=statement(stated_on),
            ),
        )

    def report(
        self,
        state: str,
        status: str,
        kind: str = "initial",
        year: int | None = None,
        submitted_on: str = "",
        as_of: str = "",
    ) -> "Story":
        """A source tells of a report."""
        return self.tell(
            f"reporting-CCM-{state}",
            d.ReportStated(
                treaty="CCM",
                state=state,
                kind=kind,
                period_year=year,
                submitted_on=PartialDate(submitted_on) if submitted_on else None,
                status=status,
                as_of=PartialDate(as_of) if as_of else None,
                statement=statement(submitted_on or as_of),
            ),
        )

    def measure(self, state: str, status: str, as_of: str, article: str = "9") -> "Story":
        """A source tells of a law, plan or focal point."""
        return self.tell(
            f"obligation-CCM-{state}-{article}",
            d.MeasureStated(
                treaty="CCM",
                state=state,
                article=article,
                status=status,
                as_of=PartialDate(as_of),
                statement=statement(as_of),
            ),
        )
