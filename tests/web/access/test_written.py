"""What people write is shown as they wrote it: no page takes any of it for a part of itself."""

import pytest
from sqlalchemy import insert, select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import (
    ApiKey,
    Audit,
    Batch,
    Consent,
    Coordinator,
    DutyRun,
    EventRow,
    FaultReport,
    Person,
    PortalSession,
    PreviewRow,
    Recipient,
    StoryRow,
    Study,
)
from tests.web.access.conftest import Office
from tests.web.access.matrix import ROWS

pytestmark = pytest.mark.xdist_group("access")

WRITTEN = "'\"><script>alert(1)</script><img src=x onerror=alert(2)>"
SHOWN = "&lt;script&gt;alert(1)"
TAKEN_FOR_OURS = ("<script>alert", "<img src=x", 'href="javascript:')


def write_everywhere(office_web: Office) -> None:
    a, markdown = office_web.a, f"{WRITTEN} [x](javascript:alert(3))"
    filled = {
        Person: {"first_name": WRITTEN, "last_name": WRITTEN, "city": WRITTEN}, Coordinator: {"name": WRITTEN},
        StoryRow: {"title_sv": WRITTEN, "title_en": WRITTEN, "body_sv": markdown, "body_en": markdown},
        ApiKey: {"name": WRITTEN}, PortalSession: {"browser": WRITTEN}, Batch: {"detail": WRITTEN},
        FaultReport: {"description": WRITTEN, "page": WRITTEN, "email": WRITTEN},
        Study: {"programme_sv": WRITTEN, "programme_en": WRITTEN}, EventRow: {"title_sv": WRITTEN, "title_en": WRITTEN},
        DutyRun: {"parameters": {"within_days": WRITTEN, WRITTEN: WRITTEN}}, Consent: {"wording": WRITTEN},
        Recipient: {"status": "excluded", "reason": "<script>alert(1)"},
    }  # fmt: skip
    line = {"at": clock.now(), "actor": WRITTEN, "action": "<script>alert", "detail": {WRITTEN: [WRITTEN]}}
    with session_scope() as session:
        for table, values in filled.items():
            session.execute(update(table).values(**values))
        session.execute(insert(Audit), [{**line, "subject": subject} for subject in (a.person, a.campaign_key)])
        for found in session.scalars(select(PreviewRow)):
            found.content = {**found.content, "waves": [_wave(one) for one in found.content["waves"]]}


def _wave(one: dict) -> dict:  # type: ignore[type-arg]
    letters = [{**letter, "subject": WRITTEN, "text": WRITTEN, "preheader": WRITTEN} for letter in one["letters"]]
    return {**one, "campaign": WRITTEN, "exclusions": {WRITTEN: 1}, "departments": {WRITTEN: 1}, "letters": letters}


def test_no_page_takes_what_was_written_for_a_part_of_itself(office_web: Office) -> None:
    write_everywhere(office_web)
    a, shown = office_web.a, 0
    looked = [("GET", a.at(row.asked), {}) for row in ROWS if row.method == "GET"]
    looked += [("POST", at, {"who": a.email}) for at in ("/portal/people", f"/portal/campaigns/{a.campaign}/ledger")]
    for method, at, form in looked:
        for who in ("A", "central"):
            answer = office_web.visitors[who].ask(method, at, **form)
            if answer.headers.get("content-type", "").startswith("text/html"):
                assert [sign for sign in TAKEN_FOR_OURS if sign in answer.text] == [], (at, who)
                shown += SHOWN in answer.text
    assert shown > 20  # or this could not fail
