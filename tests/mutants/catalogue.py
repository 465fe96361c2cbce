"""Every planted fault. A new promise of the kit or of the domain gets at least one here (docs/mutants.md)."""

from tests.mutants.faults_in_domain import IN_DOMAIN
from tests.mutants.faults_in_following import IN_FOLLOWING
from tests.mutants.faults_in_log import IN_LOG
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (*IN_LOG, *IN_FOLLOWING, *IN_DOMAIN)
