"""Starting a duty: the ones this viewer may start, and the form of one, drawn from what its flow takes."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import departments, duty_form
from outreach.database import session_scope
from outreach.duties import Language
from outreach.duty_form import DEPARTMENT, Field
from outreach.duty_values import Wrong
from outreach.errors import TemporaryFailure
from outreach.queries import duty_runs
from outreach.web import duty_words, starting, texts
from outreach.web.forms import Form, value
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show
from outreach.web.starting import Offer

router: APIRouter = door.router()

MOST_RUNS = 15
MOST_BYTES = 256 * 1024  # a text of a special edition in two languages
OURS = "p."  # begins the names of the duty's own fields, so that none is one of the page's
LONGEST_KEY = 60


@router.get("/start")
def choose(request: Request, me: Me) -> Response:
    """The duties there are to start, and what was started lately."""
    language = language_of(request, me)
    try:
        offered, reached = starting.offers(me.viewer), True
    except TemporaryFailure:
        offered, reached = [], False
    with session_scope(reading=True) as session:
        runs = duty_runs.latest(session, me.viewer, most=MOST_RUNS)
    return show(
        request,
        me,
        "portal/start.html",
        "start",
        offered=[
            (one.name, duty_words.title(one.name, language), duty_words.about(one.deployment, language))
            for one in offered
        ],
        reached=reached,
        runs=[(run, duty_words.title(run.duty, language), duty_words.whose(run, language)) for run in runs],
    )


@router.get("/start/{duty}")
def form(request: Request, me: Me, duty: str) -> Response:
    """What a duty takes; with `?like=RUN` filled in as that run was. Looking starts nothing."""
    try:
        one = _offer(me, duty)
    except TemporaryFailure:
        return _unreachable(request, me, duty, [])
    asked = _asked(one, language_of(request, me))
    values = {field.name: field.default for field in asked}
    if like := request.query_params.get("like"):
        with session_scope(reading=True) as session:
            run = duty_runs.one(session, me.viewer, like) if like.isalnum() else None
        values |= run.parameters if run and run.duty == duty else {}
    return _form(request, me, one, asked, values)


@router.post("/start/{duty}")
def preview(request: Request, me: Me, duty: str, sent: Form) -> Response:
    """Start a preview of what was filled in; where a duty has none, the run itself. Sent twice, it is one run."""
    key = value(sent, "key")
    if not 0 < len(key) <= LONGEST_KEY:
        raise HTTPException(422)
    try:
        one = _offer(me, duty)
        asked = _asked(one, language_of(request, me))
        typed = _typed(one, sent)
        values, wrongs = duty_form.from_form(asked, typed)
        if wrongs:
            shown = {name: "\n".join(said) for name, said in typed.items()}
            return _form(request, me, one, asked, {**shown, **values}, wrongs, status=422)
        key = starting.key_of("form", key, values)
        run = starting.ask(me.viewer, one, values, preview=one.shape.previews, key=key)
    except TemporaryFailure:
        return _unreachable(request, me, duty, [(name, said) for name, said in sent.multi_items() if name != "csrf"])
    except starting.Refused as error:
        return _form(request, me, one, asked, values, refused=str(error), status=422)
    return see_other(at(f"/portal/runs/{run.public_id}") + spoken(request))


def _offer(me: door.Signed, duty: str) -> Offer:
    """Raises HTTPException 404 for what is not theirs to start, as for what there is not."""
    try:
        return starting.offer(me.viewer, duty)
    except starting.NotOffered as error:
        raise HTTPException(404) from error


def _asked(one: Offer, language: Language) -> tuple[Field, ...]:
    labels = {row.name_sv: row.name(language) for row in departments.departments().values()}
    return duty_form.fields(one.shape, language, labels)


def _typed(one: Offer, sent: FormData) -> dict[str, Sequence[str]]:
    """What was typed in the duty's own fields. Whoever has one department starts for that one, whatever was sent."""
    typed: dict[str, Sequence[str]] = {
        name.removeprefix(OURS): [said for said in sent.getlist(name) if isinstance(said, str)]
        for name in sent
        if name.startswith(OURS)
    }
    only = one.shape.properties.get(DEPARTMENT, {}).get("enum", ())
    return {**typed, DEPARTMENT: only} if len(only) == 1 else typed


def _form(
    request: Request,
    me: door.Signed,
    one: Offer,
    asked: Sequence[Field],
    values: Mapping[str, Any],
    wrongs: Mapping[str, Wrong] | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> Response:
    language = language_of(request, me)
    say = texts.speaker(language)
    return show(
        request,
        me,
        "portal/start_form.html",
        "start",
        status=status,
        duty=one.name,
        title=duty_words.title(one.name, language),
        about=duty_words.about(one.deployment, language),
        fields=asked,
        values=values,
        wrongs={name: say(f"start.wrong_{wrong.code}", bound=wrong.bound) for name, wrong in (wrongs or {}).items()},
        refused=refused,
        previews=one.shape.previews,
        impossible=[field.title for field in asked if field.kind == "other"],
        key=secrets.token_urlsafe(16),
    )


def _unreachable(request: Request, me: door.Signed, duty: str, sent: Sequence[tuple[str, Any]]) -> Response:
    """Prefect does not answer: the page keeps what was typed, and a button tries again."""
    return show(
        request,
        me,
        "portal/start_unreachable.html",
        "start",
        status=503,
        duty=duty,
        title=duty_words.title(duty, language_of(request, me)),
        sent=[(name, said) for name, said in sent if isinstance(said, str)],
    )
