"""What the provider reports becomes true in the ledger: one by one, whatever it leaves out."""

from datetime import timedelta
from typing import Any

import pytest

from outreach import clock, settling
from outreach.models import BatchStatus
from outreach.models import RecipientStatus as S
from tests.conftest import NOON
from tests.provider_events.conftest import (
    Sent,
    batch_status,
    bounce,
    event,
    ledger_now,
    report,
    status_of,
    store,
    stored,
    suppressed_as,
    token_of,
)

KINDS: list[tuple[dict[str, Any], str, str | None]] = [
    (event("p0", "processed"), "accepted", None),
    (event("p1", "deferred", response="450 later"), "deferred", None),
    (event("p2", "delivered"), "delivered", None),
    (bounce("p3"), "bounced", "hard_bounce"),
    (bounce("p4", status=None), "bounced", "hard_bounce"),
    (bounce("p5", status="4.2.2"), "bounced", "soft_bounce"),
    (bounce("p6", type="blocked"), "bounced", "soft_bounce"),
    (event("p7", "dropped", reason="Bounced Address"), "dropped", "bounced_address"),
    (event("p8", "dropped", reason="p8@students.example.org is no good"), "dropped", "dropped"),
    (event("p9", "spamreport"), "complained", None),
    (event("p10", "unsubscribe"), "delivered", None),
    (event("p11", "delivered", category="a-string"), "delivered", None),
    (event("p12", "delivered", category=["a", "list"]), "delivered", None),
    (event("p13", "delivered", sg_message_id=None, sg_event_id=None), "delivered", None),
    (event("p14", "account_status_change"), "unknown", None),
    (event("p15", "Delivered!"), "unknown", None),
    (event("p16", "delivered", recipient="' OR 1=1 --", email=None), "unknown", None),
    (event("p17", "delivered", timestamp="tomorrow", email=["x"], sg_message_id=7), "delivered", None),
    (event("p18", "delivered", sg_event_id="x" * 5000), "delivered", None),
]


def test_each_kind_moves_its_own_person_and_every_event_is_kept(db: str, sent: Sent) -> None:
    sent(*(f"p{number}" for number in range(len(KINDS) + 1)))
    assert store(*(given for given, _, _ in KINDS)) == len(KINDS)
    settling.settle_all()
    expected = {f"p{number}": outcome for number, (_, *outcome) in enumerate(KINDS)}
    assert {name: list(status_of(name)) for name in expected} == expected
    assert status_of(f"p{len(KINDS)}") == ("unknown", None)
    assert store(*(given for given, _, _ in KINDS)) == 0
    assert len(stored()) == len(KINDS)


def test_a_batch_is_settled_person_by_person(db: str, sent: Sent) -> None:
    batch = sent("ada", "bo", "cy")
    report(event("ada", "delivered"), event("bo", "processed"))
    assert (status_of("cy")[0], batch_status(batch)) == ("unknown", "unknown")
    report(bounce("cy"))
    assert {name: status_of(name)[0] for name in ("ada", "bo", "cy")} == {
        "ada": "delivered",
        "bo": "accepted",
        "cy": "bounced",
    }
    assert batch_status(batch) == "accepted"


def test_a_batch_of_which_nothing_is_heard_stays_unknown(db: str, sent: Sent) -> None:
    batch = sent("ada")
    report(event("stranger", "delivered"))
    assert (status_of("ada")[0], batch_status(batch)) == ("unknown", "unknown")


def test_news_that_came_before_the_worker_was_given_up_settles_the_batch_later(db: str, sent: Sent) -> None:
    """Everyone has been heard of when the batch becomes unknown: no event comes that could settle it."""
    batch = sent("ada", status=S.DELIVERED)
    settling.settle_all()
    assert batch_status(batch) == "accepted"


def test_the_times_are_the_events_own(db: str, sent: Sent) -> None:
    sent("ada")
    report(event("ada", "delivered", 30), event("ada", "processed", 10))
    assert ledger_now()[token_of("ada")] == (
        "delivered",
        None,
        NOON + timedelta(seconds=10),
        NOON + timedelta(seconds=30),
    )


def test_late_news_of_someone_planned_again_keeps_them_from_a_second_message(db: str, sent: Sent) -> None:
    sent("ada", status=S.PLANNED)
    report(event("ada", "delivered"))
    assert status_of("ada")[0] == "delivered"


def test_a_late_bounce_without_our_token_is_known_by_request_and_address(db: str, sent: Sent) -> None:
    sent("ada", status=S.ACCEPTED, batch=BatchStatus.ACCEPTED, message_id="known")
    report(bounce("ada", recipient=None))
    assert status_of("ada") == ("bounced", "hard_bounce")


@pytest.mark.parametrize("request_id", ["first", "kn_wn", "last"])
def test_a_late_bounce_of_a_batch_that_was_split_is_known_by_any_of_its_requests(
    db: str, sent: Sent, request_id: str
) -> None:
    sent("ada", status=S.ACCEPTED, batch=BatchStatus.ACCEPTED, message_id="first,kn_wn,last")
    report(bounce("ada", recipient=None, sg_message_id=f"{request_id}.recvd-1.0"))
    assert status_of("ada") == ("bounced", "hard_bounce")


@pytest.mark.parametrize("request_id", ["fir", "ast", "known", "%"])
def test_a_part_of_a_requests_id_is_another_request(db: str, sent: Sent, request_id: str) -> None:
    sent("ada", status=S.ACCEPTED, batch=BatchStatus.ACCEPTED, message_id="first,kn_wn,last")
    report(bounce("ada", recipient=None, sg_message_id=f"{request_id}.recvd-1.0"))
    assert status_of("ada") == ("accepted", None)


def test_a_late_bounce_with_nothing_but_an_address_is_about_the_newest_message_to_it(db: str, sent: Sent) -> None:
    sent("ada", status=S.ACCEPTED, batch=BatchStatus.ACCEPTED, message_id="known")
    report(bounce("ada", recipient=None, sg_message_id=None, email=" ADA@Students.Example.Org"))
    assert status_of("ada") == ("bounced", "hard_bounce")


def test_an_unknown_persons_bounce_is_known_by_the_address_though_the_request_is_not(db: str, sent: Sent) -> None:
    sent("ada")
    report(bounce("ada", recipient=None, sg_message_id="never-heard-of.1"))
    assert status_of("ada") == ("bounced", "hard_bounce")


def test_a_bounce_of_another_request_or_of_long_ago_is_not_ours(db: str, sent: Sent) -> None:
    sent("ada", status=S.ACCEPTED, batch=BatchStatus.ACCEPTED, message_id="known")
    sent("bo", status=S.ACCEPTED, claimed_at=NOON - timedelta(days=8))
    report(
        bounce("ada", recipient=None, sg_message_id="someone-elses.1"),
        bounce("bo", recipient=None, sg_message_id=None),
        event("ada", "delivered", recipient=None, sg_message_id=None),
    )
    assert (status_of("ada")[0], status_of("bo")[0]) == ("accepted", "accepted")


def test_hard_bounces_and_complaints_suppress_the_address_for_everything(db: str, sent: Sent) -> None:
    sent("ada", "bo", "cy")
    report(bounce("ada"), event("bo", "spamreport"), bounce("cy", type="blocked"))
    assert suppressed_as("ada") == {("all", "bounced")}
    assert suppressed_as("bo") == {("all", "complained")}
    assert suppressed_as("cy") == set()


def test_an_unsubscription_at_the_provider_holds_for_the_purpose(db: str, sent: Sent) -> None:
    sent("ada")
    report(event("ada", "group_unsubscribe"), event("stranger", "unsubscribe"))
    assert suppressed_as("ada") == {("invitation", "unsubscribed_at_provider")}
    assert suppressed_as("stranger") == {("all", "unsubscribed_at_provider")}


def test_soft_bounces_suppress_when_they_weigh_three(db: str, sent: Sent) -> None:
    sent("ada")
    day = 24 * 3600
    for number in range(3):
        report(*(bounce("ada", -number * day - often, type="blocked") for often in (0, 60, 3600)))
        assert suppressed_as("ada") == set()
    report(bounce("ada", -3 * day, type="blocked"))
    assert suppressed_as("ada") == {("all", "bounced_softly")}


def test_soft_bounces_a_month_apart_never_suppress(db: str, sent: Sent) -> None:
    sent("ada")
    report(*(bounce("ada", -number * 30 * 24 * 3600, type="blocked") for number in range(40)))
    assert suppressed_as("ada") == set()


def test_what_stays_deferred_for_three_days_counts_as_a_soft_bounce_once(db: str, sent: Sent) -> None:
    sent("ada", "bo")
    report(event("ada", "deferred"), event("bo", "deferred"), event("bo", "delivered", 60))
    assert settling.note_unresolved() == 0
    with clock.frozen(NOON + timedelta(hours=73)):
        assert settling.note_unresolved() == 1
        assert settling.note_unresolved() == 0
        settling.settle_all()
    assert status_of("ada")[0] == "deferred"
    assert len(stored()) == 4


def test_old_events_are_forgotten_and_the_ledger_is_not(db: str, sent: Sent) -> None:
    sent("ada")
    report(event("ada", "delivered"))
    with clock.frozen(NOON + timedelta(days=89)):
        assert settling.forget_old() == 0
    with clock.frozen(NOON + timedelta(days=91)):
        assert settling.forget_old() == 1
    assert (status_of("ada")[0], stored()) == ("delivered", [])


def test_events_that_wait_are_not_forgotten(db: str, sent: Sent) -> None:
    store(event("ada", "delivered"))
    with clock.frozen(NOON + timedelta(days=91)):
        assert settling.forget_old() == 0
