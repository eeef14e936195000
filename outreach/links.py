"""Signed links and keyed address hashes: HMAC, compared in constant time, one derived key a use."""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from outreach import clock
from outreach.errors import PermanentFailure
from outreach.settings import settings

NOTHING = "-"  # an empty part: two dots in a row would end a link in some mail programs
SIGNATURE_BYTES = 18  # 144 bits, 24 characters: beyond guessing, short enough to wrap well


class InvalidLink(PermanentFailure):
    """Forged, cut off, or signed for something else."""


class ExpiredLink(PermanentFailure):
    """Was good once."""


@dataclass(frozen=True)
class Link:
    """What a signed link says: whose it is (`subject`: a person's public id, an approval's code) and about what."""

    use: str
    subject: str
    about: str = ""


@cache
def _key(use: str) -> bytes:
    return hmac.digest(settings().signing_key(), f"outreach/{use}".encode(), sha256)


def address_hash(address: str) -> str:
    """The keyed hash a suppression is stored under. `address` is normalised already. 64 hex digits."""
    return hmac.digest(_key("address"), address.encode(), sha256).hex()


def uid_hash(student_uid: str) -> str:
    """The keyed hash an erased student's id is remembered under; never that of an address. 64 hex digits."""
    return hmac.digest(_key("student_uid"), student_uid.encode(), sha256).hex()


def token(use: str, subject: str, about: str = "", expires: datetime | None = None) -> str:
    """`subject.about.expiry.signature`. `subject` and `about` hold no dot; `expires` is aware, None for never."""
    stamp = format(int(expires.timestamp()), "x") if expires else NOTHING
    claim = f"{subject}.{about or NOTHING}.{stamp}"
    return f"{claim}.{_signature(use, claim)}"


def read(use: str, given: str) -> Link:
    """The link behind a token. Raises InvalidLink or ExpiredLink."""
    claim, _, signature = given.rpartition(".")
    parts = claim.split(".")
    if len(parts) != 3 or not hmac.compare_digest(_signature(use, claim).encode(), signature.encode()):
        raise InvalidLink("This link is not complete or not ours. Use the link in the newest mail from us.")
    subject, about, stamp = parts
    if stamp != NOTHING and datetime.fromtimestamp(int(stamp, 16), UTC) < clock.now():
        raise ExpiredLink("This link has expired. Use the link in the newest mail from us.")
    return Link(use, subject, "" if about == NOTHING else about)


def url(use: str, given: str) -> str:
    """The public address of a token, e.g. `https://alumni.example.org/join/<token>`."""
    return f"{settings().public_url.rstrip('/')}/{use}/{given}"


def _signature(use: str, claim: str) -> str:
    digest = hmac.digest(_key(use), claim.encode(), sha256)[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).decode()
