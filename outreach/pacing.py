"""Keeping pace: what messages and requests cost, taken from the limits Prefect keeps for all workers together."""

import threading
import time
from dataclasses import dataclass, field

from outreach import prefect_api, throttles
from outreach.errors import PermanentFailure
from outreach.throttles import Pace, Throttle

SHORTEST_WAIT = 0.1  # seconds


def pace_for(transport: str) -> Pace | None:
    """What holds a transport back: mail servers and SendGrid by the hour, SendGrid by the second too, files by nothing.

    Raises PermanentFailure when a limit is set that Prefect does not keep, TemporaryFailure when it cannot be asked.
    """
    wanted = throttles.wanted()
    messages = wanted[throttles.MESSAGES] if transport in {"smtp", "sendgrid"} else None
    requests = wanted[throttles.REQUESTS] if transport == "sendgrid" else None
    if messages is None and requests is None:
        return None
    return SharedPace(
        Purse(_laid(messages.name)) if messages else None, Purse(_laid(requests.name)) if requests else None
    )


def _laid(name: str) -> Throttle:
    """The limit as Prefect keeps it: it may have been laid for another figure than the settings hold by now."""
    found = _limit(name)
    return Throttle(name, found.limit, found.back_a_second)


def _limit(name: str) -> prefect_api.Limit:
    """Raises PermanentFailure when Prefect keeps none of this name."""
    found = prefect_api.find_limit(name)
    if found is None:
        raise PermanentFailure(
            f"Prefect keeps no limit {name!r}, which the settings ask for, so nothing is sent. "
            "Start `outreach up` again."
        )
    return found


@dataclass
class Purse:
    """Slots of one limit that this process has taken and not used yet; below zero when it used more than it had."""

    throttle: Throttle
    left: int = 0

    def pay(self, slots: int) -> None:
        """Take as many more as are needed, a block at a time, and wait as long as that takes."""
        while self.left < slots:
            take(self.throttle)
            self.left += self.throttle.block
        self.left -= slots

    def give_back(self, slots: int) -> None:
        self.left += slots


@dataclass
class SharedPace:
    """The pace of one run's sender threads: they pay one after the other."""

    messages: Purse | None
    requests: Purse | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_request: float = 0.0  # monotonic seconds

    def before(self, people: int) -> None:
        """Wait until a request with so many people may leave."""
        with self.lock:
            if self.messages:
                self.messages.pay(people)
            if self.requests:
                self.requests.pay(1)
                self._spread(1 / self.requests.throttle.back_a_second)

    def give_back(self, people: int) -> None:
        """So many people were paid for and not written to; below zero: were written to and not paid for."""
        with self.lock:
            if self.messages:
                self.messages.give_back(people)

    def _spread(self, seconds: float) -> None:
        """The requests of a block leave one by one and not all at once."""
        time.sleep(max(0.0, self.next_request - time.monotonic()))
        self.next_request = max(self.next_request, time.monotonic()) + seconds


def take(throttle: Throttle) -> None:
    """Take a block of slots, and come for it when it should be there.

    Whoever comes too early makes it later for everyone: refusing, Prefect forgets what has come back since it last gave
    a slot out. Raises PermanentFailure when the limit is gone.
    """
    taken = False
    while not taken:
        if seconds := _seconds_until_open(throttle):
            time.sleep(seconds)
        else:
            taken = prefect_api.take_slots(throttle.name, throttle.block)


def _seconds_until_open(throttle: Throttle) -> float:
    found = _limit(throttle.name)
    too_many = found.taken + throttle.block - found.limit
    return max(too_many / found.back_a_second, SHORTEST_WAIT) if too_many > 0 else 0.0
