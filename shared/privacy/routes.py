"""For the ISU: who is known here by an address, and forgetting them. What is sent is never sent back."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import Field, model_validator

from shared.http.calling import AnyCaller, SignedIn
from shared.http.problems import problems
from shared.messages import Value
from shared.privacy import Gone, SubjectKey
from shared.privacy.messages import ForgetReason, Subject
from shared.privacy.people import Forgotten, NoSuchSubject, People
from shared.text import Line

_MOST = 500


class Unechoed(APIRoute):
    """A route whose bodies hold people's details: a problem names the field, and never what stood there."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As every route, without the input in validation errors."""
        answer = super().get_route_handler()

        async def without_echo(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError as error:
                raise RequestValidationError([_told(one) for one in error.errors()]) from None

        return without_echo


def _told(error: dict[str, Any]) -> dict[str, Any]:
    if error["type"] == "extra_forbidden":
        # The name of a field that is not ours may be anything.
        error = {**error, "loc": (*error["loc"][:-1], "…")}
    return {**error, "input": None}


class PersonSought(Value):
    """Details by which somebody may be known here; one that fits is enough."""

    emails: tuple[Line, ...] = Field(default=(), max_length=20)
    names: tuple[Line, ...] = Field(default=(), max_length=20)
    phones: tuple[Line, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.emails or self.names or self.phones):
            raise ValueError("give at least one of emails, names, phones")
        return self


class SubjectShown(Value):
    """A subject that is known here: where it was named and when, and by which kinds of detail it was found."""

    subject: str
    place: str
    named_at: datetime
    found_by: tuple[str, ...] = ()


class PeopleFound(Value):
    """Subjects that fit, others named at the same places, and events that hold the person in the clear for ever."""

    matching: tuple[SubjectShown, ...]
    others: tuple[SubjectShown, ...]
    unsealed: tuple[str, ...]


class ForgetPeople(Value):
    """Which subjects, as the search names them, and why."""

    subjects: tuple[Subject, ...] = Field(min_length=1, max_length=_MOST)
    reason: ForgetReason = "person_asked"


class ForgottenShown(Value):
    """A subject whose key was destroyed: where it was named, when and by whom it was forgotten, and why.

    `link` names the event that tells of it; `token` can be given to any read as `after=`.
    """

    subject: str
    place: str
    forgotten_at: datetime
    by: str
    reason: ForgetReason
    link: str = ""
    token: str = ""


class ForgottenPage(Value):
    """Some of those who were forgotten, in the order of their subjects; `next` continues it as `after_subject`."""

    items: tuple[ForgottenShown, ...]
    next: str | None = None


def routes(people: People) -> APIRouter:
    """Below `/people`, for the ISU alone; these come before routes that take a name."""
    router = APIRouter(prefix="/people", tags=["people"], route_class=Unechoed)

    @router.post("/search")
    async def search(body: PersonSought, caller: SignedIn) -> PeopleFound:
        """Who is known here by one of these details. Changes nothing, and names no details."""
        caller.must_be("isu")
        found = await people.search({"email": body.emails, "name": body.names, "phone": body.phones})
        return PeopleFound(
            matching=tuple(_shown(key, kinds) for key, kinds in found.matching),
            others=tuple(_shown(key, ()) for key in found.others),
            unsealed=tuple(found.unsealed),
        )

    @router.post("/forgetting", responses=problems(NoSuchSubject))
    async def forget(body: ForgetPeople, caller: SignedIn) -> list[ForgottenShown]:
        """Destroy the keys of these subjects, for ever; sent again, it changes nothing."""
        caller.must_be("isu")
        done = await people.forget(body.subjects, body.reason, caller)
        return [_receipt(one) for one in done]

    @router.get("/forgotten")
    async def forgotten(
        caller: AnyCaller,
        after_subject: Annotated[str, Query(max_length=32)] = "",
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    ) -> ForgottenPage:
        """Who was forgotten: subjects and places, nobody's details."""
        caller.must_be("isu")
        page = await people.keyring.gone(after_subject, limit)
        return ForgottenPage(
            items=tuple(_gone(one) for one in page), next=page[-1].subject if len(page) == limit else None
        )

    return router


def _shown(key: SubjectKey, kinds: tuple[str, ...]) -> SubjectShown:
    return SubjectShown(subject=key.subject, place=key.place, named_at=key.made_at, found_by=kinds)


def _receipt(forgotten: Forgotten) -> ForgottenShown:
    return _gone(forgotten.gone).model_copy(update={"link": forgotten.link, "token": forgotten.token})


def _gone(gone: Gone) -> ForgottenShown:
    return ForgottenShown(
        subject=gone.subject,
        place=gone.place,
        forgotten_at=gone.at,
        by=gone.by,
        reason=gone.reason,
    )
