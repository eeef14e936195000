"""How a run that was asked for stands, as Prefect tells it: for the page that follows it and for scripts."""

import re
from dataclasses import dataclass
from typing import Literal

from outreach import prefect_runs
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.models import DutyRun
from outreach.prefect_api import RunState

Kind = Literal["not_taken", "unreachable", "gone", "waiting", "running", "back", "done", "failed", "cancelled"]
KINDS: tuple[Kind, ...] = (
    "not_taken",
    "unreachable",
    "gone",
    "waiting",
    "running",
    "back",
    "done",
    "failed",
    "cancelled",
)
BY_TYPE: dict[str, Kind] = {
    "SCHEDULED": "waiting",
    "PENDING": "waiting",
    "PAUSED": "waiting",
    "RUNNING": "running",
    "CANCELLING": "running",
    "CRASHED": "back",  # it comes back by itself
    "COMPLETED": "done",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}
SAID = re.compile(r"(?:PermanentFailure|TemporaryFailure|Value error)[:,] *([^\n]{1,400}?)(?: \[type=.*)?(?:\n|$)")


@dataclass(frozen=True)
class Standing:
    """`name`: what Prefect's own pages call the state. `sentence`: what the run itself said, in English; "" where it
    said nothing that is for people."""

    kind: Kind
    name: str = ""
    sentence: str = ""

    @property
    def moves(self) -> bool:
        """Whether it may look different in a moment."""
        return self.kind in ("unreachable", "waiting", "running", "back")


def of(run: DutyRun) -> Standing:
    """How it stands now; a Prefect that does not answer is waited for no longer than a second."""
    if run.flow_run_id is None:
        return Standing("not_taken")
    try:
        return read(prefect_runs.state(run.flow_run_id))
    except TemporaryFailure:
        return Standing("unreachable")
    except PermanentFailure:
        return Standing("gone")


def read(state: RunState) -> Standing:
    """The state in our words."""
    kind = BY_TYPE.get(state.type, "waiting")
    if kind == "failed":
        found = SAID.search(state.message)
        return Standing(kind, state.name, found[1].strip() if found else "")
    return Standing(kind, state.name, state.message if kind == "done" else "")
