"""The flow behind the calendar: it keeps figures and writes to nobody."""

import pytest

from flows.forecast import forecast
from outreach.database import session_scope
from outreach.queries import snapshots
from outreach.queries.snapshots import FORECAST, WHOLE
from outreach.settings import settings
from tests.forecasting.living import member, person
from tests.web.conftest import whole_database

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


def without_snapshots() -> list[str]:
    return [line for line in whole_database().splitlines() if "snapshots" not in line]


def test_run_keeps_the_figures_for_the_university_and_each_department_and_nothing_else(sqlite_db: str) -> None:
    for number in range(7):
        member(f"reader{number}", {"completed_on": None}, said={"newsletter": True})
    person("student", {"expected_end": None, "degree_applied": True, "department_code": "fysikum"})
    before = without_snapshots()
    state = forecast(return_state=True)
    assert state.is_completed()
    assert "Nothing was sent" in str(state.message)
    assert without_snapshots() == before
    assert not settings().outbox.exists()
    with session_scope(reading=True) as session:
        whole, fysikum = (snapshots.kept(session, FORECAST, code) for code in (WHOLE, "fysikum"))
    assert whole is not None
    assert fysikum is not None
    assert {one["duty"]: one["people"] for one in whole.content["campaigns"]} == {
        "quarterly-newsletter": 7,
        "graduation-invitation": 1,
    }
    assert fysikum.content["campaigns"] == []
    assert sum(week["others"] for week in fysikum.content["weeks"]) == 1
    assert "Nyhetsbrev" not in str(fysikum.content)
