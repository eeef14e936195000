"""Answers, selections, claims, pauses, noes and erasures in any order: who has answered is not reminded, nobody gets
anything twice, and the thanks are for just those who answered."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from outreach import campaigning, clock, delivery, duties, steering
from outreach.database import session_scope
from outreach.models import Campaign, CampaignStatus
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import campaigns, consents, one_person
from outreach.settings import settings
from tests.conftest import NOON
from tests.surveys.conftest import DUTY, Enrol, a_class, answer, approve_all, outcomes, publish

KEY = "career-survey/career-2025-08-15m/central"
CLASS = [f"g{number}" for number in range(9)]
THANKS, STEPS, OPEN_DAYS = 4, 70, 42


@dataclass
class World:
    """What has happened, as an onlooker would note it, and a transport that lets more happen while it posts."""

    ids: dict[str, int]
    chance: Random
    day: int = 0
    answered: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)  # erased, or said no
    got: Counter[tuple[str, int]] = field(default_factory=Counter)
    name: str = "watching"

    def send(self, batch: OutgoingBatch) -> Result:
        wave = int(batch.key.split("/")[-2])
        here = {one.address.split("@")[0] for one in batch.addressees}
        if wave < THANKS:
            assert not here & self.answered, f"wave {wave} to {here & self.answered}, who had answered"
        else:
            assert here <= self.answered
        self.got.update((uid, wave) for uid in here)
        if self.chance.random() < 0.5:
            self.answers(self.chance.choice(CLASS))  # whoever is in the batch has it already
        if self.chance.random() < 0.2:
            steer(steering.Turn.PAUSE)
        return Result(Proof.ACCEPTED)

    def answers(self, uid: str, *, send: bool = True) -> None:
        if self.day <= OPEN_DAYS and uid not in self.gone | self.answered:
            answer(self.ids[uid], send=send)
            self.answered |= {uid} if send else set()

    def erased(self, uid: str) -> None:
        with session_scope() as session:
            one_person.erase(session, f"{uid}@students.example.org", clock.now(), actor="office")
        self.gone.add(uid)

    def says_no(self, uid: str) -> None:
        if uid in self.gone:
            return
        with session_scope() as session:
            consents.withdraw(session, self.ids[uid], ["follow-up"], language="sv", source="page", at=clock.now())
        self.gone.add(uid)

    def select(self) -> None:
        for campaign in opened():
            with session_scope() as session:
                campaigning.select(session, campaign, clock.today())

    def render(self) -> None:
        for campaign in opened():
            with session_scope() as session:
                campaigning.render(session, campaign)
        approve_all()

    def deliver(self) -> None:
        for campaign in opened():
            delivery.deliver(campaign, duties.duty(DUTY), range(1, THANKS + 1), self)

    def step(self) -> None:
        uid = self.chance.choice(CLASS)
        does: list[Callable[[], None]] = [
            *[self.select, self.render, self.deliver, self.later] * 4, lambda: self.answers(uid), resume,
            lambda: self.answers(uid, send=False), resume, lambda: steer(steering.Turn.PAUSE),
        ]  # fmt: skip
        if len(self.gone) < 3:
            does += [lambda: self.erased(uid), lambda: self.says_no(uid)]
        with clock.frozen(NOON + timedelta(days=self.day)):
            self.chance.choice(does)()

    def later(self) -> None:
        self.day = min(self.day + self.chance.randint(1, 4), OPEN_DAYS)


def opened() -> list[Campaign]:
    with session_scope() as session:
        return campaigning.open_campaigns(session, DUTY, day=clock.today(), department=None, parameters={})


def steer(turn: steering.Turn) -> None:
    with session_scope(reading=True) as session:
        campaign = campaigns.by_key(session, KEY)
    wanted = CampaignStatus.OPEN if turn is steering.Turn.PAUSE else CampaignStatus.PAUSED
    if campaign is not None and campaign.status == wanted:
        steering.steer(KEY, settings().coordinators[0].email, turn, via="cli")


def resume() -> None:
    steer(steering.Turn.RESUME)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_who_has_answered_is_reminded_and_nobody_gets_anything_twice(
    db: str, graduate: Enrol, set_environment: Callable[..., None], seed: int
) -> None:
    set_environment(batch_size=2, sender_threads=1)  # what is answered while one posts, no other has claimed before
    world = World(graduate(*a_class(len(CLASS))), Random(seed))
    opened()
    for _ in range(STEPS):
        world.step()
    with clock.frozen(NOON + timedelta(days=OPEN_DAYS + 1)):
        world.day = OPEN_DAYS + 1
        publish()
        for _ in range(6):  # a batch may pause it
            resume()
            world.select()
            world.render()
            world.deliver()
    assert max(world.got.values()) == 1
    assert {wave for _, wave in world.got} >= {1, 2, THANKS}  # it was not quiet
    thanked = {uid for uid, wave in world.got if wave == THANKS}
    assert thanked == world.answered - world.gone
    for wave in range(1, THANKS + 1):
        assert "planned" not in {status for status, _ in outcomes(wave).values()}
        assert {uid for uid, (status, _) in outcomes(wave).items() if status == "accepted"} <= {
            uid for uid, number in world.got if number == wave
        }
