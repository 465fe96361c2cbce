"""One document per source stream, over all topics (docs/architecture.md, "Reading").

Draft events and contact details never leave their own service, so no view here can show one.
"""

from typing import Any, get_args

from services.insights.facts import (
    ambassador,
    assistance,
    coalition,
    donor,
    meeting,
    need,
    obligation_fold,
    party,
    pledge,
    reporting,
    request,
    total,
)
from services.insights.facts.obligation import Obligation
from services.insights.readings import coalitions as coalitions_topic
from services.insights.readings import deadlines as deadlines_topic
from services.insights.readings import pledges as pledges_topic
from services.insights.readings import requests as requests_topic
from shared.projection import Projection

PARTIES = Projection(
    "parties",
    version=1,
    category="party",
    events=get_args(party.PartyHeard),
    document=party.Party,
    fold=party.fold,
    fields=("treaty", "state"),
    topic=deadlines_topic.TOPIC,
)
OBLIGATIONS = Projection(
    "obligations",
    version=1,
    category="obligation",
    events=get_args(obligation_fold.ObligationHeard),
    document=Obligation,
    fold=obligation_fold.fold,
    fields=("treaty", "state", "article"),
    topic=deadlines_topic.TOPIC,
)
REPORTING = Projection(
    "reporting",
    version=1,
    category="reporting",
    events=get_args(reporting.ReportingHeard),
    document=reporting.Reporting,
    fold=reporting.fold,
    fields=("treaty", "state"),
    topic=deadlines_topic.TOPIC,
)
MEETINGS = Projection(
    "meetings",
    version=1,
    category="meeting",
    events=get_args(meeting.MeetingHeard),
    document=meeting.Meeting,
    fold=meeting.fold,
    fields=("treaty", "kind"),
    topic=deadlines_topic.TOPIC,
)
TOTALS = Projection(
    "totals",
    version=1,
    category="totals",
    events=(total.TotalHeard,),
    document=total.Total,
    fold=total.fold,
    fields=("treaty",),
    topic=deadlines_topic.TOPIC,
)
REQUESTS = Projection(
    "requests",
    version=1,
    category="request",
    events=get_args(request.RequestHeard),
    document=request.Request,
    fold=request.fold,
    fields=("state",),
    topic=requests_topic.TOPIC,
)
NEEDS = Projection(
    "needs",
    version=1,
    category="need",
    events=(need.NeedHeard,),
    document=need.RecordedNeed,
    fold=need.fold,
    fields=("treaty", "state", "article"),
    topic=requests_topic.TOPIC,
)
DONORS = Projection(
    "donors",
    version=1,
    category="donor",
    events=get_args(donor.DonorHeard),
    document=donor.Donor,
    fold=donor.fold,
    fields=("iso3",),
    topic=pledges_topic.TOPIC,
)
PLEDGES = Projection(
    "pledges",
    version=1,
    category="pledge",
    events=get_args(pledge.PledgeHeard),
    document=pledge.Pledge,
    fold=pledge.fold,
    fields=("donor",),
    topic=pledges_topic.TOPIC,
)
ASSISTANCE = Projection(
    "assistance",
    version=1,
    category="assistance",
    events=(assistance.AssistanceHeard,),
    document=assistance.Assistance,
    fold=assistance.fold,
    fields=("recipient", "donor"),
    topic=pledges_topic.TOPIC,
)
SUPPORT = Projection(
    "support",
    version=1,
    category="support",
    events=get_args(assistance.SupportHeard),
    document=assistance.SupportTotals,
    fold=assistance.fold_totals,
    fields=("whose", "who"),
    topic=pledges_topic.TOPIC,
)
COALITIONS = Projection(
    "coalitions",
    version=1,
    category="coalition",
    events=get_args(coalition.CoalitionHeard),
    document=coalition.Coalition,
    fold=coalition.fold,
    fields=("state",),
    topic=coalitions_topic.TOPIC,
)
AMBASSADORS = Projection(
    "ambassadors",
    version=1,
    category="ambassador",
    events=get_args(ambassador.AmbassadorHeard),
    document=ambassador.Ambassador,
    fold=ambassador.fold,
    fields=("state",),
    topic=coalitions_topic.TOPIC,
)
PARTNERSHIPS = Projection(
    "partnerships",
    version=1,
    category="partnership",
    events=(ambassador.PartnershipHeard,),
    document=ambassador.Partnership,
    fold=ambassador.fold_partnership,
    fields=("state",),
    topic=coalitions_topic.TOPIC,
)

VIEWS: tuple[Projection[Any], ...] = (
    PARTIES,
    OBLIGATIONS,
    REPORTING,
    MEETINGS,
    TOTALS,
    REQUESTS,
    NEEDS,
    DONORS,
    PLEDGES,
    ASSISTANCE,
    SUPPORT,
    COALITIONS,
    AMBASSADORS,
    PARTNERSHIPS,
)
"""All views of this service, for its wiring."""
