"""What our own judge lets out, and what it keeps back; the provider's stand-in has the last word."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.sendgrid_body import request_body
from outreach.mail.sendgrid_limits import Violation, violations
from outreach.outgoing import OutgoingBatch
from outreach.provider_stub import schema

Letter = Callable[..., OutgoingBatch]
Change = Callable[[dict[str, Any]], object]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
IN_72_HOURS = int(NOW.timestamp()) + 72 * 3600


@pytest.fixture
def body(letter: Letter) -> dict[str, Any]:
    return request_body(letter("a", "b", "c"))[0]


def second(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body["personalizations"][1]
    return found


def test_what_we_compose_may_leave(body: dict[str, Any]) -> None:
    assert violations(body, NOW) == []
    assert schema.read(orjson.dumps(body), NOW)[1] == []


OF_THE_REQUEST: dict[str, Change] = {
    "nobody": lambda body: body.update(personalizations=[]),
    "1001 people": lambda body: body.update(personalizations=body["personalizations"][:1] * 1001),
    "no subject": lambda body: body.pop("subject"),
    "an empty subject": lambda body: body.update(subject=""),
    "a subject of two lines": lambda body: body.update(subject="Hej\nBcc: eva@example.org"),
    "no sender": lambda body: body.pop("from"),
    "a sender without a domain": lambda body: body["from"].update(email="alumn"),
    "a sender's name of two lines": lambda body: body["from"].update(name="Alumn\r\nBcc: eva@example.org"),
    "an answer address that is none": lambda body: body["reply_to"].update(email="a b@example.org"),
    "no content": lambda body: body.update(content=[]),
    "html before text": lambda body: body["content"].reverse(),
    "an empty part": lambda body: body["content"][0].update(value=""),
    "a part that is not known": lambda body: body.update(shoe_size=41),
    "a header over two lines": lambda body: body["headers"].update({"List-ID": "a\r\nBcc: eva@example.org"}),
    "a header that is not ASCII": lambda body: body["headers"].update({"List-ID": "å"}),
    "a reserved header": lambda body: body["headers"].update({"Subject": "x"}),
    "a header's name with a colon": lambda body: body["headers"].update({"X: y\r\nBcc": "x"}),
    "eleven categories": lambda body: body.update(categories=[str(number) for number in range(11)]),
    "a long category": lambda body: body.update(categories=["x" * 256]),
    "a category that is not ASCII": lambda body: body.update(categories=["å"]),
    "the same category twice": lambda body: body.update(categories=["a", "a"]),
    "an empty custom argument": lambda body: body.update(custom_args={"campaign": ""}),
    "a custom argument that is a number": lambda body: body.update(custom_args={"campaign": 7}),
    "a time too far away": lambda body: body.update(send_at=IN_72_HOURS + 1),
    "a time in words": lambda body: body.update(send_at="tomorrow"),
}
OF_A_PERSON: dict[str, Change] = {
    "no address": lambda one: one.pop("to"),
    "nobody in to": lambda one: one.update(to=[]),
    "an address without a domain": lambda one: one["to"][0].update(email="eva"),
    "an address that is not ASCII": lambda one: one["to"][0].update(email="å@example.org"),
    "an address of 321 characters": lambda one: one["to"][0].update(email="x" * 309 + "@example.org"),
    "an address over two lines": lambda one: one["to"][0].update(email="eva@example.org\n"),
    "a name with a semicolon": lambda one: one["to"][0].update(name="Eva; Åsa"),
    "a part that is not known": lambda one: one.update(shoe_size="41"),
    "values over 10,000 bytes": lambda one: one.update(substitutions={"tag": "å" * 4999}),
    "a value that is a number": lambda one: one.update(substitutions={"tag": 7}),
    "an empty custom argument": lambda one: one.update(custom_args={"recipient": ""}),
    "custom arguments over 10,000 bytes": lambda one: one.update(
        custom_args={f"a{number}": "x" * 60 for number in range(170)}
    ),
    "a header over two lines": lambda one: one["headers"].update({"List-Unsubscribe": "<x>\r\nBcc: eva@example.org"}),
    "a reserved header": lambda one: one["headers"].update({"To": "eva@example.org"}),
    "a time too far away": lambda one: one.update(send_at=IN_72_HOURS + 1),
}
OURS_ALONE: dict[str, Change] = {
    "two addresses": lambda one: one["to"].append({"email": "eva@example.org"}),
    "a name": lambda one: one["to"][0].update(name="Eva"),
    "a telling custom argument": lambda one: one.update(custom_args={"recipient": "eva@example.org"}),
    "half a surrogate pair": lambda one: one.update(substitutions={"tag": "\ud800"}),
}


@pytest.mark.parametrize("what", OF_THE_REQUEST)
def test_a_request_that_breaks_a_limit_is_kept_back_and_would_be_refused(body: dict[str, Any], what: str) -> None:
    OF_THE_REQUEST[what](body)
    assert [one for one in violations(body, NOW) if one.person is None]
    assert schema.read(orjson.dumps(body), NOW)[1]


@pytest.mark.parametrize("what", OF_A_PERSON)
def test_a_person_who_breaks_a_limit_is_named_by_us_and_by_the_provider(body: dict[str, Any], what: str) -> None:
    OF_A_PERSON[what](second(body))
    assert {one.person for one in violations(body, NOW)} == {1}
    complaints = schema.read(orjson.dumps(body), NOW)[1]
    assert complaints
    assert all((one.field or "").startswith("personalizations.1") for one in complaints)


@pytest.mark.parametrize("what", OURS_ALONE)
def test_we_keep_back_more_than_the_provider_would(body: dict[str, Any], what: str) -> None:
    OURS_ALONE[what](second(body))
    assert {one.person for one in violations(body, NOW)} == {1}


def test_the_same_address_twice_is_the_second_ones_fault(body: dict[str, Any]) -> None:
    second(body)["to"][0]["email"] = "A@Students.example.org"
    assert violations(body, NOW) == [Violation("The address stands twice in the request.", 1)]
    assert [one.field for one in schema.read(orjson.dumps(body), NOW)[1]] == ["personalizations"]


@pytest.mark.parametrize("kind", ["click_tracking", "open_tracking", "subscription_tracking"])
def test_nothing_leaves_that_is_tracked(body: dict[str, Any], kind: str) -> None:
    on = copy.deepcopy(body)
    on["tracking_settings"][kind]["enable"] = True
    del body["tracking_settings"][kind]
    assert (
        violations(on, NOW)
        == violations(body, NOW)
        == [Violation("Tracking must be switched off, each kind by name.", None)]
    )


def test_what_lies_at_the_limits_may_leave(body: dict[str, Any]) -> None:
    body |= {"categories": ["x" * 255, *"abcdefghi"], "send_at": IN_72_HOURS}
    second(body).update(substitutions={"tag": "å" * 4998 + "x"}, to=[{"email": "x" * 308 + "@example.org"}])
    assert violations(body, NOW) == []
    assert schema.read(orjson.dumps(body), NOW)[1] == []


VALUES = st.text(max_size=40)


@given(
    addresses=st.lists(st.emails() | VALUES, min_size=1, max_size=4),
    values=st.dictionaries(VALUES, VALUES | st.integers(), max_size=4),
    argument=VALUES,
    headers=st.dictionaries(VALUES, VALUES, max_size=2),
    subject=VALUES,
)
def test_the_provider_takes_whatever_we_let_out(
    addresses: list[str], values: dict[str, Any], argument: str, headers: dict[str, str], subject: str
) -> None:
    off = {"enable": False}
    body = {
        "personalizations": [
            {
                "to": [{"email": address}],
                "substitutions": values,
                "custom_args": {"recipient": argument},
                "headers": headers,
            }
            for address in addresses
        ],
        "from": {"email": "alumn@alumni.example.org", "name": subject},
        "subject": subject,
        "content": [{"type": "text/plain", "value": "a"}, {"type": "text/html", "value": "b"}],
        "tracking_settings": dict.fromkeys(("click_tracking", "open_tracking", "subscription_tracking"), off),
    }
    if not violations(body, NOW):
        assert schema.read(orjson.dumps(body), NOW)[1] == []
