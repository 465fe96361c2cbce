"""All forms, and which of them stands at an address."""

import re

from services.portal.doing import coalitions, deadlines, pledges, requests
from services.portal.doing.describing import Form, Ids

FORMS: tuple[Form, ...] = (*requests.FORMS, *pledges.FORMS, *deadlines.FORMS, *coalitions.FORMS)
_ID = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}"
_BY_PATH = {form.path: form for form in FORMS}


def form_of(path: str) -> Form:
    """The form of that route of the contract. KeyError where there is none."""
    return _BY_PATH[path]


def standing_at(address: str) -> tuple[Form, Ids] | None:
    """The form at what follows `/do`, with what the address names; None where none is."""
    # No thing bears the name of a command, so an address without a name comes first.
    for form in _CLOSEST_FIRST:
        if form.naming is not None and form.address() == f"/do{address}":
            return form, {}
    for form in _CLOSEST_FIRST:
        pattern = "/".join(
            f"(?P<{part[1:-1]}>{_ID})" if part.startswith("{") else re.escape(part) for part in form.path.split("/")
        )
        if found := re.fullmatch(pattern, address):
            return form, found.groupdict()
    return None


_CLOSEST_FIRST = sorted(FORMS, key=lambda form: (len(form.parameters), form.path))
