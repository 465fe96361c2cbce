"""Named places at which a test lets this process die, as `kill -9` does. Off unless one is named.

ARTICLE6_FAILPOINT="appended:3" ends the process when it passes `appended` for the third time. A name
may be narrowed to one file: "before-commit/events". docs/reliability.md lists the names.
"""

import os
import signal

REBUILDING = (
    "rebuild-begun",
    "filling",
    "gathered-written",
    "filling-remembered",
    "filled",
    "announced",
    "followed",
    "compared",
    "before-switch",
    "alias-changed",
    "switched",
)
"""The steps of making a view anew, in their order."""
NAMES = (
    "between-works",
    "before-commit",
    "after-commit",
    "decided",
    "appended",
    "adopting",
    "adopted",
    "handled",
    "before-fold",
    "folded",
    "before-handle",
    "after-handle",
    "timer-fired",
    "batch-taken",
    "place-remembered",
    *REBUILDING,
    "dropping",
    "before-publish",
    "published",
    "unmarked",
)
"""Every place there is, in the order in which a command passes them."""


class NoSuchFailpoint(ValueError):
    """There is no failpoint of that name."""


_on = False
_name = ""
_left = 0


def arm(named: str) -> None:
    """Die at this failpoint from now on: `name[/where][:nth passage]`; blank for nowhere. NoSuchFailpoint."""
    global _on, _name, _left
    name, _, times = named.partition(":")
    if name and name.partition("/")[0] not in NAMES:
        raise NoSuchFailpoint(f"{name!r} is none of {', '.join(NAMES)}")
    _name, _left, _on = name, int(times or 1), bool(name)


def failpoint(name: str, where: str = "") -> None:
    """Passing here. Does nothing unless this is the place where the process is to die."""
    if _on:
        _pass(name, where)


def _pass(name: str, where: str) -> None:
    global _left
    if _name in (name, f"{name}/{where}"):
        _left -= 1
        if _left <= 0:
            # Not an exception and not an exit: nothing is flushed, closed or cleaned up.
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("ARTICLE6_FAILPOINT", ""))
