"""Batches leave at their moment: in each recipient's own morning, and never in the office's night."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Batch, Campaign
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import arrivals
from outreach.settings import ROOT
from tests.delivery.conftest import Planned, Playing, planned, run, take
from tests.spine.conftest import Student, enrol

__all__ = ["enrol", "planned"]

Enrol = Callable[..., dict[str, int]]
SUNDAY_NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)  # at the office
NEW_YORK = datetime(2026, 11, 22, 14, tzinfo=UTC)  # nine in the morning there, and so on
TOKYO = datetime(2026, 11, 23, 0, tzinfo=UTC)
OFFICE = datetime(2026, 11, 23, 8, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 21, tzinfo=UTC)
NIGHT_ENDS = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def mornings(tmp_path: Path, set_environment: Callable[..., None]) -> Callable[..., None]:
    """Let the duty arrive at nine on everybody's own clock, with other settings if any are given."""

    def mornings_(**fields: object) -> None:
        folder = tmp_path / "config"
        shutil.copytree(ROOT / "config", folder, dirs_exist_ok=True)
        file = folder / "duties.toml"
        text = file.read_text(encoding="utf-8")
        assert '# arrive_at = "09:00"' in text
        file.write_text(text.replace('# arrive_at = "09:00"', 'arrive_at = "09:00"'), encoding="utf-8")
        set_environment(config_dir=folder, **fields)

    return mornings_


def zoned(name: str, zone: str | None) -> Student:
    return Student(name, fields={"time_zone": zone})


def run_at(moment: datetime, transport: Playing) -> list[tuple[str, ...]]:
    """Run the whole duty at a moment. Whom this run posted, a batch each."""
    before = len(transport.posts)
    with clock.frozen(moment):
        run(transport)
    return transport.posts[before:]


def waiting(now: datetime) -> arrivals.Waiting:
    with session_scope(reading=True) as session:
        return arrivals.waiting(session, session.scalars(select(Campaign.id)).all(), now)


def test_everyone_gets_it_in_their_own_morning_and_once(db: str, enrol: Enrol, mornings: Callable[..., None]) -> None:
    mornings()
    enrol(zoned("keiko", "Asia/Tokyo"), zoned("joe", "America/New_York"), zoned("zoe", "Europe/Paris"))
    enrol(zoned("åke", None), zoned("x", "Not/AZone"))
    transport = Playing()
    assert run_at(SUNDAY_NOON, transport) == []
    assert waiting(SUNDAY_NOON) == (5, 0, NEW_YORK, 0)
    assert run_at(NEW_YORK, transport) == [("joe",)]
    assert run_at(NEW_YORK + timedelta(hours=1), transport) == []
    assert waiting(NEW_YORK) == (4, 0, TOKYO, 0)
    assert run_at(TOKYO, transport) == [("keiko",)]
    [together] = run_at(OFFICE + timedelta(minutes=90), transport)
    assert set(together) == {"zoe", "åke", "x"}
    assert waiting(OFFICE) == (0, 0, None, 0)
    assert set(transport.times.values()) == {1}


def test_a_morning_that_was_missed_is_not_made_up_for_at_night(
    sqlite_db: str, enrol: Enrol, mornings: Callable[..., None]
) -> None:
    mornings()
    enrol(zoned("keiko", "Asia/Tokyo"))
    transport = Playing()
    run_at(SUNDAY_NOON, transport)
    assert run_at(TOKYO + timedelta(hours=15), transport) == []
    assert waiting(TOKYO + timedelta(hours=15)).until == TOKYO + timedelta(days=1)
    assert run_at(TOKYO + timedelta(days=1), transport) == [("keiko",)]


def test_who_was_put_back_waits_for_their_own_next_morning(
    db: str, enrol: Enrol, mornings: Callable[..., None]
) -> None:
    mornings()
    enrol(zoned("keiko", "Asia/Tokyo"), zoned("yuki", "Asia/Tokyo"))

    def all_but_yuki(batch: OutgoingBatch) -> Result:
        return Result(Proof.ACCEPTED, not_sent=frozenset(x.token for x in batch.addressees if "yuki" in x.address))

    transport = Playing([all_but_yuki])
    run_at(TOKYO, transport)
    assert run_at(TOKYO + timedelta(hours=12), transport) == []
    assert run_at(TOKYO + timedelta(days=1), transport) == [("yuki",)]


def test_the_hour_may_be_taken_out_of_the_duty_again(
    sqlite_db: str, enrol: Enrol, mornings: Callable[..., None], set_environment: Callable[..., None]
) -> None:
    mornings()
    enrol(zoned("keiko", "Asia/Tokyo"))
    transport = Playing()
    assert run_at(SUNDAY_NOON, transport) == []
    set_environment(config_dir=ROOT / "config")
    assert run_at(SUNDAY_NOON, transport) == [("keiko",)]


def test_a_batch_with_a_time_zone_is_not_claimed_before_its_moment_is_set(planned: Planned) -> None:
    """A selection makes it while a sending is under way."""
    campaign = planned("ada")
    with session_scope() as session:
        session.execute(update(Batch).values(time_zone="Asia/Tokyo", not_before=None))
    assert take(campaign) is None
    with session_scope() as session:
        arrivals.set_moments(session, campaign.id, [1], {"Asia/Tokyo": clock.now()})
    assert take(campaign) is not None


def test_nobody_is_written_to_in_the_night(db: str, enrol: Enrol, set_environment: Callable[..., None]) -> None:
    set_environment(quiet_hours="21:00-07:00")
    enrol(Student("ada"), Student("bo"))
    transport = Playing()
    assert run_at(NIGHT, transport) == []
    assert waiting(NIGHT) == (0, 2, NIGHT_ENDS, 0)
    assert run_at(NIGHT_ENDS - timedelta(minutes=1), transport) == []
    assert [set(batch) for batch in run_at(NIGHT_ENDS, transport)] == [{"ada", "bo"}]


def test_a_sending_stops_when_the_night_begins_between_two_batches(
    db: str, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    set_environment(quiet_hours="21:00-07:00", batch_size=1)
    enrol(*(Student(name) for name in ("ada", "bo", "cy")))
    with ExitStack() as stack:

        def night_falls(_: OutgoingBatch) -> Result:
            stack.enter_context(clock.frozen(NIGHT))
            return Result(Proof.ACCEPTED)

        transport = Playing([night_falls])
        run(transport)
    assert len(transport.posts) == 1
    assert waiting(NIGHT) == (0, 2, NIGHT_ENDS, 0)
    run_at(NIGHT_ENDS, transport)
    assert transport.times == {"ada": 1, "bo": 1, "cy": 1}


def test_without_quiet_hours_what_waited_for_them_leaves_at_once(
    sqlite_db: str, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    set_environment(quiet_hours="21:00-07:00")
    enrol(Student("ada"))
    transport = Playing()
    assert run_at(NIGHT, transport) == []
    set_environment(quiet_hours="")
    assert run_at(NIGHT, transport) == [("ada",)]


def test_the_offices_night_does_not_hold_back_a_morning_elsewhere(
    sqlite_db: str, enrol: Enrol, mornings: Callable[..., None]
) -> None:
    mornings(quiet_hours="21:00-07:00")
    enrol(zoned("keiko", "Asia/Tokyo"), zoned("åke", None))
    transport = Playing()
    assert run_at(TOKYO, transport) == [("keiko",)]
    assert waiting(TOKYO) == (1, 0, OFFICE, 0)


def test_nobody_waits_in_a_paused_campaign(planned: Planned) -> None:
    planned("ada")
    with session_scope() as session:
        session.execute(update(Batch).values(not_before=NIGHT))
    assert waiting(SUNDAY_NOON).for_office == 1
    with session_scope() as session:
        session.execute(update(Campaign).values(status="paused"))
    assert waiting(SUNDAY_NOON) == (0, 0, None, 0)
