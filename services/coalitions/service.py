"""The coalitions service, wired."""

from datetime import date

from services.coalitions.api import ambassador, coalition, partnership
from services.coalitions.domain.ambassador import AMBASSADORS
from services.coalitions.domain.coalition import COALITIONS
from services.coalitions.domain.partnership import PARTNERSHIPS, PartnershipRecorded
from services.coalitions.policies import note_announced
from services.coalitions.readings import PLEDGES, PledgeAnnounced
from services.coalitions.views.ambassador import AMBASSADOR_PAGES
from services.coalitions.views.coalition import COALITION_PAGES
from services.coalitions.views.contribution import CONTRIBUTIONS
from services.coalitions.views.duty import DUTIES
from services.coalitions.views.partnership import PARTNERSHIP_PAGES
from shared.heard import Heard
from shared.kit import Kit, Service
from shared.past import done_on, stated_on

ACTED_ON = done_on("proposed_on", "on")
"""What members, the State and coordinators did counts from the day on which they did it."""


def said_on(heard: Heard[PartnershipRecorded]) -> date:
    """A partnership counts from the day on which its source spoke of it."""
    return stated_on(heard, heard.event.statement)


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
            partnership.routes(partnerships, kit.view(PARTNERSHIP_PAGES, said_on)),
            coalition.routes(coalitions, kit.view(COALITION_PAGES, ACTED_ON), kit.view(CONTRIBUTIONS), kit.clock),
        ],
        kit=kit,
    )
