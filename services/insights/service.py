"""The insights service, wired: it reads every topic and writes none."""

from services.insights.answers import Answers
from services.insights.api import looking, overviews, possible, ranking, states
from services.insights.rates import EcbRates
from services.insights.recorded import Recorded
from services.insights.views import DONORS, VIEWS
from shared.kit import Kit, Service


def build(kit: Kit) -> Service:
    """Near completion, State profiles, calendar, statistics, gaps: answers over all services' facts."""
    views = {projection.name: kit.view(projection) for projection in VIEWS}
    rates = EcbRates()
    answers = Answers(views, Recorded(kit.log, kit.clock, rates), kit.clock, rates)
    return Service(
        "insights",
        "near completion, State profiles, calendar, statistics and gaps",
        routers=[
            ranking.routes(answers, views[DONORS.name]),
            possible.routes(answers, views[DONORS.name]),
            states.routes(answers),
            overviews.routes(answers),
            looking.routes(answers),
        ],
        kit=kit,
    )
