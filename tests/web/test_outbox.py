"""Looking at what would have been sent, and nothing else on the disk."""

import os
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from outreach.settings import settings
from outreach.web.outbox import PAGE_SIZE

BATCH = "graduation-invitation/2026-HT/central/1"


def post(
    name: str,
    to: str = "kim@student.example.org",
    subject: str = "Du hör till oss",
    *,
    age: int = 0,
    html: str = "<p>Hej</p>",
) -> Path:
    """A mail in the outbox, written `age` seconds before the first."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "alumn@alumni.example.org", to, subject
    mail["List-Unsubscribe"] = "<http://127.0.0.1:8400/unsubscribe/x.newsletter.-.y>"
    mail.set_content("Gå med: http://127.0.0.1:8400/join/x.-.-.y\n")
    mail.add_alternative(f"<html><head><title>x</title></head><body>{html}</body></html>", subtype="html")
    path = settings().outbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mail.as_bytes())
    os.utime(path, (1_800_000_000 - age, 1_800_000_000 - age))
    return path


@pytest.fixture
def outbox(sqlite_db: str) -> Path:
    post(f"{BATCH}/1/new.eml")
    post(f"{BATCH}/2/old.eml", "åsa@example.org", "Påminnelse", age=60)
    post(
        "office/graduation-invitation/2026-HT/central/1/ABCD-EFGH/ask.eml",
        "anna@office.example.org",
        "Att godkänna",
        age=30,
    )
    return settings().outbox


def test_list_is_newest_first_with_counts_by_campaign(client: TestClient, outbox: Path) -> None:
    content = client.get("/outbox").text
    assert content.index("new.eml") < content.index("ask.eml") < content.index("old.eml")
    assert "3 brev" in content
    assert f"{BATCH} (2)" in content


def test_search_finds_addresses_and_decoded_subjects(client: TestClient, outbox: Path) -> None:
    assert "ask.eml" in client.get("/outbox?q=ANNA@").text
    found = client.get("/outbox?q=påminn").text
    assert "old.eml" in found
    assert "new.eml" not in found
    assert "Här finns inga brev" in client.get("/outbox?q=nobody").text
    assert "ask.eml" not in client.get(f"/outbox?campaign={quote(BATCH)}").text


def test_list_is_paged(client: TestClient, outbox: Path) -> None:
    for number in range(PAGE_SIZE):
        post(f"{BATCH}/3/{number:03}.eml", age=1000 + number)
    first, last = client.get("/outbox").text, client.get("/outbox?number=99").text
    assert first.count("/outbox/mail/") == PAGE_SIZE
    assert last.count("/outbox/mail/") == 3
    assert "Sida 2 av 2" in last
    assert client.get("/outbox?number=x").status_code == 422


def test_mail_is_shown_with_links_that_work(client: TestClient, outbox: Path) -> None:
    content = client.get(f"/outbox/mail/{BATCH}/1/new.eml").text
    assert 'href="http://127.0.0.1:8400/join/x.-.-.y"' in content
    assert 'href="http://127.0.0.1:8400/unsubscribe/x.newsletter.-.y"' in content
    assert f'src="/outbox/html/{BATCH}/1/new.eml"' in content
    frame = client.get(f"/outbox/html/{BATCH}/1/new.eml")
    assert "<p>Hej</p>" in frame.text
    assert "sandbox allow-popups" in frame.headers["content-security-policy"]
    assert "script-src" not in frame.headers["content-security-policy"]


def test_file_that_goes_with_a_mail_is_offered_and_never_shown(client: TestClient, outbox: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "alumn@alumni.example.org", "kim@example.org", "Du har en plats"
    mail.set_content("Hej")
    mail.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="evenemang.ics")
    mail.add_attachment(b"<script>alert(1)</script>", "text", "html", filename='x"<b>.html')
    name = f"{BATCH}/1/with-files.eml"
    (settings().outbox / name).write_bytes(mail.as_bytes())
    shown = client.get(f"/outbox/mail/{name}").text
    assert "evenemang.ics" in shown
    assert "<b>.html" not in shown
    calendar, page = client.get(f"/outbox/file/0/{name}"), client.get(f"/outbox/file/1/{name}")
    assert (calendar.content, calendar.headers["content-type"].split(";")[0]) == (b"BEGIN:VCALENDAR", "text/calendar")
    assert calendar.headers["content-disposition"] == 'attachment; filename="evenemang.ics"'
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"].startswith("attachment; ")
    assert client.get(f"/outbox/file/2/{name}").status_code == 404
    assert client.get(f"/outbox/file/0/{BATCH}/1/new.eml").status_code == 404


def test_markup_in_headers_and_text_is_inert(client: TestClient, outbox: Path) -> None:
    post("a/b/c/1/1/bad.eml", subject="<script>alert(1)</script>")
    for path in ("/outbox", "/outbox/mail/a/b/c/1/1/bad.eml", "/outbox?q=%22%3E%3Cscript%3E"):
        assert "<script" not in client.get(path).text


def test_broken_mail_is_shown_as_far_as_it_goes(client: TestClient, outbox: Path) -> None:
    (outbox / "broken.eml").write_bytes(
        b"To: \xff\xfe\r\nSubject: =?utf-8?b?!!!?=\r\nContent-Type: multipart/x\r\n\r\n\x00"
    )
    (outbox / "worse.eml").write_bytes(b"To: <\r\nFrom: [:,?=:=?utf-8?b?!!?=,\r\nMessage-ID: <\r\n >.\r\n\r\nHej")
    (outbox / "empty.eml").write_bytes(b"")
    assert client.get("/outbox").status_code == 200
    assert client.get("/outbox/mail/broken.eml").status_code == 200
    assert client.get("/outbox/mail/worse.eml").status_code == 200
    assert client.get("/outbox/html/empty.eml").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../secret.eml", "..%2fsecret.eml", "%2e%2e/secret.eml", "....//secret.eml", "/etc/passwd", "%2fetc%2fpasswd",
        "x%00.eml", "link.eml", "note.txt", "", "graduation-invitation", "%2e%2e%2f%2e%2e%2fsecret.eml", "~/secret.eml",
    ],
)  # fmt: skip
def test_nothing_outside_the_outbox_can_be_read(client: TestClient, outbox: Path, name: str) -> None:
    (outbox.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    (outbox / "note.txt").write_text("secret")
    (outbox / "link.eml").symlink_to(outbox.parent / "secret.eml")
    for kind in ("mail", "html"):
        answer = client.get(f"/outbox/{kind}/{name}")
        assert answer.status_code == 404
        assert "secret" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"transport": "smtp"},
        {"transport": "sendgrid"},
        {"public_url": "https://alumni.example.org"},
        {"public_url": "http://127.0.0.1.example.org"},
        {"public_url": "http://10.0.0.1:8400"},
    ],
)
def test_outbox_is_not_there_once_the_web_is_public_or_mail_is_sent(
    client: TestClient, outbox: Path, set_environment: object, fields: dict[str, str]
) -> None:
    set_environment(outbox_dir=outbox, **fields)  # type: ignore[operator]
    paths = ("/outbox", f"/outbox/mail/{BATCH}/1/new.eml", f"/outbox/html/{BATCH}/1/new.eml")
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert "/outbox" not in client.get("/").text


def test_empty_outbox_says_so(client: TestClient, sqlite_db: str) -> None:
    assert "Här finns inga brev" in client.get("/outbox").text
