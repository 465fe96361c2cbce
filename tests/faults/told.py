"""The history that a run is held against: what was sent, acknowledged, refused, left open, and read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.auth.caller import Caller
from shared.ids import derived_id
from shared.receipts import Receipt, seen


@dataclass(frozen=True)
class Sent:
    """A command on its way: it keeps its key however often it is sent."""

    key: str
    caller: Caller
    path: str
    body: Mapping[str, Any]

    @property
    def service(self) -> str:
        """Whose store it goes to."""
        return self.path.split("/")[1]

    @property
    def command_id(self) -> str:
        """How the store names it."""
        return derived_id("http", self.caller.name, self.key)


@dataclass(frozen=True)
class Read:
    """What an answer showed that had to show commit `seq` of the stream at least."""

    stream: str
    seq: int
    shown: str


@dataclass
class Told:
    """Everything that the clients of one folder know for certain, and what they do not."""

    sent: dict[str, Sent] = field(default_factory=dict)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, Sent] = field(default_factory=dict)
    reads: list[Read] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    """Answers that no client should ever get."""

    @property
    def acknowledged(self) -> int:
        """Commands that a receipt was got for."""
        return len(self.receipts)

    def got(self, sent: Sent, status: int, body: Any) -> Receipt | None:
        """An answer came; the receipt, if it was one."""
        self.answers[status] += 1
        if status in (200, 201):
            receipt = Receipt.model_validate(body)
            if not list(seen(receipt.token)):
                self.strange.append(f"{sent.path}: a receipt without a token")
            self.receipts.setdefault(sent.key, []).append(receipt)
            self.unknown.pop(sent.key, None)
            return receipt
        if status == 503:
            self.unknown[sent.key] = sent
            if not str(body.get("type", "")).startswith("urn:article6:"):
                self.strange.append(f"{sent.path}: 503 that is no problem document: {body}")
        elif 400 <= status < 500:
            self.refused[sent.key] = status
            self.unknown.pop(sent.key, None)
            if status in (400, 401, 403, 405, 422):
                self.strange.append(f"{sent.path}: {status} {body}")
        else:
            self.unknown[sent.key] = sent
            self.strange.append(f"{sent.path}: {status} {body}")
        return None

    def nothing_came_back(self, sent: Sent) -> None:
        """The connection broke: done or not, nobody knows."""
        self.unknown[sent.key] = sent
