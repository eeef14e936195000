"""The university's account signs in whom the issuer vouches for and we know; nothing else it could be told does."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Coordinator, PortalSession
from outreach.queries import rates
from outreach.settings import settings
from outreach.web import oidc
from tests.conftest import NOON
from tests.web.conftest import whole_database
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.stand_in_issuer import CLIENT, SECRET, Issuer, issuing

Visit = Callable[..., Visitor]
NOW = int(NOON.timestamp())


@pytest.fixture(scope="module")
def standing() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def issuer(standing: Issuer, sqlite_db: str, set_environment: Callable[..., None]) -> Issuer:
    """An issuer that lets Tove in."""
    set_environment(oidc_issuer=standing.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    standing.claims, standing.userinfo, standing.signed = {"email": TOVE, "email_verified": True}, None, "right"
    standing.called, standing.down = "", False
    standing.asked.clear()
    return standing


def start(browser: Visitor, path: str = "") -> str:
    """Go to the issuer; its address."""
    answer = browser.get("/oidc/start", params={"next": path} if path else {})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def come_back(browser: Visitor, issuer: Issuer, path: str = "") -> Any:
    return browser.get("/oidc/callback", params=issuer.authorise(start(browser, path)))


def signed_in(browser: Visitor) -> bool:
    return browser.get("/portal/account").status_code == 200


def refused(browser: Visitor, answer: Any, status: int) -> bool:
    """Whether nobody was signed in, with a page that says what to do."""
    with session_scope(reading=True) as session:
        nobody = session.scalars(select(PortalSession.id)).first() is None
    shown = "/sign-in?lang=" in answer.text and "Traceback" not in answer.text
    return bool(answer.status_code == status and nobody and shown and not signed_in(browser))


def test_whoever_the_issuer_vouches_for_is_signed_in(issuer: Issuer, visitor: Visit) -> None:
    browser = visitor()
    page = browser.get("/sign-in?next=/portal/keys").text
    assert "Logga in med universitetets konto" in page
    assert "/oidc/start?lang=sv&amp;next=/portal/keys" in page
    answer = come_back(browser, issuer, "/portal/keys")
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/keys")
    assert "Tove Hallgren" in browser.get("/portal/account").text
    with session_scope(reading=True) as session:
        assert session.scalars(select(PortalSession.via)).all() == ["oidc"]


def test_question_is_asked_with_state_nonce_and_challenge(issuer: Issuer, visitor: Visit) -> None:
    first, second = (parse_qs(urlsplit(start(visitor())).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["scope"] == ["openid email profile"]
    assert first["redirect_uri"] == [f"{settings().public_url}/oidc/callback"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 24
        assert first[name] != second[name]


def test_address_is_matched_whatever_its_case(issuer: Issuer, visitor: Visit) -> None:
    issuer.claims["email"] = f" {TOVE.upper()} "
    assert come_back(visitor(), issuer).status_code == 303


@pytest.mark.parametrize("signed", ["forged", "none", "shared", "swapped"])
def test_token_somebody_else_has_signed_is_refused(issuer: Issuer, visitor: Visit, signed: str) -> None:
    issuer.signed = signed
    browser = visitor()
    assert refused(browser, come_back(browser, issuer), 400)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": None},
        {"aud": ["outreach", "somebody-else"], "azp": "somebody-else"},
        {"iss": "https://elsewhere.example.org"},
        {"iss": None},
        {"exp": NOW - 121},
        {"exp": None},
        {"iat": NOW + 600},
        {"nbf": NOW + 600},
        {"sub": None},
        {"email": None},
        {"email": ["a@b.org"]},
        {"at_hash": "not-of-this-token"},
        {"exp": "soon"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "yes"},
    ],
)
def test_token_for_another_time_client_or_question_is_refused(
    issuer: Issuer, visitor: Visit, claims: dict[str, Any]
) -> None:
    issuer.claims |= claims
    browser = visitor()
    assert refused(browser, come_back(browser, issuer), 400)


def test_nonce_of_another_question_is_refused(issuer: Issuer, visitor: Visit) -> None:
    other = parse_qs(urlsplit(start(visitor())).query)
    issuer.claims["nonce"] = other["nonce"][0]
    browser = visitor()
    assert refused(browser, come_back(browser, issuer), 400)


def test_answer_without_its_question_is_refused(issuer: Issuer, visitor: Visit) -> None:
    """A sign-in that an attacker began, put to another browser; and one put to the same browser twice."""
    attacker, victim = visitor(), visitor()
    theirs = issuer.authorise(start(attacker))
    assert refused(victim, victim.get("/oidc/callback", params=theirs), 400)  # no cookie
    start(victim)
    assert refused(victim, victim.get("/oidc/callback", params=theirs), 400)  # another cookie
    start(victim)
    assert refused(victim, victim.get("/oidc/callback", params={"code": "x"}), 400)  # no state
    assert issuer.asked == []  # the issuer was not even asked


def test_answer_is_used_once(issuer: Issuer, visitor: Visit) -> None:
    browser = visitor()
    given = issuer.authorise(start(browser))
    cookie = browser.cookies["outreach-oidc"]
    assert browser.get("/oidc/callback", params=given).status_code == 303
    assert "outreach-oidc" not in browser.cookies
    other = visitor()
    assert other.get("/oidc/callback", params=given).status_code == 400
    other.cookies.set("outreach-oidc", cookie)  # whoever copied the cookie too is stopped by the issuer
    assert other.get("/oidc/callback", params=given).status_code == 400
    assert not signed_in(other)


def test_question_is_forgotten_after_ten_minutes_and_cannot_be_forged(issuer: Issuer, visitor: Visit) -> None:
    browser = visitor()
    given = issuer.authorise(start(browser))
    cookie = browser.cookies["outreach-oidc"]
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert refused(browser, browser.get("/oidc/callback", params=given), 400)
    other = visitor()
    other.cookies.set("outreach-oidc", cookie.replace("a", "b") + "x")
    assert refused(other, other.get("/oidc/callback", params=given), 400)


def test_whoever_says_no_at_the_issuer_is_not_signed_in(issuer: Issuer, visitor: Visit) -> None:
    browser = visitor()
    state = parse_qs(urlsplit(start(browser)).query)["state"][0]
    assert refused(browser, browser.get("/oidc/callback", params={"error": "access_denied", "state": state}), 400)


def test_answer_of_another_issuer_is_refused(issuer: Issuer, visitor: Visit) -> None:
    browser = visitor()
    given = issuer.authorise(start(browser)) | {"iss": "https://elsewhere.example.org"}
    assert refused(browser, browser.get("/oidc/callback", params=given), 400)
    issuer.called = "https://elsewhere.example.org"
    assert browser.get("/oidc/start").status_code == 400


@pytest.mark.parametrize("email", ["nobody@elsewhere.example.org", HENRIK])
def test_account_we_do_not_know_is_told_whom_to_ask(issuer: Issuer, visitor: Visit, email: str) -> None:
    with session_scope() as session:
        session.execute(update(Coordinator).where(Coordinator.email == HENRIK).values(active=False))
    issuer.claims["email"] = email
    browser = visitor()
    answer = come_back(browser, issuer)
    assert refused(browser, answer, 403)
    assert settings().sender.reply_to in answer.text
    assert email not in answer.text


def test_issuer_that_is_the_universitys_own_need_not_verify(
    issuer: Issuer, visitor: Visit, set_environment: Callable[..., None]
) -> None:
    issuer.claims["email_verified"] = None
    set_environment(oidc_trust_email="true")
    assert come_back(visitor(), issuer).status_code == 303


def test_address_told_at_the_userinfo_endpoint_counts_if_it_is_the_same_persons(issuer: Issuer, visitor: Visit) -> None:
    issuer.claims = {}
    issuer.userinfo = {"sub": "u1", "email": ANNA, "email_verified": True}
    assert come_back(visitor(), issuer).status_code == 303
    issuer.userinfo["sub"] = "u2"
    assert come_back(visitor(), issuer).status_code == 400


def test_issuer_that_is_away_leaves_the_link(
    issuer: Issuer, visitor: Visit, set_environment: Callable[..., None]
) -> None:
    browser = visitor()
    given = issuer.authorise(start(browser))
    issuer.down = True
    assert browser.get("/oidc/start").status_code == 503
    assert refused(browser, browser.get("/oidc/callback", params=given), 503)
    set_environment(oidc_issuer="http://127.0.0.1:1")
    assert refused(browser, browser.get("/oidc/start"), 503)


def test_nobody_is_led_elsewhere_after_signing_in(issuer: Issuer, visitor: Visit) -> None:
    assert come_back(visitor(), issuer, "//evil.example.org/portal").headers["location"] == "/portal"


def test_going_to_the_issuer_is_limited_by_ip(issuer: Issuer, visitor: Visit) -> None:
    browser = visitor()
    start(browser)
    with session_scope() as session:
        while rates.allow(session, "oidc", "testclient", oidc.MOST, oidc.STRETCH, NOON):
            pass
    answer = browser.get("/oidc/start")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    with clock.frozen(NOON + timedelta(minutes=15)):
        start(browser)


def test_secrets_stand_in_no_table_and_no_log(issuer: Issuer, visitor: Visit, caplog: pytest.LogCaptureFixture) -> None:
    browser = visitor()
    with caplog.at_level(logging.DEBUG, logger="outreach"):
        given = issuer.authorise(start(browser))
        verifier_cookie = browser.cookies["outreach-oidc"]
        browser.get("/oidc/callback", params=given)
        issuer.signed = "forged"
        come_back(visitor(), issuer)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("outreach"))
    assert "cannot be believed" in ours
    for secret in (given["code"], given["state"], verifier_cookie, SECRET, TOVE, "bearer-1"):
        assert secret not in ours
    for secret in (given["code"], given["state"], verifier_cookie, SECRET, "bearer-1"):
        assert secret not in whole_database()


def test_without_an_issuer_there_is_no_such_way(sqlite_db: str, visitor: Visit) -> None:
    browser = visitor()
    assert [browser.get(f"/oidc/{page}").status_code for page in ("start", "callback")] == [404, 404]
    assert "universitetets konto" not in browser.get("/sign-in").text


@pytest.mark.parametrize(
    "address", ["http://login.example.org", "ftp://x", "login.example.org", "http://localhost.evil"]
)
def test_issuer_elsewhere_has_to_speak_https(home: object, set_environment: Callable[..., None], address: str) -> None:
    set_environment(oidc_issuer=address)
    with pytest.raises(PermanentFailure, match="oidc_issuer"):
        settings()
