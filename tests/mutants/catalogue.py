"""Every planted fault. A new promise of the kit or of the domain gets at least one here (docs/mutants.md)."""

from tests.mutants.faults_in_domain import IN_DOMAIN
from tests.mutants.faults_in_following import IN_FOLLOWING
from tests.mutants.faults_in_http import IN_HTTP
from tests.mutants.faults_in_log import IN_LOG
from tests.mutants.faults_in_mongodb import IN_MONGODB
from tests.mutants.faults_in_privacy import IN_PRIVACY
from tests.mutants.faults_in_rebuilding import IN_REBUILDING
from tests.mutants.faults_in_relay import IN_RELAY
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *IN_LOG,
    *IN_FOLLOWING,
    *IN_REBUILDING,
    *IN_DOMAIN,
    *IN_RELAY,
    *IN_MONGODB,
    *IN_PRIVACY,
    *IN_HTTP,
)
