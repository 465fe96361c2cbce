"""What holds for a coalition whatever anybody asks for, in whatever order."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.coalitions.domain.coalition import COALITIONS, Coalition
from services.coalitions.domain.coalition_messages import (
    AbandonCoalition,
    AcceptInvitation,
    ActivateCoalition,
    AgreeMilestone,
    CoalitionCommand,
    CoalitionEvent,
    ConcludeCoalition,
    ConsentToCoalition,
    ContributionNoted,
    DeclineInvitation,
    HoldReview,
    InviteMember,
    LeaveCoalition,
    NoteContribution,
    ReachMilestone,
    ReviseMilestone,
    WithdrawConsent,
)
from shared.messages import Refused
from tests.coalitions.words import DAY, propose

days = st.integers(min_value=-3, max_value=400).map(lambda n: DAY + timedelta(days=n))
members = st.sampled_from(["norway", "sweden", "npa", "MNE"])
states = st.sampled_from(["MNE", "ALB"])
steps = st.sampled_from(["survey", "clearance"])
said = st.just("because")
due = {"milestone": steps, "title": st.just("Survey"), "responsible": members, "due_on": days}

commands: st.SearchStrategy[CoalitionCommand] = st.one_of(
    st.builds(propose, states),
    st.builds(InviteMember, member=members, name=st.just("Somebody"), role=st.sampled_from(["donor", "operator"])),
    st.builds(AcceptInvitation, member=members, on=days),
    st.builds(DeclineInvitation, member=members),
    st.builds(LeaveCoalition, member=members, reason=said, on=days),
    st.builds(ConsentToCoalition, state=states, by=st.just("Cabinet"), on=days),
    st.builds(WithdrawConsent, state=states, reason=said, on=days),
    st.builds(ActivateCoalition, on=days),
    st.builds(AgreeMilestone, **due),
    st.builds(ReviseMilestone, **due, reason=said),
    st.builds(ReachMilestone, milestone=steps, on=days),
    st.builds(NoteContribution, pledge=st.sampled_from(["p1", "p2"]), member=members),
    st.builds(HoldReview, on=days, findings=said),
    st.builds(ConcludeCoalition, on=days, outcome=said, lessons=said),
    st.builds(AbandonCoalition, reason=said, on=days),
)


def told(asked: list[CoalitionCommand]) -> list[tuple[CoalitionCommand, Coalition, Coalition]]:
    """Every command that was not refused, with the coalition before and after it."""
    story, now = [], COALITIONS.initial
    for command in [propose(), *asked]:
        try:
            followed: tuple[CoalitionEvent, ...] = COALITIONS.decide(command, now)
        except Refused:
            continue
        after = COALITIONS.fold(followed, now)
        if any(not isinstance(event, ContributionNoted) for event in followed):
            assert not now.over, "concluded and abandoned are final"
        story.append((command, now, after))
        now = after
    return story


@given(st.lists(commands, max_size=40))
def test_an_active_coalition_has_the_states_standing_consent_and_another_member(asked: list[CoalitionCommand]) -> None:
    for _, _, after in told(asked):
        if after.status == "active":
            assert after.consented
            assert after.others_in


@given(st.lists(commands, max_size=40))
def test_consent_taken_back_ends_activity_at_once(asked: list[CoalitionCommand]) -> None:
    for command, before, after in told(asked):
        if isinstance(command, WithdrawConsent):
            assert not after.consented
            assert after.status == ("suspended" if before.status == "active" else after.status)


@given(st.lists(commands, max_size=40))
def test_only_the_state_itself_changes_its_consent(asked: list[CoalitionCommand]) -> None:
    for command, before, after in told(asked):
        if before.consented != after.consented:
            assert isinstance(command, ConsentToCoalition | WithdrawConsent)
            assert command.state == "MNE"


@given(st.lists(commands, max_size=40))
def test_asking_for_the_same_again_changes_nothing_more(asked: list[CoalitionCommand]) -> None:
    for command, _, after in told(asked):
        if isinstance(command, HoldReview | ReviseMilestone):
            continue  # two meetings and two changes are two
        try:
            assert COALITIONS.decide(command, after) == ()
        except Refused:
            continue
