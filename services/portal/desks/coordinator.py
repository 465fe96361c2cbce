"""A coordinator's desk: which States could finish if partners sat down together, and what waits for whom."""

from typing import Any

from services.portal import words
from services.portal.addresses import page_of
from services.portal.desks.sections import Item, Reading, Section, section
from services.portal.doing.catalogue import form_of
from services.portal.doing.leading import Link
from services.portal.language import gettext as _
from shared.countries import country_name

_NEAR = 3
_OVER = ("concluded", "abandoned")


async def desk(read: Reading) -> list[Section]:
    """Its sections: possible coalitions, answers awaited, steps due."""
    coalitions: Any = await read.read("/coalitions?limit=200")
    return [
        await _possible(read, coalitions["items"]),
        _consents(coalitions["items"]),
        _steps(coalitions["items"], read.today),
    ]


async def _possible(read: Reading, coalitions: list[Any]) -> Section:
    ranking: Any = await read.read("/insights/near-completion")
    donors: Any = await read.read("/pledges/donors?limit=200")
    taken = {one["state"] for one in coalitions if one["status"] not in _OVER}
    items = []
    for row in ranking["rows"]:
        if row["group"] > _NEAR or row["state"] in taken or not row["kinds"]:
            continue
        fitting = {donor["name"]: sorted(_fit(donor["profile"], row)) for donor in donors["items"]}
        fitting = {name: kinds for name, kinds in fitting.items() if kinds}
        if not fitting:
            continue
        uncovered = sorted(set(row["kinds"]) - {kind for kinds in fitting.values() for kind in kinds})
        said = "; ".join(
            _("%(donor)s gives %(kinds)s") % {"donor": name, "kinds": _kinds(kinds)} for name, kinds in fitting.items()
        )
        if uncovered:
            said += ". " + _("Nobody has stated: %(kinds)s.") % {"kinds": _kinds(uncovered)}
        query = f"?state={row['state']}&treaty={row['treaty']}&article={row['article']}"
        items.append(
            Item(
                f"{row['state_name']}: {words.duty(row['treaty'], row['article'])}",
                page_of("obligation", row["id"]),
                said,
                row["deadline_in_force"] or "",
                row["deadline_passed"],
                links=[Link(form_of("/coalitions").address() + query, _(form_of("/coalitions").title))],
            )
        )
    return section(
        "possible",
        _("Possible coalitions"),
        _(
            "States near completion without a coalition, whose needs fit what donors say they give. "
            "What a donor has not said is a question to ask."
        ),
        _("No State near completion fits what donors have stated. Ask donors for their kinds of help and regions."),
        items,
    )


def _fit(profile: Any, row: Any) -> set[str]:
    """The kinds asked for that the donor says it gives, where nothing it said speaks against this State."""
    if profile["treaties"] and row["treaty"] not in profile["treaties"]:
        return set()
    if profile["regions"] and row["region"] and row["region"] not in profile["regions"]:
        return set()
    return set(profile["kinds"]) & set(row["kinds"])


def _kinds(kinds: list[str]) -> str:
    return ", ".join(words.plain(kind) for kind in kinds)


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
