"""The flows as Prefect runs them: the states they end in, and what they leave to look at."""

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from pydantic import ValidationError
from sqlalchemy import func, select

from flows.approve_campaign import ApproveCampaign, Decision, approve_campaign
from flows.graduation_invitation import GraduationInvitation, graduation_invitation
from flows.housekeeping import housekeeping
from flows.import_register import ImportRegister, import_register
from flows.resend_unknown import ResendUnknown, resend_unknown
from outreach import clock, drop_folders
from outreach.database import session_scope
from outreach.models import Batch, BatchStatus, Campaign, CampaignStatus, Person, PreviewRow, Recipient
from outreach.queries import approvals
from outreach.sample import write_sample
from outreach.settings import settings
from tests.conftest import NOON
from tests.spine.conftest import Student, approve_all, mailed, outcomes, run_duty

SETTLED = (NOON - timedelta(minutes=5)).timestamp()
Enrol = Callable[..., dict[str, int]]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


def run(flow: Any, **parameters: Any) -> Any:
    return flow(**parameters, return_state=True)


def test_the_duty_waits_for_a_signature_then_sends_and_has_nothing_left(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("b", language="en"), Student("member", email=None))
    first = run(graduation_invitation)
    assert (first.name, first.message) == ("Awaiting approval", "2 people wait until the text is approved.")
    assert first.is_completed()
    assert mailed() == []

    approve_all()
    second = run(graduation_invitation)
    assert second.name == "Completed"
    assert mailed() == ["a@students.example.org", "b@students.example.org"]

    assert run(graduation_invitation).name == "Completed"
    assert len(mailed()) == 2


def test_a_run_leaves_the_funnel_the_exclusions_the_figures_the_preview_and_its_progress(
    sqlite_db: str, enrol: Enrol
) -> None:
    enrol(Student("a"), Student("nowhere", email=None))
    run(graduation_invitation)
    approve_all()
    run(graduation_invitation)
    found = artifacts()
    campaign = "graduation-invitation-2026-ht-central"
    assert {
        f"funnel-{campaign}", f"exclusions-{campaign}", f"preview-{campaign}-1", f"sending-{campaign}",
        "share-joined-sv", "share-joined-en",
    } <= set(found)  # fmt: skip
    assert "data:image/png;base64," in str(found["share-joined-sv"])
    assert "students.example.org" not in str(found)  # addresses never stand in Prefect


def test_coordinators_are_asked_once_for_a_text_however_often_it_runs(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"))
    for _ in range(2):
        run(graduation_invitation)
    asked = list(settings().outbox.glob("office/**/*.eml"))
    assert len(asked) == len(settings().coordinators)


def test_a_preview_sends_and_keeps_nothing(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("later", ends_in=100))
    day = clock.today() + timedelta(days=60)
    state = run(graduation_invitation, params=GraduationInvitation(preview=True, preview_day=day))
    # "a" has long ended by then; the preview looks at the register as if it were that day
    assert (state.name, state.message) == ("Previewed", "2 people would be written to. Nothing was sent.")
    with session_scope(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Recipient)) == 0
    assert not settings().outbox.exists()
    assert (settings().data_dir / "previews" / "graduation-invitation" / "central" / "index.html").exists()


def test_a_day_other_than_today_is_for_previews_only() -> None:
    with pytest.raises(ValidationError, match="previews only"):
        GraduationInvitation(preview_day=clock.today())


def test_signing_in_prefect_needs_the_code_and_a_known_coordinator(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"))
    run_duty(approve=False)
    with session_scope(reading=True) as session:
        code = approvals.code_of(session, *approvals.waiting(session)[0])
    email = settings().coordinators[0].email
    for params, sentence in (
        (ApproveCampaign(), "Give both the code"),
        (ApproveCampaign(code=code, coordinator="nobody@example.org"), "No coordinator has"),
        (ApproveCampaign(code="AAAA-AAAA", coordinator=email), "Nothing waits"),
    ):
        state = run(approve_campaign, params=params)
        assert state.is_failed()
        assert sentence in str(state.message)
    no = ApproveCampaign(code=code.lower(), coordinator=email, decision=Decision.SEND_BACK)
    state = run(approve_campaign, params=no)
    assert state.name == "Sent back"
    run_duty(approve=False)
    assert mailed() == []


def test_the_resend_form_says_in_a_sentence_why_nobody_is_written_to_again(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"))
    run_duty()
    key, email = f"{graduation_invitation.name}/2026-HT/central", settings().coordinators[0].email
    for params, sentence in (
        (ResendUnknown(), "Give both"),
        (ResendUnknown(campaign="no/such/campaign", coordinator=email), "There is no campaign"),
        (ResendUnknown(campaign=key, coordinator="nobody@example.org"), "No coordinator has"),
        (ResendUnknown(campaign=key, coordinator=email), "Nobody in"),
    ):
        state = run(resend_unknown, params=params)
        assert state.is_failed()
        assert sentence in str(state.message)


def test_register_files_in_the_drop_folder_are_read_once_and_put_away(sqlite_db: str) -> None:
    drop = settings().data_dir / "drop" / "students"
    drop.mkdir(parents=True)
    write_sample(drop / "good.csv", people=60, seed=1, today=clock.today())
    (drop / "broken.xlsx").write_bytes(b"PK not a workbook")
    (drop / "arriving.csv").write_text("half a")
    for name in ("good.csv", "broken.xlsx"):
        os.utime(drop / name, (SETTLED, SETTLED))
    os.utime(drop / "arriving.csv", (NOON.timestamp(), NOON.timestamp()))

    state = run(import_register)
    assert (state.name, state.is_failed()) == ("Refused", True)
    assert state.message.startswith("broken.xlsx has a header but no rows")
    assert names(drop) == {"arriving.csv"}
    assert "2026-11-22-120000-good.csv" in names(drop / "done")
    assert {"2026-11-22-120000-broken.xlsx", "2026-11-22-120000-broken.reason.txt"} <= names(drop / "failed")
    with session_scope(reading=True) as session:
        assert 50 <= (session.scalar(select(func.count()).select_from(Person)) or 0) <= 60
    assert run(import_register, params=ImportRegister(partial=True)).name == "Nothing to import"


def test_a_refused_file_takes_its_list_of_rejects_along_and_good_files_end_well(sqlite_db: str) -> None:
    drop_folders.lay()
    drop = drop_folders.drop_folder("students")
    laid(drop / "first.csv", people=40)
    assert run(import_register).is_completed()
    too_few = laid(drop / "too_few.csv", people=3)
    too_few.write_text(too_few.read_text("utf-8") + ",,,x@example.org" + "," * 13 + "\n", "utf-8")
    os.utime(too_few, (SETTLED, SETTLED))
    state = run(import_register)
    assert state.name == "Refused"
    assert "--force" in state.message
    assert names(drop) == set()
    assert {name.removeprefix("2026-11-22-120000-") for name in names(drop / "failed")} == {
        "too_few.csv", "too_few.rejected.csv", "too_few.reason.txt",
    }  # fmt: skip


def test_housekeeping_gives_up_lost_batches_and_closes_what_is_over(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("b"))
    run_duty(approve=False)
    with session_scope() as session:
        campaign = session.scalars(select(Campaign)).one()
        campaign.expires_at = clock.now() - timedelta(days=1)
    done = drop_folders.drop_folder("students") / "done"
    done.mkdir(parents=True)
    (done / "2026-10-01-120000-students.csv").touch()
    state = run(housekeeping)
    assert state.message == (
        "0 batches are unknown now, 0 events were settled, 1 campaigns were closed, "
        "1 register files, 0 old events and 0 pictures were deleted, 0 people and 0 answers to events had been kept "
        "for their time, 0 posts were taken out of the LinkedIn files."
    )
    with session_scope(reading=True) as session:
        assert session.scalars(select(Campaign.status)).one() is CampaignStatus.EXPIRED
        assert session.scalar(select(func.count()).where(Batch.status == BatchStatus.POSTING)) == 0
    assert outcomes() == {"a": ("cancelled", "campaign_expired"), "b": ("cancelled", "campaign_expired")}


def laid(path: Path, people: int) -> Path:
    write_sample(path, people=people, seed=1, today=clock.today())
    os.utime(path, (SETTLED, SETTLED))
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def artifacts() -> dict[str, Any]:
    async def read() -> dict[str, Any]:
        async with get_client() as client:
            return {one.key or "": one.data for one in await client.read_latest_artifacts()}

    return asyncio.run(read())


def test_a_broken_text_fails_with_its_sentence_and_no_traceback_in_the_log(
    sqlite_db: str, enrol: Enrol, own_templates: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    enrol(Student("a"))
    own_templates("graduation-invitation.sv.md", "{{ person.shoe_size }}")
    state = run(graduation_invitation)
    assert state.is_failed()
    assert "graduation-invitation.sv.md" in str(state.message)
    assert "shoe_size" in str(state.message)
    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in caplog.text


def test_a_database_that_is_down_fails_with_its_sentence(
    home: Path, set_environment: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    set_environment(database_url="postgresql://nobody@127.0.0.1:1/none")
    state = run(graduation_invitation)
    assert state.is_failed()
    assert "The database cannot be reached." in str(state.message)
    assert "Traceback" not in caplog.text


def test_a_preview_is_kept_for_the_portals_page_of_its_run(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("b", language="en"), Student("nowhere", email=None))
    state = run(graduation_invitation, params=GraduationInvitation(preview=True))
    assert state.name == "Previewed"
    with session_scope(reading=True) as session:
        kept = session.scalars(select(PreviewRow)).one()
    (wave,) = kept.content["waves"]
    assert (kept.flow_run_id, kept.duty) == (str(state.state_details.flow_run_id), "graduation-invitation")
    assert (wave["people"], wave["languages"], wave["exclusions"]) == (2, {"sv": 1, "en": 1}, {"no_address": 1})
    assert {letter["language"] for letter in wave["letters"]} == {"sv", "en"}
