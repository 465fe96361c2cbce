"""Countries as ISO 3166-1 alpha-3, with names; user-assigned codes serve exercises only."""

import re
from typing import Annotated

import iso3166
from pydantic import AfterValidator, WithJsonSchema

# ISO 3166-1, 8.1.3: AAA to AAZ, QMA to QZZ, XAA to XZZ, ZZA to ZZZ are never given to a State.
_USER_ASSIGNED = re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")
_SHORT_NAMES = {
    "BOL": "Bolivia", "BRN": "Brunei Darussalam", "COD": "DR Congo", "COG": "Congo", "FSM": "Micronesia",
    "GBR": "United Kingdom", "IRN": "Iran", "KOR": "Republic of Korea", "LAO": "Lao PDR", "MDA": "Moldova",
    "MKD": "North Macedonia", "NLD": "Netherlands", "PRK": "DPR Korea", "PSE": "State of Palestine",
    "RUS": "Russian Federation", "SYR": "Syria", "TUR": "Türkiye", "TZA": "Tanzania", "USA": "United States",
    "VAT": "Holy See", "VEN": "Venezuela", "VNM": "Viet Nam", "CZE": "Czechia", "CPV": "Cabo Verde",
    "SWZ": "Eswatini", "CIV": "Côte d’Ivoire",
}  # fmt: skip


def is_user_assigned(code: str) -> bool:
    """Whether the code is one that ISO leaves to users: a fictional State of an exercise."""
    return bool(_USER_ASSIGNED.fullmatch(code))


def known_country(code: str) -> str:
    """The code itself. ValueError unless ISO 3166-1 has it or leaves it to users."""
    if code not in iso3166.countries_by_alpha3 and not is_user_assigned(code):
        raise ValueError(f"{code!r} is not an ISO 3166-1 alpha-3 code, such as LAO or BIH")
    return code


def country_name(code: str) -> str:
    """The country's name in English, short where the field uses a short one; else the code."""
    if code in _SHORT_NAMES:
        return _SHORT_NAMES[code]
    found = iso3166.countries_by_alpha3.get(code)
    return found.name if found else f"Exercise State {code}"


_WITH_ARTICLE = frozenset({
    "ARE", "BHS", "CAF", "COD", "COG", "COK", "COM", "DOM", "GBR", "GMB", "KOR", "LAO", "MDV", "MHL", "NLD", "PHL",
    "PRK", "PSE", "RUS", "SLB", "USA", "VAT",
})  # fmt: skip
"""Names that English does not say without "the"."""


def country_in_text(code: str) -> str:
    """The country's name as it stands inside a sentence: "the United Kingdom", "Montenegro"."""
    return f"the {country_name(code)}" if code in _WITH_ARTICLE else country_name(code)


Iso3 = Annotated[
    str,
    AfterValidator(known_country),
    WithJsonSchema(
        {
            "type": "string",
            "enum": sorted(iso3166.countries_by_alpha3) + [f"XX{c}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
        }
    ),
]
"""ISO 3166-1 alpha-3, upper case."""
