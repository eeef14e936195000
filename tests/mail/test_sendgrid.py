"""SendGrid: what is asked of it, and what each of its answers proves."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from outreach.errors import PermanentFailure
from outreach.mail.sendgrid import SendGrid, request_body
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.tags import fill
from tests.mail.conftest import JOIN, JOIN_IN_TEXT, LETTER, NAME, NAME_IN_HTML, addressee
from tests.mail.provider import KEY, Provider, serving
from tests.mail.smtp_server import free_port

Letter = Callable[..., OutgoingBatch]
Start = Callable[..., Provider]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda **fields: stack.enter_context(serving(Provider(**fields)))


def sendgrid(provider: Provider, *, key: str = KEY, timeout: float = 5.0) -> SendGrid:
    return SendGrid(key, provider.url, "global", timeout)


# What is asked


def test_the_request_is_this_and_nothing_more(letter: Letter) -> None:
    body, refused = request_body(letter("a", addressee("b", {"given_name": "<Åsa>"})))
    assert refused == {}
    assert body == {
        "personalizations": [
            {
                "to": [{"email": "a@students.example.org"}],
                "substitutions": {
                    NAME: "Åsa",
                    NAME_IN_HTML: "Åsa",
                    JOIN: "https://alumni.example.org/join/a",
                    JOIN_IN_TEXT: "https://alumni.example.org/join/a",
                },
                "custom_args": {"recipient": "a"},
                "headers": {
                    "List-Unsubscribe": "<https://alumni.example.org/unsubscribe/a>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            },
            {
                "to": [{"email": "b@students.example.org"}],
                "substitutions": {
                    NAME: "<Åsa>",
                    NAME_IN_HTML: "&lt;Åsa&gt;",
                    JOIN: "https://alumni.example.org/join/b",
                    JOIN_IN_TEXT: "https://alumni.example.org/join/b",
                },
                "custom_args": {"recipient": "b"},
                "headers": {
                    "List-Unsubscribe": "<https://alumni.example.org/unsubscribe/b>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            },
        ],
        "from": {"email": "alumn@alumni.example.org", "name": "Alumnnätverket"},
        "reply_to": {"email": "svar@alumni.example.org"},
        "subject": LETTER.subject,
        "content": [
            {"type": "text/plain", "value": LETTER.text},
            {"type": "text/html", "value": LETTER.html},
        ],
        "headers": {
            "List-ID": "<graduation-invitation.alumni.example.org>",
            "Feedback-ID": "7:graduation-invitation:outreach:alumni.example.org",
            "Auto-Submitted": "auto-generated",
        },
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
        },
    }


def test_the_substitutions_fill_every_tag_the_message_holds(letter: Letter) -> None:
    body, _ = request_body(letter("a"))
    for part in (body["subject"], *(content["value"] for content in body["content"])):
        assert "tag0123456789" not in fill(part, body["personalizations"][0]["substitutions"])


def test_people_stand_in_the_batchs_order(letter: Letter) -> None:
    names = [f"s{number}" for number in range(50)]
    body, _ = request_body(letter(*names))
    assert [one["custom_args"]["recipient"] for one in body["personalizations"]] == names


def test_a_mail_without_an_unsubscribe_link_has_no_such_headers(letter: Letter) -> None:
    body, _ = request_body(letter(addressee("a"), feedback_id="x"))
    assert "headers" in body["personalizations"][0]
    person = addressee("a")
    without = type(person)(person.token, person.address, person.values, "")
    body, _ = request_body(letter(without))
    assert "headers" not in body["personalizations"][0]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (addressee("odd", address="å@example.org"), "cannot_compose"),
        (addressee("odd", address="x@example.org, y@example.org"), "cannot_compose"),
        (addressee("odd", address=""), "cannot_compose"),
        (addressee("odd", {"given_name": NAME}), "cannot_compose"),
        (addressee("odd", {"given_name": "x" * 6000}), "cannot_compose"),
        (addressee("odd", address="A@students.example.org"), "shared_address"),
    ],
)
def test_one_persons_data_spoils_nobody_elses_mail(start: Start, letter: Letter, odd: object, reason: str) -> None:
    provider = start()
    result = sendgrid(provider).send(letter("a", odd, "b"))
    assert result == Result(Proof.ACCEPTED, "message-1", refused={"odd": reason})
    assert provider.sent_to == ["a@students.example.org", "b@students.example.org"]


def test_a_tag_no_person_has_a_value_for_goes_to_nobody(start: Start, letter: Letter) -> None:
    provider = start()
    result = sendgrid(provider).send(letter("a", text="Hej tag0123456789_shoe_size_tZ"))
    assert result == Result(Proof.ACCEPTED, refused={"a": "cannot_compose"})
    assert provider.requests == []


def test_the_region_picks_the_host() -> None:
    hosts = {region: SendGrid(KEY, "https://api.sendgrid.com", region)._client.host for region in ("eu", "global")}
    assert hosts == {"eu": "https://api.eu.sendgrid.com", "global": "https://api.sendgrid.com"}
    assert SendGrid(KEY, "http://127.0.0.1:8025/", "eu")._client.host == "http://127.0.0.1:8025"


@pytest.mark.parametrize("host", ["api.sendgrid.com", "http://api.sendgrid.com", "", "ftp://x"])
def test_a_host_that_would_show_the_key_is_refused(host: str) -> None:
    with pytest.raises(PermanentFailure, match="OUTREACH_SENDGRID_HOST must look like"):
        SendGrid(KEY, host, "global")


@pytest.mark.parametrize("key", ["", "  ", "SG.two\nlines", "SG.nyckel-å"])
def test_a_key_that_is_none_is_said_so_without_showing_it(key: str) -> None:
    with pytest.raises(PermanentFailure, match="OUTREACH_SENDGRID_API_KEY") as raised:
        SendGrid(key, "https://api.sendgrid.com", "eu")
    assert "SG." not in str(raised.value)


def test_a_key_copied_with_a_line_break_works(start: Start, letter: Letter) -> None:
    assert sendgrid(start(), key=f" {KEY}\n").send(letter("a")).proof is Proof.ACCEPTED


# What the answers prove


def test_accepted_means_202_and_carries_the_message_id(start: Start, letter: Letter) -> None:
    provider = start()
    assert sendgrid(provider).send(letter("a", "b")) == Result(Proof.ACCEPTED, "message-1")
    assert provider.sent_to == ["a@students.example.org", "b@students.example.org"]


@pytest.mark.parametrize(
    ("answer", "proof", "words"),
    [
        (200, Proof.UNKNOWN, "answered 200"),
        (204, Proof.UNKNOWN, "answered 204"),
        (400, Proof.REFUSED, "for good"),
        (413, Proof.REFUSED, "for good"),
        (401, Proof.NOT_SENT, "Check the key"),
        (403, Proof.NOT_SENT, "Check the key"),
        (404, Proof.NOT_SENT, "Check the key"),
        (408, Proof.NOT_SENT, "slow down"),
        (429, Proof.NOT_SENT, "slow down"),
        (500, Proof.UNKNOWN, "may have sent"),
        (502, Proof.UNKNOWN, "may have sent"),
        (503, Proof.UNKNOWN, "may have sent"),
        ("reset", Proof.UNKNOWN, "may have arrived"),
        ("cut", Proof.UNKNOWN, "may have arrived"),
        ("silence", Proof.UNKNOWN, "may have arrived"),
    ],
)
def test_what_an_answer_proves(start: Start, letter: Letter, answer: int | str, proof: Proof, words: str) -> None:
    result = sendgrid(start(answers=[answer]), timeout=0.5).send(letter("a", "b"))
    assert (result.proof, result.refused, result.unknown, result.not_sent) == (proof, {}, frozenset(), frozenset())
    assert words in result.sentence


def test_a_wrong_key_is_not_let_in(start: Start, letter: Letter) -> None:
    provider = start()
    result = sendgrid(provider, key="SG.another").send(letter("a"))
    assert (result.proof, provider.sent_to) == (Proof.NOT_SENT, [])
    assert "SG." not in result.sentence


def test_nobody_listening_proves_that_nothing_was_sent(letter: Letter) -> None:
    result = SendGrid(KEY, f"http://127.0.0.1:{free_port()}", "global").send(letter("a"))
    assert result.proof is Proof.NOT_SENT
    assert "cannot be reached" in result.sentence


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else(start: Start, letter: Letter, status: int) -> None:
    thief = start()
    provider = start(answers=[status], redirect_to=f"{thief.url}/v3/mail/send")
    result = sendgrid(provider).send(letter("a"))
    assert result.proof is Proof.NOT_SENT
    assert "leads elsewhere" in result.sentence
    assert thief.requests == []


def test_an_address_sendgrid_will_not_have_is_refused_alone(start: Start, letter: Letter) -> None:
    """One such address makes it refuse the whole request; it names the person, so the others are sent without them."""
    provider = start(blames={"b@students.example.org": "Does not contain a valid address."})
    result = sendgrid(provider).send(letter("a", "b", "c"))
    assert result == Result(Proof.ACCEPTED, "message-1", refused={"b": "sendgrid_400"})
    assert provider.sent_to == ["a@students.example.org", "c@students.example.org"]
    assert len(provider.requests) == 2


def test_a_request_that_is_wrong_in_itself_blames_nobody(start: Start, letter: Letter) -> None:
    provider = start(blames={"b@students.example.org": "not valid"})
    result = sendgrid(provider).send(letter("a", "b", subject=""))
    assert (result.proof, result.refused) == (Proof.REFUSED, {})
    assert len(provider.requests) == 1


def test_when_the_second_request_fails_the_refused_stay_refused(start: Start, letter: Letter) -> None:
    provider = start(answers=[202, 500], blames={"b@students.example.org": "not valid"})
    result = sendgrid(provider).send(letter("a", "b"))
    assert (result.proof, result.refused) == (Proof.UNKNOWN, {"b": "sendgrid_400"})


def test_many_threads_share_one_client(start: Start, letter: Letter) -> None:
    provider = start()
    transport = sendgrid(provider)
    results: list[Result] = []

    def send(name: str) -> None:
        results.extend(transport.send(letter(f"{name}{number}")) for number in range(5))

    threads = [threading.Thread(target=send, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert provider.sent_to == sorted(f"{name}{number}@students.example.org" for name in "abcd" for number in range(5))
    assert {result.proof for result in results} == {Proof.ACCEPTED}
    assert len({result.provider_message_id for result in results}) == 20
    assert set(provider.keys) == {f"Bearer {KEY}"}


@pytest.mark.parametrize("answer", [202, 400, 500])
def test_the_most_talkative_log_shows_no_key_and_no_address(
    start: Start, letter: Letter, caplog: pytest.LogCaptureFixture, answer: int
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "python_http_client.client")
    result = sendgrid(start(answers=[answer])).send(letter("a"))
    said = caplog.text + repr(result) + json.dumps([str(record.args) for record in caplog.records])
    assert KEY not in said
    assert "students.example.org" not in said
