"""The overview: what waits, what runs, the figures; and that a department sees nothing of others."""

import re
import socket
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from outreach import clock
from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.models import (
    Approval,
    Batch,
    Campaign,
    ContributionRequest,
    Coordinator,
    FaultReport,
    Message,
    Person,
    Recipient,
    Survey,
    SurveyMember,
)
from outreach.prefect_overview import DutyState, Overview, Run
from outreach.queries import goals, messages, snapshots, viewing
from outreach.settings import settings
from outreach.web import texts
from outreach.web.portal import dashboard_duties
from outreach.web.portal.dashboard_figures import rate_words
from tests.conftest import NOON
from tests.test_prefect_overview import INVITE, Speaking, run, speaking
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor

__all__ = ["speaking"]

Make = Callable[[str], Visitor]
CAMPAIGNS = {1: ("fysikum", "2026-f"), 2: ("arkeologi", "2026-a"), 3: (None, "2026-c")}


def put(table: Any, *rows: dict[str, Any]) -> None:
    with session_scope() as session:
        session.execute(insert(table), list(rows))


def lay(number: int, *, duty: str = "graduation-invitation", batches: dict[str, int], **fields: Any) -> None:
    """A campaign of CAMPAIGNS with a text and batches (status -> people)."""
    code, period = CAMPAIGNS[number]
    put(Campaign, {"id": number, "key": f"{duty}/{period}/{code or 'central'}", "duty": duty, "period": period,
                   "department_code": code, "parameters": {}, "status": "open", "opened_at": NOON,
                   "expires_at": NOON + timedelta(days=number), **fields})  # fmt: skip
    put(Message, {"campaign_id": number, "wave": 1, "variant": "sv", "language": "sv", "subject": "s", "preheader": "",
                  "html": "", "text": "", "digest": f"d{number}", "current": True, "created_at": NOON})  # fmt: skip
    for place, (status, size) in enumerate(batches.items(), start=1):
        put(Batch, {"id": 10 * number + place, "campaign_id": number, "wave": 1, "number": place, "language": "sv",
                    "size": size, "status": status, "claimed_at": NOON - timedelta(days=2)})  # fmt: skip
        put(Recipient, {"token": f"t{number}{place}", "campaign_id": number, "wave": 1, "language": "sv",
                        "batch_id": 10 * number + place, "status": "unknown" if status == "unknown" else "planned",
                        "selected_at": NOON, "planned_at": NOON})  # fmt: skip


def decide(number: int, *, approved: bool, at: datetime = NOON) -> None:
    with session_scope() as session:
        duty = session.scalars(select(Campaign.duty).where(Campaign.id == number)).one()
    content = messages.digest_of([("sv", f"d{number}")])
    put(Approval, {"campaign_id": number, "duty": duty, "wave": 1, "content_digest": content, "audience_digest": "",
                   "coordinator_id": 1, "approved": approved, "comment": "", "via": "web", "at": at})  # fmt: skip


def tasks(page: str) -> list[tuple[str, str]]:
    """(kind, title) of what waits, in the order it stands."""
    kinds = re.findall(r'<p class="kind">([^<]*)</p>', page)
    waiting = page.split('id="now"', maxsplit=1)[0]
    whats = [re.sub(r"<[^>]*>", "", what) for what in re.findall(r'<p class="what">(.*?)</p>', waiting)]
    return list(zip(kinds, whats, strict=True))


def periods(page: str) -> set[str]:
    return {period for _, period in CAMPAIGNS.values() if period in page}


def test_new_installation_counts_its_small_register_by_itself(sqlite_db: str, visitor: Make) -> None:
    for email in (ANNA, TOVE):
        page = visitor(email).get("/portal")
        assert page.status_code == 200
        assert "Inget väntar på dig just nu." in page.text
        assert "Räknat 22 november 2026" in page.text


def test_large_register_that_is_not_counted_yet_says_so(
    sqlite_db: str, visitor: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(goals, "SMALL_REGISTER", 0)
    put(Person, {"public_id": "p", "own_fields": "", "created_at": NOON, "updated_at": NOON})
    assert "Siffrorna är inte räknade ännu." in visitor(ANNA).get("/portal").text


def test_each_sees_the_approvals_that_are_theirs_the_nearest_deadline_first(db: str, visitor: Make) -> None:
    for number in CAMPAIGNS:
        lay(number, batches={"planned": 5}, expires_at=NOON + timedelta(days=4 - number))
    everything = visitor(ANNA).get("/portal").text
    assert [period for _, title in tasks(everything) for period in periods(title)] == ["2026-c", "2026-a", "2026-f"]
    deadlines = re.findall(r"Senast (\d+ november 2026 12:00)", everything)
    assert deadlines == [f"{day} november 2026 12:00" for day in (23, 24, 25)]
    for email, theirs in ((HENRIK, "2026-f"), (TOVE, "2026-a")):
        page = visitor(email).get("/portal").text
        assert periods(page) == {theirs}
        assert "5 personer väntar på brevet." in page


def test_what_is_approved_waits_for_nobody_and_what_was_sent_back_does(db: str, visitor: Make) -> None:
    lay(1, batches={"planned": 5})
    lay(2, batches={"planned": 5})
    lay(3, batches={"accepted": 5})
    decide(1, approved=True)
    decide(2, approved=True)
    decide(2, approved=False)
    page = visitor(ANNA).get("/portal").text
    assert [period for _, title in tasks(page) for period in periods(title)] == ["2026-a"]
    assert "skickad tillbaka" in page


def test_who_is_selected_after_a_signature_that_is_for_one_audience_waits_again(db: str, visitor: Make) -> None:
    lay(1, duty="quarterly-newsletter", batches={"planned": 5})
    decide(1, approved=True, at=NOON)
    browser = visitor(ANNA)
    assert tasks(browser.get("/portal").text) == []
    with session_scope() as session:
        session.execute(update(Recipient).values(planned_at=NOON + timedelta(minutes=1)))
    assert len(tasks(browser.get("/portal").text)) == 1


def test_people_in_doubt_wait_once_a_day_has_passed(db: str, visitor: Make) -> None:
    lay(1, batches={"unknown": 5})
    assert [kind for kind, _ in tasks(visitor(HENRIK).get("/portal").text)] == ["Oklara utskick"]
    assert tasks(visitor(TOVE).get("/portal").text) == []
    with session_scope() as session:
        session.execute(update(Batch).values(claimed_at=NOON - timedelta(hours=1)))
    assert tasks(visitor(HENRIK).get("/portal").text) == []


def test_stories_surveys_and_faults_wait_for_whom_they_concern(sqlite_db: str, visitor: Make) -> None:
    with session_scope() as session:
        tove = session.scalars(select(Coordinator.id).where(Coordinator.email == TOVE)).one()
    put(
        ContributionRequest,
        {"period": "2026-Q4", "coordinator_id": tove, "deadline": date(2026, 11, 30), "asked_at": NOON},
    )
    put(FaultReport, {"description": "?", "language": "sv", "created_at": NOON})
    put(Survey, {"id": 1, "public_id": "s", "slug": "s", "questionnaire": "career", "cohort_month": date(2025, 8, 1),
                 "cohort_until": date(2025, 8, 31), "months_after": 15, "department_code": "fysikum",
                 "opened_at": NOON - timedelta(days=40), "closes_at": NOON + timedelta(days=2),
                 "cut_on": date(2027, 1, 1)})  # fmt: skip
    put(SurveyMember, *({"survey_id": 1, "answered": number < 8, "excluded": ""} for number in range(20)))
    seen = {email: [kind for kind, _ in tasks(visitor(email).get("/portal").text)] for email in (ANNA, TOVE, HENRIK)}
    assert seen == {
        ANNA: ["Enkät som stänger", "Berättelser", "Felanmälningar"],
        TOVE: ["Berättelser"],
        HENRIK: ["Enkät som stänger"],
    }
    assert "40 % har svarat. Målet är 50 %." in visitor(HENRIK).get("/portal").text.replace("\u00a0", " ")


def test_response_rate_of_a_handful_is_not_shown(home: object) -> None:
    said = {pair: rate_words(*pair, texts.speaker("en"), "en") for pair in ((1, 4), (2, 10), (8, 10), (0, 9), (5, 10))}
    few = "Too few to show"
    assert said == {(1, 4): few, (2, 10): few, (8, 10): few, (0, 9): "0%", (5, 10): "50%"}


def test_figures_are_those_of_a_department_of_ones_own(sqlite_db: str, visitor: Make) -> None:
    with session_scope() as session:
        found = goals.count(session, NOON)
        for number, code in enumerate(("", "fysikum", "arkeologi"), start=1):
            found[code]["members"] = 1000 + number
        snapshots.keep(session, goals.NAME, found, NOON - timedelta(minutes=30))

    def shown(email: str, of: str) -> tuple[int, set[str]]:
        page = visitor(email).get(f"/portal{of}")
        return page.status_code, {
            number for number in ("1 001", "1 002", "1 003") if number in page.text.replace("\u00a0", " ")
        }

    assert shown(ANNA, "") == (200, {"1 001"})
    assert shown(ANNA, "?of=arkeologi") == (200, {"1 003"})
    assert shown(HENRIK, "") == (200, {"1 002"})
    assert shown(HENRIK, "?of=arkeologi") == (404, set())
    assert shown(HENRIK, "?of=nobody") == (404, set())
    assert "Räknat 22 november 2026 11:30." in visitor(HENRIK).get("/portal").text


def test_progress_is_shown_while_it_is_sent_and_to_whom_it_belongs(db: str, visitor: Make) -> None:
    lay(1, batches={"accepted": 30, "posting": 10, "planned": 60})
    lay(2, batches={"accepted": 30})
    lay(3, batches={"planned": 30})
    for path in ("/portal", "/portal/live"):
        page = visitor(HENRIK).get(path).text
        assert 'data-live="/portal/live"' in page
        assert "30 av 100 personer, 30 procent" in page
    assert "<progress" not in visitor(TOVE).get("/portal").text
    assert visitor(ANNA).get("/portal").text.count("<progress") == 1
    with session_scope() as session:  # nothing has left for two days: the rest waits, and nobody sends
        session.execute(update(Batch).where(Batch.status == "posting").values(status="accepted"))
    assert "<progress" not in visitor(HENRIK).get("/portal").text
    with session_scope() as session:
        session.execute(update(Batch).where(Batch.number == 2).values(claimed_at=NOON))
    assert "40 av 100 personer" in visitor(HENRIK).get("/portal").text


def test_page_says_that_prefect_cannot_be_reached_and_soon(
    sqlite_db: str, visitor: Make, set_environment: Callable[..., None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    set_environment(prefect_url=f"http://127.0.0.1:{port}")
    browser = visitor(ANNA)
    browser.get("/portal")
    began = time.monotonic()
    assert "Vi når inte Prefect just nu" in browser.get("/portal").text
    assert time.monotonic() - began < 1


def running(id_: str, department: str | None, name: str = "Running") -> Run:
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return Run(id_, "RUNNING", name, f"about {id_}", at, department, False, 40.0, f"http://prefect/{id_}")


def test_department_is_told_of_its_own_runs_of_the_duties_it_may_start(sqlite_db: str) -> None:
    with session_scope() as session:
        ids = dict(session.execute(select(Coordinator.email, Coordinator.id)).tuples().all())
        anna, henrik = (viewing.of_coordinator(session, ids[email]) for email in (ANNA, HENRIK))
    assert anna is not None
    assert henrik is not None
    duty = DutyState(
        "graduation-invitation", ended=(running("central", None), running("theirs", "fysikum", "Awaiting approval")),
        running=(running("others", "arkeologi"),), scheduled=(running("next", None),), paused=False, local=True,
        url="http://prefect/d",
    )  # fmt: skip
    tidy = DutyState("housekeeping", (running("tidy", None),), (), (), paused=True, local=False, url="http://prefect/t")
    overview = Overview(clock.now(), {duty.name: duty, tidy.name: tidy})
    say = texts.speaker("sv")
    [theirs] = dashboard_duties.seen(overview, henrik, say, "sv")
    assert theirs.last is not None
    assert (theirs.last.message, theirs.last.state, theirs.last.url) == ("", "Väntar på godkännande", "")
    assert theirs.running == ()
    assert theirs.next == "sön 22 nov. 10:00"
    assert "prefect" not in repr(theirs)
    everything = dashboard_duties.seen(overview, anna, say, "sv")
    assert [(one.name, one.behind) for one in everything] == [("graduation-invitation", False), ("housekeeping", True)]
    assert everything[0].last is not None
    assert everything[0].last.url == "http://prefect/central"


def test_page_shows_each_dutys_last_run_its_progress_and_its_next_ones(
    sqlite_db: str, speaking: Speaking, visitor: Make
) -> None:
    own = {"department": choice_of("fysikum")}
    speaking.runs = [
        run("last", INVITE, "COMPLETED", "08:30", name="Awaiting approval", **own),
        run("now", INVITE, "RUNNING", "10:00", **own),
        run("first", INVITE, "SCHEDULED", "12:00"),
        run("second", INVITE, "SCHEDULED", "13:00"),
    ]
    speaking.artifacts = [{"flow_run_id": "now", "data": 40.0}]
    pages = {email: visitor(email).get("/portal").text for email in (ANNA, HENRIK, TOVE)}
    for page in pages.values():
        assert "sön 22 nov. 13:00" in page  # at the office it is an hour later than in UTC
        assert "sön 22 nov. 14:00" in page
    for email in (ANNA, HENRIK):
        assert "Väntar på godkännande" in pages[email]
        assert '<progress value="40.0" max="100"' in pages[email]
    assert "Väntar på godkännande" not in pages[TOVE]
    assert "<progress" not in pages[TOVE]
    assert f"/deployments/deployment/{INVITE}" in pages[ANNA]
    assert "/runs/flow-run/now" in pages[ANNA]
    assert not any("flow-run" in pages[email] or "/deployments/" in pages[email] for email in (HENRIK, TOVE))
    assert {email for email, page in pages.items() if f'href="{settings().prefect_pages}"' in page} == {ANNA}
