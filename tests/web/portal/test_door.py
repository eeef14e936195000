"""Nobody comes through the door of the portal without a session of theirs, nor posts without its word."""

from collections.abc import Callable

from outreach.web.portal import door
from tests.web.portal.conftest import ANNA, TOVE, Visitor

Make = Callable[[str], Visitor]


def test_who_is_not_signed_in_is_shown_the_door_and_comes_back_to_the_page(sqlite_db: str, visitor: Make) -> None:
    answer = visitor("").get("/portal/account?lang=en")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fportal%2Faccount%3Flang%3Den"


def test_who_is_signed_in_sees_their_name(db: str, visitor: Make) -> None:
    assert "Tove Hallgren" in visitor(TOVE).get("/portal/account").text
    assert "Anna Lindqvist" in visitor(ANNA).get("/portal/account").text


def test_word_of_a_form_is_the_sessions_own(sqlite_db: str) -> None:
    assert door.csrf_of("one") == door.csrf_of("one") != door.csrf_of("other")
