"""How fast messages may leave: what Prefect is told to keep count of, so that all workers share it.

Prefect gives out the slots of a limit, and they come back at a steady rate. A worker takes all of them at once, since
each question to Prefect takes up to a second; the next one gets them when they have come back.
"""

from dataclasses import dataclass
from typing import Protocol

from outreach.settings import settings

MESSAGES = "outreach-messages-an-hour"
REQUESTS = "outreach-requests-a-second"
BLOCKS_AN_HOUR = 30
BLOCK_SECONDS = 5  # of requests
HOUR = 3600


class Pace(Protocol):
    """What holds a run's senders back. Both are called by several threads."""

    def before(self, people: int) -> None:
        """Wait until a request to so many people may leave."""

    def give_back(self, people: int) -> None:
        """So many were paid for and not written to; below zero: were written to and not paid for."""


@dataclass(frozen=True)
class Throttle:
    """A limit as Prefect keeps it: `block` slots are taken at a time, and `back_a_second` come back."""

    name: str
    block: int
    back_a_second: float


def wanted() -> dict[str, Throttle | None]:
    """Each throttle by its name, None where the settings ask for none."""
    return {MESSAGES: _messages(settings().messages_an_hour), REQUESTS: _requests(settings().requests_a_second)}


def _messages(an_hour: int | None) -> Throttle | None:
    """In no hour more than `an_hour`: a block at once, one left over from before, and the rest spread over it."""
    if an_hour is None:
        return None
    block = an_hour // BLOCKS_AN_HOUR
    return Throttle(MESSAGES, block, (an_hour - 2 * block) / HOUR)


def _requests(a_second: float | None) -> Throttle | None:
    if a_second is None:
        return None
    return Throttle(REQUESTS, max(1, round(a_second * BLOCK_SECONDS)), a_second)


def people_a_batch() -> int:
    """People in one batch: as many as the settings say, and no more than the hour gives out at a time."""
    an_hour = settings().messages_an_hour
    return settings().batch_size if an_hour is None else min(settings().batch_size, an_hour // BLOCKS_AN_HOUR)
