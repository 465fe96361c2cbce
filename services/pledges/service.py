"""The wiring of the pledges service."""

from services.pledges.api import commands, donors, focal_points, reading, statements
from services.pledges.domain.assistance import ASSISTANCE
from services.pledges.domain.donor import DONORS, FocalPointNamed
from services.pledges.domain.pledge import PLEDGES
from services.pledges.domain.support import SUPPORT
from services.pledges.policies import ANSWERS, enter_answers
from services.pledges.views.assistance import ASSISTANCE_GIVEN
from services.pledges.views.donor import DONOR, DRAFT, FOCAL_POINTS
from services.pledges.views.pledge import PLEDGE
from services.pledges.views.support import SUPPORT_TOTALS
from shared.kit import Kit, Service
from shared.past import done_on
from shared.privacy import routes as people_routes

ACTED_ON = done_on("announced_on", "confirmed_on", "disbursed_on", "fulfilled_on")
"""What a donor did counts from the day on which it did it; what a request answered from when it did so here."""


def build(kit: Kit) -> Service:
    """Donors, their pledges, and the help that was given."""
    pledges, donor = kit.handler(PLEDGES), kit.handler(DONORS)
    assistance, support = kit.handler(ASSISTANCE), kit.handler(SUPPORT)
    pledges_shown, donors_shown, given = kit.view(PLEDGE, ACTED_ON), kit.view(DONOR), kit.view(ASSISTANCE_GIVEN)
    kit.listen("requests", ANSWERS, enter_answers, to=pledges)
    kit.people.holds(donor, FocalPointNamed)
    routers = [
        people_routes.routes(kit.people),
        donors.routes(donor, donors_shown, given, pledges_shown),
        focal_points.routes(donor, kit.view(FOCAL_POINTS), kit.people),
        statements.assistance_routes(assistance, given, donor),
        statements.support_routes(support, kit.view(SUPPORT_TOTALS)),
        commands.routes(pledges, kit.clock),
        reading.routes(pledges_shown, kit.view(DRAFT)),
    ]
    return Service("pledges", "donors and pledges", routers, kit)
