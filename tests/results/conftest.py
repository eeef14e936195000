"""Two classes that have answered, published; measured once for all tests, since that takes seconds."""

from typing import Any

import pytest

from outreach import clock
from outreach.database import session_scope
from outreach.queries import survey_results
from outreach.results import Results, publish_due
from outreach.sample.surveys import write_surveys
from tests.web.conftest import client  # noqa: F401 - the pages are tested here

PEOPLE, CLASSES = 500, 2
_measured: dict[str, dict[str, Any]] = {}


def lay_classes(people: int = PEOPLE) -> None:
    """Two closed surveys of the sample in the database, not published."""
    with session_scope() as session:
        write_surveys(session, people=people, seed=3, today=clock.today(), classes=CLASSES)


def publish() -> list[str]:
    with session_scope() as session:
        return publish_due(session, clock.now())


def published() -> list[Results]:
    """What anybody can read, the newest class first."""
    with session_scope(reading=True) as session:
        found = [Results(row.content) for row in survey_results.published(session)]
    return sorted(found, key=lambda one: one.slug, reverse=True)


@pytest.fixture
def results(sqlite_db: str) -> list[Results]:
    """What was published, the newest class first."""
    if not _measured:
        lay_classes()
        publish()
        _measured.update({one.slug: one.content for one in published()})
        return published()
    with session_scope() as session:
        for slug, content in _measured.items():
            survey_results.keep(session, slug, content["mode"], content, [], clock.now())
    return published()
