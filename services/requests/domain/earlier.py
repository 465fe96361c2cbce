"""Events of requests as they were once written, brought up to date when they are read.

What is stored stays as it is (docs/privacy.md). Samples of every schema stand in tests/requests/samples.
"""

from typing import Any

from shared.codec import Upcasts
from shared.privacy.messages import sealed_since


def contact_named_2(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 held the details in the clear; what it recorded so cannot be sealed afterwards."""
    return sealed_since(data, "name", "email", "phone")


UPCASTS: Upcasts = {("ContactNamed", 1): contact_named_2}
