"""SendGrid: what is asked of it, and what each of its answers proves. The other side is the shipped stand-in."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from outreach.errors import PermanentFailure
from outreach.mail.sendgrid import MOST_REQUESTS, TRIES, SendGrid
from outreach.mail.sendgrid_body import request_body
from outreach.outgoing import Addressee, OutgoingBatch, Proof, Result
from outreach.provider_stub import Stub
from outreach.provider_stub.stub import KEY
from outreach.tags import fill
from tests.mail.conftest import JOIN, JOIN_IN_TEXT, LETTER, NAME, NAME_IN_HTML, addressee
from tests.mail.smtp_server import free_port
from tests.provider_stub.starting import provider as starting

Letter = Callable[..., OutgoingBatch]
Start = Callable[..., Stub]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a provider; its arguments are the stand-in's."""
    with ExitStack() as stack:

        def start_(faults: str = "", **fields: Any) -> Stub:
            return stack.enter_context(starting(tmp_path, faults, **fields))

        yield start_


@pytest.fixture
def naps() -> list[float]:
    """How long the sender waited before it tried again, each time; it does not really wait."""
    return []


def sendgrid(provider: Stub, naps: list[float] | None = None, *, key: str = KEY, timeout: float = 5.0) -> SendGrid:
    return SendGrid(key, provider.url, "global", timeout, [].append if naps is None else naps.append)


def sent_to(provider: Stub) -> list[str]:
    return sorted(token for token, ids in provider.record.received().items() for _ in ids)


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


def test_the_provider_learns_only_what_the_message_prints(letter: Letter) -> None:
    body, _ = request_body(letter(addressee("a", {"programme": "Astronomi"}), html="<p>Hej</p>", text="Hej"))
    assert set(body["personalizations"][0]["substitutions"].values()) == {"Åsa"}


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
def test_one_persons_data_spoils_nobody_elses_mail(start: Start, letter: Letter, odd: Addressee, reason: str) -> None:
    provider = start()
    result = sendgrid(provider).send(letter("a", odd, "b"))
    assert (result.proof, result.refused, sent_to(provider)) == (Proof.ACCEPTED, {"odd": reason}, ["a", "b"])


def test_a_tag_no_person_has_a_value_for_goes_to_nobody(start: Start, letter: Letter) -> None:
    provider = start()
    result = sendgrid(provider).send(letter("a", text="Hej tag0123456789_shoe_size_tZ"))
    assert result == Result(Proof.ACCEPTED, refused={"a": "cannot_compose"})
    assert provider.requests == 0


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


def test_each_person_gets_the_message_with_their_own_values(start: Start, letter: Letter) -> None:
    provider = start()
    sendgrid(provider).send(letter("a", addressee("b", {"given_name": "<Åsa> & Łukasz; 李"})))
    first, second = provider.mails()
    assert (first.address, first.subject, first.reply_to) == (
        "a@students.example.org",
        "Välkommen, Åsa",
        "svar@alumni.example.org",
    )
    assert "Hej <Åsa> & Łukasz; 李!" in second.text
    assert "Hej &lt;Åsa&gt; &amp; Łukasz; 李!" in second.html
    assert second.headers["List-Unsubscribe"] == "<https://alumni.example.org/unsubscribe/b>"
    assert not any("tag0123456789" in part for mail in (first, second) for part in (mail.subject, mail.text, mail.html))


# What the answers prove


def test_accepted_means_202_and_carries_the_message_id(start: Start, letter: Letter) -> None:
    provider = start()
    result = sendgrid(provider).send(letter("a", "b"))
    [(accepted, _)] = provider.record.lines()
    assert result == Result(Proof.ACCEPTED, accepted.message_id)
    assert accepted.people == [("a", "a@students.example.org"), ("b", "b@students.example.org")]


@pytest.mark.parametrize(
    ("fault", "proof", "words", "received"),
    [
        ("slow", Proof.ACCEPTED, "", ["a", "b"]),
        ("200", Proof.UNKNOWN, "answered 200", []),
        ("204", Proof.UNKNOWN, "answered 204", []),
        ("402", Proof.REFUSED, "for good", []),
        ("401", Proof.NOT_SENT, "Check the key", []),
        ("403", Proof.NOT_SENT, "Check the key", []),
        ("404", Proof.NOT_SENT, "Check the key", []),
        ("408", Proof.NOT_SENT, "slow down", []),
        ("429", Proof.NOT_SENT, "slow down", []),
        ("500", Proof.UNKNOWN, "may have sent", []),
        ("502", Proof.UNKNOWN, "may have sent", []),
        ("503", Proof.UNKNOWN, "may have sent", []),
        ("hang", Proof.UNKNOWN, "may have arrived", []),
        ("reset_before_read", Proof.UNKNOWN, "may have arrived", []),
        ("reset_after_read", Proof.UNKNOWN, "may have arrived", []),
        ("reset_after_accept", Proof.UNKNOWN, "may have arrived", ["a", "b"]),
        ("hang_after_accept", Proof.UNKNOWN, "may have arrived", ["a", "b"]),
        ("cut_after_accept", Proof.UNKNOWN, "may have arrived", ["a", "b"]),
        ("500_after_accept", Proof.UNKNOWN, "may have sent", ["a", "b"]),
    ],
)
def test_what_an_answer_proves(
    start: Start, letter: Letter, fault: str, proof: Proof, words: str, received: list[str]
) -> None:
    """And what was really sent, by the provider's own record."""
    provider = start(f"{fault}=1")
    result = sendgrid(provider, timeout=0.5 if "hang" in fault else 20).send(letter("a", "b"))
    assert (result.proof, result.refused, result.unknown, result.not_sent) == (proof, {}, frozenset(), frozenset())
    assert words in result.sentence
    assert sent_to(provider) == received


def test_an_answer_that_drips_for_ever_is_left_in_time(start: Start, letter: Letter) -> None:
    """Each byte comes well within the time-out, and all of them would take 30 times as long."""
    provider = start("slow=1")
    provider.drip_seconds = 0.1
    result = sendgrid(provider, timeout=0.4).send(letter("a"))
    assert (result.proof, sent_to(provider)) == (Proof.UNKNOWN, ["a"])


def test_a_wrong_key_is_not_let_in(start: Start, letter: Letter) -> None:
    provider = start()
    result = sendgrid(provider, key="SG.another").send(letter("a"))
    assert (result.proof, sent_to(provider)) == (Proof.NOT_SENT, [])
    assert "SG." not in result.sentence


def test_nobody_listening_proves_that_nothing_was_sent(letter: Letter, naps: list[float]) -> None:
    transport = SendGrid(KEY, f"http://127.0.0.1:{free_port()}", "global", sleep=naps.append)
    result = transport.send(letter("a"))
    assert result.proof is Proof.NOT_SENT
    assert "cannot be reached" in result.sentence
    assert len(naps) == TRIES - 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else(start: Start, letter: Letter, status: int) -> None:
    provider = start(f"{status}@1")
    result = sendgrid(provider).send(letter("a"))
    assert result.proof is Proof.NOT_SENT
    assert "leads elsewhere" in result.sentence
    assert provider.outcomes == {str(status): 1}


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
    assert sent_to(provider) == sorted(f"{name}{number}" for name in "abcd" for number in range(5))
    assert {result.proof for result in results} == {Proof.ACCEPTED}
    assert len({result.provider_message_id for result in results}) == 20


@pytest.mark.parametrize("fault", ["", "400=1", "500=1"])
def test_the_most_talkative_log_shows_no_key_and_no_address(
    start: Start, letter: Letter, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "python_http_client.client")
    result = sendgrid(start(fault)).send(letter("a"))
    said = caplog.text + repr(result) + json.dumps([str(record.args) for record in caplog.records])
    assert KEY not in said
    assert "students.example.org" not in said


# What is tried again, and with whom


def test_a_limit_is_waited_for_as_long_as_it_lasts(start: Start, letter: Letter, naps: list[float]) -> None:
    provider = start("429@1,429@2", wait_seconds=40)
    assert sendgrid(provider, naps).send(letter("a", "b")).proof is Proof.ACCEPTED
    assert sent_to(provider) == ["a", "b"]
    assert len(naps) == 2
    assert all(38 <= nap <= 42 for nap in naps)


def test_a_limit_that_lasts_long_ends_the_run_instead(start: Start, letter: Letter, naps: list[float]) -> None:
    provider = start("429@1", wait_seconds=3600)
    assert sendgrid(provider, naps).send(letter("a")).proof is Proof.NOT_SENT
    assert (provider.requests, naps) == (1, [])


@pytest.mark.parametrize("fault", ["500", "reset_after_read", "reset_after_accept", "401", "402"])
def test_what_is_not_proven_unsent_or_will_not_get_better_is_never_posted_again(
    start: Start, letter: Letter, naps: list[float], fault: str
) -> None:
    provider = start(f"{fault}@1")
    sendgrid(provider, naps).send(letter("a", "b"))
    assert (provider.requests, naps) == (1, [])


@pytest.mark.parametrize("people", [1, 3, 64])
def test_a_request_that_is_too_large_is_split_until_it_fits(start: Start, letter: Letter, people: int) -> None:
    provider = start(largest=12_000)
    names = [f"s{number:02}" for number in range(people)]
    result = sendgrid(provider).send(letter(*names))
    assert (result.proof, result.refused, sent_to(provider)) == (Proof.ACCEPTED, {}, names)
    ids = {accepted.message_id for accepted, _ in provider.record.lines()}
    assert set((result.provider_message_id or "").split(",")) <= ids


def test_one_person_too_large_alone_is_refused(start: Start, letter: Letter) -> None:
    provider = start(largest=10_000)
    large = addressee("large", {"given_name": "x" * 4000})
    result = sendgrid(provider).send(letter("a", large, "b"))
    assert (result.proof, result.refused, sent_to(provider)) == (Proof.ACCEPTED, {"large": "sendgrid_413"}, ["a", "b"])


@pytest.mark.parametrize("kind", ["bad_address", "bad_address_unnamed"])
@pytest.mark.parametrize("bad", [{"s000"}, {"s999"}, {"s499", "s500"}, {"s007", "s123", "s777"}])
def test_people_sendgrid_will_not_have_are_found_and_the_others_sent(
    start: Start, letter: Letter, kind: str, bad: set[str]
) -> None:
    """Named in the answer they cost one more request; unnamed they are found by halves."""
    provider = start(",".join(f"{kind}@{name}@students.example.org" for name in bad))
    names = {f"s{number:03}" for number in range(1000)}
    result = sendgrid(provider).send(letter(*sorted(names)))
    assert (result.proof, result.refused) == (Proof.ACCEPTED, dict.fromkeys(bad, "sendgrid_400"))
    assert sent_to(provider) == sorted(names - bad)
    assert provider.requests <= (2 if kind == "bad_address" else 2 + 20 * len(bad))


def test_when_everybody_is_refused_without_a_name_nobody_is_given_up(start: Start, letter: Letter) -> None:
    """It is not the people then: they stay planned."""
    provider = start("400=1")
    result = sendgrid(provider).send(letter(*(f"s{number}" for number in range(1000))))
    assert (result.proof, result.refused, sent_to(provider)) == (Proof.NOT_SENT, {}, [])
    assert "one person after the other" in result.sentence
    assert provider.requests == MOST_REQUESTS


def test_a_request_that_is_wrong_in_itself_is_not_posted(start: Start, letter: Letter) -> None:
    provider = start()
    result = sendgrid(provider).send(letter("a", "b", subject=""))
    assert (result.proof, result.refused) == (Proof.REFUSED, {})
    assert "one line" in result.sentence
    assert provider.requests == 0


def test_when_a_later_request_fails_each_keeps_what_was_proven(start: Start, letter: Letter) -> None:
    """The first half is accepted, the second is in doubt."""
    provider = start("413@1,500@3")
    result = sendgrid(provider).send(letter("a", "b", "c", "d"))
    assert (result.proof, result.unknown, result.not_sent) == (Proof.ACCEPTED, {"c", "d"}, frozenset())
    assert sent_to(provider) == ["a", "b"]


def test_what_was_not_posted_when_sending_broke_off_is_not_sent(start: Start, letter: Letter) -> None:
    provider = start("413@1,reset_after_accept@2")
    result = sendgrid(provider).send(letter("a", "b", "c", "d"))
    assert (result.proof, result.unknown, result.not_sent) == (Proof.UNKNOWN, frozenset(), {"c", "d"})
    assert sent_to(provider) == ["a", "b"]


def test_when_the_second_request_fails_the_refused_stay_refused(start: Start, letter: Letter) -> None:
    provider = start("500@2,bad_address@b@students.example.org")
    result = sendgrid(provider).send(letter("a", "b"))
    assert (result.proof, result.refused) == (Proof.UNKNOWN, {"b": "sendgrid_400"})
