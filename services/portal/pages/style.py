"""`/style`: every component and token in one place, for those who build pages and those who judge them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.portal import words
from services.portal.frame import Frame
from services.portal.reading import Behind
from services.portal.tables import Cell, Column, Row, Table

_TOKENS = (
    "paper",
    "raised",
    "ink",
    "quiet",
    "line",
    "edge",
    "accent",
    "link",
    "good",
    "wait",
    "warn",
    "range",
    "track",
)
_SPACES = ("s1", "s2", "s3", "s4", "s5", "s6")


def routes(frame: Frame) -> list[BaseRoute]:
    """The page of components."""

    async def style(request: Request) -> Response:
        columns = (Column("name", "Name"), Column("standing", "Standing"), Column("sum", "Sum", "number"))
        rows: list[Row] = [
            {
                "name": Cell("First line", to="/style"),
                "standing": Cell(words.standing("active").word, code="active"),
                "sum": Cell(1200, "USD 1,200"),
            },
            {
                "name": Cell("Second line", note="a quiet second line"),
                "standing": Cell(words.standing("overdue").word, code="overdue"),
                "sum": Cell(900, "USD 900"),
            },
        ]
        example = Table("example", "An example", columns, rows).sort(request)
        seen: dict[str, str] = {}
        for code in words.STANDINGS:
            seen.setdefault(words.standing(code).word, code)
        return frame.page(
            request,
            "style.html",
            tokens=_TOKENS,
            spaces=_SPACES,
            standings=list(seen.values()),
            example=example,
            late=Behind(12),
        )

    return [Route("/style", style)]
