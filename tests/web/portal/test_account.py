"""One's own account: the ways out, for this browser, another and all of them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from outreach import cli
from outreach.database import session_scope
from outreach.models import ApiKey, Audit, Coordinator, CoordinatorDepartment, PortalSession
from outreach.queries import office
from outreach.web.portal import door
from tests.web.conftest import whole_database
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.knocking import ask_for_link, let_in, mails, press, token_in

Visit = Callable[..., Visitor]
PAGE = "/portal/account"


def session_ids(email: str) -> list[int]:
    with session_scope(reading=True) as session:
        theirs = select(PortalSession.id).join(Coordinator, Coordinator.id == PortalSession.coordinator_id)
        return list(session.scalars(theirs.where(Coordinator.email == email).order_by(PortalSession.id)))


def test_account_says_who_one_is(sqlite_db: str, visitor: Visit) -> None:
    page = visitor(TOVE).get(PAGE).text
    assert "Tove Hallgren" in page
    assert "Koordinator för Institutionen för arkeologi och antikens kultur" in page
    assert "Central koordinator" in visitor(ANNA).get(PAGE).text


def test_sessions_are_listed_by_their_browser_and_only_ones_own(sqlite_db: str, visitor: Visit) -> None:
    phone = visitor()
    phone.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1"
    let_in(phone, TOVE)
    visitor(HENRIK)
    page = visitor(TOVE).get(PAGE).text
    assert "Safari, iPhone" in page
    assert page.count("/end") == 2
    assert page.count("den här</span>") == 1


def test_signing_out_ends_the_session_itself(db: str, visitor: Visit) -> None:
    browser, other = visitor(TOVE), visitor(TOVE)
    answer = browser.send_form("/portal/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=signed-out")
    assert 'outreach-session="";' in answer.headers["set-cookie"]
    assert "Du är utloggad" in browser.get("/sign-in?done=signed-out").text
    kept = visitor()
    kept.cookies.set(door.cookie_name(), browser.token)  # somebody has kept a copy of the cookie
    assert kept.get(PAGE).status_code == 303
    assert other.get(PAGE).status_code == 200


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
def test_session_with_a_number_no_database_counts_to_is_not_there(sqlite_db: str, visitor: Visit, number: int) -> None:
    assert visitor(TOVE).send_form(f"{PAGE}/sessions/{number}/end").status_code == 404


def test_signing_out_everywhere_ends_every_session_and_every_link(db: str, visitor: Visit) -> None:
    ask_for_link(visitor(), TOVE)
    here, there, colleague = visitor(TOVE), visitor(TOVE), visitor(HENRIK)
    assert here.send_form(f"{PAGE}/sign-out-everywhere").status_code == 303
    assert [one.get(PAGE).status_code for one in (here, there, colleague)] == [303, 303, 200]
    assert press(visitor(), token_in(mails()[0])).status_code == 410
    with session_scope(reading=True) as session:
        line = session.scalars(select(Audit).where(Audit.action == "signed_out_everywhere")).one()
        assert line.detail == {"sessions": 2}


def test_one_session_is_ended_and_nobody_elses(sqlite_db: str, visitor: Visit) -> None:
    here, there, colleague = visitor(TOVE), visitor(TOVE), visitor(HENRIK)
    first, second = session_ids(TOVE)
    assert here.send_form(f"{PAGE}/sessions/{second}/end").status_code == 303
    assert [one.get(PAGE).status_code for one in (here, there)] == [200, 303]
    before = whole_database()
    (theirs,) = session_ids(HENRIK)
    for session_id in (theirs, second, 10_000):
        assert here.send_form(f"{PAGE}/sessions/{session_id}/end").status_code == 404
    assert whole_database() == before
    assert colleague.get(PAGE).status_code == 200
    assert here.send_form(f"{PAGE}/sessions/{first}/end").headers["location"] == "/sign-in?done=signed-out"


@pytest.mark.parametrize("path", ["/portal/sign-out", f"{PAGE}/sign-out-everywhere", f"{PAGE}/sessions/1/end"])
def test_form_of_another_session_changes_nothing(sqlite_db: str, visitor: Visit, path: str) -> None:
    victim, attacker = visitor(TOVE), visitor(HENRIK)
    before = whole_database()
    for word in ("", "x", door.csrf_of(attacker.token), victim.token, "åäö"):
        assert victim.post(path, data={"csrf": word}).status_code == 403
    assert victim.post(path).status_code == 403
    assert visitor().post(path).status_code == 303  # to the door
    assert whole_database() == before


@pytest.mark.parametrize("how", ["inactive", "speaks for nobody"])
def test_whoever_is_a_coordinator_no_more_can_do_nothing_at_once(sqlite_db: str, visitor: Visit, how: str) -> None:
    browser, waiting = visitor(TOVE), visitor()
    ask_for_link(waiting, TOVE)
    with session_scope() as session:
        if how == "inactive":
            session.execute(update(Coordinator).where(Coordinator.email == TOVE).values(active=False))
        else:
            session.execute(CoordinatorDepartment.__table__.delete())
    assert browser.get(PAGE).status_code == 303
    assert browser.send_form("/portal/sign-out").status_code == 303
    assert press(waiting, token_in(mails()[0])).status_code == 410
    assert waiting.get(PAGE).status_code == 303


def test_coordinator_who_is_taken_out_of_the_settings_is_out(
    sqlite_db: str, visitor: Visit, set_environment: Callable[..., None]
) -> None:
    browser = visitor(ANNA)
    set_environment(coordinators="[]")
    with session_scope() as session:
        office.lay(session)
    assert browser.get(PAGE).status_code == 303


@pytest.mark.parametrize("left", [False, True])
def test_it_signs_somebody_out_everywhere(
    sqlite_db: str, visitor: Visit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], left: bool
) -> None:
    ask_for_link(visitor(), TOVE)
    browsers = [visitor(TOVE), visitor(TOVE)]
    browsers[0].send_form("/portal/keys", name="Kalendern", department="arkeologi")
    colleague = visitor(HENRIK)
    if left:
        with session_scope() as session:
            session.execute(update(Coordinator).where(Coordinator.email == TOVE).values(active=False))
    monkeypatch.setattr("sys.argv", ["outreach", "coordinators", "sign-out", TOVE, "--keys"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (None, 0)
    assert capsys.readouterr().out == ("Sessions ended: 2. Links mailed before no longer sign in.\nKeys revoked: 1.\n")
    assert [one.get(PAGE).status_code for one in (*browsers, colleague)] == [303, 303, 200]
    assert press(visitor(), token_in(mails()[0])).status_code == 410
    with session_scope(reading=True) as session:
        assert session.scalars(select(ApiKey.revoked_at)).all() != [None]
        assert set(session.scalars(select(Audit.action).where(Audit.actor == "cli"))) == {
            "signed_out_everywhere",
            "revoked_key",
        }


def test_it_is_told_of_an_address_nobody_has(
    sqlite_db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["outreach", "coordinators", "sign-out", "nobody@elsewhere.example.org"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "Nobody with this e-mail address" in capsys.readouterr().err
