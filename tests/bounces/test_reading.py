"""What a returned mail reports, and that nothing in it can do harm."""

import base64
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outreach import links
from outreach.bounces import reading
from outreach.bounces.meaning import event
from outreach.bounces.reading import Report, read
from tests.bounces.conftest import MAILS, mail
from tests.conftest import NOON
from tests.provider_events.conftest import address_of, token_of

ADA = address_of("ada")
HALF_PAST = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "action", "status", "at"),
    [
        ("postfix_failed", "failed", "5.1.1", HALF_PAST + timedelta(seconds=2)),
        ("postfix_delayed", "delayed", "4.4.1", datetime(2026, 11, 21, 14, 30, 2, tzinfo=UTC)),
        ("postfix_expired", "failed", "4.4.1", HALF_PAST + timedelta(minutes=10)),
        ("postfix_delivered", "delivered", "2.0.0", HALF_PAST + timedelta(minutes=10)),
        ("exchange_online_failed", "failed", "5.1.10", HALF_PAST + timedelta(seconds=3)),
        ("exim_failed", "failed", "5.2.2", HALF_PAST + timedelta(seconds=4)),  # Exim itself says 5.0.0
        ("gmail_failed", "failed", "5.1.1", HALF_PAST + timedelta(seconds=5)),
        ("complaint", "abuse", "", HALF_PAST + timedelta(seconds=7)),
    ],
)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_reports_of_real_servers_say_whose_message_what_became_of_it_and_when(
    name: str, action: str, status: str, at: datetime, line_end: bytes
) -> None:
    [report] = read(mail(name).replace(b"\r\n", line_end))
    assert (report.token, report.action, report.status, report.at) == (token_of("ada"), action, status, at)
    if name != "complaint":  # which has it blacked out
        assert ADA in report.addresses


@pytest.mark.parametrize("name", sorted(path.stem for path in MAILS.glob("other_*.eml")))
def test_what_is_no_report_or_does_not_say_whose_reports_nothing(name: str) -> None:
    assert read(mail(name)) == []


def test_of_a_message_passed_on_to_several_each_is_told_under_its_own_address() -> None:
    assert [(one.action, one.addresses) for one in read(mail("passed_on_to_two"))] == [
        ("delivered", ("ada@home.example.net",)),
        ("failed", ("ada@work.example.net",)),
    ]


def test_the_servers_own_words_are_kept_on_one_line() -> None:
    assert read(mail("postfix_failed"))[0].diagnostic == (
        "smtp; 550 5.1.1 <ada@students.example.org>: Recipient address rejected: User unknown in local recipient table"
    )


@pytest.mark.parametrize("place", ["in the envelope", "in the Message-ID"])
def test_the_envelope_or_the_message_id_alone_is_enough(place: str) -> None:
    token = token_of("ada").encode()
    whole = mail("postfix_failed")
    if place == "in the envelope":
        assert read(whole.replace(b"<" + token + b"@", b"<else@"))[0].token == token_of("ada")
    else:
        assert read(whole.replace(b"+" + token + b"@", b"@"))[0].token == token_of("ada")


def test_a_token_in_capitals_is_the_same() -> None:
    shouted = mail("postfix_failed").replace(token_of("ada").encode(), token_of("ada").upper().encode())
    assert read(shouted)[0].token == token_of("ada")


def test_a_report_that_a_scanner_has_wrapped_is_read() -> None:
    whole = mail("gmail_failed")
    start = whole.index(b"Content-Type: multipart/report")
    head, content = whole[:start], whole[start:]
    wrapped = b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n" + content + b"\r\n--outer--\r\n"
    assert [one.status for one in read(head + wrapped)] == ["5.1.1"]


def test_a_report_in_base64_is_read() -> None:
    fields = (
        b"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ada@students.example.org\nAction: failed\nStatus: 5.1.1\n"
    )
    whole = mail("passed_on_to_two")
    start = whole.index(b"Content-Type: message/delivery-status")
    end = whole.index(b"--cut", start)
    part = b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(
        fields
    )
    assert [one.status for one in read(whole[:start] + part + whole[end:])] == ["5.1.1"]


def test_an_international_report_is_read() -> None:
    whole = mail("passed_on_to_two").replace(b"message/delivery-status", b"message/global-delivery-status")
    whole = whole.replace(b"rfc822;ada@home.example.net", "utf-8;åda@hem.example.net".encode())
    assert read(whole)[0].addresses == ("åda@hem.example.net",)


# What it means


def meant(action: str = "failed", status: str = "5.1.1", **fields: object) -> str:
    report = Report(token_of("ada"), action, status, (ADA,), "", NOON, "a-mail")
    return event(report._replace(**fields), None, NOON).kind


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("hard_bounce", ["5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.4.4", "5.0.0"]),
        ("soft_bounce", ["4.4.1", "4.2.2", "5.2.2", "5.3.4", "5.7.1", "5.7.26", "5.1.7", "5.1.8", "5.4.1", ""]),
    ],
)
def test_only_a_mailbox_that_is_not_there_is_a_hard_bounce(home: object, kind: str, statuses: list[str]) -> None:
    assert {meant(status=status) for status in statuses} == {kind}


def test_every_other_action_has_its_kind(home: object) -> None:
    told = {action: meant(action) for action in (reading.ACTIONS | reading.COMPLAINTS) - {"failed"}}
    assert told == {
        "delayed": "deferred", "delivered": "delivered", "relayed": "processed", "expanded": "processed",
        "abuse": "spamreport", "fraud": "spamreport", "opt-out": "unsubscribe",
    }  # fmt: skip


@pytest.mark.parametrize("given", [None, NOON - timedelta(days=31), NOON + timedelta(days=2)])
def test_a_time_that_cannot_be_true_is_the_time_of_reading(home: object, given: datetime | None) -> None:
    report = Report(token_of("ada"), "failed", "5.1.1", (ADA,), "", given, "a-mail")
    assert event(report, None, NOON).at == NOON


def test_the_same_report_is_the_same_event_whenever_it_is_read_and_whoever_has_the_address(home: object) -> None:
    [report] = read(mail("postfix_failed"))
    ids = {event(report, holder, NOON + timedelta(days=day)).event_id for holder in (None, "x") for day in (0, 40)}
    assert len(ids) == 1
    others = [read(mail(name))[0] for name in ("postfix_delayed", "postfix_expired", "gmail_failed")]
    assert len(ids | {event(one, None, NOON).event_id for one in others}) == 4


def test_no_bounce_is_about_another_address_than_the_holders(home: object) -> None:
    [report] = read(mail("postfix_failed"))
    ada, victim = links.address_hash(ADA), links.address_hash("victim@example.org")
    assert event(report, ada, NOON).address_hash == ada
    assert event(report._replace(addresses=("victim@example.org",)), ada, NOON).address_hash is None
    assert event(report, victim, NOON).address_hash is None


# Hostile mail

PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]
        + [
            b"\n", b"\r", b"\0", b"--cut\n", b"--cut--\n", b"Content-Type: multipart/report; boundary=cut\n\n",
            b"Content-Type: multipart/report; boundary=\"\n", b"Content-Type: multipart/report\n\n",
            b"Content-Type: message/delivery-status\n\n", b"Content-Type: message/feedback-report\n\n",
            b"Content-Type: text/rfc822-headers; charset=\xff\n", b"Content-Type: message/rfc822\n",
            b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n",
            b"To: =?utf-8?b?/w==?=\n",
            b"Action: failed\n", b"Action: \xff\n", b"Status: 5.1.1\n", b"Feedback-Type: abuse\n",
            b"Final-Recipient: rfc822; \xc3@\0\xff\n", b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n",
            b"Date: Fri, 31 Dec 9999 23:59:59 -2359\n", b"Last-Attempt-Date: 1 Jan 0001 00:00:00 +2359\n",
            b"To: alumn+" + token_of("ada").encode() + b"@alumni.example.org\n", b"Message-ID: \xff<>\n",
        ]
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=12), cuts=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60))))
@example(pieces=[mail("postfix_failed")], cuts=[])
def test_no_bytes_raise_and_what_comes_out_can_be_stored(
    home: object, pieces: list[bytes], cuts: list[tuple[int, int]]
) -> None:
    whole = b"".join(pieces)
    for at, length in cuts:
        whole = whole[:at] + whole[at + length :]
    for report in read(whole):
        made = event(report, None, NOON)
        assert "\0" not in made.raw + made.event_id
        made.raw.encode()


DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000))
BOMBS = {
    "deep": DEEP,
    "deep in messages": b"Content-Type: message/rfc822\n\n" * 30_000,
    "many parts": b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n\n" * 150_000,
    "many recipients": mail("postfix_failed").replace(
        b"Final-Recipient", b"Action: failed\r\n\r\n" * 40_000 + b"Final-Recipient"
    ),
    "empty lines": mail("postfix_failed").replace(b"Final-Recipient", b"\n \n" * 300_000 + b"Final-Recipient"),
    "one long line": mail("postfix_failed").replace(b"Status: 5.1.1", b"Status: 5.1.1" + b" a@b" * 200_000),
    "many headers": b"To: a+b@c\n" * 90_000 + mail("postfix_failed"),
    "too large": mail("postfix_failed") + b"x" * reading.MOST_BYTES,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_made_to_be_slow_is_read_in_a_moment(name: str) -> None:
    started = time.process_time()
    assert len(read(BOMBS[name])) <= reading.MOST_RECIPIENTS
    assert time.process_time() - started < 3
