"""Who wants to hear in this process that something was appended: a hint for followers, never relied on."""

from collections.abc import Callable

from shared.commits import Commit

Wake = Callable[[Commit | None], None]
"""Is given the commit; None for several, or for one that has to be looked up."""


class Listeners:
    """Called in the order in which they came."""

    def __init__(self) -> None:
        # Replaced and never changed, so that one who goes away while they are called disturbs nobody.
        self._wakes: tuple[Wake, ...] = ()

    def add(self, wake: Wake) -> Callable[[], None]:
        """Call `wake` from now on; what comes back ends this when it is called."""
        self._wakes = (*self._wakes, wake)

        def forget() -> None:
            if wake in self._wakes:
                place = self._wakes.index(wake)
                self._wakes = self._wakes[:place] + self._wakes[place + 1 :]

        return forget

    def tell(self, commit: Commit | None = None) -> None:
        """This was appended, or something."""
        for wake in self._wakes:
            wake(commit)
