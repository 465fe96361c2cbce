"""The catalogue fits the source; that each fault is caught is shown by `make mutants`."""

from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Mutant, Stale

ROOT = Path(__file__).parents[2]
PROPERTIES = [f"P{n}" for n in range(1, 13)]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_fault_can_be_planted_and_its_tests_are_there(mutant: Mutant) -> None:
    """Where the source has moved on, write the fault anew: a stale one shows nothing."""
    mutant.check(ROOT)
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).is_file()


@pytest.mark.parametrize("prop", PROPERTIES)
def test_each_property_has_two_planted_faults(prop: str) -> None:
    assert sum(mutant.prop == prop for mutant in MUTANTS) >= 2


def test_names_are_unique_and_each_stands_in_the_documentation() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names)
    documented = (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}`" not in documented] == []


def test_a_fault_that_no_longer_fits_is_stale() -> None:
    mutant = Mutant("m", "P1", "says", "file.py", "once", "never", ("tests",))
    assert mutant.planted("once upon a time") == "never upon a time"
    for source in ("", "once and once more"):
        with pytest.raises(Stale):
            mutant.planted(source)
