"""How much those who are about to be written to have had lately, and who of them would wait: what a preview shows."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import insert

from outreach import clock
from outreach.database import session_scope
from outreach.models import Campaign, Recipient, RecipientStatus
from outreach.queries import contact_pressure
from tests.spine.conftest import Student, enrol

__all__ = ["enrol"]


def campaign(duty: str, period: str, people: dict[int, RecipientStatus], *, days_ago: int = 1) -> int:
    """A campaign with these people in its first wave; what was accepted was so many days ago."""
    now = clock.now()
    with session_scope() as session:
        id_ = session.execute(
            insert(Campaign)
            .values(key=f"{duty}/{period}/central", duty=duty, period=period, parameters={}, opened_at=now)
            .returning(Campaign.id)
        ).scalar_one()
        rows = [
            {
                "token": f"{period}-{person}", "campaign_id": id_, "wave": 1, "person_id": person, "language": "sv",
                "status": status, "selected_at": now, "planned_at": now,
                "accepted_at": now - timedelta(days=days_ago) if status == RecipientStatus.ACCEPTED else None,
            }
            for person, status in people.items()
        ]  # fmt: skip
        session.execute(insert(Recipient), rows)
    return id_


def test_messages_of_the_last_days_are_counted_a_person_and_free_ones_are_not(
    db: str, enrol: Callable[..., dict[str, int]]
) -> None:
    who = enrol(Student("none"), Student("one"), Student("two"), Student("elsewhere"))
    had = RecipientStatus.ACCEPTED
    campaign("event-invitation", "first", {who["one"]: had, who["two"]: had, who["elsewhere"]: had}, days_ago=2)
    campaign("event-invitation", "second", {who["two"]: had})
    campaign("event-invitation", "long-ago", {who["none"]: had}, days_ago=15)
    campaign("event-notices", "free", {who["none"]: had})
    planned = {who[name]: RecipientStatus.PLANNED for name in ("none", "one", "two")}
    newsletter = campaign("quarterly-newsletter", "now", planned)
    with session_scope(reading=True) as session:
        assert contact_pressure.had_lately(session, newsletter, 1, clock.now()) == {1: 1, 2: 1}
        assert contact_pressure.would_wait(session, newsletter, 1, clock.now()) == {
            "event-invitation/second/central": 1
        }
