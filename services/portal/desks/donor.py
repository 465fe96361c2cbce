"""A donor's desk: the list through its own priorities, what it promised, who else helps, its yearly report."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.portal import told, words
from services.portal.addresses import page_of
from services.portal.desks.sections import Item, Reading, Section, section
from services.portal.doing.catalogue import form_of
from services.portal.doing.leading import Link, links_for
from services.portal.language import gettext as _
from services.portal.visitor import Visitor
from shared.countries import country_name

_FIRST = 10
_MOST_REQUESTS = 60


async def desk(read: Reading, visitor: Visitor) -> list[Section]:
    """Its sections; one that is not registered yet is asked to register first."""
    donor = visitor.scope
    known: Any = await read.maybe(f"/pledges/donors/{donor}")
    if known is None:
        form = form_of("/pledges/donors/{donor}/registration")
        return [
            Section(
                "register",
                _("Register first"),
                _("Nothing is known here of %(donor)s yet. Register it once; then say what it looks for.")
                % {"donor": donor},
                "",
                [Item(_(form.title), form.address(donor=donor))],
            )
        ]
    found: Any = await read.read(f"/pledges?donor={donor}&limit=200")
    pledges: list[Any] = found["items"]
    asking = await _who_asks(read, {one["target"]["request"] for one in pledges if one["target"]["request"]})
    for one in pledges:
        one["target"]["state"] = one["target"]["state"] or asking.get(one["target"]["request"])
    return [
        await _priorities(read, known),
        _unconfirmed(visitor, pledges),
        _returned(visitor, pledges),
        await _others(read, pledges, known),
        await _yearly(read, donor, asking),
    ]


async def _who_asks(read: Reading, requests: set[str]) -> dict[str, str]:
    """The State of each request; a pledge names the request only."""
    found = {}
    for name in sorted(requests)[:_MOST_REQUESTS]:
        request: Any = await read.maybe(f"/requests/{name}")
        if request is not None:
            found[name] = request["state"]
    return found


async def _priorities(read: Reading, known: Any) -> Section:
    ranking: Any = await read.read(f"/insights/near-completion?donor={known['id']}&limit={_FIRST}")
    items = [
        Item(
            f"{row['state_name']}: {words.duty(row['treaty'], row['article'])}",
            page_of("obligation", row["id"]),
            " ".join(told.said(reason) for reason in row["reasons"][:2]),
            row["deadline_in_force"] or "",
            row["deadline_passed"],
            links=[
                Link(
                    form_of("/pledges/{id}/announcement").address()
                    + f"?state={row['state']}&treaty={row['treaty']}&article={row['article']}",
                    _("Offer help"),
                )
            ],
        )
        for row in ranking["rows"]
    ]
    wanted = "; ".join(known["profile"]["priorities"]) or _("none stated yet")
    found = section(
        "priorities",
        _("Through your priorities"),
        _("Your priorities: %(priorities)s.") % {"priorities": wanted},
        _("No State fits what you look for, or nothing is recorded yet."),
        items,
    )
    profile = form_of("/pledges/donors/{donor}/profile")
    capacity = form_of("/pledges/donors/{donor}/capacity")
    links = [Link(one.address(donor=known["id"]), _(one.title)) for one in (profile, capacity)]
    links.append(Link(f"/?donor={known['id']}", _("The whole list")))
    return Section(found.name, found.title, found.lead, found.empty, found.items, found.total, links)


def _unconfirmed(visitor: Visitor, pledges: list[Any]) -> Section:
    items = []
    for one in pledges:
        waiting = one["status"] == "announced" or (one["status"] in ("confirmed", "disbursing") and _unpaid(one))
        if waiting:
            said = _("announced on %(day)s") % {"day": words.day(one["announced_on"])}
            if one["ladder"]:
                said += ", " + _("%(confirmed)s confirmed, %(paid)s paid") % {
                    "confirmed": words.money(one["ladder"]["confirmed"]),
                    "paid": words.money(one["ladder"]["disbursed"]),
                }
            items.append(
                Item(
                    _pledge(one),
                    page_of("pledge", one["id"]),
                    said,
                    word=one["status"],
                    links=links_for(visitor, "pledge", one)[:3],
                )
            )
    return section(
        "unconfirmed",
        _("Promised and not yet confirmed or paid"),
        _("Announced pledges bind nobody until they are confirmed in writing."),
        _("Every pledge of yours is confirmed and paid, or you have made none."),
        items,
    )


def _returned(visitor: Visitor, pledges: list[Any]) -> Section:
    items = [
        Item(
            _pledge(one),
            page_of("pledge", one["id"]),
            _("%(amount)s came back and is free") % {"amount": words.money(one["books"]["free"])},
            links=[
                Link(
                    form_of(f"/pledges/{{id}}/{name}").address(id=one["id"]),
                    _(form_of(f"/pledges/{{id}}/{name}").title),
                )
                for name in ("redirections", "reductions")
            ],
        )
        for one in pledges
        if one["books"]
        and Decimal(one["books"]["free"]["amount"]) > 0
        and one["status"] not in ("fulfilled", "cancelled")
    ]
    return section(
        "returned",
        _("Money that came back"),
        _("A need took less than you offered: put it behind another, or take it off."),
        _("Nothing came back."),
        items,
    )


async def _others(read: Reading, pledges: list[Any], known: Any) -> Section:
    helped = {one["target"]["state"] for one in pledges if one["target"]["state"]}
    whole: Any = await read.read("/insights/unsupported")
    own = {name for name in (known["iso3"], known["name"], known["id"]) if name}
    items = []
    for one in whole["overlaps"]:
        others = [donor for donor in one["donors"] if donor not in own and country_name(donor) not in own]
        if (one["state"] in helped or own & set(one["donors"])) and others:
            items.append(
                Item(
                    country_name(one["state"]),
                    page_of("state", one["state"]),
                    _("also helped by %(donors)s") % {"donors": ", ".join(map(country_name, others))},
                )
            )
    return section(
        "others",
        _("Who else helps whom you help"),
        _("In the years since %(year)s, as recorded. Talk to them before your next pledge.") % {"year": whole["since"]},
        _("Nobody else is recorded as helping the States that you help."),
        items,
    )


async def _yearly(read: Reading, donor: str, asking: Mapping[str, str]) -> Section:
    year = int(read.today[:4]) - 1 if read.today[5:] < "05" else int(read.today[:4])
    given: Any = await read.read(f"/pledges/donors/{donor}/assistance?year={year}")
    columns = [_("State"), _("Treaty"), _("What"), _("Amount"), _("Currency"), _("Day or period"), _("Where it stands")]
    rows = [
        [
            _state(one["state"] or asking.get(one["request"] or "")),
            one["treaty"] or "",
            one["request"] or _("pledge %(name)s") % {"name": one["pledge"]},
            one["amount"]["amount"],
            one["amount"]["currency"],
            one["disbursed_on"],
            one["link"],
        ]
        for one in given["payments"]
    ]
    rows += [
        [
            country_name(said["recipient"]) if said["recipient"] else said["recipient_name"],
            said["treaty"],
            said["what"] or said["sector"],
            said["amount"]["amount"] if said["amount"] else "",
            said["amount"]["currency"] if said["amount"] else "",
            said["period"] or "",
            said["statement"]["source"],
        ]
        for said in (one["statement"]["assistance"] for one in given["recorded"] if one["in_force"])
    ]
    copy = "\n".join("\t".join(_plain(cell) for cell in row) for row in (columns, *rows)) if rows else ""
    return Section(
        "yearly",
        _("Your list for the Article 7 report on %(year)s") % {"year": year},
        _(
            "Payments recorded here, then what sources say you gave. The two can speak of the same money: "
            "check before you add."
        ),
        _("No payment and no statement is recorded for the year."),
        links=[Link(form_of("/pledges/assistance").address(), _(form_of("/pledges/assistance").title))],
        copy=copy,
        columns=columns,
        rows=rows,
    )


def _plain(cell: str) -> str:
    """A cell without what would part it, and that no spreadsheet takes for a formula."""
    text = " ".join(str(cell).split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _state(code: str | None) -> str:
    return country_name(code) if code else ""


def _unpaid(pledge: Any) -> bool:
    ladder = pledge["ladder"]
    return bool(ladder) and Decimal(ladder["disbursed"]["amount"]) < Decimal(ladder["stands"]["amount"])


def _pledge(one: Any) -> str:
    amount = words.money(one["ladder"]["stands"]) if one["ladder"] else _("help in kind")
    target = one["target"]
    state = country_name(target["state"]) if target["state"] else ""
    return " · ".join(part for part in (amount, state, target["request"] or target["coalition"] or "") if part)
