"""Answering: one response a person and survey, saved page by page. Read and written under the person's row of the
cohort, so that the same page sent twice, or from two places at once, is one answer."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from outreach.models import Survey, SurveyAnswer, SurveyMember, SurveyResponse, SurveyVersion
from outreach.queries.inserting import insert_or
from outreach.questionnaires import Questionnaire, Section, Value, kept, read, stored


@dataclass(frozen=True)
class Sheet:
    """What one person is asked and has answered. `revision` counts what was saved."""

    whole: Questionnaire
    answers: Mapping[str, Value]
    complete: bool
    revision: int


def sheet(session: Session, survey: Survey, person_id: int) -> Sheet | None:
    """A person's sheet as it stands; None for somebody the survey does not ask. Changes nothing."""
    member = session.execute(_member(survey.id, person_id)).one_or_none()
    if member is None:
        return None
    if member.response_id is None:
        whole = _questionnaire(session, _newest(survey.id))
        return None if whole is None else Sheet(whole, {}, False, 0)
    return _as_saved(session, member.response_id)


def save(
    session: Session,
    survey: Survey,
    person_id: int,
    page: Section,
    values: Mapping[str, Value],
    *,
    language: str,
    complete: bool,
    now: datetime,
) -> Sheet | None:
    """Put a page's answers in the place of those it had. What is not asked any more because of them goes too.

    `complete`: it is sent in; that is never taken back. Answers about the person are not among `values`. None for
    somebody the survey does not ask.
    """
    member = session.execute(_member(survey.id, person_id).with_for_update()).one_or_none()
    if member is None:
        return None
    response = member.response_id or _begin(session, survey.id, member, language)
    before = _as_saved(session, response)
    here = {question.code for question in page.questions}
    others = {code: value for code, value in before.answers.items() if code not in here}
    answers = kept(before.whole, others | dict(values))
    _write(session, response, before.answers, answers)
    sent = before.complete or complete
    changed = {"complete": sent, "revision": before.revision + 1, "saved_at": now, "language": language}
    session.execute(update(SurveyResponse).where(SurveyResponse.id == response).values(**changed))
    if sent and not member.answered:
        session.execute(update(SurveyMember).where(SurveyMember.id == member.id).values(answered=True))
    return Sheet(before.whole, answers, sent, before.revision + 1)


def _member(survey_id: int, person_id: int) -> Any:
    return select(
        SurveyMember.id,
        SurveyMember.response_id,
        SurveyMember.answered,
        SurveyMember.department_code,
        SurveyMember.programme_code,
        SurveyMember.level,
    ).where(SurveyMember.survey_id == survey_id, SurveyMember.person_id == person_id, SurveyMember.excluded == "")


def _begin(session: Session, survey_id: int, member: Any, language: str) -> str:
    """A response of the newest text, under an id that says nothing."""
    id_ = secrets.token_hex(16)
    version = session.scalars(_newest(survey_id)).one()
    row = {
        "id": id_,
        "survey_id": survey_id,
        "version_id": version,
        "language": language,
        "department_code": member.department_code,
        "programme_code": member.programme_code,
        "level": member.level,
    }
    session.execute(insert(SurveyResponse).values(row))
    session.execute(update(SurveyMember).where(SurveyMember.id == member.id).values(response_id=id_))
    return id_


def _newest(survey_id: int) -> Any:
    newest = select(SurveyVersion.id).where(SurveyVersion.survey_id == survey_id)
    return newest.order_by(SurveyVersion.id.desc()).limit(1)


def _questionnaire(session: Session, version: Any) -> Questionnaire | None:
    content = session.scalar(select(SurveyVersion.content).where(SurveyVersion.id == version.scalar_subquery()))
    return None if content is None else Questionnaire.from_content(content)


def _as_saved(session: Session, response: str) -> Sheet:
    row = session.execute(
        select(SurveyResponse.complete, SurveyResponse.revision, SurveyVersion.content)
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.version_id)
        .where(SurveyResponse.id == response)
    ).one()
    whole = Questionnaire.from_content(row.content)
    found = session.execute(
        select(SurveyAnswer.code, SurveyAnswer.value).where(SurveyAnswer.response_id == response)
    ).all()
    asked = {question.code: question for question in whole.questions()}
    answers = {code: read(asked[code], value) for code, value in found if code in asked}
    return Sheet(whole, answers, row.complete, row.revision)


def _write(session: Session, response: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
    if gone := sorted(set(before) - set(after)):
        session.execute(delete(SurveyAnswer).where(SurveyAnswer.response_id == response, SurveyAnswer.code.in_(gone)))
    new = {code: value for code, value in after.items() if before.get(code) != value}
    if not new:
        return
    statement = insert_or(session, SurveyAnswer.__table__)
    statement = statement.on_conflict_do_update(
        index_elements=["response_id", "code"], set_={"value": statement.excluded.value}
    )
    session.execute(
        statement, [{"response_id": response, "code": code, "value": stored(value)} for code, value in new.items()]
    )
