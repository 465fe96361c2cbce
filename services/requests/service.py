"""The wiring of the requests service."""

from services.requests.api import commands, needs, reading
from services.requests.domain.need import NEEDS
from services.requests.domain.request import REQUESTS
from services.requests.policies import OFFERS, answer_offers
from services.requests.views.need import NEED
from services.requests.views.private import CONTACT, DRAFT
from services.requests.views.request import REQUEST
from shared.kit import Kit, Service


def build(kit: Kit) -> Service:
    """Requests of States, and needs read in sources."""
    requests, recorded = kit.handler(REQUESTS), kit.handler(NEEDS)
    shown, drafts, contacts = kit.view(REQUEST), kit.view(DRAFT), kit.view(CONTACT)
    kit.listen("pledges", OFFERS, answer_offers, to=requests)
    routers = [
        needs.routes(recorded, kit.view(NEED)),
        commands.routes(requests),
        reading.routes(shown, drafts, contacts),
    ]
    return Service("requests", "assistance requests", routers, kit)
