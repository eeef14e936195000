"""What is published when, and that nobody is published twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from outreach import clock, duties
from outreach.database import session_scope
from outreach.models import Survey, SurveyAnswer, SurveyResponse, SurveyResult
from outreach.queries import survey_results
from outreach.questionnaires import Questionnaire
from outreach.results import publishing
from outreach.results.questions import told
from outreach.results.rounds import rounds
from tests.conftest import NOON
from tests.results.conftest import lay_classes, publish, published


def surveys() -> list[Survey]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(Survey).order_by(Survey.cohort_month)))


def test_publishing_says_that_results_can_be_read_and_does_so_once(db: str) -> None:
    lay_classes(160)
    assert publish() == ["career-15m-2024-06", "career-15m-2025-06"]
    assert all(survey.published_at for survey in surveys())
    before = [one.content for one in published()]
    assert publish() == []
    assert [one.content for one in published()] == before


def test_the_same_answers_give_the_same_publication(sqlite_db: str) -> None:
    lay_classes(160)
    times = duties.duty("career-survey").survey
    assert times is not None
    with session_scope(reading=True) as session:
        one = rounds(survey_results.closed_unpublished(session, clock.now()))[0]
        assert publishing.content(session, one, times) == publishing.content(session, one, times)


def test_an_answer_after_publication_changes_nothing_that_can_be_read(sqlite_db: str) -> None:
    lay_classes(160)
    publish()
    before = [one.content for one in published()]
    with session_scope() as session:
        first = session.scalars(select(SurveyAnswer).where(SurveyAnswer.code == "activity").limit(1)).one()
        first.value = "military"
    publish()
    assert [one.content for one in published()] == before


def test_months_of_a_year_wait_for_each_other_until_the_first_link_is_about_to_be_cut() -> None:
    first = Survey(
        slug="a", questionnaire="career", months_after=15, department_code=None,
        cohort_month=NOON.date().replace(month=3, day=1), cut_on=NOON.date() + timedelta(days=60),
    )  # fmt: skip
    second = Survey(
        slug="b", questionnaire="career", months_after=15, department_code=None,
        cohort_month=NOON.date().replace(month=4, day=1), cut_on=NOON.date() + timedelta(days=90),
    )  # fmt: skip
    (together,) = rounds([second, first])
    assert together.slug == "career-15m-2026-03-2026-04"
    assert not together.due(NOON.date())
    assert not together.due(NOON.date() + timedelta(days=38))
    assert together.due(NOON.date() + timedelta(days=39))
    december = Survey(
        slug="c", questionnaire="career", months_after=15, department_code=None,
        cohort_month=NOON.date().replace(month=12, day=1), cut_on=NOON.date() + timedelta(days=360),
    )  # fmt: skip
    assert rounds([first, december])[0].due(NOON.date())


def test_a_departments_own_survey_and_other_years_are_rounds_of_their_own() -> None:
    common = {"questionnaire": "career", "months_after": 15, "cut_on": NOON.date()}
    month = NOON.date().replace(month=6, day=1)
    every = [
        Survey(slug="a", department_code=None, cohort_month=month, **common),
        Survey(slug="b", department_code=None, cohort_month=month.replace(year=2025), **common),
        Survey(slug="own", department_code="dsv", cohort_month=month, **common),
    ]
    assert {one.slug for one in rounds(every)} == {"career-15m-2026-06", "career-15m-2025-06", "own"}
    assert next(one for one in rounds(every) if one.slug == "own").due(NOON.date() - timedelta(days=300))


def test_a_class_that_hardly_answered_is_not_published(sqlite_db: str) -> None:
    lay_classes(12)
    assert publish() == []
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(SurveyResult)) == 0
        assert session.scalar(select(func.count()).select_from(SurveyResponse)) > 0


def test_a_survey_that_is_open_is_not_published(sqlite_db: str) -> None:
    lay_classes(160)
    with session_scope() as session:
        session.execute(update(Survey).values(closes_at=clock.now() + timedelta(days=1)))
    assert publish() == []


def test_questions_that_hang_on_other_answers_and_permissions_have_no_table(home: object) -> None:
    from outreach.questionnaires import questionnaire

    codes = {one.counted.code for one in told(questionnaire("career"))}
    assert codes >= {"sector", "level_match", "relevance", "months_to_first_job", "title", "again", "meaningful"}
    assert not codes & {"first_job", "first_job_month", "quote_ok", "missing", "employer", "contact", "activity"}


@pytest.mark.parametrize("mode", ["threshold", "hesa"])
def test_both_rules_publish(sqlite_db: str, mode: str) -> None:
    lay_classes(160)
    times = duties.duty("career-survey").survey
    assert times is not None
    changed = times.model_copy(update={"disclosure": mode})
    with session_scope(reading=True) as session:
        one = rounds(survey_results.closed_unpublished(session, clock.now()))[0]
        found = publishing.content(session, one, changed)
    assert found is not None
    assert found["mode"] == mode


def test_study_experience_has_no_activity_and_is_published_without_it(home: object) -> None:
    from outreach.questionnaires import questionnaire

    whole = questionnaire("study_experience")
    assert isinstance(whole, Questionnaire)
    assert {one.counted.code for one in told(whole)} >= {"clear_goals", "feedback"}
