"""A coalition that is at work, whatever is asked of it next (COA-1). Asked from nothing on, few stories get so far."""

from hypothesis import given
from hypothesis import strategies as st

from services.coalitions.domain.coalition import COALITIONS
from services.coalitions.domain.coalition_messages import (
    AcceptInvitation,
    ActivateCoalition,
    CoalitionCommand,
    ConsentToCoalition,
    InviteMember,
)
from shared.messages import Refused
from tests.coalitions.test_coalition_always import commands
from tests.coalitions.words import DAY, propose

AT_WORK: tuple[CoalitionCommand, ...] = (
    propose(),
    ConsentToCoalition(state="MNE", by="Cabinet", on=DAY),
    InviteMember(member="norway", name="Norway", role="donor"),
    AcceptInvitation(member="norway", on=DAY),
    ActivateCoalition(on=DAY),
)


@given(st.lists(commands, max_size=20))
def test_it_is_at_work_only_while_the_state_consents_and_somebody_else_is_in(asked: list[CoalitionCommand]) -> None:
    now = COALITIONS.initial
    for command in AT_WORK:
        now = COALITIONS.fold(COALITIONS.decide(command, now), now)
    assert now.status == "active"
    for command in asked:
        try:
            now = COALITIONS.fold(COALITIONS.decide(command, now), now)
        except Refused:
            continue
        assert now.status != "active" or (now.consented and now.others_in)
