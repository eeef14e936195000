"""A department's special edition holds its own stories and the central office's; others' are not there for it."""

import pytest

from outreach import clock
from outreach.database import session_scope
from outreach.editions import special
from outreach.errors import PermanentFailure
from outreach.queries import storing_stories
from tests.stories.conftest import a_draft

OWN, SHARED, OTHERS = "own", "shared", "others"


def said(department: str | None, *slugs: str) -> str:
    """Why an edition of these stories is refused; "" when it is not."""
    asked = special.read({"special_name": "x", "special_stories": " ".join(slugs)})
    assert asked is not None
    try:
        with session_scope(reading=True) as session:
            special.check(session, asked, department)
    except PermanentFailure as refused:
        return str(refused)
    return ""


@pytest.mark.usefixtures("sqlite_db", "home")
def test_another_departments_story_is_refused_as_one_that_is_not_there() -> None:
    whose = {OWN: "arkeologi", SHARED: None, OTHERS: "fysikum"}
    with session_scope() as session:
        drafts = [a_draft(slug, department_code=code) for slug, code in whose.items()]
        storing_stories.add(session, drafts, clock.now())
    assert said("arkeologi", OWN, SHARED) == ""
    assert said("arkeologi", OWN, OTHERS) == said("arkeologi", "nowhere").replace("nowhere", OTHERS) != ""
    assert said(None, OWN, SHARED, OTHERS) == ""
