"""When two people changed the same thing: what one did not touch is taken from the other, so neither loses work."""

from collections.abc import Iterable

from services.portal.doing.filling import Values, rows


def merged(base: Values, theirs: Values, mine: Values, lists: Iterable[str]) -> Values:
    """Mine where I changed what was known (`base`), theirs everywhere else.

    Entries of a list are told apart by their place. Where either changed how many there are, the list is taken
    as a whole: theirs if I left it as it was, else mine.
    """
    whole = [name for name in lists if len({len(rows(one, name)) for one in (base, theirs, mine)}) > 1]
    found: Values = {}
    for name in sorted({*theirs, *mine}):
        inside = next((of for of in whole if name.startswith(f"{of}.")), None)
        untouched = _same(base, mine, inside) if inside else mine.get(name, []) == base.get(name, [])
        side = theirs if untouched else mine
        if name in side:
            found[name] = side[name]
    return found


def _same(one: Values, other: Values, of: str) -> bool:
    return _part(one, of) == _part(other, of)


def _part(values: Values, of: str) -> Values:
    return {name: entered for name, entered in values.items() if name.startswith(f"{of}.") and any(entered)}
