"""A fault is called caught only where a test failed because of it."""

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.trying import judged

ONE = Mutant("m", "P1", "says", "file.py", "a", "b", ("tests",))
HANGING = Mutant("m", "P1", "says", "file.py", "a", "b", ("tests",), hang=True)


@pytest.mark.parametrize(
    ("mutant", "code", "said", "outcome"),
    [
        (ONE, 0, "1 passed", "survived"),
        (ONE, 1, "FAILED tests/x.py::test_y - AssertionError", "caught"),
        (ONE, 2, "ERROR tests/x.py\nInterrupted: 1 error during collection", "broken"),
        (ONE, 4, "no such file", "broken"),
        (ONE, 5, "no tests ran", "broken"),
        (ONE, -9, "", "broken"),
        (ONE, None, "", "broken"),
        (HANGING, None, "", "caught"),
        (HANGING, 0, "1 passed", "survived"),
    ],
)
def test_only_a_failed_test_or_an_expected_hang_catches(
    mutant: Mutant, code: int | None, said: str, outcome: str
) -> None:
    assert judged(mutant, code, said, 1.0)[0] == outcome


def test_the_first_failed_test_is_named() -> None:
    said = "1 failed\nFAILED tests/kit/test_x.py::test_y[sqlite] - assert 1 == 2\nFAILED tests/z.py::test_z\n"
    assert judged(ONE, 1, said, 1.0) == ("caught", "kit/test_x.py::test_y[sqlite]")
