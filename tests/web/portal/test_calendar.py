"""The calendar: what it says, to whom, and that a department learns nothing of others."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from outreach import clock
from outreach.database import session_scope
from outreach.forecasting import weeks
from outreach.models import Audit
from outreach.queries import snapshots
from outreach.queries.snapshots import FORECAST, WHOLE
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor

Make = Callable[[str], Visitor]
BUDGET = {"messages": 2, "days": 14}


def named(title: str, department: str | None = None, id_: int | None = None) -> dict[str, Any]:
    return {"id": id_, "key": title, "duty": "event-invitation", "title_sv": title, "title_en": f"{title} (en)",
            "department": department}  # fmt: skip


def line(title: str, department: str | None = None, *, week: int = 0, status: str = "planned") -> dict[str, Any]:
    days = {"first": "2026-11-24", "last": "2026-11-24"}
    told = {"messages": 1234, "people": 1234, "later": 3, "lost": 2, "open": 0, "status": status}
    return {**named(title, department), **told, "weeks": [{"week": week, "messages": 1234, **days}]}


def content(**more: Any) -> dict[str, Any]:
    shown = [
        {"year": one.year, "number": one.number, "monday": one.monday.isoformat(), "sunday": one.sunday.isoformat(),
         "written": 10, "others": 77, "near": 5, "over": 1}
        for one in weeks.coming(clock.today())
    ]  # fmt: skip
    empty: dict[str, Any] = {"campaigns": [], "collisions": [], "paused": []}
    return {"today": clock.today().isoformat(), "budget": BUDGET, "weeks": shown, **empty, **more}


def collision(proposal: str, **more: Any) -> dict[str, Any]:
    told = {"people": 300, "share": 0.5, "later": 0, "lost": 0, "day": "2026-12-30", "to_day": None}
    return {"lower": named("Fest"), "higher": [named("Kväll"), None], "proposal": proposal, **told, **more}


@pytest.fixture
def kept(sqlite_db: str) -> None:
    """Central has a mailing of arkeologi's and one of its own; arkeologi only its own."""
    mine, theirs = line("Grävdag", "arkeologi", week=1), line("Rektorsfrukost", week=2)
    with session_scope() as session:
        made = {WHOLE: content(campaigns=[mine, theirs]), "arkeologi": content(campaigns=[mine]), "fysikum": content()}
        snapshots.keep(session, FORECAST, made, clock.now())


def test_nothing_worked_out_yet_says_so(sqlite_db: str, visitor: Make) -> None:
    page = visitor(TOVE).get("/portal/calendar")
    assert page.status_code == 200
    assert "Kalendern har inte räknats ut än" in page.text
    assert "Räkna om nu" not in page.text
    assert "Prefect svarar inte" in page.text


def test_central_sees_every_campaign_and_a_department_its_own(kept: None, visitor: Make) -> None:
    central, arkeologi, fysikum = (visitor(one).get("/portal/calendar").text for one in (ANNA, TOVE, HENRIK))
    assert "Grävdag" in central
    assert "Rektorsfrukost" in central
    assert "Grävdag" in arkeologi
    assert "Rektorsfrukost" not in arkeologi
    assert "Grävdag" not in fysikum
    assert "Ni har inga egna utskick de här veckorna." in fysikum
    assert "Era alumner som andra skriver till" in fysikum


def test_department_cannot_ask_for_anothers_or_everyones_calendar(kept: None, visitor: Make) -> None:
    for of in ("fysikum", "nowhere", "central"):
        assert visitor(TOVE).get(f"/portal/calendar?of={of}").status_code == 404
    assert visitor(ANNA).get("/portal/calendar?of=fysikum").status_code == 200


def test_week_53_stands_between_52_and_1(kept: None, visitor: Make) -> None:
    page = visitor(ANNA).get("/portal/calendar").text
    assert page.index("21–27 dec.") < page.index("28 dec. 2026–3 jan. 2027") < page.index("4–10 jan.")
    assert ">53<" in page


@pytest.mark.parametrize(
    ("met", "said"),
    [
        (collision("wait", to_day="2027-01-04", later=5), "Skicka det vecka 1, från 4 januari."),
        (collision("merge"), "Lägg nyheterna i kvartalets nyhetsbrev"),
        (collision("let_go", later=7, lost=9), "7 brev går en senare dag, när det finns plats, och 9 går inte alls."),
        (collision("let_go", lost=9), "9 brev går då inte alls."),
    ],
)
def test_collision_has_a_proposal_in_words(sqlite_db: str, visitor: Make, met: dict[str, Any], said: str) -> None:
    with session_scope() as session:
        snapshots.keep(session, FORECAST, {WHOLE: content(collisions=[met])}, clock.now())
    page = visitor(ANNA).get("/portal/calendar").text
    assert "Vecka 53, 30 december" in page
    assert "300 personer, 50 % av mottagarna" in page
    assert "Kväll och 1 till" in page
    assert said in page
    assert "(en)" in visitor(ANNA).get("/portal/calendar?lang=en").text


def test_only_central_has_it_worked_out_again_and_hears_when_prefect_is_gone(kept: None, visitor: Make) -> None:
    assert visitor(TOVE).send_form("/portal/calendar/forecast").status_code == 403
    anna = visitor(ANNA)
    answer = anna.send_form("/portal/calendar/forecast")
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/calendar?said=unreachable")
    assert "kunde inte startas" in anna.get(answer.headers["location"]).text
    with session_scope(reading=True) as session:
        assert session.query(Audit).filter(Audit.action == "forecast_started").count() == 0


@pytest.mark.parametrize(
    ("today", "first", "last", "days"),
    [
        (date(2026, 11, 22), (2026, 47), (2027, 6), 85),
        (date(2026, 12, 31), (2026, 53), (2027, 12), 88),
        (date(2027, 1, 1), (2026, 53), (2027, 12), 87),
        (date(2024, 12, 30), (2025, 1), (2025, 13), 91),
    ],
)
def test_thirteen_weeks_from_todays_on(today: date, first: tuple[int, int], last: tuple[int, int], days: int) -> None:
    found = weeks.coming(today)
    assert len(found) == 13
    assert ((found[0].year, found[0].number), (found[-1].year, found[-1].number)) == (first, last)
    assert weeks.days_until_the_end(today) == days
    assert weeks.place(today, days - 1) == 12


def test_late_at_night_it_is_the_offices_day(home: object) -> None:
    with clock.frozen(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # half past midnight in Stockholm
        assert weeks.coming(clock.today())[0].number == 53
        assert clock.today() == date(2027, 1, 1)
