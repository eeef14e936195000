"""Every pair of statuses: the allowed ones move, no other does."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.models import Campaign, Recipient
from outreach.models import RecipientStatus as S
from outreach.queries import ledger
from tests.conftest import NOON

# Said a second time here, in words of the design, so that a slip in the code's table shows.
ON_ITS_WAY = {S.IN_FLIGHT, S.UNKNOWN}
ALLOWED = (
    {(S.PLANNED, S.EXCLUDED), (S.PLANNED, S.CANCELLED), (S.PLANNED, S.IN_FLIGHT)}
    | {(S.EXCLUDED, S.PLANNED), (S.IN_FLIGHT, S.PLANNED), (S.IN_FLIGHT, S.UNKNOWN)}
    | set(product(ON_ITS_WAY, {S.REJECTED, S.ACCEPTED}))
    | set(product(ON_ITS_WAY | {S.ACCEPTED}, {S.DEFERRED, S.DROPPED, S.BOUNCED, S.DELIVERED, S.COMPLAINED}))
    | set(product({S.DEFERRED}, {S.DROPPED, S.BOUNCED, S.DELIVERED, S.COMPLAINED}))
    | set(product({S.DROPPED}, {S.DELIVERED, S.BOUNCED, S.COMPLAINED}))
    | set(product({S.DELIVERED}, {S.BOUNCED, S.COMPLAINED}))
    | {(S.BOUNCED, S.COMPLAINED)}
)
NEWS = (S.ACCEPTED, S.DEFERRED, S.DROPPED, S.DELIVERED, S.BOUNCED, S.COMPLAINED)  # weakest first


@pytest.fixture
def ledger_of_every_status(db: str) -> Callable[[], dict[S, S]]:
    """One recipient in each status. Gives what each of them has become, by the status they began in."""
    with session_scope() as session:
        campaign = session.execute(
            insert(Campaign).values(key="k", duty="d", period="p", parameters={}, opened_at=NOON).returning(Campaign.id)
        ).scalar_one()
        session.execute(
            insert(Recipient),
            [
                {
                    "token": status.value,
                    "campaign_id": campaign,
                    "wave": 1,
                    "language": "sv",
                    "status": status,
                    "selected_at": clock.now(),
                }
                for status in S
            ],
        )

    def now_() -> dict[S, S]:
        with session_scope(reading=True) as session:
            found = session.execute(select(Recipient.token, Recipient.status)).all()
        return {S(token): status for token, status in found}

    return now_


@pytest.mark.parametrize("to", list(S))
def test_only_who_may_move_there_moves(ledger_of_every_status: Callable[[], dict[S, S]], to: S) -> None:
    with session_scope() as session:
        moved = ledger.move(session, to)
    expected = {begun: to if (begun, to) in ALLOWED else begun for begun in S}
    assert ledger_of_every_status() == expected
    assert moved == len([begun for begun in S if (begun, to) in ALLOWED])


@pytest.mark.parametrize("to", NEWS)
def test_what_the_provider_says_of_a_person_outweighs_all_but_stronger_news(
    ledger_of_every_status: Callable[[], dict[S, S]], to: S
) -> None:
    with session_scope() as session:
        ledger.move(session, to, table=ledger.REPORTED)
    stronger = NEWS[NEWS.index(to) + 1 :]
    assert ledger_of_every_status() == {begun: begun if begun in stronger else to for begun in S}


def test_a_second_try_is_for_the_unknown_alone(ledger_of_every_status: Callable[[], dict[S, S]]) -> None:
    with session_scope() as session:
        assert ledger.move(session, S.PLANNED, table=ledger.SECOND_TRY) == 1
    assert ledger_of_every_status()[S.UNKNOWN] is S.PLANNED


def test_nobody_who_may_have_a_message_can_ever_be_planned_again() -> None:
    """Walking the table from every status that may have reached someone never leads back to planned.

    In flight is the one that may: when it is proven that nothing was sent.
    """
    reached = set(ledger.MAY_HAVE_IT) - {S.IN_FLIGHT}
    while more := {to for to, allowed in ledger.TRANSITIONS.items() if allowed & reached} - reached:
        reached |= more
    assert S.PLANNED not in reached
    assert S.IN_FLIGHT not in reached


def test_news_in_any_order_ends_the_same(ledger_of_every_status: Callable[[], dict[S, S]]) -> None:
    """Delivered, then a bounce, then a late "accepted" and "deferred": still bounced."""
    mine = Recipient.token == S.IN_FLIGHT.value
    with session_scope() as session:
        for news in (S.DELIVERED, S.BOUNCED, S.ACCEPTED, S.DEFERRED, S.DELIVERED, S.UNKNOWN, S.PLANNED):
            ledger.move(session, news, mine)
    assert ledger_of_every_status()[S.IN_FLIGHT] is S.BOUNCED
