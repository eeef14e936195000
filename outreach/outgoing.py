"""What a transport is given and what it gives back."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Addressee(NamedTuple):
    """One person in a batch. `token` is the recipient's random id; `values` fill the message's tags, by plain name."""

    token: str
    address: str
    values: Mapping[str, str]
    unsubscribe_url: str


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message, the same for everyone. `content_type` with its parameters, as in RFC 2045."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class OutgoingBatch:
    """One rendered message and up to 1000 people to get it. `nonce` is the one in the message's tags."""

    key: str  # "graduation-invitation/2026-HT/central/1/17": names folders, logs ids
    nonce: str
    language: str
    subject: str
    html: str
    text: str
    sender_name: str
    sender_address: str
    reply_to: str
    list_id: str
    feedback_id: str
    addressees: tuple[Addressee, ...]
    attachments: tuple[Attachment, ...] = ()


class Proof(enum.StrEnum):
    """What is proven about a post: the one question that decides whether anybody may be written to again."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"  # proven: nothing left; may be tried again
    REFUSED = "refused"  # for good
    UNKNOWN = "unknown"  # may have been sent: never again by itself


@dataclass(frozen=True)
class Result:
    """The outcome for a whole batch, and for those in it who fared otherwise.

    `refused`: token -> reason; `unknown` and `not_sent`: tokens. Whoever stands in none of them shares `proof`.
    """

    proof: Proof
    provider_message_id: str | None = None
    sentence: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    not_sent: frozenset[str] = frozenset()


class Transport(Protocol):
    """Hands a batch over. Never raises for what the other side did: that is the result."""

    name: str

    def send(self, batch: OutgoingBatch) -> Result: ...
