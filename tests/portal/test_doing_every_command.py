"""Every command of every service has its form, every part of it its words, and every form its own people."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.catalogue import SERVICES
from deploy.serving import application
from services.portal.doing.catalogue import FORMS, standing_at
from services.portal.doing.describing import Form
from services.portal.doing.schema import Contract, Node
from shared.auth.caller import Role
from tests.portal.doing_world import Person, entry, said
from tests.system import TestSystem, embedded_system

CONTRACTS = Path("contracts")
ASKING_ONLY = {"/insights/what-if"}
"""Sent with POST for its length: it answers and records nothing."""
ROLES: tuple[tuple[Role, str], ...] = (("isu", ""), ("state", "XXA"), ("donor", "XXM"), ("coordinator", ""))


def contract(service: str) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    document = json.loads((CONTRACTS / service / "openapi.json").read_text())
    paths: Mapping[str, Mapping[str, Mapping[str, object]]] = document["paths"]
    return paths


def commands() -> Iterator[tuple[str, str]]:
    """Every route that records something in a service's history; what operators do with views is no part of it."""
    for service in SERVICES:
        for path, operations in contract(service).items():
            for method in operations:
                # People are sought and forgotten with `article6 forget`, which asks all services at once.
                is_of_the_kit = path.split("/")[2:3] in (["parked"], ["history"], ["operations"], ["people"])
                if method not in ("get", "head") and path not in ASKING_ONLY and not is_of_the_kit:
                    yield method.upper(), path


def node(form: Form) -> Node:
    document = json.loads((CONTRACTS / form.service / "openapi.json").read_text())
    return Contract(document).command(form.method, form.path)


def test_every_command_has_a_form_and_every_form_a_command() -> None:
    assert {(form.method, form.path) for form in FORMS} == set(commands())
    assert len(FORMS) == len({form.path for form in FORMS})


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_every_part_of_a_command_is_asked_in_words(form: Form) -> None:
    parts = dict(node(form).walk())
    assert [one.path for one in form.fields if one.path not in parts] == []
    assert [path for path in parts if form.asks(path) is None] == []
    for one in form.fields:
        assert one.label.strip()
        known = parts[one.path]
        if known.kind in ("choice", "choices"):
            assert {value for value in known.options if value} <= set(one.options), one.path
        if known.kind == "list":
            assert one.add, one.path
        if known.required and "[]" not in one.path:
            assert not one.more or one.path == "clock", f"{one.path} is needed and must not be hidden"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_every_form_says_what_happens_and_who_sees_it(form: Form) -> None:
    for text in (form.title, form.lead, form.button, form.done, form.next, form.seen_by):
        assert text.strip()
    assert form.roles
    ids = dict.fromkeys(form.parameters, "CCM-XXA-4")
    found = standing_at(form.address(**ids).removeprefix("/do"))
    assert found is not None
    assert found[0] is form
    if form.naming is not None or not form.parameters:
        assert standing_at(form.address().removeprefix("/do")) == (form, {})


pytestmark_module = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("every")) as running:
        yield running


@pytest.fixture(scope="module")
def app(system: TestSystem) -> ASGIApp:
    return application(system)


def addresses(form: Form) -> str:
    ids = {"donor": "XXM", "state": "XXA"}
    thing = {
        "obligation": "CCM-XXA-4",
        "party": "CCM-XXA",
        "reporting": "CCM-XXA",
        "meeting": "CCM-14MSP",
        "total": "CCM",
    }
    return form.address(**{name: ids.get(name) or thing.get(form.thing, "X-1") for name in form.parameters})


@pytestmark_module
@pytest.mark.parametrize(("role", "scope"), [*ROLES, ("public", "")])
async def test_every_form_opens_for_its_own_people_and_tells_all_others_who_may(
    system: TestSystem, app: ASGIApp, role: Role, scope: str
) -> None:
    person = Person(system, app)
    if role != "public":
        await person.sign_in(role, scope)
    before = await everything(system)
    for form in FORMS:
        page = await person.look(addresses(form))
        if role == "public":
            assert page.status_code == 401, form.path
            assert "Sign in to do this" in said(page)
        elif role in form.roles:
            assert page.status_code == 200, (form.path, page.text[-400:])
            assert form.title in said(page)
            assert entry(page).of("_token")
            assert page.headers["cache-control"] == "no-store"
        else:
            assert page.status_code == 403, form.path
            assert "This can be done by" in said(page)
        sent = await person.post(addresses(form), [("_step", "send"), ("_key", "0123456789")])
        assert sent.status_code == (401 if role == "public" else 403), form.path
    assert await everything(system) == before


async def everything(system: TestSystem) -> list[str]:
    return [commit.hash for store in system.stores.values() for commit in await store.scan(0, 10_000)]
