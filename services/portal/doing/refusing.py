"""When a command cannot be done: at which field, in which words, and what the person can do about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.portal.doing.controls import Control, Page
from services.portal.doing.describing import Form
from services.portal.doing.entering import Sent
from services.portal.frame import Frame, Written
from services.portal.language import gettext as _
from services.portal.language import marked
from services.portal.visitor import Visitor

_ROLES = {
    "isu": marked("the ISU"),
    "state": marked("the State concerned"),
    "donor": marked("the donor concerned"),
    "coordinator": marked("a coordinator"),
}
_ENDINGS = ("amount", "currency")


@dataclass(frozen=True, slots=True)
class Side:
    """One thing asked, as it stands now and as the person entered it."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.theirs != self.mine


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list above a form: where, and what to enter."""

    id: str
    label: str
    words: str


def foreign(frame: Frame, request: Request) -> HTMLResponse:
    """Sent by a page of another site."""
    said = _("This was sent from a page of another site, so nothing was done. Open the form here and send it again.")
    return frame.message(request, _("Not from here"), said, 403)


def signed_out(frame: Frame, request: Request, came: Sent | None) -> HTMLResponse:
    """Nobody is signed in. What was entered is carried along, so that it can be sent after signing in."""
    values = came.values if came else {}
    own = {name: value for name, value in came.own.items() if name in ("_key", "_version", "_base")} if came else {}
    return frame.page(request, "doing/signed_out.html", 401, entered=values, own=own, at=request.url.path)


def whose(frame: Frame, request: Request, roles: Collection[str], said: str) -> Visitor | HTMLResponse:
    """The visitor, where he has one of these roles; else the page that says who may do it."""
    visitor = frame.visitor(request)
    if visitor is None:
        return signed_out(frame, request, None)
    if visitor.role not in roles:
        return frame.message(request, _("This is for somebody else to do"), said, 403)
    return visitor


def not_for_you(frame: Frame, request: Request, form: Form) -> HTMLResponse:
    """The role may not do this: who may, and what is open to everybody."""
    who = ", ".join(_(_ROLES[role]) for role in form.roles)
    return frame.page(request, "doing/not_for_you.html", 403, form=form, who=who)


def newer_version(written: Written) -> str:
    """The version at which the thing is now, as the refusal says; blank where it does not."""
    faults = (written.problem or {}).get("errors") or [{}]
    said = str(faults[0].get("allowed") or "").strip('"')
    return said if said.isdigit() else ""


def faults(written: Written, page: Page) -> tuple[dict[str, str], str]:
    """The service's faults by control, and what to say above the form."""
    problem = written.problem or {}
    known = {one.name: one for one in page.all()}
    found: dict[str, str] = {}
    loose = []
    for fault in problem.get("errors") or []:
        said = _words(fault)
        name = _place(str(fault.get("field", "")), known)
        if name:
            found.setdefault(name, said)
        else:
            loose.append(said)
    if loose or found:
        return found, " ".join(loose)
    detail = str(problem.get("detail") or "")
    if written.status >= 500:
        number = str(problem.get("instance") or "")
        said = _(
            "That could not be done just now. Nothing that you entered was lost: it is kept as your draft. "
            "Send it again in a moment."
        )
        return {}, " ".join(part for part in (said, detail if written.status == 503 else "", number) if part)
    return {}, detail or _("The service refused this without saying why.")


def _words(fault: Mapping[str, object]) -> str:
    said = str(fault.get("message", "")).strip()
    said = said[:1].upper() + said[1:]
    if said and said[-1] not in ".!?":
        said += "."
    if allowed := fault.get("allowed"):
        said += " " + _("Allowed: %(values)s.") % {"values": str(allowed)[:300].rstrip(".")}
    return said


def _place(field: str, known: Mapping[str, Control]) -> str:
    """The control that the fault names, or the closest around it; `content.needs.0.amount.amount` is an amount's."""
    parts = field.split(".")
    while parts:
        name = ".".join(parts)
        if name in known:
            ending = field.removeprefix(f"{name}.")
            is_money = known[name].kind == "money"
            return f"{name}.{ending if ending in _ENDINGS else 'amount'}" if is_money else name
        parts.pop()
    return ""


def summary(page: Page, faults: Mapping[str, str]) -> Sequence[Line]:
    """The list above the form, in the order of the form, each with the place to go to."""
    lines = []
    for one in page.all():
        for name, words in faults.items():
            if name == one.name:
                lines.append(Line(one.id, one.label, words))
            elif one.kind == "money" and name.rpartition(".")[0] == one.name:
                lines.append(Line(f"in-{name}", one.label, words))
    return lines


def sides(theirs: Page, mine: Page) -> Sequence[Side]:
    """Everything asked, as it stands now beside what was entered; what differs first."""
    now, entered = _said(theirs), _said(mine)
    names = [*entered, *(name for name in now if name not in entered)]
    nothing = ("", "")
    found = [
        Side((entered.get(name) or now[name])[0], now.get(name, nothing)[1], entered.get(name, nothing)[1])
        for name in names
    ]
    return sorted((one for one in found if one.theirs or one.mine), key=lambda one: not one.differs)


def _said(page: Page) -> dict[str, tuple[str, str]]:
    """Label and value of every control; one in an entry of a list bears the entry's words too."""
    found = {}
    for one in (*page.first, *page.more):
        if one.kind != "list":
            found[one.name] = (one.label, one.said)
        for place, (_row, parts) in enumerate(one.rows, start=1):
            for part in parts:
                label = _("%(list)s, entry %(number)s: %(label)s")
                found[part.name] = (label % {"list": one.label, "number": place, "label": part.label}, part.said)
    return found
