"""Events in the portal: the planner of who is signed in, and of nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from outreach import clock
from tests.conftest import NOON
from tests.visits.planned import plan
from tests.web.portal.conftest import ANNA, TOVE, Visitor

Make = Callable[[str], Visitor]


def lay() -> None:
    for code in ("central", "arkeologi", "fysikum"):
        plan(title_sv=f"Kväll för {code}", department_code=None if code == "central" else code)


def own_links(page: str) -> list[str]:
    return re.findall(r'href="(/planner/[^"]+)"', page)


def test_one_sees_what_one_plans(db: str, visitor: Make) -> None:
    lay()
    assert set(re.findall(r"Kväll för (\w+)", visitor(TOVE).get("/portal/events").text)) == {"arkeologi"}
    everything = {"central", "arkeologi", "fysikum"}
    assert set(re.findall(r"Kväll för (\w+)", visitor(ANNA).get("/portal/events").text)) == everything


def test_links_open_the_forms_in_the_language_chosen(sqlite_db: str, visitor: Make) -> None:
    lay()
    tove = visitor(TOVE)
    found = own_links(tove.get("/portal/events?lang=en").text)
    assert len(found) >= 4  # a new event, a new visit, change and cancel
    for link in found:
        answer = tove.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert '<html lang="en">' in answer.text


def test_links_last_no_longer_than_a_session(sqlite_db: str, visitor: Make) -> None:
    lay()
    tove = visitor(TOVE)
    link = own_links(tove.get("/portal/events").text)[0]
    with clock.frozen(NOON + timedelta(hours=11, minutes=59)):
        assert tove.get(link).status_code == 200
    with clock.frozen(NOON + timedelta(hours=12, minutes=1)):
        assert tove.get(link).status_code == 410


@pytest.mark.parametrize("way_out", ["/portal/sign-out", "/portal/account/sign-out-everywhere"])
def test_links_open_nothing_after_signing_out(sqlite_db: str, visitor: Make, way_out: str) -> None:
    """Or whoever sits down at the machine next finds them in the browser's history."""
    lay()
    tove, elsewhere = visitor(TOVE), visitor(TOVE)
    here, there = (own_links(one.get("/portal/events").text)[0] for one in (tove, elsewhere))
    assert tove.send_form(way_out).status_code == 303
    assert visitor("").get(here).status_code == 410
    assert visitor("").get(there).status_code == (200 if way_out == "/portal/sign-out" else 410)


def test_nobody_is_shown_the_door(sqlite_db: str, visitor: Make) -> None:
    answer = visitor("").get("/portal/events")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
