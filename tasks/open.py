"""Open: find or create the campaigns of a duty by their natural key."""

from datetime import date
from typing import Any

from prefect import task
from prefect.runtime import flow_run

from outreach import campaigning, clock
from outreach.database import session_scope


@task(task_run_name="open {duty}")
def open_campaigns(duty: str, department: str | None, parameters: dict[str, Any], day: date | None = None) -> list[int]:
    """The ids of a duty's campaigns that may have something to do today."""
    with session_scope() as session:
        found = campaigning.open_campaigns(
            session,
            duty,
            day=day or clock.today(),
            department=department,
            parameters=parameters,
            flow_run_id=str(flow_run.id) if flow_run.id else None,
        )
        return [campaign.id for campaign in found]
