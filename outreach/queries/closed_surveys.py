"""Surveys that are over, laid into a database as they stand after the cut: for samples."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach.models import SurveyAnswer, SurveyMember, SurveyResponse
from outreach.queries import surveys
from outreach.queries.surveys import Plan

Rows = Sequence[Mapping[str, Any]]


def lay(
    session: Session,
    plan: Plan,
    opened_at: datetime,
    text: tuple[Mapping[str, Any], str],
    rows: tuple[Rows, Rows, Rows],
) -> int:
    """A survey with members, responses and answers of nobody. text: the questionnaire's content and digest.

    Returns the survey's id. Raises ValueError for a survey that exists.
    """
    if surveys.by_slug(session, plan.slug) is not None:
        raise ValueError(f"There is a survey {plan.slug}.")
    survey = surveys.open_survey(session, plan, opened_at)
    survey.cut_at = plan.closes_at
    version = surveys.keep_version(session, survey.id, text[0], text[1], opened_at)
    members, responses, answers = rows
    fixed = {"survey_id": survey.id}
    session.execute(insert(SurveyMember), [{**row, **fixed} for row in members])
    if responses:
        whole = {"version_id": version, "language": "", "complete": True, **fixed}
        session.execute(insert(SurveyResponse), [{**row, **whole} for row in responses])
        session.execute(insert(SurveyAnswer), [dict(row) for row in answers])
    return survey.id
