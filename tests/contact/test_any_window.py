"""Random campaigns on random days: no person is over the budget in any window, and nobody is lost on the way."""

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from outreach import clock, duties
from outreach.database import session_scope
from outreach.models import Campaign, CampaignStatus, Recipient
from outreach.outgoing import Proof, Result
from outreach.queries import batches, ledger
from tests.conftest import NOON
from tests.contact.conftest import Office, numbers

PEOPLE = 3
EXAMPLES = int(os.environ.get("OFFICES", "12"))  # how many schedules are lived through
PROOFS = {proof: Result(proof) for proof in Proof}
crowds = st.sampled_from([[1], [2], [1, 2], [2, 3], [1, 2, 3], [1, 2, 3]])
said = st.builds(
    lambda priority, counts, over: (
        f'priority = {priority}\ncounts = {"true" if counts else "false"}\nover_budget = "{over}"'
    ),
    st.sampled_from([20, 50, 50, 80]),
    st.sampled_from([True, True, True, True, False]),
    st.sampled_from(["drop", "wait"]),
)
number = st.integers(0, 99)
opened = st.tuples(st.just("open"), st.sampled_from(["a", "b", "c"]), crowds)
steps = st.one_of(
    st.tuples(st.just("select"), number, crowds, st.sampled_from([1, 1, 1, 2])),
    opened,
    st.tuples(st.just("claim"), number),
    st.tuples(st.just("record"), number, st.sampled_from([*Proof, Proof.ACCEPTED, Proof.ACCEPTED])),
    st.tuples(st.just("send"), number),
    st.tuples(st.just("send"), number),
    st.tuples(st.just("cancel"), number),
    st.tuples(st.just("pass"), st.integers(1, 60)),  # hours
)
schedules = st.builds(
    lambda first, then: [*first, *then],
    st.lists(opened, min_size=2, max_size=4),
    st.lists(steps, min_size=8, max_size=24),
)


@dataclass
class World:
    """What happens, and an account of its own of who may have got what when."""

    office: Office
    now: datetime = NOON
    campaigns: list[Campaign] = field(default_factory=list)
    crowds: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    held: list[tuple[Campaign, batches.Claim]] = field(default_factory=list)
    left: list[tuple[int, datetime, datetime]] = field(default_factory=list)  # person, claimed, recorded; what counts
    claimed_at: dict[int, datetime] = field(default_factory=dict)

    def step(self, what: str, *given_: Any) -> None:
        with clock.frozen(self.now):
            getattr(self, f"do_{what}")(*given_)

    def one(self, number_: int) -> Campaign | None:
        return self.campaigns[number_ % len(self.campaigns)] if self.campaigns else None

    def do_pass(self, hours: int) -> None:
        while self.held:  # a claim is given up after ten minutes
            self.record(0, Proof.UNKNOWN)
        self.now += timedelta(hours=hours)

    def do_open(self, duty: str, crowd: list[int]) -> None:
        self.campaigns.append(self.office.open(duty))
        self.do_select(len(self.campaigns) - 1, crowd, 1)

    def do_select(self, number_: int, crowd: list[int], wave: int) -> None:
        if (campaign := self.one(number_)) and self.is_open(campaign):
            self.office.select(campaign, crowd, wave)
            self.crowds[campaign.id, wave] |= set(crowd)

    def do_cancel(self, number_: int) -> None:
        if campaign := self.one(number_):
            self.office.close(campaign)

    def do_claim(self, number_: int) -> None:
        if campaign := self.one(number_):
            self.office.make_ready(campaign)
            self.claim(campaign)

    def do_record(self, number_: int, proof: Proof) -> None:
        if self.held:
            self.record(number_ % len(self.held), proof)

    def do_send(self, number_: int) -> None:
        if campaign := self.one(number_):
            self.office.make_ready(campaign)
            while self.claim(campaign):
                self.record(len(self.held) - 1, Proof.ACCEPTED)

    def claim(self, campaign: Campaign) -> bool:
        if (claim := self.office.claim(campaign)) is not None:
            self.held.append((campaign, claim))
            self.claimed_at[claim.batch_id] = clock.now()
        return claim is not None

    def record(self, place: int, proof: Proof) -> None:
        campaign, claim = self.held.pop(place)
        self.office.record(claim, PROOFS[proof])
        if duties.duty(campaign.duty).counts and proof in {Proof.ACCEPTED, Proof.UNKNOWN}:
            self.left += [(one, self.claimed_at[claim.batch_id], clock.now()) for one in numbers(claim)]

    def is_open(self, campaign: Campaign) -> bool:
        with session_scope(reading=True) as session:
            found = session.scalar(select(Campaign.status).where(Campaign.id == campaign.id))
        return found == CampaignStatus.OPEN


def most_in_any_window(moments: list[datetime], days: int) -> int:
    """The most of these moments that fall on `days` calendar days of the office in a row."""
    on = [moment.astimezone(clock.OFFICE_ZONE).date() for moment in moments]
    return max(sum(first <= day < first + timedelta(days=days) for day in on) for first in on)


def nobody_is_over_budget(world: World, messages: int, days: int) -> None:
    for person in range(1, PEOPLE + 1):
        for which in (1, 2):  # by when it was claimed, and by when it was recorded
            if moments := [entry[which] for entry in world.left if entry[0] == person]:
                assert most_in_any_window(moments, days) <= messages  # type: ignore[arg-type]


def everyone_is_accounted_for(world: World) -> None:
    """One row a person selected; whoever yields does so to another's message that counts, and waits where they can."""
    with session_scope(reading=True) as session:
        rows = session.scalars(select(Recipient)).all()
        duty_of = {campaign.id: duties.duty(campaign.duty) for campaign in session.scalars(select(Campaign))}
    seen: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in rows:
        seen[row.campaign_id, row.wave].append(row.person_id or 0)
        if row.reason == "over_budget":
            event(f"over budget, {row.status}")
            assert row.yields_to_id is not None
            assert duty_of[row.campaign_id].counts
            assert duty_of[row.yields_to_id].counts
            assert row.batch_id is None
            waits = duty_of[row.campaign_id].over_budget == "wait"
            assert row.status == ("planned" if waits else "excluded")
        else:
            assert row.status != "excluded"
    assert {place: sorted(people) for place, people in seen.items()} == {
        place: sorted(people) for place, people in world.crowds.items() if people
    }


def nobody_waits_for_ever(world: World, days: int) -> None:
    """Run every campaign once in each window from now on: each gives everyone a place in the end."""
    rounds = sum(len(people) for people in world.crowds.values())
    for _ in range(rounds + 1):
        world.step("pass", 24 * days)
        for place in range(len(world.campaigns)):
            for (campaign_id, wave), crowd in list(world.crowds.items()):
                if campaign_id == world.campaigns[place].id and crowd:
                    world.step("select", place, sorted(crowd), wave)
            world.step("send", place)
        if not waiting_or_dropped(world):
            return
    raise AssertionError(f"{waiting_or_dropped(world)} still wait")


def waiting_or_dropped(world: World) -> int:
    left_over = ("planned", "excluded")
    with session_scope(reading=True) as session:
        return sum(
            count
            for campaign in world.campaigns
            if world.is_open(campaign)
            for (_, status), count in ledger.counts(session, campaign.id).items()
            if status in left_over
        )


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    messages=st.integers(1, 2),
    days=st.integers(1, 7),
    said_of=st.fixed_dictionaries({"a": said, "b": said, "c": said}),
    schedule=schedules,
)
def test_no_person_is_over_budget_in_any_window_and_nobody_is_lost(
    sqlite_db: str,
    office_of: Callable[[], Office],
    messages: int,
    days: int,
    said_of: dict[str, str],
    schedule: list[tuple[Any, ...]],
) -> None:
    office = office_of()
    office.configure(messages, days, **said_of)
    office.enrol(PEOPLE)
    world = World(office)
    for what, *given_ in schedule:
        world.step(what, *given_)
    everyone_is_accounted_for(world)
    nobody_is_over_budget(world, messages, days)
    nobody_waits_for_ever(world, days)
    nobody_is_over_budget(world, messages, days)


def test_the_window_is_so_many_calendar_days() -> None:
    days = [date(2026, 11, day) for day in (1, 8, 15)]
    moments = [clock.start_of(day) + timedelta(hours=9) for day in days]
    assert [most_in_any_window(moments, span) for span in (1, 7, 8, 14, 15)] == [1, 1, 2, 2, 3]
