"""A coalition that is at work, whatever is asked of it next (COA-1). Asked from nothing on, few stories get so far."""

from datetime import timedelta

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


BUT_FOR_CONSENT = tuple(command for command in AT_WORK if isinstance(command, InviteMember | AcceptInvitation))


@given(st.lists(commands, max_size=20), st.sampled_from(range(400)))
def test_with_everybody_else_in_it_still_waits_for_the_state(asked: list[CoalitionCommand], later: int) -> None:
    now = COALITIONS.initial
    # Whoever tries to begin it does so at the end too, on a day on which nothing but consent could be wanting.
    begin = ActivateCoalition(on=DAY + timedelta(days=400 + later))
    for command in (propose(), *BUT_FOR_CONSENT, *asked, begin):
        try:
            now = COALITIONS.fold(COALITIONS.decide(command, now), now)
        except Refused:
            continue
        assert now.status != "active" or (now.consented and now.others_in)
