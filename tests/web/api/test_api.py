"""The API: the same as the pages, for scripts; a department's key sees and starts its own department's alone."""

import uuid
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from outreach import clock
from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.models import ApiKey, Campaign, Coordinator, DutyRun
from outreach.web.app import create_app
from outreach.web.portal.door import fingerprint, new_secret
from tests.spine.conftest import Student, enrol, run_duty
from tests.web.portal.conftest import ANNA
from tests.web.portal.prefect_stand_in import PrefectStandIn, prefect

with warnings.catch_warnings():  # it would rather have a newer httpx than Prefect allows
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["enrol", "prefect"]

Script = Callable[..., TestClient]
GRADUATION = "/api/duties/graduation-invitation"
pytestmark = pytest.mark.usefixtures("sqlite_db")


def key_of(department: str | None, scopes: str = "read run") -> str:
    """A key of a department's, or (None) of the central office's."""
    secret, now = f"outreach_{new_secret()}", clock.now()
    with session_scope() as session:
        maker = session.scalar(select(Coordinator.id).where(Coordinator.email == ANNA))
        session.execute(
            insert(ApiKey).values(
                public_id=new_secret()[:12],
                secret_hash=fingerprint(secret),
                name="A script",
                department_code=department,
                scopes=scopes,
                created_by_id=maker,
                created_at=now,
                expires_at=now + timedelta(days=90),
            )
        )
    return secret


@pytest.fixture
def script(home: object) -> Iterator[Script]:
    """A script with a key of a department's (None: the central office's)."""
    opened = []

    def make(department: str | None = "arkeologi", scopes: str = "read run") -> TestClient:
        made = TestClient(create_app(), raise_server_exceptions=False)
        made.headers["Authorization"] = f"Bearer {key_of(department, scopes)}"
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


def start(client: TestClient, key: str = "", duty: str = "graduation-invitation", **body: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/duties/{duty}/runs", json=body, headers=headers)


def test_a_key_is_shown_the_duties_it_may_start_and_what_they_take(script: Script, prefect: PrefectStandIn) -> None:
    client = script()
    names = {one["name"] for one in client.get("/api/duties").json()}
    assert names == {
        "graduation-invitation", "quarterly-newsletter", "event-invitation", "career-survey", "linkedin-export",
    }  # fmt: skip
    schema = client.get(GRADUATION).json()["parameters"]
    assert schema["properties"]["department"]["enum"] == [choice_of("arkeologi"), "arkeologi"]
    assert set(schema["properties"]) == {"department", "within_days", "preview_day"}
    assert client.get("/api/duties/housekeeping").status_code == 404
    assert script(None).get("/api/duties/housekeeping").status_code == 200


def test_a_duty_the_office_has_not_given_departments_is_not_there_for_them(
    script: Script, prefect: PrefectStandIn
) -> None:
    """Though it has a field for a department."""
    graduation = prefect.deployments["graduation-invitation"]
    prefect.deployments["thanks"] = {**graduation, "id": str(uuid.uuid4()), "name": "thanks"}
    for client, found in ((script(), False), (script(None), True)):
        assert ("thanks" in {one["name"] for one in client.get("/api/duties").json()}) is found
        assert client.get("/api/duties/thanks").status_code == (200 if found else 404)
    assert start(script(), duty="thanks", preview=True).status_code == 404
    assert prefect.runs == {}


def test_a_run_is_started_for_ones_own_department_without_naming_it(script: Script, prefect: PrefectStandIn) -> None:
    answer = start(script(), parameters={"within_days": 30})
    assert answer.status_code == 202
    (asked,) = prefect.runs.values()
    assert asked["parameters"]["params"] == {"department": choice_of("arkeologi"), "within_days": 30, "preview": False}
    assert (answer.json()["department"], answer.json()["state"]) == ("arkeologi", "waiting")


@pytest.mark.parametrize("named", ["fysikum", "Fysikum", "Hela universitetet / The whole university", "", 7, ["x"]])
def test_another_department_is_refused(script: Script, prefect: PrefectStandIn, named: Any) -> None:
    answer = start(script(), parameters={"department": named})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/parameters/department"]
    assert prefect.runs == {}


@pytest.mark.parametrize(
    "parameters",
    [{"early": True}, {"special_stories": 1}, {"preview": True}, {"within_days": "60"}, {"preview_day": "2026-12-01"}],
)
def test_what_the_duty_does_not_take_from_it_is_refused(
    script: Script, prefect: PrefectStandIn, parameters: dict[str, Any]
) -> None:
    duty = "graduation-invitation" if {"within_days", "preview_day"} & set(parameters) else "quarterly-newsletter"
    answer = start(script(), duty=duty, parameters=parameters)
    assert answer.status_code == 422
    assert f"/parameters/{next(iter(parameters))}" in [one["pointer"] for one in answer.json()["errors"]]
    assert prefect.runs == {}


def test_the_central_offices_key_starts_for_everyone_or_names_a_department(
    script: Script, prefect: PrefectStandIn
) -> None:
    client = script(None)
    assert start(client).json()["department"] is None
    assert start(client, parameters={"department": "fysikum"}).json()["department"] == "fysikum"


def test_a_preview_tells_its_counts(script: Script, prefect: PrefectStandIn, enrol: Callable[..., Any]) -> None:
    enrol(Student("a", department="arkeologi"), Student("no", department="arkeologi", email=None))
    client = script()
    id_ = start(client, preview=True).json()["id"]
    assert client.get(f"/api/runs/{id_}").json()["found"] is None
    prefect.previews(next(iter(prefect.runs)))
    told = client.get(f"/api/runs/{id_}").json()
    assert (told["state"], told["state_name"], told["found"]["people"]) == ("done", "Previewed", 1)
    assert told["found"]["waves"][0]["exclusions"] == {"no_address": 1}
    assert "letters" not in told["found"]["waves"][0]


def test_a_duty_without_a_preview_is_not_run_instead(script: Script, prefect: PrefectStandIn) -> None:
    assert start(script(), duty="linkedin-export", preview=True).status_code == 422
    assert prefect.runs == {}


def test_the_same_key_is_the_same_run_and_no_other(script: Script, prefect: PrefectStandIn) -> None:
    client = script()
    ids = {start(client, "nightly-1").json()["id"] for _ in range(2)}
    assert len(ids) == len(prefect.runs) == 1
    assert start(client, "nightly-1", parameters={"within_days": 30}).status_code == 422
    assert start(script("fysikum"), "nightly-1").json()["id"] not in ids
    assert len({start(client).json()["id"] for _ in range(2)}) == 2


def test_what_belongs_to_others_is_not_found(
    script: Script, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(Student("a", department="fysikum"))
    run_duty(department="fysikum", approve=False)
    run_duty(approve=False)
    theirs, mine, office = script("fysikum"), script(), script(None)
    run = start(theirs).json()["id"]
    with session_scope(reading=True) as session:
        campaigns = {one.department_code: one.id for one in session.scalars(select(Campaign))}
    assert mine.get(f"/api/runs/{run}").status_code == 404
    assert mine.get("/api/runs").json() == []
    assert mine.get("/api/campaigns").json() == []
    for id_ in campaigns.values():
        assert mine.get(f"/api/campaigns/{id_}").status_code == 404
    assert [one["department"] for one in theirs.get("/api/campaigns").json()] == ["fysikum"]
    assert theirs.get(f"/api/campaigns/{campaigns['fysikum']}").json()["waves"] == [
        {"wave": 1, "funnel": {"planned": 1}, "exclusions": {}}
    ]
    assert theirs.get(f"/api/campaigns/{campaigns[None]}").status_code == 404
    assert {one["department"] for one in office.get("/api/campaigns").json()} == {"fysikum", None}


def test_a_key_that_may_only_read_starts_nothing_and_no_key_opens_nothing(
    script: Script, prefect: PrefectStandIn
) -> None:
    reader = script(scopes="read")
    assert start(reader).status_code == 403
    assert reader.get("/api/runs").status_code == 200
    nobody = TestClient(create_app())
    for path in ("/api/duties", GRADUATION, "/api/runs", "/api/campaigns"):
        answer = nobody.get(path)
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
    with session_scope() as session:
        session.execute(update(ApiKey).values(revoked_at=clock.now()))
    assert reader.get("/api/runs").status_code == 401
    assert prefect.runs == {}


def test_without_prefect_it_says_so_and_a_run_that_was_lost_is_asked_for_again(
    script: Script, prefect: PrefectStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.prefect_api.ATTEMPTS", 1)
    client = script()
    prefect.down = True
    assert client.get("/api/duties").status_code == 503
    assert client.get("/api/runs").status_code == 200
    prefect.down, prefect.loses = False, True
    assert start(client, "k").json()["state"] == "not_taken"
    prefect.loses = False
    assert start(client, "k").json()["state"] == "waiting"
    with session_scope(reading=True) as session:
        assert list(session.scalars(select(DutyRun.flow_run_id))) == list(prefect.runs)


def test_problems_have_one_shape_whatever_is_sent(script: Script, prefect: PrefectStandIn) -> None:
    client = script()
    url = f"{GRADUATION}/runs"
    for answer, status in (
        (client.get("/api/nowhere"), 404),
        (client.put("/api/duties"), 405),
        (client.post(url, content=b"{"), 422),
        (client.post(url, json=[]), 422),
        (client.post(url, json={"parameter": {}}), 422),
        (client.post(url, content=b'{"parameters": {"\\ud800~/": "\\u0000"}}'), 422),
        (client.post(url, content=b'{"parameters": {"within_days": 1e999}}'), 422),
        (client.post(url, content=b"x" * 300_000), 413),
        (client.get("/api/runs/%00"), 422),
        (client.get("/api/campaigns/99999999999999999999"), 422),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail", "errors"}


def test_the_document_and_the_page_to_read_it_on_are_there_for_all() -> None:
    client = TestClient(create_app())
    told = client.get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert told["servers"] == [{"url": "/api"}]
    page = client.get("/api/docs?lang=sv")
    assert "<script" not in page.text
    assert all(f"/api{path}" in page.text for path in told["paths"])


def test_a_parameter_a_flow_gets_stands_in_the_keys_own_document_by_itself(
    script: Script, prefect: PrefectStandIn
) -> None:
    duty = deepcopy(prefect.deployments["graduation-invitation"])
    form = next(iter(duty["parameter_openapi_schema"]["definitions"].values()))
    form["properties"]["shoe_size"] = {"type": "integer", "minimum": 20, "title": "Skostorlek / Shoe size"}
    prefect.deployments["graduation-invitation"] = duty
    told = script().get("/api/openapi.json").json()
    assert "/duties/housekeeping/runs" not in told["paths"]
    asked = told["components"]["schemas"]["GraduationInvitationParameters"]
    assert asked["properties"]["shoe_size"]["minimum"] == 20
    assert asked["properties"]["department"]["enum"] == [choice_of("arkeologi"), "arkeologi"]
    body = told["paths"]["/duties/graduation-invitation/runs"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["properties"]["parameters"] == {"$ref": "#/components/schemas/GraduationInvitationParameters"}
    assert start(script(), parameters={"shoe_size": 19}).status_code == 422
    assert start(script(), parameters={"shoe_size": 40}).status_code == 202
    assert "/duties/housekeeping/runs" in script(None).get("/api/openapi.json").json()["paths"]
    prefect.down = True
    assert script().get("/api/openapi.json").status_code == 503
