"""A State on one page: both treaties, duties, figures by source, reports, requests, help, partners."""

from collections.abc import Sequence
from datetime import date

from services.insights.bound import bound_duties
from services.insights.facts.coalition import Coalition
from services.insights.facts.party import Party
from services.insights.facts.reporting import Reporting
from services.insights.gaps import RequestGap, StatedGap, gaps
from services.insights.near.known import Lens, said_on
from services.insights.near.membership import membership
from services.insights.near.picture import Picture
from services.insights.near.ranking import rank
from services.insights.near.row import Row
from services.insights.near.settings import Options
from services.insights.profile.duty import Cited, DutyPage, cited, duty_page
from services.insights.profile.help import HelpYear, help_by_year
from services.insights.record import Record
from shared.countries import country_name
from shared.messages import Value


class ReportLine(Value):
    """What a source or a receipt says of one report; blank days are unknown."""

    kind: str
    period_year: int | None
    status: str
    submitted_on: str
    as_of: str
    cited: Cited


class PartyPage(Value):
    """The State under one treaty. `bound`: whether the treaty binds it on the day."""

    treaty: str
    bound: bool
    action: str
    signed_on: str
    deposited_on: date | None
    entry_into_force: date | None
    withdrawal_effective: date | None
    duties: tuple[DutyPage, ...]
    reports: tuple[ReportLine, ...]
    history: str


class PartnerLine(Value):
    """A coalition or a partnership as reported; `status` is the coalition's last turn."""

    name: str
    kind: str
    status: str
    partners: tuple[str, ...]
    words: str
    link: str


class StateProfile(Value):
    """Everything published about a State, as known on the day."""

    state: str
    name: str
    as_of: date
    as_recorded: bool
    treaties: tuple[PartyPage, ...]
    ranked: tuple[Row, ...]
    requests: tuple[RequestGap, ...]
    stated_needs: tuple[StatedGap, ...]
    help: tuple[HelpYear, ...]
    partners: tuple[PartnerLine, ...]


def profile(
    record: Record, state: str, lens: Lens, options: Options, ranked: Sequence[Row] | None = None
) -> StateProfile | None:
    """The State's page (ISO 3166-1 alpha-3) on the lens's day; None where nothing is known of it by then.

    `ranked`: its rows on that day in order, where somebody has them already.
    """
    picture = record.picture
    if ranked is None:
        of_state = options.model_copy(update={"states": (state,), "as_recorded": lens.as_recorded})
        ranked = rank(picture, lens.on, of_state).every()
    open_ids = {row.id for row in ranked}
    treaties = tuple(
        page for treaty in ("CCM", "APMBC") if (page := _party_page(picture, treaty, state, lens, options, open_ids))
    )
    help_ = help_by_year(record, state, lens)
    own = gaps(picture, lens, options.settings, state)
    partners = (*_coalitions(picture, state, lens), *_partnerships(picture, state, lens))
    if not (treaties or help_ or own.requests or own.stated_needs or partners):
        return None
    return StateProfile(
        state=state,
        name=country_name(state),
        as_of=lens.on,
        as_recorded=lens.as_recorded,
        treaties=treaties,
        # Places count the States of one list; among one State they say nothing.
        ranked=tuple(row.model_copy(update={"place": None, "firmness": None}) for row in ranked),
        requests=own.requests,
        stated_needs=own.stated_needs,
        help=help_,
        partners=partners,
    )


def _party_page(
    picture: Picture, treaty: str, state: str, lens: Lens, options: Options, open_ids: set[str]
) -> PartyPage | None:
    party = picture.party_by_state.get((treaty, state))
    reporting = picture.reporting_by_state.get((treaty, state))
    duties = [one for one in picture.obligations if (one.treaty, one.state) == (treaty, state)]
    registrations = lens.known(party.registrations) if party else []
    newest = max(registrations, key=lambda one: (said_on(one.origin), one.origin.link), default=None)
    bound = [one for one in bound_duties(picture, lens, options.settings, state) if one.duty.treaty == treaty]
    reports = _reports(reporting, lens)
    member = membership(party, duties, reporting, lens)
    if newest is None and not bound and not reports:
        return None
    return PartyPage(
        treaty=treaty,
        bound=member is not None,
        action=newest.action if newest else "",
        signed_on=(newest.signed_on or "") if newest else "",
        deposited_on=newest.deposited_on if newest else None,
        entry_into_force=newest.entry_into_force if newest else None,
        withdrawal_effective=_leaves_on(party, lens),
        duties=tuple(duty_page(one, lens, one.duty.id in open_ids) for one in bound),
        reports=reports,
        history=f"deadlines/party-{treaty}-{state}",
    )


def _leaves_on(party: Party | None, lens: Lens) -> date | None:
    if party is None:
        return None
    withdrawals = lens.known(party.withdrawals)
    postponed = lens.known(party.postponements)
    if postponed:
        return postponed[-1].effective_on
    return withdrawals[-1].effective_on if withdrawals else None


def _reports(reporting: Reporting | None, lens: Lens) -> tuple[ReportLine, ...]:
    if reporting is None:
        return ()
    lines = [
        ReportLine(
            kind=fact.kind,
            period_year=fact.period_year,
            status=fact.status,
            submitted_on=(f"by {fact.submitted_on}" if fact.not_later else str(fact.submitted_on))
            if fact.submitted_on
            else "",
            as_of=fact.as_of or "",
            cited=cited(fact.origin),
        )
        for fact in lens.known(reporting.stated)
    ]
    lines += [
        ReportLine(
            kind=fact.kind,
            period_year=fact.period_year,
            status="late" if fact.late else "on_time",
            submitted_on=fact.received_on.isoformat(),
            as_of="",
            cited=cited(fact.origin),
        )
        for fact in lens.known(reporting.received)
    ]
    return tuple(sorted(lines, key=lambda one: (-(one.period_year or 0), one.kind, one.cited.link)))


def _coalitions(picture: Picture, state: str, lens: Lens) -> list[PartnerLine]:
    return [
        PartnerLine(
            name=one.id,
            kind="country coalition",
            status=_last_turn(one, lens),
            partners=tuple(dict.fromkeys(member.name or member.member for member in lens.known(one.members))),
            words=proposals[-1].purpose,
            link=proposals[-1].origin.link,
        )
        for one in picture.coalitions_by_state.get(state, ())
        if (proposals := lens.known(one.proposals))
    ]


def _last_turn(coalition: Coalition, lens: Lens) -> str:
    turns = [turn.how for turn in lens.known(coalition.turns) if turn.how != "reviewed"]
    return turns[-1].replace("_", " ") if turns else "proposed"


def _partnerships(picture: Picture, state: str, lens: Lens) -> list[PartnerLine]:
    lines = []
    for one in picture.partnerships_by_state.get(state, ()):
        for told in lens.known(one.stated):
            words = "; ".join(part for part in (told.purpose, told.outcome) if part)
            lines.append(
                PartnerLine(
                    name=told.name,
                    kind=told.called.replace("_", " "),
                    status="as reported",
                    partners=(told.partners,) if told.partners else (),
                    words=words,
                    link=told.origin.link,
                )
            )
    return lines
