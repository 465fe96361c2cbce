"""Where people sign in, from the environment: ARTICLE6_OIDC_ISSUER and its like."""

import os
from collections.abc import Mapping
from pathlib import Path

from shared.auth.oidc import OpenIdSettings

_PREFIX = "ARTICLE6_OIDC_"


class BadOpenIdSettings(ValueError):
    """The settings of the sign-in service cannot be read; the text says which, and what they must be."""


def openid_settings(environment: Mapping[str, str] | None = None) -> OpenIdSettings | None:
    """The settings, None where no issuer is named. BadOpenIdSettings where they cannot be read.

    ISSUER, CLIENT_ID; CLIENT_SECRET or CLIENT_SECRET_FILE; ROLE_CLAIM and SCOPE_CLAIM (article6_role and
    article6_scope where left out); ROLES as `value=role` in a comma list, such as `isu-staff=isu`;
    SCOPES, what is asked for (openid profile).
    """
    told = {n.removeprefix(_PREFIX): v for n, v in (environment or os.environ).items() if n.startswith(_PREFIX)}
    if not (issuer := told.get("ISSUER", "").strip()):
        return None
    if not (client_id := told.get("CLIENT_ID", "").strip()):
        told_by = "the provider gives it when Article Six is registered there"
        raise BadOpenIdSettings(f"{_PREFIX}CLIENT_ID is missing: {told_by}")
    secret = told.get("CLIENT_SECRET", "")
    if file := told.get("CLIENT_SECRET_FILE"):
        secret = Path(file).read_text().strip()
    given: dict[str, str] = {}
    for one in told.get("ROLES", "").split(","):
        value, sign, role = one.strip().partition("=")
        if one.strip() and not (value and sign and role):
            raise BadOpenIdSettings(f"{_PREFIX}ROLES: {one!r} is not `value=role`")
        if one.strip():
            given[value] = role
    try:
        plain = OpenIdSettings(issuer, client_id)
        return OpenIdSettings(
            issuer=issuer,
            client_id=client_id,
            client_secret=secret,
            role_claim=told.get("ROLE_CLAIM") or plain.role_claim,
            scope_claim=told.get("SCOPE_CLAIM") or plain.scope_claim,
            roles=given or plain.roles,
            asks=tuple(told.get("SCOPES", "").split()) or plain.asks,
        )
    except ValueError as error:
        raise BadOpenIdSettings(f"{_PREFIX}…: {error}") from error
