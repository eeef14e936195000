"""Preview: what a run would do today, as files, an artifact and a page. Nothing is sent and no person is kept."""

from datetime import date
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run

from outreach import clock, previewing
from outreach.database import session_scope
from outreach.queries import previews


@task(task_run_name="preview {duty}")
def preview_duty(duty: str, department: str | None, parameters: dict[str, Any], day: date | None) -> int:
    """Write every variant to files and who would get them to a table and to the portal's page of this run. Returns how
    many people would be written to."""
    preview = previewing.preview(duty, day=day, department=department, parameters=parameters)
    if flow_run.id:
        with session_scope() as session:
            previews.keep(
                session,
                str(flow_run.id),
                duty=duty,
                department_code=department,
                day=day or clock.today(),
                content=previewing.content(preview),
                now=clock.now(),
            )
    rows = [
        {"Kampanj / campaign": wave.campaign, "Utskick / wave": wave.wave, "Får brevet / gets it": wave.people,
         "Får det inte / does not": sum(wave.exclusions.values()), "Versioner / variants": len(wave.variants)}
        for wave in preview.waves
    ]  # fmt: skip
    create_table_artifact(rows, key=f"preview-{duty}", description=f"Förhandsgranskning. Filer: {preview.index.name}")
    return preview.people
