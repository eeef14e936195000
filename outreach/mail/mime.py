"""A batch and one of its people -> the mail they get, as RFC 5322 text.

Headers are encoded by `email.header` and not by the newer `email.policy.SMTP`: that one decodes encoded words in what
it is given (`=?utf-8?q?=0D=0ABcc:...?=` as a name), and older Pythons write the line break out (CVE-2024-6923).
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping
from email.errors import MessageError
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.policy import Compat32
from email.utils import format_datetime, formataddr

from outreach import clock
from outreach.errors import PermanentFailure
from outreach.outgoing import Addressee, Attachment, OutgoingBatch
from outreach.tags import CONTROL, fill, substitutions

POLICY = Compat32(linesep="\r\n", max_line_length=None, mangle_from_=False)  # what must be folded is folded already
LONGEST_PLAIN = 180  # ASCII headers up to here stand as they are; RFC 5322 allows lines of 998
LONGEST_LINE = 900
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; [a-z]+=[A-Za-z0-9-]+){0,4}")

# An address as the register lets it in (RFC 5322 section 3.2.3), never an encoded word.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"(?!.*=\?)(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3


def compose(batch: OutgoingBatch, person: Addressee) -> bytes:
    """The whole mail: text and HTML parts, then the attached files, one-click unsubscribe (RFC 8058), a stable
    Message-ID.

    Raises PermanentFailure when a tag is left over, a value looks like a tag, or a header would break.
    """
    values = substitutions(batch.nonce, person.values)
    letter = MIMEMultipart("alternative", boundary=f"={person.token}=", policy=POLICY)
    mail = MIMEMultipart("mixed", boundary=f"=_{person.token}=", policy=POLICY) if batch.attachments else letter
    for name, value in _headers(batch, person, fill(batch.subject, values)).items():
        mail[name] = value
    try:
        letter.attach(_part(fill(batch.text, values), "plain"))
        letter.attach(_part(fill(batch.html, values), "html"))
        if batch.attachments:
            mail.attach(letter)
        for file in batch.attachments:
            mail.attach(_file(file))
        return mail.as_bytes()
    except (UnicodeError, MessageError):
        raise PermanentFailure("A mail holds characters that cannot be written.") from None


def check_address(address: str) -> None:
    """Raises PermanentFailure unless this is one plain address, with no line break, comma or name in it."""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise PermanentFailure("An address cannot stand in a mail. Correct it in the register.")


def _headers(batch: OutgoingBatch, person: Addressee, subject: str) -> Mapping[str, str]:
    for address in (batch.sender_address, batch.reply_to, person.address):
        check_address(address)
    headers = {
        "From": _mailbox(batch.sender_name, batch.sender_address),
        "To": person.address,
        "Reply-To": batch.reply_to,
        "Subject": _unstructured("Subject", subject),
        "Date": format_datetime(clock.now()),
        "Message-ID": _one_line(f"<{person.token}@{batch.sender_address.rpartition('@')[2]}>"),
        "List-ID": _one_line(batch.list_id),
        "Feedback-ID": _one_line(batch.feedback_id),
        "Auto-Submitted": "auto-generated",
        "Content-Language": _one_line(batch.language),
    }
    if person.unsubscribe_url:
        headers["List-Unsubscribe"] = _one_line(f"<{person.unsubscribe_url}>")
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _mailbox(name: str, address: str) -> str:
    plain = CONTROL.sub(" ", name).strip()
    if _is_plain(plain):
        return formataddr((plain, address))
    return f"{_unstructured('From', plain)}\r\n <{address}>"


def _unstructured(header: str, value: str) -> str:
    """Words for a header: as they are where they can be, else as encoded words (RFC 2047), folded."""
    text = CONTROL.sub(" ", value).strip()
    if _is_plain(text):
        return text
    try:
        return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
    except (UnicodeError, MessageError):
        raise PermanentFailure(f"The {header} cannot stand in a mail.") from None


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text and len(text) <= LONGEST_PLAIN


def _one_line(value: str) -> str:
    if not value.isascii() or not value.isprintable() or len(value) > LONGEST_LINE:
        raise PermanentFailure("A header of a mail would not be one plain line.")
    return value


def _file(file: Attachment) -> Message:
    """Base64, so that what a calendar program reads is byte for byte what was made. Raises PermanentFailure for a name
    or type that would break a header."""
    if not FILE_NAME.fullmatch(file.name) or not CONTENT_TYPE.fullmatch(file.content_type):
        raise PermanentFailure("An attached file has a name or type that cannot stand in a mail.")
    part = Message(policy=POLICY)
    part["Content-Type"] = f'{file.content_type}; name="{file.name}"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = f'attachment; filename="{file.name}"'
    part.set_payload(encodebytes(file.data).decode("ascii"))
    return part


def _part(content: str, subtype: str) -> Message:
    """Quoted-printable, so no line is long and no server needs to rewrite it, which would break a signature.

    Encoded by `binascii`: `MIMEText` does the same in Python and took two thirds of the time of a mail.
    """
    part = Message(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part["Content-Disposition"] = "inline"
    lines = content.replace("\r\n", "\n").encode()
    part.set_payload(b2a_qp(lines, istext=True).decode("ascii"))
    return part
