"""A batch's text and its people as the one thing a transport is given."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from outreach import clock, tags
from outreach.duties import Duty
from outreach.links import Signer
from outreach.outgoing import Addressee, Attachment, OutgoingBatch
from outreach.queries.batches import ClaimedPerson
from outreach.queries.messages import Text
from outreach.rendering import person_values
from outreach.settings import settings

CALENDAR_FILES = {"sv": "evenemang.ics", "en": "event.ics"}


def outgoing(text: Text, people: Sequence[ClaimedPerson], duty: Duty, *, key: str, feedback: str) -> OutgoingBatch:
    """A claimed batch with every person's values. `key` names it in logs and folders, `feedback` in Feedback-ID."""
    sender = settings().sender
    domain = sender.address.rpartition("@")[2]
    signers = _signers(duty.purpose)
    return OutgoingBatch(
        key=key,
        nonce=tags.nonce_in(text.subject, text.html, text.text),
        language=text.language,
        subject=text.subject,
        html=text.html,
        text=text.text,
        sender_name=sender.name(text.language),
        sender_address=sender.address,
        reply_to=sender.reply_to,
        list_id=f"<{duty.name}.{domain}>",
        feedback_id=f"{feedback}:outreach:{domain}",
        addressees=tuple(_addressee(person, text.language, signers) for person in people),
        attachments=attachments(text.calendar, text.language),
    )


def attachments(calendar: str | None, language: str) -> tuple[Attachment, ...]:
    """The calendar file that goes with a text; its type says what the file asks for (RFC 6047)."""
    if calendar is None:
        return ()
    method = "CANCEL" if "\r\nMETHOD:CANCEL\r\n" in calendar else "PUBLISH"
    content_type = f"text/calendar; charset=utf-8; method={method}"
    return (Attachment(CALENDAR_FILES[language], content_type, calendar.encode()),)


def personal_links(public_id: str, purpose: str) -> dict[str, str]:
    """The signed addresses a message may carry for one person, by the name templates use."""
    return {name: signer.url(public_id) for name, signer in _signers(purpose).items()}


def _signers(purpose: str) -> dict[str, Signer]:
    return {
        "join": Signer("join", expires=clock.now() + timedelta(days=settings().join_link_days)),
        "preferences": Signer("preferences"),
        "unsubscribe": Signer("unsubscribe", purpose),
    }


def _addressee(person: ClaimedPerson, language: str, signers: Mapping[str, Signer]) -> Addressee:
    links = {name: signer.url(person.public_id) for name, signer in signers.items()}
    values = person_values(
        first_name=person.first_name,
        last_name=person.last_name,
        programme=person.programme,
        language=language,
        links=links,
    )
    return Addressee(person.token, person.address, values, links["unsubscribe"])
