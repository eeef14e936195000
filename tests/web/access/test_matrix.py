"""Every address has a row in the matrix, and everybody who comes to it is answered as its row says."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from outreach.web.app import create_app
from tests.web.access.conftest import Office
from tests.web.access.matrix import ROWS, Row
from tests.web.access.visitors import ALL
from tests.web.access.walking import routes_of
from tests.web.access.words import word

pytestmark = pytest.mark.xdist_group("access")


def without_row(app: FastAPI) -> set[tuple[str, str]]:
    return routes_of(app) - {(row.method, row.path) for row in ROWS}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    app = create_app()
    assert without_row(app) == set()
    assert {(row.method, row.path) for row in ROWS} - routes_of(app) == set()


def test_address_without_a_row_is_named_however_it_was_added() -> None:
    app = create_app()
    app.add_api_route("/portal/secrets", lambda: "all of them", methods=["GET", "DELETE"])
    router = APIRouter(prefix="/portal")
    router.add_api_route("/more/{number}", lambda number: number, methods=["PUT"])
    outer = APIRouter(prefix="/outer")
    outer.include_router(router)
    app.include_router(outer)
    inner = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    inner.add_api_route("/keys", lambda: "all of them", methods=["POST"])
    app.mount("/inside", inner)
    app.mount("/far", Starlette(routes=[Mount("/in", routes=[Route("/x", lambda _: PlainTextResponse("x"))])]))
    assert without_row(app) == {
        ("GET", "/portal/secrets"),
        ("DELETE", "/portal/secrets"),
        ("PUT", "/outer/portal/more/{number}"),
        ("POST", "/inside/keys"),
        ("GET", "/far/in/x"),
    }


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_is_answered_as_the_row_says(office_web: Office, row: Row) -> None:
    assert set(row.expected) == set(ALL)
    method = "GET" if row.method == "*" else row.method
    found = {}
    for name in ALL:
        found[name] = word(office_web.visitors[name].ask(method, office_web.a.at(row.asked), **row.form))
        if method != "GET":
            office_web.restore()
    assert found == row.expected
