"""What a department may not start, however it comes to it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import select

from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.models import DutyRun
from tests.spine.conftest import enrol
from tests.web.portal.conftest import ANNA, TOVE, Visitor
from tests.web.portal.prefect_stand_in import PrefectStandIn, prefect

__all__ = ["enrol", "prefect"]

Visit = Callable[[str], Visitor]
DUTY = "graduation-invitation"
pytestmark = pytest.mark.usefixtures("sqlite_db")


def taken_by(prefect: PrefectStandIn) -> list[dict[str, Any]]:
    """What the runs that are no previews were started with."""
    given = [run["parameters"]["params"] for run in prefect.runs.values()]
    return [one for one in given if not one.get("preview")]


def test_duty_without_a_field_for_the_department_is_not_a_departments(visitor: Visit, prefect: PrefectStandIn) -> None:
    """Whatever the configuration says: it would be started for everybody."""
    whole = prefect.deployments["housekeeping"]["parameter_openapi_schema"]
    prefect.deployments[DUTY] = {**prefect.deployments[DUTY], "parameter_openapi_schema": whole}
    tove, anna = visitor(TOVE), visitor(ANNA)
    assert f"/portal/start/{DUTY}" not in tove.get("/portal/start").text
    assert f"/portal/start/{DUTY}" in anna.get("/portal/start").text
    assert tove.get(f"/portal/start/{DUTY}").status_code == 404
    assert tove.send_form(f"/portal/start/{DUTY}", key="k").status_code == 404
    assert prefect.runs == {}


@pytest.mark.parametrize("left_out", ["programme", "first_month", "last_month"])
def test_survey_of_a_department_is_told_whole(visitor: Visit, prefect: PrefectStandIn, left_out: str) -> None:
    """With less the flow would take it for everybody's, or fail."""
    sent = {"key": "k", "p.programme": "SMASK", "p.first_month": "2025-01", "p.last_month": "2025-06"}
    tove = visitor(TOVE)
    assert tove.send_form("/portal/start/career-survey", **{**sent, f"p.{left_out}": " "}).status_code == 422
    assert prefect.runs == {}
    assert tove.send_form("/portal/start/career-survey", **sent).status_code == 303


def test_preview_of_what_only_the_office_may_ask_for_is_started_by_the_office_alone(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    """It is the department's to look at, for it is about its people."""
    schema = deepcopy(prefect.deployments[DUTY]["parameter_openapi_schema"])
    for definition in schema["definitions"].values():
        definition["properties"]["within_days"]["x-portal"] = "central"
    prefect.deployments[DUTY] = {**prefect.deployments[DUTY], "parameter_openapi_schema": schema}
    anna, tove = visitor(ANNA), visitor(TOVE)
    sent = {"key": "k", "p.department": choice_of("arkeologi"), "p.within_days": "30"}
    page = anna.send_form(f"/portal/start/{DUTY}", **sent).headers["location"]
    with session_scope(reading=True) as session:
        prefect.previews(str(session.scalars(select(DutyRun.flow_run_id)).one()))
    assert tove.get(page).status_code == 200
    assert tove.send_form(f"{page}/start").status_code == 404
    assert taken_by(prefect) == []
    assert anna.send_form(f"{page}/start").status_code == 303
    assert [one["within_days"] for one in taken_by(prefect)] == [30]
