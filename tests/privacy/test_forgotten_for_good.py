"""P11: whoever is forgotten is nowhere any more, byte for byte, and the history still verifies.

Random people are named, named anew and forgotten in any order, with restarts and backups in between. Then
every byte of every file is searched: the folder with its write-ahead logs, backups, an export, logs, answers.
"""

import asyncio
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from deploy.cli.backing_up import copy_folder
from deploy.cli.care import of_folder
from shared.comparing_views import compare_view
from shared.export import export_history, verify_export
from shared.logs import configure
from shared.privacy import Gone, SubjectKey
from tests.privacy.desk import NAMING, PLACES, REQUESTS, begin, everything_in, forget, name_at, read_at, search, traces
from tests.system import A_DAY_IN_2026, TestSystem, embedded_system

PEOPLE = 3
Step = tuple[str, int, str]
people = st.integers(0, PEOPLE - 1)
places = st.sampled_from(PLACES)
steps = st.lists(
    st.tuples(st.just("name"), people, places)
    | st.tuples(st.sampled_from(["forget by email", "forget by name", "restart", "backup"]), people, places),
    min_size=2,
    max_size=10,
)
# Long enough that nothing else spells them by chance.
names = st.text(st.characters(categories=["Ll", "Lu", "Lo", "Zs"]), min_size=8, max_size=60).filter(
    lambda name: len(name.strip()) >= 8
)
words = st.text("abcdefghijklmnopqrstuvwxyz.", min_size=9, max_size=20)


@dataclass
class Told:
    """What the folder was told, and what must follow from it."""

    system: TestSystem
    folder: Path
    persons: Sequence[dict[str, str]]
    standing: dict[str, int] = field(default_factory=dict)
    """By place, who was named there last."""
    removed: set[str] = field(default_factory=set)
    """Places whose last person is forgotten."""
    gone: list[SubjectKey] = field(default_factory=list)
    backups: list[tuple[Path, int]] = field(default_factory=list)
    """Each with how many were forgotten when it was made."""

    async def do(self, step: Step) -> None:
        what, who, place = step
        person = self.persons[who]
        if what == "name":
            await name_at(self.system, place, person)
            self.standing[place] = who
            self.removed.discard(place)
        elif what == "backup":
            target = self.folder.with_name(f"backup-{len(self.backups)}")
            await asyncio.to_thread(copy_folder, self.folder, target)
            self.backups.append((target, len(self.gone)))
        elif what != "restart":
            await self.forget(who, "email" if what == "forget by email" else "name")

    async def forget(self, who: int, kind: str) -> None:
        found = await search(self.system, **{kind: self.persons[who][kind]})
        for one in found:
            keyring = self.system.services[one["service"]].kit.people.keyring
            key = (await keyring.held([one["subject"]]))[one["subject"]]
            assert isinstance(key, SubjectKey)
            self.gone.append(key)
        assert len(await forget(self.system, **{kind: self.persons[who][kind]})) == len(found)
        self.removed |= {place for place, last in self.standing.items() if last == who}

    async def judge(self, said: io.StringIO) -> None:
        """Everything that P11 promises."""
        export = self.folder.with_name("history.jsonl")
        await export_history(self.system.stores, export, A_DAY_IN_2026)
        assert verify_export(export).sound
        for service in self.system.services.values():
            for projection in service.kit.projections:
                store = self.system.stores[projection.topic or service.name]
                compared = await compare_view(service.name, projection, service.kit.documents, store)
                assert compared.differences == ()
        answers = "".join([(await self.system.client("isu").get(path)).text for path in self._histories()])
        everywhere = everything_in(self.folder, *(backup for backup, _ in self.backups))
        everywhere += export.read_bytes() + said.getvalue().encode() + answers.encode()
        # Nobody's details stand anywhere, forgotten or not: only what was sealed.
        plain = [person[kind] for person in self.persons for kind in ("name", "email", "phone")]
        assert traces(everywhere, *plain) == []
        # And what could open it is gone; from backups too, whenever they were made.
        assert traces(everywhere, *(key.key for key in self.gone)) == []
        hashes = {one for key in self.gone for one in (key.mark, *key.found_by.values())}
        assert traces(everywhere, *(hashes - await self.marks_of_the_living())) == []
        assert (await of_folder(self.folder, None))[0] == []
        for backup, _ in self.backups:
            assert (await of_folder(backup, None))[0] == []
        await self.read()

    async def marks_of_the_living(self) -> set[str]:
        """Whoever is named at the same place again has the same mark again."""
        rings = [service.kit.people.keyring for service in self.system.services.values()]
        return {key.mark for ring in rings for key in await ring.living()}

    async def read(self) -> None:
        """Who was forgotten reads as removed; everybody else reads as named."""
        for place, who in self.standing.items():
            shown = await read_at(self.system, place)
            if place in self.removed:
                assert (shown["name"], shown["email"], shown.get("phone", "")) == ("", "", "")
                assert shown["note"] == "removed at the person's request on 2026-11-21"
            else:
                assert (shown["name"], shown["email"]) == (self.persons[who]["name"], self.persons[who]["email"])
        for key in self.gone:
            keyring = self.system.services[key.place.partition("/")[0]].kit.people.keyring
            assert isinstance((await keyring.held([key.subject]))[key.subject], Gone)

    def _histories(self) -> list[str]:
        streams = [*(f"/requests/history/request-{name}" for name in REQUESTS), "/pledges/history/donor-norway"]
        return [*streams, "/requests/people/forgotten", "/pledges/people/forgotten", "/requests/parked"]


async def play(folder: Path, persons: Sequence[dict[str, str]], story: Sequence[Step]) -> None:
    said = io.StringIO()
    configure("json", "debug", said)
    rest = list(story)
    told: Told | None = None
    while True:
        async with embedded_system(folder / "data", names=NAMING) as system:
            if told is None:
                await begin(system)
                told = Told(system, folder / "data", persons)
            told.system = system
            while rest:
                step = rest.pop(0)
                await told.do(step)
                if step[0] == "restart":
                    break
            else:
                await system.settle()
                await told.judge(said)
                break
    # With everything closed, and what was written last written out.
    assert traces(everything_in(folder / "data"), *(key.key for key in told.gone)) == []


def a_person(number: int, name: str, word: str) -> dict[str, str]:
    # The numbers keep people apart whom chance gives one name.
    return {"name": f"{name} {number}", "email": f"{word}{number}@example.org", "phone": f"+856 20 5511 220{number}"}


# Each takes about a second, so none is spent on making a failing one small.
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example(
    story=[
        ("name", 0, "r-1"), ("name", 0, "mfa"), ("name", 1, "r-1"), ("backup", 0, "r-1"), ("forget by email", 0, "r-1"),
        ("restart", 0, "r-1"), ("name", 0, "r-2"), ("forget by name", 1, "r-1"), ("backup", 0, "r-1"),
    ],
    told=[("Ann Onymous", "ann.onymous"), ("Bén Évolent", "ben.evolent"), ("စမ်းသပ်ခြင်း", "someone.else")],
)  # fmt: skip
@given(story=steps, told=st.lists(st.tuples(names, words), min_size=PEOPLE, max_size=PEOPLE))
def test_p11_whoever_is_forgotten_is_nowhere_and_the_history_verifies(
    story: list[Step], told: list[tuple[str, str]]
) -> None:
    persons = [a_person(number, name, word) for number, (name, word) in enumerate(told)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(play(Path(folder), persons, story))
    finally:
        structlog.reset_defaults()
