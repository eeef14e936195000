"""Of whom nobody knows: shown, and written to again when a coordinator who may decide it says so. Never by itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from outreach import clock, resending
from outreach.cli.commands import app
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.models import Audit, Campaign, CampaignStatus, ProviderEvent, Recipient
from outreach.models import RecipientStatus as S
from outreach.outgoing import Proof, Result
from outreach.queries import campaigns, one_person, unknown
from outreach.settings import settings
from tests.conftest import NOON
from tests.delivery.conftest import Playing
from tests.delivery.conftest import run as run_whole_duty
from tests.provider_events.conftest import (
    DUTY,
    Sent,
    batch_status,
    bounce,
    event,
    report,
    status_of,
    store,
    stored,
)
from tests.spine.conftest import Student, enrol

__all__ = ["enrol"]

KEY = f"{DUTY}/2026-HT/central"
TOMORROW = NOON + timedelta(hours=25)


def central() -> str:
    return settings().coordinators[0].email


def audited() -> list[dict[str, Any]]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(Audit.detail).where(Audit.action == "resent_unknown")))


def test_only_those_without_a_sign_of_life_are_planned_again(db: str, sent: Sent) -> None:
    """Ada is silent. Bo has been heard of, cy in an event that nobody has settled yet; dan's batch is of today."""
    first = sent("ada", "bo", "cy")
    sent("dan", claimed_at=TOMORROW - timedelta(hours=1))
    sent("eve", status=S.ACCEPTED)
    report(event("bo", "delivered"))
    store(event("cy", "processed"))
    with clock.frozen(TOMORROW):
        resent = resending.resend(KEY, central(), via="cli")
    assert resent.people == 1
    assert {name: status_of(name)[0] for name in ("ada", "bo", "cy", "dan", "eve")} == {
        "ada": "planned",
        "bo": "delivered",
        "cy": "accepted",
        "dan": "unknown",
        "eve": "accepted",
    }
    assert status_of("ada")[1] == "sent_again"
    assert audited() == [{"via": "cli", "people_by_batch": {str(first): 1}}]
    with session_scope(reading=True) as session:
        assert session.scalar(select(Recipient.batch_id).where(Recipient.status == S.PLANNED)) is None


def test_news_that_comes_while_a_coordinator_decides_keeps_its_person_from_a_second_message(
    db: str, sent: Sent
) -> None:
    batch = sent("ada", "bo")
    store(event("bo", "processed"))  # after everything before it was settled
    with session_scope() as session:
        campaign = campaigns.by_key(session, KEY)
        assert campaign is not None
        assert unknown.plan_again(session, campaign.id, TOMORROW) == {batch: 1}
    assert {name: status_of(name)[0] for name in ("ada", "bo")} == {"ada": "planned", "bo": "unknown"}


def test_before_the_set_time_nobody_is_planned_again(db: str, sent: Sent) -> None:
    sent("ada")
    with clock.frozen(NOON + timedelta(hours=23)), pytest.raises(PermanentFailure, match="24 hours"):
        resending.resend(KEY, central(), via="cli")
    assert (status_of("ada")[0], audited()) == ("unknown", [])


def test_deciding_twice_plans_once(sqlite_db: str, sent: Sent) -> None:
    sent("ada")
    with clock.frozen(TOMORROW):
        resending.resend(KEY, central(), via="cli")
        with pytest.raises(PermanentFailure, match="Nobody"):
            resending.resend(KEY, central(), via="cli")
    assert len(audited()) == 1


def test_only_who_may_approve_the_campaign_decides(sqlite_db: str, sent: Sent) -> None:
    local = next(one for one in departments().values() if one.coordinator_email)
    other = next(
        one
        for one in departments().values()
        if one.coordinator_email and one.coordinator_email != local.coordinator_email
    )
    sent("ada", department=local.code)
    sent("bo")
    with clock.frozen(TOMORROW):
        for key, email in (
            (KEY, local.coordinator_email),
            (f"{DUTY}/2026-HT/{local.code}", other.coordinator_email),
            (KEY, "stranger@example.org"),
            ("no-such/campaign/here", central()),
        ):
            with pytest.raises(PermanentFailure):
                resending.resend(key, email, via="prefect")
        assert {status_of(name)[0] for name in ("ada", "bo")} == {"unknown"}
        assert resending.resend(f"{DUTY}/2026-HT/{local.code}", local.coordinator_email, via="prefect").people == 1


def test_a_campaign_that_is_over_writes_to_nobody_again(sqlite_db: str, sent: Sent) -> None:
    sent("ada")
    with session_scope() as session:
        session.execute(update(Campaign).values(status=CampaignStatus.EXPIRED))
    with clock.frozen(TOMORROW), pytest.raises(PermanentFailure, match="expired"):
        resending.resend(KEY, central(), via="cli")


def test_running_the_duty_sends_to_the_unknown_after_the_decision_alone(
    db: str, enrol: Callable[..., dict[str, int]]
) -> None:
    """Ada and bo are in doubt. Runs leave them alone; after the decision bo is heard of before the run, ada is not."""
    enrol(Student("ada"), Student("bo"))
    transport = Playing([Result(Proof.UNKNOWN)])
    run_whole_duty(transport)
    run_whole_duty(transport)
    assert transport.times == {"ada": 1, "bo": 1}
    with session_scope(reading=True) as session:
        campaign = session.scalars(select(Campaign)).one()
        tokens = dict(session.execute(select(Recipient.person_id, Recipient.token)).tuples().all())
    with clock.frozen(TOMORROW):
        resending.resend(campaign.key, central(), via="cli")
        bo = max(tokens)  # people are numbered as they are enrolled
        assert bo is not None
        report(event("bo", "delivered", recipient=tokens[bo]))
        run_whole_duty(transport)
        run_whole_duty(transport)
    assert transport.times == {"ada": 2, "bo": 1}
    with session_scope(reading=True) as session:
        ended = dict(session.execute(select(Recipient.person_id, Recipient.status)).tuples().all())
    assert ended == {min(tokens): S.ACCEPTED, bo: S.DELIVERED}


def test_a_batch_that_was_emptied_by_a_second_try_is_not_called_accepted(sqlite_db: str, sent: Sent) -> None:
    batch = sent("ada")
    with clock.frozen(TOMORROW):
        resending.resend(KEY, central(), via="cli")
        report(event("ada", "delivered"))
    assert (status_of("ada")[0], batch_status(batch)) == ("delivered", "unknown")


def test_the_command_shows_whom_and_from_when(sqlite_db: str, sent: Sent) -> None:
    run = CliRunner().invoke
    assert run(app, ["unknown", "list"]).output == "Nobody is unknown.\n"
    sent("ada", "bo")
    early = run(app, ["unknown", "list"]).output
    assert re.search(rf"{KEY}, wave 1, batch 1: 2 people unknown, .* again from 2026-11-23 11:59\.", early)
    with clock.frozen(TOMORROW):
        assert "can be written to again." in run(app, ["unknown", "list"]).output
        done = run(app, ["unknown", "resend", KEY, "--as", central()])
    assert (done.exit_code, done.output.splitlines()[0]) == (
        0,
        f"{KEY}: 2 people without a sign of life are planned again.",
    )


def test_erasing_a_person_erases_what_was_reported_of_them(db: str, sent: Sent) -> None:
    """Also what names only their address, and what nobody has settled yet; others' events stay."""
    sent("ada", "bo")
    report(bounce("ada"), event("bo", "delivered"))
    store(event("ada", "delivered"), event("ada", "open", recipient=None, sg_message_id="of-another.1"))
    with session_scope() as session:
        assert one_person.erase(session, "ada@students.example.org", clock.now(), actor="cli") == 1
    assert stored() == ["bo-delivered-0"]
    report(event("ada", "spamreport"))
    with session_scope(reading=True) as session:
        assert session.scalars(select(ProviderEvent.raw).where(ProviderEvent.kind == "spamreport")).all() == ["{}"]
    assert status_of("ada")[0] == "complained"
