"""What the ledger says, as sets of people: recipients' tokens, which the provider's record knows too."""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from outreach.database import session_scope
from outreach.models import Batch, Campaign, Person, Recipient, RecipientStatus
from outreach.queries import unknown

S = RecipientStatus
FIRST = Recipient.wave == 1  # everyone here has their reminders behind them
ALIVE = (S.ACCEPTED, S.DEFERRED, S.DELIVERED, S.BOUNCED, S.DROPPED, S.COMPLAINED)  # the provider has had it


@dataclass
class Ledger:
    """One look at it. `explained`: who stands in a batch in doubt that says why; `batches`: how many of those."""

    alive: set[str]
    unknown: set[str]
    rejected: set[str]
    elsewhere: set[str]
    explained: set[str] = field(default_factory=set)
    batches: int = 0

    @property
    def everyone(self) -> set[str]:
        return self.alive | self.unknown | self.rejected | self.elsewhere


def read() -> Ledger:
    """The ledger as it stands now."""
    with session_scope(reading=True) as session:
        people = session.execute(select(Recipient.token, Recipient.status).where(FIRST)).tuples().all()
        in_doubt = [doubt for doubt in unknown.doubts(session) if doubt.detail]
        named = select(Recipient.token, Campaign.key, Batch.wave, Batch.number)
        named = named.join(Batch, Batch.id == Recipient.batch_id).join(Campaign, Campaign.id == Batch.campaign_id)
        found = session.execute(named.where(FIRST, Recipient.status == S.UNKNOWN)).tuples().all()
    doubted = {(doubt.key, doubt.wave, doubt.number) for doubt in in_doubt}
    alive, unclear, rejected = (
        {token for token, its in people if its in some} for some in (ALIVE, {S.UNKNOWN}, {S.REJECTED})
    )
    return Ledger(
        alive=alive,
        unknown=unclear,
        rejected=rejected,
        elsewhere={token for token, _ in people} - alive - unclear - rejected,
        explained={token for token, *batch in found if tuple(batch) in doubted},
        batches=len(in_doubt),
    )


def is_done(people: int) -> bool:
    """Whether all of them are in the ledger, and none waits for being sent to."""
    counted, left = _count(S.PLANNED, S.IN_FLIGHT)
    return counted == people and not left


def planned(people: int) -> int:
    """How many wait to be sent to; all of them before anyone was selected."""
    counted, left = _count(S.PLANNED)
    return left if counted else people


def _count(*statuses: RecipientStatus) -> tuple[int, int]:
    """All, and those with one of these statuses."""
    those = func.count().filter(Recipient.status.in_(statuses))
    with session_scope(reading=True) as session:
        counted, found = session.execute(select(func.count(), those).where(FIRST)).one()
    return int(counted), int(found)


def addresses() -> dict[str, str]:
    """Token -> address."""
    with session_scope(reading=True) as session:
        found = session.execute(
            select(Recipient.token, Person.email).join(Person, Person.id == Recipient.person_id).where(FIRST)
        )
        return {token: address or "" for token, address in found.tuples()}


def campaign_key() -> str:
    with session_scope(reading=True) as session:
        return session.scalars(select(Campaign.key)).one()
