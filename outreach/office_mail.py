"""Mail to the office's own people: what is needed of them, or what is about to be sent."""

from collections.abc import Mapping, Sequence

from outreach.models import Message
from outreach.outgoing import Addressee, OutgoingBatch, Proof, Transport
from outreach.rendering import example_values, render
from outreach.settings import settings
from outreach.tags import nonce_in


def written(
    message: str, *, language: str, context: Mapping[str, object], key: str, about: str, to: Addressee
) -> OutgoingBatch:
    """A message of templates/email to one coordinator. `about`: one word for the provider's lists."""
    mail = render(message, language=language, department_code=None, purpose=None, context=context)
    return posted(
        language=language, subject=mail.subject, html=mail.html, text=mail.text, key=key, about=about, to=(to,)
    )


def posted(
    *, language: str, subject: str, html: str, text: str, key: str, about: str, to: Sequence[Addressee]
) -> OutgoingBatch:
    """Ready-made parts as a batch from the office to the office."""
    sender = settings().sender
    domain = sender.address.rpartition("@")[2]
    return OutgoingBatch(
        key=f"office/{key}",
        nonce=nonce_in(subject, html, text),
        language=language,
        subject=subject,
        html=html,
        text=text,
        sender_name=sender.name(language),
        sender_address=sender.address,
        reply_to=sender.reply_to,
        list_id=f"<office.{domain}>",
        feedback_id=f"office:{about}:outreach:{domain}",
        addressees=tuple(to),
    )


def test_copy(message: Message, readers: Mapping[str, str]) -> OutgoingBatch:
    """A version of a mailing as an example person would get it, marked as a test. `readers`: token -> address."""
    values = example_values(message.language)
    return posted(
        language=message.language,
        subject=f"[Test] {message.subject}",
        html=message.html,
        text=message.text,
        key=f"test/{message.campaign_id}/{message.variant}/{message.digest[:12]}",
        about="test",
        to=[Addressee(token, address, values, "") for token, address in readers.items()],
    )


def not_taken(batch: OutgoingBatch, transport: Transport) -> dict[str, str]:
    """Send, and tell whose mail was not taken: token -> why. Never raises for what the other side did."""
    result = transport.send(batch)
    if result.proof != Proof.ACCEPTED:
        return {one.token: result.sentence or "no reason was given" for one in batch.addressees}
    odd = {*result.unknown, *result.not_sent}
    return dict(result.refused) | dict.fromkeys(odd, result.sentence or "no reason was given")
