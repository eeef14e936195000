"""A mailed link signs in once, and nobody learns from the door who is a coordinator."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.models import Audit, Coordinator, CoordinatorDepartment, PortalSession, SignInLink
from outreach.queries import signing_in
from outreach.web import browsers, entering
from outreach.web.portal import door
from tests.conftest import NOON
from tests.web.conftest import whole_database
from tests.web.portal.conftest import ANNA, TOVE, Visitor
from tests.web.portal.knocking import ask_for_link, let_in, mails, press, token_in, word_of

Visit = Callable[..., Visitor]


def signed_in(client: Visitor) -> bool:
    return client.get("/portal/account").status_code == 200


def open_sessions() -> int:
    with session_scope(reading=True) as session:
        return len(session.scalars(select(PortalSession.id).where(PortalSession.ended_at.is_(None))).all())


def test_mailed_link_signs_in_and_leads_to_the_page_that_was_asked_for(db: str, visitor: Visit) -> None:
    browser = visitor()
    sent = browser.get("/portal/account?lang=en")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Fportal%2Faccount%3Flang%3Den")
    answer = ask_for_link(browser, f"  {TOVE.upper()} ", next="/portal/account?lang=en")
    assert answer.status_code == 200
    (mail,) = mails()
    assert mail["To"] == TOVE
    assert str(make_header(decode_header(mail["Subject"]))) == "Logga in i alumnportalen"
    entered = press(browser, token_in(mail))
    assert (entered.status_code, entered.headers["location"]) == (303, "/portal/account?lang=en")
    assert "Tove" in browser.get("/portal/account").text


def test_link_works_once(db: str, visitor: Visit) -> None:
    browser, other = visitor(), visitor()
    ask_for_link(browser, TOVE)
    token = token_in(mails()[0])
    assert press(browser, token).status_code == 303
    answer = press(other, token)
    assert answer.status_code == 410
    assert 'action="/sign-in?lang=sv"' in answer.text  # the form to ask for a new one
    assert not signed_in(other)


def test_of_many_who_press_at_once_one_gets_in(db: str, visitor: Visit) -> None:
    ask_for_link(visitor(), TOVE)
    token = token_in(mails()[0])

    def use(_: int) -> bool:
        with session_scope() as session:
            return signing_in.use_link(session, door.fingerprint(token), clock.now()) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(24))) == 1


def test_link_that_is_too_old_lets_nobody_in(sqlite_db: str, visitor: Visit) -> None:
    browser = visitor()
    ask_for_link(browser, TOVE)
    token = token_in(mails()[0])
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert browser.get(f"/sign-in/{token}").status_code == 410
        assert press(browser, token).status_code == 410
    assert open_sessions() == 0


def test_minutes_are_a_setting(sqlite_db: str, visitor: Visit, set_environment: Callable[..., None]) -> None:
    set_environment(sign_in_link_minutes=1)
    browser = visitor()
    assert "i 1 minut och" in ask_for_link(browser, TOVE).text
    with clock.frozen(NOON + timedelta(seconds=61)):
        assert press(browser, token_in(mails()[0])).status_code == 410


def test_looking_at_the_link_changes_nothing(sqlite_db: str, visitor: Visit) -> None:
    ask_for_link(visitor(), TOVE)
    token, scanner = token_in(mails()[0]), visitor()
    before = whole_database()
    for method in ("GET", "HEAD", "GET"):
        assert scanner.request(method, f"/sign-in/{token}").status_code == 200
    assert whole_database() == before
    assert "outreach-session" not in scanner.cookies
    assert press(visitor(), token).status_code == 303


@pytest.mark.parametrize("who", ["unknown", "inactive", "speaks for nobody"])
def test_address_of_nobody_gets_the_same_answer_and_no_mail(sqlite_db: str, visitor: Visit, who: str) -> None:
    browser = visitor()
    known = ask_for_link(browser, ANNA)
    with session_scope() as session:
        if who == "inactive":
            session.execute(update(Coordinator).where(Coordinator.email == TOVE).values(active=False))
        if who == "speaks for nobody":
            session.execute(CoordinatorDepartment.__table__.delete())
    email = "nobody@elsewhere.example.org" if who == "unknown" else TOVE
    answer = ask_for_link(browser, email)
    assert answer.status_code == known.status_code == 200
    assert answer.text.replace(email, "X") == known.text.replace(ANNA, "X")
    unlike = {"content-length"}
    assert {k: v for k, v in answer.headers.items() if k not in unlike} == {
        k: v for k, v in known.headers.items() if k not in unlike
    }
    assert [mail["To"] for mail in mails()] == [ANNA]


def test_mail_is_written_after_the_answer(sqlite_db: str, visitor: Visit) -> None:
    """The answer to a known and an unknown address does the same: what differs is a task that runs after it."""
    from starlette.requests import Request

    from outreach.web import sign_in

    for email in (TOVE, "nobody@elsewhere.example.org"):
        browser = visitor()
        browser.get("/sign-in")
        cookie = f"outreach-form={browser.cookies['outreach-form']}".encode()
        scope = {
            "type": "http",
            "method": "POST",
            "headers": [(b"cookie", cookie)],
            "query_string": b"",
            "client": None,
        }
        answer = sign_in.asked(Request(scope), {"email": email, "word": word_of(browser)})  # type: ignore[arg-type]
        assert answer.background is not None
        assert mails() == []


def test_mail_that_cannot_be_sent_is_logged_and_the_answer_stands(
    sqlite_db: str, visitor: Visit, set_environment: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    set_environment(transport="smtp", smtp_url="smtp://127.0.0.1:1")
    with caplog.at_level(logging.INFO):
        assert ask_for_link(visitor(), TOVE).status_code == 200
    assert "was not mailed link" in caplog.text
    assert TOVE not in caplog.text


@pytest.mark.parametrize("email", ["", "tove", "@x.org", "a b@x.org", f"{'a' * 320}@x.org", "a@b\r\nBcc: c@d.org"])
def test_what_is_no_address_is_told_so(sqlite_db: str, visitor: Visit, email: str) -> None:
    answer = ask_for_link(visitor(), email)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert mails() == []


def test_form_from_elsewhere_signs_nobody_in(sqlite_db: str, visitor: Visit) -> None:
    """Somebody posts their own link from a page of theirs, to sign a visitor in as themselves."""
    attacker, victim = visitor(), visitor()
    ask_for_link(attacker, TOVE)
    token = token_in(mails()[0])
    before = whole_database()
    assert victim.post(f"/sign-in/{token}").status_code == 403
    assert victim.post(f"/sign-in/{token}", data={"word": word_of(attacker)}).status_code == 403
    victim.get("/sign-in")
    assert victim.post(f"/sign-in/{token}", data={"word": word_of(attacker)}).status_code == 403
    for site in ("cross-site", "same-site"):
        assert press(victim, token, **{"Sec-Fetch-Site": site}).status_code == 403
    assert victim.post("/sign-in", data={"email": TOVE}).status_code == 403
    assert whole_database() == before
    assert not signed_in(victim)
    again = victim.post(f"/sign-in/{token}", data={"word": word_of(victim)}, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 303  # the page that said no has a form that works


def test_session_is_always_a_new_one_and_the_old_one_ends(sqlite_db: str, visitor: Visit) -> None:
    browser = visitor()
    browser.cookies.set("outreach-session", "planted-by-somebody", domain="testserver.local")
    first = let_in(browser, TOVE)
    assert first != "planted-by-somebody"
    ask_for_link(visitor(), TOVE)
    press(browser, token_in(mails()[-1]))
    assert browser.cookies["outreach-session"] != first
    stale = visitor()
    stale.cookies.set("outreach-session", first)
    assert not signed_in(stale)
    assert open_sessions() == 1


def test_who_is_signed_in_is_led_on(sqlite_db: str, visitor: Visit) -> None:
    browser = visitor(TOVE)
    for path, leads in (("", "/portal"), ("?next=/portal/keys", "/portal/keys"), ("/used-long-ago", "/portal")):
        answer = browser.get(f"/sign-in{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, leads)


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example.org/portal",
        "//evil.example.org/portal",
        "/portal//evil.example.org",
        "/portal\\evil",
        "/\\evil.example.org",
        "/portal/../webhooks",
        "/portal/%2E%2e/webhooks",
        "/portal/%2f%2Fevil.example.org",
        "/portal/%5Cevil.example.org",
        "/portalevil",
        "/outbox",
        "javascript:alert(1)",
        "/portal/\r\nSet-Cookie: a=b",
        "/portal/" + "a" * 500,
        " /portal",
    ],
)
def test_nobody_is_led_elsewhere(sqlite_db: str, visitor: Visit, path: str) -> None:
    assert entering.local(path) == ""
    browser = visitor()
    ask_for_link(browser, TOVE, next=path)
    assert press(browser, token_in(mails()[0])).headers["location"] == "/portal"


def test_cookie_over_https_is_bound_to_the_host(
    sqlite_db: str, visitor: Visit, set_environment: Callable[..., None]
) -> None:
    browser = visitor()
    ask_for_link(browser, TOVE)
    given = press(browser, token_in(mails()[0])).headers["set-cookie"]
    assert given.startswith("outreach-session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} == set(given.split("; ")[1:])
    set_environment(public_url="https://alumni.example.org")
    secure = visitor()
    secure.base_url = "https://testserver"  # type: ignore[assignment]
    ask_for_link(secure, TOVE)
    given = press(secure, token_in(mails()[-1])).headers["set-cookie"]
    assert given.startswith("__Host-outreach-session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200", "Secure"} == set(given.split("; ")[1:])
    form = secure.get(f"/sign-in/{'x' * 43}").headers
    assert "location" in form  # signed in already
    stranger = visitor()
    given = stranger.get("/sign-in").headers["set-cookie"]
    assert given.startswith("__Host-outreach-form=")
    assert "Secure" in given


def test_session_is_over_after_its_hours(sqlite_db: str, visitor: Visit) -> None:
    browser = visitor()
    token = let_in(browser, TOVE)
    with clock.frozen(NOON + timedelta(hours=12)):
        browser.cookies.set(
            "outreach-session", token, domain="testserver.local"
        )  # a browser that keeps it longer than it was told
        assert not signed_in(browser)


def test_secrets_stand_in_no_table_and_no_log(db: str, visitor: Visit, caplog: pytest.LogCaptureFixture) -> None:
    browser = visitor()
    with caplog.at_level(logging.DEBUG):
        session_token = let_in(browser, TOVE)
    link_token = token_in(mails()[0])
    kept = whole_database()
    assert link_token not in kept
    assert session_token not in kept
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("outreach"))
    assert link_token not in ours
    assert session_token not in ours
    assert TOVE not in ours


def test_signing_in_is_in_the_audit_trail_by_ids_alone(sqlite_db: str, visitor: Visit) -> None:
    let_in(visitor(), TOVE)
    with session_scope(reading=True) as session:
        line = session.scalars(select(Audit).where(Audit.action == "signed_in")).one()
        link = session.scalars(select(SignInLink)).one()
        assert link.used_at == NOON
    assert line.actor == f"coordinator:{link.coordinator_id}"
    assert line.subject.startswith("session:")
    assert line.detail == {"via": "link"}


def test_old_links_and_sessions_are_forgotten(db: str, visitor: Visit) -> None:
    let_in(visitor(), TOVE)
    with clock.frozen(NOON + timedelta(days=29)):
        with session_scope() as session:
            signing_in.forget_old(session, clock.now())
        let_in(visitor(), TOVE)
    with clock.frozen(NOON + timedelta(days=31)), session_scope() as session:
        signing_in.forget_old(session, clock.now())
        kept = [row.created_at for row in session.scalars(select(PortalSession))]
        assert kept == [NOON + timedelta(days=29)]
        assert [row.created_at for row in session.scalars(select(SignInLink))] == kept


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/139.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/139.0 Safari/537.36", "Chrome, Mac"),
        ("curl/8.5", ""),
        ("<script>alert(1)</script>", ""),
        (None, ""),
    ],
)
def test_browser_is_known_by_two_words(said: str | None, label: str) -> None:
    assert browsers.label(said) == label
