"""Preview: what a run would do today, as files and an artifact. Nothing is sent and nothing is kept."""

from datetime import date
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact

from outreach import previewing


@task(task_run_name="preview {duty}")
def preview_duty(duty: str, department: str | None, parameters: dict[str, Any], day: date | None) -> int:
    """Write every variant to files and a table of who would get them. Returns how many people would be written to."""
    preview = previewing.preview(duty, day=day, department=department, parameters=parameters)
    rows = [
        {"Kampanj / campaign": wave.campaign, "Utskick / wave": wave.wave, "Får brevet / gets it": wave.people,
         "Får det inte / does not": sum(wave.exclusions.values()), "Versioner / variants": len(wave.variants)}
        for wave in preview.waves
    ]  # fmt: skip
    create_table_artifact(rows, key=f"preview-{duty}", description=f"Förhandsgranskning. Filer: {preview.index.name}")
    return preview.people
