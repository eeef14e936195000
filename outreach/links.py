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


def name_hash(name: str) -> str:
    """The keyed hash an erased person's name (`queries.names.fold` of first and last) is remembered under. 64 hex
    digits. Others may have the name: it tells nobody apart."""
    return hmac.digest(_key("name"), name.encode(), sha256).hex()


class Signer:
    """Makes the links of one use for many people: what they share is worked out once."""

    def __init__(self, use: str, about: str = "", expires: datetime | None = None) -> None:
        """`about` holds no dot; `expires` is aware, None for never."""
        stamp = format(int(expires.timestamp()), "x") if expires else NOTHING
        self._tail = f".{about or NOTHING}.{stamp}"
        self._mac = hmac.new(_key(use), digestmod=sha256)  # copied for each: the key is taken in only once
        self._place = f"{settings().public_url.rstrip('/')}/{use}/"

    def token(self, subject: str) -> str:
        """`subject.about.expiry.signature`. `subject` holds no dot."""
        claim = subject + self._tail
        mac = self._mac.copy()
        mac.update(claim.encode())
        return f"{claim}.{_text(mac.digest())}"

    def url(self, subject: str) -> str:
        """The public address of the token, e.g. `https://alumni.example.org/join/<token>`."""
        return self._place + self.token(subject)


def token(use: str, subject: str, about: str = "", expires: datetime | None = None) -> str:
    """One link's token, see `Signer`."""
    return Signer(use, about, expires).token(subject)


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


def seal(use: str, text: str) -> str:
    """A signature of `text` for one use, to be compared in constant time with one made anew. 24 characters."""
    return _signature(use, text)


def url(use: str, given: str) -> str:
    """The public address of a token, e.g. `https://alumni.example.org/join/<token>`."""
    return f"{settings().public_url.rstrip('/')}/{use}/{given}"


def _signature(use: str, claim: str) -> str:
    return _text(hmac.digest(_key(use), claim.encode(), sha256))


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()
