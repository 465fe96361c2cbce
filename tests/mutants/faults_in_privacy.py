"""Faults in how people's details are kept and forgotten (P11)."""

from tests.mutants.mutant import Mutant

SQLITE = "shared/privacy/sqlite.py"
SEALING = "shared/privacy/sealing.py"
ROUTES = "shared/privacy/routes.py"
BACKUP = "deploy/cli/backing_up.py"

KEYRING = "tests/contract_suites/test_keyring.py"
GONE = "tests/privacy/test_forgotten_for_good.py::test_p11_whoever_is_forgotten_is_nowhere_and_the_history_verifies"
PEOPLE = "tests/privacy/test_people.py"

IN_PRIVACY = (
    Mutant(
        "p11-key-not-deleted",
        "P11",
        "who is forgotten is noted, and the key stays",
        SQLITE,
        'connection.execute("DELETE FROM keys WHERE subject = ?", (gone.subject,))',
        'connection.execute("SELECT key FROM keys WHERE subject = ?", (gone.subject,))',
        (f"{KEYRING}::test_a_forgotten_key_is_nowhere_in_what_is_stored",),
    ),
    Mutant(
        "p11-deletion-taken-for-granted",
        "P11",
        "whether the bytes of the key have left the files is not looked at",
        SQLITE,
        "return any(key in file.read_bytes() for file in beside if file.exists())",
        "return False",
        (f"{PEOPLE}::test_a_key_that_does_not_leave_the_file_is_not_called_forgotten",),
    ),
    Mutant(
        "p11-forgotten-key-taken-again",
        "P11",
        "a key that was forgotten comes back from a copy",
        SQLITE,
        'raise ValueError(f"{fresh.subject} was forgotten")',
        "pass",
        (f"{KEYRING}::test_to_forget_again_changes_nothing_and_what_is_forgotten_stays_so",),
    ),
    Mutant(
        "p11-address-kept-to-find-it",
        "P11",
        "the e-mail address itself is kept, so that its subject can be found",
        SEALING,
        'return _hashed(key, "find", kind, normal(kind, said))',
        "return normal(kind, said)",
        (GONE,),
    ),
    Mutant(
        "p11-one-key-for-all",
        "P11",
        "every person is sealed under the same key",
        SEALING,
        "key = secrets.token_bytes(KEY_BYTES)",
        "key = hmac.digest(secret, b'all', 'sha512')",
        (GONE,),
    ),
    Mutant(
        "p11-keys-in-the-backup",
        "P11",
        "a backup holds the keys, so whoever is forgotten later can be read in it",
        BACKUP,
        'followers=pairs("views.db")',
        'followers={**pairs("views.db"), **pairs("keys.db")}',
        (GONE,),
    ),
    Mutant(
        "p11-problem-quotes-the-person",
        "P11",
        "a problem document repeats what stood in a refused contact",
        ROUTES,
        'return {**error, "input": None}',
        "return error",
        (f"{PEOPLE}::test_a_problem_names_the_field_and_never_what_stood_there",),
    ),
)
