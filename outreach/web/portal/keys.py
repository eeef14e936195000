"""Keys for scripts: a department's coordinator makes them for her department, the central office for any or for itself.

The whole key is shown once, on the page that answers its making. Only its fingerprint is kept.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach import clock
from outreach.database import session_scope
from outreach.departments import departments
from outreach.duties import Language
from outreach.queries import api_keys, audit
from outreach.settings import settings
from outreach.web.forms import Form, value
from outreach.web.language import spoken
from outreach.web.pages import at, see_other
from outreach.web.portal import door
from outreach.web.portal.door import Me
from outreach.web.portal.frame import language_of, show

router: APIRouter = door.router()

LONGEST_NAME = 80
LASTS = {"90": 90, "365": 365, "730": 730}  # days
USUALLY = "365"
SCOPES = {"read": "read", "run": "read run"}


@dataclass(frozen=True)
class Filled:
    """What was typed in the form. `nameless`: the key was given no name that can be used."""

    name: str = ""
    department: str = ""
    may: str = "read"
    days: str = USUALLY
    nameless: bool = False


@router.get("/keys")
def listed(request: Request, me: Me) -> Response:
    """The keys the viewer may see, and the form for a new one."""
    return _page(request, me, Filled())


@router.post("/keys")
def make(request: Request, me: Me, form: Form) -> Response:
    """Make a key and show it, this once."""
    filled = _read(form)
    if not me.viewer.owns(filled.department or None) or filled.department not in {"", *departments()}:
        raise HTTPException(404)  # what is not theirs is not there
    if filled.may not in SCOPES or filled.days not in LASTS:
        raise HTTPException(422)
    if filled.nameless:
        return _page(request, me, filled, status=422)
    return _page(request, me, Filled(), made=_make(me, filled), made_name=filled.name)


@router.post("/keys/{public_id}/revoke")
def revoke(request: Request, public_id: str, me: Me) -> Response:
    """Revoke a key: from now on it opens nothing."""
    with session_scope() as session:
        if not api_keys.revoke(session, me.viewer, public_id, clock.now()):
            raise HTTPException(404)
        audit.note(session, actor=me.viewer.actor, action="revoked_key", subject=f"key:{public_id}")
    return see_other(at(f"/portal/keys{spoken(request)}"))


def _make(me: Me, filled: Filled) -> str:
    public_id, now = secrets.token_hex(6), clock.now()
    key = f"outreach_{public_id}_{door.new_secret()}"
    assert me.viewer.coordinator_id is not None  # a session is always a coordinator's
    with session_scope() as session:
        api_keys.add(
            session,
            public_id=public_id,
            secret_hash=door.fingerprint(key),
            name=filled.name,
            department_code=filled.department or None,
            scopes=SCOPES[filled.may],
            created_by_id=me.viewer.coordinator_id,
            now=now,
            expires=now + timedelta(days=LASTS[filled.days]),
        )
        audit.note(session, actor=me.viewer.actor, action="made_key", subject=f"key:{public_id}")
    return key


def _read(form: Form) -> Filled:
    name = " ".join(value(form, "name").split())
    nameless = not (0 < len(name) <= LONGEST_NAME and name.isprintable())
    may, days = value(form, "may") or "read", value(form, "days") or USUALLY
    return Filled(name, value(form, "department"), may, days, nameless)


def _page(
    request: Request, me: Me, filled: Filled, *, status: int = 200, made: str = "", made_name: str = ""
) -> Response:
    language, now = language_of(request, me), clock.now()
    with session_scope(reading=True) as session:
        keys = api_keys.listed(session, me.viewer)
    return show(
        request,
        me,
        "portal/keys.html",
        "account",
        status=status,
        keys=[(key, key.state(now)) for key in keys],
        names={code: row.name(language) for code, row in departments().items()},
        offered=_offered(me, language),
        filled=filled,
        lasts=LASTS,
        made=made,
        made_name=made_name,
        api=f"{settings().public_url.rstrip('/')}/api/duties",
    )


def _offered(me: Me, language: Language) -> list[tuple[str, str]]:
    """Code and name of the departments the viewer may make a key for, by name."""
    theirs = [(code, row.name(language)) for code, row in departments().items() if me.viewer.owns(code)]
    return sorted(theirs, key=lambda one: one[1].casefold())
