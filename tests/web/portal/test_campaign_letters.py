"""Deciding about a campaign in the portal, and reading its letters as their readers do."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.models import Approval, Audit, Coordinator, Message
from outreach.settings import settings
from tests.web.conftest import MakePerson, whole_database
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.mailing import Mailing, lay, ledger_rows, mail_out, written_to
from tests.web.test_approval import no_prefect, prefect

__all__ = ["no_prefect", "prefect"]

Make = Callable[[str], Visitor]


@pytest.fixture
def mailing(db: str, make_person: MakePerson, no_prefect: None) -> Mailing:
    return lay(make_person, "arkeologi")


@pytest.fixture
def looked_at(sqlite_db: str, make_person: MakePerson, no_prefect: None) -> Mailing:
    return lay(make_person, "arkeologi")


def page_of(made: Mailing, wave: int = 1) -> str:
    return f"/portal/campaigns/{made.id}/letters/{wave}"


def decisions() -> list[tuple[bool, str, str, str]]:
    """(yes, comment, via, who), oldest first."""
    with session_scope(reading=True) as session:
        found = select(Approval.approved, Approval.comment, Approval.via, Coordinator.email)
        rows = session.execute(found.join(Coordinator, Coordinator.id == Approval.coordinator_id).order_by(Approval.id))
        return [tuple(row) for row in rows]


def test_what_is_approved_in_the_portal_is_what_the_next_run_sends(
    mailing: Mailing, visitor: Make, prefect: list[dict[str, Any]]
) -> None:
    assert mail_out(mailing) == 0
    tove = visitor(TOVE)
    shown = tove.get(page_of(mailing)).text
    assert f'name="code" value="{mailing.code}"' in shown
    answer = tove.send_form(page_of(mailing), decision="approve", code=mailing.code, comment=" Fint! ")
    assert (answer.status_code, answer.headers["location"]) == (303, page_of(mailing))
    assert decisions() == [(True, "Fint!", "web", TOVE)]
    assert [run["parameters"] for run in prefect] == [
        {"params": {"department": choice_of("arkeologi"), "within_days": 60}}
    ]
    assert "Godkänt av Tove Hallgren" in tove.get(page_of(mailing)).text
    assert mail_out(mailing) == 2
    assert written_to() == [f"{name}-arkeologi-2026-ht@student.example.org" for name in ("ada", "bo")]
    overview = tove.get(f"/portal/campaigns/{mailing.id}").text
    assert "2 av 2 brev har skickats" in overview
    assert "<blockquote>Fint!</blockquote>" in overview


def test_approval_while_prefect_is_away_is_kept_and_said(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    answer = tove.send_form(f"{page_of(looked_at)}?view=text&lang=en", decision="approve", code=looked_at.code)
    assert answer.headers["location"] == f"{page_of(looked_at)}?lang=en&view=text&later=1"
    assert "sending could not be started" in tove.get(answer.headers["location"]).text.lower()


def test_code_of_another_text_signs_nothing(looked_at: Mailing, visitor: Make) -> None:
    code = looked_at.code
    with session_scope() as session:
        session.execute(update(Message).where(Message.language == "en").values(digest="another", subject="Another"))
    tove = visitor(TOVE)
    before = whole_database()
    answer = tove.send_form(page_of(looked_at), decision="approve", code=code, comment="Fint")
    assert (answer.status_code, decisions()) == (409, [])
    assert whole_database() == before
    assert looked_at.code in answer.text
    assert ">Fint</textarea>" in answer.text


def test_sending_back_needs_a_comment_which_is_shown_as_it_was_written(looked_at: Mailing, visitor: Make) -> None:
    tove, comment = visitor(TOVE), "<script>alert(1)</script> & så"
    empty = tove.send_form(page_of(looked_at), decision="send_back", code=looked_at.code, comment="  ")
    assert (empty.status_code, decisions()) == (422, [])
    assert 'aria-invalid="true"' in empty.text
    tove.send_form(page_of(looked_at), decision="send_back", code=looked_at.code, comment=comment)
    assert decisions() == [(False, comment, "web", TOVE)]
    for path in (page_of(looked_at), f"/portal/campaigns/{looked_at.id}"):
        content = tove.get(path).text
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; så" in content


def test_yes_can_be_taken_back_and_nothing_more_leaves(mailing: Mailing, visitor: Make) -> None:
    visitor(TOVE).send_form(page_of(mailing), decision="approve", code=mailing.code)
    visitor(ANNA).send_form(page_of(mailing), decision="send_back", code=mailing.code, comment="Fel datum")
    assert [(yes, who) for yes, _, _, who in decisions()] == [(True, TOVE), (False, ANNA)]
    assert (mail_out(mailing), written_to()) == (0, [])


@pytest.mark.parametrize("decision", ["", "maybe"])
def test_form_that_decides_nothing_is_refused(looked_at: Mailing, visitor: Make, decision: str) -> None:
    answer = visitor(TOVE).send_form(page_of(looked_at), decision=decision, code=looked_at.code)
    assert (answer.status_code, decisions()) == (422, [])


def test_form_of_another_site_is_refused(looked_at: Mailing, visitor: Make) -> None:
    answer = visitor(TOVE).post(page_of(looked_at), data={"decision": "approve", "code": looked_at.code})
    assert (answer.status_code, decisions()) == (403, [])


def test_letters_are_shown_as_on_a_phone_a_computer_as_text_and_dark(looked_at: Mailing, visitor: Make) -> None:
    tove = visitor(TOVE)
    shown = {view: tove.get(f"{page_of(looked_at)}?view={view}").text for view in ("phone", "desktop", "text", "dark")}
    assert shown["phone"].count('<iframe class="phone"') == 2
    assert shown["desktop"].count('<iframe class="desktop"') == 2
    assert shown["dark"].count('<iframe class="desktop dark"') == 2
    assert "<iframe" not in shown["text"]
    assert "Hej Kim!" in shown["text"]
    assert f"/letter/{looked_at.message_id}?scheme=dark" in shown["dark"]


def test_frame_shows_the_letters_own_colours_for_light_and_for_dark(looked_at: Mailing, visitor: Make) -> None:
    frame = f"/portal/campaigns/{looked_at.id}/letter/{looked_at.message_id}"
    tove = visitor(TOVE)
    light, dark = tove.get(frame), tove.get(f"{frame}?scheme=dark")
    for answer, scheme, asked in ((light, "light", "@media not all"), (dark, "dark", "@media all")):
        assert "prefers-color-scheme" not in answer.text
        assert asked in answer.text
        assert set(re.findall(r'color-schemes?(?:: *|" content=")(\w+)', answer.text)) == {scheme}
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "Hej Kim!" in answer.text
    assert tove.get(f"{frame}?scheme=pink").status_code == 422


def test_test_copy_goes_to_oneself_alone_and_leaves_the_ledger_as_it_was(looked_at: Mailing, visitor: Make) -> None:
    before, tove = ledger_rows(), visitor(TOVE)
    path = f"/portal/campaigns/{looked_at.id}/letter/{looked_at.message_id}/test"
    answer = tove.send_form(path)
    assert answer.headers["location"] == f"{page_of(looked_at)}?test=sent"
    assert f"skickat till {TOVE}" in tove.get(answer.headers["location"]).text
    assert written_to() == [TOVE]
    mail = message_from_bytes(next(settings().outbox.rglob("*.eml")).read_bytes(), policy=policy.default)
    assert str(mail["Subject"]).startswith("[Test] ")
    assert ledger_rows() == before
    with session_scope(reading=True) as session:
        lines = session.execute(select(Audit.actor, Audit.subject).where(Audit.action == "sent_test_copy")).all()
    assert [line.subject for line in lines] == [f"{looked_at.key}/1"]


def test_nobody_sends_tests_without_end(looked_at: Mailing, visitor: Make) -> None:
    tove, path = visitor(TOVE), f"/portal/campaigns/{looked_at.id}/letter/{looked_at.message_id}/test"
    told = [tove.send_form(path).headers["location"].rpartition("=")[2] for _ in range(22)]
    assert told == ["sent"] * 20 + ["often"] * 2
    assert len(written_to()) == 20
    assert visitor(ANNA).send_form(path).headers["location"].endswith("test=sent")
    with clock.frozen(clock.now().replace(hour=13)):
        assert tove.send_form(path).headers["location"].endswith("test=sent")


def test_test_that_cannot_be_sent_is_told(looked_at: Mailing, visitor: Make, set_environment: Any) -> None:
    set_environment(transport="smtp", smtp_url="smtp://127.0.0.1:1")
    tove = visitor(TOVE)
    answer = tove.send_form(f"/portal/campaigns/{looked_at.id}/letter/{looked_at.message_id}/test")
    assert answer.headers["location"].endswith("test=failed")
    assert "Provet gick inte att skicka nu" in tove.get(answer.headers["location"]).text


def test_letters_of_others_and_waves_and_versions_that_are_not_there_do_not_exist(
    looked_at: Mailing, make_person: MakePerson, visitor: Make
) -> None:
    other = lay(make_person, "fysikum")
    henrik, base = visitor(HENRIK), f"/portal/campaigns/{looked_at.id}"
    before = whole_database()
    looked = [henrik.get(path) for path in (page_of(looked_at), f"{base}/letter/{looked_at.message_id}")]
    sent = [
        henrik.send_form(page_of(looked_at), decision="approve", code=looked_at.code),
        henrik.send_form(f"{base}/letter/{looked_at.message_id}/test"),
        henrik.send_form(f"/portal/campaigns/{other.id}/letter/{looked_at.message_id}/test"),
    ]
    nothing = [henrik.get(page_of(other, wave)) for wave in (0, 99, 10**12)]
    nothing += [
        henrik.get(f"/portal/campaigns/{other.id}/letter/{number}") for number in (looked_at.message_id, 10**30)
    ]
    assert {answer.status_code for answer in [*looked, *sent, *nothing]} == {404}
    assert whole_database() == before
    assert written_to() == []
