"""Somebody whom two departments know: each sees what it and the central office have to do with them, no more."""

import pytest
from sqlalchemy import insert, select, update

from outreach.database import session_scope
from outreach.models import Rsvp, StoryRow, Study, Survey, SurveyMember
from tests.web.access.conftest import Office

pytestmark = pytest.mark.xdist_group("access")

OFFICES = ("arkeologi", "fysikum", "central")


def test_what_others_have_to_do_with_somebody_is_not_shown(office_web: Office) -> None:
    """Answers to events, stories about them, surveys they were asked in."""
    theirs = {"person_id": office_web.a.person_id}
    with session_scope() as session:
        session.execute(update(Rsvp).values(**theirs))
        session.execute(update(StoryRow).values(**theirs))
        session.execute(
            insert(SurveyMember), [{**theirs, "survey_id": one} for one in session.scalars(select(Survey.id))]
        )
    said = ("Evening for {}", "News {}", "career-15m-{}")
    for who, known in (("A", ("arkeologi", "central")), ("central", OFFICES)):
        page = office_web.visitors[who].ask("GET", f"/portal/people/{office_web.a.person}?lang=en").text
        for words in said:
            assert {name for name in OFFICES if words.format(name) in page} == set(known), (who, words)


def test_search_shows_a_department_no_study_at_another(office_web: Office) -> None:
    elsewhere = {"department_code": "fysikum", "programme_code": "FKAND", "programme_sv": "Kandidat i fysik"}
    with session_scope() as session:
        session.execute(insert(Study).values(person_id=office_web.a.person_id, programme_en="Physics", **elsewhere))
    for who, shown in (("A", False), ("central", True)):
        page = office_web.visitors[who].ask("POST", "/portal/people?lang=sv", who="kim").text
        assert "Öberg-arkeologi" in page
        assert ("Kandidat i fysik" in page) is shown
