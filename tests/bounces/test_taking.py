"""Returned mail taken in: what the ledger says then, who is suppressed, and where the mail lies."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from outreach import clock, drop_folders, links, settling
from outreach.bounces import taking
from outreach.bounces.taking import Taken
from outreach.database import session_scope
from outreach.drop_folders import drop_folder
from outreach.errors import PermanentFailure
from outreach.models import BatchStatus, Person, ProviderEvent
from outreach.models import RecipientStatus as S
from outreach.queries.suppressions import EVERYTHING
from tests.bounces.conftest import lay, lying_in, mail, take_in
from tests.conftest import NOON
from tests.provider_events.conftest import (
    Sent,
    address_of,
    ledger_now,
    sent,
    status_of,
    suppressed_as,
    suppressions_now,
    token_of,
)

__all__ = ["sent"]
BOUNCED = {(EVERYTHING, "bounced")}
SETTLED = (NOON - timedelta(minutes=5)).timestamp()


@pytest.fixture
def ada(db: str, sent: Sent) -> None:
    """Her message was taken by the mail server; so was Bea's."""
    sent("ada", "bea", status=S.ACCEPTED, batch=BatchStatus.ACCEPTED)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("name", "status", "suppressed"),
    [
        ("postfix_failed", ("bounced", "hard_bounce"), BOUNCED),
        ("exchange_online_failed", ("bounced", "hard_bounce"), BOUNCED),
        ("gmail_failed", ("bounced", "hard_bounce"), BOUNCED),  # she has her mail forwarded; we know her other address
        ("exim_failed", ("bounced", "soft_bounce"), set()),
        ("postfix_expired", ("bounced", "soft_bounce"), set()),
        ("postfix_delayed", ("deferred", None), set()),
        ("postfix_delivered", ("delivered", None), set()),
        ("complaint", ("complained", None), {(EVERYTHING, "complained")}),
        ("passed_on_to_two", ("bounced", "hard_bounce"), set()),  # one of the two has it
        ("other_two_tokens", ("accepted", None), set()),
        ("other_out_of_office", ("accepted", None), set()),
    ],
)
def test_what_a_report_says_becomes_true_of_the_one_it_is_about(
    maildir: Path, name: str, status: tuple[str, str | None], suppressed: set[tuple[str, str]]
) -> None:
    lay(maildir, mail(name))
    take_in()
    assert (status_of("ada"), suppressed_as("ada")) == (status, suppressed)
    assert (status_of("bea"), suppressed_as("bea")) == (("accepted", None), set())


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("first", ["postfix_delayed", "postfix_expired"])
def test_late_and_then_given_up_is_given_up_in_whichever_order_it_is_heard(maildir: Path, first: str) -> None:
    second = {"postfix_delayed": "postfix_expired", "postfix_expired": "postfix_delayed"}[first]
    for name in (first, second):
        lay(maildir, mail(name))
        take_in()
    assert status_of("ada") == ("bounced", "soft_bounce")


@pytest.mark.usefixtures("ada")
def test_soft_bounces_of_four_days_suppress(maildir: Path) -> None:
    for day in range(4):
        lay(maildir, mail("exim_failed").replace(b"22 Nov", b"%d Nov" % (22 - day)).replace(b"E1tEA", b"E%dtEA" % day))
    take_in()
    assert suppressed_as("ada") == {(EVERYTHING, "bounced_softly")}


@pytest.mark.usefixtures("ada")
def test_read_mail_is_moved_on_and_other_mail_is_put_aside(maildir: Path) -> None:
    reports = {mail("postfix_delayed"), mail("postfix_failed")}
    others = {mail("other_out_of_office"), mail("other_without_our_token"), b"", b"\xff\0" * 99}
    lay(maildir, *reports, *others)
    assert take_in() == Taken(reports=2, new=2, other=4)
    assert lying_in(maildir / ".Read" / "cur") == reports
    assert lying_in(maildir / ".Other" / "cur") == others
    assert lying_in(maildir / "new") == set()
    assert take_in() == Taken()


@pytest.mark.usefixtures("ada")
def test_mail_somebody_has_looked_at_is_read_too_and_keeps_its_marks(maildir: Path) -> None:
    (maildir / "cur" / "1.looked-at:2,FS").write_bytes(mail("postfix_failed"))
    take_in()
    assert [path.name for path in (maildir / ".Read" / "cur").iterdir()] == ["1.looked-at:2,FS"]
    assert status_of("ada") == ("bounced", "hard_bounce")


@pytest.mark.usefixtures("ada")
def test_a_run_that_dies_before_moving_the_mail_changes_nothing_when_it_reads_it_again(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(maildir, mail("exim_failed"), mail("postfix_failed"))
    with monkeypatch.context() as dying:
        dying.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            taking.read_maildir()
    settling.settle_all()
    before = (ledger_now(), suppressions_now())
    with clock.frozen(NOON + timedelta(hours=1)):
        assert take_in() == Taken(reports=2, new=0)
    assert (ledger_now(), suppressions_now()) == before
    assert status_of("ada") == ("bounced", "hard_bounce")


def killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("ada")
def test_the_same_report_on_two_ways_counts_once(maildir: Path) -> None:
    lay(maildir, mail("postfix_failed"), b"Received: by another way\r\n" + mail("postfix_failed"))
    assert take_in() == Taken(reports=2, new=1)


# Forged


@pytest.mark.usefixtures("ada")
def test_a_report_with_nothing_but_addresses_suppresses_nobody(maildir: Path) -> None:
    lay(maildir, mail("other_without_our_token"))
    take_in()
    assert (status_of("ada"), suppressions_now()) == (("accepted", None), set())


@pytest.mark.usefixtures("ada")
def test_a_report_with_an_invented_token_is_nobodys_and_is_not_kept(maildir: Path) -> None:
    lay(maildir, mail("postfix_failed").replace(token_of("ada").encode(), b"f" * 32))
    assert take_in() == Taken(other=1)
    assert suppressions_now() == set()
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(ProviderEvent)) == 0


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("name", ["postfix_failed", "complaint", "exim_failed"])
def test_who_has_one_message_cannot_suppress_the_address_of_another(maildir: Path, name: str) -> None:
    lay(maildir, mail(name).replace(address_of("ada").encode(), address_of("bea").encode()))
    take_in()
    assert suppressed_as("bea") == set()
    assert status_of("bea") == ("accepted", None)


@pytest.mark.usefixtures("ada")
def test_an_address_corrected_since_is_not_suppressed_for_the_old_one(maildir: Path) -> None:
    with session_scope() as session:
        new = links.address_hash("ada.new@example.org")
        session.execute(update(Person).where(Person.email == address_of("ada")).values(address_hash=new))
    lay(maildir, mail("postfix_failed"))
    take_in()
    assert (status_of("ada"), suppressions_now()) == (("bounced", "hard_bounce"), set())


@pytest.mark.usefixtures("ada")
def test_of_someone_erased_the_bounce_is_kept_without_an_address(maildir: Path) -> None:
    with session_scope() as session:
        session.execute(update(Person).values(email=None, address_hash=None))
    lay(maildir, mail("postfix_failed"))
    take_in()
    assert (status_of("ada"), suppressions_now()) == (("bounced", "hard_bounce"), set())


# Places


def test_nothing_is_read_where_no_maildir_is_set(sqlite_db: str) -> None:
    assert take_in() == Taken()


def test_a_maildir_that_is_none_is_said_so(sqlite_db: str, maildir: Path) -> None:
    (maildir / "new").rmdir()
    with pytest.raises(PermanentFailure, match=r"OUTREACH_BOUNCE_MAILDIR is .*, which is no Maildir"):
        taking.read_maildir()


def test_links_in_a_maildir_are_not_followed(sqlite_db: str, maildir: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not a mail")
    (maildir / "new" / "linked").symlink_to(tmp_path / "secret")
    assert take_in() == Taken()
    assert (tmp_path / "secret").exists()


def test_read_mail_goes_after_the_set_days_and_other_mail_stays(
    sqlite_db: str, maildir: Path, set_environment: Callable[..., None]
) -> None:
    set_environment(drop_keep_days=10)
    for folder in (".Read", ".Other"):
        (maildir / folder / "cur").mkdir(parents=True)
        for days in (9, 11):
            path = maildir / folder / "cur" / f"{days}:2,"
            path.touch()
            came = (NOON - timedelta(days=days)).timestamp()
            os.utime(path, (came, came))
    take_in()
    assert {path.name for path in (maildir / ".Read" / "cur").iterdir()} == {"9:2,"}
    assert {path.name for path in (maildir / ".Other" / "cur").iterdir()} == {"9:2,", "11:2,"}


@pytest.mark.usefixtures("ada")
def test_files_in_the_drop_folder_are_read_and_put_away() -> None:
    drop_folders.lay()
    drop = drop_folder("bounces")
    box = b"".join(b"From MAILER-DAEMON Sun Nov 22 11:30:02 2026\n%s\n" % mail(name).replace(b"\r\n", b"\n")
                   for name in ("postfix_delayed", "other_out_of_office", "postfix_failed"))  # fmt: skip
    files = {"box.mbox": box, "one.EML": mail("complaint").replace(b"616461", b"626561"), "prose.eml": b"Hello"}
    for name, content in (files | {"note.txt": b"", "arriving.eml": b""}).items():
        (drop / name).write_bytes(content)
        os.utime(drop / name, (SETTLED, SETTLED))
    os.utime(drop / "arriving.eml", (NOON.timestamp(), NOON.timestamp()))
    assert take_in() == Taken(reports=3, new=3, other=2)
    assert (status_of("ada"), suppressed_as("ada")) == (("bounced", "hard_bounce"), BOUNCED)
    assert status_of("bea") == ("complained", None)
    assert {path.name for path in drop.iterdir() if path.is_file()} == {"note.txt", "arriving.eml"}
    assert {path.name[18:] for path in (drop / "done").iterdir()} == {"box.mbox", "one.EML"}
    assert {path.name[18:] for path in (drop / "failed").iterdir()} == {"prose.eml"}


def test_more_mails_than_one_transaction_takes_are_all_read(
    sqlite_db: str, sent: Sent, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"s{number}" for number in range(7)]
    sent(*names, status=S.ACCEPTED, batch=BatchStatus.ACCEPTED)
    monkeypatch.setattr(taking, "AT_ONCE", 3)
    for name in names:
        one = mail("postfix_failed").replace(token_of("ada").encode(), token_of(name).encode())
        lay(maildir, one.replace(b"ada@", name.encode() + b"@"))
    assert take_in() == Taken(reports=7, new=7)
    assert {status_of(name) for name in names} == {("bounced", "hard_bounce")}
    assert len(suppressions_now()) == 7
