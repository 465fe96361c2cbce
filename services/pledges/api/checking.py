"""What routes check before a command goes to its stream: whose country it is, and no act from the future."""

from shared.auth.caller import Caller
from shared.messages import Forbidden


def must_be_of(caller: Caller, iso3: str | None) -> None:
    """Forbidden where somebody else than the ISU takes a country that is not its own.

    A donor State signs in under its country's code; what is recorded as given by a country
    follows from this, so nobody may claim one by writing it down.
    """
    if iso3 is None or caller.role in ("isu", "system") or (caller.role == "donor" and caller.scope == iso3):
        return
    own = caller.scope if caller.role == "donor" else ""
    allowed = f"blank, or {own} if that is your country's code; the ISU may set any" if own else "the ISU may set it"
    raise Forbidden(
        "A donor's country is set by the ISU, or by the donor that signs in under that country's code.",
        field="iso3",
        found=iso3,
        allowed=allowed,
    )
