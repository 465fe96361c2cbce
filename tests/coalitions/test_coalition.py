"""The life of a coalition, in sentences."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from services.coalitions.domain import coalition as rules
from services.coalitions.domain.coalition import COALITIONS
from services.coalitions.domain.coalition_messages import (
    AbandonCoalition,
    AcceptInvitation,
    ActivateCoalition,
    AgreeMilestone,
    CoalitionActivated,
    CoalitionCommand,
    CoalitionConcluded,
    CoalitionSuspended,
    ConcludeCoalition,
    ConsentToCoalition,
    ConsentWithdrawn,
    ContributionNoted,
    DeclineInvitation,
    HoldReview,
    InvitationAccepted,
    InvitationDeclined,
    InviteMember,
    LeaveCoalition,
    MemberInvited,
    MemberLeft,
    MilestoneAgreed,
    MilestoneReached,
    MilestoneRevised,
    NoteContribution,
    ProposeCoalition,
    ReachMilestone,
    ReviewHeld,
    ReviseMilestone,
    StateConsented,
    WithdrawConsent,
)
from shared.money import Money
from tests.coalitions.words import CLEARANCE, DAY, accepted, active, consented, invited, propose, proposed
from tests.scenario import Scenario

coalition = Scenario(COALITIONS)
LATER = date(2019, 3, 1)
STEP = {"milestone": "survey", "title": "Survey the last area", "responsible": "norway", "due_on": date(2019, 6, 30)}
CONCLUDED = CoalitionConcluded(on=LATER, outcome="All land released.", lessons="One partner, three years.")


# ── Who must say yes ─────────────────────────────────────────────────────────────────────────────


def test_a_proposal_asks_the_affected_state_first() -> None:
    coalition.given().when(propose()).then(*proposed())


def test_it_begins_once_the_state_consents_and_another_member_is_in() -> None:
    (
        coalition.given(*proposed(), invited())
        .when(AcceptInvitation(member="norway", on=DAY))
        .then(accepted())
        .when(ConsentToCoalition(state="MNE", by="Ministry of the Interior", on=DAY))
        .then(consented())
        .when(ActivateCoalition(on=LATER))
        .then(CoalitionActivated(on=LATER))
    )


def test_it_never_begins_without_the_consent_of_the_affected_state() -> None:
    coalition.given(*proposed(), invited(), accepted()).when(ActivateCoalition(on=DAY)).refused(rules.ConsentMissing)


def test_a_state_alone_is_no_coalition() -> None:
    coalition.given(*proposed(), invited(), consented()).when(ActivateCoalition(on=DAY)).refused(rules.NobodyAccepted)


def test_another_state_cannot_consent_for_it() -> None:
    command = ConsentToCoalition(state="ALB", by="Ministry of Defence", on=DAY)
    coalition.given(*proposed()).when(command).refused(rules.NotTheAffectedState, field="state")


def test_consenting_twice_says_it_once() -> None:
    coalition.given(*proposed(), consented()).when(ConsentToCoalition(state="MNE", by="Cabinet", on=LATER)).nothing()


def test_an_active_coalition_is_suspended_when_the_state_takes_its_consent_back() -> None:
    (
        coalition.given(*active())
        .when(WithdrawConsent(state="MNE", reason="Elections.", on=LATER))
        .then(
            ConsentWithdrawn(reason="Elections.", on=LATER),
            CoalitionSuspended(reason="The affected State withdrew its consent.", on=LATER),
        )
        .when(ActivateCoalition(on=LATER))
        .refused(rules.ConsentMissing)
    )


def test_a_suspended_coalition_begins_again_only_when_somebody_begins_it() -> None:
    suspended = (
        *active(),
        ConsentWithdrawn(reason="Elections.", on=LATER),
        CoalitionSuspended(reason="The affected State withdrew its consent.", on=LATER),
    )
    again = coalition.given(*suspended, StateConsented(on=LATER, by="Cabinet"))
    assert again.state.status == "suspended"
    again.when(ActivateCoalition(on=LATER)).then(CoalitionActivated(on=LATER))


def test_consent_taken_back_before_the_beginning_leaves_a_proposal() -> None:
    story = (
        coalition.given(*proposed(), consented())
        .when(WithdrawConsent(state="MNE", reason="Not yet.", on=LATER))
        .then(ConsentWithdrawn(reason="Not yet.", on=LATER))
    )
    assert story.state.status == "proposed"


def test_the_affected_state_consents_and_does_not_accept_decline_or_leave() -> None:
    for command in (
        AcceptInvitation(member="MNE", on=DAY),
        DeclineInvitation(member="MNE"),
        LeaveCoalition(member="MNE", reason="-", on=DAY),
        InviteMember(member="MNE", name="Montenegro", role="observer"),
    ):
        coalition.given(*proposed()).when(command).refused(rules.ConsentIsItsAnswer, field="member")


# ── Members ──────────────────────────────────────────────────────────────────────────────────────


def test_nobody_accepts_who_was_not_asked() -> None:
    coalition.given(*proposed()).when(AcceptInvitation(member="npa", on=DAY)).refused(rules.NotInvited, field="member")
    coalition.given(*proposed()).when(DeclineInvitation(member="npa")).refused(rules.NotInvited, field="member")


def test_a_member_can_decline_and_think_again() -> None:
    (
        coalition.given(*proposed(), invited())
        .when(DeclineInvitation(member="norway", reason="No funds in 2018."))
        .then(InvitationDeclined(member="norway", reason="No funds in 2018."))
        .when(DeclineInvitation(member="norway"))
        .nothing()
        .when(AcceptInvitation(member="norway", on=LATER))
        .then(InvitationAccepted(member="norway", on=LATER))
        .when(AcceptInvitation(member="norway", on=LATER))
        .nothing()
    )


def test_who_accepted_leaves_and_does_not_decline() -> None:
    given = coalition.given(*proposed(), invited(), accepted())
    given.when(DeclineInvitation(member="norway")).refused(rules.AlreadyAnswered)


def test_who_is_invited_already_is_not_invited_twice() -> None:
    again = InviteMember(member="norway", name="Norway", role="donor")
    coalition.given(*proposed(), invited()).when(again).refused(rules.AlreadyInvited, field="member")


def test_the_last_other_member_to_leave_leaves_it_suspended() -> None:
    left = MemberLeft(member="norway", reason="Programme closed.", on=LATER)
    (
        coalition.given(*active())
        .when(LeaveCoalition(member="norway", reason="Programme closed.", on=LATER))
        .then(left, CoalitionSuspended(reason="No other member is left.", on=LATER))
        .when(ActivateCoalition(on=LATER))
        .refused(rules.NobodyAccepted)
    )
    (
        coalition.given(*active(), invited("sweden"), accepted("sweden"))
        .when(LeaveCoalition(member="norway", reason="Programme closed.", on=LATER))
        .then(left)
    )
    coalition.given(*proposed(), invited()).when(LeaveCoalition(member="norway", reason="-", on=DAY)).refused(
        rules.NotIn
    )


def test_who_left_can_be_asked_again() -> None:
    left = MemberLeft(member="norway", reason="Programme closed.", on=LATER)
    given = coalition.given(*active(), left)
    given.when(AcceptInvitation(member="norway", on=LATER)).refused(rules.NotInvited)
    given.when(InviteMember(member="norway", name="Norway", role="lead")).then(invited())


# ── The work plan ────────────────────────────────────────────────────────────────────────────────


def test_a_step_has_a_member_who_answers_for_it() -> None:
    (
        coalition.given(*active())
        .when(AgreeMilestone(**STEP))
        .then(MilestoneAgreed(**STEP))
        .when(ReachMilestone(milestone="survey", on=LATER))
        .then(MilestoneReached(milestone="survey", on=LATER))
        .when(ReachMilestone(milestone="survey", on=LATER))
        .nothing()
    )


def test_nobody_is_given_a_step_who_has_not_said_yes() -> None:
    given = coalition.given(*proposed(), invited())
    given.when(AgreeMilestone(**STEP)).refused(rules.NotAMember, field="responsible")
    given.when(AgreeMilestone(**{**STEP, "responsible": "MNE"})).refused(rules.NotAMember, field="responsible")


def test_the_consenting_state_can_answer_for_a_step_before_work_begins() -> None:
    own = {**STEP, "responsible": "MNE"}
    coalition.given(*proposed(), consented()).when(AgreeMilestone(**own)).then(MilestoneAgreed(**own))


def test_a_revised_step_is_open_again() -> None:
    given = coalition.given(*active(), MilestoneAgreed(**STEP), MilestoneReached(milestone="survey", on=LATER))
    changed = {**STEP, "due_on": date(2019, 9, 30), "reason": "A further area was found."}
    story = given.when(ReviseMilestone(**changed)).then(MilestoneRevised(**changed))
    assert story.state.milestones["survey"].reached_on is None


def test_steps_are_agreed_once_and_found_by_their_id() -> None:
    coalition.given(*active(), MilestoneAgreed(**STEP)).when(AgreeMilestone(**STEP)).refused(rules.MilestoneStands)
    unknown = coalition.given(*active())
    unknown.when(ReachMilestone(milestone="survey", on=LATER)).refused(rules.NoSuchMilestone)
    unknown.when(ReviseMilestone(**STEP, reason="-")).refused(rules.NoSuchMilestone)


def test_a_step_is_reached_only_while_work_goes_on() -> None:
    own = MilestoneAgreed(**{**STEP, "responsible": "MNE"})
    given = coalition.given(*proposed(), consented(), own)
    given.when(ReachMilestone(milestone="survey", on=LATER)).refused(rules.NotActive)
    stopped = coalition.given(*active(), MilestoneAgreed(**STEP), CoalitionSuspended(reason="-", on=LATER))
    stopped.when(ReachMilestone(milestone="survey", on=LATER)).refused(rules.WorkStopped)


# ── Contributions ────────────────────────────────────────────────────────────────────────────────


def contribution(member: str) -> dict[str, object]:
    return {"pledge": "p1", "member": member, "amount": Money.of(400_000, "EUR"), "in_kind": ""}


def test_a_members_pledge_is_its_contribution() -> None:
    noted = ContributionNoted(**contribution("norway"), standing="member")
    coalition.given(*active()).when(NoteContribution(**contribution("norway"))).then(noted).when(
        NoteContribution(**contribution("norway"))
    ).nothing()


def test_a_pledge_from_outside_is_noted_as_an_observers() -> None:
    noted = ContributionNoted(**contribution("sweden"), standing="not_invited")
    coalition.given(*active()).when(NoteContribution(**contribution("sweden"))).then(noted)


def test_it_is_noted_whether_a_giver_still_has_to_answer_or_has_said_no() -> None:
    asked = MemberInvited(member="sweden", name="Sweden", role="donor")
    said_no = InvitationDeclined(member="sweden")
    gone = (InvitationAccepted(member="sweden", on=LATER), MemberLeft(member="sweden", reason="-", on=LATER))
    for before, standing in (((asked,), "invited"), ((asked, said_no), "declined"), ((asked, *gone), "left")):
        noted = ContributionNoted(**contribution("sweden"), standing=standing)
        coalition.given(*active(), *before).when(NoteContribution(**contribution("sweden"))).then(noted)


def test_the_affected_states_own_money_is_a_members_once_it_has_consented() -> None:
    own = NoteContribution(**contribution("MNE"))
    for before, standing in ((proposed(), "invited"), (active(), "member")):
        coalition.given(*before).when(own).then(ContributionNoted(**contribution("MNE"), standing=standing))


def test_a_pledge_is_never_refused_also_when_the_coalition_is_over_or_unknown() -> None:
    noted = ContributionNoted(**contribution("norway"), standing="member")
    coalition.given(*active(), CONCLUDED).when(NoteContribution(**contribution("norway"))).then(noted)
    coalition.given().when(NoteContribution(**contribution("norway"))).nothing()


# ── Reviews and ends ─────────────────────────────────────────────────────────────────────────────


def test_a_review_says_what_it_found() -> None:
    found = {"on": LATER, "findings": "Survey is three months late."}
    coalition.given(*active()).when(HoldReview(**found)).then(ReviewHeld(**found))
    coalition.given(*proposed()).when(HoldReview(**found)).refused(rules.NotActive)


def test_it_ends_with_an_outcome_and_lessons() -> None:
    end = {"on": LATER, "outcome": "All land released.", "lessons": "One partner, three years."}
    coalition.given(*active()).when(ConcludeCoalition(**end)).then(CONCLUDED)
    coalition.given(*proposed(), consented()).when(ConcludeCoalition(**end)).refused(rules.NotActive)


def test_an_end_without_lessons_cannot_even_be_said() -> None:
    with pytest.raises(ValidationError, match="lessons"):
        ConcludeCoalition(on=LATER, outcome="Done.", lessons="")


EVERYTHING_LATER: tuple[CoalitionCommand, ...] = (
    InviteMember(member="sweden", name="Sweden", role="donor"),
    WithdrawConsent(state="MNE", reason="-", on=LATER),
    ActivateCoalition(on=LATER),
    AgreeMilestone(**STEP),
    HoldReview(on=LATER, findings="-"),
    AbandonCoalition(reason="-", on=LATER),
)


@pytest.mark.parametrize("command", EVERYTHING_LATER, ids=lambda command: type(command).__name__)
def test_concluded_is_final(command: CoalitionCommand) -> None:
    coalition.given(*active(), CONCLUDED).when(command).refused(rules.CoalitionIsOver)


def test_what_does_not_exist_is_not_found_and_what_exists_is_not_proposed_twice() -> None:
    coalition.given().when(ActivateCoalition(on=DAY)).refused(rules.NoSuchCoalition)
    coalition.given(*proposed()).when(propose()).refused(rules.AlreadyProposed)


def test_nothing_happens_before_the_proposal() -> None:
    early = ConsentToCoalition(state="MNE", by="Cabinet", on=date(2017, 1, 1))
    coalition.given(*proposed()).when(early).refused(rules.BeforeTheProposal, field="on")


def test_a_proposal_names_each_obligation_once() -> None:
    with pytest.raises(ValidationError, match="each obligation once"):
        ProposeCoalition(**{**dict(propose()), "obligations": (CLEARANCE, CLEARANCE)})


def test_no_coalition_was_active_before_its_state_consented_and_another_was_in() -> None:
    late = DAY + timedelta(days=60)
    ready = coalition.given(
        *proposed(),
        invited(),
        InvitationAccepted(member="norway", on=DAY),
        StateConsented(on=late, by="the ministry"),
    )
    ready.when(ActivateCoalition(on=DAY + timedelta(days=30))).refused(rules.BeforeItCould, field="on")
    ready.when(ActivateCoalition(on=late)).then(CoalitionActivated(on=late))


def test_nobody_looks_back_on_a_coalition_before_it_began() -> None:
    begun = coalition.given(
        *proposed(),
        invited(),
        InvitationAccepted(member="norway", on=DAY),
        StateConsented(on=DAY, by="the ministry"),
        CoalitionActivated(on=LATER),
    )
    begun.when(HoldReview(on=DAY, findings="early")).refused(rules.BeforeItCould, field="on")
