"""Why an act on an obligation is not accepted. Recorded statements of sources are never refused for these."""

from shared.messages import NotFound, Refused, Unacceptable


class NoSuchDutyInTreaty(Unacceptable):
    """This treaty has no such duty."""


class AnotherDuty(Unacceptable):
    """The command names another duty than the one it was sent to."""


class ClockNeeded(Unacceptable):
    """Hostilities have a clock of their own: name it (CCM 4.1(b))."""


class BeforeEntryIntoForce(Unacceptable):
    """Nothing can be done under a treaty before it enters into force for the State."""


class NothingToComplete(Unacceptable):
    """This duty continues: there is no completion to declare."""


class ExtensionNotPossible(Unacceptable):
    """The treaty knows no extension of this deadline."""


class BeyondTheCap(Unacceptable):
    """One request cannot bring more years than the article allows, counted from the deadline in force."""


class NotLater(Unacceptable):
    """The day asked for or granted must be later than the deadline in force."""


class MoreThanAsked(Unacceptable):
    """The States Parties may grant less than was asked, not more."""


class DecisionUnclear(Unacceptable):
    """The outcome and the day granted contradict each other."""


class UnknownPart(Unacceptable):
    """The article asks for no part of that letter."""


class OutOfOrder(Unacceptable):
    """This cannot have happened before what it answers."""


class NoDeadlineYet(Refused):
    """There is no deadline that could be extended: it is not known, or the hostilities go on."""


class DutyIsOver(Refused):
    """The State's withdrawal took effect: the duty is no longer followed."""


class AlreadyDeclared(Refused):
    """Completion was declared already, and nothing was found since."""


class RequestPending(Refused):
    """An earlier request still waits for its decision: withdraw it first."""


class AlreadyDecided(Refused):
    """This request was decided already."""


class TakenBack(Refused):
    """This request was taken back."""


class QuestionKnown(Refused):
    """Another question has this name."""


class NoSuchRequest(NotFound):
    """There is no extension request with this number under this obligation."""


class NoSuchQuestion(NotFound):
    """There is no such question about this request."""
