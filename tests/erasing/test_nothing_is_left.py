"""A person who has left a trace of every kind is erased, and the register's file comes in again: nothing holds them."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from prefect.logging import disable_run_logger
from sqlalchemy import insert, inspect, select, text

from outreach import clock, database
from outreach.database import session_scope
from outreach.drop_folders import drop_folder, lay
from outreach.erasing import people as erasing
from outreach.event import Answer
from outreach.linkedin.exporting import export
from outreach.models import (
    Approval,
    Batch,
    Campaign,
    Coordinator,
    Message,
    Person,
    PreviewRow,
    ProviderEvent,
    Recipient,
    Rsvp,
    StoryStatus,
    Suppression,
    WebEdition,
)
from outreach.queries import seats, stories, traces
from outreach.queries.storing_stories import Draft, add
from outreach.settings import settings
from outreach.story import Channel, Kind, Telling
from tasks.register import import_dropped, waiting_files
from tests.register.conftest import alumn, student, write
from tests.seats.conftest import lay_event
from tests.spine.conftest import mailed, run_duty

FIRST, LAST, ADDRESS = "Quendolyn", "Färquharsön", "q.canary@student.example.org"
SIGNS = ("Quendolyn", "Färquhar", "farquhar", "F\\u00e4rquhar", "F=C3=A4rquhar", "F%C3%A4rquhar", "q.canary")
NAME = {"first_name": FIRST, "last_name": LAST, "email": ADDRESS}
SOON = {"expected_end": "2026-12-20"}
OTHERS = [student(f"u{number}", **SOON) for number in range(1, 40)]


@pytest.fixture
def maildir(home: Path, set_environment: Callable[..., None], db: str) -> Path:
    folder = home / "maildir"
    for name in ("new", "cur", ".Read/cur", ".Read/new", ".Other/cur", ".Other/new"):
        (folder / name).mkdir(parents=True)
    set_environment(bounce_maildir=folder)
    return folder


def drop(kind: str, name: str, rows: list[dict[str, str]]) -> None:
    """Lay a file of the register in its folder, and read it as the flow does."""
    lay()
    path = drop_folder(kind) / name  # type: ignore[arg-type]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in (list(rows[0]), *(list(row.values()) for row in rows)):
            book.active.append(line)
        book.save(path)
    else:
        write(path, rows)
    with clock.frozen(clock.now().replace(year=2030)):  # files that are written to at this moment wait
        found = waiting_files.fn(kind)  # type: ignore[arg-type]
    assert [one.name for one in found] == [name]
    with disable_run_logger():
        import_dropped.fn(kind, path, force=False, partial=True)  # type: ignore[arg-type]


def register() -> None:
    """Files with good rows about her, and with one that is rejected for its date."""
    rejected = student("u0", **NAME, expected_end="2026-13-45", programme_code="BAD")
    nobodys = student("", **NAME | {"email": "q.canary@@nowhere"}, **SOON)  # neither an address nor a student id
    drop("students", "students.csv", [student("u0", **NAME, **SOON), rejected, nobodys, *OTHERS])
    drop("alumni", "alumni.xlsx", [alumn(ADDRESS, first_name=FIRST, last_name=LAST), alumn("other@example.org")])


def tell_of_her(person_id: int) -> None:
    """A portrait with a yes to every channel, a letter that tells it, its page, a signature and a preview."""
    now = clock.now()
    told = f"Möt {FIRST} {LAST}"
    with session_scope() as session:
        draft = Draft(
            slug="quendolyn-farquharson", kind=Kind.PORTRAIT, department_code=None, channels=frozenset(Channel),
            source="import", status=StoryStatus.READY, tellings=(Telling("sv", told, f"{FIRST} {LAST} arbetar nu."),),
            portrays=True, person_id=person_id,
        )  # fmt: skip
        story = add(session, [draft], now)[draft.slug]
        for channel in Channel:
            stories.record_consent(session, story, channel, given=True, source="test", wording="Får vi?", now=now)
        letter = Campaign(key="quarterly-newsletter/2026-Q4/central", duty="quarterly-newsletter", period="2026-Q4",
                          parameters={"headline": told}, opened_at=now)  # fmt: skip
        session.add(letter)
        session.flush()
        broken = f"{FIRST}\n{LAST} bor i Lund. {FIRST.upper()} {LAST.upper()}! {LAST}s katt."
        said = {"subject": told, "preheader": f"{LAST} berättar", "html": f"<p>{broken}</p>", "text": broken}
        session.add(
            Message(campaign_id=letter.id, wave=1, variant="sv", language="sv", digest="d", created_at=now, **said)
        )
        session.add(WebEdition(campaign_id=letter.id, language="sv", slug="2026-q4", title=told, summary=told,
                               html=said["html"], published_at=now))  # fmt: skip
        kept = {"content": {"letters": [said]}, "made_at": now}
        session.add(PreviewRow(flow_run_id="f", duty="quarterly-newsletter", day=now.date(), **kept))
        coordinator = session.scalars(select(Coordinator.id).limit(1)).one()
        session.add(Approval(campaign_id=letter.id, duty=letter.duty, wave=1, content_digest="c", audience_digest="a",
                             coordinator_id=coordinator, approved=False, comment=f"Stryk {LAST}", via="web",
                             at=now))  # fmt: skip
    export(department_code=None)
    letters = settings().outbox / "quarterly-newsletter/2026-Q4/central/1/1"
    letters.mkdir(parents=True)
    (letters / f"{'e' * 32}-1.eml").write_text(f"To: somebody@example.org\n\n{told}", encoding="utf-8")
    proof = settings().outbox / "office/proof/1/1/abc.eml"
    proof.parent.mkdir(parents=True)
    proof.write_text(f"Subject: =?utf-8?q?{FIRST}_F=C3=A4rquhars=C3=B6n?=\n\nProv", encoding="utf-8")


def come_to_an_event(person_id: int) -> None:
    event = lay_event()
    with session_scope() as session:
        seats.answer(session, event, person_id, Answer.YES, 1, f"{FIRST} tål inte nötter", version=0, now=clock.now())
        walk_in = {"name": f"{FIRST} {LAST}", "answer": "yes", "walk_in": True, "answered_at": clock.now()}
        session.execute(insert(Rsvp).values(event_id=event.id, changed_at=clock.now(), **walk_in))


def come_back(maildir: Path, token: str) -> None:
    """Mail that was returned, in every place it may lie, and what a provider said of it."""
    returned = f"To: {ADDRESS}\nX-Token: {token}\n\n<{ADDRESS}> does not exist\n"
    lay()
    for folder in (drop_folder("bounces") / "done", maildir / ".Read" / "cur", maildir / ".Other" / "cur"):
        folder.mkdir(exist_ok=True, parents=True)
        (folder / "1.eml").write_text(returned, encoding="utf-8")
    with session_scope() as session:
        recipient = session.scalars(select(Recipient.id).where(Recipient.token == token)).one()
        raw = json.dumps({"email": ADDRESS})
        session.execute(
            insert(ProviderEvent).values(event_id="e", recipient_id=recipient, kind="bounce", at=clock.now(), raw=raw)
        )


def leave_files() -> None:
    for name in ("previews/quarterly-newsletter/central/sv.html", "log/web.log"):
        path = settings().data_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<p>{FIRST} {LAST}, {ADDRESS}</p>\n", encoding="utf-8")


def tables_naming_her() -> set[str]:
    with database.engine().connect() as connection:
        names = inspect(connection).get_table_names()
        rows = {name: repr(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names}
    return {name for name, said in rows.items() if any(sign.lower() in said.lower() for sign in SIGNS)}


def files_naming_her(*folders: Path) -> set[str]:
    found = set()
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        raw = b"\n".join(_contents(path)).lower()
        if any(sign.lower().encode(code) in raw for sign in SIGNS for code in ("utf-8", "cp1252")):
            found.add(path.name)
    return found


def _contents(path: Path) -> Iterator[bytes]:
    yield path.name.encode()
    yield path.read_bytes()
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        with closing(book):
            yield repr([row for sheet in book for row in sheet.values]).encode()


def test_nothing_is_left_of_an_erased_person_and_nobody_writes_to_them(
    db: str, home: Path, maildir: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    register()
    run_duty()
    with session_scope(reading=True) as session:
        her = session.scalars(select(Person).where(Person.student_uid == "u0")).one()
        token = session.scalars(select(Recipient.token).where(Recipient.person_id == her.id)).one()
    tell_of_her(her.id)
    come_to_an_event(her.id)
    come_back(maildir, token)
    leave_files()
    before = tables_naming_her()
    assert before >= {"people", "messages", "web_editions", "previews", "approvals", "rsvps", "stories", "exports",
                      "provider_events", "campaigns"}  # fmt: skip
    assert len(files_naming_her(home)) >= 10
    assert ADDRESS in mailed()
    others = [address for address in mailed() if address != ADDRESS]

    assert erasing.erase([her.public_id], actor="coordinator:1").people == 1
    register()
    run_duty()

    assert tables_naming_her() == set()
    assert files_naming_her(home) - {Path(database.engine().url.database or "").name} == set()
    assert mailed() == others
    assert not any(sign.lower() in (caplog.text + "".join(capfd.readouterr())).lower() for sign in SIGNS)
    with session_scope(reading=True) as session:
        assert session.scalar(select(Person.id).where(Person.student_uid == "u0")) is None
        laid = session.scalars(select(Suppression).where(Suppression.reason == "erased")).all()
        assert len(laid) == 3  # of the address, the student id and the name
        batch = session.scalars(select(Batch.size).join(Recipient, Recipient.batch_id == Batch.id)
                                .where(Recipient.token == token)).one()  # fmt: skip
        assert batch >= 1  # the count stays


def test_the_database_file_itself_holds_no_byte_of_them(db: str, home: Path, maildir: Path) -> None:
    if database.engine().dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    register()
    run_duty()
    with session_scope(reading=True) as session:
        her = session.scalars(select(Person).where(Person.student_uid == "u0")).one()
    tell_of_her(her.id)
    come_to_an_event(her.id)
    erasing.erase([her.public_id], actor="coordinator:1")
    assert files_naming_her(home) == set()


def test_every_column_that_may_hold_a_sentence_is_searched() -> None:
    """A new table is searched by itself; a column of few letters holds codes."""
    free = {
        "messages.html",
        "approvals.comment",
        "rsvps.name",
        "survey_answers.value",
        "audit.detail",
        "exports.item",
        "fault_reports.description",
        "previews.content",
        "snapshots.content",
        "visits.delegation",
        "stories.slug",
    }
    assert free - traces.searched() == set()
