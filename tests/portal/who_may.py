"""Who may do and read what, route by route: written by hand, compared with the site by `test_every_role.py`.

XXA is the affected State and XXM the donor of the story; XXB and XXN are another State and another donor.
A route that is not here fails the tests: say here first who it is for.
"""

READING = """
/                                        / /?treaty=CCM /?as_of=2020-01-01  everybody
/near-completion.{kind}                  /near-completion.csv /near-completion.xlsx  everybody
/how-it-works                            /how-it-works  everybody
/style                                   /style  everybody
/states                                  /states  everybody
/states.{kind}                           /states.csv /states.xlsx  everybody
/states/{iso3}                           /states/XXA  everybody
/states/{iso3}/history                   /states/XXA/history  everybody
/states/{iso3}/calendar.ics              /states/XXA/calendar.ics  everybody
/states/{iso3}/changes.atom              /states/XXA/changes.atom  everybody
/states/{iso3}/subscribe                 /states/XXA/subscribe  everybody
/states/{iso3}/brief.pdf                 /states/XXA/brief.pdf  everybody
/states/{iso3}/all.{kind}                /states/XXA/all.xlsx  everybody
/states/{iso3}/{table}.{kind}            /states/XXA/needs.csv /states/XXA/needs.xlsx  everybody
/obligation/{id}                         /obligation/CCM-XXA-4  everybody
/obligation/{id}/figures.{kind}          /obligation/CCM-XXA-4/figures.csv  everybody
/all/requests                            /all/requests  everybody
/all/requests.{kind}                     /all/requests.csv /all/requests.xlsx  everybody
/request/{id}                            /request/story-request  everybody
/all/pledges                             /all/pledges  everybody
/all/pledges.{kind}                      /all/pledges.csv /all/pledges.xlsx  everybody
/pledge/{id}                             /pledge/story-pledge  everybody
/all/donors                              /all/donors  everybody
/all/donors.{kind}                       /all/donors.csv /all/donors.xlsx  everybody
/donor/{id}                              /donor/XXM  everybody
/all/coalitions                          /all/coalitions  everybody
/all/coalitions.{kind}                   /all/coalitions.csv /all/coalitions.xlsx  everybody
/coalition/{id}                          /coalition/{coalition}  everybody
/all/meetings                            /all/meetings  everybody
/all/meetings.{kind}                     /all/meetings.csv /all/meetings.xlsx  everybody
/meeting/{id}                            /meeting/CCM-Story_meeting  everybody
/search                                  /search?q=teams /search?q=Hidden  everybody
/what-if                                 /what-if /what-if?duty=CCM-XXA-4&kind=declaration  everybody
/tell-us                                 /tell-us /tell-us?about=CCM-XXA-4  everybody
/sources                                 /sources  everybody
/sources.{kind}                          /sources.csv /sources.xlsx  everybody
/changes                                 /changes?days=366  everybody
/calendar                                /calendar  everybody
/calendar.ics                            /calendar.ics  everybody
/changes.atom                            /changes.atom  everybody
/ranking.atom                            /ranking.atom  everybody
/subscribe                               /subscribe  everybody
/calendar.{kind}                         /calendar.csv /calendar.xlsx  everybody
/history/{topic}/{stream}  /history/deadlines/obligation-CCM-XXA-4 /history/requests/request-R-open  everybody
/history/{topic}/{stream}                /history/pledges/pledge-P-open /history/pledges/donor-XXM  everybody
/assets/{name}                           /assets/{style}  everybody
/healthz                                 /healthz  everybody
/readyz                                  /readyz  everybody
/metrics                                 /metrics  everybody
/{anything}                              /nowhere /request/R-draft /pledge/P-draft  nobody's  404
/docs/oauth2-redirect                    /docs/oauth2-redirect  nobody's  404

/sign-in                                 /sign-in  everybody
/sign-in/{code}                          /sign-in/{code}  everybody
/sign-out                                /sign-out  everybody
/sessions                                /sessions  signed-in  401
/desk                                    /desk  signed-in  401
/desk/parked/{service}/{follower}/{stream}  /desk/parked/requests/pledges/request-x  signed-in  401
/drafts                                  /drafts  signed-in  401
/import                                  /import  isu XXA XXB  403, nobody 401
/import/figures.csv                      /import/figures.csv  everybody
/forget                                  /forget  isu  403, nobody 401
/import/{key}                            /import/none  isu:404 XXA:404 XXB:404  403, nobody 401
/import/{key}/report.csv                 /import/none/report.csv  isu:404 XXA:404 XXB:404  403, nobody 401
/done/{key}                              /done/{done}  XXA  404, nobody 401
/import/{key}                            /import/{import}  XXA isu:404 XXB:404  403, nobody 401
/import/{key}/report.csv                 /import/{import}/report.csv  XXA isu:404 XXB:404  403, nobody 401
/do/{address}                            /do/requests/submission  isu XXA XXB  403, nobody 401

/*/docs                                  /*/docs  everybody
/*/redoc                                 /*/redoc  everybody
/*/openapi.json                          /*/openapi.json  everybody
/*/static-docs/{path}                    /*/static-docs/swagger-ui.css  everybody
/*/parked                                /*/parked  isu  403
/*/operations/freshness                  /*/operations/freshness  everybody
/*/operations/views                      /*/operations/views  isu  403, nobody 401
/*/operations/views/{view}/rebuild       /*/operations/views/none/rebuild  isu:404  403, nobody 401
/*/history/{stream}                      /*/history/none-x  nobody's  404

/deadlines/obligations                   /deadlines/obligations  everybody
/deadlines/obligations/{id}              /deadlines/obligations/CCM-XXA-4  everybody
/deadlines/due                           /deadlines/due  everybody
/deadlines/parties                       /deadlines/parties  everybody
/deadlines/parties/{id}                  /deadlines/parties/CCM-XXA  everybody
/deadlines/dates                         /deadlines/dates?treaty=CCM&deposited_on=2020-01-01  everybody
/deadlines/reporting                     /deadlines/reporting  everybody
/deadlines/reporting/{id}                /deadlines/reporting/CCM-XXA  everybody
/deadlines/meetings                      /deadlines/meetings  everybody
/deadlines/meetings/{id}                 /deadlines/meetings/CCM-Story_meeting  everybody
/deadlines/totals/{id}                   /deadlines/totals/WORLD  everybody

/requests                                /requests  everybody
/requests/{id}                           /requests/story-request  everybody
/requests/{id}/draft                     /requests/R-draft/draft  isu XXA  404
/requests/{id}/contact                   /requests/R-open/contact /requests/R-draft/contact  isu XXA  403
/requests/drafts                         /requests/drafts  isu XXA XXB  403
/requests/needs                          /requests/needs  everybody
/requests/needs/{id}                     /requests/needs/{need}  everybody
/requests/people/forgotten               /requests/people/forgotten  isu  403

/pledges                                 /pledges  everybody
/pledges/{id}                            /pledges/story-pledge  everybody
/pledges/{id}/draft                      /pledges/P-draft/draft  isu XXM  404
/pledges/drafts                          /pledges/drafts  isu XXM XXN  403
/pledges/runs                            /pledges/runs?donor=XXM&run=yearly  everybody
/pledges/donors                          /pledges/donors  everybody
/pledges/donors/{donor}                  /pledges/donors/XXM  everybody
/pledges/donors/{donor}/assistance       /pledges/donors/XXM/assistance?year=2026  everybody
/pledges/donors/{donor}/focal-points     /pledges/donors/XXM/focal-points  isu XXM  403
/pledges/assistance                      /pledges/assistance  everybody
/pledges/assistance/{id}                 /pledges/assistance/{assistance}  everybody
/pledges/support                         /pledges/support  everybody
/pledges/support/{id}                    /pledges/support/world  everybody
/pledges/people/forgotten                /pledges/people/forgotten  isu  403

/coalitions                              /coalitions  everybody
/coalitions/{id}                         /coalitions/{coalition}  everybody
/coalitions/{id}/contributions           /coalitions/{coalition}/contributions  everybody
/coalitions/ambassadors                  /coalitions/ambassadors  everybody
/coalitions/ambassadors/{state}          /coalitions/ambassadors/XXA  everybody
/coalitions/ambassadors/{state}/candidates  /coalitions/ambassadors/XXA/candidates  everybody
/coalitions/partnerships                 /coalitions/partnerships  everybody
/coalitions/partnerships/{id}            /coalitions/partnerships/story  everybody

/insights/near-completion                /insights/near-completion  everybody
/insights/near-completion.csv            /insights/near-completion.csv  everybody
/insights/possible-coalitions            /insights/possible-coalitions  everybody
/insights/ask-next                       /insights/ask-next  everybody
/insights/backtest                       /insights/backtest  everybody
/insights/settings                       /insights/settings  everybody
/insights/states                         /insights/states  everybody
/insights/states/{iso3}                  /insights/states/XXA  everybody
/insights/calendar                       /insights/calendar  everybody
/insights/late-reports                   /insights/late-reports  everybody
/insights/statistics                     /insights/statistics?treaty=CCM  everybody
/insights/statistics/{year}              /insights/statistics/2026?treaty=CCM  everybody
/insights/gaps                           /insights/gaps  everybody
/insights/unsupported                    /insights/unsupported  everybody
/insights/changes                        /insights/changes?days=366  everybody
/insights/entries                        /insights/entries  everybody
/insights/search                         /insights/search?q=Hidden /insights/search?q=teams  everybody
/insights/sources                        /insights/sources  everybody
"""
"""Route; what is tried of it (`*` is each service); who reads it (a name alone: 200, `isu:404`: that instead);
what everybody else gets."""

COMMANDS = """
                                                      isu   coordinator  XXA   XXB   XXM   XXN
/deadlines/parties/{id}                               yes   -            -     -     -     -
/deadlines/parties/{id}/withdrawal                    yes   -            -     -     -     -
/deadlines/parties/{id}/postponement                  yes   -            -     -     -     -
/deadlines/obligations/{id}                           yes   -            -     -     -     -
/deadlines/obligations/{id}/original-deadline         yes   -            -     -     -     -
/deadlines/obligations/{id}/hostilities               yes   -            -     -     -     -
/deadlines/obligations/{id}/extension-statements      yes   -            -     -     -     -
/deadlines/obligations/{id}/completion-statements     yes   -            -     -     -     -
/deadlines/obligations/{id}/decisions                 yes   -            -     -     -     -
/deadlines/obligations/{id}/questions                 yes   yes          -     -     -     -
/deadlines/obligations/{id}/figures                   yes   -            yes   form  -     -
/deadlines/obligations/{id}/statuses                  yes   -            yes   form  -     -
/deadlines/obligations/{id}/measures                  yes   -            yes   form  -     -
/deadlines/obligations/{id}/extension-requests        yes   -            yes   form  -     -
/deadlines/obligations/{id}/extension-withdrawals     yes   -            yes   form  -     -
/deadlines/obligations/{id}/answers                   yes   -            yes   form  -     -
/deadlines/obligations/{id}/work-finished             yes   -            yes   form  -     -
/deadlines/obligations/{id}/declaration               yes   -            yes   form  -     -
/deadlines/obligations/{id}/later-finds               yes   -            yes   form  -     -
/deadlines/reporting/{id}/statements                  yes   -            -     -     -     -
/deadlines/reporting/{id}/reports                     yes   -            yes   form  -     -
/deadlines/reporting/{id}/explanations                yes   -            yes   form  -     -
/deadlines/meetings/{id}                              yes   yes          -     -     -     -
/deadlines/meetings/{id}/move                         yes   yes          -     -     -     -
/deadlines/meetings/{id}/statements                   yes   -            -     -     -     -
/deadlines/meetings/{id}/held                         yes   -            -     -     -     -
/deadlines/totals/{id}                                yes   -            -     -     -     -

/requests                                             yes   -            yes   form  -     -
/requests/{id}/draft                                  yes   -            yes   form  -     -
/requests/{id}/submission                             yes   -            yes   form  -     -
/requests/{id}/revisions                              yes   -            yes   form  -     -
/requests/{id}/withdrawal                             yes   -            yes   form  -     -
/requests/{id}/closure                                yes   -            yes   form  -     -
/requests/{id}/contact                                yes   -            yes   form  -     -
/requests/needs                                       yes   -            -     -     -     -

/pledges                                              yes   -            -     -     yes   form
/pledges/{id}/draft                                   yes   -            -     -     yes   form
/pledges/{id}/announcement                            yes   -            -     -     yes   form
/pledges/{id}/confirmations                           yes   -            -     -     yes   form
/pledges/{id}/disbursements                           yes   -            -     -     yes   form
/pledges/{id}/fulfilment                              yes   -            -     -     yes   form
/pledges/{id}/reductions                              yes   -            -     -     yes   form
/pledges/{id}/redirections                            yes   -            -     -     yes   form
/pledges/{id}/cancellation                            yes   -            -     -     yes   form
/pledges/donors/{donor}/registration                  yes   -            -     -     yes   form
/pledges/donors/{donor}/profile                       yes   -            -     -     yes   form
/pledges/donors/{donor}/capacity                      yes   -            -     -     yes   form
/pledges/donors/{donor}/agencies                      yes   -            -     -     yes   form
/pledges/donors/{donor}/focal-points                  yes   -            -     -     yes   form
/pledges/assistance                                   yes   -            -     -     yes   form
/pledges/support/donor-totals                         yes   -            -     -     -     -
/pledges/support/recipient-totals                     yes   -            -     -     -     -
/pledges/support/world-totals                         yes   -            -     -     -     -

/coalitions                                           yes   yes          yes   form  -     -
/coalitions/{id}/members                              yes   yes          yes   form  -     -
/coalitions/{id}/acceptances                          yes   -            form  form  yes   form
/coalitions/{id}/refusals                             yes   -            form  form  yes   form
/coalitions/{id}/departures                           yes   -            form  form  yes   form
/coalitions/{id}/consent                              -     -            yes   form  -     -
/coalitions/{id}/consent/withdrawal                   -     -            yes   form  -     -
/coalitions/{id}/activation                           yes   yes          yes   form  -     -
/coalitions/{id}/milestones                           yes   yes          yes   form  -     -
/coalitions/{id}/milestones/revisions                 yes   yes          yes   form  -     -
/coalitions/{id}/milestones/reached                   yes   yes          yes   form  form  form
/coalitions/{id}/reviews                              yes   yes          yes   form  -     -
/coalitions/{id}/conclusion                           yes   yes          yes   form  -     -
/coalitions/{id}/abandonment                          yes   yes          yes   form  -     -
/coalitions/ambassadors                               yes   yes          yes   form  -     -
/coalitions/ambassadors/{state}/matches               yes   yes          -     -     -     -
/coalitions/ambassadors/{state}/matches/ended         yes   yes          -     -     -     -
/coalitions/partnerships/{id}/statements              yes   yes          -     -     -     -
"""
"""Commands and their forms. `yes`: the form opens and the command is heard; `form`: the form opens, and the
service refuses what it says about somebody else's things; `-`: neither. Nobody must sign in for each (401)."""

WITHOUT_FORMS = """
                                                      isu   coordinator  XXA   XXB   XXM   XXN
POST /insights/what-if                                yes   yes          yes   yes   yes   yes
POST /*/parked/{follower}/{stream}/retry              yes   -            -     -     -     -
POST /*/operations/views/{view}/rebuild               yes   -            -     -     -     -
POST /*/operations/views/{view}/switch                yes   -            -     -     -     -
DELETE /*/operations/views/{view}/rebuild             yes   -            -     -     -     -
DELETE /*/operations/views/{view}/old                 yes   -            -     -     -     -
POST /requests/people/search                          yes   -            -     -     -     -
POST /requests/people/forgetting                      yes   -            -     -     -     -
POST /pledges/people/search                           yes   -            -     -     -     -
POST /pledges/people/forgetting                       yes   -            -     -     -     -
"""
"""What operators do, and what only answers. What-if is open to nobody too: it records nothing."""

BUTTONS = """
/do/{address}
/sign-in/{code}
/sign-out
/sessions
/desk/parked/{service}/{follower}/{stream}
/import
/import/{key}
/forget
"""
"""What a page of the site sends: each is refused when another site sent it, and when it lacks the session's token."""
