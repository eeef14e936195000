"""Answering a survey: page by page, twice, too late, from two places, with what no form of ours would send."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import Consent, Interest, Person, Survey, SurveyAnswer, SurveyMember, SurveyResponse
from outreach.queries import surveys
from outreach.questionnaires import questionnaire
from outreach.surveys import opening
from tests.conftest import NOON
from tests.surveys.conftest import Enrol, Graduate, a_class, graduate, run_duty, the_survey  # noqa: F401
from tests.web.conftest import TestClient

CODES = [section.code for section in questionnaire("career").sections]


@pytest.fixture
def page(db: str, graduate: Enrol) -> str:  # noqa: F811
    """The path of one person's survey, on both databases."""
    graduate(*a_class())
    run_duty()
    return path("g0")


def path(uid: str) -> str:
    return f"/survey/{links.token('survey', f'p-{uid}', the_survey().public_id)}"


def post(client: TestClient, page: str, code: str, step: str = "next", **fields: str | list[str]) -> object:
    return client.post(f"{page}/{code}", data={"step": step, **fields})


def answers(uid: str = "g0") -> dict[str, str]:
    """What stands stored of one person, by question."""
    with session_scope(reading=True) as session:
        found = (
            select(SurveyAnswer.code, SurveyAnswer.value)
            .join(SurveyMember, SurveyMember.response_id == SurveyAnswer.response_id)
            .join(Person, Person.id == SurveyMember.person_id)
            .where(Person.student_uid == uid)
        )
        return dict(session.execute(found).tuples().all())


def answered(uid: str = "g0") -> bool:
    with session_scope(reading=True) as session:
        found = select(SurveyMember.answered).join(Person, Person.id == SurveyMember.person_id)
        return bool(session.scalar(found.where(Person.student_uid == uid)))


def count(table: type) -> int:
    with session_scope(reading=True) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_looking_stores_nothing(client: TestClient, page: str) -> None:
    for code in ("", *(f"/{code}" for code in ("now", "first_job", "contact"))):
        assert client.get(page + code).status_code == 200
    assert count(SurveyResponse) == count(SurveyAnswer) == 0


def test_a_whole_survey_from_the_first_page_to_thanks(client: TestClient, page: str) -> None:
    sent = {
        "now": {"activity": "full_time"},
        "work": {"sector": "region", "relevance": "4", "level_match": "same", "work_country": "SE", "employer": "Vi"},
        "first_job": {"first_job": "after"},
        "first_month": {"first_job_month": "2025-10", "further_study": "none"},
        "reflections": {"meaningful": "5", "fits_plans": "4", "uses_learning": "3"},
        "looking_back": {"again": "yes", "missing": "Mer praktik <script>", "quote_ok": "yes"},
        "contact": {"contact": ["mentor", "interview"]},
    }  # fmt: skip
    place = f"{page}/now"
    for code, fields in sent.items():
        assert place == f"{page}/{code}"
        answer = client.post(place, data={"step": "send" if code == "contact" else "next", **fields})
        assert answer.status_code == 303
        place = answer.headers["location"]
    assert place == page
    thanks = client.get(page).text
    assert "Tack! Det du berättar" in thanks
    assert answered()
    assert answers() == {code: value for fields in sent.values() for code, value in fields.items() if code != "contact"}
    with session_scope(reading=True) as session:
        assert set(session.scalars(select(Interest.role))) == {"mentor", "interview"}
        assert set(session.scalars(select(Consent.purpose))) == {"requests"}


def test_the_same_link_goes_on_where_one_was(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="seeking_work")
    assert f'href="{page}/first_job"' in client.get(page).text  # without work nobody is asked about it
    assert "Börja" not in client.get(page).text


def test_answers_can_be_changed_and_what_hung_on_them_goes(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    post(client, page, "work", sector="state", relevance="2")
    post(client, page, "now", activity="not_seeking")
    assert answers() == {"activity": "not_seeking"}
    assert client.get(f"{page}/work").status_code == 404


def test_a_page_sent_twice_at_once_is_one_answer(client: TestClient, page: str) -> None:
    barrier = threading.Barrier(6)
    statuses: list[int] = []

    def send() -> None:
        barrier.wait()
        statuses.append(client.post(f"{page}/now", data={"step": "next", "activity": "part_time"}).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 6
    assert count(SurveyResponse) == 1
    assert answers() == {"activity": "part_time"}


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("now", {}),
        ("now", {"activity": "the moon"}),
        ("now", {"activity": ["full_time", "part_time"]}),
        ("looking_back", {"missing": "x" * 4001}),
        ("reflections", {"meaningful": "6"}),
    ],
)
def test_what_cannot_be_counted_is_said_on_the_page(
    client: TestClient, page: str, code: str, fields: dict[str, str | list[str]]
) -> None:
    post(client, page, "now", activity="seeking_work")
    again = client.post(f"{page}/{code}", data={"step": "next", **fields})
    assert again.status_code == 422
    assert 'aria-invalid="true"' in again.text
    assert not answered()


def test_what_was_typed_beside_a_mistake_is_kept(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    again = client.post(
        f"{page}/work", data={"step": "next", "relevance": "9", "sector": "state", "employer": "<b>Vi</b>"}
    )
    assert again.status_code == 422
    assert "&lt;b&gt;Vi&lt;/b&gt;" in again.text
    assert answers() == {"activity": "full_time", "sector": "state", "employer": "<b>Vi</b>"}


def test_a_megabyte_of_text_is_a_page_with_words(client: TestClient, page: str) -> None:
    large = client.post(f"{page}/looking_back", data={"step": "next", "missing": "å" * 1_000_000})
    assert large.status_code == 413
    assert "för stort" in large.text
    assert count(SurveyAnswer) == 0


def test_answers_to_questions_that_were_not_shown_are_left_out(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="not_seeking", sector="state", nonsense="1")
    assert answers() == {"activity": "not_seeking"}
    assert client.post(f"{page}/work", data={"step": "next", "sector": "state"}).status_code == 404
    assert client.get(f"{page}/nowhere").status_code == 404


def test_after_closing_nothing_is_taken_and_what_was_written_is_shown(client: TestClient, page: str) -> None:
    with clock.frozen(NOON + timedelta(days=50)):
        assert "Enkäten har stängt" in client.get(page).text
        late = client.post(f"{page}/looking_back", data={"step": "next", "missing": "Mer tid för frågor"})
        assert late.status_code == 409
        assert "Mer tid för frågor" in late.text
    assert count(SurveyAnswer) == 0


def test_somebody_elses_link_and_a_forged_one(client: TestClient, page: str) -> None:
    assert client.get(page[:-4] + "abcd").status_code == 400
    outsider = links.token("survey", "p-nobody", the_survey().public_id)
    assert client.get(f"/survey/{outsider}").status_code == 410
    assert client.get(f"/survey/{links.token('survey', 'p-g0', 'no-survey')}").status_code == 410
    other_use = links.token("preferences", "p-g0", the_survey().public_id)
    assert client.get(f"/survey/{other_use}").status_code == 400


def test_who_was_left_out_of_the_cohort_is_told_it_has_closed(
    client: TestClient,
    db: str,
    graduate: Enrol,  # noqa: F811
) -> None:
    graduate(*a_class(), Graduate("doctoral", still_studies=True))
    run_duty()
    assert "Enkäten har stängt" in client.get(path("doctoral")).text


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
