"""The duties a key may start, what each takes, and starting one."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from starlette.exceptions import HTTPException

from outreach import duty_form
from outreach.duty_values import Wrong
from outreach.viewer import Viewer
from outreach.web import duty_words, starting
from outreach.web.api import document, problems, runs
from outreach.web.api.door import Caller, Runner
from outreach.web.api.problems import Unfit
from outreach.web.api.shapes import DutyOut, DutyWithParameters, RunWithState, StartRun
from outreach.web.starting import Offer

router = APIRouter(tags=["duties"])

Name = Annotated[
    str, Path(pattern="^[a-z][a-z0-9-]{0,63}$", description="A duty's name, such as graduation-invitation")
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern="^[!-~]+$",
        description="The same key of the same caller starts one run, however often it is sent",
    ),
]
SAID = {
    "missing": "This is needed.",
    "unknown": "There is no such parameter.",
    "preview_only": "This is for previews only.",
    "text": "This must be text.",
    "whole": "This must be a whole number.",
    "number": "This must be a number.",
    "low": "This must be at least {bound}.",
    "high": "This may be at most {bound}.",
    "above": "This must be greater than {bound}.",
    "below": "This must be less than {bound}.",
    "long": "This may have at most {bound} characters.",
    "short": "This must have at least {bound} characters.",
    "pattern": "It cannot be written like that.",
    "day": "This must be a date, such as 2026-12-01.",
    "tick": "This must be true or false.",
    "choice": "This is none of the choices.",
    "lines": "This must be a list of texts.",
    "many": "There may be at most {bound} of these.",
}


@router.get("/duties", summary="The duties this key may start", responses=problems.documented())
def duties(caller: Caller) -> list[DutyOut]:
    return [DutyOut(**_told(one, caller)) for one in starting.offers(caller)]


@router.get("/duties/{duty}", summary="What a duty takes", responses=problems.documented(404))
def duty(caller: Caller, duty: Name) -> DutyWithParameters:
    """The JSON Schema of its parameters, as far as this key may fill them in."""
    one = _offer(caller, duty)
    return DutyWithParameters(**_told(one, caller), parameters=document.parameters(one.shape))


@router.post(
    "/duties/{duty}/runs",
    status_code=202,
    summary="Start a run, or a preview",
    responses=problems.documented(400, 404, 413),
)
def start(caller: Runner, duty: Name, body: StartRun, key: Key = None) -> RunWithState:
    """Texts are approved before anything is sent, exactly as when a run is started anywhere else."""
    one = _offer(caller, duty)
    if body.preview and not one.shape.previews:
        raise Unfit("This duty cannot be previewed.", {"/preview": "This duty cannot be previewed."})
    values, wrongs = starting.held_to(one, duty_form.fields(one.shape, "en"), body.parameters, preview=body.preview)
    if wrongs:
        raise Unfit(problems.MEANING[422], {_pointer(name): _said(wrong) for name, wrong in wrongs.items()})
    try:
        run = starting.ask(caller, one, values, preview=body.preview, key=starting.key_of("api", key) if key else "")
    except (starting.KeyReused, starting.Refused) as error:
        raise Unfit(str(error)) from error
    return runs.with_state(caller, run)


def _offer(caller: Viewer, duty: str) -> Offer:
    try:
        return starting.offer(caller, duty)
    except starting.NotOffered as error:
        raise HTTPException(404, str(error)) from error


def _told(one: Offer, caller: Viewer) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": duty_words.title(one.name, caller.language),
        "about": duty_words.about(one.deployment, caller.language),
        "previews": one.shape.previews,
    }


def _said(wrong: Wrong) -> str:
    return SAID[wrong.code].format(bound=wrong.bound)


def _pointer(name: str) -> str:
    return "/parameters/" + name.replace("~", "~0").replace("/", "~1")
