"""The overview: what waits, what runs, the figures; and that a department sees nothing of others."""

from collections.abc import Callable

from tests.web.portal.conftest import ANNA, TOVE, Visitor

Make = Callable[[str], Visitor]


def test_new_installation_counts_its_small_register_by_itself(sqlite_db: str, visitor: Make) -> None:
    for email in (ANNA, TOVE):
        page = visitor(email).get("/portal")
        assert page.status_code == 200
        assert "Inget väntar på dig just nu." in page.text
        assert "Räknat 22 november 2026" in page.text
