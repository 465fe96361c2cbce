"""The one who asks: a person or a portal, with one role in one scope (docs/domain.md, "The people")."""

from dataclasses import dataclass
from typing import Literal, get_args

from shared.countries import country_name
from shared.messages import Forbidden

Role = Literal["isu", "state", "donor", "coordinator", "public", "system"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """`scope` is the State (ISO 3166-1 alpha-3) of role state, the donor's id of role donor, else blank."""

    subject: str
    role: Role
    scope: str = ""

    @property
    def name(self) -> str:
        """How the history names the actor: `state:LAO:desk-1`."""
        return ":".join(part for part in (self.role, self.scope, self.subject) if part)

    def must_be(self, *roles: Role) -> None:
        """Forbidden unless the caller has one of these roles."""
        if self.role not in roles and self.role != "system":
            raise Forbidden(f"This is for {_either(roles)}; you are {self._self()}.", allowed=_either(roles))

    def acts_for(self, state: str) -> bool:
        """Whether the caller is that State, or the ISU recording for it."""
        return self.role in ("isu", "system") or (self.role == "state" and self.scope == state)

    def must_act_for(self, state: str) -> None:
        """Forbidden unless the caller is that State, or the ISU."""
        if not self.acts_for(state):
            allowed = f"the State concerned ({country_name(state)}) or the ISU"
            raise Forbidden(f"Only {allowed} may do this; you are {self._self()}.", field="state", allowed=allowed)

    def must_be_the_state(self, state: str) -> None:
        """Forbidden unless the caller is that State itself: some acts nobody can do on its behalf."""
        if not (self.role == "state" and self.scope == state) and self.role != "system":
            allowed = f"the State concerned ({country_name(state)}) itself"
            raise Forbidden(f"Only {allowed} may do this; you are {self._self()}.", field="state", allowed=allowed)

    def acts_as_donor(self, donor: str) -> bool:
        """Whether the caller is that donor, or the ISU recording for it."""
        return self.role in ("isu", "system") or (self.role == "donor" and self.scope == donor)

    def must_act_as_donor(self, donor: str) -> None:
        """Forbidden unless the caller is that donor, or the ISU."""
        if not self.acts_as_donor(donor):
            allowed = f"the donor concerned ({donor}) or the ISU"
            raise Forbidden(f"Only {allowed} may do this; you are {self._self()}.", field="donor", allowed=allowed)

    def _self(self) -> str:
        if self.role == "public":
            return "not signed in"
        return f"signed in as {self.role}" + (f" of {self.scope}" if self.scope else "")


PUBLIC = Caller("", "public")
"""Anybody, not signed in: reads what is published."""


def system(name: str) -> Caller:
    """The software itself, acting by a rule of that name."""
    return Caller(name, "system")


def _either(roles: tuple[str, ...]) -> str:
    return " or ".join(f"the role {role}" for role in roles)
