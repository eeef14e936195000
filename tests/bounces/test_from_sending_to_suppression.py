"""The whole way: sent by SMTP, returned as Postfix returns it, read from the Maildir, true in the ledger."""

from collections.abc import Callable
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path

from aiosmtpd.smtp import Envelope

from outreach import clock
from outreach.bounces.taking import Taken
from outreach.mail.smtp import Smtp
from outreach.queries.suppressions import EVERYTHING
from tests.bounces.conftest import lay, take_in
from tests.mail.smtp_server import Office, running
from tests.provider_events.conftest import suppressed_as
from tests.spine.conftest import Student, enrol, outcomes, run_duty

__all__ = ["enrol"]

REPORT = """\
Return-Path: <>
X-Original-To: {sender}
Delivered-To: returned@returned.invalid
Date: {date}
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: {sender}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{queue}/mail.example.org"
Message-Id: <{queue}.{action}@mail.example.org>

--{queue}/mail.example.org
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Sender: rfc822; {sender}

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}

--{queue}/mail.example.org
Content-Type: text/rfc822-headers

Return-Path: <{sender}>
{headers}
--{queue}/mail.example.org--
"""


def returned(envelope: Envelope, action: str, status: str) -> bytes:
    """What Postfix would send back for a message it took."""
    original = message_from_bytes(envelope.original_content or b"")
    text = REPORT.format(
        sender=envelope.mail_from,
        recipient=envelope.rcpt_tos[0],
        date=format_datetime(clock.now()),
        queue=f"Q{(envelope.mail_from or '').partition('+')[2][:8]}",
        action=action,
        status=status,
        headers="\n".join(f"{name}: {value}" for name, value in original.items()),
    )
    return text.encode()


def test_who_cannot_be_reached_is_bounced_and_not_written_to_again(
    db: str, enrol: Callable[..., dict[str, int]], maildir: Path
) -> None:
    enrol(*(Student(name, ends_in=60) for name in ("gone", "full", "late", "well", "refused")))
    with running(Office(at_rcpt={"refused": "550 5.1.1 No such user"})) as server:
        run_duty(transport=Smtp(f"smtp://127.0.0.1:{server.port}"))
        assert server.connections == 1
        by_name = {str(one.rcpt_tos[0]).partition("@")[0]: one for one in server.taken}
        lay(maildir, returned(by_name["gone"], "delayed", "4.4.1"), returned(by_name["gone"], "failed", "5.1.1"))
        lay(maildir, returned(by_name["full"], "failed", "5.2.2"), returned(by_name["late"], "delayed", "4.2.1"))
        assert take_in() == Taken(reports=4, new=4)
        assert outcomes() == {
            "gone": ("bounced", "hard_bounce"),
            "full": ("bounced", "soft_bounce"),
            "late": ("deferred", None),
            "well": ("accepted", None),
            "refused": ("rejected", "smtp_550"),
        }
        assert {name for name in outcomes() if suppressed_as(name)} == {"gone"}
        assert suppressed_as("gone") == {(EVERYTHING, "bounced")}

        server.taken.clear()
        with clock.frozen(clock.now().replace(month=12, day=24)):  # four weeks before the end: time to remind
            run_duty(transport=Smtp(f"smtp://127.0.0.1:{server.port}"))
        assert server.recipients == ["late", "well"]
        assert outcomes(wave=2)["gone"] == ("excluded", "suppressed")
