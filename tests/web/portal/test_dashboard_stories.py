"""Stories asked for wait for the departments that have told none, and for no other."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import insert, select

from outreach.database import session_scope
from outreach.models import ContributionRequest, Coordinator, StoryRow
from tests.conftest import NOON
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor

WAITS = "Berättelser till nyhetsbrevet 2026-Q4"


def test_department_that_has_told_is_not_asked_because_another_has_not(
    sqlite_db: str, visitor: Callable[[str], Visitor]
) -> None:
    asked = {"period": "2026-Q4", "deadline": date(2026, 11, 30), "asked_at": NOON}
    told = {"slug": "told", "kind": "news", "department_code": "arkeologi", "title_sv": "Nytt", "body_sv": "Nytt"}
    stands = {"channels": "newsletter", "status": "ready", "source": "page", "created_at": NOON, "updated_at": NOON}
    with session_scope() as session:
        ids = dict(session.execute(select(Coordinator.email, Coordinator.id)).tuples().all())
        rows = [{**asked, "coordinator_id": ids[email]} for email in (TOVE, HENRIK)]
        session.execute(insert(ContributionRequest), rows)
        session.execute(insert(StoryRow).values(**told, **stands))
    waits = {email for email in (ANNA, TOVE, HENRIK) if WAITS in visitor(email).get("/portal").text}
    assert waits == {ANNA, HENRIK}
