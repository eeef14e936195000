"""Whatever goes wrong, a reader gets a page in both languages, with headers as strict as anywhere."""

import sqlite3
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from outreach import database, links
from outreach.errors import PermanentFailure
from outreach.web.app import create_app
from tests.conftest import NOON
from tests.web.conftest import MakePerson, join_form, whole_database


@pytest.mark.parametrize("use", ["join", "joined", "preferences", "unsubscribe", "approve", "preview"])
def test_forged_cut_and_swapped_links_are_refused_on_every_page(
    client: TestClient, sqlite_db: str, make_person: MakePerson, use: str
) -> None:
    make_person()
    good, other = links.token(use, "kim"), links.token("something else", "kim")
    before = whole_database()
    for token in (other, good[:-1], good.replace("kim", "bo"), "x", "é.ö.å.ä", "a.b.zz.c", "%00", "'--"):
        for answer in (client.get(f"/{use}/{token}"), client.post(f"/{use}/{token}", data={"matter": "leave"})):
            assert answer.status_code in (400, 404, 405, 422), token
            assert '<section lang="sv"' in answer.text
            assert '<section lang="en"' in answer.text
    assert client.get(f"/{use}/{other}").status_code == 400
    assert "Länken går inte att använda" in client.get(f"/{use}/{other}").text
    assert whole_database() == before


def test_expired_link_says_what_to_do(client: TestClient, sqlite_db: str, make_person: MakePerson) -> None:
    make_person()
    answer = client.get(f"/join/{links.token('join', 'kim', expires=NOON.replace(year=2025))}")
    assert answer.status_code == 410
    assert "Länken har gått ut" in answer.text
    assert "write to us and you will get a new link" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/join/x", 405),
        ("POST", "/health", 405),
        ("GET", "/static/../../pyproject.toml", 404),
        ("GET", "/static/%2e%2e/layout.html", 404),
        ("GET", "/approve/x/variant/notanumber", 422),
    ],
)
def test_wrong_addresses_get_our_page(client: TestClient, sqlite_db: str, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert '<section lang="en"' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_page_in_the_readers_language_comes_first(client: TestClient, sqlite_db: str) -> None:
    for header, first in (
        ("en", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("de-DE,de", "en"),
        ("en;q=oops,sv;q=0.1", "sv"),
    ):
        content = client.get("/nowhere", headers={"accept-language": header}).text
        assert content.index(f'<section lang="{first}"') == content.index("<section lang=")
    assert '<html lang="sv">' in client.get("/nowhere", headers={"accept-language": ""}).text


def test_body_too_large_is_refused_whether_it_says_so_or_not(
    client: TestClient, sqlite_db: str, make_person: MakePerson
) -> None:
    make_person()
    at = f"/join/{links.token('join', 'kim')}"
    before = whole_database()
    declared = client.post(at, data=join_form(city="x" * 70_000))
    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    streamed = client.post(at, content=(b"city=" + b"x" * 1000 for _ in range(80)), headers=urlencoded)
    assert [declared.status_code, streamed.status_code] == [413, 413]
    assert "Det var för mycket på en gång" in declared.text
    assert whole_database() == before


def test_files_and_hundreds_of_fields_are_refused(client: TestClient, sqlite_db: str, make_person: MakePerson) -> None:
    make_person()
    at = f"/unsubscribe/{links.token('unsubscribe', 'kim', 'newsletter')}"
    before = whole_database()
    assert client.post(at, files={"scope": ("a.txt", b"all")}).status_code == 400
    assert client.post(at, data={f"f{n}": "1" for n in range(200)}).status_code == 400
    assert whole_database() == before


def test_locked_database_gives_a_sentence_and_saves_nothing(
    client: TestClient, sqlite_db: str, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person()
    database.engine_for(sqlite_db).dispose()
    database.engine_for.cache_clear()
    monkeypatch.setattr(database, "SQLITE_WAIT_SECONDS", 0.05)
    holder = sqlite3.connect(sqlite_db.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        answer = client.post(f"/join/{links.token('join', 'kim')}", data=join_form())
        reading = client.get(f"/join/{links.token('join', 'kim')}")
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "inget har gått förlorat" in answer.text
    assert reading.status_code == 200
    database.engine_for(sqlite_db).dispose()
    database.engine_for.cache_clear()


def test_database_that_is_down_gives_a_sentence_and_an_honest_health(
    client: TestClient, home: Path, set_environment: object
) -> None:
    set_environment(database_url="postgresql://nobody:hunter2@127.0.0.1:9/none")  # type: ignore[operator]
    page, health = client.get(f"/join/{links.token('join', 'kim')}"), client.get("/health")
    assert page.status_code == 503
    assert "We cannot answer just now" in page.text
    assert health.status_code == 503
    assert health.json()["status"] == "unavailable"
    assert "hunter2" not in page.text + health.text


def test_health_of_a_database_that_answers(client: TestClient, db: str) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_health_of_a_database_never_set_up_says_what_to_run(
    client: TestClient, home: Path, set_environment: object
) -> None:
    set_environment(database_url=f"sqlite:///{home / 'empty.db'}")  # type: ignore[operator]
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "outreach db upgrade" in answer.json()["sentence"]


def test_defects_of_ours_give_a_page_without_a_traceback(sqlite_db: str) -> None:
    app = create_app()

    @app.get("/defect")
    def defect() -> None:
        raise ZeroDivisionError("secret detail")

    @app.get("/sentence")
    def sentence() -> None:
        raise PermanentFailure("config/purposes.toml is missing <here>.")

    client = TestClient(app, raise_server_exceptions=False)
    broken, said = client.get("/defect"), client.get("/sentence")
    assert [broken.status_code, said.status_code] == [500, 500]
    assert "secret detail" not in broken.text
    assert "Traceback" not in broken.text
    assert broken.headers["x-content-type-options"] == "nosniff"
    assert "config/purposes.toml is missing &lt;here&gt;." in said.text


def test_every_page_carries_the_headers_and_only_the_style_may_be_kept(client: TestClient, sqlite_db: str) -> None:
    for path in ("/", "/health", "/robots.txt", "/nowhere", "/static/style.css"):
        headers = client.get(path).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert "set-cookie" not in headers
        assert headers["cache-control"] == ("public, max-age=86400" if "static" in path else "no-store")


def test_https_is_remembered_only_where_it_is_used(client: TestClient, sqlite_db: str, set_environment: object) -> None:
    assert "strict-transport-security" not in client.get("/").headers
    set_environment(public_url="https://alumni.example.org/natverk")  # type: ignore[operator]
    answer = client.get("/")
    assert "strict-transport-security" in answer.headers
    assert 'href="/natverk/static/style.css' in answer.text


def test_robots_are_told_to_stay_away(client: TestClient, sqlite_db: str) -> None:
    assert "Disallow: /" in client.get("/robots.txt").text


def test_head_answers_as_get_without_a_body(client: TestClient, sqlite_db: str) -> None:
    answer = client.head("/")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 1000
