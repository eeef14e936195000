"""The sign NUL, which PostgreSQL can neither keep nor be asked for, breaks no page and no form."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.portal.conftest import ANNA, Visitor, visitor
from tests.web.test_accessibility import told

__all__ = ["visitor"]

ADDRESSES = [
    "/newsletter/%00",
    "/newsletter/a%00b",
    "/results/%00",
    "/privacy/%00",
    "/portal/stories/%00",
    "/portal/people/%00",
    "/portal/people?q=%00",
    "/portal/campaigns?period=%00",
    "/portal/campaigns?duty=a%00",
    "/?lang=%00",
]


def test_address_with_it_is_answered(db: str, visitor: Callable[[str], Visitor]) -> None:
    anna = visitor(ANNA)
    answers = {path: anna.get(path).status_code for path in ADDRESSES}
    assert {path for path, status in answers.items() if status >= 500} == set()
    assert answers["/newsletter/%00"] == answers["/portal/stories/%00"] == 404


@pytest.mark.parametrize("field", ["fault_page", "fault_story", "fault_email"])
def test_form_with_it_is_read_without_it(client: Any, db: str, field: str) -> None:
    typed = {"fault_page": "/a", "fault_story": "b", "fault_email": "c@example.org"}
    answer = client.post("/accessibility", data=typed | {field: typed[field] + "\0"})
    assert answer.status_code == 303
    assert [(row.page, row.description, row.email) for row in told()] == [("/a", "b", "c@example.org")]
