"""A survey's cohort as one row a person without the person: what every figure is counted from.

Read from members who have not answered and from the answers, never from the link between the two, so it says the same
before and after the cut.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.models import Survey, SurveyAnswer, SurveyMember, SurveyResponse, SurveyVersion
from outreach.questionnaires import Kind, Question, Questionnaire
from outreach.questionnaires.shape import CHOOSING

STUDIED = ("department", "programme", "level")
OUTCOME = "activity"
FOLLOWED = ("cohort", "months_after")


def frame(session: Session, survey_ids: Sequence[int]) -> pd.DataFrame:
    """Everyone in the cohorts who was to be asked.

    survey, cohort ("YYYY-MM") str; months_after Int64; department, programme, level str | NA; reached, responded, known
    bool; then a column a coded question: category (single choice, country, month and codes as text), Int64 (scale),
    Float64 (number), boolean `<code>__<choice>` for each choice of several. Written answers are not in it.
    """
    silent, answered = _silent(session, survey_ids), _answered(session, survey_ids)
    people = pd.concat([silent, answered], ignore_index=True)
    wide = _wide(session, survey_ids, _asked(session, survey_ids))
    whole = people.merge(wide, left_on="response", right_index=True, how="left") if len(wide.columns) else people
    known = whole[OUTCOME].notna() if OUTCOME in whole else pd.Series(False, index=whole.index)
    first = ["survey", *FOLLOWED, *STUDIED, "reached", "responded", "known"]
    whole = whole.assign(known=known.astype(bool)).drop(columns="response")
    return whole[[*first, *(name for name in whole.columns if name not in first)]]


def texts(session: Session, survey_ids: Sequence[int]) -> pd.DataFrame:
    """Written answers that may be shown, in no order that says anything: survey, department, programme, level, code,
    text str. Whether the group is large enough is decided where they are shown."""
    asked = _asked(session, survey_ids)
    found = select(
        Survey.slug.label("survey"),
        SurveyResponse.department_code.label("department"),
        SurveyResponse.programme_code.label("programme"),
        SurveyResponse.level,
        SurveyResponse.id.label("response"),
        SurveyAnswer.code,
        SurveyAnswer.value.label("text"),
    ).join(SurveyResponse, SurveyResponse.survey_id == Survey.id)
    found = found.join(SurveyAnswer, SurveyAnswer.response_id == SurveyResponse.id).where(
        Survey.id.in_(survey_ids), SurveyResponse.complete
    )
    permitted = {code: question.permission for code, question in asked.items() if question.permission}
    rows = pd.DataFrame(
        session.execute(found.where(SurveyAnswer.code.in_({*permitted, *permitted.values()})).order_by(func.random())),
        columns=["survey", *STUDIED, "response", "code", "text"],
    )
    said_yes = {(row.response, row.code) for row in rows.itertuples() if row.text == "yes"}
    may = [(row.response, permitted.get(str(row.code))) in said_yes for row in rows.itertuples()]
    return rows[pd.Series(may, index=rows.index, dtype="bool")].drop(columns="response").reset_index(drop=True)


def _silent(session: Session, survey_ids: Collection[int]) -> pd.DataFrame:
    """Who was asked and has not sent anything in, nor begun."""
    found = (
        select(*_described(SurveyMember), SurveyMember.reached)
        .join(Survey, Survey.id == SurveyMember.survey_id)
        .where(SurveyMember.survey_id.in_(survey_ids), SurveyMember.excluded == "", SurveyMember.answered.is_(False))
    )
    rows = pd.DataFrame(session.execute(found), columns=["survey", *FOLLOWED, *STUDIED, "reached"])
    return _typed(rows.assign(responded=False, response=pd.Series(pd.NA, index=rows.index, dtype="str")))


def _answered(session: Session, survey_ids: Collection[int]) -> pd.DataFrame:
    found = (
        select(*_described(SurveyResponse), SurveyResponse.id)
        .join(Survey, Survey.id == SurveyResponse.survey_id)
        .where(SurveyResponse.survey_id.in_(survey_ids), SurveyResponse.complete, SurveyResponse.apart.is_(False))
    )
    rows = pd.DataFrame(session.execute(found), columns=["survey", *FOLLOWED, *STUDIED, "response"])
    return _typed(rows.assign(reached=True, responded=True))


def _described(table: type[SurveyMember] | type[SurveyResponse]) -> tuple[Any, ...]:
    return (
        Survey.slug,
        Survey.cohort_month,
        Survey.months_after,
        table.department_code,
        table.programme_code,
        table.level,
    )


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    text = dict.fromkeys(["survey", "cohort", *STUDIED, "response"], "str")
    months = pd.to_datetime(rows["cohort"]).dt.strftime("%Y-%m")
    kinds = text | {"months_after": "Int64", "reached": "bool", "responded": "bool"}
    columns = ["survey", *FOLLOWED, *STUDIED, "reached", "responded", "response"]
    return rows.assign(cohort=months)[columns].astype(kinds)


def _asked(session: Session, survey_ids: Collection[int]) -> dict[str, Question]:
    """Every question these surveys asked, by its code, as the newest text asks it, with every choice any text had."""
    found = select(SurveyVersion.content).where(SurveyVersion.survey_id.in_(survey_ids)).order_by(SurveyVersion.id)
    asked: dict[str, Question] = {}
    for content in session.scalars(found):
        for question in Questionnaire.from_content(content).questions():
            if not question.identity:
                asked[question.code] = _with_choices_of(asked.get(question.code), question)
    return asked


def _with_choices_of(before: Question | None, question: Question) -> Question:
    if before is None or question.kind is not before.kind or question.kind not in CHOOSING:
        return question
    gone = tuple(choice for choice in before.choices if question.choice(choice.code) is None)
    return question.model_copy(update={"choices": (*question.choices, *gone)})


def _wide(session: Session, survey_ids: Collection[int], asked: dict[str, Question]) -> pd.DataFrame:
    coded = {
        code: question for code, question in asked.items() if question.kind not in (Kind.SHORT_TEXT, Kind.LONG_TEXT)
    }
    found = (
        select(SurveyAnswer.response_id, SurveyAnswer.code, SurveyAnswer.value)
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
        .where(SurveyResponse.survey_id.in_(survey_ids), SurveyResponse.complete, SurveyAnswer.code.in_(coded))
    )
    rows = pd.DataFrame(session.execute(found), columns=["response", "code", "value"]).astype("str")
    table = rows.pivot(index="response", columns="code", values="value")
    columns: dict[str, Any] = {}
    for code in [code for code in coded if code in table]:
        columns |= _columns(coded[code], table[code])
    return pd.DataFrame(columns, index=table.index)


def _columns(question: Question, told: "pd.Series[str]") -> dict[str, Any]:
    if question.kind is Kind.MULTIPLE:
        sets = told.where(told.str.startswith("[")).map(json.loads, na_action="ignore")
        return {
            f"{question.code}__{choice.code}": sets.map(
                lambda ticked, code=choice.code: code in ticked, na_action="ignore"
            ).astype("boolean")
            for choice in question.choices
        }
    if question.kind in (Kind.SCALE, Kind.NUMBER):  # in an earlier text the code may have meant something else
        numbers = pd.to_numeric(told, errors="coerce").astype("Float64")
        return {question.code: numbers.astype("Int64") if question.kind is Kind.SCALE else numbers}
    if question.kind is Kind.SINGLE:
        codes = [choice.code for choice in question.choices]
        return {question.code: told.where(told.isin(codes)).astype(pd.CategoricalDtype(codes))}
    return {question.code: told.astype("category")}
