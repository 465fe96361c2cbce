"""What would break a reader of a promised event is found; what would not, passes."""

from typing import Any

import pytest
from pydantic import Field

from deploy.contracts.compatibility import breaks
from deploy.contracts.http_compatibility import tightened
from deploy.contracts.writing import event_schema
from shared.messages import Event
from shared.money import Money


def schema_of(event: type[Event]) -> dict[str, Any]:
    return event_schema("pledges", event)


class PledgeAnnounced(Event):
    """As it was promised."""

    donor: str
    amount: Money
    conditions: str = ""


BEFORE = {"pledges/PledgeAnnounced.v1.json": schema_of(PledgeAnnounced)}


def after(event: type[Event]) -> list[str]:
    document = {**schema_of(event), "$id": BEFORE["pledges/PledgeAnnounced.v1.json"]["$id"]}
    return breaks(BEFORE, {"pledges/PledgeAnnounced.v1.json": document})


def test_what_did_not_change_breaks_nobody() -> None:
    assert breaks(BEFORE, BEFORE) == []


def test_a_new_field_with_a_default_breaks_nobody() -> None:
    class WithMore(PledgeAnnounced):
        channel: str = "unknown"

    assert after(WithMore) == []


def test_a_new_version_beside_the_old_breaks_nobody() -> None:
    class Next(Event):
        schema_version = 2
        donor_id: str

    assert breaks(BEFORE, {**BEFORE, "pledges/PledgeAnnounced.v2.json": schema_of(Next)}) == []


def test_an_event_that_is_gone_breaks_whoever_has_it_stored() -> None:
    assert "the event is gone" in breaks(BEFORE, {})[0]


class WithoutDonor(Event):
    amount: Money
    conditions: str = ""


class WithAnotherType(Event):
    donor: int
    amount: Money
    conditions: str = ""


class WithAmountAsText(Event):
    donor: str
    amount: str
    conditions: str = ""


class WithDonorPerhaps(Event):
    donor: str = ""
    amount: Money
    conditions: str = ""


class WithSomethingDemanded(PledgeAnnounced):
    channel: str


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (WithoutDonor, "donor: the field is gone"),
        (WithAnotherType, "donor: type was 'string', is 'integer'"),
        (WithAmountAsText, "amount"),
        (WithDonorPerhaps, "donor: was always there, may now be missing"),
        (WithSomethingDemanded, "channel: is new without a default"),
    ],
)
def test_a_change_that_breaks_a_reader_is_named(changed: type[Event], named: str) -> None:
    found = after(changed)
    assert found, "nothing was found"
    assert any(named in why for why in found), found


def test_a_path_that_is_gone_breaks_its_callers() -> None:
    def contract(*paths: str) -> dict[str, Any]:
        return {"paths": {path: {"get": {"responses": {"200": {}}}} for path in paths}}

    found = breaks({"requests/openapi.json": contract("/a", "/b")}, {"requests/openapi.json": contract("/a")})
    assert found == ["requests/openapi.json: GET /b is gone"]


class WithShorterConditions(Event):
    donor: str
    amount: Money
    conditions: str = Field(default="", max_length=10)


def test_a_bound_that_nothing_falls_below_bounds_nothing() -> None:
    assert list(tightened("a", {"type": "string"}, {"type": "string", "minLength": 0})) == []
    assert list(tightened("a", {"type": "integer"}, {"type": "integer", "minimum": 0})) == [
        "a: minimum was not set, is 0"
    ]


def test_a_bound_under_which_stored_events_no_longer_fit_is_named() -> None:
    assert any("maxLength was not set, is 10" in why for why in after(WithShorterConditions))


def an_operation(body: dict[str, Any], answer: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}
    return {
        "paths": {
            "/a": {
                "post": {
                    "parameters": list(parameters),
                    "requestBody": {"content": content, "required": True},
                    "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
                }
            }
        },
        "components": {"schemas": {"Body": body}},
    }


BODY = {"type": "object", "properties": {"reason": {"type": "string", "maxLength": 100}}}
ANSWER = {"type": "object", "properties": {"seq": {"type": "integer"}, "next": {"type": "string"}}, "required": ["seq"]}
TREATY: dict[str, Any] = {"in": "query", "name": "treaty", "schema": {"enum": ["CCM", "APMBC"]}}


def maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (maybe(TREATY["schema"]), maybe({"enum": ["CCM"]}), "treaty: ['APMBC'] are no longer accepted"),
        ({"type": "string", "minLength": 0}, {"type": "string", "minLength": 1}, "treaty: minLength was 0, is 1"),
        ({"type": "string"}, {"type": "string", "minLength": 1}, "treaty: minLength was not set, is 1"),
        (maybe(TREATY["schema"]), TREATY["schema"], "treaty: null is no longer accepted"),
        ({"anyOf": [BODY, ANSWER]}, BODY, "treaty: took 2 kinds of thing, takes 1"),
        (maybe(BODY), maybe({**BODY, "required": ["reason"]}), "treaty.reason: is now demanded"),
    ],
)
def test_what_may_be_one_thing_or_another_is_looked_into_where_it_comes_in(
    before: dict[str, Any], after: dict[str, Any], named: str
) -> None:
    old, new = (an_operation(BODY, ANSWER, {**TREATY, "schema": schema}) for schema in (before, after))
    assert breaks({"requests/openapi.json": old}, {"requests/openapi.json": new}) == [
        f"requests/openapi.json: POST /a, {named}"
    ]
    if "kinds" not in named:
        assert breaks({"requests/openapi.json": new}, {"requests/openapi.json": old}) == []


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (ANSWER, maybe(ANSWER), "answer: was never null, may now be"),
        (BODY, {"anyOf": [BODY, ANSWER]}, "answer: was one of 1 kinds of thing, is one of 2"),
        (maybe(ANSWER), maybe({**ANSWER, "required": []}), "answer.seq: was always there, may now be missing"),
    ],
)
def test_what_may_be_one_thing_or_another_is_looked_into_where_it_is_told(
    before: dict[str, Any], after: dict[str, Any], named: str
) -> None:
    old, new = (an_operation(BODY, schema, TREATY) for schema in (before, after))
    assert breaks({"requests/openapi.json": old}, {"requests/openapi.json": new}) == [
        f"requests/openapi.json: POST /a, {named}"
    ]
    assert breaks({"requests/openapi.json": new}, {"requests/openapi.json": old}) == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (an_operation(BODY, {**ANSWER, "properties": {"seq": {"type": "integer"}}}, TREATY), "answer.next: is gone"),
        (an_operation(BODY, {**ANSWER, "required": []}, TREATY), "answer.seq: was always there"),
        (an_operation({**BODY, "required": ["reason"]}, ANSWER, TREATY), "body.reason: is now demanded"),
        (an_operation({"type": "object", "properties": {}}, ANSWER, TREATY), "body.reason: is no longer accepted"),
        (
            an_operation({**BODY, "properties": {"reason": {"type": "string", "maxLength": 10}}}, ANSWER, TREATY),
            "body.reason: maxLength was 100, is 10",
        ),
        (
            an_operation(BODY, ANSWER, {**TREATY, "schema": {"enum": ["CCM"]}}),
            "treaty: ['APMBC'] are no longer accepted",
        ),
        (an_operation(BODY, ANSWER), "no longer knows treaty"),
    ],
)
def test_what_breaks_a_caller_over_http_is_named(changed: dict[str, Any], named: str) -> None:
    before = {"requests/openapi.json": an_operation(BODY, ANSWER, TREATY)}
    assert breaks(before, before) == []
    found = breaks(before, {"requests/openapi.json": changed})
    assert any(named in why for why in found), found
