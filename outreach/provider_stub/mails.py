"""What a person gets: the request with their values in it, as the provider fills them in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from outreach.provider_stub.schema import Personalization, Posted

PERSON = "recipient"  # the custom argument that names a person


@dataclass(frozen=True)
class Mail:
    """One person's mail."""

    token: str
    address: str
    message_id: str
    subject: str
    reply_to: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # name -> content, in Base64


def token_of(one: Personalization, posted: Posted) -> str:
    return one.get("custom_args", {}).get(PERSON) or posted.custom_args.get(PERSON, "")


def mails(posted: Posted, one: Personalization, message_id: str) -> Iterator[Mail]:
    """The mails of one personalization, one for each address in `to`.

    Values are put in raw, one after the other, into subject, content and reply_to and not into headers, as documented:
    a value that holds another tag is filled in turn, which is why a sender must not let it.
    """
    parts = {part.type: part.value for part in posted.content}
    values = one.get("substitutions", {})
    for to in one["to"]:
        yield Mail(
            token=token_of(one, posted),
            address=to["email"],
            message_id=message_id,
            subject=_filled(one.get("subject") or posted.subject or "", values),
            reply_to=_filled(posted.reply_to.email if posted.reply_to else "", values),
            text=_filled(parts.get("text/plain", ""), values),
            html=_filled(parts.get("text/html", ""), values),
            headers={**posted.headers, **one.get("headers", {})},
            files={file.filename: file.content for file in posted.attachments},
        )


def _filled(part: str, substitutions: Mapping[str, str]) -> str:
    for tag, value in substitutions.items():
        part = part.replace(tag, value)
    return part
