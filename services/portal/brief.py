"""A State's brief as PDF, for a meeting of two: what the page says, on paper. Needs the extra `pdf` (typst)."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.portal import expected, state_tables, told, words
from services.portal.language import current
from services.portal.language import gettext as _
from services.portal.tables import Table

_TEMPLATE = Path(__file__).parent / "brief.typ"
_MOST_ROWS = 12


class NotInstalled(Exception):
    """The extra `pdf` is not installed."""


async def as_pdf(profile: Mapping[str, Any], summary: str, exercise: bool) -> bytes:
    """The brief. NotInstalled where typst is missing."""
    try:
        import typst
    except ImportError as error:
        raise NotInstalled from error
    data = json.dumps(content(profile, summary, exercise), ensure_ascii=False)
    # Setting a page takes a few tenths of a second of one core: beside the loop, so that nobody waits.
    setting: Any = typst.compile
    made: bytes = await asyncio.to_thread(setting, str(_TEMPLATE), format="pdf", sys_inputs={"data": data})
    return made


def content(profile: Mapping[str, Any], summary: str, exercise: bool) -> dict[str, Any]:
    """What the brief says, as plain values."""
    day = words.day(profile["as_of"])
    return {
        "title": _("Brief: %(name)s") % {"name": profile["name"]},
        "product": _("Article Six"),
        "lang": current().partition("-")[0][:2],
        "exercise": _("Exercise: fictional States.") if exercise else "",
        "name": profile["name"],
        "as_of": _("As of %(day)s.") % {"day": day},
        "summary": summary,
        "cards": [_card(row, str(profile["as_of"])) for row in profile["ranked"]],
        "tables": _tables(profile),
        "footer": _("%(name)s, as of %(day)s") % {"name": profile["name"], "day": day},
        "words": {
            "why": _("Why we say so"),
            "read": _("How to read this"),
            "how": _(
                "Every figure stands here as its source printed it, with the day on which the source said it. "
                "Sources that disagree all stay. What no source says is not known: it does not mean zero."
            ),
        },
    }


def _tables(profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    needs, help_ = state_tables.needs(profile), state_tables.help_given(profile)
    partners, duties = state_tables.partners(profile), state_tables.duties(profile)
    return [
        _table(needs, ("need", "who_says", "currency", "asked", "open"), _("No need is known.")),
        _table(partners, ("name", "standing", "partners"), _("No coalition or partnership is known.")),
        _table(help_, ("year", "donor", "currency", "amount", "usd_printed"), _("No help is recorded.")),
        _table(duties, ("duty", "standing", "since", "deadline"), _("No duty is known.")),
    ]


def _card(row: Mapping[str, Any], on: str) -> dict[str, Any]:
    left = words.quantity(row["remaining"], row["unit"])
    if row["remaining_on"]:
        left = _("%(much)s, as of %(day)s") % {"much": left, "day": words.day(row["remaining_on"])}
    deadline = _("not known")
    if row["deadline_in_force"]:
        deadline = f"{words.day(row['deadline_in_force'])}, {words.countdown(row['deadline_in_force'], on)}"
    facts = [(_("Group"), told.word(row["group_name"]))]
    if row["family"] != "act":
        facts += [(_("Left"), left), (_("Deadline in force"), deadline)]
    if row["usd_open"] is not None:
        facts.append((_("Help open"), words.dollars(row["usd_open"])))
    following = expected.of_duty(row)
    if following:
        by = words.day(following.by)
        facts.append((_("Expected next"), ", ".join(part for part in (following.words, following.whom, by) if part)))
    return {
        "title": words.title_of(words.duty(row["treaty"], row["article"]), row["clock"]),
        "facts": facts,
        "reasons": [
            {"text": told.said(one), "source": words.host(one["source"]) if one["source"] else ""}
            for one in row["reasons"]
        ],
    }


def _table(table: Table, names: Sequence[str], nothing: str) -> dict[str, Any]:
    columns = [column for column in table.columns if column.name in names]
    rows = [
        [cell.words for column, cell in table.pairs(row) if column.name in names] for row in table.rows[:_MOST_ROWS]
    ]
    left_off = len(table.rows) - len(rows)
    return {
        "title": table.title,
        "columns": [column.title for column in columns],
        "rows": rows,
        "nothing": nothing,
        "more": _("%(num)s more rows stand on the State’s page.") % {"num": left_off} if left_off else "",
    }
