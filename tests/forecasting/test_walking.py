"""Whatever campaigns want: nobody is over the budget on any day, nobody is lost from the figures, first goes first."""

from collections import Counter

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.duties import Contact
from outreach.forecasting.collisions import Proposal, collisions, day_that_fits
from outreach.forecasting.shape import CHAINS, NEVER, SENDS, Coming, Register, Sender, Status, frame
from outreach.forecasting.walking import LOST, OPEN, SENT, VOID, Walked, walk

DAYS, WEEKS, SUNDAY = 40, 7, 6
NOBODY = frame({"person": "int64", "day": "int64", "campaign": "int64"})


def campaign(
    name: str, people: list[int], *, first: int = 0, until: int = 30, priority: int = 50, **said: bool
) -> Coming:
    """A campaign with one message to each of these people."""
    sender = Sender(name, "duty", name, name, None, Status.PLANNED, (-priority, 0.0, 1), **said)
    chains = pd.DataFrame({"person": people, "asked": NEVER, "last": NEVER, "highest": 0, "weekdays": 0})
    sends = {"chain": range(len(people)), "wave": 1, "first": first, "until": until, "offset": 0, "gap": 0}
    return Coming(sender, frame(CHAINS, chains), frame(SENDS, pd.DataFrame(sends)))


def with_reminder(one: Coming, *, first: int, until: int, gap: int) -> Coming:
    more = one.sends.assign(wave=2, first=first, until=until, gap=gap)
    return Coming(one.sender, one.chains, frame(SENDS, pd.concat([one.sends, more], ignore_index=True)))


def lately(*sent: tuple[int, int]) -> Register:
    """What people had: (person, day)."""
    recent = pd.DataFrame([(person, day, 7) for person, day in sent], columns=["person", "day", "campaign"])
    return Register(NOBODY[["person"]].assign(department="x"), recent.astype("int64"), {7: "before"})


def go(comings: list[Coming], budget: Contact | None, register: Register | None = None) -> Walked:
    return walk(comings, register or lately(), budget, DAYS, SUNDAY, WEEKS)


def sent(walked: Walked) -> set[tuple[int, int, int, int]]:
    """campaign, person, wave, day."""
    rows = walked.messages[walked.messages["state"] == SENT]
    return set(rows[["campaign", "person", "wave", "sent"]].itertuples(index=False, name=None))


TWO = Contact(name="contact", messages=2, days=14)


def test_the_higher_priority_goes_and_the_lower_when_there_is_a_place() -> None:
    walked = go([campaign("low", [1], priority=10), campaign("high", [1], priority=90), campaign("mid", [1])], TWO)
    assert sent(walked) == {(1, 1, 1, 0), (2, 1, 1, 0), (0, 1, 1, 14)}
    assert walked.over[0].tolist() == [True]  # today is a Sunday: a week of its own
    assert walked.at_limit[:, 0].tolist() == [True, True, True, False, False, False, False]


def test_what_was_sent_lately_takes_a_place_until_it_is_old() -> None:
    walked = go([campaign("one", [1])], TWO, lately((1, -13), (1, -3)))
    assert sent(walked) == {(0, 1, 1, 1)}


def test_whose_last_day_passes_without_a_place_is_lost() -> None:
    walked = go([campaign("one", [1, 2], until=5)], TWO, lately((1, 0), (1, 0)))
    assert sent(walked) == {(0, 2, 1, 0)}
    assert walked.messages["state"].tolist() == [LOST, SENT]


def test_what_is_free_goes_over_the_limit_and_takes_no_place() -> None:
    free = campaign("free", [1], counts=False, priority=90)
    assert len(sent(go([free, campaign("a", [1]), campaign("b", [1])], TWO))) == 3


def test_reminder_keeps_its_distance_from_what_was_late() -> None:
    reminded = with_reminder(campaign("one", [1, 2]), first=3, until=20, gap=5)
    walked = go([reminded], TWO, lately((1, -10), (1, -10)))
    assert sent(walked) == {(0, 1, 1, 4), (0, 1, 2, 9), (0, 2, 1, 0), (0, 2, 2, 5)}


def test_nobody_is_reminded_of_what_they_never_had() -> None:
    reminded = with_reminder(campaign("one", [1], until=2), first=1, until=30, gap=0)
    walked = go([reminded], Contact(name="contact", messages=1, days=30), lately((1, 0)))
    assert sent(walked) == set()
    assert set(walked.messages["state"]) == {LOST, VOID}


waves = st.tuples(st.integers(0, 30), st.integers(0, 12), st.integers(0, 9))
wanted = st.lists(
    st.tuples(st.sets(st.integers(1, 5), min_size=1), waves, waves, st.integers(0, 3), st.booleans()), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(
    wanted,
    st.lists(st.tuples(st.integers(1, 5), st.integers(-13, 0)), max_size=8),
    st.integers(1, 3),
    st.integers(1, 20),
)
def test_nobody_is_over_the_budget_and_everyone_due_is_accounted_for(
    many: list[tuple[set[int], tuple[int, int, int], tuple[int, int, int], int, bool]],
    before: list[tuple[int, int]],
    messages: int,
    days: int,
) -> None:
    comings = [
        with_reminder(
            campaign(f"c{n}", sorted(people), first=one[0], until=one[0] + one[1], priority=priority, apart=apart),
            first=two[0], until=two[0] + two[1], gap=two[2],
        )
        for n, (people, one, two, priority, apart) in enumerate(many)
    ]  # fmt: skip
    walked = go(comings, Contact(name="contact", messages=messages, days=days), lately(*before))
    assert len(walked.messages) == sum(len(one.sends) for one in comings)
    assert set(walked.messages["state"]) <= {OPEN, SENT, LOST, VOID}
    rows = walked.messages
    went = rows[rows["state"] == SENT]
    assert ((went["sent"] >= went["first"]) & (went["sent"] <= went["until"])).all()
    had = Counter(before)
    for _, person, _, day in sent(walked):
        window = sum(count for (who, when), count in had.items() if who == person and day - days < when <= day)
        window += sum(1 for _, who, _, when in sent(walked) if who == person and day - days < when <= day)
        assert window <= messages
    assert {tuple(one) for one in rows[["campaign", "person", "wave"]].to_numpy().tolist()} == {
        (n, person, wave) for n, (people, *_) in enumerate(many) for person in people for wave in (1, 2)
    }


def test_campaign_that_finds_no_place_is_told_when_it_would() -> None:
    people = list(range(10))
    first, second = campaign("a", people, priority=90), campaign("b", people, priority=80)
    late = campaign("late", people, priority=10, until=35, movable=True)
    comings = [first, second, late]
    [met] = collisions(comings, go(comings, TWO), lately(), TWO, DAYS)
    assert (met.lower, set(met.higher), met.people, met.share) == ("late", {"a", "b"}, 10, 1.0)
    assert (met.later, met.lost, met.proposal, met.to_day) == (10, 0, Proposal.WAIT, 14)


def test_campaign_of_few_days_lets_the_others_go() -> None:
    people = list(range(10))
    comings = [campaign("a", people, priority=90), campaign("b", people, priority=80), campaign("c", people, until=4)]
    [met] = collisions(comings, go(comings, TWO), lately(), TWO, DAYS)
    assert (met.lower, met.later, met.lost, met.proposal) == ("c", 0, 10, Proposal.LET_GO)


def test_special_edition_beside_the_newsletter_is_better_merged() -> None:
    people = list(range(20))
    special = campaign("extra", people[:10], edition=True, special=True)
    letter = campaign("newsletter", people, first=6, edition=True)
    [met] = collisions([special, letter], go([special, letter], TWO), lately(), TWO, DAYS)
    assert (met.lower, met.higher, met.people, met.share) == ("extra", ("newsletter",), 10, 1.0)
    assert met.proposal == Proposal.MERGE
    far = campaign("newsletter", people, first=20, edition=True)
    assert collisions([special, far], go([special, far], TWO), lately(), TWO, DAYS) == []


def test_a_handful_of_people_is_no_collision() -> None:
    comings = [campaign("a", [1, 2], priority=90), campaign("b", [1, 2], priority=80), campaign("c", [1, 2])]
    assert collisions(comings, go(comings, TWO), lately(), TWO, DAYS) == []


def test_day_that_fits_pushes_nobody_else_out() -> None:
    mine = pd.DataFrame({"person": [1], "first": [0], "until": [39]})
    others = pd.DataFrame({"person": [1, 1, 1], "day": [0, 1, 20]})
    # The first is old on day 14; with the one on day 20 it is two in fourteen days.
    assert day_that_fits(mine, others, TWO, DAYS) == 14
    crowded = pd.DataFrame({"person": [1] * 4, "day": [0, 1, 20, 21]})
    assert day_that_fits(mine, crowded, TWO, DAYS) == 34
