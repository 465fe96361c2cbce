"""Events of coalitions as they were once written, brought up to date when they are read.

What is stored stays as it is. Samples of every schema stand in tests/coalitions/samples. Property P9 of
docs/mutants.md holds: a stream of old events folds as if all had been written today.
"""

from typing import Any

from shared.codec import Upcasts


def contribution_noted_2(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 knew members and others; which others they were cannot be known afterwards."""
    kept = {name: value for name, value in data.items() if name != "from_member"}
    return {**kept, "standing": "member" if data["from_member"] else "not_a_member"}


UPCASTS: Upcasts = {("ContributionNoted", 1): contribution_noted_2}
