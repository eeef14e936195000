"""Starting a duty, for the pages and for scripts alike: what is offered to whom, previews, real runs, how they stand.

A run is written down before Prefect is asked, so nothing that runs is unknown; and Prefect is asked with the run's own
key, so that asking again, however often, gives the one run.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from outreach import clock, departments, duties, duty_form, prefect_api, prefect_runs
from outreach.database import session_scope
from outreach.duty_form import DEPARTMENT, Field, Shape
from outreach.duty_values import Wrong
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.models import DutyRun, PreviewRow
from outreach.prefect_runs import Deployment
from outreach.queries import audit, duty_runs, previews
from outreach.viewer import Viewer

log = logging.getLogger(__name__)

# What is decided about one mailing is decided on its own page, which knows who may.
NEVER = frozenset({"approve-campaign", "resend-unknown", "campaign-status"})
GOOD_FOR = timedelta(days=1)  # a preview
MOST_PLAIN_KEY = 80


class NotOffered(PermanentFailure):
    """There is no such duty, or it is not this viewer's to start."""


class KeyReused(PermanentFailure):
    """The key stands for another run than the one that is asked for now."""


class Refused(PermanentFailure):
    """Prefect does not take the run."""


class NoGoodPreview(PermanentFailure):
    """A real run was asked for that nobody has looked at, or too long ago."""


@dataclass(frozen=True)
class Offer:
    """A duty, and what of it this viewer may fill in."""

    deployment: Deployment
    whole: Shape
    shape: Shape

    @property
    def name(self) -> str:
        return self.deployment.name


def offers(viewer: Viewer) -> list[Offer]:
    """The duties a viewer may start, in the order of the configuration. Raises TemporaryFailure without Prefect."""
    found = prefect_runs.deployments(None if viewer.central else list(duties.may_start()))
    made = (_offer(viewer, one) for one in found.values() if one.name not in NEVER)
    order = {name: at for at, name in enumerate(duties.duties())}
    return sorted(filter(None, made), key=lambda one: (order.get(one.name, len(order)), one.name))


def offer(viewer: Viewer, duty: str) -> Offer:
    """One of them. Raises NotOffered, and TemporaryFailure without Prefect."""
    allowed = duty not in NEVER and (viewer.central or duty in duties.may_start())
    deployment = prefect_runs.deployments([duty]).get(duty) if allowed else None
    made = _offer(viewer, deployment) if deployment else None
    if made is None:
        raise NotOffered("There is no such duty for you to start.")
    return made


def _offer(viewer: Viewer, deployment: Deployment) -> Offer | None:
    whole = duty_form.shape(deployment.schema, deployment.defaults)
    if viewer.departments is None:
        return Offer(deployment, whole, whole)
    choices = [departments.choice_of(code) for code in sorted(viewer.departments) if code in departments.departments()]
    if not whole.has_department or not choices:
        return None
    return Offer(deployment, whole, duty_form.for_departments(whole, choices))


def held_to(
    one: Offer, asked: tuple[Field, ...], given: Mapping[str, Any], *, preview: bool
) -> tuple[dict[str, Any], dict[str, Wrong]]:
    """Parameters held to what is offered: (values, what is wrong). A department may be named by its code too; what is
    for previews only is wrong in a real run."""
    code = given.get(DEPARTMENT)
    if one.shape.has_department and isinstance(code, str) and code in departments.departments():
        given = {**given, DEPARTMENT: departments.choice_of(code)}
    values, wrongs = duty_form.checked(asked, given)
    only = {field.name for field in asked if field.preview_only and not preview}
    return values, wrongs | {name: Wrong("preview_only") for name in only & set(given) if given[name] is not None}


def ask(viewer: Viewer, one: Offer, values: dict[str, Any], *, preview: bool, key: str = "") -> DutyRun:
    """Write a run down and hand it to Prefect. The same `key` of the same viewer is the same run.

    `values`: as `held_to` gave them. Raises KeyReused for a key of another run, Refused when Prefect does not take it.
    While Prefect cannot be reached the run stands without an id: asking again hands it over.
    """
    return _ask(viewer, one, values, preview=preview, key=f"{viewer.actor}/{_short(key or secrets.token_urlsafe(16))}")


def start_previewed(viewer: Viewer, preview: DutyRun) -> DutyRun:
    """Start for real what was previewed, exactly so. However often it is asked for and by whom, it is one run.

    Raises NoGoodPreview when the preview has found nothing yet, is too old, or was of another day; NotOffered when the
    viewer may not start this any more.
    """
    one = offer(viewer, preview.duty)
    with session_scope(reading=True) as session:
        found = previews.of_run(session, preview.flow_run_id)
    if not preview.preview or not is_good(found) or of_another_day(one, preview):
        raise NoGoodPreview("Preview it again first.")
    _, wrongs = held_to(one, duty_form.fields(one.shape, viewer.language), preview.parameters, preview=True)
    if wrongs:
        raise NotOffered("What was previewed is not yours to start.")
    values = {name: value for name, value in preview.parameters.items() if name in one.shape.properties}
    return _ask(viewer, one, values, preview=False, key=f"preview/{preview.public_id}", preview_of=preview.id)


def is_good(found: PreviewRow | None) -> bool:
    """Whether a preview is there and young enough to start from."""
    return found is not None and clock.now() - found.made_at < GOOD_FOR


def of_another_day(one: Offer, preview: DutyRun) -> bool:
    """Whether something that is for previews alone was asked for, so that a real run would be another."""
    only = [field for field in duty_form.fields(one.whole, "en") if field.preview_only]
    return any(preview.parameters.get(field.name) not in (None, "", field.default) for field in only)


def hand_over(one: Offer, run: DutyRun) -> DutyRun:
    """Hand a run to Prefect that it may not have taken. It takes it once. A Prefect that does not answer leaves the run
    without an id. Raises Refused."""
    if run.flow_run_id is None:
        parameters = one.whole.wrapped(run.parameters, preview=run.preview)
        try:
            flow_run_id = prefect_api.start_duty(run.duty, parameters, idempotency_key=run.idempotency_key)
        except TemporaryFailure as error:
            log.warning("run %s waits for Prefect: %s", run.public_id, error)
            return run
        except PermanentFailure as error:
            raise Refused(str(error)) from error
        with session_scope() as session:
            duty_runs.taken(session, run.id, flow_run_id)
        run.flow_run_id = flow_run_id
    return run


def _ask(
    viewer: Viewer, one: Offer, values: dict[str, Any], *, preview: bool, key: str, preview_of: int | None = None
) -> DutyRun:
    public_id = secrets.token_hex(12)
    with session_scope() as session:
        run = duty_runs.ask(
            session,
            viewer=viewer,
            public_id=public_id,
            duty=one.name,
            department_code=departments.code_of(values.get(DEPARTMENT)),
            parameters=values,
            preview=preview,
            key=key,
            now=clock.now(),
            preview_of_id=preview_of,
        )
        if run.public_id == public_id:
            detail = {"duty": run.duty, "department": run.department_code}
            action = "preview_started" if preview else "run_started"
            audit.note(session, actor=viewer.actor, action=action, subject=f"run:{public_id}", detail=detail)
    if (run.duty, run.preview, run.parameters) != (one.name, preview, values):
        raise KeyReused("This key was used for another run. Use a new one.")
    return hand_over(one, run)


def key_of(*parts: str | Mapping[str, Any]) -> str:
    """One key of words and what was filled in: the same form sent twice is one run, a changed one another."""
    return "/".join(part if isinstance(part, str) else _digest(part) for part in parts)


def _digest(values: Mapping[str, Any]) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _short(key: str) -> str:
    """A key as it is, or its digest where it is long."""
    return key if len(key) <= MOST_PLAIN_KEY and key.isascii() else sha256(key.encode()).hexdigest()
