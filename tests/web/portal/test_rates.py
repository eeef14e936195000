"""Whoever asks too often waits; nobody else does, and no good link is turned away."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.requests import Request

from outreach import clock
from outreach.database import session_scope
from outreach.models import RateCount, SignInLink
from outreach.queries import rates
from outreach.web import sign_in
from outreach.web.app import create_app
from outreach.web.callers import client_ip
from tests.conftest import NOON
from tests.web.conftest import whole_database
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.knocking import ask_for_link, mails, press, token_in, word_of

Visit = Callable[..., Visitor]


def at(ip: str) -> Visitor:
    """A browser at an IP of its own."""
    return Visitor(create_app(), raise_server_exceptions=False, follow_redirects=False, client=(ip, 50_000))


def allowed(who: str = "somebody", what: str = "trying", most: int = 3) -> bool:
    with session_scope() as session:
        return rates.allow(session, what, who, most, 60, clock.now())


def test_so_many_are_allowed_and_then_none_until_the_time_is_over(db: str) -> None:
    assert [allowed() for _ in range(5)] == [True, True, True, False, False]
    assert allowed("somebody else")
    assert allowed(what="something else")
    with clock.frozen(NOON + timedelta(seconds=59)):
        assert not allowed()
    with clock.frozen(NOON + timedelta(seconds=60)):
        assert [allowed() for _ in range(4)] == [True, True, True, False]


def test_what_is_refused_writes_nothing(db: str) -> None:
    while allowed():
        pass
    before = whole_database()
    assert not allowed()
    assert whole_database() == before
    assert "somebody" not in before


def test_of_many_at_once_no_more_are_allowed(db: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: allowed(most=7), range(40))) == 7


def test_old_counts_are_forgotten(db: str) -> None:
    allowed()
    with clock.frozen(NOON + timedelta(days=1)):
        allowed("somebody else")
        with session_scope() as session:
            rates.forget_old(session, clock.now())
            assert len(session.scalars(select(RateCount.key)).all()) == 1


def test_thousand_attempts_in_a_minute_are_limited_and_others_are_not(sqlite_db: str) -> None:
    """From one machine, for every coordinator and for addresses of nobody; beside it somebody who wants in."""
    attacker = at("203.0.113.7")
    attacker.get("/sign-in")
    word, began = word_of(attacker), time.monotonic()
    targets = [ANNA, HENRIK, *(f"{number}@elsewhere.example.org" for number in range(20))]
    statuses = []
    for number in range(1000):
        sent = {"word": word, "email": targets[number % len(targets)]}
        statuses.append(attacker.post("/sign-in", data=sent).status_code)
    took = time.monotonic() - began
    assert statuses == [200] * sign_in.ASKED + [429] * (1000 - sign_in.ASKED)
    assert len(mails()) <= sign_in.ASKED
    assert {mail["To"] for mail in mails()} == {ANNA, HENRIK}
    other = at("203.0.113.8")
    assert ask_for_link(other, TOVE).status_code == 200
    assert mails()[-1]["To"] == TOVE
    assert press(other, token_in(mails()[-1])).status_code == 303
    assert took < 60, f"{took:.0f} s: fewer than a thousand a minute"


def test_page_that_says_wait_says_how_long(sqlite_db: str) -> None:
    browser = at("203.0.113.7")
    answers = [ask_for_link(browser, TOVE) for _ in range(sign_in.MAILED + 1)]
    assert [answer.status_code for answer in answers] == [200] * sign_in.MAILED + [429]
    assert answers[-1].headers["retry-after"] == "900"
    assert "Försök igen om 15 minuter" in answers[-1].text
    assert len(mails()) == sign_in.MAILED


def test_address_of_nobody_is_limited_alike(sqlite_db: str) -> None:
    """Or the limit would tell who is a coordinator."""
    pages = {}
    for number, email in enumerate((TOVE, "nobody@elsewhere.example.org")):
        browser = at(f"203.0.113.{number}")
        pages[email] = [ask_for_link(browser, email) for _ in range(sign_in.MAILED + 2)]
    known, unknown = pages.values()
    assert [one.status_code for one in known] == [one.status_code for one in unknown]
    assert [one.text for one in known[sign_in.MAILED :]] == [one.text for one in unknown[sign_in.MAILED :]]


def test_mails_to_one_address_are_limited_wherever_they_are_asked_for(sqlite_db: str) -> None:
    statuses = [ask_for_link(at(f"203.0.113.{number}"), TOVE).status_code for number in range(8)]
    assert statuses == [200] * sign_in.MAILED + [429] * 3
    assert len(mails()) == sign_in.MAILED


def test_whoever_asks_in_anothers_name_cannot_lock_them_out(sqlite_db: str) -> None:
    """The mails the stranger caused are hers, and so are their links."""
    ask_for_link(at("203.0.113.7"), TOVE)
    while ask_for_link(at("198.51.100.1"), TOVE).status_code == 200:
        pass
    tove = at("192.0.2.1")
    assert ask_for_link(tove, TOVE).status_code == 429
    assert press(tove, token_in(mails()[0])).status_code == 303  # the one she asked for
    assert press(at("192.0.2.1"), token_in(mails()[-1])).status_code == 303  # one that came of the stranger's asking


def test_good_link_works_where_many_bad_ones_were_tried(sqlite_db: str) -> None:
    ask_for_link(at("192.0.2.1"), TOVE)
    browser = at("203.0.113.7")
    browser.get("/sign-in")
    tried: list[Any] = [
        browser.post(f"/sign-in/{number:043}", data={"word": word_of(browser)}) for number in range(sign_in.TRIED + 3)
    ]
    assert [one.status_code for one in tried] == [410] * sign_in.TRIED + [429] * 3
    assert press(at("203.0.113.8"), "x" * 43).status_code == 410
    assert press(browser, token_in(mails()[0])).status_code == 303


def test_links_asked_for_are_no_more_than_the_mails(sqlite_db: str) -> None:
    for number in range(8):
        ask_for_link(at(f"203.0.113.{number}"), TOVE)
    with session_scope(reading=True) as session:
        assert len(session.scalars(select(SignInLink.id)).all()) == sign_in.MAILED


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_one_home_is_counted_as_one(host: str | None, counted: str) -> None:
    assert client_ip(Request({"type": "http", "client": (host, 1) if host else None, "headers": []})) == counted


@pytest.mark.parametrize(("peer", "counted"), [("127.0.0.1", "203.0.113.9"), ("203.0.113.7", "203.0.113.7")])
def test_only_a_proxy_on_this_machine_is_believed(monkeypatch: pytest.MonkeyPatch, peer: str, counted: str) -> None:
    """As `outreach up` starts uvicorn: X-Forwarded-For of whoever comes directly counts for nothing."""
    import anyio
    import uvicorn

    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(client_ip(Request(scope)))

    config = uvicorn.Config(app, log_config=None)
    config.load()
    forwarded = [(b"x-forwarded-for", b"198.51.100.66, 203.0.113.9")]  # the proxy adds the last one
    scope = {"type": "http", "client": (peer, 1), "headers": forwarded, "scheme": "http", "path": "/"}

    async def ask() -> None:
        await config.loaded_app(scope, None, None)  # type: ignore[arg-type]

    anyio.run(ask)
    assert seen == [counted]
