"""The least that a page costs here: a bare application that fills a bare template with a table, and packs it."""

from jinja2 import DictLoader, Environment
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

ROWS = 100
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1>
<table><thead><tr>{% for name in names %}<th>{{ name }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}<tr>{% for name in names %}<td>{{ row[name] }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>
"""
_NAMES = ("state", "duty", "deadline", "left", "source")


def bare_page() -> Starlette:
    """An application with one page of a hundred lines at `/`."""
    environment = Environment(loader=DictLoader({"page": _PAGE}), autoescape=True)
    page = environment.get_template("page")
    rows = [{name: f"{name} of the line {number}, as a source gives it" for name in _NAMES} for number in range(ROWS)]

    async def shown(_request: Request) -> HTMLResponse:
        return HTMLResponse(page.render(title="A table", names=_NAMES, rows=rows))

    return Starlette(routes=[Route("/", shown)], middleware=[Middleware(GZipMiddleware, minimum_size=1_000)])
