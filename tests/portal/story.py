"""One small story over the contracts, so that every reading page has something to show.

Its texts carry what pages and files must not let run: markup, script, formulas, quotation marks.
"""

from collections.abc import Mapping
from typing import Any

from tests.system import TestSystem

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
FORMULA = '=HYPERLINK("http://evil.example","click")'
TYPST = '#read("/etc/passwd") *strong* $x$ [link] \\ @cite'
REQUEST, PLEDGE, DONOR = "story-request", "story-pledge", "XXM"
OBLIGATION, MEETING = "CCM-XXA-4", "CCM-Story_meeting"
PAGES = (
    "/",
    "/how-it-works",
    "/states",
    "/states/XXA",
    "/states/XXA/history",
    f"/obligation/{OBLIGATION}",
    "/all/requests",
    f"/request/{REQUEST}",
    "/all/pledges",
    f"/pledge/{PLEDGE}",
    "/all/donors",
    f"/donor/{DONOR}",
    "/all/coalitions",
    "/coalition/{coalition}",
    "/all/meetings",
    f"/meeting/{MEETING}",
    "/search?q=teams",
    "/sources",
    "/changes",
    "/calendar",
    "/subscribe",
    "/states/XXA/subscribe",
    "/tell-us",
    f"/what-if?duty={OBLIGATION}&kind=declaration",
    "/style",
    f"/history/deadlines/obligation-{OBLIGATION}",
    "/nowhere",
)
"""Every reading page over this story; the coalition's name is its service's choice (`pages_of`)."""
STATEMENT = {"source": "https://www.example.org/page", "stated_on": "2025-05-01"}
_PARTY = {"treaty": "CCM", "state": "XXA"}
_DUTY = {**_PARTY, "article": "4"}


def pages_of(coalition: str) -> list[str]:
    """Every reading page, with the coalition that `told` named."""
    return [path.replace("{coalition}", coalition) for path in PAGES]


async def told(system: TestSystem) -> str:
    """Tell it: a party with a duty, figures, a request, a pledge that covers part of it, a coalition, a meeting.

    Returns the coalition's name.
    """
    async with (
        system.client("isu") as isu,
        system.client("state", "XXA") as state,
        system.client("donor", DONOR) as donor,
        system.client("coordinator") as coordinator,
    ):

        async def post(client: Any, path: str, body: Mapping[str, Any]) -> Any:
            answer = await client.post(path, json=body)
            assert answer.status_code in (200, 201), (path, answer.text)
            # What services answer one another comes before the next step, so that the story is the same each time.
            await system.settle()
            return answer.json()

        party = {"action": "ratification", "deposited_on": "2016-03-01", "statement": STATEMENT}
        await post(isu, "/deadlines/parties/CCM-XXA", {**_PARTY, **party, "name": "Exercise A"})
        await post(isu, f"/deadlines/obligations/{OBLIGATION}", {**_DUTY, "statement": STATEMENT})
        for year, left in (("2023-12-31", "5000000"), ("2024-12-31", "3000000")):
            figure = {"metric": "remaining_contamination_m2", "value": left, "unit": "m2", "period": year}
            source = {"source": f"https://www.example.org/{year}", "stated_on": "2025-05-01", "note": FORMULA}
            await post(isu, f"/deadlines/obligations/{OBLIGATION}/figures", {**_DUTY, **figure, "statement": source})
        released = {"metric": "released_m2", "value": "2000000", "unit": "m2", "period": "2024"}
        await post(isu, f"/deadlines/obligations/{OBLIGATION}/figures", {**_DUTY, **released, "statement": STATEMENT})
        meeting = {"treaty": "CCM", "name": "Story meeting", "kind": "msp", "starts_on": "2027-09-06"}
        await post(isu, f"/deadlines/meetings/{MEETING}", {**meeting, "place": MARKUP, "statement": STATEMENT})
        need = {"kind": "clearance", "treaty": "CCM", "article": "4", "year_from": 2026, "year_to": 2028}
        needs = [
            {**need, "line": "teams", "description": f"Two teams {MARKUP}", "amount": usd("900000.00")},
            {**need, "line": "typst", "description": TYPST, "amount": None},
            {**need, "line": "formula", "description": FORMULA, "amount": usd("50000.00")},
        ]
        content = {
            "state": "XXA",
            "obligations": [{"treaty": "CCM", "article": "4"}],
            "needs": needs,
            "obstacle": TYPST,
            "authority": MARKUP,
            "completion_plan": FORMULA,
        }
        await post(state, f"/requests/{REQUEST}/submission", {"content": content})
        await post(isu, f"/pledges/donors/{DONOR}/registration", {"donor": DONOR, "name": FORMULA, "iso3": DONOR})
        target = {"kind": "need_line", "request": REQUEST, "line": "teams"}
        terms = {
            "donor": DONOR,
            "target": target,
            "amount": usd("400000.00"),
            "conditions": MARKUP,
            "tranches": [{"tranche": "2026", "amount": usd("400000.00"), "expected_on": "2026-12"}],
        }
        await post(donor, f"/pledges/{PLEDGE}/announcement", {"terms": terms, "announced_on": "2026-02-01"})
        proposal = {"state": "XXA", "obligations": [{"treaty": "CCM", "article": "4"}], "proposed_on": "2026-01-20"}
        named = {"purpose": f"Finish {TYPST} {MARKUP}", "proposed_by": "A coordinator"}
        receipt = await post(coordinator, "/coalitions", {**proposal, **named})
        coalition = str(receipt["stream"]).removeprefix("coalition-")
        member = {"member": DONOR, "name": MARKUP, "role": "donor"}
        await post(coordinator, f"/coalitions/{coalition}/members", member)
    await system.settle()
    return coalition


def usd(amount: str) -> dict[str, str]:
    """A sum in US dollars."""
    return {"amount": amount, "currency": "USD"}


async def named(system: TestSystem, contact: Mapping[str, str], officer: Mapping[str, str]) -> None:
    """Name a contact of the story's request, and an officer of an office of its donor."""
    async with system.client("state", "XXA") as state, system.client("donor", DONOR) as donor:
        for client, path, body in (
            (state, f"/requests/{REQUEST}/contact", contact),
            (donor, f"/pledges/donors/{DONOR}/agencies", {"agency": "desk", "name": "Humanitarian desk"}),
            (donor, f"/pledges/donors/{DONOR}/focal-points", {"agency": "desk", **officer}),
        ):
            answer = await client.post(path, json=dict(body))
            assert answer.status_code == 201, answer.text
