"""One person, many senders: nobody gets more than the budget, and who is over it is dropped or waits."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Person
from outreach.outgoing import Proof, Result
from outreach.queries import approvals, arrivals, figures, one_person
from tests.conftest import NOON
from tests.contact.conftest import Office, numbers

HIGH, LOW, WAITS, FREE = "priority = 80", "priority = 20", 'priority = 20\nover_budget = "wait"', "counts = false"
SENT = ("accepted", None, None)


def days_later(days: int) -> object:
    return clock.frozen(NOON + timedelta(days=days))


def over(duty: str, status: str = "excluded") -> tuple[str, str, str]:
    return (status, "over_budget", duty)


# Selecting


def test_who_has_had_as_many_messages_as_the_budget_is_left_out_and_the_ledger_says_for_whom(office: Office) -> None:
    office.configure(2, 14, high=HIGH, low=LOW)
    office.enrol(3)
    for people in ([1, 2], [1]):
        campaign = office.open("high")
        office.select(campaign, people)
        assert office.send(campaign) == people
    low = office.open("low")
    office.select(low, [1, 2, 3])
    assert office.outcomes(low)[1] == over("high")
    assert office.send(low) == [2, 3]


def test_who_was_dropped_is_looked_at_again_by_the_next_selection_and_gets_it_when_the_window_has_passed(
    office: Office,
) -> None:
    office.configure(1, 14, high=HIGH, low=LOW)
    office.enrol(1)
    high = office.open("high")
    office.select(high, [1])
    assert office.send(high) == [1]
    low = office.open("low")
    for day in range(14):
        with days_later(day):
            office.select(low, [1])
            assert office.send(low) == []
            assert office.outcomes(low) == {1: over("high")}
    with days_later(14):
        office.select(low, [1])
        assert office.outcomes(low) == {1: ("planned", None, None)}
        assert office.send(low) == [1]


def test_who_is_planned_in_a_campaign_that_goes_first_is_left_out(office: Office) -> None:
    office.configure(1, 14, high=HIGH, low=LOW)
    office.enrol(4)
    low_first, high, low = office.open("low"), office.open("high"), office.open("low")
    office.select(low_first, [1])
    office.select(high, [2, 3])
    office.select(low, [1, 2, 4])
    assert office.outcomes(low) == {1: over("low"), 2: over("high"), 4: ("planned", None, None)}
    assert [office.send(one) for one in (low, low_first, high)] == [[4], [1], [2, 3]]


def test_what_is_free_neither_takes_a_place_nor_needs_one(office: Office) -> None:
    office.configure(1, 14, high=HIGH, low=LOW, free=FREE)
    office.enrol(1)
    every = [office.open(duty) for duty in ("free", "high", "free", "free", "low")]
    for campaign in every:
        office.select(campaign, [1])
    assert [office.send(campaign) for campaign in every] == [[1], [1], [1], [1], []]


def test_without_a_budget_everybody_gets_everything(office: Office) -> None:
    office.configure(None, high=HIGH, low=LOW)
    office.enrol(1)
    for duty in ("high", "low", "high", "low"):
        campaign = office.open(duty)
        office.select(campaign, [1])
        assert office.send(campaign) == [1]


# Claiming


def test_a_campaign_that_waits_keeps_its_people_and_writes_to_them_when_there_is_a_place(office: Office) -> None:
    office.configure(1, 14, high=HIGH, waits=WAITS)
    office.enrol(3)
    high, waits = office.open("high"), office.open("waits")
    office.select(high, [1, 2])
    assert office.send(high) == [1, 2]
    office.select(waits, [1, 2, 3])
    assert office.send(waits) == [3]
    for day in range(14):
        with days_later(day):
            assert office.send(waits) == []
    assert office.outcomes(waits) == {1: over("high", "planned"), 2: over("high", "planned"), 3: SENT}
    with days_later(14):
        assert office.send(waits) == [1, 2]
    assert office.outcomes(waits) == dict.fromkeys([1, 2, 3], SENT)


def test_people_who_wait_are_counted_apart_from_those_who_wait_for_approval(office: Office) -> None:
    office.configure(1, 14, high=HIGH, waits=WAITS)
    office.enrol(3)
    high, waits = office.open("high"), office.open("waits")
    office.select(high, [1, 2])
    office.send(high)
    office.select(waits, [1, 2, 3])
    office.send(waits)
    with session_scope(reading=True) as session:
        assert arrivals.waiting(session, [high.id, waits.id], clock.now()) == arrivals.Waiting(0, 0, None, 2)


@pytest.mark.parametrize("late", ["low", "waits"])
def test_a_campaign_planned_earlier_yields_to_a_higher_one_that_is_selected_before_its_claim(
    office: Office, late: str
) -> None:
    office.configure(1, 14, high=HIGH, low=LOW, waits=WAITS)
    office.enrol(2)
    lower, high = office.open(late), office.open("high")
    office.select(lower, [1, 2])
    office.select(high, [1])
    assert office.send(lower) == [2]
    assert office.outcomes(lower)[1] == over("high", "planned" if late == "waits" else "excluded")
    assert office.send(high) == [1]


def test_who_was_dropped_in_a_claim_is_looked_at_again_by_the_next_selection(office: Office) -> None:
    office.configure(1, 14, high=HIGH, low=LOW)
    office.enrol(1)
    low, high = office.open("low"), office.open("high")
    office.select(low, [1])
    office.select(high, [1])
    assert office.send(low) == []
    office.close(high)
    office.select(low, [1])
    assert office.send(low) == [1]


@pytest.mark.parametrize(
    ("result", "goes_out"),
    [
        (Result(Proof.ACCEPTED), False),
        (Result(Proof.UNKNOWN), False),
        (Result(Proof.REFUSED), True),
        (None, False),  # it is on its way still
    ],
)
def test_what_may_have_left_takes_a_place_and_what_was_refused_gives_it_back(
    office: Office, result: Result | None, goes_out: bool
) -> None:
    office.configure(1, 14, high=HIGH, waits=WAITS)
    office.enrol(1)
    high, waits = office.open("high"), office.open("waits")
    for campaign in (high, waits):
        office.select(campaign, [1])
    claim = office.claim(high)
    assert claim is not None
    if result is not None:
        office.record(claim, result)
    assert office.send(waits) == ([1] if goes_out else [])


def test_a_paused_campaign_keeps_its_place_and_a_cancelled_one_gives_it_back(office: Office) -> None:
    office.configure(1, 14, high=HIGH, waits=WAITS)
    office.enrol(1)
    high, waits = office.open("high"), office.open("waits")
    for campaign in (high, waits):
        office.select(campaign, [1])
    office.pause(high)
    assert office.send(waits) == []
    office.close(high)
    assert office.send(waits) == [1]


def test_reminders_of_the_same_campaign_count_too(office: Office) -> None:
    office.configure(1, 14, waits=WAITS)
    office.enrol(1)
    campaign = office.open("waits")
    office.select(campaign, [1])
    assert office.send(campaign) == [1]
    office.select(campaign, [1], wave=2)
    with days_later(13):
        assert office.send(campaign) == []
    with days_later(14):
        assert office.send(campaign) == [1]


def test_who_said_no_while_they_waited_gets_nothing(office: Office) -> None:
    office.configure(1, 14, high=HIGH, waits=WAITS)
    office.enrol(1)
    high, waits = office.open("high"), office.open("waits")
    office.select(high, [1])
    office.send(high)
    office.select(waits, [1])
    office.send(waits)
    with session_scope() as session:
        session.execute(update(Person).values(membership="left"))
    with days_later(14):
        assert office.send(waits) == []
    assert office.outcomes(waits) == {1: ("excluded", "left", None)}


def test_two_workers_that_claim_two_campaigns_at_once_never_both_write_to_a_person(office: Office) -> None:
    """The lower one has claimed and not committed when the higher one is selected and claimed: that waits, and sees."""
    office.configure(1, 14, high=HIGH, low=LOW)
    office.enrol(3)
    low, high = office.open("low"), office.open("high")
    office.select(low, [1, 2])
    taken: list[list[int]] = []

    def other_worker() -> None:
        office.select(high, [1, 3])
        claim = office.claim(high)
        taken.append(numbers(claim) if claim else [])

    worker = threading.Thread(target=other_worker)
    with session_scope() as session:
        claim = office.claim_in(session, low)
        assert claim is not None
        worker.start()
        worker.join(timeout=1)
        assert worker.is_alive()
    worker.join(timeout=30)
    assert (numbers(claim), taken) == ([1, 2], [[3]])
    assert office.outcomes(high)[1] == over("low")


# What people see


def test_the_campaign_that_went_first_is_named_on_the_sheet_in_the_figures_and_for_the_person(office: Office) -> None:
    office.configure(1, 14, high=HIGH, low=LOW)
    office.enrol(3)
    high, low = office.open("high"), office.open("low")
    office.select(high, [1, 2])
    office.send(high)
    office.select(low, [1, 2, 3])
    named = f"over_budget:{high.key}"
    with session_scope() as session:
        assert approvals.sheet(session, low.id, 1).exclusions == {named: 2}
        assert figures.exclusions(session, low.id).to_dict("records") == [{"wave": 1, "reason": named, "people": 2}]
        told = one_person.everything(session, "1@example.org", actor="test", action="looked_at")["messages"]
    assert [(line["key"], line["reason"], line["yields_to"]) for line in told] == [
        (high.key, None, None),
        (low.key, "over_budget", high.key),
    ]
