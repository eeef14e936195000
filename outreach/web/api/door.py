"""The door of the API: whose the key is that a request carries, and what it may do.

    @router.get("/duties")
    def duties(caller: Caller) -> ...          # any good key

    @router.post("/duties/{duty}/runs")
    def start(caller: Runner, ...) -> ...      # a key that may start duties: `needs("run")`

What is not the key's department's is not found: filter by `viewing.theirs(caller, ...)`.
"""

from collections.abc import Callable
from typing import Annotated, NoReturn

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from outreach import clock
from outreach.database import session_scope
from outreach.queries import api_keys, rates, viewing
from outreach.viewer import Viewer
from outreach.web.callers import client_ip
from outreach.web.portal.door import fingerprint

LONGEST_KEY = 200
WRONG_KEYS, WRONG_KEYS_SECONDS = 60, 15 * 60  # from one IP

_bearer = HTTPBearer(auto_error=False, description="A key made at /portal/keys: `Authorization: Bearer outreach_...`")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


def key_holder(request: Request, sent: Credentials) -> Viewer:
    """Whose key the request carries.

    Raises HTTPException: 401 without a good key, 429 for an IP that has sent too many wrong ones. A good key is let in
    whatever others at the same IP have sent.
    """
    key = sent.credentials if sent else ""
    viewer = _holder(key) if 0 < len(key) <= LONGEST_KEY else None
    if viewer is None:
        _refuse(request, wrong=bool(key))
    return viewer


def holder_if_any(request: Request, sent: Credentials) -> Viewer | None:
    """The same, and None for a request without a key."""
    return key_holder(request, sent) if sent else None


def needs(scope: str) -> Callable[[Viewer], Viewer]:
    """A dependency: the key's holder, if the key has this scope (read, run). Raises HTTPException 403 if not."""

    def check(caller: Annotated[Viewer, Depends(key_holder)]) -> Viewer:
        if scope not in caller.scopes:
            raise HTTPException(403, f"This key may not do that: it needs the scope {scope!r}.")
        return caller

    return check


Caller = Annotated[Viewer, Depends(needs("read"))]
Reader = Annotated[Viewer | None, Depends(holder_if_any)]
Runner = Annotated[Viewer, Depends(needs("run"))]


def _holder(key: str) -> Viewer | None:
    now = clock.now()
    with session_scope(reading=True) as session:
        viewer = viewing.of_key(session, fingerprint(key), now)
        known = viewer is None or viewer.api_key_id is None or api_keys.used_lately(session, viewer.api_key_id, now)
    if viewer and viewer.api_key_id and not known:
        with session_scope() as session:
            api_keys.note_use(session, viewer.api_key_id, now)
    return viewer


def _refuse(request: Request, *, wrong: bool) -> NoReturn:
    if wrong:
        with session_scope() as session:
            counted = rates.allow(session, "key", client_ip(request), WRONG_KEYS, WRONG_KEYS_SECONDS, clock.now())
        if not counted:
            again = {"Retry-After": str(WRONG_KEYS_SECONDS)}
            raise HTTPException(429, "Too many wrong keys were sent from here. Wait a quarter of an hour.", again)
    raise HTTPException(401, "Send a key: Authorization: Bearer outreach_...", {"WWW-Authenticate": "Bearer"})
