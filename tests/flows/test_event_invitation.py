"""The invitation to events as Prefect runs it: the states its runs end in, and whom a visit would reach."""

from datetime import date
from typing import Any

import pytest
from prefect.artifacts import Artifact
from pydantic import ValidationError
from sqlalchemy import func, select

from flows.event_invitation import EventInvitation, event_invitation
from outreach.database import session_scope
from outreach.event import Place
from outreach.models import Campaign
from outreach.steering import Turn, steer
from tests.spine.conftest import approve_all
from tests.visits import living
from tests.visits.planned import TOKYO as THERE
from tests.visits.test_audience import DRAFT, plan, studies

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]
KYOTO = Place("Kyoto", "JP", 35.02107, 135.75385, "Asia/Tokyo")
ANNA = "anna.lindqvist@office.example.org"


def run(**params: Any) -> Any:
    state = event_invitation(params=EventInvitation(**params), return_state=True)
    assert state.is_completed(), state.message
    return state


def artifact(key: str) -> str:
    found = Artifact.get(key)
    assert found is not None
    return str(found.data)


def test_invitations_wait_for_a_signature_then_leave_and_nothing_is_left(sqlite_db):
    assert run().name == "Completed"
    living.member("a", THERE)
    living.member("b", THERE, language="en")
    living.member("far", KYOTO)
    event = plan()
    waiting = run()
    assert (waiting.name, waiting.message) == ("Awaiting approval", "2 people wait until the text is approved.")
    assert living.mails() == []
    approve_all()
    assert run().name == "Completed"
    assert living.mailed() == {"a": ["invitation"], "b": ["invitation"]}
    assert run().name == "Completed"
    assert len(living.mails()) == 2
    assert "Mottagna av e-posttjänsten" in artifact(f"funnel-event-invitation-{event.slug}-central")
    assert "example.org" not in artifact(f"event-{event.slug}-sv")


def test_a_paused_invitation_of_a_department_is_named_and_goes_on(sqlite_db):
    living.member("a", THERE)
    event = plan(department_code="juridik")
    run()
    approve_all()
    key = f"event-invitation/{event.slug}/juridik"
    steer(key, ANNA, Turn.PAUSE, via="prefect")
    paused = run()
    assert (paused.name, living.mails()) == ("Paused", [])
    assert paused.message == f"{key} is paused. Nobody in it is written to until it is resumed."
    steer(key, ANNA, Turn.RESUME, via="prefect")
    assert run(department="juridik").name == "Completed"
    assert living.mailed() == {"a": ["invitation"]}


def test_whom_a_visit_would_reach_is_answered_without_an_event_and_nothing_is_sent_or_kept(sqlite_db):
    for number in range(7):
        living.member(f"p{number}", THERE)
        studies(f"p{number}", "juridik", date(2012, 1, 1))
    living.member("few", THERE)
    studies("few", "fysikum", date(2015, 1, 1))
    living.member("no", THERE)
    living.take_back_consent("no")
    living.member("kyoto", KYOTO)
    asked = run(preview=True, preview_city="Tokyo", preview_country="Japan")
    assert (asked.name, asked.message) == ("Previewed", "8 people would be invited. Nothing was sent.")
    table = artifact("reach-sv")
    assert "Juridiska institutionen" in table
    assert "Fysikum | 1" not in table, "few are not shown"
    whole_country = run(preview=True, preview_city="Tokyo", preview_radius_km=0)
    assert whole_country.message == "9 people would be invited. Nothing was sent."
    assert living.mails() == []
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Campaign)) == 0


def test_a_city_that_could_be_several_asks_back_with_their_names(sqlite_db):
    asked = EventInvitation(preview=True, preview_city="Paris")
    state = event_invitation(params=asked, return_state=True)
    assert state.is_failed()
    assert "Paris" in state.message
    assert "\n" not in state.message
    assert "France" in state.message or "Frankrike" in state.message


def test_a_preview_shows_who_would_be_invited_and_sends_nothing(sqlite_db):
    living.member("a", THERE)
    plan()
    shown = run(preview=True)
    assert (shown.name, shown.message) == ("Previewed", "1 people would be written to. Nothing was sent.")
    assert run(preview=True, preview_day=DRAFT.answer_by.replace(year=2027)).message.startswith("0 people")
    assert living.mails() == []


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"preview_city": "Tokyo"}, "preview_city is for previews only"),
        ({"preview_day": date(2027, 1, 1)}, "preview_day is for previews only"),
        ({"preview": True, "preview_country": "Japan"}, "name the city too"),
        ({"preview": True, "preview_radius_km": -1}, "greater than or equal to 0"),
        ({"department": "hogwarts"}, "there is no department 'hogwarts'"),
    ],
)
def test_a_form_filled_in_wrongly_says_what_is_wrong(home, filled, said):
    with pytest.raises(ValidationError, match=said):
        EventInvitation(**filled)
