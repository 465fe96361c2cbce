"""Acts on an extension request: lodging, questions, withdrawal, decision (CCM 3.3-3.5, 4.5-4.8; APMBC 5.3-5.6)."""

from datetime import date

from services.deadlines import treaty
from services.deadlines.domain.extension import ExtensionRequest
from services.deadlines.domain.obligation_commands import (
    AnswerQuestion,
    DecideExtension,
    LodgeExtensionRequest,
    PutQuestion,
    WithdrawExtensionRequest,
)
from services.deadlines.domain.obligation_events import (
    ExtensionDecided,
    ExtensionQuestionAnswered,
    ExtensionQuestionPut,
    ExtensionRequestLodged,
    ExtensionRequestWithdrawn,
)
from services.deadlines.domain.obligation_facts import LodgedContents
from services.deadlines.domain.obligation_refusals import (
    AlreadyDecided,
    BeyondTheCap,
    DecisionUnclear,
    ExtensionNotPossible,
    MoreThanAsked,
    NoDeadlineYet,
    NoSuchQuestion,
    NoSuchRequest,
    NotLater,
    OutOfOrder,
    QuestionKnown,
    RequestPending,
    TakenBack,
    UnknownPart,
)
from services.deadlines.domain.standing import Standing
from services.deadlines.treaty_rules import TREATIES, Duty, Extension
from shared.dates import PartialDate, add_years


def lodge(command: LodgeExtensionRequest, standing: Standing, rule: Duty) -> ExtensionRequestLodged:
    """A request for more time. Late is flagged, missing parts are listed, neither is refused."""
    extension = _extension(rule)
    deadline = _deadline(standing.deadline_in_force)
    if any(one.pending and one.acted_on for one in standing.requests):
        raise RequestPending()
    _within(extension, deadline, command.asked_until, "asked_until")
    planned = command.meeting_planned_on
    due_by = treaty.lodge_by(planned, extension.lodging.months_before_meeting) if planned else None
    # The meeting must itself fall before the deadline, or it cannot decide in time.
    too_late_a_meeting = planned is not None and planned >= deadline.end
    return ExtensionRequestLodged(
        treaty=command.treaty,
        state=command.state,
        article=command.article,
        clock=command.clock,
        sequence=standing.extensions.next_sequence(),
        lodged_on=command.lodged_on,
        asked_until=command.asked_until,
        meeting=command.meeting,
        meeting_planned_on=planned,
        due_by=due_by,
        late=too_late_a_meeting
        or treaty.is_late(command.lodged_on, due_by)
        or treaty.is_late(command.lodged_on, deadline.end),
        contents=_contents(command, extension),
        statement=command.statement,
    )


def put_question(command: PutQuestion, standing: Standing) -> tuple[ExtensionQuestionPut, ...]:
    """A question about an undecided request."""
    request = _undecided(command.sequence, standing)
    _not_before(command.put_on, request.lodged_on, "put_on")
    question = ExtensionQuestionPut(**dict(command))
    if any(one.question == command.question and one != question for one in request.questions):
        raise QuestionKnown(field="question", found=command.question, allowed="a name that is not used yet")
    return (question,)


def answer_question(command: AnswerQuestion, standing: Standing) -> ExtensionQuestionAnswered:
    """An answer, or a further one. An answer may come after the decision."""
    request = _known(command.sequence, standing)
    question = next((one for one in request.questions if one.question == command.question), None)
    if question is None:
        names = ", ".join(one.question for one in request.questions)
        raise NoSuchQuestion(field="question", found=command.question, allowed=names or "no question was put")
    if command.answered_on < question.put_on:
        raise OutOfOrder(
            field="answered_on",
            found=command.answered_on.isoformat(),
            allowed=f"{question.put_on.isoformat()} or later",
        )
    return ExtensionQuestionAnswered(**dict(command))


def withdraw(command: WithdrawExtensionRequest, standing: Standing) -> tuple[ExtensionRequestWithdrawn, ...]:
    """The State takes its request back: the deadline in force stands. Done already is nothing."""
    if _known(command.sequence, standing).withdrawn:
        return ()
    _undecided(command.sequence, standing)
    return (ExtensionRequestWithdrawn(**dict(command)),)


def decide_extension(command: DecideExtension, standing: Standing, rule: Duty) -> tuple[ExtensionDecided, ...]:
    """The decision, in session or by silence procedure: all that was asked, less, or nothing."""
    extension = _extension(rule)
    decided = ExtensionDecided(**dict(command))
    if _known(command.sequence, standing).decided == decided:
        return ()
    request = _undecided(command.sequence, standing)
    _not_before(command.decided_on, request.lodged_on, "decided_on")
    until = command.granted_until
    if (until is None) != (command.outcome == "not_approved"):
        allowed = "no day where not approved" if until else "the new deadline"
        raise DecisionUnclear(field="granted_until", found=until and until.isoformat(), allowed=allowed)
    if until is not None:
        _within(extension, _deadline(standing.deadline_without(command.sequence)), until, "granted_until")
        _as_asked(command, until, request.asked_until)
    return (decided,)


def _as_asked(command: DecideExtension, until: date, asked: PartialDate | None) -> None:
    if asked is None:
        return
    if until > asked.end:
        raise MoreThanAsked(field="granted_until", found=until.isoformat(), allowed=f"up to {asked.end.isoformat()}")
    outcome = "granted_less" if until < asked.start else "granted"
    # Where the day asked for was read only as a month or year, either word may be right.
    if command.outcome != outcome and asked.precision == "day":
        raise DecisionUnclear(field="outcome", found=command.outcome, allowed=outcome)


def _extension(rule: Duty) -> Extension:
    if rule.extension is None:
        raise ExtensionNotPossible(
            f"{rule.reference} knows no extension.",
            field="article",
            found=rule.article,
            allowed=" or ".join(dict.fromkeys(f"{one.treaty} Article {one.article}" for one in _extendable())),
        )
    return rule.extension


def _extendable() -> list[Duty]:
    return [one for table in TREATIES.values() for one in table.duties if one.extendable]


def _deadline(deadline: PartialDate | None) -> PartialDate:
    if deadline is None:
        raise NoDeadlineYet()
    return deadline


def _within(extension: Extension, deadline: PartialDate, until: date, name: str) -> None:
    """Later than the deadline in force and within the cap; a deadline known as a month counts to its last day."""
    last = add_years(deadline.end, extension.cap_years)
    allowed = f"after {deadline.end.isoformat()}, up to {last.isoformat()} ({extension.reference})"
    if until <= deadline.start:
        raise NotLater(field=name, found=until.isoformat(), allowed=allowed)
    if until > last:
        raise BeyondTheCap(field=name, found=until.isoformat(), allowed=allowed)


def _contents(command: LodgeExtensionRequest, extension: Extension) -> LodgedContents:
    letters = [one.letter for one in extension.contents]
    for n, one in enumerate(command.contents):
        if one.part not in letters:
            raise UnknownPart(field=f"contents.{n}.part", found=one.part, allowed=", ".join(letters))
    held = {one.part for one in command.contents if one.text.strip()}
    return LodgedContents(parts=command.contents, missing=tuple(letter for letter in letters if letter not in held))


def _known(sequence: int, standing: Standing) -> ExtensionRequest:
    request = standing.extensions.of(sequence)
    if request is None:
        numbers = ", ".join(str(one.sequence) for one in standing.requests if one.sequence)
        raise NoSuchRequest(field="sequence", found=sequence, allowed=numbers or "no request is known")
    return request


def _undecided(sequence: int, standing: Standing) -> ExtensionRequest:
    request = _known(sequence, standing)
    if request.withdrawn:
        raise TakenBack(field="sequence", found=sequence)
    if request.decided or (request.granted is not None and not request.acted_on):
        raise AlreadyDecided(field="sequence", found=sequence)
    return request


def _not_before(day: date, earlier: PartialDate | None, name: str) -> None:
    if earlier is not None and day < earlier.start:
        raise OutOfOrder(field=name, found=day.isoformat(), allowed=f"{earlier.start.isoformat()} or later")
