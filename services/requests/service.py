"""The wiring of the requests service."""

from services.requests.api import commands, contact, needs, reading
from services.requests.domain.messages import ContactNamed
from services.requests.domain.need import NEEDS
from services.requests.domain.request import REQUESTS
from services.requests.policies import OFFERS, answer_offers
from services.requests.views.need import NEED
from services.requests.views.private import CONTACT, DRAFT
from services.requests.views.request import REQUEST
from shared.kit import Kit, Service
from shared.privacy import routes as people_routes


def build(kit: Kit) -> Service:
    """Requests of States, and needs read in sources."""
    requests, recorded = kit.handler(REQUESTS), kit.handler(NEEDS)
    shown, drafts, contacts = kit.view(REQUEST), kit.view(DRAFT), kit.view(CONTACT)
    kit.listen("pledges", OFFERS, answer_offers, to=requests)
    kit.people.holds(requests, ContactNamed)
    routers = [
        people_routes.routes(kit.people),
        needs.routes(recorded, kit.view(NEED)),
        commands.routes(requests),
        contact.routes(requests, contacts, kit.people),
        reading.routes(shown, drafts),
    ]
    return Service("requests", "assistance requests", routers, kit)
