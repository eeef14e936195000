"""Department B reaches nothing of department A: by no page, number, name, field of a form or word in an address."""

import re
from typing import Any

import pytest

from tests.web.access.conftest import Office
from tests.web.access.matrix import ROWS, Row
from tests.web.access.things import MISSING, Things
from tests.web.access.visitors import A, Visitor
from tests.web.access.words import PAGE, TAKEN
from tests.web.conftest import whole_database

pytestmark = pytest.mark.xdist_group("access")

OWNED = [row for row in ROWS if row.expected["B"] == "404" and TAKEN in row.expected.values()]
SHOWN = [row for row in ROWS if row.expected["A"] == row.expected["B"] == PAGE and "B" in row.expected]
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


@pytest.mark.parametrize("row", [row for row in ROWS if "404" in (row.expected["B"], row.expected["key B"])], ids=str)
def test_what_is_anothers_is_answered_byte_for_byte_as_what_is_not_there(office_web: Office, row: Row) -> None:
    method = "GET" if row.method == "*" else row.method
    for name in [name for name in ("B", "key B") if row.expected[name] == "404"]:
        visitor, missing = office_web.visitors[name], {**row.form, **row.elsewhere}
        anothers = seen(visitor, method, office_web.a.at(row.asked), **row.form)
        assert anothers == seen(visitor, method, MISSING.at(row.asked), **missing), name
        assert anothers[0] == 404
        assert traces(office_web.a, anothers[1].decode()) == set()


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
    if not row.path.startswith("/portal"):
        return
    text = office_web.visitors["B"].ask("GET", office_web.a.at(row.asked)).text
    assert traces(office_web.a, text) == set()
    assert traces(office_web.central, text) == set()


@pytest.mark.parametrize("row", SHOWN, ids=str)
def test_no_word_in_an_address_widens_what_a_page_shows(office_web: Office, row: Row) -> None:
    if not row.path.startswith("/portal"):
        return
    for name, values in NARROWED.items():
        for value in map(office_web.a.at, values):
            answer = office_web.visitors["B"].client.get(
                row.asked, params={name: value}, headers=office_web.visitors["B"].headers
            )
            assert answer.status_code < 500, (name, value)
            assert {one for one in traces(office_web.a, answer.text) if one not in value} == set(), (name, value)


def test_traces_are_found_where_they_may_be_seen(office_web: Office) -> None:
    """Or the tests above could not fail."""
    pages = [row for row in SHOWN if row.path.startswith("/portal")]
    for name, theirs in (("A", office_web.a), ("B", office_web.b)):
        texts = "".join(office_web.visitors[name].ask("GET", theirs.at(row.asked)).text for row in pages)
        assert {theirs.key, f"/campaigns/{theirs.campaign}"} <= traces(theirs, texts)
    everything = "".join(office_web.visitors["central"].ask("GET", row.asked).text for row in pages)
    assert traces(office_web.a, everything)
    assert traces(office_web.b, everything)
