"""The cut: afterwards nothing in the database leads from an answer to a person.

What could lead there, and what becomes of it:
- `survey_members.response_id` and `person_id`: gone.
- What was studied, with the register beside it, and the ledger, which tells who was thanked: so at least `k` people who
  answered share each combination that stays; where fewer do it is made coarser, for answers and members alike.
- The order rows were written in, and their ids: all are written anew in random order, answers under new random ids.
- When something was saved, and in which language: gone.
- What somebody wrote: without their permission it is deleted; with it, it stands in a response of its own, apart from
  what they chose. So do short answers such as an employer's name: they are deleted.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Survey, SurveyAnswer, SurveyMember, SurveyResponse, SurveyVersion
from outreach.questionnaires import Kind, Question, Questionnaire

Studied = tuple[str | None, str | None, str | None]  # department, programme, level
WRITTEN = (Kind.SHORT_TEXT, Kind.LONG_TEXT)
IDS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Cut:
    """`too_few`: so few answered that their answers are deleted, since the ledger tells who they are."""

    answers: int
    coarser: int
    too_few: bool


def cut(session: Session, survey_id: int, k: int, now: datetime) -> Cut | None:
    """Cut the link of one survey for good. None when it is cut already."""
    database.lock(session, f"survey-cut/{survey_id}")
    survey = session.get(Survey, survey_id)
    if survey is None or survey.cut_at is not None:
        return None
    members, responses = _members(session, survey_id), _responses(session, survey_id)
    answers = _answers(session, [row["id"] for row in responses if row["complete"]])
    whole = [row for row in responses if row["complete"] and row["id"] in answers]
    too_few = len(whole) < k
    coarse = coarser([_studied(row) for row in whole], k)
    session.execute(delete(SurveyAnswer).where(SurveyAnswer.response_id.in_(_all_ids(survey_id))))
    session.execute(delete(SurveyResponse).where(SurveyResponse.survey_id == survey_id))
    session.execute(delete(SurveyMember).where(SurveyMember.survey_id == survey_id))
    if not too_few:
        _write_answers(session, whole, answers, _questions(session, survey_id), coarse)
    _write_members(session, members, coarse)
    session.execute(update(Survey).where(Survey.id == survey_id).values(cut_at=now))
    changed = sum(coarse[_studied(row)] != _studied(row) for row in whole)
    return Cut(0 if too_few else len(whole), changed, too_few)


def coarser(studied: Sequence[Studied], k: int) -> Mapping[Studied, Studied]:
    """What each combination becomes, so that at least `k` of those given share every one that is left.

    First the level is taken away, then the programme, then the department; whoever then still is one of fewer than `k`
    takes the smallest other group along.
    """
    becomes = {each: each for each in studied}
    for step in (_without_level, _without_programme, lambda _each: (None, None, None)):
        counts = Counter(becomes[each] for each in studied)
        becomes = {old: step(new) if counts[new] < k else new for old, new in becomes.items()}
    counts = Counter(becomes[each] for each in studied)
    while 0 < counts[(None, None, None)] < k and len(counts) > 1:
        smallest = min(
            (group for group in counts if group != (None, None, None)), key=lambda group: (counts[group], str(group))
        )
        becomes = {old: (None, None, None) if new == smallest else new for old, new in becomes.items()}
        counts = Counter(becomes[each] for each in studied)
    return becomes


def _without_level(each: Studied) -> Studied:
    return (each[0], each[1], None)


def _without_programme(each: Studied) -> Studied:
    return (each[0], None, None)


def _studied(row: Mapping[str, Any]) -> Studied:
    return (row["department_code"], row["programme_code"], row["level"])


def _responses(session: Session, survey_id: int) -> list[dict[str, Any]]:
    table = SurveyResponse.__table__
    return [dict(row) for row in session.execute(select(table).where(table.c.survey_id == survey_id)).mappings()]


def _members(session: Session, survey_id: int) -> list[dict[str, Any]]:
    table = SurveyMember.__table__
    held = select(table).where(table.c.survey_id == survey_id).with_for_update()  # nobody saves an answer meanwhile
    return [dict(row) for row in session.execute(held).mappings()]


def _answers(session: Session, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Response -> question -> answer."""
    found: dict[str, dict[str, str]] = {id_: {} for id_ in ids}
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = SurveyAnswer.response_id.in_(ids[start : start + IDS_AT_ONCE])
        for answer in session.execute(
            select(SurveyAnswer.response_id, SurveyAnswer.code, SurveyAnswer.value).where(some)
        ):
            found[answer.response_id][answer.code] = answer.value
    return found


def _all_ids(survey_id: int) -> Any:
    return select(SurveyResponse.id).where(SurveyResponse.survey_id == survey_id)


def _questions(session: Session, survey_id: int) -> dict[int, dict[str, Question]]:
    """The questions of each version of the survey's text."""
    found = session.execute(select(SurveyVersion.id, SurveyVersion.content).where(SurveyVersion.survey_id == survey_id))
    return {
        id_: {question.code: question for question in Questionnaire.from_content(content).questions()}
        for id_, content in found
    }


def _write_answers(
    session: Session,
    responses: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Mapping[str, str]],
    questions: Mapping[int, Mapping[str, Question]],
    coarse: Mapping[Studied, Studied],
) -> None:
    """Everything anew, each response's written answers apart from what was chosen."""
    new: list[tuple[dict[str, Any], dict[str, str]]] = []
    for row in responses:
        asked, said = questions[row["version_id"]], answers[row["id"]]
        chosen = {code: value for code, value in said.items() if code in asked and asked[code].kind not in WRITTEN}
        new.append((_anew(row, coarse, apart=False), chosen))
        for code, value in said.items():
            question = asked.get(code)
            if question is not None and question.permission and said.get(question.permission) == "yes":
                new.append((_anew(row, coarse, apart=True), {code: value, question.permission: "yes"}))
    SystemRandom().shuffle(new)
    if not new:
        return
    session.execute(insert(SurveyResponse), [row for row, _ in new])
    rows = [
        {"response_id": row["id"], "code": code, "value": value} for row, said in new for code, value in said.items()
    ]
    SystemRandom().shuffle(rows)
    if rows:
        session.execute(insert(SurveyAnswer), rows)


def _anew(row: Mapping[str, Any], coarse: Mapping[Studied, Studied], *, apart: bool) -> dict[str, Any]:
    department, programme, level = coarse[_studied(row)]
    return {
        "id": secrets.token_hex(16),
        "survey_id": row["survey_id"],
        "version_id": row["version_id"],
        "language": "",
        "complete": True,
        "revision": 0,
        "saved_at": None,
        "department_code": department,
        "programme_code": programme,
        "level": level,
        "apart": apart,
    }


def _write_members(session: Session, members: Sequence[Mapping[str, Any]], coarse: Mapping[Studied, Studied]) -> None:
    new = []
    for row in members:
        own = _studied(row)  # from which nobody answered, it leads to no answer
        department, programme, level = coarse.get(own, own)
        kept = {name: row[name] for name in ("survey_id", "reached", "answered", "excluded")}
        new.append(kept | {"department_code": department, "programme_code": programme, "level": level})
    SystemRandom().shuffle(new)
    if new:
        session.execute(insert(SurveyMember), new)
