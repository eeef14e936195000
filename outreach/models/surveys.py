"""Surveys: whom they ask, what was answered, and the one link between the two, which is cut.

Everything about a person stands in `survey_members`, everything answered in `survey_responses` and `survey_answers`.
Only `survey_members.response_id` leads from one to the other, and `queries.survey_cut` takes it and the person away.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.models.base import Base


class Survey(Base):
    """One questionnaire to one cohort: those who completed in `cohort_month` (to `cohort_until`), so many months later.

    `slug` is its campaign's period. `department_code`, `programme_code` NULL: the whole cohort. `closes_at`: answers
    are taken until then. `cut_on`: the day the link between people and answers is cut; `cut_at`: when it was.
    """

    __tablename__ = "surveys"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    questionnaire: Mapped[str] = mapped_column(String(40))
    cohort_month: Mapped[date]  # its first day
    cohort_until: Mapped[date]  # the last day of the last month
    months_after: Mapped[int]
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"), index=True)
    programme_code: Mapped[str | None] = mapped_column(String(32))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    cut_on: Mapped[date]
    cut_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # results may be read by anybody


class SurveyVersion(Base):
    """A questionnaire as it was asked. Never changed: a new text is a new version, and an answer keeps its own."""

    __tablename__ = "survey_versions"
    __table_args__ = (UniqueConstraint("survey_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class SurveyMember(Base):
    """One person of a survey's cohort: the frame everything is counted against.

    `person_id` and `response_id` are NULL after the cut; what is left says of somebody in the cohort what they studied
    and whether an answer came. `department_code`, `programme_code`, `level` are made coarser then where fewer than the
    threshold share them. `excluded`: why they were not asked ("" for asked), such as `still_studying`.
    """

    __tablename__ = "survey_members"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    response_id: Mapped[str | None] = mapped_column(String(32), unique=True)  # no foreign key: the link is cut here
    department_code: Mapped[str | None] = mapped_column(String(16))
    programme_code: Mapped[str | None] = mapped_column(String(32))
    level: Mapped[str | None] = mapped_column(String(16))
    reached: Mapped[bool] = mapped_column(default=True)  # an address that is not known to be bad
    answered: Mapped[bool] = mapped_column(default=False)  # sent in, not only begun
    excluded: Mapped[str] = mapped_column(String(32), default="")


class SurveyResponse(Base):
    """One person's answers, without the person. `complete`: sent in, not only begun.

    What was studied is copied from `survey_members` when the answering begins. After the cut it is coarser where few
    share it, `saved_at` is NULL and `language` empty, and written answers stand in responses of their own (`apart`).
    """

    __tablename__ = "survey_responses"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_versions.id"))
    language: Mapped[str] = mapped_column(String(2))
    complete: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)  # counts what was saved
    saved_at: Mapped[datetime | None]
    apart: Mapped[bool] = mapped_column(default=False)
    department_code: Mapped[str | None] = mapped_column(String(16))
    programme_code: Mapped[str | None] = mapped_column(String(32))
    level: Mapped[str | None] = mapped_column(String(16))


class SurveyAnswer(Base):
    """One answer: the code of the question and the value as text, choices by their codes, several as JSON."""

    __tablename__ = "survey_answers"
    __table_args__ = (Index("ix_survey_answers_code", "code"),)

    response_id: Mapped[str] = mapped_column(ForeignKey("survey_responses.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class SurveyResult(Base):
    """Figures of surveys as they were published, after disclosure control by the rule `mode`."""

    __tablename__ = "survey_results"
    __table_args__ = (UniqueConstraint("scope", "mode"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(
        String(120)
    )  # what is told of, e.g. "career/15/2026" or "career/15/2026/fysikum"
    mode: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]
