"""The flow that reads the mail that came back, as Prefect runs it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.read_bounces import read_bounces
from outreach.models import BatchStatus, RecipientStatus
from tests.provider_events.conftest import put_out, status_of

MAILS = Path(__file__).parent.parent / "bounces" / "mails"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


def test_mail_that_came_back_is_read_settled_and_put_away(
    sqlite_db: str, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "returned" / name).mkdir(parents=True)
    for name in ("postfix_failed", "other_out_of_office"):
        shutil.copy(MAILS / f"{name}.eml", tmp_path / "returned" / "new" / name)
    set_environment(bounce_maildir=tmp_path / "returned")
    put_out("ada", status=RecipientStatus.ACCEPTED, batch=BatchStatus.ACCEPTED)

    state = read_bounces(return_state=True)
    assert (state.name, state.message) == (
        "Completed",
        "1 reports were read with 1 new events, 1 events were settled, 1 other mails were put aside.",
    )
    assert status_of("ada") == ("bounced", "hard_bounce")
    assert read_bounces(return_state=True).name == "Nothing to read"


def test_a_maildir_that_cannot_be_read_fails_the_run_in_a_sentence(
    sqlite_db: str, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    set_environment(bounce_maildir=tmp_path / "nowhere")
    state = read_bounces(return_state=True)
    assert state.is_failed()
    assert "OUTREACH_BOUNCE_MAILDIR is" in str(state.message)
