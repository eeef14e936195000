"""After the cut nothing leads from an answer to a person."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.database import session_scope
from outreach.models import SurveyAnswer, SurveyMember, SurveyResponse
from outreach.queries import survey_answers, survey_frame
from outreach.queries.survey_cut import coarser
from tests.surveys.conftest import Enrol, Graduate, a_class, answer, cut, run_duty, the_survey

NOTHING = (None, None, None)


@pytest.mark.usefixtures("db")
def test_answers_stay_and_people_are_gone(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for number, uid in enumerate(sorted(ids)):
        if number < 6:
            answer(ids[uid], {"activity": "full_time" if number < 4 else "seeking_work", "meaningful": "4"})
    before = summed()
    done = cut()
    assert done is not None
    assert (done.answers, done.too_few) == (6, False)
    assert cut() is None
    assert summed() == before
    with session_scope(reading=True) as session:
        assert set(session.scalars(select(SurveyMember.person_id))) == {None}
        assert set(session.scalars(select(SurveyMember.response_id))) == {None}
        assert set(session.scalars(select(SurveyResponse.saved_at))) == {None}
        assert set(session.scalars(select(SurveyResponse.language))) == {""}
        assert survey_answers.sheet(session, the_survey(), ids["g0"]) is None


def summed() -> dict[str, int]:
    with session_scope(reading=True) as session:
        told = survey_frame.frame(session, [the_survey().id])
    counted = {f"activity {key}": int(value) for key, value in told["activity"].value_counts().items() if value}
    counted |= {f"meaningful {key}": int(value) for key, value in told["meaningful"].value_counts().items()}
    return counted | {"people": len(told), "responded": int(told["responded"].sum()), "known": int(told["known"].sum())}


@pytest.mark.usefixtures("db")
def test_so_few_answers_that_the_ledger_tells_whose_they_are_go_too(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for uid in ("g0", "g1", "g2", "g3"):
        answer(ids[uid])
    done = cut()
    assert done is not None
    assert done.too_few
    with session_scope(reading=True) as session:
        assert session.scalars(select(SurveyAnswer.code)).all() == []
        assert session.scalars(select(SurveyResponse.id)).all() == []


@pytest.mark.usefixtures("db")
def test_what_was_written_stands_apart_with_permission_and_is_gone_without(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for uid, may in zip(sorted(ids), ["yes", "yes", "no", "yes", "no", "yes", "no", "yes"], strict=True):
        said = {"activity": "full_time", "employer": "Region Skåne", "missing": f"Mer praktik, {uid}", "quote_ok": may}
        answer(ids[uid], dict(said))
    cut()
    with session_scope(reading=True) as session:
        rows = session.execute(select(SurveyAnswer.response_id, SurveyAnswer.code, SurveyAnswer.value)).all()
        told = survey_frame.texts(session, [the_survey().id])
    by_response: dict[str, set[str]] = {}
    for response, code, _ in rows:
        by_response.setdefault(response, set()).add(code)
    assert {code for codes in by_response.values() if "missing" in codes for code in codes} == {"missing", "quote_ok"}
    assert "employer" not in {code for _, code, _ in rows}
    assert set(told["text"]) == {f"Mer praktik, g{number}" for number in (0, 1, 3, 5, 7)}


@pytest.mark.usefixtures("db")
def test_few_of_a_programme_are_told_with_their_department(graduate: Enrol) -> None:
    ids = graduate(*a_class(10), *(Graduate(f"s{number}", programme="LITEN") for number in range(3)))
    run_duty()
    for person in ids.values():
        answer(person)
    done = cut()
    assert done is not None
    assert done.answers == 13
    with session_scope(reading=True) as session:
        groups = Counter(session.execute(select(*STUDIED)).tuples())
    assert min(groups.values()) >= 5


@pytest.mark.usefixtures("db")
def test_what_was_begun_and_never_sent_is_deleted(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for uid in sorted(ids):
        answer(ids[uid], {"activity": "military" if uid > "g5" else "full_time"}, send=uid <= "g5")
    done = cut()
    assert done is not None
    assert done.answers == 6
    with session_scope(reading=True) as session:
        assert set(session.scalars(select(SurveyAnswer.value))) == {"full_time"}
        assert Counter(session.scalars(select(SurveyMember.answered))) == {True: 6, False: 2}


@pytest.mark.usefixtures("db")
def test_own_words_for_an_occupation_go_and_a_code_is_told_by_its_group(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for number, uid in enumerate(sorted(ids)):
        told = {"title": "?rektor i Kiruna", "industry": "85"} if number < 2 else {"title": "2511", "industry": "P"}
        answer(ids[uid], {"activity": "full_time", **told})
    cut()
    with session_scope(reading=True) as session:
        rows = session.execute(select(SurveyAnswer.code, SurveyAnswer.value)).tuples()
        assert Counter(rows) == {("activity", "full_time"): 8, ("title", "2"): 6, ("industry", "P"): 8}


@pytest.mark.parametrize("wants", [5, 3])
@given(
    st.lists(
        st.tuples(st.sampled_from(["dsv", "jur", "fys"]), st.sampled_from("ABC"), st.sampled_from(["first", "second"])),
        min_size=5,
        max_size=60,
    )
)
def test_a_department_with_enough_answers_keeps_all_of_them(
    wants: int, studied: list[tuple[str | None, str | None, str | None]]
) -> None:
    becomes = coarser(studied, wants)
    before, after_it = Counter(each[0] for each in studied), Counter(becomes[each][0] for each in studied)
    if min(before.values()) >= wants:
        assert before == after_it


STUDIED = (SurveyResponse.department_code, SurveyResponse.programme_code, SurveyResponse.level)


@given(
    st.lists(
        st.tuples(st.sampled_from(["dsv", "jur", "fys"]), st.sampled_from("ABC"), st.sampled_from(["first", "second"])),
        min_size=5,
        max_size=60,
    )
)
def test_at_least_five_share_whatever_is_left(studied: list[tuple[str | None, str | None, str | None]]) -> None:
    becomes = coarser(studied, 5)
    counts = Counter(becomes[each] for each in studied)
    assert min(counts.values()) >= 5
    for old, new in becomes.items():
        assert all(after in (before, None) for before, after in zip(old, new, strict=True))
