"""A coordinator's desk: which States could finish if partners sat down together, and what waits for whom."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from services.portal import told, words
from services.portal.addresses import page_of
from services.portal.desks.sections import MOST, Item, Reading, Section, section
from services.portal.doing.catalogue import form_of
from services.portal.doing.leading import Link
from services.portal.language import gettext as _
from shared.countries import country_name

_OVER = ("concluded", "abandoned")
_DUTY = ("treaty", "article", "clock")


async def desk(read: Reading) -> list[Section]:
    """Its sections: possible coalitions, answers awaited, steps due."""
    coalitions: Any = await read.read("/coalitions?limit=200")
    return [
        await _possible(read),
        _consents(coalitions["items"]),
        _steps(coalitions["items"], read.today),
    ]


async def _possible(read: Reading) -> Section:
    found: Any = await read.read(f"/insights/possible-coalitions?limit={MOST}")
    items = []
    for one in found["suggestions"]:
        duties = one["obligations"]
        first = duties[0]
        query = f"?state={one['state']}" + "".join(f"&{name}={quote(first[name])}" for name in _DUTY if first[name])
        items.append(
            Item(
                f"{one['state_name']}: " + "; ".join(words.duty(duty["treaty"], duty["article"]) for duty in duties),
                page_of("obligation", first["id"]),
                by=first["deadline_in_force"] or "",
                late=first["deadline_passed"],
                links=[Link(form_of("/coalitions").address() + query, _(form_of("/coalitions").title))],
                points=[*(_partner(partner) for partner in one["partners"]), *_uncovered(one["uncovered"])],
            )
        )
    return section(
        "possible",
        _("Possible coalitions"),
        _(
            "States near completion without a coalition, whose open needs fit what donors say they give. What a donor "
            "can still give is shared out once, the State that stands best in the list first."
        ),
        _("No State near completion fits what donors have stated. Ask donors for their kinds of help and regions."),
        items,
        found["total"],
    )


def _partner(partner: Any) -> str:
    """What the donor could give, why it fits, and what it has to be asked."""
    shares = [_share(share) for share in partner["shares"]]
    said = [f"{partner['name']}: {'; '.join(shares) or _('how much it could give is not known')}."]
    said += told.each(partner, "reasons")
    if partner["to_ask"]:
        said.append(_("To ask: %(questions)s") % {"questions": " ".join(map(told.word, partner["to_ask"]))})
    return " ".join(said)


def _uncovered(left: list[Any]) -> Iterator[str]:
    for one in left:
        yield _("Not covered: %(kind)s, %(amount)s. %(why)s") % {
            "kind": words.plain(one["need"]["kind"]),
            "amount": words.dollars(one["usd"]) if one["usd"] else _("amount not known"),
            "why": told.word(one["why"]),
        }


def _share(share: Any) -> str:
    kind = words.plain(share["need"]["kind"])
    if share["usd"]:
        return _("%(amount)s for %(kind)s") % {"amount": words.dollars(share["usd"]), "kind": kind}
    return _("%(kind)s in kind") % {"kind": kind}


def _consents(coalitions: list[Any]) -> Section:
    items = []
    for one in coalitions:
        if one["status"] in _OVER:
            continue
        waiting = [] if one["consent"] else [_("the consent of %(state)s") % {"state": country_name(one["state"])}]
        waiting += [
            _("the answer of %(name)s") % {"name": member["name"]}
            for member in one["members"]
            if member["answer"] == "invited" and member["member"] != one["state"]
        ]
        if waiting:
            items.append(
                Item(
                    _words(one),
                    page_of("coalition", one["coalition"]),
                    _("waits for %(whom)s") % {"whom": ", ".join(waiting)},
                    word=one["status"],
                    links=[_form("/coalitions/{id}/members", one)],
                )
            )
        elif one["status"] != "active":
            items.append(
                Item(
                    _words(one),
                    page_of("coalition", one["coalition"]),
                    _("everybody has said yes: it can begin"),
                    word=one["status"],
                    links=[_form("/coalitions/{id}/activation", one), _form("/coalitions/{id}/members", one)],
                )
            )
    return section(
        "consents",
        _("Consents and answers awaited"),
        _("No coalition begins without the consent of the affected State."),
        _("Nobody's answer is awaited."),
        items,
    )


def _steps(coalitions: list[Any], today: str) -> Section:
    open_ = [
        (step["due_on"], one, step)
        for one in coalitions
        if one["status"] not in _OVER
        for step in one["milestones"]
        if not step["reached_on"]
    ]
    items = [
        Item(
            step["title"],
            page_of("coalition", one["coalition"]),
            _("%(coalition)s; %(who)s answers for it") % {"coalition": _words(one), "who": step["responsible"]},
            due,
            due < today,
            links=[
                Link(
                    form_of(path).address(id=one["coalition"]) + f"?milestone={step['milestone']}",
                    _(form_of(path).title),
                )
                for path in ("/coalitions/{id}/milestones/reached", "/coalitions/{id}/milestones/revisions")
            ],
        )
        for due, one, step in sorted(open_, key=lambda found: found[0])
    ]
    return section(
        "steps",
        _("Steps of work plans due"),
        _("Of all coalitions, the soonest first."),
        _("No step is open. A step is agreed on the page of its coalition."),
        items,
    )


def _words(one: Any) -> str:
    return _("Coalition for %(state)s") % {"state": country_name(one["state"])}


def _form(path: str, one: Any) -> Link:
    return Link(form_of(path).address(id=one["coalition"]), _(form_of(path).title))
