"""Forms from the outside: filled in, checked, confirmed, done once; and everything that can go wrong on the way."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from deploy.serving import application
from tests.portal.doing_world import Person, entry, forms, said
from tests.system import TestSystem, embedded_system

ASKING: dict[str, str | list[str]] = {
    "content.obligations.0.treaty": "CCM",
    "content.obligations.0.article": "4",
    "content.needs.0.line": "survey",
    "content.needs.0.kind": "survey",
    "content.needs.0.amount.amount": "250,000",
    "content.needs.0.amount.currency": "usd",
}


pytestmark = pytest.mark.asyncio(loop_scope="module")
_STATES = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    async with embedded_system(tmp_path_factory.mktemp("doing")) as running:
        yield running


@pytest.fixture(scope="module")
def app(system: TestSystem) -> ASGIApp:
    return application(system)


@pytest_asyncio.fixture(loop_scope="module")
async def state(system: TestSystem, app: ASGIApp) -> Person:
    """Somebody of a State that nobody acted for yet."""
    return await Person(system, app).sign_in("state", f"XX{next(_STATES)}")


async def published(person: Person) -> list[Any]:
    """The public requests of the person's State."""
    page = await person.system.client().get(f"/requests?state={person.scope}")
    found: list[Any] = page.json()["items"]
    return found


async def test_a_state_asks_checks_publishes_and_sees_what_comes_next(system: TestSystem, state: Person) -> None:
    form = await state.look("/do/requests/submission")
    assert form.status_code == 200, form.text
    assert f"Exercise State {state.scope}" in said(form)
    checked = await state.press(entry(form), "check", ASKING)
    assert checked.status_code == 200
    assert "The request becomes public" in said(checked)
    assert "USD 250,000" in said(checked)
    done = await state.press(entry(checked), "send")
    assert done.status_code == 200, done.text
    assert "The request is public." in said(done)
    assert "Request submitted" in said(done)
    assert [one["lines"][0]["open"]["amount"] for one in await published(state)] == ["250000.00"]


async def test_errors_stand_at_the_field_and_above_in_words(state: Person) -> None:
    form = entry(await state.look("/do/requests/submission"))
    page = await state.press(form, "check", {**ASKING, "content.needs.0.kind": "", "content.needs.0.year_from": "soon"})
    assert page.status_code == 422
    assert 'href="#in-content.needs.0.kind"' in page.text
    assert "Choose one." in said(page)
    assert "Enter a whole number." in said(page)
    assert entry(page).of("content.needs.0.line") == "survey"


async def test_what_the_service_refuses_stands_at_its_field(state: Person) -> None:
    wrong = {**ASKING, "content.needs.0.amount.amount": "10.001", "content.obligations.0.article": "3"}
    form = entry(await state.look("/do/requests/submission"))
    page = await state.press(entry(await state.press(form, "check", wrong)), "send")
    assert page.status_code == 422, page.text
    assert 'href="#in-content.needs.0.amount.amount"' in page.text
    assert "USD has 2 decimals" in said(page)


async def test_a_double_click_does_it_once(system: TestSystem, state: Person) -> None:
    checked = await state.press(entry(await state.look("/do/requests/submission")), "check", ASKING)
    once = await state.press(entry(checked), "send")
    twice = await state.press(entry(checked), "send")
    assert (once.url, once.status_code) == (twice.url, twice.status_code)
    assert len(await published(state)) == 1


async def test_rows_are_added_and_removed_without_a_script(state: Person) -> None:
    form = entry(await state.look("/do/requests/submission"))
    page = await state.press(form, "", ASKING, _add="content.needs")
    assert page.status_code == 200
    assert entry(page).of("content.needs.0.line") == "survey"
    more = entry(page)
    assert "content.needs.1.line" in {name for name, _ in more.values}
    fewer = entry(await state.press(more, "", {"content.needs.1.line": "second"}, _remove="content.needs.0"))
    assert [value for name, value in fewer.values if name.endswith(".line")] == ["second"]


async def test_a_draft_is_kept_as_one_types_and_found_again(system: TestSystem, app: ASGIApp, state: Person) -> None:
    form = entry(await state.look("/do/requests/submission"))
    kept = await state.press(form, "keep", {**ASKING, "content.obstacle": "Floods.\nAnd few people."})
    assert "Kept as your draft." in said(kept)
    again = await state.look("/do/requests/submission")
    assert entry(again).of("content.obstacle") == "Floods.\nAnd few people."
    assert "Ask for assistance" in said(await state.look("/drafts"))
    other = await Person(system, app).sign_in("state", state.scope, subject="another")
    assert entry(await other.look("/do/requests/submission")).of("content.obstacle") == ""
    discarded = await state.press(forms(again)[-1], "discard")
    assert entry(discarded).of("content.obstacle") == ""


async def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(system: TestSystem, state: Person) -> None:
    checked = await state.press(entry(await state.look("/do/requests/submission")), "check", ASKING)
    form = entry(checked)
    for token in ("", "forged"):
        page = await state.press(form, "send", {"_token": token})
        assert page.status_code == 403
        assert "Nothing was sent" in said(page)
    headers = {"Origin": "http://elsewhere.example", "Content-Type": "application/x-www-form-urlencoded"}
    foreign = await state.browser.post(form.action, content="_step=send", headers=headers)
    assert foreign.status_code == 403
    assert await published(state) == []


async def test_what_was_entered_survives_the_end_of_the_session(system: TestSystem, state: Person) -> None:
    checked = entry(await state.press(entry(await state.look("/do/requests/submission")), "check", ASKING))
    state.browser.cookies.clear()
    page = await state.press(checked, "send")
    assert page.status_code == 401
    assert "What you entered is not lost." in said(page)
    await state.sign_in("state", state.scope)
    back = await state.press(forms(page)[-1], "edit")
    assert entry(back).of("content.needs.0.line") == "survey"
    assert await published(state) == []
    assert "The request is public." in said(await state.press(entry(await state.press(entry(back))), "send"))


async def test_two_people_revise_the_same_request_and_neither_loses_work(
    system: TestSystem, app: ASGIApp, state: Person
) -> None:
    await state.do("/do/requests/R-1/submission", ASKING)
    other = await Person(system, app).sign_in("state", state.scope, subject="another")
    mine = entry(await state.look("/do/requests/R-1/revisions"))
    theirs = entry(await other.look("/do/requests/R-1/revisions"))
    first = await other.press(theirs, "check", {"reason": "Prices rose", "content.needs.0.amount.amount": "300000"})
    assert "The request was revised." in said(await other.press(entry(first), "send"))
    second = await state.press(mine, "check", {"reason": "Fewer teams", "content.obstacle": "Rain"})
    conflict = await state.press(entry(second), "send")
    assert conflict.status_code == 412
    for words in ("Somebody else was first", "Request revised", "USD 300,000", "Rain", "Fewer teams"):
        assert words in said(conflict)
    edited = await state.press(entry(conflict), "edit")
    assert entry(edited).of("content.obstacle") == "Rain"
    done = await state.press(entry(await state.press(entry(edited))), "send")
    assert "The request was revised." in said(done)
    shown = (await system.client().get("/requests/R-1")).json()
    assert [one["reason"] for one in shown["revisions"]] == ["Prices rose", "Fewer teams"]
    # Each one's own change stands: the amount of the first, the obstacle of the second.
    assert shown["content"]["needs"][0]["amount"]["amount"] == "300000.00"
    assert shown["content"]["obstacle"] == "Rain"


async def test_a_step_that_nobody_can_see_is_no_conflict(state: Person) -> None:
    await state.do("/do/requests/R-2/submission", ASKING)
    await state.do("/do/requests/R-2/contact", {"name": "Desk"})
    page = await state.do("/do/requests/R-2/revisions", {"reason": "Rain", "content.obstacle": "Rain"})
    assert "The request was revised." in said(page)


async def test_what_was_so_already_is_said_to_have_been_so(state: Person) -> None:
    await state.do("/do/requests/R-3/submission", ASKING)
    page = await state.do("/do/requests/R-3/revisions", {"reason": "Only a reason"})
    assert "Nothing had to be changed" in said(page)


async def test_names_of_people_stay_in_no_draft_and_no_receipt(system: TestSystem, state: Person) -> None:
    await state.do("/do/requests/R-4/submission", ASKING)
    form = entry(await state.look("/do/requests/R-4/contact"))
    page = await state.press(form, "keep", {"name": "Ms Keo", "email": "keo@example.org"})
    assert entry(page).of("name") == "Ms Keo"
    assert "Say whom to write to" not in said(await state.look("/drafts")).partition("Your drafts")[2]
    done = await state.press(form, "check", {"name": "Ms Keo", "email": "keo@example.org"})
    assert "The contact was kept." in said(done)
    kept = b"".join(file.read_bytes() for file in (system.folder / "portal").iterdir())
    assert b"Keo" not in kept
    assert b"keo@" not in kept
    assert entry(await state.look("/do/requests/R-4/contact")).of("email") == "keo@example.org"
