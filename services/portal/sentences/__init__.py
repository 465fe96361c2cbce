"""What happened, in plain sentences: one module for each service, and the lines that pages show."""

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]
Say = Callable[[Data], str]
