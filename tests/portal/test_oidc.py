"""Signing in at an OpenID provider: a real one as a process of its own, and one that lies in every way."""

import base64
import hmac
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.openid_settings import BadOpenIdSettings, openid_settings
from deploy.serving import application
from shared.auth.caller import Caller
from shared.auth.oidc import NotSignedIn, OpenIdProvider, OpenIdSettings, ProviderUnavailable, fresh_attempt
from shared.clock import TurnableClock
from tests.portal.doing_world import Person, said
from tests.system import TestSystem, embedded_system

PEOPLE: list[dict[str, Any]] = [
    {"sub": "jane", "article6_role": "isu"},
    {"sub": "keo", "article6_role": ["state", "other"], "article6_scope": "XXA"},
    {"sub": "nobody"},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A real provider (oidc-provider-mock, on Authlib) in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "-n", "true", *told]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                httpx2.get(f"{address}/.well-known/openid-configuration", timeout=5)
                break
            except httpx2.HTTPError:
                time.sleep(0.05)
        assert process.poll() is None, "the provider did not start"
        issuer = httpx2.get(f"{address}/.well-known/openid-configuration").json()["issuer"]
        yield issuer
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestSystem]:
    folder: Path = tmp_path_factory.mktemp("oidc")
    # The provider has the machine's clock; its tokens are checked against ours.
    async with embedded_system(folder, at=datetime.now(UTC)) as running:
        yield running


def person(system: TestSystem, issuer: str) -> Person:
    return Person(system, application(system, OpenIdSettings(issuer, "article6", "not-checked")))


async def sent_back(person: Person, subject: str) -> str:
    """Begin here, sign in there; the path with which the provider sends the browser back."""
    away = await person.browser.get("/sign-in/openid", follow_redirects=False)
    assert away.status_code == 303, away.text
    async with httpx2.AsyncClient() as there:
        answer = await there.post(away.headers["location"], data={"sub": subject})
    assert answer.status_code in (302, 303), answer.text
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


@pytest.mark.asyncio(loop_scope="module")
async def test_somebody_signs_in_at_the_provider_and_acts_in_that_role(system: TestSystem, provider: str) -> None:
    jane = person(system, provider)
    assert "organisation's account" in said(await jane.look("/sign-in"))
    answer = await jane.browser.get(await sent_back(jane, "jane"), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk"), answer.text
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert "Desk of the ISU" in said(await jane.look("/desk"))
    keo = person(system, provider)
    await keo.browser.get(await sent_back(keo, "keo"), follow_redirects=False)
    assert "the State Exercise State XXA" in said(await keo.look("/desk"))


@pytest.mark.asyncio(loop_scope="module")
async def test_an_account_without_a_role_here_is_told_so(system: TestSystem, provider: str) -> None:
    nobody = person(system, provider)
    page = await nobody.look(await sent_back(nobody, "nobody"))
    assert page.status_code == 403
    assert "your account has no role here" in said(page)
    assert (await nobody.look("/desk")).status_code == 401


@pytest.mark.asyncio(loop_scope="module")
async def test_a_way_back_is_good_once_and_in_the_browser_that_began_it(system: TestSystem, provider: str) -> None:
    jane, thief = person(system, provider), person(system, provider)
    back = await sent_back(jane, "jane")
    await thief.browser.get("/sign-in/openid", follow_redirects=False)
    stolen = await thief.look(back)
    assert stolen.status_code == 403
    assert "another browser" in said(stolen)
    assert "was used already" in said(await jane.look(back))
    assert (await jane.look("/sign-in/callback?code=x&state=y")).status_code == 403


@pytest.mark.asyncio(loop_scope="module")
async def test_a_provider_that_is_away_is_said_to_be_away(system: TestSystem) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        alone = person(system, f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert (await alone.look("/sign-in/openid")).status_code == 503
    assert (await alone.look("/sign-in")).status_code == 200


# A provider that says whatever a test wants.

ISSUER = "http://localhost:9"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "one"})
GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "us",
    "sub": "jane",
    "exp": NOW.timestamp() + 300,
    "iat": NOW.timestamp(),
    "nonce": "n-1",
    "article6_role": "isu",
}


def saying(token: str, **metadata: Any) -> OpenIdProvider:
    async def answer(request: Request) -> Response:
        match request.url.path:
            case "/.well-known/openid-configuration":
                places = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
                return JSONResponse({"issuer": ISSUER, **places, **metadata})
            case "/jwks_uri":
                return JSONResponse(KeySet([KEY]).as_dict(private=False))
            case _:
                return JSONResponse({"id_token": token} if token else {"error": "invalid_grant"}, 200 if token else 400)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])

    def connect() -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))

    return OpenIdProvider(OpenIdSettings(ISSUER, "us"), TurnableClock(NOW), connect)


def signed(claims: Mapping[str, Any], key: Any = KEY) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, dict(claims), key, algorithms=["RS256"])


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


async def caller_of(provider: OpenIdProvider) -> Caller:
    return await provider.caller("code", "verifier", "n-1", "http://here/callback")


async def test_what_holds_in_every_way_is_believed() -> None:
    assert await caller_of(saying(signed(GOOD))) == Caller("jane", "isu")
    several = {**GOOD, "aud": ["us", "them"], "azp": "us"}
    assert await caller_of(saying(signed(several))) == Caller("jane", "isu")
    scoped = {**GOOD, "article6_role": "donor", "article6_scope": "fund-1"}
    assert await caller_of(saying(signed(scoped))) == Caller("jane", "donor", "fund-1")


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "http://localhost:10"}, "another issuer"),
        ({"aud": "them"}, "somebody else"),
        ({"aud": ["us", "them"]}, "several"),
        ({"aud": None}, "somebody else"),
        ({"exp": NOW.timestamp() - 61}, "run out"),
        ({"exp": None}, "run out"),
        ({"exp": True}, "run out"),
        ({"iat": NOW.timestamp() + 120}, "future"),
        ({"nonce": "n-2"}, "this attempt"),
        ({"nonce": None}, "this attempt"),
        ({"article6_role": None}, "no role"),
        ({"article6_role": "system"}, "no role"),
        ({"article6_role": ["isu", "coordinator"]}, "several roles"),
        ({"article6_role": "state", "article6_scope": "Laos"}, "ISO 3166-1"),
        ({"article6_role": "donor"}, "donor's id"),
        ({"sub": ""}, "nobody"),
    ],
)
async def test_one_thing_that_does_not_hold_is_enough_to_refuse(claims: dict[str, Any], why: str) -> None:
    with pytest.raises(NotSignedIn, match=re.escape(why)):
        await caller_of(saying(signed({**GOOD, **claims})))


async def test_signatures_by_another_key_by_a_shared_secret_or_by_none_are_refused() -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    public = KEY.as_pem(private=False)
    # The old trick: the public key, which everybody has, taken for a shared secret.
    said_shared = ".".join((_encoded(b'{"alg":"HS256","kid":"one"}'), signed(GOOD).split(".")[1]))
    shared = f"{said_shared}.{_encoded(hmac.digest(public, said_shared.encode(), 'sha256'))}"
    plain = signed(GOOD).split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{plain[1]}."
    for token in (
        signed(GOOD, other),
        shared,
        unsigned,
        "not.a.token",
        f"{plain[0]}.e30.{plain[2]}",
    ):
        with pytest.raises(NotSignedIn, match="signature"):
            await caller_of(saying(token))
    with pytest.raises(NotSignedIn, match="invalid_grant"):
        await caller_of(saying(""))


async def test_a_discovery_document_that_speaks_for_another_is_not_used() -> None:
    for metadata in ({"issuer": "http://localhost:10"}, {"token_endpoint": None}):
        with pytest.raises(ProviderUnavailable):
            await caller_of(saying(signed(GOOD), **metadata))


async def test_the_way_there_carries_state_nonce_and_the_hash_of_the_verifier() -> None:
    attempt = fresh_attempt("http://here/callback")
    address = await saying("").authorization_address(attempt)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["state"], asked["nonce"], asked["code_challenge_method"]) == (attempt.state, attempt.nonce, "S256")
    assert attempt.verifier not in address
    assert asked["response_type"] == "code"
    assert 43 <= len(attempt.verifier) <= 128


def test_settings_come_from_the_environment_and_say_what_is_wrong(tmp_path: Path) -> None:
    assert openid_settings({}) is None
    secret = tmp_path / "secret"
    secret.write_text("hidden\n")
    told = {
        "ARTICLE6_OIDC_ISSUER": "https://login.example",
        "ARTICLE6_OIDC_CLIENT_ID": "us",
        "ARTICLE6_OIDC_CLIENT_SECRET_FILE": str(secret),
        "ARTICLE6_OIDC_ROLES": "isu-staff=isu, desk=state",
    }
    found = openid_settings(told)
    assert found is not None
    assert (found.client_secret, found.roles) == ("hidden", {"isu-staff": "isu", "desk": "state"})
    for wrong in ({"CLIENT_ID": ""}, {"ROLES": "isu"}, {"ROLES": "boss=king"}, {"ISSUER": "http://login.example"}):
        with pytest.raises(BadOpenIdSettings, match="ARTICLE6_OIDC_"):
            openid_settings({**told, **{f"ARTICLE6_OIDC_{name}": value for name, value in wrong.items()}})
