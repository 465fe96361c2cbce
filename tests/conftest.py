"""What holds for every test: Hypothesis bounds nobody's time, since no time limit is a test here."""

import os
import sys
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import settings

settings.register_profile("article6", deadline=None)
if settings.get_current_profile_name() == "default":
    settings.load_profile("article6")

_LEFT_TO_THE_COLLECTOR = "ignore:unclosed <socket.socket:ResourceWarning"
_HANGS_AFTER = 900
"""Seconds. Servers of the same machine are slow where it is busy: only what never ends is to be ended."""


@pytest.fixture(autouse=True)
def file_rights_as_before() -> Iterator[None]:
    """Commands that write secrets close their files to others for the whole process, which here is everybody's: the
    folders of servers that run as another user are made in it too."""
    mask = os.umask(0)
    os.umask(mask)
    yield
    os.umask(mask)


@pytest.fixture(autouse=True)
def a_disk_that_stalls_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers wait longer for what they wrote than visitors would: a disk that is busy with others' work keeps an
    append for seconds. Tests of the patience itself set their own."""
    for name in ("shared.kit", "services.portal.importing.sending"):
        if (module := sys.modules.get(name)) is not None:
            monkeypatch.setattr(module, "_PATIENCE", _HANGS_AFTER / 10)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """On servers a bare socket may be left to the garbage collector, which closes it: PyMongo 4.20 forgets it where it
    is cancelled while it connects (pool_shared._async_create_connection). Connections to Kafka are still complained of:
    those are "Unclosed AIOKafka…" and "unclosed transport"."""
    for item in items:
        if item.get_closest_marker("distributed"):
            item.add_marker(pytest.mark.filterwarnings(_LEFT_TO_THE_COLLECTOR))
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(_HANGS_AFTER))
