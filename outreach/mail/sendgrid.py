"""SendGrid's v3 mail/send: up to 1000 people in one request, each with their own values and unsubscribe link.

What may be posted stands in `sendgrid_limits`, what an answer proves in `sendgrid_answers`.
"""

import re
import time
import urllib.error
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import orjson
from python_http_client.exceptions import HTTPError
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt, wait_random, wait_random_exponential

from outreach import clock
from outreach.errors import PermanentFailure
from outreach.mail import sendgrid_answers as answers
from outreach.mail.sendgrid_answers import Answer
from outreach.mail.sendgrid_body import request_body
from outreach.mail.sendgrid_client import Body, client
from outreach.mail.sendgrid_limits import MOST_BYTES, violations
from outreach.outgoing import OutgoingBatch, Proof, Result

TIMEOUT_SECONDS = 60.0
TRIES = 4  # posts of the same request, as long as each is proven not sent
MOST_REQUESTS = 200  # for one batch, should SendGrid refuse people one after the other without naming them
MOST_SECONDS = 240.0  # for one batch: well under `claim_minutes`, after which the batch is nobody's
LONGEST_IDS = 200  # characters of provider_message_id
GLOBAL_HOST, EU_HOST = "https://api.sendgrid.com", "https://api.eu.sendgrid.com"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Personalization = dict[str, Any]

TOO_LARGE = Answer(Proof.REFUSED, "The request is too large for SendGrid.", smaller="sendgrid_413")
TOO_LONG = Answer(Proof.NOT_SENT, "SendGrid refuses one person after the other. The rest is sent in the next run.")


class SendGrid:
    """Posts plain dicts through the `sendgrid` package: its helpers are 20 times slower and reverse the order."""

    name = "sendgrid"

    def __init__(
        self,
        api_key: str,
        host: str,
        region: str,
        timeout: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`region`: eu or global, which picks the host unless another is set; `timeout`: seconds for one request.

        `sleep` is how it waits before trying again. Raises PermanentFailure when the key or host cannot be used.
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
        self._client = client(key, address, timeout)
        self._sleep = sleep

    def send(self, batch: OutgoingBatch) -> Result:
        """One request; several when SendGrid asks us to wait, finds it too large, or refuses people in it.

        Each person is posted again only after proof that the request they stood in was sent to nobody.
        """
        body, refused = request_body(batch)
        wrong = violations(body, clock.now()) if body["personalizations"] else []
        people = body.pop("personalizations")
        if ours := [one.sentence for one in wrong if one.person is None]:
            return Result(Proof.REFUSED, sentence=f"The batch cannot be posted. {ours[0]}", refused=refused)
        unfit = {one.person for one in wrong}
        fates = Fates(refused | {_token(people[number]): "cannot_compose" for number in unfit if number is not None})
        self._hand_over(body, [person for number, person in enumerate(people) if number not in unfit], fates)
        return fates.result()

    def _hand_over(self, common: dict[str, Any], people: list[Personalization], fates: "Fates") -> None:
        """Post until nobody is left, or until an answer says that nobody can be helped now."""
        waiting, requests, started = deque([people] if people else []), 0, time.monotonic()
        while waiting:
            some = waiting.popleft()
            patient = requests < MOST_REQUESTS and time.monotonic() - started < MOST_SECONDS
            answer = self._post_patiently(common, some) if patient else TOO_LONG
            requests += 1
            waiting.extend(fates.note(answer, some))
            if answer.proof in (Proof.NOT_SENT, Proof.UNKNOWN):
                fates.not_sent.update(_token(person) for rest in waiting for person in rest)
                return

    def _post_patiently(self, common: dict[str, Any], people: list[Personalization]) -> Answer:
        """Post one request; again, after a while, as long as it is proven that nothing was sent."""
        raw = Body(orjson.dumps({"personalizations": people, **common}))
        if len(raw) > MOST_BYTES:
            return TOO_LARGE
        trying = Retrying(
            retry=retry_if_result(lambda answer: answer.again),
            stop=stop_after_attempt(TRIES),
            wait=_pause,
            sleep=self._sleep,
            retry_error_callback=_last,
        )
        return trying(self._post, raw)

    def _post(self, body: Body) -> Answer:
        """What one request came to."""
        try:
            answer = self._client.mail.send.post(request_body=body)
        except urllib.error.URLError as error:
            return answers.broken(error.reason)
        except HTTPError as error:
            return answers.refused(error.status_code, error.headers, error.body, clock.now())
        except (OSError, HTTPException) as error:
            return answers.broken(error)
        return answers.accepted(answer.status_code, answer.headers)


@dataclass
class Fates:
    """What became of each person of a batch, over all of its requests. `refused`: token -> reason, one by one."""

    refused: dict[str, str]
    rejected: set[str] = field(default_factory=set)  # with their whole request
    unknown: set[str] = field(default_factory=set)
    not_sent: set[str] = field(default_factory=set)
    message_ids: list[str] = field(default_factory=list)
    any_accepted: bool = False
    sentence: str = ""

    def note(self, answer: Answer, people: list[Personalization]) -> list[list[Personalization]]:
        """Take in the answer to one request. Returns the requests to post instead of it: it is proven not sent."""
        tokens = [_token(person) for person in people]
        if blamed := {tokens[number] for number in answer.blamed if number < len(tokens)}:
            self.refused |= dict.fromkeys(blamed, "sendgrid_400")
            rest = [person for person in people if _token(person) not in blamed]
            return [rest] if rest else []
        if answer.smaller and len(people) > 1:
            middle = len(people) // 2
            return [people[:middle], people[middle:]]
        if answer.smaller:
            self.refused[tokens[0]] = answer.smaller
            return []
        self._settle(answer, tokens)
        return []

    def _settle(self, answer: Answer, tokens: list[str]) -> None:
        self.sentence = answer.sentence or self.sentence
        if answer.proof is Proof.ACCEPTED:
            self.any_accepted = True
            self.message_ids += [answer.message_id] if answer.message_id else []
        else:
            same = {Proof.REFUSED: self.rejected, Proof.UNKNOWN: self.unknown, Proof.NOT_SENT: self.not_sent}
            same[answer.proof].update(tokens)

    def result(self) -> Result:
        """The proof that most share stands for the batch; whoever fared otherwise is named."""
        refused = self.refused | dict.fromkeys(self.rejected, "refused")
        unknown, not_sent = frozenset(self.unknown), frozenset(self.not_sent)
        if self.any_accepted:
            return Result(Proof.ACCEPTED, _ids(self.message_ids), self.sentence, refused, unknown, not_sent)
        if unknown:
            return Result(Proof.UNKNOWN, sentence=self.sentence, refused=refused, not_sent=not_sent)
        if not_sent:
            return Result(Proof.NOT_SENT, sentence=self.sentence, refused=refused)
        if self.rejected:
            return Result(Proof.REFUSED, sentence=self.sentence, refused=self.refused)
        return Result(Proof.ACCEPTED, refused=refused)


def _ids(message_ids: list[str]) -> str | None:
    """The ids of all accepted requests, with commas between them. None when the ledger has no room for them all: a
    bounce that bears nothing but a request's id and an address is then matched by the address, and not missed."""
    joined = ",".join(message_ids)
    return joined if 0 < len(joined) <= LONGEST_IDS else None


def _token(person: Personalization) -> str:
    return str(person["custom_args"]["recipient"])


def _pause(state: RetryCallState) -> float:
    """Seconds until the next try: as asked, and a little more, so that senders do not all come back at once."""
    asked = _last(state).wait
    return wait_random_exponential(multiplier=0.5, max=8)(state) if asked is None else asked + wait_random(0, 1)(state)


def _last(state: RetryCallState) -> Answer:
    answer = state.outcome.result() if state.outcome else None
    assert isinstance(answer, Answer)
    return answer
