"""SendGrid's v3 mail/send: up to 1000 people in one request, each with their own values and unsubscribe link.

Limits and what an answer proves are the provider's documented ones: https://www.twilio.com/docs/sendgrid/api-reference/mail-send
"""

import json
import logging
import re
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import replace
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from python_http_client.client import Client
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from outreach.errors import PermanentFailure
from outreach.mail.mime import check_address
from outreach.outgoing import Addressee, OutgoingBatch, Proof, Result
from outreach.tags import names_in, substitutions

TIMEOUT_SECONDS = 60.0
MOST_SUBSTITUTIONS = 10_000  # bytes a person
NOT_NOW = (408, 425, 429)
NOT_IN = (401, 403, 404, 405)
NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
GLOBAL_HOST, EU_HOST = "https://api.sendgrid.com", "https://api.eu.sendgrid.com"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ROUNDS = 5  # requests for one batch, should SendGrid refuse people
OF_A_PERSON = re.compile(r"personalizations\.(\d+)\b")

# The package writes the key and every address to its log at DEBUG: nothing of that ever gets out.
logging.getLogger("python_http_client.client").addFilter(lambda record: False)


class SendGrid:
    """Posts a plain dict through the `sendgrid` package: its helpers are 20 times slower and reverse the order."""

    name = "sendgrid"

    def __init__(self, api_key: str, host: str, region: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """`region`: eu or global, which picks the host unless another is set; `timeout`: seconds for one request.

        Raises PermanentFailure when the key or host cannot be used.
        """
        key = api_key.strip()
        if not key:
            raise PermanentFailure("OUTREACH_SENDGRID_API_KEY is not set, so SendGrid cannot be used.")
        if not re.fullmatch(r"[!-~]+", key):  # would break a header, and stand in the error that says so
            raise PermanentFailure("OUTREACH_SENDGRID_API_KEY holds characters no key has. Copy it again.")
        address = EU_HOST if region == "eu" and host.rstrip("/") == GLOBAL_HOST else host.rstrip("/")
        parts = urlsplit(address)
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
            raise PermanentFailure(f"OUTREACH_SENDGRID_HOST must look like {EU_HOST}.")
        package = SendGridAPIClient(key, host=address)
        self._client = StraightClient(address, package.client.request_headers, version=3, timeout=timeout)

    def send(self, batch: OutgoingBatch) -> Result:
        """One request; again without them when SendGrid names people whose address it will not have."""
        body, refused = request_body(batch)
        for _ in range(ROUNDS):
            if not body["personalizations"]:
                return Result(Proof.ACCEPTED, refused=refused)
            try:
                answer = self._post(body)
            except HTTPError as error:
                blamed = _blamed(error, body)
                if not blamed:
                    return replace(_from_status(error.status_code), refused=refused)
                refused |= dict.fromkeys(blamed, "sendgrid_400")
                body["personalizations"] = [one for one in body["personalizations"] if _token(one) not in blamed]
            else:
                return replace(answer, refused=refused)
        return Result(Proof.NOT_SENT, sentence="SendGrid refuses one person after the other.", refused=refused)

    def _post(self, body: dict[str, Any]) -> Result:
        """What one request came to. Raises HTTPError for an answer that is an error."""
        try:
            answer = self._client.mail.send.post(request_body=body)
        except urllib.error.URLError as error:
            return _from_network(error.reason)
        except HTTPError:
            raise
        except (OSError, HTTPException) as error:
            return _from_network(error)
        if answer.status_code != 202:
            return Result(Proof.UNKNOWN, sentence=f"SendGrid answered {answer.status_code} where 202 means accepted.")
        return Result(Proof.ACCEPTED, answer.headers.get("X-Message-Id"))


class StraightClient(Client):  # type: ignore[misc]  # the package has no types
    """The package's client, going nowhere but where it is sent: a redirect would carry the key to another host."""

    def _build_client(self, name: str | None = None) -> "StraightClient":
        path = [*self._url_path, name] if name else self._url_path
        return StraightClient(self.host, self.request_headers, self._version, path, self.append_slash, self.timeout)

    def _make_request(self, opener: object, request: urllib.request.Request, timeout: float | None = None) -> Any:
        return super()._make_request(urllib.request.build_opener(NoRedirect), request, timeout)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the error it is for an API."""

    def redirect_request(self, *_: object) -> None:
        return None


def request_body(batch: OutgoingBatch) -> tuple[dict[str, Any], dict[str, str]]:
    """The request, and token -> reason for those whose values cannot stand in it. Pure."""
    people: list[dict[str, Any]] = []
    refused: dict[str, str] = {}
    asked = names_in(batch.subject, batch.html, batch.text)
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
    return {
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
    }, refused


def _personalization(batch: OutgoingBatch, person: Addressee, asked: set[str]) -> dict[str, Any]:
    """Raises PermanentFailure for an address, a value or a lack of one that would spoil the mail or the request."""
    check_address(person.address)
    if missing := asked - person.values.keys():
        raise PermanentFailure(f"The message asks for {min(missing)!r}, which no person has.")
    values = substitutions(batch.nonce, person.values)
    if (
        sum(len(tag.encode()) + len(value.encode(errors="replace")) for tag, value in values.items())
        > MOST_SUBSTITUTIONS
    ):
        raise PermanentFailure("A person's values are too long for SendGrid.")
    personalization: dict[str, Any] = {
        "to": [{"email": person.address}],
        "substitutions": values,
        "custom_args": {"recipient": person.token},  # kept and seen by the provider's staff: nothing but a random id
    }
    if person.unsubscribe_url:
        personalization["headers"] = {
            "List-Unsubscribe": f"<{person.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return personalization


def _blamed(error: HTTPError, body: dict[str, Any]) -> set[str]:
    """The tokens of those a 400 names as its only reason; empty when it names anything else."""
    try:
        fields = [str(one["field"]) for one in json.loads(error.body)["errors"]]
        named = [OF_A_PERSON.match(field) for field in fields]
        people = [body["personalizations"][int(match[1])] for match in named if match]
    except (ValueError, KeyError, TypeError, IndexError):
        return set()
    if error.status_code != 400 or len(people) < len(fields):
        return set()
    return {_token(person) for person in people}


def _token(personalization: dict[str, Any]) -> str:
    return str(personalization["custom_args"]["recipient"])


def _from_status(status: int) -> Result:
    if status in NOT_NOW:
        return Result(Proof.NOT_SENT, sentence="SendGrid asks us to slow down. The rest is sent in the next run.")
    if status in NOT_IN:  # says nothing about the people: nobody is lost for a mistyped key
        return Result(
            Proof.NOT_SENT, sentence=f"SendGrid does not let us in (status {status}). Check the key and region."
        )
    if 300 <= status < 400:
        return Result(
            Proof.NOT_SENT,
            sentence=f"SendGrid's address leads elsewhere (status {status}). Check OUTREACH_SENDGRID_HOST.",
        )
    if 400 <= status < 500:
        return Result(Proof.REFUSED, sentence=f"SendGrid refused the request for good (status {status}).")
    return Result(Proof.UNKNOWN, sentence=f"SendGrid failed (status {status}) and may have sent all the same.")


def _from_network(reason: object) -> Result:
    """Only what fails before a connection stands is proven not sent."""
    if isinstance(reason, NEVER_CONNECTED):
        return Result(
            Proof.NOT_SENT, sentence="SendGrid cannot be reached. Nothing was sent; the next run tries again."
        )
    return Result(Proof.UNKNOWN, sentence="The connection to SendGrid broke off after the request may have arrived.")
