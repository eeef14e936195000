"""Our own judge of a request to SendGrid, asked before anything leaves: whatever it finds wrong is not posted.

SendGrid's published OpenAPI text accepts much that its API refuses, and one bad value refuses a thousand people. These
are the documented limits, and stricter ones of our own: one plain address a person, an opaque id, nothing tracked.
https://www.twilio.com/docs/sendgrid/api-reference/mail-send (its parts "limitations" and "errors")
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

MOST_PEOPLE = 1000
MOST_BYTES = 30_000_000  # of the whole request
MOST_PERSONAL_BYTES = 10_000  # of a person's substitutions, and of custom_args
MOST_CATEGORIES, LONGEST_CATEGORY = 10, 255
LONGEST_ADDRESS = 320
FURTHEST = timedelta(hours=72)

REQUIRED = {"personalizations", "from", "subject", "content"}
KNOWN = REQUIRED | {"reply_to", "headers", "categories", "custom_args", "send_at", "batch_id", "tracking_settings"}
KNOWN |= {"attachments"}
OF_A_FILE = {"content", "type", "filename", "disposition"}
OF_A_PERSON = {"to", "substitutions", "custom_args", "headers", "send_at"}
RESERVED_HEADERS = {
    *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"),
    *("to", "from", "subject", "reply-to", "cc", "bcc"),
}
TRACKING = ("click_tracking", "open_tracking", "subscription_tracking")

ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
FILE_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
OPAQUE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Violation(NamedTuple):
    """What is wrong, as one sentence, and whose it is: a position in `personalizations`, or None for the request."""

    sentence: str
    person: int | None


def violations(body: Mapping[str, Any], now: datetime) -> list[Violation]:
    """Everything that forbids posting this request; nothing when it may leave. Pure. `now`: aware, for `send_at`.

    The size of the whole is judged where its bytes are known (`MOST_BYTES`).
    """
    found = [Violation(sentence, None) for sentence in _of_the_request(body, now)]
    people = body.get("personalizations")
    seen: set[str] = set()
    for number, person in enumerate(people if isinstance(people, list) else ()):
        found += [Violation(sentence, number) for sentence in _of_a_person(person, seen, now)]
    return found


def _of_the_request(body: Mapping[str, Any], now: datetime) -> Iterator[str]:
    for name in sorted(REQUIRED - body.keys()):
        yield f"The request has no {name}."
    for name in sorted(body.keys() - KNOWN):
        yield f"The request has a part {name!r} that is not known."
    people = body.get("personalizations", [])
    if not isinstance(people, list) or not 1 <= len(people) <= MOST_PEOPLE:
        yield f"A request takes 1 to {MOST_PEOPLE} people."
    for name in ("from", "reply_to"):
        if name in body and not is_address(body[name]):
            yield f"The address in {name} is none."
    subject = body.get("subject", "-")
    if not _is_text(subject) or not subject or "\r" in subject or "\n" in subject:
        yield "The subject must be one line and not empty."
    yield from _of_content(body.get("content"))
    yield from _of_attachments(body.get("attachments", []))
    yield from _of_headers(body.get("headers", {}))
    yield from _of_categories(body.get("categories", []))
    yield from _of_custom_args(body.get("custom_args", {}))
    yield from _of_send_at(body.get("send_at"), now)
    tracking = body.get("tracking_settings", {})
    if any(tracking.get(name, {}).get("enable") is not False for name in TRACKING):
        yield "Tracking must be switched off, each kind by name."


def _of_content(content: object) -> Iterator[str]:
    parts = content if isinstance(content, list) else []
    if [part.get("type") for part in parts] != ["text/plain", "text/html"]:
        yield "A message has two parts, text/plain before text/html."
    if not all(_is_text(part.get("value")) and part["value"] for part in parts):
        yield "A part of the message is empty."


def _of_attachments(files: object) -> Iterator[str]:
    """https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors: no ';', CR or LF in a type."""
    if not isinstance(files, list):
        yield "The attachments must be a list."
        return
    for file in files:
        if not isinstance(file, Mapping) or file.keys() != OF_A_FILE or file["disposition"] != "attachment":
            yield "An attached file needs its content, type and name, and no more."
        elif not FILE_TYPE.fullmatch(str(file["type"])) or not FILE_NAME.fullmatch(str(file["filename"])):
            yield "An attached file has a name or type that SendGrid does not take."
        elif not file["content"] or not BASE64.fullmatch(str(file["content"])):
            yield "An attached file must be Base64 and not empty."


def _of_a_person(person: Mapping[str, Any], seen: set[str], now: datetime) -> Iterator[str]:
    if not person.keys() <= OF_A_PERSON:
        yield "There is a part that a person does not have."
    to = person.get("to")
    if not isinstance(to, list) or len(to) != 1 or to[0].keys() != {"email"} or not is_address(to[0]):
        yield "A person needs one address, without a name."
    elif (address := to[0]["email"].casefold()) in seen:
        yield "The address stands twice in the request."
    else:
        seen.add(address)
    if (used := _bytes(person.get("substitutions", {}))) is None:
        yield "A value to fill in is not text."
    elif used > MOST_PERSONAL_BYTES:
        yield f"The values to fill in take {used} bytes; {MOST_PERSONAL_BYTES} are allowed."
    yield from _of_custom_args(person.get("custom_args", {}))
    if "headers" in person:
        yield from _of_headers(person["headers"])
    if "send_at" in person:
        yield from _of_send_at(person["send_at"], now)


def _of_custom_args(given: Mapping[str, Any]) -> Iterator[str]:
    """The provider keeps and shows these: they may hold nothing but opaque ids."""
    for value in given.values():
        if not (isinstance(value, str) and OPAQUE.fullmatch(value)):
            yield "A custom argument must be an opaque id of letters and digits."
            return
    if len(given) > 1 and (_bytes(given) or 0) > MOST_PERSONAL_BYTES:
        yield f"The custom arguments take more than {MOST_PERSONAL_BYTES} bytes."


def _of_headers(headers: Mapping[str, Any]) -> Iterator[str]:
    for name, value in headers.items():
        if not _may_be_set(name):
            yield f"The header {name!r} may not be set."
        if not isinstance(value, str) or not value.isascii() or not value.replace("\t", " ").isprintable():
            yield f"The header {name!r} must be one line of ASCII."


@lru_cache(maxsize=256)
def _may_be_set(header: str) -> bool:
    return HEADER_NAME.fullmatch(header) is not None and header.lower() not in RESERVED_HEADERS


def _of_categories(categories: Sequence[Any]) -> Iterator[str]:
    if len(categories) > MOST_CATEGORIES or len(set(categories)) < len(categories):
        yield f"There may be {MOST_CATEGORIES} categories, all different."
    if not all(isinstance(one, str) and one.isascii() and 0 < len(one) <= LONGEST_CATEGORY for one in categories):
        yield f"A category is 1 to {LONGEST_CATEGORY} characters of ASCII."


def _of_send_at(send_at: object, now: datetime) -> Iterator[str]:
    if send_at is not None and (type(send_at) is not int or send_at > (now + FURTHEST).timestamp()):
        yield "A time to send at is a whole number of seconds, at most 72 hours from now."


def is_address(person: Mapping[str, Any]) -> bool:
    """Whether `email` is one plain address that SendGrid takes, and a name, where there is one, is a line of text."""
    address, name = person.get("email"), person.get("name", "")
    plain = isinstance(address, str) and len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address) is not None
    return plain and _is_text(name) and "\r" not in name and "\n" not in name


def _is_text(value: object) -> bool:
    """Text that can be written as UTF-8, which half a surrogate pair cannot."""
    return isinstance(value, str) and (value.isascii() or _bytes({"": value}) is not None)


def _bytes(pairs: Mapping[str, Any]) -> int | None:
    """Bytes of all names and values; None when one is not text."""
    try:
        return len("".join((*pairs, *pairs.values())).encode())
    except (TypeError, UnicodeEncodeError):
        return None
