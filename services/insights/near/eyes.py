"""The ranking through a donor's eyes: the same function with what the donor set for itself.

Rule: "What goes with a row" in docs/near-completion.md.
"""

from pydantic import ValidationError

from services.insights.facts.donor import Donor, Setting
from services.insights.near.known import Lens
from services.insights.near.settings import Options, Settings, Thresholds, Weights

NAMES = (*Weights.model_fields, *Thresholds.model_fields)
"""The names that a donor's weights and thresholds can have; others are passed over."""


def through(donor: Donor, lens: Lens, base: Options | None = None) -> Options:
    """The donor's options by its newest profile known on the day; the defaults for what it did not set."""
    base = base or Options(as_recorded=lens.as_recorded)
    profiles = lens.known(donor.profiles)
    if not profiles:
        return base.model_copy(update={"donor": donor.id})
    profile = profiles[-1]
    settings = base.settings
    changed = Settings.model_validate(
        settings.model_dump()
        | {
            "weights": settings.weights.model_dump() | _named(profile.weights, Weights),
            "thresholds": settings.thresholds.model_dump() | _named(profile.thresholds, Thresholds, least=0.0),
        }
    )
    return base.model_copy(
        update={
            "settings": changed,
            "treaties": profile.treaties,
            "regions": profile.regions,
            "kinds": profile.kinds,
            "donor": donor.id,
        }
    )


def _named(
    settings: tuple[Setting, ...], of: type[Weights] | type[Thresholds], least: float = -1.0
) -> dict[str, float]:
    """Those that the ranking knows and takes; a threshold of zero would make nothing near and is passed over."""
    return {one.name: float(one.value) for one in settings if one.value > least and _taken(one, of)}


def _taken(setting: Setting, of: type[Weights] | type[Thresholds]) -> bool:
    # A donor's profile is free in what it stores; what the ranking cannot reckon with must not break it.
    try:
        of.model_validate({setting.name: float(setting.value)})
    except ValidationError:
        return False
    return setting.name in of.model_fields
