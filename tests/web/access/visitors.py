"""Who comes to the doors of the web: with a session, a key, or something that looks like one."""

import warnings
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from sqlalchemy import insert, select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import ApiKey, Coordinator, PortalSession
from outreach.web.portal import door
from tests.web.portal.conftest import ANNA, HENRIK, TOVE

with warnings.catch_warnings():  # it would rather have a newer httpx than Prefect allows
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

A, B = "arkeologi", "fysikum"
SIGNED_IN = {"A": TOVE, "B": HENRIK, "central": ANNA}
NOT_SIGNED_IN = ("nobody", "expired", "ended", "forged", "cut", "inactive")
WITH_KEYS = ("key A", "key B", "key central", "key to read", "key revoked", "key expired", "key forged")
ALL = ("nobody", *SIGNED_IN, *NOT_SIGNED_IN[1:], *WITH_KEYS)


@dataclass(frozen=True)
class Visitor:
    """A browser or a script. `csrf`: what a page of this session would have put into its forms."""

    name: str
    client: TestClient
    token: str = ""
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **fields: Any) -> Any:
        """As a page of theirs would: a form with the word of their session, or what a script sends (`json`)."""
        sent: dict[str, Any] = {}
        if method != "GET":
            sent = {"json": fields["json"]} if "json" in fields else {"data": {"csrf": self.csrf, **fields}}
        answer = self.client.request(method, path, headers=self.headers, **sent)
        self.client.cookies.clear()  # what they came with is what they come with again
        return answer


def all_of_them(app: FastAPI) -> dict[str, Visitor]:
    """Everybody, by name."""
    found = {name: _browser(app, name, _session(email)) for name, email in SIGNED_IN.items()}
    tove = SIGNED_IN["A"]
    sessions = {
        "nobody": "",
        "expired": _session(tove, expires_at=clock.now() - timedelta(minutes=1)),
        "ended": _session(tove, ended_at=clock.now() - timedelta(minutes=1)),
        "forged": door.new_secret(),
        "cut": found["A"].token[:-1],
        "inactive": _session(_retired()),
    }
    found |= {name: _browser(app, name, token) for name, token in sessions.items()}
    keys = {
        "key A": _key("key-a", A),
        "key B": _key("key-b", B),
        "key central": _key("key-central", None),
        "key to read": _key("key-read", A, scopes="read"),
        "key revoked": _key("key-revoked", A, revoked_at=clock.now()),
        "key expired": _key("key-expired", A, expires_at=clock.now() - timedelta(minutes=1)),
        "key forged": door.new_secret(),
    }
    return found | {name: _script(app, name, secret) for name, secret in keys.items()}


def _browser(app: FastAPI, name: str, token: str) -> Visitor:
    cookie = {"Cookie": f"{door.cookie_name()}={token}"} if token else {}
    return Visitor(name, _client(app), token, door.csrf_of(token), cookie)


def _script(app: FastAPI, name: str, secret: str) -> Visitor:
    return Visitor(name, _client(app), headers={"Authorization": f"Bearer {secret}"})


def _client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def _session(email: str, **different: Any) -> str:
    """A session of this coordinator's; its secret."""
    token, now = door.new_secret(), clock.now()
    values = {"token_hash": door.fingerprint(token), "via": "link", "created_at": now, **different}
    values.setdefault("expires_at", now + timedelta(hours=12))
    with session_scope() as session:
        coordinator = session.scalars(select(Coordinator.id).where(Coordinator.email == email)).one()
        session.execute(insert(PortalSession).values(coordinator_id=coordinator, **values))
    return token


def _retired() -> str:
    """A central coordinator who has left the office; their address."""
    email = "left@office.example.org"
    with session_scope() as session:
        session.execute(insert(Coordinator).values(email=email, name="Lars Borta", central=True, active=True))
        session.execute(update(Coordinator).where(Coordinator.email == email).values(active=False))
    return email


def _key(public_id: str, department: str | None, **different: Any) -> str:
    secret, now = door.new_secret(), clock.now()
    values = {"scopes": "read run", "created_at": now, "expires_at": now + timedelta(days=30), **different}
    with session_scope() as session:
        anna = session.scalars(select(Coordinator.id).where(Coordinator.email == ANNA)).one()
        session.execute(
            insert(ApiKey).values(
                public_id=public_id, secret_hash=door.fingerprint(secret), name=f"Skript {public_id}",
                department_code=department, created_by_id=anna, **values,
            )
        )  # fmt: skip
    return secret
