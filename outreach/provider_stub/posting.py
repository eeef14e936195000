"""Posting events back: follows the record, so that what waits takes no memory and survives nothing but the file."""

import threading
import time
from typing import Any

import httpx

from outreach import clock
from outreach.provider_stub import events
from outreach.provider_stub.record import Accepted, Record

LOOK_SECONDS = 0.05
TRIES = 20
LONGEST_PAUSE = 2.0


class EventPoster:
    """A thread that reports every accepted request to a webhook, again and again until it is taken."""

    def __init__(self, record: Record, url: str, plan: events.Plan) -> None:
        self.url, self.plan = url, plan
        self.key = events.new_key()
        self.posted, self.given_up = 0, 0  # events
        self.done_until = 0  # place in the record
        self._record = record
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def status(self) -> dict[str, Any]:
        """`waiting`: whether anything that was accepted has not been reported yet."""
        waiting = self._record.path.stat().st_size > self.done_until
        return {"url": self.url, "posted": self.posted, "given_up": self.given_up, "waiting": waiting}

    def _run(self) -> None:
        with httpx.Client(timeout=30, trust_env=False) as client:
            while not self._stop.wait(LOOK_SECONDS):
                if self._record.path.stat().st_size < self.done_until:  # it was reset
                    self.done_until = 0
                for accepted, place in self._record.lines(self.done_until):
                    if not self._report(client, accepted):
                        break
                    self.done_until = place

    def _report(self, client: httpx.Client, accepted: Accepted) -> bool:
        """Whether everything about one request was reported or given up, and not merely interrupted."""
        while (left := accepted.at + self.plan.delay - clock.now().timestamp()) > 0:
            if self._stop.wait(min(left, LOOK_SECONDS)):
                return False
        found = events.events_of(accepted, self.plan)
        for start in range(0, len(found), self.plan.batch):
            some = found[start : start + self.plan.batch]
            taken = self._post(client, events.payload(some))
            if self._stop.is_set() and not taken:
                return False
            self.posted += len(some) if taken else 0
            self.given_up += 0 if taken else len(some)
        return True

    def _post(self, client: httpx.Client, body: bytes) -> bool:
        """SendGrid tries for 24 hours; here it is TRIES times."""
        for number in range(TRIES):
            try:
                headers = events.signed(self.key, str(int(time.time())), body)
                if client.post(self.url, content=body, headers=headers).is_success:
                    return True
            except httpx.HTTPError:
                pass  # nobody there, or too slow: the same as a refusal
            if self._stop.wait(min(LOOK_SECONDS * 2**number, LONGEST_PAUSE)):
                return False
        return False
