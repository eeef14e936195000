"""Coordinators at the portal, signed in."""

import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from outreach import clock
from outreach.database import session_scope
from outreach.models import Coordinator, PortalSession
from outreach.web.app import create_app
from outreach.web.portal import door

with warnings.catch_warnings():  # it would rather have a newer httpx than Prefect allows
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ANNA = "anna.lindqvist@office.example.org"  # central
TOVE = "tove.hallgren@arkeologi.example.org"  # arkeologi
HENRIK = "henrik.palmgren@fysikum.example.org"  # fysikum


class Visitor(TestClient):
    """A browser with nobody's or somebody's session."""

    token = ""

    def send_form(self, path: str, **fields: Any) -> Any:
        """POST a form as a page of this session would."""
        return self.post(path, data={"csrf": door.csrf_of(self.token), **fields})


def sign_in(client: TestClient, email: str) -> str:
    """Give the browser a session of this coordinator; the session's secret."""
    token, now = door.new_secret(), clock.now()
    with session_scope() as session:
        coordinator = session.scalar(select(Coordinator.id).where(Coordinator.email == email))
        assert coordinator, f"no coordinator {email}"
        session.execute(
            insert(PortalSession).values(
                token_hash=door.fingerprint(token),
                coordinator_id=coordinator,
                via="link",
                created_at=now,
                expires_at=now + timedelta(hours=12),
            )
        )
    client.cookies.set(door.cookie_name(), token)
    return token


@pytest.fixture
def visitor(home: object) -> Iterator[Callable[[str], Visitor]]:
    """Make a browser in which somebody (their address; "": nobody) is signed in. It does not follow redirects."""
    opened: list[Visitor] = []

    def make(email: str = "") -> Visitor:
        made = Visitor(create_app(), raise_server_exceptions=False, follow_redirects=False)
        made.__enter__()
        opened.append(made)
        if email:
            made.token = sign_in(made, email)
        return made

    yield make
    for one in opened:
        one.__exit__(None, None, None)
