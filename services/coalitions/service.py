"""The coalitions service, wired."""

from services.coalitions.api import ambassador, coalition, partnership
from services.coalitions.domain.ambassador import AMBASSADORS
from services.coalitions.domain.coalition import COALITIONS
from services.coalitions.domain.partnership import PARTNERSHIPS
from services.coalitions.policies import note_announced
from services.coalitions.readings import PLEDGES, PledgeAnnounced
from services.coalitions.views.ambassador import AMBASSADOR_PAGES
from services.coalitions.views.coalition import COALITION_PAGES
from services.coalitions.views.contribution import CONTRIBUTIONS
from services.coalitions.views.duty import DUTIES
from services.coalitions.views.partnership import PARTNERSHIP_PAGES
from shared.kit import Kit, Service


def build(kit: Kit) -> Service:
    """Country coalitions, ambassadors, and partnerships as reported."""
    coalitions, ambassadors, partnerships = (
        kit.handler(COALITIONS),
        kit.handler(AMBASSADORS),
        kit.handler(PARTNERSHIPS),
    )
    kit.listen(PLEDGES, PledgeAnnounced, note_announced, to=coalitions, name="note-contribution")
    return Service(
        "coalitions",
        "country coalitions, ambassadors and partnerships",
        routers=[
            # Named first: below them `/{id}` would take their names for a coalition's.
            ambassador.routes(ambassadors, kit.view(AMBASSADOR_PAGES), kit.view(DUTIES), kit.clock),
            partnership.routes(partnerships, kit.view(PARTNERSHIP_PAGES)),
            coalition.routes(coalitions, kit.view(COALITION_PAGES), kit.view(CONTRIBUTIONS), kit.clock),
        ],
        kit=kit,
    )
