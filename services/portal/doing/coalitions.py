"""Forms of coalitions, ambassadors and partnerships."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.portal.doing.describing import Field, Form
from services.portal.doing.wording import ARTICLES, TREATIES, as_member, as_state, statement
from services.portal.language import marked as _
from shared.auth.caller import Role

_LEADS: tuple[Role, ...] = ("coordinator", "state", "isu")
_MEMBERS: tuple[Role, ...] = ("donor", "state", "isu")
_ON = Field("on", _("On"), start="today")
_WHY = Field("reason", _("Why"), _("The members read this."))
_MEMBER = Field("member", _("Member"), _("Its short name in the coalition."))
_MILESTONE = (
    Field("milestone", _("Short name of the step"), _("Such as survey-done.")),
    Field("title", _("What is to be done")),
    Field("responsible", _("Who answers for it"), _("The short name of a member.")),
    Field("due_on", _("Due on")),
)
_OTHER = (
    Field("with_state", _("State with the same challenge")),
    Field("treaty", _("Treaty"), options=TREATIES),
    Field("article", _("Article"), options=ARTICLES),
)


def _partnership(body: Mapping[str, Any], key: str) -> str:
    return f"{body.get('state') or 'partnership'}-{key[-8:]}"


_LED = partial(Form, roles=_LEADS, thing="coalition", prefill="coalition")
"""What whoever leads a coalition does with it."""
_OF_A_MEMBER = partial(Form, roles=_MEMBERS, thing="coalition", given=as_member, prefill="coalition")
"""What a member does for itself."""

FORMS = (
    Form(
        "/coalitions",
        title=_("Propose a coalition"),
        lead=_(
            "For one affected State and its named duties. The State is asked at once: nothing begins without "
            "its consent."
        ),
        fields=(
            Field("state", _("Affected State")),
            Field("obligations", _("Duties"), _("At least one."), add=_("Add another duty")),
            Field("obligations[].treaty", _("Treaty"), options=TREATIES),
            Field("obligations[].article", _("Article"), options=ARTICLES),
            Field("obligations[].clock", _("Period of hostilities"), _("Mostly blank."), more=True),
            Field("purpose", _("What it is to achieve")),
            Field("proposed_by", _("Proposed by"), _("As members will read it.")),
            Field("proposed_on", _("Proposed on"), start="today"),
        ),
        roles=_LEADS,
        button=_("Propose the coalition"),
        done=_("The coalition is proposed."),
        next=_("Invite partners. The affected State consents for itself; then it can begin."),
        warns=_("The proposal is public and the affected State is asked."),
        thing="coalition",
        given=as_state,
        prefill="proposing",
    ),
    _LED(
        "/coalitions/{id}/members",
        title=_("Invite a member"),
        lead=_("A donor, an operator, or anybody who can help."),
        fields=(
            Field("name", _("Name")),
            Field("member", _("Short name"), _("A country's code, or the donor's or organisation's name here.")),
            Field(
                "role",
                _("As what"),
                options={
                    "lead": _("Lead"),
                    "donor": _("Donor"),
                    "technical": _("Technical partner"),
                    "operator": _("Operator"),
                    "observer": _("Observer"),
                },
            ),
        ),
        button=_("Invite"),
        done=_("The member is invited."),
        next=_("It says yes or no for itself."),
    ),
    _OF_A_MEMBER(
        "/coalitions/{id}/acceptances",
        title=_("Accept an invitation"),
        lead=_("Say yes for yourself."),
        fields=(_MEMBER, _ON),
        button=_("Accept"),
        done=_("The invitation is accepted."),
        next=_("When the affected State consents, the coalition can begin."),
        warns=_("It becomes public that you are a member."),
    ),
    _OF_A_MEMBER(
        "/coalitions/{id}/refusals",
        title=_("Decline an invitation"),
        lead=_("Say no for yourself. You can accept later."),
        fields=(_MEMBER, Field("reason", _("Why"), _("It may be left blank."))),
        button=_("Decline"),
        done=_("The invitation is declined."),
        next=_("You can accept it later."),
    ),
    _OF_A_MEMBER(
        "/coalitions/{id}/departures",
        title=_("Leave a coalition"),
        lead=_("The last partner to go leaves it suspended."),
        fields=(_MEMBER, _WHY, _ON),
        button=_("Leave"),
        done=_("You have left the coalition."),
        next=_("Steps you answered for need somebody else."),
        warns=_("You leave in public. If nobody else is left, the coalition is suspended."),
    ),
    Form(
        "/coalitions/{id}/consent",
        title=_("Consent to a coalition"),
        lead=_("The affected State alone can do this: nothing begins without it."),
        fields=(
            Field("state", _("State")),
            Field("by", _("Authority that consents"), _("Such as the ministry in charge.")),
            _ON,
        ),
        roles=("state",),
        button=_("Consent"),
        done=_("Your State consents."),
        next=_("As soon as one other member has accepted, the coalition can begin."),
        warns=_("The consent of your State is public. It can be withdrawn at any time."),
        thing="coalition",
        given=as_state,
        prefill="coalition",
    ),
    Form(
        "/coalitions/{id}/consent/withdrawal",
        title=_("Withdraw consent to a coalition"),
        lead=_("At any time. A coalition at work is suspended."),
        fields=(Field("state", _("State")), _WHY, _ON),
        roles=("state",),
        button=_("Withdraw consent"),
        done=_("Your State's consent was withdrawn."),
        next=_("The coalition does nothing until you consent again."),
        warns=_("The coalition is suspended, in public."),
        thing="coalition",
        given=as_state,
        prefill="coalition",
        on_version=True,
    ),
    _LED(
        "/coalitions/{id}/activation",
        title=_("Begin the work of a coalition"),
        lead=_("Or begin again. It needs the State's consent and one other member that accepted."),
        fields=(_ON,),
        button=_("Begin"),
        done=_("The coalition is at work."),
        next=_("Agree the steps of the work plan."),
    ),
    _LED(
        "/coalitions/{id}/milestones",
        title=_("Agree a step of the work plan"),
        lead=_("With a member who answers for it and the day on which it is due."),
        fields=_MILESTONE,
        button=_("Put it in the plan"),
        done=_("The step is in the work plan."),
        next=_("Who answers for it says when it is done."),
    ),
    Form(
        "/coalitions/{id}/milestones/revisions",
        title=_("Change a step of the work plan"),
        lead=_("A step already done is open again. The earlier wording stays in the history."),
        fields=(*_MILESTONE, _WHY),
        roles=_LEADS,
        button=_("Change the step"),
        done=_("The step was changed."),
        next=_("Members see the change and the reason."),
        thing="coalition",
        prefill="milestone",
        on_version=True,
    ),
    Form(
        "/coalitions/{id}/milestones/reached",
        title=_("Say that a step is done"),
        lead=_("By who answers for it, or who leads."),
        fields=(Field("milestone", _("Step"), _("Its short name in the work plan.")), _ON),
        roles=("coordinator", "state", "donor", "isu"),
        button=_("The step is done"),
        done=_("The step is done."),
        next=_("The next step of the work plan is due."),
        thing="coalition",
        prefill="milestone",
    ),
    _LED(
        "/coalitions/{id}/reviews",
        title=_("Record a review meeting"),
        lead=_("What the members found when they met."),
        fields=(_ON, Field("findings", _("What was found"))),
        button=_("Record the review"),
        done=_("The review was recorded."),
        next=_("Change the work plan where the review asks for it."),
    ),
    _LED(
        "/coalitions/{id}/conclusion",
        title=_("Conclude a coalition"),
        lead=_("The work is over: what came of it, and what others can learn."),
        fields=(_ON, Field("outcome", _("What came of it")), Field("lessons", _("What others can learn"))),
        button=_("Conclude the coalition"),
        done=_("The coalition is concluded."),
        next=_("Its outcome and lessons stay readable for everybody."),
        warns=_("The coalition ends. This cannot be taken back."),
        on_version=True,
    ),
    _LED(
        "/coalitions/{id}/abandonment",
        title=_("Give a coalition up"),
        lead=_("It ends without a result."),
        fields=(_WHY, _ON),
        button=_("Give it up"),
        done=_("The coalition was given up."),
        next=_("Another one can be proposed for the State."),
        warns=_("The coalition ends. This cannot be taken back."),
        on_version=True,
    ),
    Form(
        "/coalitions/ambassadors",
        title=_("Name an ambassador"),
        lead=_("A State that finished shares how it did so."),
        fields=(
            Field("state", _("State")),
            Field("challenges", _("What it has mastered"), add=_("Add another duty")),
            Field("challenges[].treaty", _("Treaty"), options=TREATIES),
            Field("challenges[].article", _("Article"), options=ARTICLES),
            Field("experience", _("What it can tell others")),
            _ON,
        ),
        roles=_LEADS,
        button=_("Name the ambassador"),
        done=_("The ambassador is named."),
        next=_("A coordinator brings it together with States that face the same."),
        thing="ambassador",
        given=as_state,
    ),
    Form(
        "/coalitions/ambassadors/{state}/matches",
        title=_("Match an ambassador with a State"),
        lead=_("Bring it together with a State that has the same challenge."),
        fields=(*_OTHER, _ON),
        roles=("coordinator", "isu"),
        button=_("Match them"),
        done=_("They are matched."),
        next=_("Say when their exchange is over, and what came of it."),
        thing="ambassador",
    ),
    Form(
        "/coalitions/ambassadors/{state}/matches/ended",
        title=_("End a match"),
        lead=_("The exchange is over."),
        fields=(*_OTHER, _ON, Field("outcome", _("What came of it"))),
        roles=("coordinator", "isu"),
        button=_("End the match"),
        done=_("The match is over."),
        next=_("What came of it stays readable."),
        thing="ambassador",
    ),
    Form(
        "/coalitions/partnerships/{id}/statements",
        title=_("Record a partnership that a source reports"),
        lead=_("Kept as the source tells it."),
        fields=(
            Field("name", _("Name")),
            Field(
                "called",
                _("What the source calls it"),
                options={
                    "country_coalition": _("A country coalition"),
                    "partnership": _("A partnership"),
                    "proposal": _("A proposal"),
                    "concept": _("A concept"),
                },
            ),
            Field("state", _("Affected State"), _("Blank where it is for none in particular.")),
            Field("partners", _("Partners")),
            Field("purpose", _("Purpose")),
            *statement(),
            Field("established", _("Since when"), more=True),
            Field("outcome", _("What came of it"), more=True),
        ),
        roles=("isu", "coordinator"),
        button=_("Record the partnership"),
        done=_("The partnership was recorded."),
        next=_("It stands on the page of the State, with its source."),
        thing="partnership",
        naming=_partnership,
    ),
)
