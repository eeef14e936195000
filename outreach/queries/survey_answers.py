"""Answering: one response a person and survey, saved page by page. Written under the person's row of the cohort, so
that the same page sent twice, or from two places at once, is one answer."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from outreach.models import Person, Survey, SurveyAnswer, SurveyMember, SurveyResponse, SurveyVersion
from outreach.questionnaires import Questionnaire, Section, Value, kept, read, stored

# Each page that is read or saved asks the same, so the questions are put together once.
_HERE = (
    SurveyMember.survey_id == bindparam("survey"),
    SurveyMember.person_id == bindparam("person"),
    SurveyMember.excluded == "",
)
_HELD = select(SurveyMember.id).where(*_HERE).with_for_update()
_STANDING = (
    select(
        SurveyMember.id, SurveyMember.response_id,
        SurveyResponse.complete, SurveyResponse.revision, SurveyResponse.version_id, SurveyVersion.digest,
    )
    .outerjoin(SurveyResponse, SurveyResponse.id == SurveyMember.response_id)
    .outerjoin(SurveyVersion, SurveyVersion.id == SurveyResponse.version_id)
    .where(*_HERE)
)  # fmt: skip
_VERSION = (
    select(SurveyVersion.id, SurveyVersion.digest)
    .where(SurveyVersion.survey_id == bindparam("survey"))
    .order_by((SurveyVersion.id == bindparam("wanted")).desc(), SurveyVersion.id.desc())
    .limit(1)
)
_ANSWERS = select(SurveyAnswer.code, SurveyAnswer.value).where(SurveyAnswer.response_id == bindparam("response"))
_RESPONSES: Any = SurveyResponse.__table__
_SAVED = update(_RESPONSES).where(_RESPONSES.c.id == bindparam("response"))
_GIVEN: Any = SurveyAnswer.__table__
_NEW = insert(_GIVEN)
_OTHER = update(_GIVEN).where(_GIVEN.c.response_id == bindparam("of"), _GIVEN.c.code == bindparam("asked"))

_texts: dict[str, Questionnaire] = {}  # digest -> what was asked: a version never changes, and reading it takes long


@dataclass(frozen=True)
class Sheet:
    """What one person is asked and has answered. `version`: of the questionnaire; `revision` counts what was saved.

    `member`: their row of the cohort; `response`: under which the answers are kept, None before the first.
    """

    whole: Questionnaire
    answers: Mapping[str, Value]
    complete: bool
    revision: int
    version: int
    member: int
    response: str | None


def sheet(
    session: Session, survey: Survey, person_id: int, *, version: int | None = None, to_change: bool = False
) -> Sheet | None:
    """A person's sheet as it stands; None for somebody the survey does not ask (any more). Changes nothing.

    `version`: which text whoever has not begun was shown; without it the newest. `to_change` holds their row of the
    cohort until the end.
    """
    who = {"survey": survey.id, "person": person_id}
    if to_change and session.scalar(_HELD, who) is None:
        return None
    found = session.execute(_STANDING, who).one_or_none()
    if found is None:
        return None
    if found.response_id is None:
        shown = session.execute(_VERSION, {"survey": survey.id, "wanted": version or 0}).one_or_none()
        if shown is None:
            return None
        return Sheet(_text(session, shown.digest), {}, False, 0, shown.id, found.id, None)
    whole = _text(session, found.digest)
    answers = _answers(session, found.response_id, whole)
    return Sheet(whole, answers, found.complete, found.revision, found.version_id, found.id, found.response_id)


def save(
    session: Session,
    before: Sheet,
    page: Section,
    values: Mapping[str, Value],
    *,
    language: str,
    complete: bool,
    now: datetime,
) -> Sheet:
    """Put a page's answers in the place of those it had. What is not asked any more because of them goes too.

    `before`: the sheet, held to change. `complete`: it is sent in; that is never taken back. Answers about the person
    are not among `values`.
    """
    response = before.response or _begin(session, before, language)
    here = {question.code for question in page.questions}
    others = {code: value for code, value in before.answers.items() if code not in here}
    answers = kept(before.whole, others | dict(values))
    _write(session, response, before.answers, answers)
    sent = before.complete or complete
    changed = {"complete": sent, "revision": before.revision + 1, "saved_at": now, "language": language}
    session.execute(_SAVED, {"response": response} | changed)
    if sent and not before.complete:
        session.execute(update(SurveyMember).where(SurveyMember.id == before.member).values(answered=True))
    return replace(before, answers=answers, complete=sent, revision=before.revision + 1, response=response)


def forget(session: Session, people: Collection[int]) -> None:
    """Delete what these people answered, in every survey that is not cut. The cohort counts them as asked."""
    session.execute(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update())
    theirs = (SurveyMember.person_id.in_(people), SurveyMember.response_id.is_not(None))
    responses = list(session.scalars(select(SurveyMember.response_id).where(*theirs).with_for_update()))
    session.execute(delete(SurveyAnswer).where(SurveyAnswer.response_id.in_(responses)))
    session.execute(delete(SurveyResponse).where(SurveyResponse.id.in_(responses)))
    session.execute(update(SurveyMember).where(*theirs).values(response_id=None, answered=False))


def told(session: Session, people: Collection[int]) -> list[dict[str, Any]]:
    """What these people have answered, while it still can be told whose it is: survey, code, value, saved_at."""
    found = (
        select(Survey.slug.label("survey"), SurveyAnswer.code, SurveyAnswer.value, SurveyResponse.saved_at)
        .join(SurveyMember, SurveyMember.survey_id == Survey.id)
        .join(SurveyResponse, SurveyResponse.id == SurveyMember.response_id)
        .join(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id)
        .where(SurveyMember.person_id.in_(people))
        .order_by(Survey.id, SurveyAnswer.code)
    )
    return [dict(row._mapping) for row in session.execute(found)]


def _begin(session: Session, before: Sheet, language: str) -> str:
    """A response of the text that was shown, under an id that says nothing."""
    id_ = secrets.token_hex(16)
    studied = ("survey_id", "department_code", "programme_code", "level")
    of_member = select(*(getattr(SurveyMember, name) for name in studied)).where(SurveyMember.id == before.member)
    row = dict(session.execute(of_member).one()._mapping)
    row |= {"id": id_, "version_id": before.version, "language": language}
    session.execute(insert(SurveyResponse).values(row))
    session.execute(update(SurveyMember).where(SurveyMember.id == before.member).values(response_id=id_))
    return id_


def _text(session: Session, digest: str) -> Questionnaire:
    if digest not in _texts:
        content = session.scalars(select(SurveyVersion.content).where(SurveyVersion.digest == digest).limit(1)).one()
        _texts[digest] = Questionnaire.from_content(content)
    return _texts[digest]


def _answers(session: Session, response: str, whole: Questionnaire) -> dict[str, Value]:
    found = session.execute(_ANSWERS, {"response": response})
    asked = {question.code: question for question in whole.questions()}
    return {code: read(asked[code], value) for code, value in found if code in asked}


def _write(session: Session, response: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
    """From `before`, which nobody else can have changed while the cohort's row is held, to `after`."""
    if gone := sorted(set(before) - set(after)):
        session.execute(delete(SurveyAnswer).where(SurveyAnswer.response_id == response, SurveyAnswer.code.in_(gone)))
    new = [code for code in after if code not in before]
    if new:
        session.execute(_NEW, [{"response_id": response, "code": code, "value": stored(after[code])} for code in new])
    changed = [code for code in after if code in before and before[code] != after[code]]
    if changed:
        session.execute(_OTHER, [{"of": response, "asked": code, "value": stored(after[code])} for code in changed])
