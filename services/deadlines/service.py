"""The deadlines service, wired."""

from typing import get_args

from services.deadlines.api import due, extensions, meetings, obligations, parties, reporting
from services.deadlines.domain.meeting import MEETINGS, MeetingEvent
from services.deadlines.domain.obligation import OBLIGATIONS
from services.deadlines.domain.obligation_commands import EndDuty, IssueReminder
from services.deadlines.domain.obligation_events import ObligationEvent
from services.deadlines.domain.party import PARTIES, PartyEvent, StatePartyRegistered, StatePartyRestated
from services.deadlines.domain.reporting import REPORTING, EndReporting, IssueReportReminder, ReportingEvent
from services.deadlines.domain.totals import TOTALS
from services.deadlines.policies import Dating, Ending, Reminding, begin_reporting
from services.deadlines.views.meetings import MEETING_DOCUMENTS
from services.deadlines.views.meetings import known_on as meeting_known_on
from services.deadlines.views.obligations import OBLIGATION_DOCUMENTS
from services.deadlines.views.parties import PARTY_DOCUMENTS
from services.deadlines.views.reporting import REPORTING_DOCUMENTS
from services.deadlines.views.totals import TOTALS_DOCUMENTS
from shared.kit import Kit, Service


def build(kit: Kit) -> Service:
    """States Parties, obligations with their deadlines, extension requests, reports and meetings."""
    duties, members = kit.handler(OBLIGATIONS), kit.handler(PARTIES)
    reports, calendar, totals = kit.handler(REPORTING), kit.handler(MEETINGS), kit.handler(TOTALS)
    duty_pages, party_pages = kit.view(OBLIGATION_DOCUMENTS), kit.view(PARTY_DOCUMENTS)
    meeting_pages, report_pages = kit.view(MEETING_DOCUMENTS, meeting_known_on), kit.view(REPORTING_DOCUMENTS)
    totals_pages = kit.view(TOTALS_DOCUMENTS)

    own = kit.name
    joining = (StatePartyRegistered, StatePartyRestated)
    dating, ending = Dating(members, duty_pages), Ending(members, duty_pages)
    kit.listen(own, get_args(ObligationEvent), dating.by_duty, to=duties, name="date-new-duty")
    kit.listen(own, joining, dating.by_party, to=duties, name="date-duties-of-party")
    kit.listen(own, joining, begin_reporting, to=reports, name="begin-reporting")

    # A duty's timers are planned from two sides under one name: whichever changed last plans them anew.
    of_party, of_duty = get_args(PartyEvent), get_args(ObligationEvent)
    kit.agenda(own, of_party, ending.of_duties_by_party, to=duties, commands=[EndDuty], name="end-duty")
    kit.agenda(own, of_duty, ending.of_duties_by_duty, to=duties, commands=[EndDuty], name="end-duty")
    kit.agenda(own, of_party, ending.of_reporting, to=reports, commands=[EndReporting], name="end-reporting")
    reminding = Reminding(duties, reports, duty_pages, meeting_pages, kit.clock)
    for events, plan in ((ObligationEvent, reminding.by_duty), (MeetingEvent, reminding.by_meeting)):
        kit.agenda(own, get_args(events), plan, to=duties, commands=[IssueReminder], name="remind")
    kit.agenda(
        own,
        get_args(ReportingEvent),
        reminding.by_report,
        to=reports,
        commands=[IssueReportReminder],
        name="remind-of-reports",
    )
    return Service(
        "deadlines",
        "obligations, deadlines, extension requests, reports and meetings",
        routers=[
            obligations.reading(duty_pages, meeting_pages, kit.clock),
            obligations.recording(duties, kit.clock),
            extensions.routes(duties, calendar, kit.clock),
            due.routes(duty_pages, report_pages, meeting_pages, kit.clock),
            parties.routes(members, party_pages, kit.clock),
            reporting.routes(reports, report_pages, kit.clock),
            meetings.routes(calendar, meeting_pages),
            reporting.totals_routes(totals, totals_pages),
        ],
        kit=kit,
    )
