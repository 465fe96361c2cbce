"""The fictional States as parties, with their duties: every status that a duty can have."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from deploy.exercise.step import ISU, Step, day, invented, state, usd
from services.deadlines.domain import meeting, party
from services.deadlines.domain import obligation_commands as ask
from services.deadlines.domain.obligation_facts import ContentPart
from services.deadlines.treaty import Action
from services.deadlines.treaty_rules import Treaty
from shared.countries import country_name
from shared.dates import PartialDate, Period
from shared.messages import Command

PARTIES: tuple[tuple[Treaty, str, Action, str], ...] = (
    # treaty, State, how, deposited on; entry into force follows from the treaty's rule
    ("CCM", "XXA", "ratification", "2017-09-10"),  # in force 1 March 2018: Article 4 until 2028
    ("CCM", "XXB", "accession", "2018-11-20"),  # 1 May 2019: until 2029
    ("APMBC", "XXB", "accession", "2016-07-04"),
    ("CCM", "XXC", "ratification", "2014-01-15"),
    ("APMBC", "XXC", "ratification", "2011-01-20"),
    ("CCM", "XXD", "ratification", "2013-06-30"),
    ("APMBC", "XXD", "acceptance", "2010-02-10"),
    ("CCM", "XXE", "ratification", "2015-03-03"),  # 1 September 2015: overdue since 2025
    ("APMBC", "XXE", "ratification", "2005-05-05"),
    ("CCM", "XXF", "accession", "2015-12-12"),  # 1 June 2016: overdue, with a request pending
    ("APMBC", "XXF", "accession", "2012-03-15"),
    ("CCM", "XXG", "approval", "2017-02-01"),  # 1 August 2017: stock until 2025
    ("APMBC", "XXG", "ratification", "2003-08-20"),
    ("CCM", "XXH", "ratification", "2012-04-04"),
    ("APMBC", "XXH", "ratification", "2006-10-10"),
)
DUTIES: tuple[tuple[str, str, str], ...] = (
    ("CCM", "XXA", "4"), ("CCM", "XXA", "5"), ("CCM", "XXA", "9"),
    ("CCM", "XXB", "4"), ("CCM", "XXB", "9"),
    ("CCM", "XXC", "4"), ("CCM", "XXC", "5"), ("APMBC", "XXC", "5"),
    ("CCM", "XXD", "4"), ("APMBC", "XXD", "5"),
    ("CCM", "XXE", "4"), ("APMBC", "XXE", "5"),
    ("CCM", "XXF", "4"), ("APMBC", "XXF", "5"),
    ("CCM", "XXG", "3"), ("APMBC", "XXG", "5"), ("APMBC", "XXG", "4"), ("CCM", "XXG", "9"),
    ("CCM", "XXH", "4"), ("CCM", "XXH", "3"), ("CCM", "XXH", "9"),
)  # fmt: skip

LEFT: tuple[tuple[str, str, str, tuple[tuple[str, int, int], ...]], ...] = (
    # treaty, State, article, and for each year: released, then left at its end, in square metres
    ("CCM", "XXA", "4", (("2023", 900_000, 2_900_000), ("2024", 850_000, 2_050_000), ("2025", 800_000, 1_250_000))),
    ("CCM", "XXB", "4", (("2023", 700_000, 1_900_000), ("2024", 700_000, 1_200_000), ("2025", 700_000, 500_000))),
    ("CCM", "XXC", "4", (("2024", 400_000, 29_000_000), ("2025", 300_000, 28_700_000))),
    (
        "APMBC", "XXC", "5",
        (("2023", 1_100_000, 18_200_000), ("2024", 900_000, 17_300_000), ("2025", 1_000_000, 16_300_000)),
    ),
    ("CCM", "XXD", "4", (("2024", 2_500_000, 131_000_000), ("2025", 3_000_000, 128_000_000))),
    ("APMBC", "XXD", "5", (("2024", 5_000_000, 305_000_000), ("2025", 4_000_000, 301_000_000))),
    ("CCM", "XXE", "4", (("2016", 0, 42_000_000),)),  # ten years old: it no longer says what is near
    ("CCM", "XXF", "4", (("2024", 0, 6_400_000), ("2025", 0, 6_400_000))),
    ("APMBC", "XXG", "5", (("2025", 20_000, 180_000),)),
    ("CCM", "XXH", "4", (("2020", 1_400_000, 600_000), ("2021", 600_000, 0))),
)  # fmt: skip

STATUSES: tuple[tuple[str, str, str, str, str, str], ...] = (
    # treaty, State, article, status, in words, as of
    ("CCM", "XXA", "4", "needs_assistance", "Could finish in two seasons with one more partner.", "2026-04"),
    ("CCM", "XXB", "4", "on_track", "Own teams will finish in 2026.", "2026-04"),
    ("CCM", "XXC", "4", "not_on_track", "Three teams fewer than planned.", "2026-04"),
    ("APMBC", "XXC", "5", "extension_granted", "Two years less than was asked.", "2023-11"),
    ("CCM", "XXD", "4", "not_on_track", "Large areas, few teams.", "2025-10"),
    ("APMBC", "XXD", "5", "not_on_track", "Large areas, few teams.", "2025-10"),
    ("CCM", "XXE", "4", "in_violation", "Deadline passed without a request.", "2026-03"),
    ("CCM", "XXF", "4", "extension_requested", "Asked for four years.", "2026-05"),
    ("CCM", "XXG", "3", "unclear", "No plan was seen.", "2025-09"),
    ("CCM", "XXH", "4", "completed", "All land released.", "2022-06"),
)

MEASURES: tuple[tuple[str, str, str, str, str], ...] = (
    # State, article of the CCM, status, law or plan, as of
    ("XXA", "5", "focal_point_named", "", "2021-04"),
    ("XXA", "5", "plan_being_drafted", "National action plan on victim assistance", "2026-04"),
    ("XXA", "9", "none_reported", "", "2020-04"),
    ("XXA", "9", "being_drafted", "Bill on prohibited weapons", "2026-04"),
    ("XXB", "9", "existing_law_sufficient", "Arms control act", "2025-04"),
    ("XXG", "9", "specific_law", "Act on cluster munitions", "2020-04"),
    ("XXC", "5", "plan_adopted", "Action plan 2021 to 2026", "2021-05"),
    ("XXH", "9", "adopted", "Act on cluster munitions", "2015-05"),
)


def of(treaty: str, code: str, article: str, clock: str = "") -> dict[str, Any]:
    """How every message about a duty names it."""
    return {"treaty": treaty, "state": code, "article": article, "clock": clock}


def about(on: str, command: ask.ObligationCommand, by_state: bool = True) -> Step:
    """A step about the duty that the command names."""
    return Step(day(on), state(command.state) if by_state else ISU, "obligation", command.duty_id, command)


def memberships() -> Iterator[Step]:
    """Deposits, a withdrawal in effect, and one put off."""
    for treaty, code, action, deposited in PARTIES:
        yield of_party(
            deposited,
            party.RegisterStateParty.model_validate(
                {
                    "treaty": treaty, "state": code, "name": country_name(code), "action": action,
                    "deposited_on": deposited, "statement": invented(deposited),
                }
            ),
        )  # fmt: skip
    left = of_membership("APMBC", "XXE")
    yield of_party(
        "2025-08-20",
        party.RecordWithdrawal(**left, received_on=day("2025-08-20"), statement=invented("2025-08-20")),
    )
    leaving = of_membership("APMBC", "XXF")
    yield of_party(
        "2026-02-01",
        party.RecordWithdrawal(**leaving, received_on=day("2026-02-01"), statement=invented("2026-02-01")),
    )
    yield of_party(
        "2026-07-01",
        party.PostponeWithdrawal(
            **leaving, reason="An armed conflict goes on (Article 20).", statement=invented("2026-07-01")
        ),
    )


def of_membership(treaty: str, code: str) -> dict[str, Any]:
    """How every message about a membership names it."""
    return {"treaty": treaty, "state": code}


def of_party(on: str, command: party.PartyCommand) -> Step:
    """A step about a membership."""
    return Step(day(on), ISU, "party", party.identity(command.treaty, command.state), command)


def registrations() -> Iterator[Step]:
    """Each duty, known from the year after the deposit."""
    for treaty, code, article in DUTIES:
        on = next(deposited for one, other, _, deposited in PARTIES if (one, other) == (treaty, code))
        known = f"{int(on[:4]) + 1}-01-31"
        yield about(known, ask.RegisterObligation(**of(treaty, code, article), statement=invented(known)))


def figures() -> Iterator[Step]:
    """What was released and what is left, reported each 30 April; a stock; and what sources make of it."""
    for treaty, code, article, by_year in LEFT:
        for year, released, left in by_year:
            told = f"{int(year) + 1}-04-30"
            for metric, value in (("released_m2", released), ("remaining_contamination_m2", left)):
                yield figure(told, of(treaty, code, article), metric, value, "m2", year)
    stock = of("CCM", "XXG", "3")
    yield figure("2019-04-30", stock, "munitions_declared", 5_200, "munitions", "2018")
    yield figure("2026-04-30", stock, "munitions_destroyed_total", 4_400, "munitions", "2025")
    yield figure("2026-04-30", stock, "munitions_held", 800, "munitions", "2025")
    for treaty, code, article, status, words, as_of in STATUSES:
        told = f"{as_of}-28"
        facts = {**of(treaty, code, article), "status": status, "words": words, "as_of": as_of}
        yield about(told, ask.RecordStatus.model_validate({**facts, "statement": invented(told)}), by_state=False)
    for code, article, status, law, as_of in MEASURES:
        told = f"{as_of}-28"
        facts = {**of("CCM", code, article), "status": status, "law": law, "as_of": as_of}
        yield about(told, ask.RecordMeasure.model_validate({**facts, "statement": invented(told)}), by_state=False)


def figure(told: str, duty: dict[str, Any], metric: str, value: int, unit: str, year: str) -> Step:
    """One figure for one year."""
    facts = {**duty, "metric": metric, "value": Decimal(value), "unit": unit, "period": Period(year)}
    return about(told, ask.RecordFigure.model_validate({**facts, "statement": invented(told)}))


def hostilities() -> Iterator[Step]:
    """A clock that waits for peace, and one that runs since the fighting ended (CCM 4.1(b))."""
    going_on = ask.StateHostilities(
        **of("CCM", "XXF", "4", "northern-border"),
        name="Fighting at the northern border",
        began_on=PartialDate("2024-03"),
        statement=invented("2025-02-01"),
    )
    ended = ask.StateHostilities(
        **of("CCM", "XXD", "4", "river-conflict"),
        name="River conflict",
        began_on=PartialDate("2019"),
        ended_on=day("2021-05-31"),
        statement=invented("2021-09-01"),
    )
    yield about("2021-09-01", ended)
    yield about("2025-02-01", going_on)


def extensions() -> Iterator[Step]:
    """Requests for more time with every ending: granted, granted less, not approved, taken back, pending."""
    # XXD: all that was asked for, by silence procedure, after a question and its answer.
    duty = of("CCM", "XXD", "4")
    yield lodge("2022-12-01", duty, "2028-12-01", "2023-09-11")
    yield about(
        "2023-02-01",
        ask.PutQuestion(**duty, sequence=1, question="teams", text="How many teams?", put_on=day("2023-02-01")),
        by_state=False,
    )
    yield about(
        "2023-03-01",
        ask.AnswerQuestion(**duty, sequence=1, question="teams", text="Eight.", answered_on=day("2023-03-01")),
    )
    yield decide("2023-10-15", duty, 1, "granted", "2028-12-01", mode="silence_procedure")
    # XXD again: its next request is in time and waits, while the deadline has not passed.
    yield lodge("2026-10-20", duty, "2033-12-01", "2028-09-11")
    # XXD under the other treaty: only read about, with the sum that it says the time will cost.
    yield about(
        "2019-12-01",
        ask.RecordExtensionStatement(
            **of("APMBC", "XXD", "5"),
            sequence=1,
            asked_until=PartialDate("2030-08-01"),
            lodged_on=PartialDate("2019-03"),
            decided_at="Exercise meeting of 2019",
            mode="meeting",
            granted_until=PartialDate("2030-08-01"),
            outcome="granted",
            granted=True,
            budget=usd(60_000_000),
            statement=invented("2019-12-01"),
        ),
        by_state=False,
    )
    # XXC: less than was asked, with conditions.
    duty = of("APMBC", "XXC", "5")
    yield lodge("2020-01-10", duty, "2027-07-01", "2020-11-16")
    yield decide("2020-11-20", duty, 1, "granted_less", "2025-07-01", conditions="A revised plan within a year.")
    yield lodge("2024-01-10", duty, "2029-07-01", "2024-11-25")
    yield decide("2024-11-29", duty, 2, "granted", "2029-07-01")
    duty = of("CCM", "XXC", "4")
    yield lodge("2023-08-01", duty, "2028-07-01", "2024-05-13")
    yield decide("2024-05-17", duty, 1, "granted", "2028-07-01")
    # XXG: lodged late, and not approved.
    duty = of("CCM", "XXG", "3")
    yield lodge("2025-05-30", duty, "2028-08-01", "2025-07-14")
    yield decide("2025-07-18", duty, 1, "not_approved", None)
    # XXF: lodged in time, not decided yet; the deadline has passed meanwhile.
    yield lodge("2025-08-15", of("CCM", "XXF", "4"), "2030-06-01", "2026-05-25")
    # XXB: taken back, since its own teams will finish.
    duty = of("CCM", "XXB", "4")
    yield lodge("2026-02-10", duty, "2031-05-01", "2028-11-20")
    yield about("2026-05-10", ask.WithdrawExtensionRequest(**duty, sequence=1, reason="The work will be done before."))


def lodge(on: str, duty: dict[str, Any], until: str, meeting_on: str) -> Step:
    """A request with its first two parts; the parts that lack are listed by the rules."""
    command = ask.LodgeExtensionRequest(
        **duty,
        lodged_on=day(on),
        asked_until=day(until),
        meeting=f"Exercise meeting of {meeting_on[:4]}",
        meeting_planned_on=day(meeting_on),
        contents=(
            ContentPart(part="a", text=f"Until {until}."),
            ContentPart(part="b", text="Fewer teams than planned, and more land than was known."),
        ),
        statement=invented(on),
    )
    return about(on, command)


def decide(
    on: str,
    duty: dict[str, Any],
    sequence: int,
    outcome: str,
    until: str | None,
    mode: str = "meeting",
    conditions: str = "",
) -> Step:
    """What the fictional meeting decided."""
    facts = {
        **duty,
        "sequence": sequence,
        "outcome": outcome,
        "body": f"Exercise meeting of {on[:4]}",
        "mode": mode,
        "decided_on": day(on),
        "granted_until": until and day(until),
        "conditions": conditions,
        "statement": invented(on),
    }
    return about(on, ask.DecideExtension.model_validate(facts), by_state=False)


def completions() -> Iterator[Step]:
    """Finished and undeclared; declared; reopened by a later find; completed by another's account."""
    done = of("APMBC", "XXF", "5")
    yield about(
        "2022-06-15",
        ask.RecordWorkFinished(**done, finished_on=day("2022-05-30"), statement=invented("2022-06-15")),
    )
    for duty, on in ((of("CCM", "XXH", "4"), "2022-06-10"), (of("APMBC", "XXG", "5"), "2013-12-02")):
        yield about(
            on,
            ask.DeclareCompletion(
                **duty, declared_on=day(on), meeting=f"Exercise meeting of {on[:4]}", statement=invented(on)
            ),
        )
    yield about(
        "2025-10-05",
        ask.RecordLaterFind(
            **of("APMBC", "XXG", "5"),
            found_on=PartialDate("2025-09"),
            area_m2=Decimal(200_000),
            statement=invented("2025-10-05"),
        ),
    )
    for duty, on in ((of("CCM", "XXH", "3"), "2018-03"), (of("APMBC", "XXG", "4"), "2007-11")):
        told = f"{on}-28"
        stated = ask.RecordCompletionStatement(
            **duty, completed_on=PartialDate(on), in_time=True, statement=invented(told)
        )
        yield about(told, stated, by_state=False)


def meetings() -> Iterator[Step]:
    """An informal meeting that was planned, moved and held, and one that is planned. No real calendar is touched."""
    first = {"treaty": "CCM", "name": "Exercise informal meeting one"}
    told: tuple[tuple[str, Command], ...] = (
        (
            "2026-03-01",
            meeting.PlanMeeting.model_validate(
                {**first, "kind": "informal", "starts_on": "2026-05-04", "statement": invented("2026-03-01")}
            ),
        ),
        (
            "2026-04-01",
            meeting.MoveMeeting.model_validate(
                {
                    **first, "starts_on": "2026-05-18", "reason": "No room was free.",
                    "statement": invented("2026-04-01"),
                }
            ),
        ),
        (
            "2026-05-18",
            meeting.HoldMeeting.model_validate(
                {
                    **first, "starts_on": "2026-05-18", "ends_on": "2026-05-18",
                    "statement": invented("2026-05-18"),
                }
            ),
        ),
    )  # fmt: skip
    for on, command in told:
        yield Step(day(on), ISU, "meeting", meeting.identity("CCM", first["name"]), command)
    second = "Exercise informal meeting two"
    planned = meeting.PlanMeeting(
        treaty="CCM", name=second, kind="informal", starts_on=day("2027-03-08"), statement=invented("2026-10-01")
    )
    yield Step(day("2026-10-01"), ISU, "meeting", meeting.identity("CCM", second), planned)


def steps() -> Iterator[Step]:
    """Everything about memberships and duties."""
    for part in (memberships, registrations, figures, hostilities, extensions, completions, meetings):
        yield from part()
