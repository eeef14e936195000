"""Keys for scripts: made for one's own departments, shown once, kept as a fingerprint, revoked at once."""

import html
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select, update
from starlette.testclient import TestClient

from outreach import clock
from outreach.database import session_scope
from outreach.models import ApiKey, Audit, Coordinator, CoordinatorDepartment
from outreach.queries import viewing
from outreach.web import failures
from outreach.web.api.door import WRONG_KEYS, Caller, Runner
from outreach.web.portal.door import fingerprint
from tests.conftest import NOON
from tests.web.conftest import whole_database
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor

Visit = Callable[..., Visitor]
KEY = re.compile(r"outreach_([0-9a-f]{12})_[\w-]{43}")


def make(client: Visitor, **fields: str) -> Any:
    return client.send_form("/portal/keys", **{"name": "Kalendern", "department": "arkeologi", **fields})


def key_in(answer: Any) -> str:
    found = KEY.search(html.unescape(answer.text))
    assert found, answer.text
    return found[0]


def kept() -> list[ApiKey]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(ApiKey).order_by(ApiKey.id)))


def opens(key: str) -> bool:
    with session_scope(reading=True) as session:
        return viewing.of_key(session, fingerprint(key), clock.now()) is not None


@pytest.fixture
def api(home: object) -> TestClient:
    """What a script meets: one page for any key, one for keys that may start something."""
    app = FastAPI()
    failures.install(app)

    @app.get("/who")
    def who(caller: Caller) -> dict[str, Any]:
        return {"actor": caller.actor, "departments": sorted(caller.departments or ["*"])}

    @app.post("/run")
    def run(caller: Runner) -> str:
        return caller.actor

    return TestClient(app)


def bearing(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_key_is_shown_once_and_kept_as_its_fingerprint(
    db: str, visitor: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    browser = visitor(TOVE)
    with caplog.at_level(logging.DEBUG):
        answer = make(browser)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    key = key_in(answer)
    assert not KEY.search(browser.get("/portal/keys").text)
    assert key.split("_", 2)[2] not in whole_database()
    assert key not in caplog.text
    (row,) = kept()
    assert (row.secret_hash, row.public_id) == (fingerprint(key), key.split("_")[1])
    assert (row.department_code, row.scopes, row.expires_at) == ("arkeologi", "read", NOON + timedelta(days=365))
    with session_scope(reading=True) as session:
        line = session.scalars(select(Audit).where(Audit.action == "made_key")).one()
        assert (line.subject, line.actor) == (f"key:{row.public_id}", f"coordinator:{row.created_by_id}")


def test_script_is_the_department_and_does_what_its_key_may(sqlite_db: str, visitor: Visit, api: TestClient) -> None:
    reads, runs = key_in(make(visitor(TOVE))), key_in(make(visitor(TOVE), may="run", days="730"))
    who = api.get("/who", headers=bearing(reads)).json()
    assert who == {"actor": f"key:{reads.split('_')[1]}", "departments": ["arkeologi"]}
    assert api.post("/run", headers=bearing(reads)).status_code == 403
    assert api.post("/run", headers=bearing(runs)).status_code == 200
    central = key_in(make(visitor(ANNA), department=""))
    assert api.get("/who", headers=bearing(central)).json()["departments"] == ["*"]


def test_department_makes_keys_for_itself_alone(sqlite_db: str, visitor: Visit) -> None:
    for department in ("fysikum", "", "nowhere", "arkeologi "):
        assert make(visitor(TOVE), department=department).status_code == 404
    assert kept() == []
    assert make(visitor(ANNA), department="nowhere").status_code == 404
    page = visitor(TOVE).get("/portal/keys").text
    assert 'value="arkeologi"' in page
    assert 'value="fysikum"' not in page
    assert make(visitor(ANNA), department="fysikum").status_code == 200


def test_keys_of_other_departments_do_not_exist(sqlite_db: str, visitor: Visit) -> None:
    key = key_in(make(visitor(TOVE), name="Toves"))
    public_id = key.split("_")[1]
    henrik = visitor(HENRIK)
    assert "Toves" not in henrik.get("/portal/keys").text
    assert "Toves" in visitor(ANNA).get("/portal/keys").text
    theirs = henrik.send_form(f"/portal/keys/{public_id}/revoke")
    nobodys = henrik.send_form("/portal/keys/000000000000/revoke")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text == nobodys.text
    assert opens(key)


def test_revoked_key_opens_nothing(db: str, visitor: Visit, api: TestClient) -> None:
    browser = visitor(TOVE)
    key = key_in(make(browser))
    assert api.get("/who", headers=bearing(key)).status_code == 200
    assert browser.send_form(f"/portal/keys/{key.split('_')[1]}/revoke").status_code == 303
    assert api.get("/who", headers=bearing(key)).status_code == 401
    page = browser.get("/portal/keys").text
    assert "Indragen" in page
    assert "/revoke" not in page


def test_key_ends_with_its_time(sqlite_db: str, visitor: Visit) -> None:
    key = key_in(make(visitor(TOVE), days="90"))
    with clock.frozen(NOON + timedelta(days=90, seconds=-1)):
        assert opens(key)
    with clock.frozen(NOON + timedelta(days=90)):
        assert not opens(key)


@pytest.mark.parametrize("how", ["inactive", "speaks for another"])
def test_key_does_no_more_than_its_maker_may(sqlite_db: str, visitor: Visit, how: str) -> None:
    """Whoever leaves may have kept the key."""
    key = key_in(make(visitor(TOVE)))
    with session_scope() as session:
        maker = session.scalars(select(Coordinator.id).where(Coordinator.email == TOVE)).one()
        if how == "inactive":
            session.execute(update(Coordinator).where(Coordinator.id == maker).values(active=False))
        else:
            session.execute(delete(CoordinatorDepartment).where(CoordinatorDepartment.coordinator_id == maker))
    assert not opens(key)
    assert "Den som gjorde nyckeln" in visitor(ANNA).get("/portal/keys").text


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": "x" * 81}, {"name": "\0"}, {"name": "a\x07b"}])
def test_key_without_a_name_is_asked_for_one(sqlite_db: str, visitor: Visit, fields: dict[str, str]) -> None:
    answer = make(visitor(TOVE), **fields)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert kept() == []


@pytest.mark.parametrize("fields", [{"days": "100000"}, {"days": "-1"}, {"may": "everything"}, {"may": "read run"}])
def test_key_lasts_and_may_no_more_than_is_offered(sqlite_db: str, visitor: Visit, fields: dict[str, str]) -> None:
    assert make(visitor(TOVE), **fields).status_code == 422
    assert kept() == []


def test_form_of_another_session_makes_no_key(sqlite_db: str, visitor: Visit) -> None:
    answer = visitor(TOVE).post("/portal/keys", data={"csrf": "x", "name": "n", "department": "arkeologi"})
    assert answer.status_code == 403
    assert kept() == []


def test_use_is_noted_once_an_hour(db: str, visitor: Visit, api: TestClient) -> None:
    key = key_in(make(visitor(TOVE)))
    seen = []
    for minutes in (0, 59, 61):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            api.get("/who", headers=bearing(key))
            seen.append(kept()[0].last_used_at)
    assert seen == [NOON, NOON, NOON + timedelta(minutes=61)]


def test_wrong_keys_are_limited_and_good_ones_are_not(db: str, visitor: Visit, api: TestClient) -> None:
    key = key_in(make(visitor(TOVE)))
    assert api.get("/who").status_code == 401  # no key at all is not a guess
    answers = [
        api.get("/who", headers=bearing(f"outreach_000000000000_{number:043}")).status_code
        for number in range(WRONG_KEYS + 5)
    ]
    assert answers == [401] * WRONG_KEYS + [429] * 5
    assert int(api.get("/who", headers=bearing("wrong")).headers["retry-after"]) > 0
    assert api.get("/who", headers=bearing(key)).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "outreach_x_y", f"Bearer {'x' * 5000}"])
def test_odd_headers_are_refused(sqlite_db: str, api: TestClient, header: str) -> None:
    answer = api.get("/who", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
