"""Every page, form and hard moment of the site, and the people who look at them: the pages are those of `who_may.py`,
which holds every route."""

import re
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Page

from shared.http.calling import SESSION_COOKIE
from tests.portal.roles_world import Site
from tests.portal.test_every_role import COMMANDS, READINGS

_NO_PAGE = re.compile(
    r"\.(csv|xlsx|pdf|atom|ics|json)\b|^/(assets|deadlines|requests|pledges|coalitions|insights|docs|metrics|readyz|healthz)\b"
)
PAGES = [
    address
    for one in READINGS
    for address in one.tried.split(" ")
    if not _NO_PAGE.search(address) and "/*/" not in address
]
FORMS = [
    (route.removeprefix("POST "), next(who for who, mark in said.items() if mark == "yes")) for route, said in COMMANDS
]
MOMENTS = (
    ("nobody", "/desk", 401),
    ("nobody", "/do/requests/submission", 401),
    ("XXM", "/do/requests/submission", 403),
    ("isu", "/do/nothing", 404),
    ("isu", "/?as_of=soon", 422),
    ("isu", "/desk", 200),
    ("coordinator", "/desk", 200),
    ("XXA", "/desk", 200),
    ("XXM", "/desk", 200),
    ("XXA", "/", 200),
)
_WATCHED = """
window.moved = 0;
new PerformanceObserver(
  list => list.getEntries().forEach(one => { if (!one.hadRecentInput) window.moved += one.value; })
).observe({type: 'layout-shift', buffered: true});
"""


def reader(path: str) -> tuple[str, int]:
    """Whoever may read it, nobody first, and what is answered; where nothing is at that address, the page that
    says so."""
    wanted = next(one for one in READINGS if path in one.tried.split(" "))
    person = next((who for who in ("nobody", "isu", "XXA") if wanted.status(who) == 200), "isu")
    return person, wanted.status(person)


@dataclass(frozen=True)
class Place:
    """The site at an address, and a window for each who comes."""

    site: Site
    address: str
    windows: dict[str, BrowserContext]
    browser: Browser

    async def window(self, person: str, script: bool = True) -> BrowserContext:
        """A window of that person."""
        context = await self.browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script)
        context.set_default_timeout(30_000)
        secret = self.site.people[person].browser.cookies.get(SESSION_COOKIE)
        if secret:
            await context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": self.address}])
        return context

    async def page(self, person: str) -> Page:
        """A page of that person's own window, which stays; what moves on it is added up in `window.moved`."""
        if person not in self.windows:
            self.windows[person] = await self.window(person)
            await self.windows[person].add_init_script(_WATCHED)
        return await self.windows[person].new_page()
