"""The list of campaigns: one's own, the newest first, by pages; and the page of one."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from outreach import clock
from outreach.database import session_scope
from outreach.models import Campaign
from tests.visits.planned import plan
from tests.web.conftest import MakePerson
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.mailing import lay

Make = Callable[[str], Visitor]


def test_department_sees_its_own_campaigns_and_central_all(db: str, make_person: MakePerson, visitor: Make) -> None:
    lay(make_person, "arkeologi")
    lay(make_person, "fysikum", period="2026-VT")
    lay(make_person, None, period="2025-HT")
    tove, henrik, anna = (visitor(who).get("/portal/campaigns").text for who in (TOVE, HENRIK, ANNA))
    assert "2026-HT" in tove
    assert not [period for period in ("2026-VT", "2025-HT") if period in tove]
    assert ("2026-VT" in henrik, "2026-HT</span></a>" in henrik, "2025-HT" in henrik) == (True, False, False)
    assert all(period in anna for period in ("2026-HT", "2026-VT", "2025-HT"))


def test_page_of_a_campaign_shows_where_everyone_stands(sqlite_db: str, make_person: MakePerson, visitor: Make) -> None:
    made = lay(make_person, "arkeologi")
    content = visitor(TOVE).get(f"/portal/campaigns/{made.id}?lang=en").text
    assert "Waiting to be sent" in content
    assert "The register has no e-mail address." in content
    assert "0 of 2 letters have been sent" in content


def test_campaign_of_others_does_not_exist(sqlite_db: str, make_person: MakePerson, visitor: Make) -> None:
    made = lay(make_person, "arkeologi")
    henrik = visitor(HENRIK)
    theirs, nobodys = (henrik.get(f"/portal/campaigns/{number}") for number in (made.id, made.id + 1))
    assert (theirs.status_code, theirs.text) == (404, nobodys.text)
    assert henrik.get(f"/portal/campaigns/{10**30}").status_code == nobodys.status_code == 404


def test_campaign_of_an_event_is_called_by_the_events_title(sqlite_db: str, visitor: Make) -> None:
    event = plan(title_sv="Kväll i Tokyo", title_en="An evening in Tokyo", department_code="arkeologi")
    with session_scope() as session:
        for duty, period in (("event-invitation", event.slug), ("event-notices", f"{event.slug}.2")):
            key = f"{duty}/{period}/arkeologi"
            session.execute(
                insert(Campaign).values(
                    key=key, duty=duty, period=period, department_code="arkeologi", parameters={}, opened_at=clock.now()
                )
            )
    tove = visitor(TOVE)
    found = tove.get("/portal/campaigns?lang=en").text
    assert len(re.findall(r'<span class="day">An evening in Tokyo</span>', found)) == 2
    first = re.search(r'"(/portal/campaigns/\d+)', found)
    assert first
    assert "Kväll i Tokyo</h1>" in tove.get(f"{first[1]}?lang=sv").text


def test_list_goes_by_pages_and_filters(db: str, visitor: Make) -> None:
    with session_scope() as session:
        rows: list[dict[str, Any]] = [
            {
                "key": f"graduation-invitation/{number}/arkeologi", "duty": "graduation-invitation",
                "period": f"p{number}", "department_code": "arkeologi", "parameters": {},
                "status": "paused" if number == 7 else "open", "opened_at": clock.now() + timedelta(minutes=number),
            }
            for number in range(120)
        ]  # fmt: skip
        session.execute(insert(Campaign), rows)
    tove = visitor(TOVE)

    def shown(query: str) -> list[str]:
        content = tove.get(f"/portal/campaigns{query}").text
        return re.findall(r'<span class="day">(p\d+)</span></a>', content)

    assert shown("") == [f"p{number}" for number in range(119, 69, -1)]
    assert shown("?page=3") == [f"p{number}" for number in range(19, -1, -1)]
    assert shown("?page=99") == shown("?page=3")
    assert shown("?page=-1") == shown("?page=x") == shown("")
    assert shown("?status=paused") == ["p7"]
    assert shown("?period=p12") == ["p12"]
    assert shown("?duty=nothing") == []
    assert shown("?status=nothing") == []
    assert shown("?department=fysikum")[:1] == ["p119"]  # which a department cannot ask for
