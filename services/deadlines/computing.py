"""Every date that follows from one deposit, each with its clause and a sentence that shows the reckoning."""

from dataclasses import dataclass
from datetime import date

from services.deadlines import treaty as law
from services.deadlines.treaty_rules import Duty, Mark, Treaty
from shared.messages import Unacceptable


class SuccessionNeedsItsDate(Unacceptable):
    """No rule gives a succession its entry into force: say the date from which the State is a party."""


class OutsideTheTreaty(Unacceptable):
    """No instrument was deposited before the treaty could be signed, and none can be reckoned after 2100."""


_OPENED: dict[Treaty, date] = {"CCM": date(2008, 12, 3), "APMBC": date(1997, 12, 3)}
"""Opened for signature (CCM 15, APMBC 15)."""
_LAST = date(2100, 12, 31)


@dataclass(frozen=True)
class DatedDuty:
    """One duty of a State that deposited. `due` None: the treaty sets no date, or it cannot be known yet.

    `applies_to` says who has the duty: not every State has stocks, contaminated land or victims.
    `longest_due`: where one extension can bring it at most. `mark` as in the rules table.
    """

    treaty: Treaty
    article: str
    reference: str
    title: str
    applies_to: str
    due: date | None
    longest_due: date | None
    reasoning: str
    mark: Mark = ""


_MONTHS = ("", "January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")  # fmt: skip


def day(when: date) -> str:
    """A date as people write it, the same in every locale: 1 August 2010."""
    return f"{when.day} {_MONTHS[when.month]} {when.year}"


def compute(
    treaty: Treaty,
    deposited_on: date,
    action: law.Action = "ratification",
    *,
    entry_into_force: date | None = None,
    first_annual: law.FirstAnnual = "year_after_initial",
) -> list[DatedDuty]:
    """Entry into force first, then each duty in the order of its day, undated duties last.

    `entry_into_force`: for a succession, which has a date of its own. SuccessionNeedsItsDate without it.
    OutsideTheTreaty for a day before the treaty was opened for signature or after 2100.
    """
    for field, when in (("deposited_on", deposited_on), ("entry_into_force", entry_into_force)):
        if when is not None and not _OPENED[treaty] <= when <= _LAST:
            raise OutsideTheTreaty(
                f"{day(when)} cannot be: the {treaty} was opened for signature on {day(_OPENED[treaty])}, "
                f"and nothing is reckoned after {_LAST.year}.",
                field=field,
                found=when.isoformat(),
                allowed=f"{_OPENED[treaty].isoformat()} to {_LAST.isoformat()}",
            )
    begins = entry_into_force or law.entry_into_force(treaty, deposited_on, action)
    if begins is None:
        raise SuccessionNeedsItsDate(
            field="entry_into_force", found=None, allowed="the day from which the State is a party"
        )
    found = [_of_duty(rule, begins, first_annual) for rule in law.duties(treaty)]
    found.sort(key=lambda one: (one.due is None, one.due or date.max))
    return [_entry(treaty, deposited_on, action, begins), *found]


def _entry(treaty: Treaty, deposited_on: date, action: law.Action, begins: date) -> DatedDuty:
    rules = law.table(treaty)
    regular = law.entry_into_force(treaty, deposited_on, action)
    if begins != regular:
        reasoning = f"Party as from {day(begins)} by {action}; the date was given, no rule makes it."
    elif begins == rules.entered_into_force:
        reasoning = (
            f"Deposited on {day(deposited_on)}, soon enough to be bound from the treaty's own entry into force, "
            f"{day(begins)}."
        )
    else:
        reasoning = (
            f"Deposited on {day(deposited_on)}: the first day of the month {rules.months_to_entry} months later "
            f"is {day(begins)}."
        )
    return DatedDuty(
        treaty=treaty,
        article="17",
        reference=rules.entry_reference,
        title="Entry into force for the State",
        applies_to="the State that deposited",
        due=begins,
        longest_due=None,
        reasoning=reasoning,
    )


def _of_duty(rule: Duty, begins: date, first_annual: law.FirstAnnual) -> DatedDuty:
    due, reasoning = _reckon(rule, begins, first_annual)
    longest: date | None = None
    if due is not None and rule.extension is not None:
        longest = law.longest_extension(rule.treaty, rule.article, due)
        reasoning += (
            f" One request can bring up to {rule.extension.cap_years} years more ({rule.extension.reference}); it is "
            f"lodged {rule.extension.lodging.months_before_meeting} months before the meeting that decides "
            f"({rule.extension.lodging.reference})."
        )
    elif rule.years is not None and rule.extension is None:
        reasoning += " No extension exists."
    annual = rule.runs_from == "calendar_year"
    return DatedDuty(
        treaty=rule.treaty,
        article=rule.article,
        reference=rule.reference,
        title=rule.title,
        applies_to=rule.applies_to,
        due=due,
        longest_due=longest,
        reasoning=reasoning,
        mark=law.table(rule.treaty).first_annual_mark if annual else rule.mark,
    )


def _reckon(rule: Duty, begins: date, first_annual: law.FirstAnnual) -> tuple[date | None, str]:
    match rule.runs_from:
        case "entry_into_force":
            due = law.original_deadline(rule.treaty, rule.article, begins)
            length = f"{rule.years} years" if rule.years is not None else f"{rule.days} calendar days"
            assert due is not None  # noqa: S101 - the table gives this clock a length
            return due, f"{day(begins)} plus {length} is {day(due)}; on that day is in time."
        case "end_of_hostilities":
            return None, f"{rule.years} years from the end of the hostilities; no date while they last."
        case "calendar_year":
            due = law.first_annual_due(rule.treaty, begins, first_annual)
            return due, (
                f"Each year by {day(due).rsplit(' ', 1)[0]} for the calendar year before; the first is taken to be "
                f"that of {due.year}, a point which the treaty leaves open."
            )
        case "none":
            return None, "A duty from entry into force on; the treaty sets no date."
