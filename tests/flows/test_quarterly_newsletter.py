"""The newsletter as Prefect runs it: the states its runs end in, through the year."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from flows.quarterly_newsletter import QuarterlyNewsletter, quarterly_newsletter
from outreach import clock
from outreach.settings import settings
from tests.newsletter.conftest import ENOUGH, TUESDAY, Reader, Tale, join, letters, on_tuesday, tell
from tests.spine.conftest import approve_all

__all__ = ["join", "on_tuesday", "tell"]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


def run(at: datetime = TUESDAY, **params: Any) -> Any:
    with clock.frozen(at):
        state = quarterly_newsletter(params=QuarterlyNewsletter(**params), return_state=True)
    assert state.is_completed(), state.message
    return state


def asked() -> list[str]:
    return sorted(path.name for path in settings().outbox.glob("office/contributions/**/*.eml"))


def test_an_edition_from_the_first_tuesday_to_the_next(sqlite_db, join, tell):
    join(Reader("a"), Reader("far", fields={"time_zone": "America/New_York"}))
    tell(*ENOUGH)
    assert run(TUESDAY - timedelta(days=1)).name == "No edition due"
    waiting = run()
    assert (waiting.name, waiting.message) == ("Awaiting approval", "2 people wait until the text is approved.")
    assert letters() == {}
    approve_all()
    morning = run()
    assert morning.name == "Waiting for the morning"
    assert set(letters()) == {"a@alumni.example.net"}, "it is half past three at night in New York"
    done = run(TUESDAY + timedelta(hours=6))
    assert done.name == "Completed"
    assert len(letters()) == 2
    after = run(TUESDAY + timedelta(days=30))
    assert (after.name, after.message) == (
        "Completed", "2026-Q4 has been sent. The next edition, 2027-Q1, opens on 2027-03-02."
    )  # fmt: skip
    assert len(letters()) == 2


def test_too_little_content_names_what_is_missing_and_whom_it_asked_weeks_ahead(sqlite_db, join, tell):
    join(Reader("a"))
    assert run(TUESDAY - timedelta(weeks=7)).name == "No edition due"
    assert asked() == []
    run(TUESDAY - timedelta(weeks=6))
    everyone = len(asked())
    assert everyone > 20
    run(TUESDAY - timedelta(weeks=5))
    assert len(asked()) == everyone, "asked once"
    tell(Tale("from-law", department="juridik"))
    for weeks in (3, 2):
        run(TUESDAY - timedelta(weeks=weeks))
    assert len(asked()) == 2 * everyone - 1, "reminded once, but not the department that has told"
    late = run(TUESDAY + timedelta(days=2))
    assert late.name == "Too little content"
    assert "News from the university has 0 of at least 1" in str(late.message)
    assert "still to hear from" in str(late.message)
    tell(*ENOUGH)
    assert run(TUESDAY + timedelta(days=14)).name == "Awaiting approval"


def test_an_edition_later_than_14_days_expires_and_says_so(sqlite_db, join, tell):
    join(Reader("a"))
    tell(*ENOUGH)
    expired = run(TUESDAY + timedelta(days=15))
    assert (expired.name, expired.message) == (
        "Expired",
        "2026-Q4 was not sent by 2026-12-15, so it has expired. The next edition, 2027-Q1, opens on 2027-03-02.",
    )
    assert letters() == {}


def test_an_edition_nobody_signed_expires(sqlite_db, join, tell):
    join(Reader("a"))
    tell(*ENOUGH)
    run()
    assert run(TUESDAY + timedelta(days=20)).name == "Expired"
    approve_all()
    assert run(TUESDAY + timedelta(days=20)).name == "Expired"
    assert letters() == {}


def test_a_preview_shows_the_edition_and_keeps_nothing(sqlite_db, join, tell):
    join(Reader("a"))
    tell(*ENOUGH)
    state = run(preview=True)
    assert (state.name, state.message) == ("Previewed", "1 people would be written to. Nothing was sent.")
    assert (settings().data_dir / "previews" / "quarterly-newsletter" / "central" / "index.html").exists()
    assert not settings().outbox.exists()


def test_a_special_edition_is_sent_by_the_form_and_goes_on_without_it(sqlite_db, join, tell):
    join(Reader("a"))
    day = TUESDAY - timedelta(days=40)
    special = {"special_name": "ny rektor", "special_title_sv": "Ny rektor", "special_text_sv": "Välkommen!"}
    assert run(day, **special).name == "Awaiting approval"
    approve_all()
    run(day)
    assert len(letters()) == 1, "the daily run sends whatever is signed"
    run(day, **special)
    assert len(letters()) == 1
    over = run(day + timedelta(days=30), **special)
    assert (over.name, len(letters())) == ("Over", 1)


def test_fields_of_a_special_edition_need_its_name(home):
    with pytest.raises(ValidationError, match="short name"):
        QuarterlyNewsletter(special_text_sv="Hej")
