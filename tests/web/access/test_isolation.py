"""Department B reaches nothing of department A: by no page, number, name, field of a form or word in an address."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from outreach.database import session_scope
from outreach.models import DutyRun
from outreach.settings import settings
from tests.web.access.conftest import Office
from tests.web.access.matrix import ROWS, Row
from tests.web.access.things import MISSING, Things
from tests.web.access.visitors import A, B, Visitor
from tests.web.access.words import PAGE, TAKEN
from tests.web.conftest import whole_database

pytestmark = pytest.mark.xdist_group("access")

REFUSED = ("404", "422")
ANOTHERS = [row for row in ROWS if row.expected["B"] == "404" or row.expected["key B"] in REFUSED]
OWNED = [row for row in ANOTHERS if "{" in row.at and {row.expected["A"], row.expected["key A"]} & {PAGE, TAKEN}]
SHOWN = [
    row
    for row in ROWS
    if row.path.startswith(("/portal", "/api")) and PAGE in (row.expected["B"], row.expected["key B"])
]
FORMS = [row for row in ROWS if row.method != "GET" and row.path.startswith("/portal")]
NARROWED = {
    "department": [A, A.upper(), f" {A}", "arkeologi,fysikum", "", "central", "%", "' OR ''='"],
    "q": ["Öberg-arkeologi", "oberg", "alum.of", "%", "_", "*"],
    "campaign": ["{campaign}", "{campaign_key}"],
    "person": ["{person}", "{person_id}"],
    "actor": ["coordinator:{coordinator}"],
    "subject": ["person:{person_id}", "campaign:{campaign}"],
    "period": ["2026-HT"],
    "duty": ["graduation-invitation"],
    "status": ["open"],
    "run": ["{run}"],
    "preview": ["{preview}"],
    "session": ["{session}"],
    "event": ["{event}"],
    "visit": ["{visit}"],
    "survey": ["{survey}"],
    "like": ["{run}", "{preview}"],
    "of": [A, "central", "%"],
    "days": ["9999"],
    "page": ["2"],
}


def traces(theirs: Things, text: str) -> set[str]:
    """What in a text is of this department's alone."""
    name = theirs.department
    own = [f"bara för {name}", f"Öberg-{name}", f"alum.of.{name}", f"Evening for {name}", f"2026-HT/{name}"]
    named = [theirs.person, theirs.run, theirs.preview, theirs.key, theirs.story, theirs.token, theirs.survey]
    led_to = [theirs.event, theirs.visit, theirs.flow_run, f"/campaigns/{theirs.campaign}"]
    return {one for one in (*own, *named, *led_to) if re.search(rf"{re.escape(one)}(?!\w)", text)}


def seen(visitor: Visitor, method: str, path: str, **form: Any) -> tuple[int, bytes, dict[str, str]]:
    """Everything of an answer that can be told from another."""
    answer = visitor.ask(method, path, **form)
    return answer.status_code, answer.content, {name: said for name, said in answer.headers.items() if name != "date"}


@pytest.mark.parametrize("row", ANOTHERS, ids=str)
def test_what_is_anothers_is_answered_byte_for_byte_as_what_is_not_there(office_web: Office, row: Row) -> None:
    method = "GET" if row.method == "*" else row.method
    for name in [name for name in ("B", "key B") if row.expected[name] in REFUSED]:
        visitor, missing = office_web.visitors[name], {**row.form, **row.elsewhere}
        anothers = seen(visitor, method, office_web.a.at(row.asked), **row.form)
        assert anothers == seen(visitor, method, MISSING.at(row.asked), **missing), name
        assert str(anothers[0]) == row.expected[name]
        assert traces(office_web.a, anothers[1].decode()) == set()


@pytest.mark.parametrize("row", OWNED, ids=str)
def test_neither_anothers_nor_the_central_offices_is_there_for_a(office_web: Office, row: Row) -> None:
    for name in [name for name in ("A", "key A") if row.expected[name] in (PAGE, TAKEN)]:
        missing = seen(office_web.visitors[name], row.method, MISSING.at(row.asked), **row.form)
        for theirs in (office_web.b, office_web.central):
            assert seen(office_web.visitors[name], row.method, theirs.at(row.asked), **row.form) == missing
        assert missing[0] == 404


@pytest.mark.parametrize("row", [row for row in ROWS if row.method not in ("GET", "*")], ids=str)
def test_a_form_that_is_refused_changes_nothing(office_web: Office, row: Row) -> None:
    before = whole_database()
    for name, said in row.expected.items():
        if said != TAKEN and row.path.startswith(("/portal", "/api")):
            office_web.visitors[name].ask(row.method, office_web.a.at(row.asked), **row.form)
    assert without_counts(whole_database()) == without_counts(before)


def without_counts(everything: str) -> str:
    """All but how many wrong keys came from where: that is what is counted about strangers."""
    return "\n".join(line for line in everything.splitlines() if "rate_counts" not in line)


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_form_without_the_word_of_its_own_session_changes_nothing(office_web: Office, row: Row) -> None:
    before = whole_database()
    others = [office_web.visitors["B"].csrf, office_web.visitors["expired"].csrf, "", "å" * 24, "\x00"]
    for name in ("A", "central"):
        for word in others:
            answer = office_web.visitors[name].ask(row.method, office_web.a.at(row.asked), **{**row.form, "csrf": word})
            assert answer.status_code == 403, (name, word)
    assert whole_database() == before


@pytest.mark.parametrize("row", SHOWN, ids=str)
def test_no_page_that_both_have_shows_one_what_is_the_others(office_web: Office, row: Row) -> None:
    asking = "B" if row.expected["B"] == PAGE else "key B"
    text = office_web.visitors[asking].ask("GET", office_web.a.at(row.asked)).text
    assert traces(office_web.a, text) == set()
    assert traces(office_web.central, text) == set()


@pytest.mark.parametrize("row", SHOWN, ids=str)
def test_no_word_in_an_address_widens_what_a_page_shows(office_web: Office, row: Row) -> None:
    visitor = office_web.visitors["B" if row.expected["B"] == PAGE else "key B"]
    for name, values in NARROWED.items():
        for value in map(office_web.a.at, values):
            answer = visitor.client.get(row.asked, params={name: value}, headers=visitor.headers)
            assert answer.status_code < 500, (name, value)
            assert {one for one in traces(office_web.a, answer.text) if one not in value} == set(), (name, value)


def test_search_finds_nobody_of_anothers(office_web: Office) -> None:
    b, theirs = office_web.visitors["B"], office_web.a
    uid = f"uid-{theirs.department}"
    for path in ("/portal/people", f"/portal/campaigns/{office_web.b.campaign}/ledger"):
        nobody = b.ask("POST", path, who="finns.inte@students.example.org")
        for typed in (theirs.email, theirs.email.upper(), "Öberg-arkeologi", "oberg", "Kim", uid, theirs.person, "%"):
            answer = b.ask("POST", path, who=typed)
            assert answer.status_code == nobody.status_code == 200, typed
            assert {one for one in traces(theirs, answer.text) if one not in typed} == set(), typed
        by_address = b.ask("POST", path, who=theirs.email).text.replace(theirs.email, "")
        assert by_address == nobody.text.replace("finns.inte@students.example.org", "")
    own = office_web.visitors["A"].ask("POST", "/portal/people", who=theirs.email)
    assert theirs.person in own.headers["location"]


def test_what_is_of_one_is_not_found_under_what_is_of_another(office_web: Office) -> None:
    """Ids next to one another, each good where it belongs."""
    a, b = office_web.a, office_web.b
    for path in (
        f"/portal/campaigns/{b.campaign}/letter/{a.message}",
        f"/portal/campaigns/{a.campaign}/letter/{b.message}",
        f"/portal/runs/{a.preview}/letters/0",
        f"/portal/people/{a.person_id}",
        f"/portal/campaigns/{a.campaign_key}",
    ):
        assert office_web.visitors["B"].ask("GET", path).status_code in (404, 422), path
    before = whole_database()
    for path in (
        f"/portal/campaigns/{b.campaign}/letter/{a.message}/test",
        f"/portal/campaigns/{a.campaign}/letter/{b.message}/test",
    ):
        assert office_web.visitors["B"].ask("POST", path).status_code == 404
    assert whole_database() == before


FILES = [
    "secret_key", "up.lock", "previews/graduation-invitation/arkeologi/index.html", "log/web.log",
    "exports/linkedin/2026-W48/index.html", "drop/done/students.csv",
]  # fmt: skip
WAYS = [
    "/{}", "/var/{}", "/static/{}", "/static/../../var/{}", "/static/..%2f..%2fvar%2f{}", "/images/{}",
    "/images/..%2f{}", "/outbox/mail/{}", "/outbox/mail/..%2f{}", "/outbox/html/../{}", "/outbox/file/0/..%2f{}",
    "/portal/{}", "/portal/campaigns/..%2f{}", "/api/{}", "/results/{}/files/data.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_no_file_of_the_data_directory_is_served(office_web: Office, name: str) -> None:
    """Previews and exports lie there for the central office, which has the machine."""
    lies = settings().data_dir / name
    made = not lies.exists()
    if made:
        lies.parent.mkdir(parents=True, exist_ok=True)
        lies.write_text("bara-för-arkeologi")
    for way in WAYS:
        for who in ("nobody", "B", "central"):
            answer = office_web.visitors[who].ask("GET", way.format(name))
            assert answer.status_code in (303, 401, 404, 405, 422), (way, who)
            assert "bara-för-arkeologi" not in answer.text
    if made:
        lies.unlink()


@pytest.mark.parametrize("name", ["A", "B", "central"])
def test_outbox_is_closed_where_others_reach_the_web(
    office_web: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_PUBLIC_URL", "http://alumni.local:8400")
    settings.cache_clear()
    try:
        assert office_web.visitors[name].ask("GET", "/outbox").status_code == 404
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_form_that_names_another_department_starts_nothing_of_theirs(office_web: Office) -> None:
    """Whoever has one department starts for that one, whatever was sent."""
    sent = {"key": "k1", "p.department": "Institutionen för arkeologi och antikens kultur", "department": A}
    answer = office_web.visitors["B"].ask("POST", "/portal/start/graduation-invitation", **sent)
    assert answer.status_code in (303, 422)
    with session_scope(reading=True) as session:
        started = session.scalars(select(DutyRun.department_code).where(DutyRun.public_id.in_([
            answer.headers.get("location", "").rpartition("/")[2]
        ]))).all()  # fmt: skip
    assert set(started) <= {B}


def test_traces_are_found_where_they_may_be_seen(office_web: Office) -> None:
    """Or the tests above could not fail."""
    pages = [row for row in SHOWN if row.path.startswith("/portal")]
    for name, theirs in (("A", office_web.a), ("B", office_web.b)):
        texts = "".join(office_web.visitors[name].ask("GET", theirs.at(row.asked)).text for row in pages)
        assert {theirs.key, f"/campaigns/{theirs.campaign}"} <= traces(theirs, texts)
    told = "".join(office_web.visitors["key A"].ask("GET", path).text for path in ("/api/runs", "/api/campaigns"))
    assert {office_web.a.run, "2026-HT/arkeologi"} <= traces(office_web.a, told)
    everything = "".join(office_web.visitors["central"].ask("GET", row.asked).text for row in pages)
    assert traces(office_web.a, everything)
    assert traces(office_web.b, everything)
