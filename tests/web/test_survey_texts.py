"""Answering while the text changes: versions, languages, suggested codes, a department's own questions."""

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Survey, SurveyResponse
from outreach.queries import surveys
from outreach.questionnaires import questionnaire
from outreach.surveys import opening
from tests.surveys.conftest import the_survey
from tests.web.answering import answered, answers, graduate, page, path, post
from tests.web.conftest import TestClient

__all__ = ["graduate", "page"]


def test_a_questionnaire_changed_while_open_keeps_what_was_begun(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    shorter = questionnaire("career").model_copy(update={"sections": questionnaire("career").sections[:1]})
    with session_scope() as session:
        survey = session.scalars(select(Survey)).one()
        surveys.keep_version(session, survey.id, shorter.content(), shorter.digest, clock.now())
    assert client.get(f"{page}/work").status_code == 200
    assert client.get(f"{path('g1')}/reflections").status_code == 404
    assert client.post(f"{path('g1')}/now", data={"step": "send", "activity": "military"}).status_code == 303
    assert answered("g1")
    with session_scope(reading=True) as session:
        assert len(set(session.scalars(select(SurveyResponse.version_id)))) == 2


def test_words_suggest_codes_and_may_be_kept(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    asked = client.post(f"{page}/work", data={"step": "next", "industry": "Utbildning"})
    assert asked.status_code == 200
    assert 'name="industry_pick" value="P"' in asked.text
    picked = {"industry": "Utbildning", "industry_for": "Utbildning", "industry_pick": "P"}
    assert client.post(f"{page}/work", data={"step": "next", **picked}).status_code == 303
    assert answers()["industry"] == "P"
    assert client.post(f"{page}/work", data={"step": "next", "industry": "Utbildning"}).status_code == 303
    assert answers()["industry"] == "P"
    own = {"industry": "Utbildning av hundar", "industry_for": "Utbildning av hundar", "industry_pick": "own"}
    client.post(f"{page}/work", data={"step": "next", **own})
    assert answers()["industry"] == "?Utbildning av hundar"


def test_the_page_is_in_the_readers_language_with_a_switch(client: TestClient, page: str) -> None:
    assert "What did you mainly do in the week of 9–15 November 2026?" in client.get(f"{page}/now?lang=en").text
    assert "Vad gjorde du huvudsakligen under veckan 9–15 november 2026?" in client.get(f"{page}/now").text
    onward = client.post(f"{page}/now?lang=en", data={"step": "next", "activity": "military"})
    assert onward.headers["location"].endswith("?lang=en")


def test_going_back_is_never_refused(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="seeking_work")
    back = client.post(f"{page}/first_job", data={"step": "back", "first_job": "nonsense"})
    assert back.headers["location"] == f"{page}/now"


def test_a_department_may_have_questions_of_its_own(
    client: TestClient, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = questionnaire("study_experience").sections[-1].model_copy(update={"code": "own"})
    whole = questionnaire("career").appended((extra.model_copy(update={"questions": extra.questions[:1]}),))
    with session_scope() as session:
        survey = session.scalars(select(Survey)).one()
        session.execute(update(Survey).values(department_code="dsv"))
        surveys.keep_version(session, survey.id, whole.content(), whole.digest, clock.now())
    assert client.post(f"{page}/own", data={"step": "send", "satisfied": "4"}).status_code == 303
    assert answers() == {"satisfied": "4"}
    assert opening.census_week(the_survey())[0].isoweekday() == 1
