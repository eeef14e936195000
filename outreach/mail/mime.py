"""A batch and one of its people -> the mail they get, as RFC 5322 text."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from outreach import clock
from outreach.errors import PermanentFailure
from outreach.outgoing import Addressee, OutgoingBatch
from outreach.tags import fill, substitutions

# Lines of at most 76 characters and CRLF, as SMTP wants; a header may need UTF-8 in an address, so that is encoded.
POLICY = SMTP.clone(max_line_length=76)


def compose(batch: OutgoingBatch, person: Addressee) -> EmailMessage:
    """The whole mail: text and HTML parts, one-click unsubscribe (RFC 8058), a stable Message-ID.

    Raises PermanentFailure when a tag is left over, a value looks like a tag, or a header would break.
    """
    values = substitutions(batch.nonce, person.values)
    mail = EmailMessage(policy=POLICY)
    try:
        mail["From"] = Address(batch.sender_name, addr_spec=batch.sender_address)
        mail["To"] = Address(addr_spec=person.address)
        mail["Subject"] = fill(batch.subject, values)
    except ValueError:
        raise PermanentFailure("An address or the subject cannot stand in a mail.") from None
    mail["Reply-To"] = batch.reply_to
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{person.token}@{batch.sender_address.rpartition('@')[2]}>"
    mail["List-ID"] = batch.list_id
    mail["Feedback-ID"] = batch.feedback_id
    if person.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{person.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = batch.language
    mail.set_content(fill(batch.text, values), cte="quoted-printable")
    mail.add_alternative(fill(batch.html, values), subtype="html", cte="quoted-printable")
    return mail
