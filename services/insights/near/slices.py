"""The record cut by States: all that a State's rows can depend on, as a picture of its own.

Everything that the ranking reads about a duty lies with its State: its membership, duties, reports, requests,
needs, coalitions, the help it received, and the pledges to it or to its requests. Only the meetings are
everybody's. So a State can be evaluated anew without looking at another (docs/near-completion.md).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.insights.facts.meeting import Meeting
from services.insights.facts.pledge import Pledge
from services.insights.facts.request import Request
from services.insights.near.meetings import Meetings
from services.insights.near.picture import DollarsOnly, Picture, Rates

_STATE_IN = {
    "parties": "state",
    "obligations": "state",
    "reporting": "state",
    "requests": "state",
    "needs": "state",
    "assistance": "recipient",
    "coalitions": "state",
    "partnerships": "state",
}
"""Where each kind of document names its State."""
_REQUESTS, _PLEDGES, _MEETINGS = "requests", "pledges", "meetings"
SLICED = (*_STATE_IN, _PLEDGES, _MEETINGS)
"""The kinds of documents that the ranking depends on."""

_Held = dict[str, dict[str, Any]]


class Slices:
    """Documents by State. `take` says which States a change concerns; `picture` is what is known of one."""

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or DollarsOnly()
        self._of_state: dict[str, _Held] = {}
        self._state_of_request: dict[str, str] = {}
        self._aimed: dict[tuple[str, str], dict[str, Pledge]] = {}
        self._pledges: dict[str, Pledge] = {}
        self._meetings: dict[str, Meeting] = {}
        self._calendar: Meetings | None = None
        self._all_meetings: tuple[Meeting, ...] = ()
        self._pictures: dict[str, Picture] = {}

    @property
    def states(self) -> Iterable[str]:
        """Every State of which anything is held."""
        return self._of_state.keys()

    def take(self, kind: str, id_: str, old: Any, new: Any) -> set[str]:
        """A document as it was (None: not there) and as it is now; the States that this concerns."""
        if kind == _MEETINGS:
            concerned = self._take_meeting(id_, new)
        elif kind == _PLEDGES:
            concerned = self._take_pledge(id_, new)
        elif kind in _STATE_IN:
            concerned = self._take_own(kind, id_, old, new)
        else:
            return set()
        for state in concerned:
            self._pictures.pop(state, None)
        return concerned

    def picture(self, state: str) -> Picture:
        """What the State's rows depend on; without documents for a State of which nothing is held."""
        found = self._pictures.get(state)
        if found is None:
            found = self._pictures[state] = self._made(state)
        return found

    def state_of_request(self, id_: str) -> str:
        """Who made the request; blank where it is not known."""
        return self._state_of_request.get(id_, "")

    def pictures(self, states: Iterable[str]) -> dict[str, Picture]:
        """The pictures of these States."""
        return {state: self.picture(state) for state in states}

    def _made(self, state: str) -> Picture:
        if self._calendar is None:
            self._calendar = Meetings(self._meetings.values())
            self._all_meetings = tuple(self._meetings.values())
        held = self._of_state.get(state, {})
        keys = [("state", state), *(("request", id_) for id_ in held.get(_REQUESTS, ()))]
        pledges = {id_: one for key in keys for id_, one in self._aimed.get(key, {}).items()}
        return Picture(
            **{kind: tuple(documents.values()) for kind, documents in held.items()},
            pledges=tuple(pledges.values()),
            meetings=self._all_meetings,
            rates=self._rates,
            shared_calendar=self._calendar,
        )

    def _take_own(self, kind: str, id_: str, old: Any, new: Any) -> set[str]:
        states = {getattr(one, _STATE_IN[kind]) for one in (old, new) if one is not None}
        if old is not None:
            self._of_state.get(getattr(old, _STATE_IN[kind]), {}).get(kind, {}).pop(id_, None)
        if new is not None:
            self._of_state.setdefault(getattr(new, _STATE_IN[kind]), {}).setdefault(kind, {})[id_] = new
        if kind == _REQUESTS:
            self._note_request(id_, new)
        return states

    def _note_request(self, id_: str, new: Request | None) -> None:
        if new is None:
            self._state_of_request.pop(id_, None)
        else:
            self._state_of_request[id_] = new.state

    def _take_pledge(self, id_: str, new: Pledge | None) -> set[str]:
        concerned: set[str] = set()
        for one in (self._pledges.pop(id_, None), new):
            for key in _aims(one):
                self._aimed.setdefault(key, {}).pop(id_, None)
                kind, name = key
                concerned.add(name if kind == "state" else self._state_of_request.get(name, ""))
        if new is not None:
            self._pledges[id_] = new
            for key in _aims(new):
                self._aimed.setdefault(key, {})[id_] = new
        return concerned - {""}

    def _take_meeting(self, id_: str, new: Meeting | None) -> set[str]:
        if new is None:
            self._meetings.pop(id_, None)
        else:
            self._meetings[id_] = new
        self._calendar = None
        return set(self._of_state)


def _aims(pledge: Pledge | None) -> Iterator[tuple[str, str]]:
    for announced in pledge.announcements if pledge else ():
        if announced.target.state:
            yield "state", announced.target.state
        if announced.target.request:
            yield "request", announced.target.request


def by_state(documents: Mapping[str, Iterable[Any]], rates: Rates) -> dict[str, Picture]:
    """All documents by their kinds, cut at once."""
    slices = Slices(rates)
    for kind in SLICED:
        for one in documents.get(kind, ()):
            slices.take(kind, one.id, None, one)
    return slices.pictures(list(slices.states))
