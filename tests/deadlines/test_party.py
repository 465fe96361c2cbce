"""How a State becomes a party, and how it leaves."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.deadlines.domain.party import (
    PARTIES,
    EffectBeforeReceipt,
    InForceTooSoon,
    NotByTheRule,
    NotPostponed,
    NoWithdrawal,
    Party,
    PostponeWithdrawal,
    RecordWithdrawal,
    RegisterStateParty,
    SignedAfterDeposit,
    StatePartyRegistered,
    StatePartyRestated,
    SuccessionUndated,
    WithdrawalPostponed,
    WithdrawalReceived,
    WithdrawalUndated,
    identity,
)
from shared.dates import PartialDate
from shared.provenance import Statement
from tests.scenario import Scenario

SAID = Statement(source="depositary", stated_on=PartialDate("2023-03"))
ELSEWHERE = Statement(source="another list")
scenario = Scenario(PARTIES)


def register(**changes: Any) -> RegisterStateParty:
    facts: dict[str, Any] = {
        "treaty": "CCM",
        "state": "NGA",
        "name": "Nigeria",
        "action": "ratification",
        "signed_on": PartialDate("2009-06-12"),
        "deposited_on": date(2023, 2, 28),
        "statement": SAID,
    }
    return RegisterStateParty(**(facts | changes))


def registered(**changes: Any) -> StatePartyRegistered:
    facts: dict[str, Any] = register().model_dump() | {
        "entry_into_force": date(2023, 8, 1),
        "derivation": "computed",
        "statement": SAID,
    }
    return StatePartyRegistered(**(facts | changes))


def left(**changes: Any) -> WithdrawalReceived:
    facts: dict[str, Any] = {
        "treaty": "CCM",
        "state": "NGA",
        "received_on": date(2025, 6, 27),
        "effective_on": date(2025, 12, 27),
        "statement": SAID,
    }
    return WithdrawalReceived(**(facts | changes))


def withdraw(**changes: Any) -> RecordWithdrawal:
    facts: dict[str, Any] = {"treaty": "CCM", "state": "NGA", "statement": SAID}
    return RecordWithdrawal(**(facts | changes))


def postpone(effective_on: date | None) -> PostponeWithdrawal:
    return PostponeWithdrawal(
        treaty="CCM", state="NGA", effective_on=effective_on, reason="armed conflict", statement=SAID
    )


def test_entry_into_force_follows_from_the_deposit() -> None:
    scenario.given().when(register()).then(registered())


def test_a_date_that_a_source_prints_is_kept_as_read() -> None:
    printed = register(entry_into_force=date(2023, 9, 1))
    scenario.given().when(printed).then(registered(entry_into_force=date(2023, 9, 1), derivation="read"))


def test_a_date_marked_computed_must_be_the_rules() -> None:
    given = scenario.given()
    given.when(register(entry_into_force=date(2023, 8, 1), derivation="computed")).then(registered())
    given.when(register(entry_into_force=date(2023, 9, 1), derivation="computed")).refused(
        NotByTheRule, field="entry_into_force"
    )


def test_the_same_registration_again_is_no_news() -> None:
    scenario.given(registered()).when(register()).nothing()


def test_another_sources_statement_is_recorded_beside_the_first() -> None:
    restated = StatePartyRestated(**registered(statement=ELSEWHERE).model_dump())
    told = scenario.given(registered()).when(register(statement=ELSEWHERE)).then(restated)
    told.when(register(statement=ELSEWHERE)).nothing()
    told.when(register()).nothing()


def test_the_last_statement_on_entry_into_force_counts() -> None:
    later = StatePartyRestated(**registered(entry_into_force=date(2023, 9, 1), derivation="read").model_dump())
    assert scenario.given(registered(), later).state.entry_into_force == date(2023, 9, 1)


def test_a_succession_needs_its_own_date_which_may_precede_its_notice() -> None:
    south_sudan = {
        "treaty": "APMBC",
        "state": "SSD",
        "name": "South Sudan",
        "action": "succession",
        "signed_on": None,
        "deposited_on": date(2011, 11, 11),
    }
    scenario.given().when(register(**south_sudan)).refused(SuccessionUndated, field="entry_into_force")
    dated = {**south_sudan, "entry_into_force": date(2011, 7, 9)}
    scenario.given().when(register(**dated)).then(registered(**dated, derivation="read"))


def test_nobody_is_bound_before_the_treaty_or_before_the_deposit() -> None:
    given = scenario.given()
    early = register(signed_on=None, deposited_on=date(2009, 1, 5), entry_into_force=date(2009, 7, 1))
    given.when(early).refused(InForceTooSoon, field="entry_into_force")
    given.when(register(entry_into_force=date(2023, 2, 27))).refused(InForceTooSoon, field="entry_into_force")


def test_a_signature_does_not_follow_the_deposit() -> None:
    scenario.given().when(register(signed_on=PartialDate("2024"))).refused(SignedAfterDeposit, field="signed_on")


def test_a_code_or_treaty_that_does_not_exist_is_no_command() -> None:
    for wrong in ({"state": "KOS"}, {"treaty": "NPT"}, {"action": "signature"}):
        with pytest.raises(ValidationError):
            register(**wrong)


def test_a_withdrawal_takes_effect_six_months_after_receipt() -> None:
    told = scenario.given(registered()).when(withdraw(received_on=date(2025, 6, 27))).then(left())
    told.when(withdraw(received_on=date(2025, 6, 27))).nothing()


def test_a_withdrawal_of_which_only_the_effect_was_read_is_kept_so() -> None:
    scenario.given(registered()).when(withdraw(effective_on=date(2025, 3, 6))).then(
        left(received_on=None, effective_on=date(2025, 3, 6))
    )


def test_a_withdrawal_can_be_told_before_the_registration() -> None:
    scenario.given().when(withdraw(effective_on=date(2025, 3, 6))).follows()


def test_a_withdrawal_has_a_day_and_no_effect_before_receipt() -> None:
    scenario.given(registered()).when(withdraw()).refused(WithdrawalUndated, field="received_on")
    backwards = withdraw(received_on=date(2025, 6, 27), effective_on=date(2025, 6, 1))
    scenario.given(registered()).when(backwards).refused(EffectBeforeReceipt, field="effective_on")


def test_a_withdrawal_is_put_off_to_a_later_day_only() -> None:
    gone = scenario.given(registered(), left())
    until = postpone(date(2026, 4, 5))
    put_off = WithdrawalPostponed(**until.model_dump() | {"statement": SAID})
    gone.when(until).then(put_off).when(until).nothing()
    gone.when(postpone(date(2025, 12, 1))).refused(NotPostponed, field="effective_on")
    scenario.given(registered()).when(until).refused(NoWithdrawal)


def test_a_state_is_bound_until_the_day_its_withdrawal_takes_effect() -> None:
    def bound(on: date, *events: Any) -> bool:
        party: Party = scenario.given(*events).state
        return party.bound_on(on)

    assert not bound(date(2023, 7, 31), registered())
    assert bound(date(2023, 8, 1), registered())
    assert bound(date(2025, 12, 26), registered(), left())
    assert not bound(date(2025, 12, 27), registered(), left())
    at_war = WithdrawalPostponed(treaty="CCM", state="NGA", effective_on=None, reason="conflict", statement=SAID)
    assert bound(date(2030, 1, 1), registered(), left(), at_war)


def test_a_second_source_on_the_withdrawal_does_not_undo_its_postponement() -> None:
    at_war = WithdrawalPostponed(treaty="CCM", state="NGA", effective_on=None, reason="conflict", statement=SAID)
    again = left(statement=ELSEWHERE)
    assert scenario.given(registered(), left(), at_war, again).state.bound_on(date(2030, 1, 1))


def test_a_deposit_after_a_withdrawal_makes_a_party_again() -> None:
    back = StatePartyRestated(
        **registered(deposited_on=date(2027, 1, 9), entry_into_force=date(2027, 7, 1)).model_dump()
    )
    party = scenario.given(registered(), left(), back).state
    assert not party.bound_on(date(2027, 6, 30))
    assert party.bound_on(date(2027, 7, 1))


def test_streams_are_named_after_treaty_and_state() -> None:
    assert PARTIES.stream(identity("CCM", "LAO")) == "party-CCM-LAO"
