"""Answering a survey: page by page, twice, too late, from two places, with what no form of ours would send."""

import re
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.models import Consent, Interest, Person, SurveyAnswer, SurveyMember, SurveyResponse
from outreach.queries import one_person, people, survey_cut, surveys
from outreach.questionnaires import questionnaire
from tests.conftest import NOON
from tests.surveys.conftest import Enrol, Graduate, a_class, open_survey, the_survey
from tests.web.answering import answered, answers, count, graduate, page, path, post
from tests.web.conftest import TestClient, interests_of

__all__ = ["graduate", "page"]

CODES = [section.code for section in questionnaire("career").sections]


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
    assert client.get(f"{page}/work").headers["location"] == page  # and not to a page that says it is not there


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


@pytest.mark.parametrize("step", ["next", "back", "stay"])
def test_a_megabyte_of_text_is_given_back_with_words(client: TestClient, page: str, step: str) -> None:
    post(client, page, "looking_back", again="yes")
    large = client.post(f"{page}/looking_back", data={"step": step, "again": "other", "missing": "å" * 1_000_000})
    assert large.status_code == 422
    assert "Texten är 1000000 tecken lång. Högst 4000 får plats." in large.text
    assert "å" * 1_000_000 in large.text
    assert answers() == {"again": "other"}


def test_more_than_that_is_a_page_with_words(client: TestClient, page: str) -> None:
    large = client.post(f"{page}/looking_back", data={"step": "next", "missing": "å" * 2_000_000})
    assert large.status_code == 413
    assert "för stort" in large.text
    assert count(SurveyAnswer) == 0


def test_the_longest_texts_there_may_be_are_kept_in_any_letters(client: TestClient, page: str) -> None:
    post(client, page, "looking_back", missing="😀" * 4000)
    assert answers() == {"missing": "😀" * 4000}


def test_words_without_end_suggest_nothing(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    words = "lärare " * 40_000
    began = time.monotonic()
    refused = client.post(f"{page}/work", data={"step": "next", "title": words, "industry": words})
    assert time.monotonic() - began < 10
    assert refused.status_code == 422
    assert words.strip() in refused.text


def test_signs_nobody_types_are_left_out(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    work = {"step": "next", "employer": "A\x00B\u2028", "industry": "?", "industry_pick": "\x00", "title": "\x00"}
    assert client.post(f"{page}/work", data=work).status_code == 303
    raw = "step=next&missing=%FF%00%ED%A0%80&again=yes&again=yes%00"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(f"{page}/looking_back", content=raw, headers=form).status_code in (303, 422)
    assert answers()["employer"] == "A B"
    assert client.get(f"{page}/%00").status_code == 404


def test_very_many_fields_are_nothing_to_it(client: TestClient, page: str) -> None:
    many = {f"field{number}": "x" for number in range(5_000)}
    assert client.post(f"{page}/now", data={"step": "next", **many}).status_code in (400, 413, 422)
    assert count(SurveyAnswer) == 0


def test_answers_to_questions_that_were_not_shown_are_left_out(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="not_seeking", sector="state", nonsense="1")
    assert answers() == {"activity": "not_seeking"}
    refused = client.post(f"{page}/work", data={"step": "next", "sector": "state", "employer": "Ericsson"})
    assert refused.status_code == 409
    assert "Ericsson" in refused.text
    assert "state" not in refused.text
    assert answers() == {"activity": "not_seeking"}
    assert client.get(f"{page}/nowhere").status_code == 404


def test_after_closing_nothing_is_taken_and_what_was_written_is_shown(client: TestClient, page: str) -> None:
    with clock.frozen(NOON + timedelta(days=50)):
        assert "Enkäten har stängt" in client.get(page).text
        late = client.post(f"{page}/looking_back", data={"step": "next", "missing": "Mer tid för frågor"})
        assert late.status_code == 409
        assert "Mer tid för frågor" in late.text
    assert count(SurveyAnswer) == 0


def test_a_link_that_has_run_out_says_that_the_survey_has_closed(client: TestClient, page: str) -> None:
    survey = the_survey()
    link = f"/survey/{links.token('survey', 'p-g0', survey.public_id, survey.closes_at + timedelta(days=1))}"
    with clock.frozen(survey.closes_at + timedelta(days=2)):
        for place in ("", "/now"):
            assert "Enkäten har stängt" in client.get(link + place, headers={"Accept-Language": "sv"}).text
        late = client.post(f"{link}/work", data={"step": "next", "employer": "Ericsson"})
    assert late.status_code == 410
    assert "Ericsson" in late.text


def test_who_is_erased_leaves_no_answer_behind(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    post(client, path("g1"), "now", activity="military")
    with session_scope() as session:
        told = one_person.everything(session, "g0@students.example.org", actor="test", action="exported")
        assert [(row["code"], row["value"]) for row in told["survey_answers"]] == [("activity", "full_time")]
        one_person.erase(session, "g0@students.example.org", clock.now(), actor="test")
    assert client.get(page).status_code == 410
    assert client.post(f"{page}/work", data={"step": "next", "employer": "Ericsson"}).status_code == 410
    with session_scope(reading=True) as session:
        assert session.scalars(select(SurveyAnswer.value)).all() == ["military"]
        assert count(SurveyResponse) == 1
        assert session.scalar(select(func.count()).select_from(SurveyMember)) == 8


@pytest.mark.parametrize("over", ["erase", "cut"])
def test_answering_and_its_end_at_one_moment_wait_for_each_other(client: TestClient, page: str, over: str) -> None:
    """No deadlock, no trace: either the answer was there in time, or whoever sent it is told."""
    for number in range(8):
        post(client, path(f"g{number}"), "now", activity="full_time")
    barrier, statuses = threading.Barrier(9), []

    def send(number: int) -> None:
        barrier.wait()
        fields = {"step": "send", "contact": ["mentor", "interview"]}
        statuses.append(client.post(f"{path(f'g{number}')}/contact", data=fields).status_code)

    def end() -> None:
        barrier.wait()
        with session_scope() as session:
            if over == "cut":
                survey_cut.cut(session, the_survey().id, 5, clock.now())
            for number in range(8) if over == "erase" else ():
                one_person.erase(session, f"g{number}@students.example.org", clock.now(), actor="test")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)] + [threading.Thread(target=end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {303, 409, 410}
    if over == "erase":
        assert count(SurveyResponse) == count(SurveyAnswer) == count(Interest) == 0
    else:
        told = statuses.count(303)
        assert (count(SurveyResponse), count(SurveyAnswer)) == ((told, told) if told >= 5 else (0, 0))


def test_two_with_one_link_at_once_leave_the_page_of_one_of_them(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    barrier = threading.Barrier(8)
    pages = [{"employer": f"Nr {number}", "relevance": str(number % 5 + 1)} for number in range(8)]

    def send(fields: dict[str, str]) -> None:
        barrier.wait()
        assert client.post(f"{page}/work", data={"step": "next", **fields}).status_code == 303

    threads = [threading.Thread(target=send, args=(fields,)) for fields in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = answers()
    assert kept.pop("activity") == "full_time"
    assert kept in pages


def test_what_a_page_of_an_older_text_asked_is_what_was_answered(client: TestClient, page: str) -> None:
    shown = re.search('name="version" value="([0-9]+)"', client.get(f"{page}/now").text)
    assert shown
    shorter = questionnaire("career").model_copy(update={"sections": questionnaire("career").sections[1:]})
    with session_scope() as session:
        surveys.keep_version(session, the_survey().id, shorter.content(), shorter.digest, clock.now())
    post(client, page, "now", activity="full_time", version=shown[1])
    assert answers() == {"activity": "full_time"}
    lost = client.post(f"{path('g1')}/now", data={"step": "next", "activity": "full_time", "version": "9" * 9})
    assert lost.status_code == 409


def test_changing_the_language_keeps_what_was_typed(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    onward = client.post(f"{page}/work?lang=en", data={"step": "stay", "employer": "Vi", "relevance": "9"})
    assert onward.headers["location"] == f"{page}/work?lang=en"
    assert 'value="Vi"' in client.get(onward.headers["location"]).text
    assert client.post(f"{page}/now?lang=en", data={"step": "stay"}).headers["location"] == f"{page}/now?lang=en"


def test_roles_that_are_not_ticked_any_more_are_taken_back_and_others_stay(client: TestClient, page: str) -> None:
    with session_scope() as session:
        person = session.scalars(select(Person.id).where(Person.student_uid == "g0")).one()
        people.set_interests(session, person, ["mentor", "ambassador"], clock.now())
    assert 'value="mentor" checked' in client.get(f"{page}/contact").text
    assert client.post(f"{page}/contact", data={"step": "send", "contact": ["mentor", "king"]}).status_code == 422
    assert interests_of("p-g0") == {"mentor", "ambassador"}  # what cannot be read changes nothing
    post(client, page, "contact", "send")
    assert interests_of("p-g0") == {"ambassador"}


def test_words_kept_once_are_not_asked_about_again(client: TestClient, page: str) -> None:
    post(client, page, "now", activity="full_time")
    assert client.post(f"{page}/work", data={"step": "next", "industry": "Utbildning"}).status_code == 200
    again = {"industry": "Utbildning", "industry_for": "Utbildning", "industry_pick": "own"}
    client.post(f"{page}/work", data={"step": "next", **again})
    assert client.post(f"{page}/work", data={"step": "next", "industry": "Utbildning"}).status_code == 303
    assert answers()["industry"] == "?Utbildning"


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
    graduate: Enrol,
) -> None:
    graduate(*a_class(), Graduate("doctoral", still_studies=True))
    open_survey()
    assert "Enkäten har stängt" in client.get(path("doctoral")).text
