"""Pieces that sentences of several services share."""

from typing import Any

from services.portal import words
from services.portal.language import gettext as _
from services.portal.sentences import Data
from shared.countries import country_name


def state(code: Any) -> str:
    """The State's name."""
    return country_name(str(code)) if code else _("a State not named")


def who(name: Any) -> str:
    """A donor or member: the country's name where the id is a country's code, else the id."""
    text = str(name or "")
    return country_name(text) if len(text) == 3 and text.isupper() else text


def of_duty(data: Data) -> str:
    """The duty an entry speaks of, by the treaty's words."""
    named = words.duty(str(data.get("treaty", "")), str(data.get("article", "")))
    return f"{named}, {data['clock']}" if data.get("clock") else named


def obligation(data: Data) -> str:
    """State and duty: "Montenegro, clear cluster munition remnants (CCM Article 4)"."""
    return _("%(state)s, %(duty)s") % {"state": state(data.get("state")), "duty": of_duty(data)}


def because(reason: Any) -> str:
    """The reason behind a colon, or nothing."""
    return f": {str(reason).rstrip('.')}" if reason else ""


def given(data: Data) -> str:
    """Money, or what is given in kind."""
    return (
        words.money(data["amount"]) if data.get("amount") else str(data.get("in_kind") or _("help, amount not stated"))
    )


def until(value: Any) -> str:
    """ "until 1 March 2029", or nothing."""
    return " " + _("until %(day)s") % {"day": words.day(str(value))} if value else ""


def on(value: Any) -> str:
    """ "on 1 March 2029", "in March 2029", or nothing."""
    if not value:
        return ""
    text = str(value)
    told = {"day": words.day(text)}
    return " " + (_("on %(day)s") % told if len(text) == 10 else _("in %(day)s") % told)
