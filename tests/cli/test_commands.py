"""The command line as a person meets it: one sentence, an exit status, never a traceback."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach import cli
from outreach.database import session_scope
from outreach.models import Campaign, Person, Recipient
from outreach.settings import settings
from tests.spine.conftest import Student, approve_all, enrol, mailed, own_templates, run_duty

__all__ = ["enrol", "own_templates"]

Enrol = Callable[..., dict[str, int]]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def outreach(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process. Returns exit status, what it printed, what it complained."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["outreach", *words])
        try:
            cli.main()
            status = 0
        except SystemExit as left:
            status = int(left.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return run


def test_a_register_is_imported_with_one_line_of_exact_counts(sqlite_db: str, outreach: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "s.csv")
    status, out, _ = outreach("sample", file, "--people", "300", "--seed", "3")
    assert (status, out.count("\n")) == (0, 1)
    status, out, _ = outreach("import", "students", file)
    assert (status, out.count("\n")) == (0, 1)
    with session_scope(reading=True) as session:
        people = session.scalar(select(func.count()).select_from(Person))
    assert f"{people} people added" in out
    _, out, _ = outreach("import", "students", file)
    assert "0 people added, 0 changed" in out


def test_a_preview_prints_the_audience_and_where_to_look_and_sends_nothing(
    sqlite_db: str, outreach: Run, enrol: Enrol
) -> None:
    enrol(Student("a"), Student("nowhere", email=None))
    status, out, _ = outreach("run", "graduation-invitation", "--preview")
    assert status == 0
    assert "1 people would be written to. Nothing was sent." in out
    assert "no_address 1" in out
    found = re.search(r"Look at every variant: (.*)", out)
    assert found is not None
    assert Path(found[1]).exists()
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Campaign)) == 0
        assert session.scalar(select(func.count()).select_from(Recipient)) == 0
    assert not settings().outbox.exists()


def test_status_names_what_waits_and_approve_signs_it(sqlite_db: str, outreach: Run, enrol: Enrol) -> None:
    enrol(Student("a"))
    run_duty(approve=False)
    _, out, _ = outreach("status")
    found = re.search(r"Waits for approval: graduation-invitation/2026-HT/central/1, 1 people, code (\S+)", out)
    assert found is not None
    status, out, _ = outreach("approve", found[1], "--as", settings().coordinators[0].email)
    assert status == 0
    assert "wave 1 is approved." in out
    run_duty(approve=False)
    assert mailed() == ["a@students.example.org"]
    assert "Waits" not in outreach("status")[1]


def test_a_key_can_be_signed_too_or_sent_back(sqlite_db: str, outreach: Run, enrol: Enrol) -> None:
    enrol(Student("a"))
    run_duty(approve=False)
    email = settings().coordinators[0].email
    status, out, _ = outreach("approve", "graduation-invitation/2026-HT/central", "--as", email, "--send-back")
    assert (status, "Nothing is sent." in out) == (0, True)
    run_duty(approve=False)
    assert mailed() == []


def test_a_campaign_is_paused_resumed_and_cancelled_and_status_shows_it(
    sqlite_db: str, outreach: Run, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    set_environment(prefect_url="http://127.0.0.1:1")
    enrol(Student("a"))
    run_duty(approve=False)
    key, email = "graduation-invitation/2026-HT/central", settings().coordinators[0].email
    assert outreach("pause", key, "--as", email) == (0, f"{key} is paused. 1 people wait until it is resumed.\n", "")
    assert f"{key} (paused)" in outreach("status")[1]
    assert "Waits for approval" not in outreach("status")[1]
    status, out, _ = outreach("resume", key, "--as", email)
    assert (status, out.splitlines()[0]) == (0, f"{key} goes on. 1 people wait for their message.")
    assert "The campaign is open" in out  # no Prefect runs here
    assert f"{key} (open)" in outreach("status")[1]
    assert outreach("cancel", key, "--as", email)[0] == 0
    assert f"{key} (cancelled)\n  wave 1: cancelled 1\n" in outreach("status")[1]
    status, _, err = outreach("resume", key, "--as", email)
    assert (status, err) == (1, f"{key} is cancelled, so it cannot be resumed.\n")


def test_status_says_until_when_people_wait_for_the_end_of_the_night(
    sqlite_db: str, outreach: Run, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    set_environment(quiet_hours="11:00-13:00")
    enrol(Student("a"))
    run_duty()
    assert "  1 people wait for their moment, the first until 2026-11-22 13:00\n" in outreach("status")[1]


def test_everything_about_a_person_is_exported_and_erased_and_they_are_never_written_to(
    sqlite_db: str, outreach: Run, enrol: Enrol
) -> None:
    enrol(Student("a"), Student("b"))
    run_duty()
    status, out, _ = outreach("person", "export", "A@students.example.org ")
    known = json.loads(out)
    assert known["people"][0]["student_uid"] == "a"
    assert known["messages"][0]["key"] == "graduation-invitation/2026-HT/central"

    status, out, _ = outreach("person", "erase", "a@students.example.org")
    assert (status, out.startswith("1 person has been erased")) == (0, True)
    assert outreach("person", "show", "a@students.example.org")[0] == 1
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Recipient)) == 2  # the ledger keeps its counts
    enrol(Student("again", email="a@students.example.org"))
    approve_all()
    run_duty()
    assert mailed() == ["b@students.example.org"]  # what was written to the erased is gone too, and nothing came after


def test_check_finds_a_template_with_an_unknown_name(
    sqlite_db: str, outreach: Run, own_templates: Callable[[str, str], None]
) -> None:
    assert outreach("check") == (0, "Everything that can be checked without sending is in order.\n", "")
    own_templates("graduation-invitation.sv.md", "{{ person.shoe_size }}")
    status, out, _ = outreach("check")
    assert status == 1
    assert "graduation-invitation.sv.md" in out
    assert "shoe_size" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "graduation-party"), "There is no duty 'graduation-party'. There are: "),
        (("run", "graduation-invitation", "--preview", "--department", "none"), "no department 'none'"),
        (("run", "graduation-invitation", "--department", "hogwarts"), "There is no department 'hogwarts'"),
        (("approve", "AAAA-BBBB", "--as", "nobody@example.org"), "No coordinator has this e-mail address."),
        (("approve", "AAAA-BBBB", "--as", "anna.lindqvist@office.example.org"), "Nothing waits for approval under"),
        (("import", "students", "no-such-file.csv"), "no-such-file.csv"),
        (("person", "show", "nobody@example.org"), "Nobody in the register has this address."),
    ],
)  # fmt: skip
def test_each_mistake_gets_one_sentence_and_a_status(
    sqlite_db: str, outreach: Run, words: tuple[str, ...], sentence: str
) -> None:
    status, out, err = outreach(*words)
    assert status == 1
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_an_import_with_rejected_rows_says_so_by_its_status(sqlite_db: str, outreach: Run, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    outreach("sample", str(file), "--people", "20")
    lines = file.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    cells = dict(zip(header, lines[1].split(","), strict=True)) | {
        "student_uid": "ZZZZZZZZZZ",
        "expected_end": "2026-13-40",
    }
    broken = ",".join(cells[name] for name in header)
    file.write_text("\n".join([*lines, broken]) + "\n", encoding="utf-8")
    status, out, _ = outreach("import", "students", str(file))
    assert status == 3
    assert "1 rows rejected" in out
    assert (tmp_path / "s.rejected.csv").exists()


def test_a_database_that_was_never_set_up_says_what_to_do(
    home: Path, outreach: Run, set_environment: Callable[..., None]
) -> None:
    set_environment(database_url=f"sqlite:///{home / 'empty.db'}")
    status, _, err = outreach("status")
    assert (status, err) == (1, "The database has not been set up for this version. Run: outreach db upgrade\n")
    assert outreach("db", "upgrade")[0] == 0
    assert outreach("status") == (0, "Nothing has been run yet.\n", "")


def test_a_database_that_is_down_asks_to_try_later(
    home: Path, outreach: Run, set_environment: Callable[..., None]
) -> None:
    set_environment(database_url="postgresql://nobody@127.0.0.1:1/none")
    status, _, err = outreach("status")
    assert (status, err.startswith("The database cannot be reached.")) == (75, True)


def test_a_setting_nobody_knows_is_named(home: Path, outreach: Run, set_environment: Callable[..., None]) -> None:
    set_environment(batch_size="many")
    status, _, err = outreach("status")
    assert (status, err.count("\n"), "batch_size" in err) == (1, 1, True)


def test_a_postgresql_database_that_was_never_set_up_says_what_to_do(
    home: Path, outreach: Run, set_environment: Callable[..., None], postgres_server: str
) -> None:
    set_environment(database_url=postgres_server)  # the server's own `postgres`, which holds no tables
    status, _, err = outreach("status")
    assert (status, err) == (1, "The database has not been set up for this version. Run: outreach db upgrade\n")
