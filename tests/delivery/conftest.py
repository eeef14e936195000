"""A class ready to be sent to, and transports that fail in the ways the world does."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from outreach import clock, duties
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import TemporaryFailure
from outreach.models import Batch, Campaign
from outreach.outgoing import OutgoingBatch, Proof, Result, Transport
from outreach.queries import batches, messages
from outreach.settings import settings
from tests.spine.conftest import DUTY, Student, enrol, run_duty

__all__ = ["enrol"]

NEVER = Result(Proof.NOT_SENT, sentence="The other side is closed.")


@dataclass
class Playing:
    """A transport that gives its results one a batch, then accepts; it remembers whom it was given."""

    results: list[Result | Callable[[OutgoingBatch], Result]] = field(default_factory=list)
    name: str = "outbox"
    posts: list[tuple[str, ...]] = field(default_factory=list)

    def send(self, batch: OutgoingBatch) -> Result:
        self.posts.append(tuple(one.address.partition("@")[0] for one in batch.addressees))
        result = self.results.pop(0) if self.results else Result(Proof.ACCEPTED)
        return result(batch) if callable(result) else result

    @property
    def times(self) -> Counter[str]:
        """How often each person was posted."""
        return Counter(name for post in self.posts for name in post)


def those(batch: OutgoingBatch, *names: str) -> frozenset[str]:
    """The tokens of these people."""
    return frozenset(one.token for one in batch.addressees if one.address.partition("@")[0] in names)


def run(transport: Transport) -> None:
    """The whole duty, for the one department the students here belong to: few texts to render."""
    run_duty(department=next(iter(departments())), transport=transport)


Planned = Callable[..., Campaign]


@pytest.fixture
def planned(db: str, enrol: Callable[..., dict[str, int]], set_environment: Callable[..., None]) -> Planned:
    """Students selected, rendered, approved and put into batches of `size`, with nothing sent. Their campaign."""

    def planned_(*names: str, size: int = 500) -> Campaign:
        set_environment(batch_size=size)
        enrol(*(Student(name) for name in names))
        with pytest.raises(TemporaryFailure):
            run(Playing([NEVER]))
        with session_scope(reading=True) as session:
            return session.scalars(select(Campaign)).one()

    return planned_


def take(campaign: Campaign, worker: str = "elsewhere/1/abc") -> batches.Claim | None:
    """Claim a batch as a worker does, for a worker that may never come back."""
    with session_scope() as session:
        return batches.claim(
            session,
            campaign.id,
            messages.texts(session, campaign.id, [1]),
            duties.duty(DUTY),
            worker,
            clock.now(),
            settings().claim_minutes,
        )


def record(claim: batches.Claim, result: Result) -> None:
    with session_scope() as session:
        batches.record(session, claim.batch_id, claim.attempt, result, clock.now())


def statuses() -> list[tuple[int, str]]:
    """Every batch's number and status."""
    with session_scope(reading=True) as session:
        found = session.execute(select(Batch.number, Batch.status).order_by(Batch.number)).all()
    return [(number, str(status)) for number, status in found]
