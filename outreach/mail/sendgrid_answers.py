"""What an answer of SendGrid's proves, or the lack of one: which decides who may be written to again.

None of this is promised by SendGrid in so many words, except that a request is accepted as a whole, with 202, or not.
"""

import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from outreach.outgoing import Proof

NOT_NOW = (408, 425, 429)
NOT_IN = (401, 403, 404, 405)
NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror)
LONGEST_WAIT = 60.0  # seconds we wait for a limit to be lifted; one that lasts longer ends this run
EPOCH = 1_000_000_000  # X-RateLimit-Reset is a moment since 1970; anything smaller is a number of seconds
NAMES_A_PERSON = re.compile(r"personalizations\.(\d+)\b")


@dataclass(frozen=True)
class Answer:
    """What one request came to.

    `again`: nothing was sent, and trying again soon may work, after `wait` seconds where the answer says so.
    `smaller`: nothing was sent, and parts of the request may fare better. `blamed`: positions of the people because of
    whom nothing was sent.
    """

    proof: Proof
    sentence: str = ""
    message_id: str = ""
    again: bool = False
    wait: float | None = None
    smaller: str = ""  # the reason given to one who is left alone with it
    blamed: frozenset[int] = frozenset()


def accepted(status: int, headers: Mapping[str, str]) -> Answer:
    """An answer that is no error. SendGrid accepts with 202; 200 is its sandbox, or somebody else altogether."""
    if status != 202:
        return Answer(Proof.UNKNOWN, f"SendGrid answered {status} where 202 means accepted.")
    return Answer(Proof.ACCEPTED, message_id=headers.get("X-Message-Id") or "")


def refused(status: int, headers: Mapping[str, str], content: bytes, now: datetime) -> Answer:
    """An answer that is an error. `now`: aware, for the moment a limit is lifted."""
    if status in NOT_NOW:
        wait = _wait(headers, now)
        soon = wait is None or wait <= LONGEST_WAIT
        slower = "SendGrid asks us to slow down. The rest is sent in the next run."
        return Answer(Proof.NOT_SENT, slower, again=soon, wait=wait)
    if status in NOT_IN:  # says nothing about the people: nobody is lost for a mistyped key
        return Answer(Proof.NOT_SENT, f"SendGrid does not let us in (status {status}). Check the key and region.")
    if 300 <= status < 400:
        leads = f"SendGrid's address leads elsewhere (status {status}). Check OUTREACH_SENDGRID_HOST."
        return Answer(Proof.NOT_SENT, leads)
    if status == 413:
        return Answer(Proof.REFUSED, _for_good(status), smaller="sendgrid_413")
    if status == 400:
        return _bad_request(content)
    if 400 <= status < 500:
        return Answer(Proof.REFUSED, _for_good(status))
    return Answer(Proof.UNKNOWN, f"SendGrid failed (status {status}) and may have sent all the same.")


def broken(reason: object) -> Answer:
    """No answer at all. Only what fails before a connection stands is proven not sent."""
    if isinstance(reason, (*NEVER_CONNECTED, ssl.SSLCertVerificationError)):
        unreachable = "SendGrid cannot be reached. Nothing was sent; the next run tries again."
        return Answer(Proof.NOT_SENT, unreachable, again=isinstance(reason, NEVER_CONNECTED))
    return Answer(Proof.UNKNOWN, "The connection to SendGrid broke off after the request may have arrived.")


def _bad_request(content: bytes) -> Answer:
    """Who is to blame for a 400: the people it names, if it names nothing else; the request; or it does not say."""
    try:
        fields = [one["field"] for one in orjson.loads(content)["errors"]]
    except (ValueError, KeyError, TypeError):
        fields = []
    named = [NAMES_A_PERSON.match(field) if isinstance(field, str) else None for field in fields]
    if fields and all(named):
        people = frozenset(int(match[1]) for match in named if match)
        return Answer(Proof.REFUSED, _for_good(400), smaller="sendgrid_400", blamed=people)
    if any(field and field != "personalizations" and not match for field, match in zip(fields, named, strict=True)):
        return Answer(Proof.REFUSED, _for_good(400))
    return Answer(Proof.REFUSED, _for_good(400), smaller="sendgrid_400")


def _for_good(status: int) -> str:
    return f"SendGrid refused the request for good (status {status})."


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the limit is lifted, as far as the answer says."""
    try:
        reset = float(headers.get("X-RateLimit-Reset") or headers.get("Retry-After") or "")
    except ValueError:
        return None
    return max(reset - now.timestamp(), 0.0) if reset > EPOCH else max(reset, 0.0)
