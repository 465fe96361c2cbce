"""The UN's regions and sub-regions (M49) of States, for donors who look at a part of the world.

States are named by their ISO 3166-1 code.
"""

_SUBREGIONS = {
    "Northern Africa": "DZA EGY LBY MAR SDN TUN ESH",
    "Eastern Africa": "BDI COM DJI ERI ETH KEN MDG MWI MUS MOZ RWA SYC SOM SSD UGA TZA ZMB ZWE",
    "Middle Africa": "AGO CMR CAF TCD COG COD GNQ GAB STP",
    "Southern Africa": "BWA SWZ LSO NAM ZAF",
    "Western Africa": "BEN BFA CPV CIV GMB GHA GIN GNB LBR MLI MRT NER NGA SEN SLE TGO",
    "Northern America": "CAN USA",
    "Central America": "BLZ CRI SLV GTM HND MEX NIC PAN",
    "Caribbean": "ATG BHS BRB CUB DMA DOM GRD HTI JAM KNA LCA VCT TTO",
    "South America": "ARG BOL BRA CHL COL ECU GUY PRY PER SUR URY VEN",
    "Central Asia": "KAZ KGZ TJK TKM UZB",
    "Eastern Asia": "CHN PRK JPN MNG KOR",
    "South-eastern Asia": "BRN KHM IDN LAO MYS MMR PHL SGP THA TLS VNM",
    "Southern Asia": "AFG BGD BTN IND IRN MDV NPL PAK LKA",
    "Western Asia": "ARM AZE BHR CYP GEO IRQ ISR JOR KWT LBN OMN QAT SAU PSE SYR TUR ARE YEM",
    "Eastern Europe": "BLR BGR CZE HUN POL MDA ROU RUS SVK UKR",
    "Northern Europe": "DNK EST FIN ISL IRL LVA LTU NOR SWE GBR",
    "Southern Europe": "ALB AND BIH HRV GRC ITA MLT MNE MKD PRT SMR SRB SVN ESP VAT",
    "Western Europe": "AUT BEL FRA DEU LIE LUX MCO NLD CHE",
    "Oceania": "AUS NZL FJI PNG SLB VUT KIR MHL FSM NRU PLW COK NIU WSM TON TUV",
}
_REGIONS = {
    "Africa": ("Northern Africa", "Eastern Africa", "Middle Africa", "Southern Africa", "Western Africa"),
    "Americas": ("Northern America", "Central America", "Caribbean", "South America"),
    "Asia": ("Central Asia", "Eastern Asia", "South-eastern Asia", "Southern Asia", "Western Asia"),
    "Europe": ("Eastern Europe", "Northern Europe", "Southern Europe", "Western Europe"),
    "Oceania": ("Oceania",),
}
_OF_STATE = {code: name for name, codes in _SUBREGIONS.items() for code in codes.split()}
_ABOVE = {sub: region for region, subs in _REGIONS.items() for sub in subs}
NAMES = (*_REGIONS, *(name for name in _SUBREGIONS if name not in _REGIONS))
"""Every region and sub-region that can be asked for."""


def region_of(state: str) -> str:
    """The State's sub-region; blank where it has none, as a State of an exercise."""
    return _OF_STATE.get(state, "")


def lies_in(state: str, regions: tuple[str, ...]) -> bool:
    """Whether the State is in one of these: names of regions in any spelling of case and hyphens, or codes."""
    sub = region_of(state)
    own = {_plain(state), _plain(sub), _plain(_ABOVE.get(sub, ""))} - {""}
    return any(_plain(region) in own for region in regions)


def _plain(name: str) -> str:
    words = name.casefold().replace("-", " ").replace("eastern", "east").replace("western", "west")
    return words.replace("northern", "north").replace("southern", "south").strip()
