"""What is asked for, or said to be needed, and still open, after allocated pledges (docs/near-completion.md).

Lines of a State's published request come first. Where there is none, what sources tell of the State's
needs counts as one stated need: never a whole and its parts, never two statements of the same need
added; the sum stated last is used. A need whose last year has passed is history. A need without a last
year is open for `open_need_years` after it was stated. An estimate is nobody's request.

Who said it is kept: a State asked only where it did so in a request here, or where the record says that it
asked. Whether recorded help answers a recorded need, no source says: then that is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.insights.facts.assistance import Help
from services.insights.facts.need import NeedStatement, RecordedNeed
from services.insights.facts.obligation import Obligation
from services.insights.facts.origin import Origin
from services.insights.facts.request import NeedLine, Request, Version
from services.insights.near.known import Lens, said_on
from services.insights.near.money import Dollars, in_dollars
from services.insights.near.picture import Picture, Rates
from services.insights.near.settings import Settings
from services.insights.near.told import marked
from shared.money import Money

REQUEST, ASKED, STATED = "request", "asked", "stated"
"""Published here by the State; recorded as asked by it; said of it by a source."""
_NO_APPEAL = ("not an appeal", "recommendation")
"""How a note says that a need was recommended, and not asked for."""


def said(basis: str, note: str) -> str:
    """How the need was told, to stand before its kinds: asked for, recommended, said to need."""
    if basis in (REQUEST, ASKED):
        return marked("asked for")
    recommended = any(words in note.lower() for words in _NO_APPEAL)
    return marked("recommended") if recommended else marked("said to need")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing asked for, or said to be needed. `usd` and `usd_open` None: no amount, or no rate.

    `basis`: request, asked or stated. `year`: the first for which it is needed. `at_least`: a part of a plan.
    `answered`: known to be answered. `request` and `name`: where it stands, blank where a source told of it.
    `year_to`: the last year for which it is needed; None: not said.
    """

    kind: str
    what: str
    asked: Money | None
    open: Money | None
    usd: Dollars | None
    usd_open: Decimal | None
    covered: bool
    answered: bool
    technical: bool
    at_least: bool
    on: date
    year: int
    basis: str
    origin: Origin
    request: str = ""
    name: str = ""
    year_to: int | None = None

    @property
    def said(self) -> str:
        """Asked for, recommended, or said to need."""
        return said(self.basis, self.origin.note)

    @property
    def asked_by_state(self) -> bool:
        """Whether the State itself asked, here or as a source tells."""
        return self.basis in (REQUEST, ASKED)


def donor_of(help_: Help) -> str:
    """The donor's name or code; blank where the source names none."""
    return help_.donor_name or help_.donor or ""


@dataclass(frozen=True, slots=True)
class Need:
    """All that is asked or said to be needed for one duty and counts on the day.

    `since`: help recorded since a recorded need began, newest first; it may answer the need or not.
    """

    lines: tuple[Line, ...]
    versions: tuple[Version, ...]
    offered: tuple[Origin, ...]
    since: tuple[Help, ...] = ()

    @property
    def open_lines(self) -> list[Line]:
        """The lines that are not covered, in their order."""
        return [line for line in self.lines if not line.covered]

    @property
    def technical_only(self) -> bool:
        """Something is open, and all of it is technical help without a sum."""
        still = self.open_lines
        return bool(still) and all(line.technical and line.open is None for line in still)

    @property
    def usd_open(self) -> Decimal | None:
        """What is open in US dollars; None where nothing is asked or a sum is not known."""
        if not self.lines or self.technical_only:
            return None
        total = Decimal(0)
        for line in self.open_lines:
            if line.open is None and line.technical:
                continue  # technical help is counted apart
            if line.usd_open is None or line.at_least:
                return None
            total += line.usd_open
        return total

    @property
    def usd_open_at_least(self) -> Decimal:
        """The known part of what is open, in US dollars; zero where no sum is known."""
        return sum((line.usd_open or Decimal(0) for line in self.open_lines), Decimal(0))

    @property
    def answered(self) -> bool:
        """Somebody gave, allocated or offered something."""
        return any(line.answered for line in self.lines) or bool(self.offered)

    @property
    def requested_here(self) -> bool:
        """A request published here: what was answered to it is known here."""
        return bool(self.versions)

    @property
    def answer_unknown(self) -> bool:
        """Something is open, and help is recorded that may or may not answer it."""
        return bool(self.since and self.open_lines and not self.offered)

    def helpers(self) -> list[str]:
        """Who is recorded as helping since, each once with the newest period: France 2023. Totals only alone."""
        return [
            f"{donor_of(help_) or 'donor not named'} {help_.period or '(year not stated)'}" for help_ in self.helped()
        ]

    def helped(self) -> list[Help]:
        """The newest help of each donor since. Totals only alone."""
        named: dict[str, Help] = {}
        for help_ in self.since:
            named.setdefault(donor_of(help_), help_)
        donors = [help_ for donor, help_ in named.items() if not donor.lower().startswith("all donors")]
        return donors or list(named.values())


def need_of(duty: Obligation, picture: Picture, lens: Lens, settings: Settings) -> Need:
    """What is asked for, or said to be needed for, this duty on the day."""
    lines, versions, ids = _requested(duty, picture, lens, settings)
    if not versions:
        recorded = picture.needs_by_duty.get((duty.treaty, duty.state, duty.article), []) if not duty.clock else []
        lines = _recorded(recorded, lens, settings, picture.rates)
    since = () if versions else _helped_since(duty, lines, picture, lens)
    return Need(tuple(lines), tuple(versions), tuple(_offers(duty, ids, picture, lens)) if lines else (), since)


def _helped_since(duty: Obligation, lines: list[Line], picture: Picture, lens: Lens) -> tuple[Help, ...]:
    """Help to the State under this treaty or none, in or after the first year of what is still open."""
    first = min((line.year for line in lines if not line.covered), default=None)
    if first is None:
        return ()
    found = [
        help_
        for record in picture.assistance_by_state.get(duty.state, ())
        for help_ in lens.known(record.given)
        if help_.treaty in (duty.treaty, "") and _last_year(help_) >= first
    ]
    return tuple(sorted(found, key=lambda one: (-_last_year(one), one.donor_name, one.origin.link)))


def _last_year(help_: Help) -> int:
    return help_.period.end.year if help_.period else said_on(help_.origin).year


def _requested(
    duty: Obligation, picture: Picture, lens: Lens, settings: Settings
) -> tuple[list[Line], list[Version], set[str]]:
    lines: list[Line] = []
    versions: list[Version] = []
    ids: set[str] = set()
    for request in picture.requests_by_state.get(duty.state, ()):
        known = lens.known(request.versions)
        if not known or lens.known(request.endings):
            continue
        version = known[-1]
        mine = [line for line in version.needs if _belongs(line, version, duty)]
        if mine or (not version.needs and _names(version, duty)):
            versions.append(version)
            ids.add(request.id)
            lines += [_line(line, request, version, lens, settings, picture.rates) for line in mine]
    return lines, versions, ids


def _names(version: Version, duty: Obligation) -> bool:
    return any(
        (one.treaty, one.article, one.clock) == (duty.treaty, duty.article, duty.clock) for one in version.obligations
    )


def _belongs(line: NeedLine, version: Version, duty: Obligation) -> bool:
    if not _names(version, duty):
        return False
    return (line.treaty or duty.treaty) == duty.treaty and (line.article or duty.article) == duty.article


def _line(line: NeedLine, request: Request, version: Version, lens: Lens, settings: Settings, rates: Rates) -> Line:
    allocations = [one for one in lens.known(request.allocations) if one.line == line.line]
    # The last word on each pledge of help in kind counts: accepted, or released again.
    last_words = {one.pledge: one for one in lens.known(request.in_kind) if one.line == line.line}
    in_kind = [one for one in last_words.values() if not one.released]
    left: Money | None = None
    if line.amount:
        given = Decimal(0)
        for one in allocations:
            if one.amount.currency == line.amount.currency:
                given += -one.amount.amount if one.released else one.amount.amount
        left = Money(
            amount=min(max(line.amount.amount - given, Decimal(0)), line.amount.amount), currency=line.amount.currency
        )
    told = said_on(version.origin)
    usd = in_dollars(line.amount, told, rates) if line.amount else None
    nothing_left = left is not None and not left
    return Line(
        kind=line.kind,
        what=line.description,
        asked=line.amount,
        open=left,
        usd=usd,
        usd_open=_in_dollars_open(left, told, rates),
        covered=nothing_left or (left is None and bool(in_kind)),
        answered=bool(in_kind) or nothing_left or (left is not None and left != line.amount),
        technical=line.kind in settings.technical_kinds,
        at_least=False,
        on=told,
        year=line.year_from or told.year,
        basis=REQUEST,
        origin=version.origin,
        request=request.id,
        name=line.line,
        year_to=line.year_to,
    )


def _recorded(recorded: Sequence[RecordedNeed], lens: Lens, settings: Settings, rates: Rates) -> list[Line]:
    still = [
        one
        for need in recorded
        if (one := _newest(need, lens)) and one.basis != "estimate" and _is_open(one, lens, settings)
    ]
    still.sort(key=lambda one: (said_on(one.origin), one.origin.link), reverse=True)
    priced = [one for one in still if one.amount]
    wholes = [one for one in priced if not one.part_of]
    used = max(wholes or priced, key=_newest_sum, default=None)
    lines = [_stated(used, settings, rates, at_least=used.part_of)] if used else []
    kinds = set()
    for one in still:
        # A need told without its sum is the one whose sum was told at the same time or later.
        told_with_sum = used is not None and said_on(one.origin) <= said_on(used.origin)
        technical = one.kind in settings.technical_kinds
        if one.amount or one.kind in kinds or (told_with_sum and not technical):
            continue
        kinds.add(one.kind)
        lines.append(_stated(one, settings, rates, at_least=False))
    return lines


def _newest_sum(one: NeedStatement) -> tuple[date, Decimal, str]:
    return (said_on(one.origin), one.amount.amount if one.amount else Decimal(0), one.origin.link)


def _newest(need: RecordedNeed, lens: Lens) -> NeedStatement | None:
    known = lens.known(need.stated)
    return max(known, key=lambda one: (said_on(one.origin), one.origin.link), default=None)


def _is_open(one: NeedStatement, lens: Lens, settings: Settings) -> bool:
    if one.year_to:
        return one.year_to >= lens.on.year
    if one.year_from and one.year_from > lens.on.year:
        return True
    asked = date(one.year_from, 12, 31) if one.year_from else said_on(one.origin)
    return lens.years_since(min(asked, said_on(one.origin))) <= settings.open_need_years


def _stated(one: NeedStatement, settings: Settings, rates: Rates, *, at_least: bool) -> Line:
    left: Money | None = None
    secured = False
    if one.amount:
        amount = one.amount.amount
        for part in (one.of_which_national, one.of_which_secured):
            if part and part.currency == one.amount.currency:
                amount -= part.amount
                secured = True
        left = Money(amount=max(amount, Decimal(0)), currency=one.amount.currency)
    told = said_on(one.origin)
    usd = in_dollars(one.amount, told, rates) if one.amount else None
    nothing_left = left is not None and not left
    return Line(
        kind=one.kind,
        what=one.what,
        asked=one.amount,
        open=left,
        usd=usd,
        usd_open=_in_dollars_open(left, told, rates),
        covered=nothing_left and not at_least,
        answered=secured,
        technical=one.kind in settings.technical_kinds,
        at_least=at_least,
        on=told,
        year=one.year_from or told.year,
        basis=one.basis,
        origin=one.origin,
        year_to=one.year_to,
    )


def _in_dollars_open(left: Money | None, told: date, rates: Rates) -> Decimal | None:
    """What is left in US dollars; that nothing is left needs no rate."""
    if not left:
        return None if left is None else Decimal(0)
    usd = in_dollars(left, told, rates)
    return usd.amount if usd else None


def _offers(duty: Obligation, requests: set[str], picture: Picture, lens: Lens) -> list[Origin]:
    """Pledges announced for this duty or its request, and not cancelled: somebody answered."""
    offers = []
    for pledge in picture.pledges_in_order:
        if any(step.how == "cancelled" for step in lens.known(pledge.steps)):
            continue
        for announced in lens.known(pledge.announcements):
            target = announced.target
            for_request = bool(target.request) and target.request in requests
            for_duty = (target.state, target.treaty, target.article) == (duty.state, duty.treaty, duty.article)
            if for_request or for_duty:
                offers.append(announced.origin)
    return offers
