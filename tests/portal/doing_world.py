"""A browser without a screen: signs in, reads the form that came, fills it in, presses a button."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2
from starlette.types import ASGIApp

from shared.auth.caller import Caller, Role
from tests.system import TestSystem

SITE = "http://article6.test"


@dataclass
class Form:
    """One form of a page: where it goes, what stands in it, which buttons it has."""

    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """What stands in that control."""
        return next((value for known, value in self.values if known == name), "")


class _Forms(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._at = at
        self._form: Form | None = None
        self._area = self._select = ""
        self._button: tuple[str, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form" and said.get("method", "get").lower() == "post":
            self._form = Form(said.get("action") or self._at)
            self.forms.append(self._form)
        if self._form is None:
            return
        name = said.get("name", "")
        if tag == "input" and name and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            self._form.values.append((name, said.get("value", "")))
        if tag == "input" and name and said.get("type") == "checkbox":
            self._form.choices.setdefault(name, []).append(said.get("value", ""))
        if tag == "textarea":
            self._area, self._text = name, ""
        if tag == "select":
            self._select = name
            self._form.values.append((name, ""))
        if tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(said.get("value", ""))
            if "selected" in said:
                self._form.values = [one for one in self._form.values if one[0] != self._select]
                self._form.values.append((self._select, said.get("value", "")))
        if tag == "button":
            self._button, self._text = (name, said.get("value", "")), ""

    def handle_endtag(self, tag: str) -> None:
        if self._form is not None and tag == "textarea":
            self._form.values.append((self._area, self._text.removeprefix("\n")))
            self._area = ""
        if self._form is not None and tag == "button" and self._button is not None:
            self._form.buttons.append((*self._button, self._text.strip()))
            self._button = None
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._area or self._button is not None:
            self._text += data


def forms(page: httpx2.Response) -> list[Form]:
    """The forms of a page that send something."""
    reader = _Forms(page.request.url.raw_path.decode())
    reader.feed(page.text)
    return reader.forms


def entry(page: httpx2.Response) -> Form:
    """The form that is filled in, or confirmed: the first that carries the name of a command."""
    return next(form for form in forms(page) if form.of("_key"))


def said(page: httpx2.Response) -> str:
    """The page's words."""
    text = re.sub(r"<(script|style|select)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


class Person:
    """Somebody with a browser; signed in after `sign_in`."""

    def __init__(self, system: TestSystem, app: ASGIApp) -> None:
        self.system = system
        self.scope = ""
        self.browser = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, raise_app_exceptions=True), base_url=SITE, follow_redirects=True
        )

    async def sign_in(self, role: Role, scope: str = "", subject: str = "desk") -> "Person":
        """By a one-time link, as people do."""
        self.scope = scope
        code = self.system.sign_in.issue(Caller(subject, role, scope))
        page = await self.browser.post(f"/sign-in/{code}", headers={"Origin": SITE}, follow_redirects=False)
        assert page.status_code == 303, page.text
        return self

    async def look(self, path: str) -> httpx2.Response:
        """Open a page."""
        return await self.browser.get(path)

    async def press(
        self, form: Form, button: str = "check", values: Mapping[str, str | list[str]] | None = None, **own: str
    ) -> httpx2.Response:
        """Fill the form in and press a button; `own` for buttons with a name of their own (`_add`)."""
        sent = [one for one in form.values if one[0] not in (values or {}) and one[0] not in own]
        for name, value in (values or {}).items():
            sent += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        sent += [("_step", button)] if button else []
        sent += list(own.items())
        return await self.post(form.action, sent)

    async def post(self, path: str, sent: list[tuple[str, str]]) -> httpx2.Response:
        """Send it as a browser does."""
        body = httpx2.QueryParams(sent)
        headers = {"Origin": SITE, "Content-Type": "application/x-www-form-urlencoded"}
        return await self.browser.post(path, content=str(body), headers=headers)

    async def do(self, path: str, values: Mapping[str, str | list[str]]) -> httpx2.Response:
        """Open a form, fill it in, confirm where one is asked; the last page."""
        page = await self.press(entry(await self.look(path)), "check", values)
        if page.status_code == 200 and "Check before you go on" in page.text:
            page = await self.press(entry(page), "send")
        return page
