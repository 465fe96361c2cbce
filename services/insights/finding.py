"""Search over what is published: States, requests, needs, pledges, donors, coalitions, meetings, sources."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal

from services.insights.cited_sources import sources
from services.insights.facts.coalition import Coalition
from services.insights.facts.donor import Donor
from services.insights.facts.meeting import Meeting
from services.insights.facts.pledge import Pledge
from services.insights.facts.request import Request
from services.insights.near.known import Lens
from services.insights.record import Record
from shared.countries import country_name
from shared.messages import Value

Kind = Literal["state", "request", "need", "pledge", "donor", "coalition", "meeting", "source"]
KINDS: tuple[Kind, ...] = ("state", "request", "pledge", "donor", "coalition", "meeting", "need", "source")
MOST_OF_A_KIND = 20
_SHORTEST = 2


class Found(Value):
    """One thing. `id` names it among its kind, `words` say where the search met it, `link` its history."""

    kind: Kind
    id: str
    title: str
    words: str
    state: str
    link: str


class Hits(Value):
    """What was found, the nearest first within each kind. `more` counts what was left off, by kind."""

    q: str
    as_of: date
    found: tuple[Found, ...]
    more: dict[str, int]


def find(record: Record, lens: Lens, q: str) -> Hits:
    """Everything in which each word of `q` stands; nothing for a search of a single letter."""
    words = _plain(q).split()
    if len("".join(words)) < _SHORTEST:
        return Hits(q=q, as_of=lens.on, found=(), more={})
    by_kind: dict[Kind, list[tuple[int, Found]]] = {}
    for one, text in _everything(record, lens):
        near = _nearness(words, _plain(one.title), _plain(f"{one.id} {one.title} {text}"))
        if near is not None:
            by_kind.setdefault(one.kind, []).append((near, one))
    found: list[Found] = []
    more: dict[str, int] = {}
    for kind in KINDS:
        hits = sorted(by_kind.get(kind, ()), key=lambda hit: (hit[0], _plain(hit[1].title), hit[1].id))
        found += [one for _, one in hits[:MOST_OF_A_KIND]]
        if len(hits) > MOST_OF_A_KIND:
            more[kind] = len(hits) - MOST_OF_A_KIND
    return Hits(q=q, as_of=lens.on, found=tuple(found), more=more)


def _plain(text: str) -> str:
    """Lower case without marks: Türkiye is found by turkiye, Côte d’Ivoire by cote d'ivoire."""
    marked = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in marked if not unicodedata.combining(c)).casefold()


def _nearness(words: list[str], title: str, text: str) -> int | None:
    if not all(word in text for word in words):
        return None
    whole = " ".join(words)
    if title == whole:
        return 0
    if title.startswith(whole):
        return 1
    return 2 if whole in title else 3


def _everything(record: Record, lens: Lens) -> Iterator[tuple[Found, str]]:
    picture = record.picture
    yield from _states(record)
    for request in picture.requests:
        yield from _request(request, lens)
    for pledge in picture.pledges:
        yield from _pledge(pledge, lens)
    for donor in picture.donors:
        yield from _donor(donor, lens)
    for coalition in picture.coalitions:
        yield from _coalition(coalition, lens)
    for meeting in picture.meetings:
        yield from _meeting(meeting, lens)
    for need in picture.needs:
        for stated in lens.known(need.stated)[-1:]:
            title = f"{country_name(need.state)}: {stated.what}"
            link = stated.origin.link
            one = Found(kind="need", id=need.id, title=title, words=stated.kind, state=need.state, link=link)
            yield one, f"{need.state} {need.treaty} {stated.kind}"
    for source in sources(record, lens).sources:
        said = f"{source.statements} statements"
        yield Found(kind="source", id=source.example, title=source.name, words=said, state="", link=""), ""


def _states(record: Record) -> Iterator[tuple[Found, str]]:
    picture = record.picture
    known = {state for _, state in picture.party_by_state} | {state for _, state in picture.reporting_by_state}
    for state in sorted(known | {one.state for one in picture.obligations}):
        name = country_name(state)
        yield Found(kind="state", id=state, title=name, words="", state=state, link=""), state


def _request(request: Request, lens: Lens) -> Iterator[tuple[Found, str]]:
    for version in lens.known(request.versions)[-1:]:
        lines = "; ".join(need.description for need in version.needs)
        text = " ".join((lines, version.obstacle, version.authority, version.local_partner, *version.places))
        title = f"Request of {country_name(request.state)}"
        link = version.origin.link
        yield Found(kind="request", id=request.id, title=title, words=lines, state=request.state, link=link), text


def _pledge(pledge: Pledge, lens: Lens) -> Iterator[tuple[Found, str]]:
    for one in lens.known(pledge.announcements)[-1:]:
        target = one.target
        toward = country_name(target.state) if target.state else target.request or target.coalition or target.project
        given = f"{one.amount.currency} {one.amount.amount:,.0f}" if one.amount else one.in_kind
        found = Found(
            kind="pledge",
            id=pledge.id,
            title=f"Pledge of {pledge.donor}: {given}",
            words=toward,
            state=target.state,
            link=one.origin.link,
        )
        yield found, f"{pledge.donor} {toward} {one.in_kind} {one.conditions} {one.earmarking}"


def _donor(donor: Donor, lens: Lens) -> Iterator[tuple[Found, str]]:
    for registered in lens.known(donor.registered)[-1:]:
        profiles = lens.known(donor.profiles)[-1:]
        words = "; ".join(word for profile in profiles for word in (*profile.priorities, *profile.criteria))
        name, link = donor.name or donor.id, registered.origin.link
        yield Found(kind="donor", id=donor.id, title=name, words=words, state=donor.iso3 or "", link=link), words


def _coalition(coalition: Coalition, lens: Lens) -> Iterator[tuple[Found, str]]:
    for proposal in lens.known(coalition.proposals)[-1:]:
        members = "; ".join(sorted({one.name for one in lens.known(coalition.members) if one.name}))
        title = f"Coalition for {country_name(proposal.state)}"
        found = Found(
            kind="coalition",
            id=coalition.id,
            title=title,
            words=proposal.purpose,
            state=proposal.state,
            link=proposal.origin.link,
        )
        yield found, f"{proposal.purpose} {proposal.proposed_by} {members}"


def _meeting(meeting: Meeting, lens: Lens) -> Iterator[tuple[Found, str]]:
    for days in lens.known(meeting.days)[-1:]:
        when = str(days.starts_on or "")
        title = f"{meeting.treaty} {meeting.name}"
        yield (
            Found(kind="meeting", id=meeting.id, title=title, words=when, state="", link=days.origin.link),
            f"{when} {days.place}",
        )
