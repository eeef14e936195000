"""Pausing, going on, cancelling and writing again in the portal: what a worker's next claim goes by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Audit, Batch, BatchStatus, Campaign, Recipient, RecipientStatus
from tests.conftest import NOON
from tests.web.conftest import MakePerson, whole_database
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.mailing import Mailing, lay, mail_out, written_to
from tests.web.test_approval import no_prefect, prefect

__all__ = ["no_prefect", "prefect"]

Make = Callable[[str], Visitor]


def laid(make_person: MakePerson, visitor: Make) -> Mailing:
    """Approved, and about to be sent."""
    made = lay(make_person, "arkeologi")
    visitor(TOVE).send_form(f"/portal/campaigns/{made.id}/letters/1", decision="approve", code=made.code)
    return made


@pytest.fixture
def mailing(db: str, make_person: MakePerson, visitor: Make, no_prefect: None) -> Mailing:
    return laid(make_person, visitor)


@pytest.fixture
def looked_at(sqlite_db: str, make_person: MakePerson, visitor: Make, no_prefect: None) -> Mailing:
    """The same where it is the page that matters."""
    return laid(make_person, visitor)


def base(made: Mailing) -> str:
    return f"/portal/campaigns/{made.id}"


def status_of(made: Mailing) -> str:
    with session_scope(reading=True) as session:
        return str(session.scalar(select(Campaign.status).where(Campaign.id == made.id)))


def standing(made: Mailing) -> list[tuple[str, str | None]]:
    with session_scope(reading=True) as session:
        found = select(Recipient.status, Recipient.reason).where(Recipient.campaign_id == made.id)
        return [(str(status), reason) for status, reason in session.execute(found.order_by(Recipient.id))]


def put_in_doubt(made: Mailing) -> None:
    """Nobody knows whether the batch left."""
    with session_scope() as session:
        mine = Batch.campaign_id == made.id
        session.execute(update(Batch).where(mine).values(status=BatchStatus.UNKNOWN, claimed_at=clock.now()))
        waits = (Recipient.campaign_id == made.id, Recipient.status == RecipientStatus.PLANNED)
        session.execute(update(Recipient).where(*waits).values(status=RecipientStatus.UNKNOWN))


def test_paused_campaign_sends_nothing_until_it_goes_on(
    mailing: Mailing, visitor: Make, prefect: list[dict[str, Any]]
) -> None:
    tove = visitor(TOVE)
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert tove.send_form(f"{base(mailing)}/pause").headers["location"] == base(mailing)
    assert (mail_out(mailing), written_to()) == (0, [])
    assert "Utskicket är pausat." in tove.get(base(mailing)).text
    with clock.frozen(NOON + timedelta(minutes=2)):
        assert tove.send_form(f"{base(mailing)}/resume").headers["location"] == base(mailing)
    assert [run["idempotency_key"].split("/")[0] for run in prefect] == ["resumed"]
    assert mail_out(mailing) == 2
    history = tove.get(base(mailing)).text.split('id="history"')[1]
    assert history.index("Fortsatte, Tove Hallgren") < history.index("Pausades, Tove Hallgren")
    assert history.index("Pausades") < history.index("Godkändes (brev 1), Tove Hallgren")


def test_what_no_longer_stands_as_shown_changes_nothing(looked_at: Mailing, visitor: Make) -> None:
    tove, anna = visitor(TOVE), visitor(ANNA)
    tove.send_form(f"{base(looked_at)}/pause")
    before = whole_database()
    twice = anna.send_form(f"{base(looked_at)}/pause")
    assert (twice.status_code, whole_database()) == (409, before)
    assert "Ingenting är ändrat" in twice.text


def test_cancelling_asks_first_and_is_for_good(mailing: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    before = whole_database()
    asked = tove.get(f"{base(mailing)}/cancel").text
    assert whole_database() == before
    assert "2 brev som väntar skickas aldrig." in asked
    tove.send_form(f"{base(mailing)}/cancel")
    cancelled = ("cancelled", "campaign_cancelled")
    assert standing(mailing) == [cancelled, cancelled, ("excluded", "no_address")]
    assert (mail_out(mailing), written_to()) == (0, [])
    assert tove.send_form(f"{base(mailing)}/resume").status_code == 409
    assert status_of(mailing) == "cancelled"
    after = tove.get(base(mailing)).text
    assert "Avbröts, Tove Hallgren" in after
    assert f"{base(mailing)}/pause" not in after
    assert "<form" not in tove.get(f"{base(mailing)}/cancel").text.split("<main")[1]


def test_unknown_are_written_to_again_when_their_time_has_come(
    mailing: Mailing, visitor: Make, prefect: list[dict[str, Any]]
) -> None:
    put_in_doubt(mailing)
    early = visitor(TOVE).send_form(f"{base(mailing)}/again", people="2")
    assert (early.status_code, [one for one, _ in standing(mailing)]) == (409, ["unknown", "unknown", "excluded"])
    with clock.frozen(clock.now() + timedelta(hours=25)):
        tove = visitor(TOVE)
        assert "2 personer får brevet igen." in tove.get(f"{base(mailing)}/again").text
        assert tove.send_form(f"{base(mailing)}/again", people="1").status_code == 409
        answer = tove.send_form(f"{base(mailing)}/again", people="2")
        assert answer.headers["location"] == base(mailing)
        assert [run["idempotency_key"].split("/")[0] for run in prefect] == ["resent"]
        assert mail_out(mailing) == 2
        assert "Tove Hallgren bestämde" in tove.get(base(mailing)).text
        assert tove.send_form(f"{base(mailing)}/again", people="2").status_code == 409


def test_forged_number_of_people_is_refused(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    answers = [tove.send_form(f"{base(looked_at)}/again", people=people) for people in ("", "-1", "²", "9" * 10)]
    assert [answer.status_code for answer in answers] == [422] * 4


def test_department_cannot_steer_what_belongs_to_others(looked_at: Mailing, visitor: Make) -> None:
    put_in_doubt(looked_at)
    henrik = visitor(HENRIK)
    before = whole_database()
    answers = [henrik.get(f"{base(looked_at)}{end}") for end in ("", "/live", "/cancel", "/again")]
    answers += [
        henrik.send_form(f"{base(looked_at)}/{end}", people="2") for end in ("pause", "resume", "cancel", "again")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert whole_database() == before


def test_part_that_changes_is_fetched_anew_while_letters_wait_and_no_longer(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    assert f'data-live="{base(looked_at)}/live"' in tove.get(base(looked_at)).text
    assert f'data-live="{base(looked_at)}/live"' in tove.get(f"{base(looked_at)}/live").text
    mail_out(looked_at)
    done = tove.get(f"{base(looked_at)}/live").text
    assert 'id="progress"' in done
    assert "data-live" not in done


def test_every_decision_is_in_the_audit_trail_by_ids_alone(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    for turn in ("pause", "resume", "cancel"):
        tove.send_form(f"{base(looked_at)}/{turn}")
    with session_scope(reading=True) as session:
        lines = session.execute(select(Audit.actor, Audit.action, Audit.subject).order_by(Audit.id)).all()
    done = [(action, subject) for actor, action, subject in lines if actor.startswith("coordinator:")]
    turns = [
        ("paused_campaign", looked_at.key),
        ("resumed_campaign", looked_at.key),
        ("cancelled_campaign", looked_at.key),
    ]
    assert done == [("approved", f"{looked_at.key}/1"), *turns]
