"""Signing from the web: exactly what was shown, by who may, once."""

import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from starlette.testclient import TestClient

from outreach import asking, clock, signing
from outreach.cli.reporting import status_lines
from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.errors import PermanentFailure
from outreach.models import Approval, Campaign, Coordinator, Message, Person, Recipient, RecipientStatus
from outreach.queries import approvals, messages
from outreach.rendering import render
from outreach.settings import settings
from tests.conftest import NOON
from tests.web.conftest import MakePerson, whole_database

DUTY = "graduation-invitation"
WAYS = (("sv", None), ("en", None), ("sv", "dsv"), ("en", "dsv"))


@pytest.fixture
def campaign(sqlite_db: str, make_person: MakePerson, no_prefect: None) -> int:
    """A campaign with two people on their way, one excluded, four texts; to look at."""
    return lay_campaign(make_person)


@pytest.fixture
def to_sign(db: str, make_person: MakePerson, no_prefect: None) -> int:
    """The same on both databases, to decide about."""
    return lay_campaign(make_person)


@pytest.fixture
def no_prefect(set_environment: object) -> None:
    """Nobody answers where Prefect should be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        set_environment(prefect_url=f"http://127.0.0.1:{free.getsockname()[1]}")  # type: ignore[operator]


def lay_campaign(make_person: MakePerson) -> int:
    for name in ("ada", "bo", "cy"):
        make_person(name)
    return open_campaign("2026-HT", [None, None, "no_address"])


def open_campaign(period: str, standing: list[str | None], department: str = "dsv") -> int:
    """A campaign of the first people there are: None for who is on their way, or why they are left out."""
    now = clock.now()
    with session_scope() as session:
        campaign_id = session.execute(
            insert(Campaign)
            .values(
                key=f"{DUTY}/{period}/central", duty=DUTY, period=period, status="open", opened_at=now,
                parameters={"within_days": 60},
            )
            .returning(Campaign.id)
        ).scalar_one()  # fmt: skip
        everyone = session.scalars(select(Person.id).order_by(Person.id)).all()
        for person_id, reason in zip(everyone, standing, strict=False):
            session.execute(
                insert(Recipient).values(
                    token=f"{period}-{person_id}", campaign_id=campaign_id, wave=1, person_id=person_id, language="sv",
                    department_code=department, selected_at=now, planned_at=None if reason else now, reason=reason,
                    status=RecipientStatus.EXCLUDED if reason else RecipientStatus.PLANNED,
                )
            )  # fmt: skip
        say(session, campaign_id)
    return campaign_id


def say(session: object, campaign_id: int, ways: tuple[tuple[str, str | None], ...] = WAYS) -> None:
    variants = [
        render(DUTY, language=language, department_code=department, purpose="invitation")
        for language, department in ways
    ]
    messages.store(session, campaign_id, 1, variants, clock.now())  # type: ignore[arg-type]


def central() -> Coordinator:
    with session_scope(reading=True) as session:
        return session.scalars(select(Coordinator).where(Coordinator.central).order_by(Coordinator.id)).first()  # type: ignore[return-value]


def link_of(campaign_id: int, coordinator: Coordinator) -> str:
    return asking.approval_url(campaign_id, 1, coordinator.id).removeprefix(settings().public_url)


def code_of(campaign_id: int) -> str:
    with session_scope(reading=True) as session:
        return approvals.code_of(session, campaign_id, 1)


def signatures() -> list[tuple[bool, str, str]]:
    with session_scope(reading=True) as session:
        found = session.execute(select(Approval.approved, Approval.comment, Approval.via).order_by(Approval.id))
        return [(row.approved, row.comment, row.via) for row in found]


def test_page_shows_audience_exclusions_texts_and_code(client: TestClient, campaign: int) -> None:
    content = client.get(link_of(campaign, central())).text
    assert "2 personer" in content
    assert "Saknar e-postadress" in content
    assert code_of(campaign) in content
    assert content.count("<iframe") == 4  # the shared text and a department's own, each in Swedish and English
    assert "tag" not in content.split("<iframe")[1].split("</iframe")[0]
    assert "Hej Kim!" in content


def test_page_names_the_campaign_that_went_first(client: TestClient, campaign: int) -> None:
    with session_scope() as session:
        left_out = Recipient.status == RecipientStatus.EXCLUDED
        session.execute(update(Recipient).where(left_out).values(reason="over_budget", yields_to_id=campaign))
        key = session.scalars(select(Campaign.key)).one()
    link = link_of(campaign, central())
    assert f"så många brev som gränsen tillåter; före gick {key}" in client.get(link).text
    assert f"as many letters as the limit allows; {key} went first" in client.get(f"{link}?lang=en").text


def test_frame_shows_one_letter_and_lets_nothing_in(client: TestClient, campaign: int) -> None:
    link = link_of(campaign, central())
    with session_scope(reading=True) as session:
        message_id = session.scalars(select(Message.id).order_by(Message.id)).first()
    answer = client.get(f"{link}/variant/{message_id}")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert "Hej Kim!" in answer.text
    assert '<head><base target="_blank">' in answer.text
    assert client.get(f"{link}/variant/999999").status_code == 404


def test_coordinator_who_approves_signs_what_was_shown_and_is_told_that_prefect_is_away(
    client: TestClient, to_sign: int
) -> None:
    link = link_of(to_sign, central())
    answer = client.post(link, data={"decision": "approve", "code": code_of(to_sign), "comment": " Fint! "})
    assert answer.status_code == 303
    assert signatures() == [(True, "Fint!", "web")]
    after = client.get(answer.headers["location"]).text
    assert "Godkänt av Anna Lindqvist den 22 november 2026 12:00" in after
    assert "Nästa schemalagda körning skickar" in after
    assert '<button class="main"' not in after


@pytest.fixture
def prefect(no_prefect: None, set_environment: object) -> Iterator[list[dict[str, Any]]]:
    """Something that answers as Prefect's API does, and the runs it was asked to start."""
    runs: list[dict[str, Any]] = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path.endswith("/create_flow_run"):
                runs.append(body)
            deployment = {"id": "d1", "name": DUTY, "parameter_openapi_schema": {"properties": {"params": {}}}}
            content = json.dumps({"id": "r1"} if "create" in self.path else [deployment]).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        set_environment(prefect_url=f"http://127.0.0.1:{server.server_port}")  # type: ignore[operator]
        yield runs
        server.shutdown()


def test_approval_starts_the_next_run_once(client: TestClient, to_sign: int, prefect: list[dict[str, Any]]) -> None:
    link, code = link_of(to_sign, central()), code_of(to_sign)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: client.post(link, data={"decision": "approve", "code": code}), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 303]
    assert signatures() == [(True, "", "web")]
    assert [run["parameters"] for run in prefect] == [{"params": {"department": choice_of(None), "within_days": 60}}]
    assert code in prefect[0]["idempotency_key"]
    assert "kunde inte startas" not in client.get(link).text


def test_sending_back_starts_nothing(client: TestClient, to_sign: int, prefect: list[dict[str, Any]]) -> None:
    client.post(link_of(to_sign, central()), data={"decision": "send_back", "code": code_of(to_sign), "comment": "Nej"})
    assert signatures() == [(False, "Nej", "web")]
    assert prefect == []


def test_signing_twice_is_signing_once(client: TestClient, to_sign: int, prefect: list[dict[str, Any]]) -> None:
    link = link_of(to_sign, central())
    form = {"decision": "approve", "code": code_of(to_sign)}
    client.post(link, data=form)
    again = client.post(link, data=form)
    assert again.status_code == 200
    assert "Godkänt av Anna Lindqvist" in again.text
    assert signatures() == [(True, "", "web")]


def test_text_that_changed_since_it_was_shown_is_not_signed(client: TestClient, to_sign: int) -> None:
    link, seen = link_of(to_sign, central()), code_of(to_sign)
    with session_scope() as session:
        say(session, to_sign, WAYS[:2])
    before = whole_database()
    answer = client.post(link, data={"decision": "approve", "code": seen})
    assert answer.status_code == 409
    assert "har ändrats sedan du tittade" in answer.text
    assert whole_database() == before


def test_sending_back_needs_a_comment_and_can_be_followed_by_approval(
    client: TestClient, to_sign: int, prefect: list[dict[str, Any]]
) -> None:
    link, code = link_of(to_sign, central()), code_of(to_sign)
    bare = client.post(link, data={"decision": "send_back", "code": code})
    assert bare.status_code == 422
    assert 'id="comment-wrong"' in bare.text
    client.post(link, data={"decision": "send_back", "code": code, "comment": "Stavfel i <b>rubriken</b>"})
    after = client.get(link).text
    assert "Skickat tillbaka av Anna Lindqvist" in after
    assert "Stavfel i &lt;b&gt;rubriken&lt;/b&gt;" in after
    client.post(link, data={"decision": "approve", "code": code})
    assert [approved for approved, _, _ in signatures()] == [False, True]


def test_coordinator_who_left_or_belongs_to_another_department_cannot_sign(client: TestClient, campaign: int) -> None:
    with session_scope() as session:
        local = session.execute(
            insert(Coordinator)
            .values(email="x@example.org", name="X", language="en", central=False, active=True)
            .returning(Coordinator)
        ).scalar_one()
        session.expunge(local)
    link = link_of(campaign, local)
    answer = client.post(link, data={"decision": "approve", "code": code_of(campaign)})
    assert [answer.status_code, client.get(link).status_code] == [403, 403]
    assert signatures() == []


def test_yes_can_be_taken_back_and_given_again_and_each_yes_starts_a_run(
    client: TestClient, to_sign: int, prefect: list[dict[str, Any]]
) -> None:
    link, code = link_of(to_sign, central()), code_of(to_sign)
    client.post(link, data={"decision": "approve", "code": code})
    page = client.get(link).text
    assert "<h1>Utskicket är godkänt</h1>" in page
    assert "Läs igenom och bestäm" not in page
    assert 'value="approve"' not in page
    bare = client.post(link, data={"decision": "send_back", "code": code})
    assert bare.status_code == 422
    assert approved(to_sign)
    with clock.frozen(NOON + timedelta(minutes=5)):
        client.post(link, data={"decision": "send_back", "code": code, "comment": "Fel datum"})
        page = client.get(link).text
    assert "<h1>Utskicket är skickat tillbaka</h1>" in page
    assert "Fel datum" in page
    assert not approved(to_sign)
    with clock.frozen(NOON + timedelta(minutes=9)):
        client.post(link, data={"decision": "approve", "code": code})
    assert approved(to_sign)
    assert [said for said, _, _ in signatures()] == [True, False, True]
    assert len({run["idempotency_key"] for run in prefect}) == len(prefect) == 2


def approved(campaign_id: int) -> bool:
    with session_scope(reading=True) as session:
        return approvals.is_approved(session, session.get_one(Campaign, campaign_id), 1)


def test_what_was_approved_can_be_sent_back_by_its_code_or_key_until_it_is_over(to_sign: int) -> None:
    code, email = code_of(to_sign), central().email
    signing.decide(code, email, approved=True, comment="", via="cli")
    with pytest.raises(PermanentFailure, match="Nothing waits for approval"):
        signing.decide(code, email, approved=True, comment="", via="cli")
    signing.decide(code, email, approved=False, comment="Vänta", via="cli")
    assert not approved(to_sign)
    signing.decide(code, email, approved=True, comment="", via="prefect")
    signing.decide(f"{DUTY}/2026-HT/central", email, approved=False, comment="Vänta", via="cli")
    assert not approved(to_sign)
    signing.decide(code, email, approved=True, comment="", via="cli")
    end(to_sign)
    with pytest.raises(PermanentFailure, match="nothing to send back"):
        signing.decide(code, email, approved=False, comment="Vänta", via="cli")
    assert approved(to_sign)


def test_status_says_who_sent_a_text_back_and_why(campaign: int) -> None:
    code = code_of(campaign)
    what = f"graduation-invitation/2026-HT/central/1, 2 people, code {code}"
    assert list(status_lines())[-1] == f"Waits for approval: {what}"
    signing.decide(code, central().email, approved=False, comment="Fel\n\x1b[31mdatum", via="cli")
    assert list(status_lines())[-1] == f"Sent back by Anna Lindqvist: Fel [31mdatum ({what})"


def end(campaign_id: int) -> None:
    with session_scope() as session:
        session.execute(update(Campaign).where(Campaign.id == campaign_id).values(status="done"))


def test_nothing_is_decided_about_what_is_over(client: TestClient, campaign: int) -> None:
    link, code = link_of(campaign, central()), code_of(campaign)
    end(campaign)
    before = whole_database()
    answer = client.post(link, data={"decision": "send_back", "code": code, "comment": "Vänta"})
    assert "Utskicket är avslutat" in answer.text
    assert '<form method="post"' not in answer.text
    assert whole_database() == before


def test_text_approved_once_counts_everyone_who_waits_for_it_in_any_campaign(client: TestClient, campaign: int) -> None:
    open_campaign("2027-VT", ["already_asked", "already_asked", None], department="fysikum")
    over = open_campaign("2026-VT", [None, None, None])
    end(over)
    page = client.get(link_of(campaign, central())).text
    assert "3 personer" in page
    assert "graduation-invitation/2026-HT/central: 2 personer" in page
    assert "graduation-invitation/2027-VT/central: 1 person" in page
    assert "2026-VT" not in page
    assert "alla 2, så beslutet gäller alla" in page
    assert code_of(campaign) == code_of(over)


def test_text_approved_each_time_counts_its_own_campaign_alone(
    client: TestClient, campaign: int, own_duties: Callable[..., None]
) -> None:
    own_duties('"once_per_text"', '"each_time"')
    other = open_campaign("2027-VT", ["already_asked", "already_asked", None])
    page = client.get(link_of(campaign, central())).text
    assert "2 personer" in page
    assert "2027-VT" not in page
    assert "Texten och de här mottagarna" in page
    assert code_of(campaign) != code_of(other)


@pytest.fixture
def own_duties(home: Path, set_environment: Callable[..., None]) -> Callable[..., None]:
    """Replace one thing in the office's duties.toml by another."""

    def change(old: str, new: str) -> None:
        config = shutil.copytree(settings().config_dir, home / "config")
        said = (config / "duties.toml").read_text(encoding="utf-8")
        assert old in said
        (config / "duties.toml").write_text(said.replace(old, new), encoding="utf-8")
        set_environment(config_dir=config)

    return change


def test_campaign_that_is_gone_is_explained(client: TestClient, campaign: int) -> None:
    link = link_of(campaign, central())
    with session_scope() as session:
        session.execute(delete(Recipient))
        session.execute(delete(Campaign).where(Campaign.id == campaign))
    assert client.get(link).status_code == 410


def test_preview_link_is_for_looking_only(client: TestClient, campaign: int) -> None:
    link = asking.preview_url(campaign, 1).removeprefix(settings().public_url)
    shown = client.get(link, headers={"accept-language": "en-GB,en;q=0.9"})
    assert shown.status_code == 200
    assert "for looking only" in shown.text
    assert '<form method="post"' not in shown.text
    assert client.post(link, data={"decision": "approve", "code": code_of(campaign)}).status_code == 405
    assert client.post(link.replace("/preview/", "/approve/"), data={"decision": "approve"}).status_code == 400


def test_link_expires(client: TestClient, campaign: int) -> None:
    link = link_of(campaign, central())
    with clock.frozen(NOON + timedelta(days=settings().approval_link_days, minutes=1)):
        answer = client.get(link)
    assert answer.status_code == 410
    assert "This link has expired" in answer.text
