"""The words the coalition tests are told in."""

from datetime import date

from services.coalitions.domain.coalition_messages import (
    CoalitionActivated,
    CoalitionProposed,
    InvitationAccepted,
    MemberInvited,
    ProposeCoalition,
    StateConsented,
)
from services.coalitions.domain.naming import ObligationName

CLEARANCE = ObligationName(treaty="CCM", article="4")
DAY = date(2018, 5, 2)


def propose(state: str = "MNE") -> ProposeCoalition:
    return ProposeCoalition(
        state=state, obligations=(CLEARANCE,), purpose="Finish clearance.", proposed_by="Coordinators", proposed_on=DAY
    )


def proposed() -> tuple[CoalitionProposed, MemberInvited]:
    return (
        CoalitionProposed(
            state="MNE",
            obligations=(CLEARANCE,),
            purpose="Finish clearance.",
            proposed_by="Coordinators",
            proposed_on=DAY,
        ),
        MemberInvited(member="MNE", name="Montenegro", role="affected_state"),
    )


def invited(member: str = "norway") -> MemberInvited:
    return MemberInvited(member=member, name=member.title(), role="lead")


def accepted(member: str = "norway") -> InvitationAccepted:
    return InvitationAccepted(member=member, on=DAY)


def consented() -> StateConsented:
    return StateConsented(on=DAY, by="Ministry of the Interior")


def active() -> tuple[
    CoalitionProposed | MemberInvited | InvitationAccepted | StateConsented | CoalitionActivated, ...
]:
    return (*proposed(), invited(), accepted(), consented(), CoalitionActivated(on=DAY))
