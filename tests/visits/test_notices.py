"""Who is told what, once, and nothing that is no longer so."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.database import session_scope
from outreach.errors import TemporaryFailure
from outreach.event import Answer, Event
from outreach.models import Campaign, CampaignStatus, Person, Recipient
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import campaigns, guests, untold
from outreach.visits import changing, notices
from tests.conftest import NOON
from tests.seats.conftest import TOKYO, lay_event
from tests.visits import living
from tests.visits.living import NOTICES, answer, as_it_is, member

YES, NO, PERHAPS = Answer.YES, Answer.NO, Answer.PERHAPS


@pytest.fixture
def evening(sqlite_db: str) -> Event:
    return laid()


@pytest.fixture
def evening_on_both(db: str) -> Event:
    """For what asks the database something of its own."""
    return laid()


def laid() -> Event:
    for name in ("ada", "bo", "cia", "dag"):
        member(name, TOKYO, language="en" if name == "bo" else "sv")
    return lay_event()


def later(hours: float) -> AbstractContextManager[None]:
    return clock.frozen(clock.now() + timedelta(hours=hours))


def run() -> None:
    living.run(NOTICES)


def excluded() -> set[tuple[str, str, str | None]]:
    """(who, period, why) of everyone in the ledger who was left out."""
    with session_scope(reading=True) as session:
        found = (
            select(Person.public_id, Campaign.period, Recipient.reason)
            .join(Recipient, Recipient.person_id == Person.id)
            .join(Campaign, Campaign.id == Recipient.campaign_id)
            .where(Recipient.status == "excluded")
        )
        return {tuple(row) for row in session.execute(found)}


def change(event: Event, **different: object) -> None:
    current = as_it_is(event)
    with session_scope() as session:
        draft = replace(changing.draft_of(current), **different)
        changing.change(session, current, draft, actor="coordinator:1", now=clock.now())


def words(message: str, to: str) -> str:
    """The text of the last such mail to somebody, on one line."""
    found = [mail for what, whom, mail in living.mails() if (what, whom) == (message, to)]
    return " ".join(found[-1].get_body(("plain",)).get_content().split())


def test_answer_taken_back_before_the_run_brings_only_the_last_word(evening_on_both):
    answer(evening_on_both, "ada", YES)
    answer(evening_on_both, "ada", NO)
    run()
    assert living.mailed() == {"ada": ["given-up"]}
    assert excluded() == {("p-ada", "tokyo-evening", "overtaken")}


def test_confirmation_overtaken_is_not_sent_when_the_seat_is_taken_again(evening):
    answer(evening, "ada", YES)
    answer(evening, "ada", PERHAPS)
    run()
    answer(evening, "ada", YES)
    run()
    run()
    assert living.mailed() == {"ada": ["confirmed"]}
    assert excluded() == {("p-ada", "tokyo-evening", "overtaken")}


def test_second_of_a_kind_is_sent_in_the_next_round(evening_on_both):
    answer(evening_on_both, "ada", YES)
    run()
    answer(evening_on_both, "ada", YES, guests=2)
    run()
    run()
    assert living.mailed() == {"ada": ["confirmed", "confirmed"]}
    assert "Nu har du och 2 gäster plats." in words("confirmed", "ada")
    with session_scope(reading=True) as session:
        keys = set(session.scalars(select(Campaign.key)))
    assert keys == {"event-notices/tokyo-evening/central", "event-notices/tokyo-evening.2/central"}


def test_offer_says_how_long_it_is_held_by_the_clock_there(evening_on_both):
    answer(evening_on_both, "ada", YES, guests=2)
    answer(evening_on_both, "bo", YES, guests=1)
    run()
    answer(evening_on_both, "ada", NO)
    run()
    assert living.mailed() == {"ada": ["confirmed", "given-up"], "bo": ["waiting", "offered"]}
    # 24 hours after noon in Stockholm, which is eight in the evening in Tokyo
    assert "Please confirm by Monday 23 November, 20:00 (the time in Tokyo)." in words("offered", "bo")
    assert "it is held for you and one guest" in words("offered", "bo")


def test_lapsed_says_whether_one_can_still_get_into_the_line(evening):
    answer(evening, "ada", YES, guests=2)
    for name in ("bo", "cia"):
        answer(evening, name, YES)
    run()
    answer(evening, "ada", NO)
    living.confirm(evening, "cia")
    run()
    with later(25):
        run()
    assert "you can say yes again until the end of Saturday 12 December 2026" in words("lapsed", "bo")
    with clock.frozen(evening.answers_until):
        answer(evening, "cia", NO)
        run()
    assert "Ångrar du dig" not in words("given-up", "cia")


def test_offer_that_lapsed_before_it_was_told_goes_to_nobody(evening):
    answer(evening, "ada", YES, guests=2)
    answer(evening, "bo", YES)
    run()
    answer(evening, "ada", NO)
    with later(25):
        run()
    assert living.mailed()["bo"] == ["waiting", "lapsed"]


def test_change_says_what_is_different_in_the_readers_language(evening):
    answer(evening, "ada", YES)
    answer(evening, "bo", PERHAPS)
    run()
    change(evening, venue="Hotel Okura", starts_at=evening.starts_at + timedelta(hours=1))
    run()
    swedish, english = words("changed", "ada"), words("changed-others", "bo")
    assert "- Plats: Hotel Okura, Tokyo, Japan (förut Sveriges ambassad, 1-10-3 Roppongi, Tokyo, Japan)" in swedish
    assert "kl. 21.00–23.00 (Tokyotid, UTC+9) (förut tisdag 22 december 2026 kl. 20.00–23.00" in swedish
    assert "- Place: Hotel Okura, Tokyo, Japan (before: Sveriges ambassad, 1-10-3 Roppongi, Tokyo, Japan)" in english
    assert "Name" not in english


def test_two_changes_in_a_row_are_told_once_with_both(evening_on_both):
    answer(evening_on_both, "ada", YES)
    run()
    change(evening_on_both, venue="Hotel Okura")
    change(evening_on_both, title_sv="Kvällsmingel i Tokyo")
    run()
    run()
    assert living.mailed() == {"ada": ["confirmed", "changed"]}
    told = words("changed", "ada")
    assert "- Plats: Hotel Okura" in told
    assert "- Namn: Kvällsmingel i Tokyo (förut Alumnkväll i Tokyo)" in told


def test_next_change_tells_only_what_is_new_since_the_last(evening):
    answer(evening, "ada", YES)
    run()
    change(evening, venue="Hotel Okura")
    run()
    change(evening, title_sv="Kvällsmingel i Tokyo")
    run()
    assert living.mailed() == {"ada": ["confirmed", "changed", "changed"]}
    assert "Plats:" not in words("changed", "ada")


def test_only_the_other_language_s_title_changed_leaves_no_empty_list(evening):
    answer(evening, "ada", YES)
    run()
    change(evening, title_en="An evening in Tokyo")
    run()
    assert "Det här är ändrat: Så" not in words("changed", "ada")


def test_nobody_is_left_out_whose_change_was_undone_before_they_were_told(evening):
    answer(evening, "ada", YES)
    run()
    change(evening, venue="Hotel Okura")
    change(evening, venue=evening.venue)
    run()
    assert living.mailed() == {"ada": ["confirmed", "changed"]}


def test_how_to_get_in_is_told_anew_when_the_event_is_moved_after_it_was(evening):
    answer(evening, "ada", YES)
    run()
    with clock.frozen(evening.starts_at - timedelta(days=1)):
        run()
        month = timedelta(days=31)
        change(evening, starts_at=evening.starts_at + month, ends_at=evening.ends_at + month)
        run()
    with clock.frozen(evening.starts_at + timedelta(days=30)):
        run()
        run()
    assert living.mailed() == {"ada": ["confirmed", "practical", "changed", "practical"]}


def test_campaign_lives_as_long_as_its_event_wherever_that_is_moved(evening_on_both):
    answer(evening_on_both, "ada", YES)
    run()
    half_a_year = timedelta(days=180)
    change(
        evening_on_both,
        starts_at=evening_on_both.starts_at + half_a_year,
        ends_at=evening_on_both.ends_at + half_a_year,
    )
    run()
    with clock.frozen(evening_on_both.starts_at + timedelta(days=100)):
        with session_scope() as session:
            campaigns.expire(session, clock.now())
            assert set(session.scalars(select(Campaign.status))) == {CampaignStatus.OPEN}
        answer(evening_on_both, "ada", NO)
        run()
    assert living.mailed()["ada"][-1] == "given-up"


def test_how_to_get_in_is_told_in_the_morning_there_and_never_once_it_has_begun(evening):
    answer(evening, "ada", YES)
    run()
    morning = evening.local(evening.starts_at).replace(hour=9) - timedelta(days=2)
    with clock.frozen(morning - timedelta(minutes=1)):
        run()
        assert living.mailed()["ada"] == ["confirmed"]
    with clock.frozen(evening.starts_at):
        run()
        assert living.mailed()["ada"] == ["confirmed"]
    with clock.frozen(morning):
        run()
    assert living.mailed()["ada"] == ["confirmed", "practical"]


@pytest.mark.parametrize(("days", "told"), [(0.4, []), (1, ["thanks"]), (7, ["thanks"]), (9, [])])
def test_thanks_are_said_the_day_after_and_at_most_a_week_late(evening, days, told):
    answer(evening, "ada", YES)
    run()
    with clock.frozen(evening.ends_at + timedelta(days=days)):
        run()
        run()
    assert living.mailed()["ada"] == ["confirmed", *told]


def test_where_no_list_was_kept_at_the_door_everyone_with_a_seat_is_thanked(evening):
    answer(evening, "ada", YES)
    answer(evening, "bo", YES)
    answer(evening, "cia", NO)
    with clock.frozen(evening.ends_at + timedelta(days=1)):
        run()
    assert living.mailed() == {"ada": ["thanks"], "bo": ["thanks"]}


def test_who_is_checked_in_only_afterwards_is_not_thanked_after_being_missed(evening):
    answer(evening, "ada", YES)
    answer(evening, "bo", YES)
    with clock.frozen(evening.starts_at):
        living.check_in(evening, "bo")
    with clock.frozen(evening.ends_at + timedelta(days=1)):
        run()
        living.check_in(evening, "ada")
        run()
    assert living.mailed() == {"ada": ["missed"], "bo": ["thanks"]}


def test_who_has_left_or_has_no_address_is_told_nothing(evening):
    answer(evening, "ada", YES)
    answer(evening, "bo", YES)
    with session_scope() as session:
        session.get_one(Person, living.id_of("ada")).email = None
    run()
    assert living.mailed() == {"bo": ["confirmed"]}
    assert excluded() == {("p-ada", "tokyo-evening", "no_address")}


def test_seat_given_up_between_selection_and_sending_brings_no_confirmation(evening_on_both):
    class GivesUpFirst(NotNow):
        def send(self, batch: OutgoingBatch) -> Result:
            with later(0.1):
                answer(evening_on_both, "ada", PERHAPS)
            return super().send(batch)

    answer(evening_on_both, "ada", YES)
    with pytest.raises(TemporaryFailure, match="Not now"):
        living.run(NOTICES, GivesUpFirst())
    run()
    assert living.mailed() == {}
    assert excluded() == {("p-ada", "tokyo-evening", "overtaken")}


class NotNow:
    """A mail service that takes nothing."""

    name = "outbox"

    def send(self, batch: OutgoingBatch) -> Result:
        return Result(Proof.NOT_SENT, sentence="Not now.")


def test_what_was_not_sent_is_sent_by_the_next_run_though_nothing_is_new(evening):
    answer(evening, "ada", YES)
    with pytest.raises(TemporaryFailure, match="Not now"):
        living.run(NOTICES, NotNow())
    assert living.mailed() == {}
    run()
    run()
    assert living.mailed() == {"ada": ["confirmed"]}


def test_confirmation_does_not_wait_for_the_quiet_hours_to_end(evening, set_environment: Callable[..., None]):
    set_environment(quiet_hours="21:00-07:00")
    with clock.frozen(NOON.replace(hour=22)):
        answer(evening, "ada", YES)
        run()
    assert living.mailed() == {"ada": ["confirmed"]}


def test_nothing_is_asked_of_the_ledger_when_there_is_nothing_to_tell(evening):
    answer(evening, "ada", PERHAPS)
    with session_scope() as session:
        assert notices.open_notices(session, NOTICES, day=clock.today(), department=None, parameters={}) == []
        assert untold.untold(session, NOON - timedelta(days=30)) == []


def test_needs_and_unknown_names_are_deleted_two_weeks_after(evening):
    answer(evening, "ada", YES)
    with session_scope() as session:
        session.scalars(select(living.Rsvp)).one().needs = "Glutenfritt"
    with clock.frozen(evening.ends_at + timedelta(days=13)):
        run()
    assert needs() == ["Glutenfritt"]
    with clock.frozen(evening.ends_at + timedelta(days=14)):
        run()
    assert needs() == [""]


def needs() -> list[str]:
    with session_scope(reading=True) as session:
        return guests.listed(session, 1)["needs"].tolist()
