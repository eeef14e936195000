"""What SendGrid accepts as a mail: the documented limits of v3 mail/send; its published OpenAPI text is loose.

Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send (its parts "limitations" and "errors"). Templates
kept at the provider are not imitated.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NotRequired,  # pydantic wants this one below Python 3.12
)

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from typing_extensions import TypedDict

MOST_ADDRESSES = 1000  # to, cc and bcc of all personalizations
MOST_BYTES = 10_000  # of substitutions, and of custom_args, for one personalization
FURTHEST = timedelta(hours=72)
RESERVED = {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
RESERVED |= {"to", "from", "subject", "reply-to", "cc", "bcc"}
HEADER_NAME = re.compile(r"[!#-'*+.0-9A-Z^-z|~-]+")
HEADER_VALUE = re.compile(r"[\t -~]*")

_ADDRESS = r"^[!#-'*+./0-9=?A-Z^-~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
Address = Annotated[str, StringConstraints(max_length=320, pattern=_ADDRESS)]
OneLine = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\r\n]+$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\r\n;,]*$")]
Filled = Annotated[str, StringConstraints(min_length=1)]
FileWord = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^;\r\n]+$")]
Category = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[ -~]+$")]


class Complaint(NamedTuple):
    """One thing wrong with a request, as SendGrid words it: a path like `personalizations.3.to.0.email`, or None."""

    message: str
    field: str | None


STRICT = ConfigDict(extra="forbid", strict=True)


# A thousand of these come with each request: plain dicts are checked twice as fast as models.
class Person(TypedDict):
    __pydantic_config__ = STRICT  # type: ignore[misc]
    email: Address
    name: NotRequired[Name]


class Personalization(TypedDict):
    __pydantic_config__ = STRICT  # type: ignore[misc]
    to: Annotated[list[Person], Field(min_length=1, max_length=MOST_ADDRESSES)]
    cc: NotRequired[list[Person]]
    bcc: NotRequired[list[Person]]
    subject: NotRequired[OneLine]
    headers: NotRequired[dict[str, str]]
    substitutions: NotRequired[dict[str, str]]
    custom_args: NotRequired[dict[str, Filled]]
    send_at: NotRequired[int]


class Strict(BaseModel):
    model_config = STRICT


class Sender(Strict):
    email: Address
    name: OneLine | None = None


class Content(Strict):
    type: Filled
    value: Filled


class AttachedFile(Strict):
    """A type or name with ';' or a line break is refused; what is no Base64 too."""

    content: Filled
    type: FileWord | None = None
    filename: FileWord
    disposition: Literal["attachment", "inline"] = "attachment"
    content_id: FileWord | None = None

    @field_validator("content")
    @classmethod
    def _is_base64(cls, content: str) -> str:
        b64decode(content, validate=True)  # a ValueError when it is none
        return content


class Posted(Strict):
    """A whole request."""

    personalizations: list[Personalization] = Field(min_length=1, max_length=1000)
    sender: Sender = Field(alias="from")
    reply_to: Sender | None = None
    subject: OneLine | None = None
    content: list[Content] = Field(min_length=1)
    headers: dict[str, str] = {}
    categories: list[Category] = Field(default=[], max_length=10)
    custom_args: dict[str, Filled] = {}
    send_at: int | None = None
    batch_id: Filled | None = None
    asm: dict[str, Any] | None = None
    attachments: list[AttachedFile] = []
    ip_pool_name: Annotated[str, StringConstraints(min_length=2, max_length=64)] | None = None
    mail_settings: dict[str, Any] = {}
    tracking_settings: dict[str, Any] = {}


def read(raw: bytes, now: datetime) -> tuple[Posted | None, list[Complaint]]:
    """A request's body -> what it says, or everything that is wrong with it. `now`: aware, for `send_at`."""
    try:
        posted = Posted.model_validate_json(raw)
    except ValidationError as error:
        return None, [Complaint(one["msg"], _path(one["loc"])) for one in error.errors(include_url=False)]
    complaints = [*_of_the_whole(posted, now)]
    for number, one in enumerate(posted.personalizations):
        complaints.extend(_of_one(one, f"personalizations.{number}", posted, now))
    return (None, complaints) if complaints else (posted, [])


def _path(location: tuple[int | str, ...]) -> str | None:
    return ".".join(map(str, location)) or None


def _of_the_whole(posted: Posted, now: datetime) -> Iterator[Complaint]:
    addresses = [to["email"].casefold() for one in posted.personalizations for to in everyone(one)]
    if len(addresses) > MOST_ADDRESSES:
        yield Complaint(f"There may be no more than {MOST_ADDRESSES} recipients in one request.", "personalizations")
    if len(set(addresses)) < len(addresses):
        yield Complaint("Each email address should be unique between to, cc, and bcc.", "personalizations")
    if [part.type for part in posted.content] not in (["text/plain"], ["text/html"], ["text/plain", "text/html"]):
        yield Complaint("If present, text/plain must be first, followed by text/html.", "content")
    if len(set(posted.categories)) < len(posted.categories):
        yield Complaint("Categories must be unique.", "categories")
    yield from _of_headers(posted.headers, "headers")
    yield from _of_time(posted.send_at, "send_at", now)


def _of_one(one: Personalization, where: str, posted: Posted, now: datetime) -> Iterator[Complaint]:
    if not (posted.subject or one.get("subject")):
        yield Complaint("The subject is required.", f"{where}.subject")
    if size(one.get("substitutions", {})) > MOST_BYTES:
        yield Complaint(f"The substitutions exceed {MOST_BYTES} bytes.", f"{where}.substitutions")
    if size(one.get("custom_args", {})) + size(posted.custom_args) > MOST_BYTES:
        yield Complaint(f"The custom_args exceed {MOST_BYTES} bytes.", f"{where}.custom_args")
    yield from _of_headers(one.get("headers", {}), f"{where}.headers")
    yield from _of_time(one.get("send_at"), f"{where}.send_at", now)


def everyone(one: Personalization) -> list[Person]:
    """All who get a copy."""
    return [*one["to"], *one.get("cc", ()), *one.get("bcc", ())] if "cc" in one or "bcc" in one else one["to"]


def _of_headers(headers: dict[str, str], where: str) -> Iterator[Complaint]:
    for name, value in headers.items():
        if name.lower() in RESERVED:
            yield Complaint(f"The header {name} is reserved.", where)
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            yield Complaint("Headers must be one line of ASCII.", where)


def _of_time(send_at: int | None, where: str, now: datetime) -> Iterator[Complaint]:
    if send_at is not None and send_at > (now + FURTHEST).timestamp():
        yield Complaint("Scheduling more than 72 hours in advance is forbidden.", where)


def size(pairs: dict[str, str]) -> int:
    """Bytes of all names and values."""
    both = "".join(pairs) + "".join(pairs.values())
    return len(both) if both.isascii() else len(both.encode(errors="replace"))
