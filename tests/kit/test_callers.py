"""Who may what: tokens, roles and scopes, and cookies that other sites cannot use."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.auth.caller import PUBLIC, Caller, Role, system
from shared.auth.tokens import BadToken, OwnTokens, SignInCodes, check_scope
from shared.clock import TurnableClock
from shared.http.calling import SESSION_COOKIE
from shared.messages import Forbidden
from tests.kit.world import A_DAY, World

SECRET = b"k" * 32
ISU, LAO, BIH = Caller("a", "isu"), Caller("b", "state", "LAO"), Caller("c", "state", "BIH")
NORAD, COORDINATOR, RULE = Caller("d", "donor", "norad"), Caller("e", "coordinator"), system("rule")


def tokens() -> OwnTokens:
    return OwnTokens(SECRET, TurnableClock(A_DAY))


def claims(**changes: object) -> dict[str, object]:
    until = int(A_DAY.timestamp()) + 60
    return {"iss": "article6", "sub": "x", "role": "isu", "scope": "", "iat": 0, "exp": until, **changes}


def signed(content: dict[str, object], secret: bytes = SECRET, alg: str = "HS256") -> str:
    return jwt.encode({"alg": alg}, content, OctKey.import_key(secret), algorithms=[alg])


def unsigned(content: dict[str, object], alg: str = "none") -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": alg, "typ": "JWT"}, content)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize("caller", [ISU, LAO, NORAD, COORDINATOR])
def test_a_token_speaks_for_whom_it_was_issued(caller: Caller) -> None:
    assert tokens().caller(tokens().issue(caller)) == caller


FORGED = {
    "no algorithm": unsigned(claims()),
    "no algorithm, in capitals": unsigned(claims(), "None"),
    "unsigned under our algorithm": unsigned(claims(), "HS256"),
    "another secret": signed(claims(), b"x" * 32),
    "another algorithm": signed(claims(), b"k" * 64, "HS512"),
    "another issuer": signed(claims(iss="elsewhere")),
    "run out": signed(claims(exp=int(A_DAY.timestamp()))),
    "without an end": signed({k: v for k, v in claims().items() if k != "exp"}),
    "an end that is no number": signed(claims(exp="later")),
    "the public": signed(claims(role="public")),
    "the software itself": signed(claims(role="system")),
    "an unknown role": signed(claims(role="admin")),
    "a list of roles": signed(claims(role=["isu"])),
    "a State without its country": signed(claims(role="state")),
    "a State that does not exist": signed(claims(role="state", scope="ZZZ9")),
    "a donor without its id": signed(claims(role="donor")),
    "an ISU with a scope": signed(claims(scope="LAO")),
    "empty": "",
    "dots": "..",
    "not a token": "abc",
    "very long": "a" * 100_000,
}


@pytest.mark.parametrize("what", sorted(FORGED))
def test_a_forged_or_worn_out_token_is_refused(what: str) -> None:
    with pytest.raises(BadToken):
        tokens().caller(FORGED[what])


@given(text=st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}"))
def test_no_text_at_all_passes_as_a_token_or_breaks_anything(text: str) -> None:
    with pytest.raises(BadToken):
        tokens().caller(text)


@given(place=st.integers(0, 10_000), put=st.sampled_from("AQgw-_.9"))
def test_a_token_with_one_character_changed_never_speaks_for_anybody_else(place: int, put: str) -> None:
    good = tokens().issue(LAO)
    place %= len(good)
    changed = good[:place] + put + good[place + 1 :]
    try:
        # The last character of base64 has unused bits, so some changes are none.
        assert tokens().caller(changed) == LAO
    except BadToken:
        assert changed != good


def test_a_token_ends_with_its_lifetime() -> None:
    clock = TurnableClock(A_DAY)
    mine = OwnTokens(SECRET, clock)
    token = mine.issue(ISU, timedelta(hours=1))
    clock.turn(timedelta(minutes=59))
    assert mine.caller(token) == ISU
    clock.turn(timedelta(minutes=1))
    with pytest.raises(BadToken):
        mine.caller(token)


def test_a_sign_in_code_is_good_once_and_for_an_hour() -> None:
    clock = TurnableClock(A_DAY)
    codes = SignInCodes(clock)
    code, late = codes.issue(ISU), codes.issue(ISU)
    assert codes.redeem(code) == ISU
    clock.turn(timedelta(hours=1))
    for spent in (code, late, "never issued", ""):
        with pytest.raises(BadToken):
            codes.redeem(spent)


def test_the_secret_is_made_once_kept_private_and_never_short(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    clock = TurnableClock(A_DAY)
    token = OwnTokens.from_file(path, clock).issue(ISU)
    assert OwnTokens.from_file(path, clock).caller(token) == ISU
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    for short in (b"", b"x" * 31):
        path.write_bytes(short)
        with pytest.raises(ValueError, match="needs 32"):
            OwnTokens.from_file(path, clock)


# rows: who asks; columns: may record for LAO, may be LAO itself, may act as norad, is isu or coordinator
RULES: list[tuple[Caller, bool, bool, bool, bool]] = [
    (ISU, True, False, True, True),
    (LAO, True, True, False, False),
    (BIH, False, False, False, False),
    (NORAD, False, False, True, False),
    (Caller("x", "donor", "other"), False, False, False, False),
    (Caller("x", "donor", "LAO"), False, False, False, False),
    (Caller("x", "state", "norad"), False, False, False, False),
    (COORDINATOR, False, False, False, True),
    (PUBLIC, False, False, False, False),
    (RULE, True, True, True, True),
]


@pytest.mark.parametrize(("caller", "for_lao", "is_lao", "as_norad", "staff"), RULES, ids=lambda value: str(value))
def test_roles_and_scopes(caller: Caller, for_lao: bool, is_lao: bool, as_norad: bool, staff: bool) -> None:
    asked: list[tuple[bool, Callable[[], None]]] = [
        (for_lao, lambda: caller.must_act_for("LAO")),
        (is_lao, lambda: caller.must_be_the_state("LAO")),
        (as_norad, lambda: caller.must_act_as_donor("norad")),
        (staff, lambda: caller.must_be("isu", "coordinator")),
    ]
    for allowed, ask in asked:
        if allowed:
            ask()
        else:
            with pytest.raises(Forbidden) as refused:
                ask()
            assert refused.value.allowed


@pytest.mark.parametrize("role", ["public", "system", "admin"])
def test_no_token_is_issued_for_roles_that_do_not_sign_in(role: Role) -> None:
    with pytest.raises(ValueError, match="role"):
        check_scope(Caller("x", role))
    with pytest.raises(ValueError, match="role"):
        tokens().issue(Caller("x", role))


ADD = ("POST", "/tallies/a/additions")


def cookie(here: World, **headers: str) -> httpx2.AsyncClient:
    token = here.tokens.issue(ISU)
    return here.client(None, Cookie=f"{SESSION_COOKIE}={token}", **headers)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 401),
        ("http://article6.test", 201),
        ("https://article6.test", 201),
        ("http://elsewhere.test", 401),
        ("http://article6.test.elsewhere.test", 401),
        ("http://article6.test:81", 401),
        ("http://elsewhere.test/article6.test", 401),
        ("http://article6.test@elsewhere.test", 401),
        ("null", 401),
        ("", 401),
        ("http://[", 401),
    ],
)
async def test_a_cookie_writes_only_from_this_sites_own_pages(here: World, origin: str | None, status: int) -> None:
    async with cookie(here, **({} if origin is None else {"Origin": origin})) as http:
        answer = await http.request(*ADD, json={"amount": 1})
    assert answer.status_code == status
    assert len(await here.history("tallies")) == (status == 201)


async def test_a_cookie_reads_from_anywhere_and_a_bad_one_is_refused(here: World) -> None:
    async with cookie(here) as http:
        assert (await http.get("/echoes/parked")).status_code == 200
    async with here.client(None, Cookie=f"{SESSION_COOKIE}=forged") as http:
        assert (await http.get("/echoes/parked")).status_code == 401


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer forged", "bearer  ", "Token x", "Bearer a b"])
async def test_a_wrong_authorization_is_refused_not_passed_over(here: World, header: str) -> None:
    async with here.client(None, Authorization=header) as http:
        answer = await http.get("/tallies/history/tally-a")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_bad_token_is_not_rescued_by_a_good_cookie(here: World) -> None:
    async with cookie(here, Authorization="Bearer forged", Origin="http://article6.test") as http:
        assert (await http.request(*ADD, json={"amount": 1})).status_code == 401


async def test_nobody_writes_without_signing_in(here: World) -> None:
    async with here.client(None) as http:
        assert (await http.request(*ADD, json={"amount": 1})).status_code == 401
