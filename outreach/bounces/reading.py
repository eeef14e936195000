"""A returned mail -> what it reports. Pure: bytes in, reports out. Whatever the bytes are, it never raises.

Delivery reports: RFC 3464, international ones RFC 6533, both in a multipart/report (RFC 6522). Complaints: RFC 5965.
Anything else (an auto-reply, a bounce in mere prose) reports nothing: nobody guesses what a sentence means.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import NamedTuple

# What a mail may be before it is worth reading. A returned mail of ours is far smaller; each bounds time and memory.
MOST_BYTES = 1_000_000
MOST_MULTIPARTS, MOST_PARTS, MOST_RECIPIENTS = 20, 500, 100
LONGEST_BLOCK, LONGEST_TEXT, LONGEST_ADDRESS = 64_000, 500, 320

VERP = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)  # as outreach/mail/smtp.py writes it
OUR_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@", re.IGNORECASE)  # as outreach/mail/mime.py writes it
ENVELOPE = ("Delivered-To", "X-Original-To", "X-Delivered-To", "Envelope-To", "X-Envelope-To", "To")
ANSWERED = ("In-Reply-To", "References")
SENDER_FIELDS = ("X-Postfix-Sender", "Original-Mail-From", "Return-Path", "X-Envelope-From")

CONTAINER = re.compile(rb"message/", re.IGNORECASE)
MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
PART = re.compile(rb"[\r\n]--")
BLANK = re.compile(r"\n\s*\n")
ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
STATUS_IN_TEXT = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")

DELIVERY_STATUS = ("text/delivery-status", "text/global-delivery-status")
FEEDBACK = "text/feedback-report"
RETURNED = ("text/rfc822", "text/rfc822-headers", "text/global", "text/global-headers")
ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
COMPLAINTS = {"abuse", "fraud", "opt-out"}  # not virus, not-spam, other; nor auth-failure, which is about DMARC

Fields = Message


class Report(NamedTuple):
    """What became of a message, as one mail says for one recipient.

    `token`: our recipient's, by the envelope or the Message-ID; `action`: RFC 3464's (failed, delayed, delivered,
    relayed, expanded) or a complaint's type (abuse, fraud, opt-out); `status`: RFC 3463's as `5.1.1`, "" without;
    `addresses`: those the report names, in lower case; `at`: aware UTC, None where no time is given; `mail`: what tells
    this mail from any other.
    """

    token: str
    action: str
    status: str
    addresses: tuple[str, ...]
    diagnostic: str
    at: datetime | None
    mail: str


def read(mail: bytes) -> list[Report]:
    """The reports of one mail about one message of ours. None when it is no report, or does not say whose it is."""
    if len(mail) > MOST_BYTES or len(MULTIPART.findall(mail)) > MOST_MULTIPARTS or len(PART.findall(mail)) > MOST_PARTS:
        return []
    # As text, so that what is inside is not parsed any deeper than the few lines we read of it.
    whole = message_from_bytes(CONTAINER.sub(b"text/", mail), policy=compat32)
    parts = _parts_of_the_report(whole)
    original = next((_headers(_text(part)) for part in parts if part.get_content_type() in RETURNED), Fields())
    name = _name(whole, mail)
    for part in parts:
        if part.get_content_type() in DELIVERY_STATUS:
            return _deliveries(whole, original, _blocks(_text(part)), name)
        if part.get_content_type() == FEEDBACK:
            return _complaints(whole, original, _headers(_text(part)), name)
    return []


def _parts_of_the_report(whole: Fields) -> list[Fields]:
    for part in whole.walk():
        inside = part.get_payload()
        if part.get_content_type() == "multipart/report" and isinstance(inside, list):
            return [one for one in inside if isinstance(one, Message)]
    return []


def _name(whole: Fields, mail: bytes) -> str:
    """Its Message-ID, which a copy on another way has too; for a mail without one, a digest of all of it."""
    return _field(whole, "Message-ID") or sha256(mail).hexdigest()


def _deliveries(whole: Fields, original: Fields, blocks: Sequence[Fields], name: str) -> list[Report]:
    token = _token(whole, original, blocks)
    told = [block for block in blocks if _field(block, "Action").lower() in ACTIONS][:MOST_RECIPIENTS]
    if token is None:
        return []
    # With several, the message was passed on to several, and To says nothing of any one of them.
    to = _addresses([original], "To") if len(told) == 1 else []
    return [
        Report(
            token,
            _field(block, "Action").lower(),
            _status(block),
            tuple(dict.fromkeys([*_addresses([block], "Original-Recipient", "Final-Recipient"), *to])),
            _field(block, "Diagnostic-Code"),
            _time(_field(block, "Last-Attempt-Date")) or _time(_field(whole, "Date")),
            name,
        )
        for block in told
    ]


def _complaints(whole: Fields, original: Fields, feedback: Fields, name: str) -> list[Report]:
    token = _token(whole, original, [feedback])
    kind = _field(feedback, "Feedback-Type").lower()
    if token is None or kind not in COMPLAINTS:
        return []
    addresses = dict.fromkeys([*_addresses([feedback], "Original-Rcpt-To"), *_addresses([original], "To")])
    return [Report(token, kind, "", tuple(addresses), "", _time(_field(whole, "Date")), name)]


def _token(whole: Fields, original: Fields, blocks: Sequence[Fields]) -> str | None:
    """The one recipient all of it is about. A report that names two of ours contradicts itself, and names nobody."""
    senders = _values([original, *blocks], *SENDER_FIELDS)
    found = [VERP.findall(value) for value in [*_values([whole], *ENVELOPE), *senders]]
    found += [OUR_MESSAGE_ID.findall(value) for value in _values([original], "Message-ID")]
    found += [OUR_MESSAGE_ID.findall(value) for value in _values([whole], *ANSWERED)]
    tokens = {token.lower() for some in found for token in some}
    return tokens.pop() if len(tokens) == 1 else None


def _status(block: Fields) -> str:
    """RFC 3463's status; where it says no more than `5.0.0`, the one in the server's own answer."""
    found = STATUS.match(_field(block, "Status"))
    status = found.group() if found else ""
    if status in {"", "4.0.0", "5.0.0"}:
        said = STATUS_IN_TEXT.search(_field(block, "Diagnostic-Code"))
        if said and said.group(1)[0] in (status or said.group(1))[0]:
            return said.group(1)
    return status


def _addresses(blocks: Sequence[Fields], *names: str) -> list[str]:
    found = (ADDRESS.search(value) for value in _values(blocks, *names))
    return [one.group().lower() for one in found if one and len(one.group()) <= LONGEST_ADDRESS]


def _time(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _text(part: Fields) -> str:
    """What a part says, lines ending as ours do. An encoding nobody should use is left as it is."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() not in {"base64", "quoted-printable"}:
        del part["Content-Transfer-Encoding"]
    content = part.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")


def _blocks(text: str) -> list[Fields]:
    return [_headers(block) for block in BLANK.split(text, maxsplit=2 * MOST_RECIPIENTS)]


def _headers(text: str) -> Fields:
    head = BLANK.split(text[:LONGEST_BLOCK], maxsplit=1)[0]
    return HeaderParser(policy=compat32).parsestr(head, headersonly=True)


def _values(blocks: Sequence[Fields], *names: str) -> Iterator[str]:
    """All values of these headers, as text that can be stored: one line, no NUL, no half characters."""
    for block in blocks:
        for name in names:
            for value in block.get_all(name, []):
                plain = str(value).encode("utf-8", "replace").decode().replace("\0", " ")
                yield " ".join(plain[: 4 * LONGEST_TEXT].split())[:LONGEST_TEXT]


def _field(block: Fields, name: str) -> str:
    return next(_values([block], name), "")
