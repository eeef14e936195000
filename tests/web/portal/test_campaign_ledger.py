"""Did this person get it, and if not, why? By address, student id and name; by pages; to a department, of its own."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Audit, Batch, Person, Recipient, RecipientStatus
from outreach.queries import campaign_people, names, one_person
from outreach.viewer import Viewer
from tests.web.conftest import MakePerson, whole_database, with_studies
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.mailing import Mailing, lay

Make = Callable[[str], Visitor]
S = RecipientStatus
CENTRAL = Viewer("coordinator:1", "Anna", "sv", None)


def laid(make_person: MakePerson) -> Mailing:
    """Ada has the letter, Bo waits in a batch that broke off, Cy has no address."""
    made = lay(make_person, "arkeologi")
    name(made, "ada", "Åsa-Marie", "Öberg")
    name(made, "bo", "Bo <b>", "Ek & Lund")
    name(made, "cy", "Cy", "Dahl")
    stands(made, "ada", status=S.DELIVERED, accepted_at=clock.now(), settled_at=clock.now() + timedelta(hours=1))
    with session_scope() as session:
        session.execute(update(Batch).values(detail="The connection broke."))
    return made


@pytest.fixture
def mailing(db: str, make_person: MakePerson) -> Mailing:
    return laid(make_person)


@pytest.fixture
def looked_at(sqlite_db: str, make_person: MakePerson) -> Mailing:
    """The same where it is the page that matters."""
    return laid(make_person)


def public_id(made: Mailing, who: str) -> str:
    return next(one for one in made.people if one.startswith(f"{who}-"))


def address(made: Mailing, who: str) -> str:
    return f"{public_id(made, who)}@student.example.org"


def name(made: Mailing, who: str, first: str, last: str) -> None:
    folded = {"first_folded": names.fold(first), "last_folded": names.fold(last)}
    with session_scope() as session:
        theirs = Person.public_id == public_id(made, who)
        session.execute(update(Person).where(theirs).values(first_name=first, last_name=last, **folded))


def stands(made: Mailing, who: str, **values: Any) -> None:
    theirs = select(Person.id).where(Person.public_id == public_id(made, who)).scalar_subquery()
    with session_scope() as session:
        session.execute(update(Recipient).where(Recipient.person_id == theirs).values(**values))


def asked(browser: Visitor, made: Mailing, who: str) -> str:
    """What the page answers, without its tags."""
    answer = browser.send_form(f"/portal/campaigns/{made.id}/ledger?lang=en", who=who)
    assert answer.status_code == 200
    part = answer.text.split('id="found"')[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


def looks() -> list[dict[str, Any]]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(Audit.detail).where(Audit.action == "looked_in_ledger").order_by(Audit.id)))


def test_person_is_found_by_address_student_id_and_the_beginnings_of_a_name(mailing: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    for typed in (f" {address(mailing, 'ada').upper()} ", f"uid-{public_id(mailing, 'ada')}", "oberg as", "ÅSA mar"):
        answer = asked(tove, mailing, typed)
        assert "Åsa-Marie Öberg Letter 1 Delivered to the mailbox" in answer
        assert "22 November 2026 13:00" in answer
        assert "Dahl" not in answer


def test_who_was_left_out_is_told_why_and_who_waits_in_which_batch(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    assert "Did not get the letter The register has no e-mail address." in asked(tove, looked_at, "Cy Dahl")
    assert "Waiting to be sent The connection broke." in asked(tove, looked_at, "Bo Ek")
    assert "Batch 1" in asked(tove, looked_at, "Bo Ek")


def test_name_is_shown_as_text(looked_at: Mailing, visitor: Make) -> None:
    answer = visitor(TOVE).send_form(f"/portal/campaigns/{looked_at.id}/ledger", who="Bo Ek")
    assert "Bo &lt;b&gt; Ek &amp; Lund" in answer.text
    typed = visitor(TOVE).send_form(f"/portal/campaigns/{looked_at.id}/ledger", who='"><script>')
    assert "<script>" not in typed.text.split("<main")[1]


def test_every_look_is_in_the_audit_trail_by_ids_and_nothing_that_was_typed(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    asked(tove, looked_at, address(looked_at, "ada"))
    asked(tove, looked_at, "nobody@example.org")
    with session_scope(reading=True) as session:
        ada = session.scalar(select(Person.id).where(Person.public_id == public_id(looked_at, "ada")))
        lines = [str(line) for line in session.execute(select(Audit.subject, Audit.detail))]
    assert looks() == [{"people": [ada]}]
    assert not [line for line in lines if "@" in line or "berg" in line.lower()]


def test_who_never_was_in_the_campaign_is_told_apart_from_who_is_not_in_the_register(
    mailing: Mailing, make_person: MakePerson, visitor: Make
) -> None:
    make_person("stranger")
    anna = visitor(ANNA)
    assert "not among those the campaign is for" in asked(anna, mailing, "stranger@student.example.org")
    assert "Nobody in the register has this address" in asked(anna, mailing, "nobody@example.org")
    assert "Nobody with this address, id or name" in asked(anna, mailing, "Nemo")
    assert "Nobody with this address, id or name" in asked(anna, mailing, "@")


def test_who_is_erased_is_said_to_be_and_stands_without_a_name(looked_at: Mailing, visitor: Make) -> None:
    with session_scope() as session:
        one_person.erase(session, address(looked_at, "ada"), clock.now(), actor="outreach")
    anna = visitor(ANNA)
    assert "erased at their own request" in asked(anna, looked_at, address(looked_at, "ada"))
    assert "erased at their own request" in asked(anna, looked_at, f"uid-{public_id(looked_at, 'ada')}")
    content = anna.get(f"/portal/campaigns/{looked_at.id}/ledger?lang=en").text
    assert "Erased person" in content
    assert "Öberg" not in content


def test_department_learns_nothing_of_people_who_are_not_theirs(
    mailing: Mailing, make_person: MakePerson, visitor: Make
) -> None:
    with_studies(make_person("student"))  # of another department
    with session_scope() as session:
        one_person.erase(session, address(mailing, "ada"), clock.now(), actor="outreach")
    tove = visitor(TOVE)
    nothing = asked(tove, mailing, "nobody@example.org")
    assert asked(tove, mailing, "student@student.example.org") == nothing
    assert asked(tove, mailing, address(mailing, "ada")) == nothing


def test_ledger_of_others_does_not_exist(looked_at: Mailing, visitor: Make) -> None:
    henrik = visitor(HENRIK)
    before = whole_database()
    path = f"/portal/campaigns/{looked_at.id}/ledger"
    answers = [henrik.get(path), henrik.get(f"{path}?status=delivered"), henrik.send_form(path, who="Bo")]
    assert {answer.status_code for answer in answers} == {404}
    assert whole_database() == before


def test_people_of_another_campaign_are_not_found(mailing: Mailing, make_person: MakePerson, visitor: Make) -> None:
    other = lay(make_person, "arkeologi", period="2026-VT")
    assert "Nobody with this address" in asked(visitor(TOVE), other, "Ek Bo")


def test_ledger_goes_by_status_and_reason(mailing: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)

    def shown(query: str) -> set[str]:
        content = tove.get(f"/portal/campaigns/{mailing.id}/ledger{query}").text
        return {word for word in ("Öberg", "Ek &amp; Lund", "Dahl") if word in content}

    assert shown("") == {"Öberg", "Ek &amp; Lund", "Dahl"}
    assert shown("?status=delivered") == {"Öberg"}
    assert shown("?reason=no_address") == {"Dahl"}
    assert shown("?status=planned&reason=no_address") == shown("?status=nothing") == shown("?wave=2") == set()
    assert tove.get(f"/portal/campaigns/{mailing.id}/ledger?wave=99").status_code == 404
    assert tove.get(f"/portal/campaigns/{mailing.id}/ledger?after={10**30}").status_code == 404


def test_pages_hold_everyone_once(mailing: Mailing) -> None:
    seen: list[int] = []
    with session_scope(reading=True) as session:
        while page := campaign_people.page(session, CENTRAL, mailing.id, 1, after=seen[-1] if seen else 0, most=2):
            seen += [entry.id for entry in page]
    assert len(seen) == len(set(seen)) == 3
