"""The runs that were asked for, how they stand, and what previews found."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException

from outreach.database import session_scope
from outreach.models import DutyRun, PreviewRow
from outreach.queries import duty_runs, previews
from outreach.viewer import Viewer
from outreach.web import run_standing
from outreach.web.api import problems
from outreach.web.api.door import Caller
from outreach.web.api.shapes import FoundOut, OpenedOut, RunOut, RunWithState, WaveOut

router = APIRouter(tags=["runs"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{24}$")]
Most = Annotated[int, Query(ge=1, le=200, description="How many at most")]


@router.get("/runs", summary="The newest runs", responses=problems.documented())
def runs(caller: Caller, most: Most = 50) -> list[RunOut]:
    with session_scope(reading=True) as session:
        return [_told(run) for run in duty_runs.latest(session, caller, most=most)]


@router.get("/runs/{run_id}", summary="How a run stands", responses=problems.documented(404))
def run(caller: Caller, run_id: Id) -> RunWithState:
    """Its state as Prefect tells it and, of a preview, what it found, in counts."""
    with session_scope(reading=True) as session:
        found = duty_runs.one(session, caller, run_id)
    if found is None:
        raise HTTPException(404)
    return with_state(caller, found)


def with_state(caller: Viewer, found: DutyRun) -> RunWithState:
    """A run with how it stands now."""
    standing = run_standing.of(found)
    with session_scope(reading=True) as session:
        preview = previews.of_run(session, found.flow_run_id)
        campaigns = [] if found.preview else duty_runs.campaigns(session, caller, found)
    return RunWithState(
        **_told(found).model_dump(),
        state=standing.kind,
        state_name=standing.name,
        message=standing.sentence,
        found=_found(preview) if preview else None,
        campaigns=[OpenedOut(id=one.id, key=one.key) for one in campaigns],
    )


def without_campaigns(reasons: dict[str, int]) -> dict[str, int]:
    """Reason -> people, without which of others' campaigns went first."""
    total: dict[str, int] = {}
    for reason, people in reasons.items():
        code = reason.partition(":")[0]
        total[code] = total.get(code, 0) + people
    return total


def _told(run: DutyRun) -> RunOut:
    return RunOut(
        id=run.public_id,
        duty=run.duty,
        department=run.department_code,
        preview=run.preview,
        parameters=run.parameters,
        asked_at=run.asked_at,
    )


def _found(preview: PreviewRow) -> FoundOut:
    waves = [
        WaveOut(
            campaign=wave["campaign"],
            wave=wave["wave"],
            people=wave["people"],
            departments=wave["departments"],
            languages=wave["languages"],
            exclusions=without_campaigns(wave["exclusions"]),
            had_lately=wave["had_lately"],
            would_wait=sum(wave["would_wait"].values()),
        )
        for wave in preview.content["waves"]
    ]
    return FoundOut(people=preview.content["people"], made_at=preview.made_at, waves=waves)
