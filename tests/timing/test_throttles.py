"""How fast: the arithmetic of the limits, and senders that wait before they claim."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach import delivery, duties, steering, throttles
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Batch, BatchStatus, Campaign
from outreach.outgoing import Transport
from outreach.settings import settings
from tests.conftest import forget_settings
from tests.delivery.conftest import Planned, Playing, planned
from tests.spine.conftest import DUTY, enrol

__all__ = ["enrol", "planned"]


@dataclass
class Counting:
    """A pace that never waits; it remembers what was paid, and does something before each payment."""

    meanwhile: Callable[[], None] = lambda: None
    paid: int = 0
    asked: list[int] = field(default_factory=list)

    def before(self, people: int) -> None:
        self.meanwhile()
        self.asked.append(people)
        self.paid += people

    def give_back(self, people: int) -> None:
        self.paid -= people


def deliver(campaign: Campaign, transport: Transport, pace: Counting) -> int:
    return delivery.deliver(campaign, duties.duty(DUTY), [1], transport, pace=pace)


def posting() -> int:
    with session_scope(reading=True) as session:
        return session.scalar(select(func.count()).select_from(Batch).where(Batch.status == BatchStatus.POSTING)) or 0


@how(max_examples=100, deadline=None)
@given(st.integers(30, 2_000_000), st.integers(1, 1000))
def test_no_hour_sees_more_messages_than_the_setting(an_hour: int, batch_size: int) -> None:
    """A block at the hour's beginning, what comes back in it, and a block that was left over from before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTREACH_MESSAGES_AN_HOUR", str(an_hour))
        patch.setenv("OUTREACH_BATCH_SIZE", str(batch_size))
        forget_settings()
        messages = throttles.wanted()[throttles.MESSAGES]
        assert messages is not None
        in_an_hour = messages.block + messages.back_a_second * 3600 + messages.block
        assert 0.9 * an_hour < messages.back_a_second * 3600
        assert in_an_hour == pytest.approx(an_hour)
        assert 1 <= throttles.people_a_batch() <= min(batch_size, messages.block)
    forget_settings()


def test_without_settings_nothing_is_held_back(home: object) -> None:
    assert set(throttles.wanted().values()) == {None}
    assert throttles.people_a_batch() == settings().batch_size


def test_each_batch_is_paid_for_before_it_is_claimed_and_no_more_than_was_sent(planned: Planned) -> None:
    campaign, held = planned("ada", "bo", "cy", size=2), list[int]()
    pace, transport = Counting(lambda: held.append(posting())), Playing()
    assert deliver(campaign, transport, pace) == 3
    assert sorted(pace.asked) == [1, 2]
    assert held == [0, 0]  # nobody's claim runs out while its worker waits
    assert pace.paid == 3
    assert transport.times == {"ada": 1, "bo": 1, "cy": 1}


def test_a_campaign_that_is_paused_while_its_turn_comes_writes_to_nobody(planned: Planned) -> None:
    campaign = planned("ada", "bo")

    def pause() -> None:
        steering.steer(campaign.key, settings().coordinators[0].email, steering.Turn.PAUSE, via="cli")

    pace, transport = Counting(pause), Playing()
    assert deliver(campaign, transport, pace) == 0
    assert transport.posts == []
    assert pace.paid == 0


def test_a_limit_that_would_hold_nothing_back_is_refused(home: object, set_environment: Callable[..., None]) -> None:
    set_environment(messages_an_hour=0)
    with pytest.raises(PermanentFailure, match="messages_an_hour"):
        throttles.wanted()
    set_environment(messages_an_hour=1000, requests_a_second=0)
    with pytest.raises(PermanentFailure, match="requests_a_second"):
        throttles.wanted()
