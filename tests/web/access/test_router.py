"""A route of the portal that forgets to ask who comes is behind the door all the same."""

import pytest

from outreach.web.portal import door
from tests.web.access.conftest import Office

pytestmark = pytest.mark.xdist_group("access")


def test_route_that_does_not_ask_who_comes_is_behind_the_door(office_web: Office) -> None:
    router = door.router()
    router.add_api_route("/forgotten", lambda: "said", methods=["GET", "POST"])
    office_web.app.include_router(router)
    at, visitors = "/portal/forgotten", office_web.visitors
    try:
        assert visitors["A"].ask("GET", at).json() == visitors["A"].ask("POST", at).json() == "said"
        assert visitors["A"].ask("POST", at, csrf="").status_code == 403
        for who in ("nobody", "ended", "key A"):
            assert visitors[who].ask("GET", at).headers["location"].startswith("/sign-in")
    finally:
        office_web.app.router.routes.pop()
