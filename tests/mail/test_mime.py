"""What a mail says and that nobody's data can make it say anything else."""

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.errors import PermanentFailure
from outreach.mail.mime import compose
from outreach.outgoing import Addressee, OutgoingBatch
from outreach.tags import CONTROL
from tests.mail.conftest import JOIN_IN_TEXT, LETTER, NAME, addressee

Letter = Callable[..., OutgoingBatch]

EXPECTED_HEADERS = [
    "Content-Type", "MIME-Version", "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-ID", "Feedback-ID",
    "Auto-Submitted", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post",
]  # fmt: skip

CRLF_ENCODED = "=?utf-8?q?=0D=0ABcc:_thief@example.net?="
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
hostile = anything | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", "\x0b", "\u2028", "Bcc: thief@example.net", CRLF_ENCODED, "=?", "?=", ":", " "]
    ),
    max_size=8,
).map("".join)


def parsed(mail: bytes) -> EmailMessage:
    found = message_from_bytes(mail, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def one_line(value: str) -> str:
    return CONTROL.sub(" ", value).strip()


def test_a_mail_has_a_text_and_an_html_part_filled_for_the_person() -> None:
    mail = parsed(compose(LETTER, addressee("t1", {"given_name": "Åsa <&> O'Neill"})))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert body(mail, "plain") == (
        "Hej Åsa <&> O'Neill!\n\nFrån oss på alumnkontoret.\n.\nGå med: https://alumni.example.org/join/t1\n"
    )
    assert "Hej Åsa &lt;&amp;&gt; O&#x27;Neill!" in body(mail, "html")
    assert mail["Subject"] == "Välkommen, Åsa <&> O'Neill"
    assert mail.defects == []


def test_headers_are_these_and_no_others(home: object) -> None:
    mail = parsed(compose(LETTER, addressee("t1")))
    assert mail.keys() == EXPECTED_HEADERS
    assert mail["From"] == "Alumnnätverket <alumn@alumni.example.org>"
    assert mail["To"] == "t1@students.example.org"
    assert mail["Reply-To"] == "svar@alumni.example.org"
    assert mail["List-ID"] == "<graduation-invitation.alumni.example.org>"
    assert mail["Feedback-ID"] == "7:graduation-invitation:outreach:alumni.example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"
    assert mail["Date"].datetime.isoformat() == "2026-11-22T11:00:00+00:00"


def test_one_click_unsubscribe_stands_exactly_as_rfc_8058_wants_it() -> None:
    person = addressee("t1")._replace(unsubscribe_url="https://alumni.example.org/unsubscribe/" + "x" * 200)
    lines = compose(LETTER, person).split(b"\r\n")
    assert b"List-Unsubscribe: <" + person.unsubscribe_url.encode() + b">" in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_a_mail_without_an_unsubscribe_link_names_none() -> None:
    mail = parsed(compose(LETTER, addressee("t1")._replace(unsubscribe_url="")))
    assert mail.keys() == EXPECTED_HEADERS[:-2]


def test_the_message_id_is_the_recipients_own_and_stays_the_same() -> None:
    first, again = (parsed(compose(LETTER, addressee("t1")))["Message-ID"] for _ in range(2))
    assert first == again == "<t1@alumni.example.org>"
    assert parsed(compose(LETTER, addressee("t2")))["Message-ID"] != first


@pytest.mark.parametrize(
    "name", ["王小明", "محمد علي", "Nguyễn Thị Ánh", "O'Brien", "Ö" * 120, "a" * 400, "x=?y", "🎓"]
)
def test_names_of_every_script_arrive_whole_in_subject_and_text(name: str) -> None:
    mail = parsed(compose(LETTER, addressee("t1", {"given_name": name})))
    assert mail["Subject"] == f"Välkommen, {name}"
    assert body(mail, "plain").startswith(f"Hej {name}!")


@settings(max_examples=150, deadline=None)
@given(name=hostile)
@example(name=CRLF_ENCODED)
@example(name="x\r\nBcc: thief@example.net\r\n\r\n<script>")
def test_no_name_adds_a_header_and_every_name_arrives_as_it_is(name: str) -> None:
    raw = compose(LETTER, addressee("t1", {"given_name": name}))
    mail = parsed(raw)
    assert mail.keys() == EXPECTED_HEADERS
    assert str(make_header(decode_header(message_from_bytes(raw)["Subject"]))) == one_line(
        f"Välkommen, {one_line(name)}"
    )
    assert body(mail, "plain") == LETTER.text.replace(NAME, one_line(name)).replace(
        JOIN_IN_TEXT, "https://alumni.example.org/join/t1"
    )
    assert_fits_smtp(raw)


@settings(max_examples=100, deadline=None)
@given(subject=hostile, sender=hostile)
@example(subject=CRLF_ENCODED, sender=CRLF_ENCODED)
@example(subject="a\r\nBcc: thief@example.net", sender='Office" <x@y.z>\r\nBcc: thief@example.net')
def test_no_subject_or_sender_name_adds_a_header(subject: str, sender: str) -> None:
    raw = compose(replace(LETTER, subject=subject, sender_name=sender), addressee("t1"))
    plain = message_from_bytes(raw)
    assert plain.keys() == EXPECTED_HEADERS
    assert str(make_header(decode_header(plain["Subject"]))).strip() == one_line(subject)
    assert plain["From"].endswith("<alumn@alumni.example.org>") or plain["From"] == "alumn@alumni.example.org"
    assert_fits_smtp(raw)


@settings(max_examples=150, deadline=None)
@given(address=hostile | st.emails() | hostile.map(lambda text: f"{text}@example.org") | st.just("å@example.org"))
@example(address="a@example.org\r\nBcc: thief@example.net")
@example(address="a@example.org, b@example.org")
@example(address="=?utf-8?q?x?=@example.org")
@example(address="=?utf-8?q?=0D=0A?=@example.org")
@example(address="")
def test_an_address_is_one_plain_address_or_the_mail_is_not_made(address: str) -> None:
    try:
        raw = compose(LETTER, addressee("t1", address=address))
    except PermanentFailure:
        return
    mail = parsed(raw)
    assert mail.keys() == EXPECTED_HEADERS
    assert mail["To"].addresses[0].addr_spec == address
    assert len(mail["To"].addresses) == 1


@pytest.mark.parametrize(
    "address", ["anna@example.org", "a.b+c_d@sub.example.org", "o'neill@example.org", "x@xn--exmple-cua.org"]
)
def test_common_addresses_are_let_through(address: str) -> None:
    assert parsed(compose(LETTER, addressee("t1", address=address)))["To"] == address


@pytest.mark.parametrize(
    "changed",
    [
        {"list_id": "<a>\r\nBcc: thief@example.net"},
        {"feedback_id": "a\nb"},
        {"reply_to": "a@b.example\r\nBcc: x@y.z"},
        {"sender_address": "alumn"},
        {"language": "sv\n"},
        {"text": "tag0123456789_unheard_of_tZ"},
    ],
)
def test_a_batch_that_would_break_a_mail_is_refused_with_a_sentence(changed: dict[str, str]) -> None:
    with pytest.raises(PermanentFailure):
        compose(replace(LETTER, **changed), addressee("t1"))


def test_an_unsubscribe_link_with_a_line_break_is_refused() -> None:
    with pytest.raises(PermanentFailure, match="one plain line"):
        compose(LETTER, Addressee("t1", "a@example.org", addressee("t1").values, "https://x\r\nBcc: a@b.c"))


def assert_fits_smtp(raw: bytes) -> None:
    """RFC 5322 section 2.1.1: lines of at most 998 bytes, ending in CRLF and never in one of the two alone."""
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert raw.isascii()
