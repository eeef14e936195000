"""A file that goes with a message arrives byte for byte, by every transport, and can break nothing."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import orjson
import pytest

from outreach import clock
from outreach.composing import attachments
from outreach.errors import PermanentFailure
from outreach.mail.mime import compose
from outreach.mail.outbox import Outbox
from outreach.mail.sendgrid import SendGrid
from outreach.mail.sendgrid_body import request_body
from outreach.mail.sendgrid_limits import violations
from outreach.mail.smtp import Smtp
from outreach.outgoing import Attachment, OutgoingBatch, Proof
from outreach.provider_stub import schema
from outreach.provider_stub.stub import KEY
from tests.mail.smtp_server import Office, running
from tests.provider_stub.starting import provider

Letter = Callable[..., OutgoingBatch]
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Å, ä; ö\r\n.\r\nEND:VCALENDAR\r\n"
FILE = Attachment("evenemang.ics", "text/calendar; charset=utf-8; method=PUBLISH", CALENDAR.encode())


def parsed(mail: bytes) -> EmailMessage:
    found = message_from_bytes(mail, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def check(mail: EmailMessage) -> None:
    """The letter in both versions first, then the file as it was made."""
    assert mail.get_content_type() == "multipart/mixed"
    letter, file = mail.iter_parts()
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert "Hej Åsa!" in mail.get_body(("plain",)).get_content()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "evenemang.ics")
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert file["Content-Type"].params["charset"] == "utf-8"
    assert file.get_content_disposition() == "attachment"
    assert file.get_payload(decode=True) == CALENDAR.encode()


def test_mail_with_a_file_holds_the_letter_first_and_the_file_as_it_was_made(home, letter: Letter) -> None:
    batch = letter("a", attachments=(FILE,))
    mail = compose(batch, batch.addressees[0])
    check(parsed(mail))
    assert max(len(line) for line in mail.split(b"\r\n")) <= 998
    assert b"\n" not in mail.replace(b"\r\n", b"")


def test_mail_without_a_file_is_as_it_always_was(home, letter: Letter) -> None:
    batch = letter("a")
    assert parsed(compose(batch, batch.addressees[0])).get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "file",
    [
        replace(FILE, name='x"\r\nBcc: eva@example.org'),
        replace(FILE, name="../evenemang.ics"),
        replace(FILE, name="åäö.ics"),
        replace(FILE, content_type="text/calendar\r\nBcc: eva@example.org"),
    ],
)
def test_file_that_would_break_a_mail_goes_to_nobody(home, tmp_path: Path, letter: Letter, file: Attachment) -> None:
    batch = letter("a", "b", attachments=(file,))
    with pytest.raises(PermanentFailure, match="name or type"):
        compose(batch, batch.addressees[0])
    assert Outbox(tmp_path).send(batch).refused == dict.fromkeys("ab", "cannot_compose")
    assert [one for one in violations(request_body(batch)[0], clock.now()) if one.person is None]


def test_outbox_and_smtp_bring_the_same_mail(home, tmp_path: Path, letter: Letter) -> None:
    batch = letter("a", attachments=(FILE,))
    assert Outbox(tmp_path).send(batch).proof is Proof.ACCEPTED
    [written] = tmp_path.rglob("*.eml")
    check(parsed(written.read_bytes()))
    with running(Office()) as office:
        assert Smtp(f"smtp://127.0.0.1:{office.port}", timeout=5.0).send(batch).proof is Proof.ACCEPTED
        check(parsed(office.taken[0].original_content or b""))


def test_sendgrid_takes_the_file_once_for_all_by_its_bare_type(home, tmp_path: Path, letter: Letter) -> None:
    batch = letter("a", "b", attachments=(FILE,))
    assert request_body(batch)[0]["attachments"] == [
        {
            "content": b64encode(CALENDAR.encode()).decode(),
            "type": "text/calendar",  # it refuses a type with ";"
            "filename": "evenemang.ics",
            "disposition": "attachment",
        }
    ]
    with provider(tmp_path) as stub:
        assert SendGrid(KEY, stub.url, "global", 5.0).send(batch).proof is Proof.ACCEPTED
        for mail in stub.mails():
            assert b64decode(mail.files["evenemang.ics"]) == CALENDAR.encode()


def test_size_of_a_request_counts_the_file(home, tmp_path: Path, letter: Letter) -> None:
    large = replace(FILE, data=b"x" * 9_000)
    with provider(tmp_path, largest=10_000) as stub:
        transport = SendGrid(KEY, stub.url, "global", 5.0)
        assert transport.send(letter("a")).proof is Proof.ACCEPTED
        assert transport.send(letter("b", attachments=(large,))).refused == {"b": "sendgrid_413"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "text/calendar; method=PUBLISH"},
        {"type": "text/calendar\r\n"},
        {"filename": "a;b.ics"},
        {"filename": ""},
        {"content": "åäö"},
        {"content": "YQ"},
        {"content": ""},
        {"disposition": "enclosed"},
        {"shoe_size": "41"},
    ],
)
def test_file_sendgrid_would_refuse_is_kept_back_and_would_be_refused(home, letter: Letter, wrong) -> None:
    body = request_body(letter("a", attachments=(FILE,)))[0]
    assert violations(body, clock.now()) == []
    assert schema.read(orjson.dumps(body), clock.now())[1] == []
    body["attachments"][0] |= wrong
    assert [one for one in violations(body, clock.now()) if one.person is None]
    assert schema.read(orjson.dumps(body), clock.now())[1]


@pytest.mark.parametrize(("language", "name"), [("sv", "evenemang.ics"), ("en", "event.ics")])
@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL"])
def test_type_of_a_calendar_says_what_the_file_asks_for(language: str, name: str, method: str) -> None:
    [file] = attachments(CALENDAR.replace("PUBLISH", method), language)
    assert (file.name, file.content_type) == (name, f"text/calendar; charset=utf-8; method={method}")
    assert attachments(None, language) == ()
