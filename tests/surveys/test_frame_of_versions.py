"""Answers to two texts of one questionnaire are counted together, and what was only begun is not shown."""

from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import select

from outreach import clock, duties
from outreach.database import session_scope
from outreach.models import SurveyVersion
from outreach.queries import survey_frame, surveys
from outreach.questionnaires import Questionnaire
from outreach.results import publish_due
from outreach.surveys.preflight import preflight
from tests.surveys.conftest import DUTY, Enrol, a_class, after, answer, run_duty, the_survey


def change(edit: Any) -> None:
    with session_scope() as session:
        newest = session.scalars(select(SurveyVersion).order_by(SurveyVersion.id.desc())).first()
        assert newest is not None
        content = deepcopy(newest.content)
        edit({question["code"]: question for section in content["sections"] for question in section["questions"]})
        surveys.keep_version(
            session, the_survey().id, content, Questionnaire.from_content(content).digest, newest.created_at
        )


@pytest.mark.usefixtures("db")
def test_a_choice_that_was_taken_away_is_still_counted(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    answer(ids["g0"], {"activity": "military", "meaningful": "4"})

    def other(questions: dict[str, Any]) -> None:
        questions["activity"]["choices"] = [
            each for each in questions["activity"]["choices"] if each["code"] != "military"
        ]
        scale = questions["meaningful"]
        scale["kind"], scale["choices"] = (
            "single",
            [{"code": code, "sv": code, "en": code} for code in ("much", "little")],
        )
        del scale["least"], scale["most"]

    change(other)
    answer(ids["g1"], {"activity": "full_time", "meaningful": "much"})
    with session_scope(reading=True) as session:
        told = survey_frame.frame(session, [the_survey().id])
    assert told["activity"].value_counts().loc[["military", "full_time"]].tolist() == [1, 1]
    assert int(told["known"].sum()) == 2
    assert told["meaningful"].dropna().tolist() == ["much"]


@pytest.mark.usefixtures("db")
def test_what_was_written_and_not_sent_in_is_not_shown(graduate: Enrol) -> None:
    ids = graduate(*a_class())
    run_duty()
    for uid in ("g0", "g1"):
        answer(ids[uid], {"activity": "full_time", "missing": uid, "quote_ok": "yes"}, send=uid == "g0")
    with session_scope(reading=True) as session:
        assert survey_frame.texts(session, [the_survey().id])["text"].tolist() == ["g0"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("answers", "published"), [(0, 0), (15, 1)])
def test_a_survey_nobody_wrote_anything_in_can_be_published(graduate: Enrol, answers: int, published: int) -> None:
    ids = graduate(*a_class(30))
    run_duty()
    for uid in sorted(ids)[:answers]:
        answer(ids[uid])
    with after(90), session_scope() as session:  # type: ignore[attr-defined]
        assert len(publish_due(session, clock.now())) == published


@pytest.mark.parametrize(("people", "needed"), [(100, 55), (20, 11), (7, 4), (8, 5)])
def test_the_answers_a_target_needs_are_counted_exactly(
    sqlite_db: str, graduate: Enrol, people: int, needed: int
) -> None:
    graduate(*a_class(people))
    run_duty()
    duty = duties.duty(DUTY)
    assert duty.survey is not None
    higher = duty.model_copy(update={"survey": duty.survey.model_copy(update={"target_response": 0.55})})
    with session_scope(reading=True) as session:
        found = preflight(session, the_survey(), higher)
    assert (found.needed, found.enough) == (needed, True)
