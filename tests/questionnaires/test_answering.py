"""What an answer may be, and which questions are asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.questionnaires import Checked, Section, Value, checked, kept, questionnaire, read, shown, stored

TODAY = date(2026, 11, 22)
COUNTRIES = frozenset({"SE", "NO"})
CAREER = questionnaire("career")
WORKS: dict[str, Value] = {"activity": "full_time"}


def section(code: str) -> Section:
    found = CAREER.section(code)
    assert found is not None
    return found


def answered(code: str, form: dict[str, list[str]], so_far: dict[str, Value] | None = None) -> Checked:
    return checked(section(code), form, so_far or {}, today=TODAY, countries=COUNTRIES)


def test_who_works_is_asked_about_the_work_and_nobody_else() -> None:
    assert {question.code for question in shown(section("work"), WORKS)} >= {"title", "sector", "relevance"}
    assert shown(section("work"), {"activity": "seeking_work"}) == []
    assert shown(section("work"), {}) == []


def test_a_required_question_left_empty_is_said_in_both_languages() -> None:
    found = answered("now", {"activity": ["  "]})
    assert found.values == {}
    assert set(found.problems["activity"]) == {"sv", "en"}


@pytest.mark.parametrize(
    ("page", "code", "given", "value"),
    [
        ("work", "relevance", "4", "4"),
        ("work", "sector", "state", "state"),
        ("work", "work_country", "SE", "SE"),
        ("work", "employer", "  Region  Skåne ", "Region Skåne"),
        ("work", "title", "2", "2"),
        ("work", "title", "lärare i  skolan", "?lärare i skolan"),
        ("first_month", "first_job_month", "2026-3", "2026-03"),
        ("looking_back", "missing", "Mer <b>praktik</b>\n\noch tid", "Mer <b>praktik</b>\n\noch tid"),
    ],
)
def test_good_answers_are_kept_as_they_are_counted(page: str, code: str, given: str, value: str) -> None:
    found = answered(page, {code: [given]}, WORKS | {"first_job": "after"})
    assert found.values == {code: value}
    assert found.problems == {}


@pytest.mark.parametrize(
    ("page", "code", "given"),
    [
        ("work", "relevance", ["6"]),
        ("work", "relevance", ["0"]),
        ("work", "relevance", ["not_at_all"]),
        ("work", "sector", ["the mob"]),
        ("work", "sector", ["state", "region"]),
        ("work", "work_country", ["Sweden"]),
        ("work", "employer", ["x" * 201]),
        ("work", "title", ["y" * 300]),
        ("first_month", "first_job_month", ["2027-01"]),
        ("first_month", "first_job_month", ["1899-01"]),
        ("first_month", "first_job_month", ["2026-13"]),
        ("first_month", "first_job_month", ["spring"]),
        ("looking_back", "missing", ["z" * 1_000_000]),
        ("contact", "contact", ["mentor", "rector"]),
    ],
)
def test_what_no_form_of_ours_sends_is_refused_with_a_sentence(page: str, code: str, given: list[str]) -> None:
    found = answered(page, {code: given}, WORKS | {"first_job": "after"})
    assert found.values == {}
    assert set(found.problems) == {code}


def test_answers_to_questions_not_shown_are_left_out() -> None:
    assert answered("work", {"sector": ["state"]}, {"activity": "not_seeking"}) == Checked()
    assert answered("now", {"activity": ["full_time"], "sector": ["state"], "x": ["1"]}).values == WORKS


def test_an_earlier_answer_that_changes_takes_later_ones_along() -> None:
    answers = WORKS | {"sector": "state", "first_job": "after", "first_job_month": "2026-01", "meaningful": "5"}
    changed = answers | {"activity": "seeking_work", "first_job": "not_yet"}
    assert kept(CAREER, changed) == {"activity": "seeking_work", "first_job": "not_yet", "meaningful": "5"}


def test_none_of_these_stands_alone() -> None:
    studies = questionnaire("study_experience").section("support")
    assert studies is not None
    form = {"work_contact": ["none", "guests"]}
    found = checked(studies, form, {}, today=TODAY, countries=COUNTRIES)
    assert "work_contact" in found.problems


@given(st.dictionaries(st.sampled_from([q.code for q in CAREER.questions()]), st.lists(st.text(), max_size=3)))
def test_no_form_whatever_fails_or_stores_what_cannot_be_counted(form: dict[str, list[str]]) -> None:
    answers: dict[str, Value] = WORKS | {"first_job": "after"}
    for page in CAREER.sections:
        found = checked(page, form, answers, today=TODAY, countries=COUNTRIES)
        assert not set(found.values) & set(found.problems)
        for code, value in found.values.items():
            question = CAREER.question(code)
            assert question is not None
            assert read(question, stored(value)) == value
            if question.allowed:
                assert set((value,) if isinstance(value, str) else value) <= set(question.allowed)
