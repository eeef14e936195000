"""SendGrid's v3 mail/send: up to 1000 people in one request, each with their own values and unsubscribe link.

Limits and what an answer proves are the provider's documented ones: https://www.twilio.com/docs/sendgrid/api-reference/mail-send
"""

import socket
import urllib.error
from http.client import HTTPException
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from outreach.errors import PermanentFailure
from outreach.outgoing import Addressee, OutgoingBatch, Proof, Result
from outreach.tags import substitutions

TIMEOUT_SECONDS = 30
WRONG_KEY_OR_ADDRESS = (401, 403, 404, 405)
EU_HOST = "https://api.eu.sendgrid.com"


class SendGrid:
    """Posts a plain dict through the `sendgrid` package: its helper classes are 20 times slower and reverse the order."""

    name = "sendgrid"

    def __init__(self, api_key: str, host: str, region: str) -> None:
        if not api_key:
            raise PermanentFailure("OUTREACH_SENDGRID_API_KEY is not set, so SendGrid cannot be used.")
        default = host == "https://api.sendgrid.com"
        self._client = SendGridAPIClient(api_key, host=EU_HOST if region == "eu" and default else host).client
        self._client.timeout = TIMEOUT_SECONDS  # the package has none of its own

    def send(self, batch: OutgoingBatch) -> Result:
        body, refused = request_body(batch)
        if not body["personalizations"]:
            return Result(Proof.ACCEPTED, refused=refused)
        try:
            answer = self._client.mail.send.post(request_body=body)
        except HTTPError as error:
            return _from_status(error.status_code)
        except urllib.error.URLError as error:
            return _from_network(error.reason)
        except (OSError, HTTPException) as error:
            return _from_network(error)
        if answer.status_code != 202:  # a redirect is followed with a GET and would look like success
            return Result(Proof.UNKNOWN, sentence=f"SendGrid answered {answer.status_code} where 202 means accepted.")
        return Result(Proof.ACCEPTED, provider_message_id=answer.headers.get("X-Message-Id"), refused=refused)


def request_body(batch: OutgoingBatch) -> tuple[dict[str, Any], dict[str, str]]:
    """The request, and token -> reason for those whose values cannot stand in it. Pure."""
    people, refused = [], {}
    for person in batch.addressees:
        try:
            people.append(_personalization(batch, person))
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


def _personalization(batch: OutgoingBatch, person: Addressee) -> dict[str, Any]:
    return {
        "to": [{"email": person.address}],
        "substitutions": substitutions(batch.nonce, person.values),
        "custom_args": {"recipient": person.token},
        "headers": {
            "List-Unsubscribe": f"<{person.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }


def _from_status(status: int) -> Result:
    if status == 429:
        return Result(Proof.NOT_SENT, sentence="SendGrid asks us to slow down. The rest is sent in the next run.")
    if status in WRONG_KEY_OR_ADDRESS:  # says nothing about the people: nobody is lost for a mistyped key
        return Result(
            Proof.NOT_SENT, sentence=f"SendGrid does not let us in (status {status}). Check the key and region."
        )
    if 400 <= status < 500:
        return Result(Proof.REFUSED, sentence=f"SendGrid refused the request for good (status {status}).")
    return Result(Proof.UNKNOWN, sentence=f"SendGrid failed (status {status}) and may have sent all the same.")


def _from_network(reason: object) -> Result:
    """Only what fails before a connection stands is proven not sent."""
    if isinstance(reason, ConnectionRefusedError | socket.gaierror):
        return Result(
            Proof.NOT_SENT, sentence="SendGrid cannot be reached. Nothing was sent; the next run tries again."
        )
    return Result(Proof.UNKNOWN, sentence="The connection to SendGrid broke off after the request may have arrived.")
