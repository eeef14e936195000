"""A batch as the request SendGrid takes."""

from base64 import b64encode
from typing import Any

from outreach.errors import PermanentFailure
from outreach.outgoing import Addressee, Attachment, OutgoingBatch
from outreach.tags import names_in, substitutions


def request_body(batch: OutgoingBatch) -> tuple[dict[str, Any], dict[str, str]]:
    """The request, and token -> reason for those whose values cannot stand in it. Pure."""
    people: list[dict[str, Any]] = []
    refused: dict[str, str] = {}
    asked = sorted(names_in(batch.subject, batch.html, batch.text))
    seen: set[str] = set()
    for person in batch.addressees:
        address = person.address.casefold()
        try:
            if address in seen:  # SendGrid refuses a whole request for one address that stands twice
                refused[person.token] = "shared_address"
            else:
                people.append(_personalization(batch, person, asked))
                seen.add(address)
        except PermanentFailure:
            refused[person.token] = "cannot_compose"
    off = {"enable": False}
    body: dict[str, Any] = {
        "personalizations": people,
        "from": {"email": batch.sender_address, "name": batch.sender_name},
        "reply_to": {"email": batch.reply_to},
        "subject": batch.subject,
        "content": [
            {"type": "text/plain", "value": batch.text},
            {"type": "text/html", "value": batch.html},
        ],
        "headers": {"List-ID": batch.list_id, "Feedback-ID": batch.feedback_id, "Auto-Submitted": "auto-generated"},
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": off,
            "subscription_tracking": off,
        },
    }
    if batch.attachments:
        body["attachments"] = [_attached(file) for file in batch.attachments]
    return body, refused


def _attached(file: Attachment) -> dict[str, str]:
    """SendGrid refuses a type with parameters ("cannot contain ';'"); a calendar's METHOD stands in the file itself,
    which is UTF-8 where nothing is said (RFC 5545 section 3.1.4)."""
    return {
        "content": b64encode(file.data).decode("ascii"),
        "type": file.content_type.partition(";")[0],
        "filename": file.name,
        "disposition": "attachment",
    }


def _personalization(batch: OutgoingBatch, person: Addressee, asked: list[str]) -> dict[str, Any]:
    """Raises PermanentFailure for a value or a lack of one that would spoil the mail; the address is judged with the
    whole request."""
    try:
        values = {name: person.values[name] for name in asked}
    except KeyError as missing:
        raise PermanentFailure(f"The message asks for {missing}, which no person has.") from None
    personalization: dict[str, Any] = {
        "to": [{"email": person.address}],
        # only what the message prints: SendGrid learns nothing else about anybody
        "substitutions": substitutions(batch.nonce, values),
        "custom_args": {"recipient": person.token},  # kept and seen by the provider's staff: nothing but a random id
    }
    if person.unsubscribe_url:
        personalization["headers"] = {
            "List-Unsubscribe": f"<{person.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return personalization
