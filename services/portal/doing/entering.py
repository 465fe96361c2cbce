"""What a browser sends with a form: read within bounds, and only by one who is signed in and meant it."""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from services.portal.doing.filling import Values, general
from services.portal.doing.schema import Node
from services.portal.sessions_door import session_of
from shared.http.calling import same_site

MOST_FIELDS = 4_000
_LONGEST_BASE = 200_000
_KEY = re.compile(r"[A-Za-z0-9._-]{8,80}")
TOKEN = "_token"  # noqa: S105 - the name of a form's field


@dataclass(frozen=True)
class Sent:
    """A form as it came: the person's values, and beside them what the form itself carries (`_step`, `_key` …)."""

    values: Values
    own: Mapping[str, str]

    @property
    def step(self) -> str:
        """What the button asked for; blank where Enter was pressed."""
        return self.own.get("_step", "")

    @property
    def key(self) -> str:
        """The name of the command, issued with the form; blank where it is none of ours."""
        key = self.own.get("_key", "")
        return key if _KEY.fullmatch(key) else ""

    @property
    def version(self) -> str:
        """The version on which the person decided; blank where none."""
        version = self.own.get("_version", "")
        return version if version.isascii() and version.isdigit() and len(version) < 10 else ""


async def sent(request: Request) -> Sent:
    """The fields of the form. Values of unknown encoding are read as far as they can be."""
    text = (await request.body()).decode(errors="replace")
    values: Values = {}
    own: dict[str, str] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        pairs = []
    for name, value in pairs:
        if name.startswith("_"):
            own[name] = value
        else:
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Sent(values, own)


def is_foreign(request: Request) -> bool:
    """Whether a page of another site sent it: browsers say so themselves (`Origin`, Fetch standard)."""
    return "origin" in request.headers and not same_site(request)


def is_meant(request: Request, own: Mapping[str, str]) -> bool:
    """Whether the form was one of this session's: it carries the session's form token, and came from here."""
    session = session_of(request)
    if session is None or is_foreign(request):
        return False
    return hmac.compare_digest(own.get(TOKEN, "").encode(), session.form_token.encode())


def known_only(values: Values, node: Node) -> Values:
    """Without what the command does not have."""
    paths = dict(node.walk())
    kept = {}
    for name, entered in values.items():
        path = general(name)
        money, _dot, last = path.rpartition(".")
        is_money = last in ("amount", "currency") and money in paths and paths[money].kind == "money"
        if path in paths or is_money:
            kept[name] = entered
    return kept


def packed(values: Values) -> str:
    """What was known when a form was opened, as the form carries it along."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Values:
    """The same again; nothing where it cannot be read: it went through the browser."""
    try:
        found = json.loads(text) if len(text) < _LONGEST_BASE else {}
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        return {}
    return {name: [str(one) for one in all_] for name, all_ in found.items() if isinstance(all_, list)}
