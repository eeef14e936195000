"""What of surveys has been published, and what waits to be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from outreach import database
from outreach.models import Study, Survey, SurveyResult, SurveyVersion
from outreach.queries import surveys


def closed_unpublished(session: Session, now: datetime) -> Sequence[Survey]:
    """Surveys that take no more answers and whose results cannot be read yet, the oldest cohort first."""
    waiting = select(Survey).where(Survey.closes_at <= now, Survey.published_at.is_(None))
    return session.scalars(waiting.order_by(Survey.cohort_month, Survey.slug)).all()


def newest_text(session: Session, survey_ids: Sequence[int]) -> dict[str, Any] | None:
    """The questionnaire as it was asked last in these surveys; None where nothing was kept."""
    found = select(SurveyVersion.content).where(SurveyVersion.survey_id.in_(survey_ids))
    return session.scalars(found.order_by(SurveyVersion.id.desc()).limit(1)).one_or_none()


def programme_names(session: Session, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Code -> Swedish and English name, as the register has them; a code it does not have is left out."""
    found = (
        select(Study.programme_code, func.max(Study.programme_sv), func.max(Study.programme_en))
        .where(Study.programme_code.in_(sorted(set(codes))))
        .group_by(Study.programme_code)
    )
    return {code: (sv or code, en or sv or code) for code, sv, en in session.execute(found)}


def keep(
    session: Session, scope: str, mode: str, content: Mapping[str, Any], survey_ids: Iterable[int], now: datetime
) -> bool:
    """Keep what is published of these surveys and say that it can be read. False: it was published before, for good.

    The same people are published once: two publications can be compared.
    """
    database.lock(session, f"survey-results/{scope}")
    if by_scope(session, scope) is not None:
        return False
    row = {"scope": scope, "mode": mode, "content": dict(content), "published_at": now}
    session.execute(insert(SurveyResult).values(row))
    for survey_id in survey_ids:
        surveys.publish(session, survey_id, now)
    return True


def by_scope(session: Session, scope: str) -> SurveyResult | None:
    return session.scalars(select(SurveyResult).where(SurveyResult.scope == scope)).one_or_none()


def published(session: Session) -> Sequence[SurveyResult]:
    """Everything that can be read, the newest first."""
    return session.scalars(select(SurveyResult).order_by(SurveyResult.published_at.desc(), SurveyResult.scope)).all()
