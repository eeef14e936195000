"""One person's survey as a browser has it, and what stands stored of it."""

import pytest
from sqlalchemy import func, select

from outreach import links
from outreach.database import session_scope
from outreach.models import Person, SurveyAnswer, SurveyMember
from tests.surveys.conftest import Enrol, a_class, graduate, open_survey, the_survey
from tests.web.conftest import TestClient

__all__ = ["graduate"]


@pytest.fixture
def page(db: str, graduate: Enrol) -> str:
    """The path of one person's survey, on both databases."""
    graduate(*a_class())
    open_survey()
    return path("g0")


def path(uid: str) -> str:
    return f"/survey/{links.token('survey', f'p-{uid}', the_survey().public_id)}"


def post(client: TestClient, page: str, code: str, step: str = "next", **fields: str | list[str]) -> object:
    return client.post(f"{page}/{code}", data={"step": step, **fields})


def answers(uid: str = "g0") -> dict[str, str]:
    """What stands stored of one person, by question."""
    with session_scope(reading=True) as session:
        found = (
            select(SurveyAnswer.code, SurveyAnswer.value)
            .join(SurveyMember, SurveyMember.response_id == SurveyAnswer.response_id)
            .join(Person, Person.id == SurveyMember.person_id)
            .where(Person.student_uid == uid)
        )
        return dict(session.execute(found).tuples().all())


def answered(uid: str = "g0") -> bool:
    with session_scope(reading=True) as session:
        found = select(SurveyMember.answered).join(Person, Person.id == SurveyMember.person_id)
        return bool(session.scalar(found.where(Person.student_uid == uid)))


def count(table: type) -> int:
    with session_scope(reading=True) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
