"""`outreach events`: the link, the list, and calling an event off."""

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from outreach.cli.commands import app
from outreach.errors import PermanentFailure
from outreach.links import read
from tests.conftest import NOON
from tests.visits.planned import answers, as_it_is, noted, plan, told

ANNA, TOVE = "anna.lindqvist@office.example.org", "tove.hallgren@arkeologi.example.org"


def outreach(*words: str) -> str:
    ran = CliRunner().invoke(app, ["events", *words])
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.output


def test_link_is_the_coordinators_own(sqlite_db: str) -> None:
    anna, tove = (read("planner", outreach("link", who).split()[0].rsplit("/", 1)[1]) for who in (ANNA, TOVE))
    assert anna.subject != tove.subject
    assert outreach("link", ANNA.upper()).startswith("http://127.0.0.1:8400/planner/")


@pytest.mark.parametrize("email", ["nobody@example.org", ""])
def test_nobody_else_is_given_a_link(sqlite_db: str, email: str) -> None:
    with pytest.raises(PermanentFailure, match="No coordinator"):
        outreach("link", email)


def test_list_shows_what_is_to_come_and_how_it_stands(db: str) -> None:
    event = plan(capacity=3)
    for name in ("sara", "sune"):
        answers(event, name, guests=1)
    plan(department_code="dsv", starts_at=NOON - timedelta(days=2), ends_at=NOON - timedelta(days=1))
    first, second = outreach("list").splitlines()
    assert first.split() == ["berlin-2027-03-12", "to", "come", "central", "2027-03-12", "18:00", "Europe/Berlin"]
    assert second.strip() == "invited 0, answered 2, coming 2, waiting 2, seats left 1 of 3"
    assert outreach("list", "--past").count("berlin-") == 2
    assert "past" in outreach("list", "--past", "--department", "dsv")
    assert outreach("list", "--department", "dsv") == "There are no such events.\n"


def test_cancelling_tells_who_may_have_come(db: str) -> None:
    event = plan()
    answers(event, "sara")
    said = outreach("cancel", event.slug, "--as", ANNA, "--reason", "Resan är inställd")
    assert said == "berlin-2027-03-12 is cancelled. 1 people are told; 0 invitations are never sent.\n"
    assert told(event, "cancelled") == {("sara", "cancelled")}
    assert noted("cancelled_event")[0][0].startswith("coordinator:")


@pytest.mark.parametrize(("email", "name"), [(TOVE, ""), ("nobody@example.org", ""), (ANNA, "nowhere-2027")])
def test_who_may_not_cancel_an_event_is_not_told_whether_it_is_there(sqlite_db: str, email: str, name: str) -> None:
    event = plan()
    with pytest.raises(PermanentFailure, match="that you may cancel"):
        outreach("cancel", name or event.slug, "--as", email)
    assert not as_it_is(event).cancelled
