"""The stand-in itself, without the network: a request's key and body in, an answer out."""

import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import orjson

from outreach import clock
from outreach.provider_stub import schema
from outreach.provider_stub.faults import BAD_ADDRESS, NONE, Faults
from outreach.provider_stub.mails import Mail, mails, token_of
from outreach.provider_stub.posting import EventPoster
from outreach.provider_stub.record import Accepted, Record
from outreach.provider_stub.schema import Complaint, Personalization, Posted

KEY = "SG.stand-in"
LARGEST = 30 * 1024 * 1024
MOST_COMPLAINTS = 100
WRONG_KEY = Complaint("The provided authorization grant is invalid, expired, or revoked", None)
TOO_LARGE = Complaint("The request is over 30 MB.", None)


@dataclass(frozen=True)
class Answer:
    """What goes back: a status, an X-Message-Id when it was accepted, and what was wrong when it was not."""

    status: int
    message_id: str = ""
    complaints: tuple[Complaint, ...] = ()

    def content(self) -> bytes:
        if self.status < 400:
            return b""
        complaints = self.complaints or (Complaint("asked to fail", None),)
        return orjson.dumps({"errors": [{**one._asdict(), "help": None} for one in complaints[:MOST_COMPLAINTS]]})


@dataclass
class Stub:
    """One provider account. `largest`: bytes of a request; `keep`: mails to look at; `folder`: where to keep all."""

    record: Record
    faults: Faults = field(default_factory=Faults)
    key: str = KEY
    largest: int = LARGEST
    keep: int = 100
    folder: Path | None = None
    wait_seconds: int = 1  # what a 429 asks for
    drip_seconds: float = 0.2  # between two bytes of a slow answer
    url: str = ""
    poster: EventPoster | None = None

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._last: deque[tuple[Posted, Personalization, str]] = deque(maxlen=self.keep)
        self._numbers = 0
        self.requests = 0
        self.outcomes: Counter[str] = Counter()
        self.closing = threading.Event()

    def next_fault(self) -> str:
        """Numbers a request; says how it is to fail, if at all."""
        with self._lock:
            self.requests += 1
            return self.faults.of_request(self.requests)

    def note(self, outcome: str) -> None:
        """Count what became of a request: a fault, or the status of an answer."""
        with self._lock:
            self.outcomes[outcome] += 1

    def receive(self, authorization: str | None, raw: bytes) -> Answer:
        """Judge a request, and accept it when nothing is wrong with it: then it stands in the record."""
        if authorization != f"Bearer {self.key}":
            return Answer(401, complaints=(WRONG_KEY,))
        if len(raw) > self.largest:
            return Answer(413, complaints=(TOO_LARGE,))
        posted, complaints = schema.read(raw, clock.now())
        if posted is None:
            return Answer(400, complaints=tuple(complaints))
        if refused := self._refused(posted):
            return Answer(400, complaints=tuple(refused))
        return Answer(202, self._accept(posted))

    def mails(self, token: str = "", address: str = "") -> list[Mail]:
        """The last mails, newest last; only those of one token or address where one is given."""
        with self._lock:
            last = list(self._last)
        kept = [mail for posted, one, message_id in last for mail in mails(posted, one, message_id)]
        return [mail for mail in kept if token in ("", mail.token) and address in ("", mail.address)]

    def fail(self, faults: Faults) -> None:
        """From now on fail like this; requests are numbered anew."""
        with self._lock:
            self.faults, self.requests = faults, 0

    def reset(self) -> None:
        """Forget everything that was accepted. Faults start again from the first request."""
        with self._lock:
            self.record.clear()
            self._last.clear()
            self.outcomes.clear()
            self.requests = 0

    def _refused(self, posted: Posted) -> list[Complaint]:
        """Complaints about addresses this provider will not have."""
        if not (self.faults.addresses or self.faults.listed):
            return []
        found = []
        for number, one in enumerate(posted.personalizations):
            fault = self.faults.of_address(one["to"][0]["email"])
            if fault != NONE:
                where = f"personalizations.{number}.to.0.email" if fault == BAD_ADDRESS else None
                found.append(Complaint("Bad Request" if where is None else "Does not contain a valid address.", where))
        named = [one for one in found if one.field]
        return named or found[:1]

    def _accept(self, posted: Posted) -> str:
        with self._lock:
            self._numbers += 1
            start = f"{self.faults.seed}/{self._numbers}/{self.record.requests}"
            message_id = blake2b(start.encode(), digest_size=11).hexdigest()
            shared = posted.model_copy(update={"personalizations": []})  # keeping a few must not keep them all
            last = posted.personalizations[-self.keep :] if self.keep else []
            self._last.extend((shared, one, message_id) for one in last)
        if self.folder is not None:
            self._write(self.folder, posted, message_id)
        people = [
            (token_of(one, posted), to["email"]) for one in posted.personalizations for to in schema.everyone(one)
        ]
        self.record.append(Accepted(message_id, clock.now().timestamp(), people))
        return message_id

    def _write(self, folder: Path, posted: Posted, message_id: str) -> None:
        """All mails of a request, one line of JSON a mail."""
        folder.mkdir(parents=True, exist_ok=True)
        filled = (mail for one in posted.personalizations for mail in mails(posted, one, message_id))
        (folder / f"{message_id}.jsonl").write_bytes(b"".join(orjson.dumps(mail) + b"\n" for mail in filled))
