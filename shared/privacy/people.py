"""One service's people: sealed on the way in, opened on the way out, found, forgotten.

Everything in between (commands, events, snapshots, documents, topics, logs, exports) holds what was sealed.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import structlog

from shared.auth.caller import Caller, system
from shared.clock import Clock
from shared.commits import Commit
from shared.eventstore import EventStore
from shared.handling import Handler, KeyReused
from shared.ids import derived_id
from shared.messages import Event, NotFound
from shared.privacy import Gone, Keyring, KeyringUnavailable, SubjectKey
from shared.privacy.messages import ForgetPerson, ForgetReason, Person, SealedPerson, UnsealedPerson, removed
from shared.privacy.sealing import CannotOpen, Details, fresh_key, normal, open_sealed, seal, told_by

_PAGE = 500
_NO_KEY = "cannot be read here: its key is not in this installation"
log = structlog.get_logger(__name__)

Sought = Mapping[str, Sequence[str]]
"""By kind of detail, what it may be: {"email": ["someone@example.org"]}. One that fits is enough."""


class NoSuchSubject(NotFound):
    """Nobody is known here under that name of a subject."""


@dataclass(frozen=True)
class Opened:
    """A person as whoever may see it reads it. Without details, `note` says why; `removed_on` is a day in UTC."""

    details: Mapping[str, str] = field(default_factory=dict)
    removed_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Found:
    """`matching` subjects with the kinds of detail that fit, the `others` named at the same places, and
    `unsealed`: links of events from before there were keys that hold the person in the clear, for ever.
    """

    matching: Sequence[tuple[SubjectKey, tuple[str, ...]]]
    others: Sequence[SubjectKey]
    unsealed: Sequence[str]


@dataclass(frozen=True)
class Forgotten:
    """That a key was destroyed; `link` names the event of it, blank where the subject's stream never began."""

    gone: Gone
    link: str
    token: str


class NoKeyring:
    """Where a service was given none: nobody can be named, and everything else works."""

    async def secret(self) -> bytes:
        """Always KeyringUnavailable."""
        raise KeyringUnavailable("this process was given no keyring: nobody can be named here")

    async def adopt_secret(self, secret: bytes) -> bytes:
        """Always KeyringUnavailable."""
        del secret
        raise KeyringUnavailable("this process was given no keyring: nobody can be named here")

    async def keep(self, fresh: SubjectKey) -> SubjectKey:
        """Always KeyringUnavailable."""
        raise KeyringUnavailable("this process was given no keyring: nobody can be named here")

    async def held(self, subjects: Sequence[str]) -> dict[str, SubjectKey | Gone]:
        """Nobody is known here."""
        del subjects
        return {}

    async def living(self, after: str = "", limit: int = _PAGE) -> list[SubjectKey]:
        """Nobody is known here."""
        del after, limit
        return []

    async def gone(self, after: str = "", limit: int = _PAGE) -> list[Gone]:
        """Nobody is known here."""
        del after, limit
        return []

    async def forget(self, gone: Gone) -> Gone:
        """Always KeyringUnavailable."""
        raise KeyringUnavailable("this process was given no keyring: nobody can be forgotten here")

    async def recorded(self, subject: str) -> None:
        """Always KeyringUnavailable."""
        raise KeyringUnavailable("this process was given no keyring: nobody can be forgotten here")

    async def close(self) -> None:
        """Nothing to let go."""


class People:
    """The people named in one service's streams. `holds` says in which; done while the service is built."""

    def __init__(self, topic: str, keyring: Keyring, store: EventStore, clock: Clock) -> None:
        self.topic = topic
        self.keyring = keyring
        self._store = store
        self._clock = clock
        self._handlers: dict[str, Handler[Any, Any, Any]] = {}
        self._naming: dict[str, type[Event]] = {}
        self._secret = b""

    def holds(self, handler: Handler[Any, Any, Any], *naming: type[Event]) -> None:
        """Streams of this handler name people, in these events, as their field `person`."""
        self._handlers[handler.decider.category] = handler
        self._naming |= {kind.__name__: kind for kind in naming}

    @property
    def any(self) -> bool:
        """Whether this service names people at all."""
        return bool(self._handlers)

    def place(self, stream: str, slot: str) -> str:
        """Where somebody is named: `requests/request-R-7/contact`."""
        return f"{self.topic}/{stream}/{slot}"

    # in and out

    async def seal(self, stream: str, slot: str, details: Details, command_id: str | None = None) -> SealedPerson:
        """These details, sealed; the same text when the same are named at the same place again.

        The key is on the disk before this returns. If the command is then refused, a key is left that
        opens nothing, and `forget` finds it like any other. KeyringUnavailable where it cannot be kept.
        `command_id`: of the command they are for, if its sender named it. Where that command was done and its
        person is forgotten since, there is nothing to compare with: KeyReused, and nobody gets a key again.
        """
        if not self._secret:
            self._secret = await self.keyring.secret()
        fresh = fresh_key(self.place(stream, slot), details, self._secret, self._clock.now())
        if command_id and (done := await self._store.find_command(command_id)) is not None:
            kept = await self._named_in(done)
            if kept is None or kept.mark != fresh.mark:
                raise KeyReused(field="Idempotency-Key", allowed="a fresh key for each command")
        else:
            kept = await self.keyring.keep(fresh)
        return SealedPerson(subject=kept.subject, sealed=seal(kept, details))

    async def _named_in(self, commit: Commit) -> SubjectKey | None:
        subjects = [record.data["person"].get("subject", "") for record in commit.events if "person" in record.data]
        held = await self.keyring.held(subjects)
        return next((key for key in held.values() if isinstance(key, SubjectKey)), None)

    async def open(self, stream: str, slot: str, *persons: Person) -> list[Opened]:
        """Each as it reads now, for a caller who may see it: whether one may is asked before."""
        held = await self.keyring.held([one.subject for one in persons if isinstance(one, SealedPerson)])
        return [self._opened(self.place(stream, slot), one, held) for one in persons]

    def _opened(self, place: str, person: Person, held: Mapping[str, SubjectKey | Gone]) -> Opened:
        if isinstance(person, UnsealedPerson):
            return Opened(person.unsealed)
        match held.get(person.subject):
            case Gone(at=at, reason=reason):
                return was_removed(reason, at)
            case SubjectKey() as key:
                try:
                    # The place as it is read, not as the keyring has it: what was moved cannot be opened.
                    return Opened(open_sealed(replace(key, place=place), person.sealed))
                except CannotOpen:
                    log.error("person_not_opened", subject=person.subject, place=place)
                    return Opened(note="cannot be read: it is not what was sealed at this place")
            case _:
                return Opened(note=_NO_KEY)

    # finding and forgetting

    async def search(self, sought: Sought) -> Found:
        """Who is known here by one of these details. Each key is tried, as nothing else tells who is who."""
        matching: list[tuple[SubjectKey, tuple[str, ...]]] = []
        rest: list[SubjectKey] = []
        async for key in self._living():
            kinds = tuple(sorted(kind for kind, said in sought.items() if _fits(key, kind, said)))
            if kinds:
                matching.append((key, kinds))
            else:
                rest.append(key)
        places = {key.place for key, _ in matching}
        others = [key for key in rest if key.place in places]
        return Found(matching, others, [link async for link in self._unsealed(sought)])

    async def forget(self, subjects: Sequence[str], reason: ForgetReason, by: Caller) -> list[Forgotten]:
        """Destroy these keys, and put each on record. Repeat it if it broke off: what is gone stays gone.

        NoSuchSubject, before anything is done, where one is not known. KeyStillThere, KeyringUnavailable.
        """
        held = await self.keyring.held(subjects)
        for place, subject in enumerate(subjects):
            if subject not in held:
                raise NoSuchSubject(field=f"subjects.{place}", found=subject)
        done = []
        for subject in dict.fromkeys(subjects):
            match held[subject]:
                case SubjectKey(place=where):
                    gone = Gone(subject, where, self._clock.now(), by.name, reason)
                case Gone() as gone:
                    pass
            # The key first: an event that tells of a key which is still there would be a lie.
            done.append(await self._put_on_record(await self.keyring.forget(gone), by))
        return done

    async def finish(self) -> None:
        """Put on record what was forgotten just before this process ended; done when the service starts."""
        try:
            async for gone in self._gone():
                if not gone.recorded:
                    await self._put_on_record(await self.keyring.forget(gone), system("forgetting"))
        except KeyringUnavailable as error:
            # Everything else can be served; who is forgotten stays so, and the next start tries again.
            log.error("forgetting_not_finished", service=self.topic, error=str(error))

    async def _put_on_record(self, gone: Gone, by: Caller) -> Forgotten:
        _, stream, _ = gone.place.split("/", 2)
        category, _, identity = stream.partition("-")
        command = ForgetPerson(subject=gone.subject, reason=gone.reason)
        receipt = await self._handlers[category].handle(identity, command, by, derived_id("forget", gone.subject))
        await self.keyring.recorded(gone.subject)
        log.info("person_forgotten", subject=gone.subject, place=gone.place, reason=gone.reason)
        link = f"{self.topic}/{receipt.stream}@{receipt.seq}.1" if receipt.events else ""
        return Forgotten(gone, link, receipt.token)

    async def _living(self) -> AsyncIterator[SubjectKey]:
        after = ""
        while page := await self.keyring.living(after, _PAGE):
            for key in page:
                yield key
            after = page[-1].subject
            await asyncio.sleep(0)

    async def _gone(self) -> AsyncIterator[Gone]:
        after = ""
        while page := await self.keyring.gone(after, _PAGE):
            for gone in page:
                yield gone
            after = page[-1].subject

    async def _unsealed(self, sought: Sought) -> AsyncIterator[str]:
        after = 0
        while page := await self._store.scan(after, _PAGE):
            for commit in page:
                for n, record in enumerate(commit.events, start=1):
                    kind = self._naming.get(record.type)
                    if kind is None or record.schema >= kind.schema_version or commit.category not in self._handlers:
                        continue
                    person = getattr(self._handlers[commit.category].codec.decode(record), "person", None)
                    if isinstance(person, UnsealedPerson) and _is_among(person.unsealed, sought):
                        yield f"{self.topic}/{commit.stream}@{commit.seq}.{n}"
            after = page[-1].position
            await asyncio.sleep(0)


def was_removed(reason: ForgetReason, at: datetime) -> Opened:
    """What stands where a person stood that was forgotten then (UTC)."""
    return Opened(removed_on=at.date(), note=removed(reason, at.date()))


def _fits(key: SubjectKey, kind: str, said: Sequence[str]) -> bool:
    return kind in key.found_by and any(told_by(key.key, kind, one) == key.found_by[kind] for one in said)


def _is_among(details: Details, sought: Sought) -> bool:
    return any(
        (told := normal(kind, details.get(kind, ""))) and told in [normal(kind, one) for one in said]
        for kind, said in sought.items()
    )
