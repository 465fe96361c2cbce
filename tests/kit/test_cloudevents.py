"""Events as the world outside receives them."""

import json
from dataclasses import replace

import pytest

from shared.cloudevents import MEDIA_TYPE, BadCloudEvent, cloud_events, event_type, from_structured, structured
from shared.commits import EventRecord
from tests.contract_suites.commits import AT, following

COMMIT = replace(
    following(None, "request-abc", [1, 2]),
    events=(
        EventRecord("RequestDrafted", 1, {"content": "hush"}),
        EventRecord("RequestSubmitted", 3, {"state": "LAO", "words": "ü"}),
    ),
    correlation_id="visit-7",
    causation_id="deadlines/obligation-CCM-BIH-4@7.1",
)


def test_an_event_is_enveloped_with_its_link_type_stream_and_cause() -> None:
    _, submitted = cloud_events("requests", COMMIT)
    assert json.loads(structured(submitted)) == {
        "specversion": "1.0",
        "id": "requests/request-abc@1.2",
        "source": "/requests",
        "type": "org.article6.requests.RequestSubmitted.v3",
        "subject": "request-abc",
        "time": "2026-11-21T09:30:00.123456Z",
        "datacontenttype": "application/json",
        "correlationid": "visit-7",
        "causationid": "deadlines/obligation-CCM-BIH-4@7.1",
        "data": {"state": "LAO", "words": "ü"},
    }
    assert MEDIA_TYPE == "application/cloudevents+json"


def test_what_is_withheld_stays_inside_and_the_others_keep_their_numbers() -> None:
    (only,) = cloud_events("requests", COMMIT, withheld={"RequestDrafted"})
    assert only.get_id() == "requests/request-abc@1.2"
    assert b"hush" not in structured(only)


def test_without_a_cause_no_cause_is_named() -> None:
    (event,) = cloud_events("tallies", replace(following(None), correlation_id="", causation_id=""))
    assert {"correlationid", "causationid"}.isdisjoint(json.loads(structured(event)))


def test_an_envelope_is_read_back_as_it_was() -> None:
    for event in cloud_events("requests", COMMIT):
        again = from_structured(structured(event))
        assert (again.get_attributes(), again.get_data()) == (event.get_attributes(), event.get_data())
        assert again.get_time() == AT


def test_types_are_named_by_service_event_and_schema() -> None:
    assert event_type("pledges", "PledgeAnnounced", 1) == "org.article6.pledges.PledgeAnnounced.v1"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'"x"',
        b"{}",
        b"\xff",
        b'{"specversion":"1.0","source":"/x","type":"t"}',
        b'{"specversion":"0.3","id":"1","source":"/x","type":"t"}',
        b'{"specversion":"9","id":"1","source":"/x","type":"t"}',
        b'{"specversion":"1.0","id":1,"source":"/x","type":"t"}',
        b'{"specversion":"1.0","id":"1","source":"/x","type":"t","time":"yesterday"}',
        b'{"specversion":"1.0","id":"1","source":"/x","type":"t","Bad_Name":"x"}',
    ],
)
def test_other_documents_are_no_envelopes(content: bytes) -> None:
    with pytest.raises(BadCloudEvent):
        from_structured(content)
