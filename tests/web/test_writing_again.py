"""The approval page's way of writing again to the unknown: shown, confirmed, by who may approve, once, never early."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from outreach import asking, clock, settling
from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.models import Audit, Campaign, CampaignStatus, Coordinator
from outreach.settings import settings
from tests.conftest import NOON
from tests.provider_events.conftest import event, put_out, status_of, store
from tests.web.conftest import whole_database
from tests.web.test_approval import central, link_of, no_prefect, prefect

__all__ = ["no_prefect", "prefect"]

LATER = NOON + timedelta(hours=25)


@pytest.fixture
def campaign(db: str, no_prefect: None) -> int:
    """Ada and bo are unknown since yesterday in batch 1, cy in batch 2 since just now."""
    put_out("ada", "bo")
    put_out("cy", claimed_at=LATER - timedelta(hours=1))
    with session_scope(reading=True) as session:
        return session.scalars(select(Campaign.id)).one()


def again(campaign_id: int) -> str:
    return f"{link_of(campaign_id, central())}/again"


def shown_people(content: str) -> str:
    found = re.search(r'name="people" value="(\d+)"', content)
    assert found
    return found[1]


def standing() -> dict[str, str]:
    return {name: status_of(name)[0] for name in ("ada", "bo", "cy")}


def audited() -> list[dict[str, Any]]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(Audit.detail).where(Audit.action == "resent_unknown")))


UNTOUCHED = dict.fromkeys(("ada", "bo", "cy"), "unknown")


def test_page_shows_how_many_in_which_batches_and_from_when(client: TestClient, campaign: int) -> None:
    with clock.frozen(LATER):
        before = whole_database()
        content = client.get(link_of(campaign, central())).text
        confirm = client.get(again(campaign)).text
        link = again(campaign)
        assert whole_database() == before
    assert "För 3 personer vet vi inte om brevet kom fram." in content
    assert "Omgång 1, sändning 1" in content
    assert "Från 24 november 2026 12:00" in content
    assert f'href="{link}"' in content
    assert "2 personer får brevet igen." in confirm
    assert "De andra kan du skriva till från 24 november 2026 12:00." in confirm
    assert shown_people(confirm) == "2"


def test_confirming_plans_those_whose_time_has_come_and_says_that_prefect_is_away(
    client: TestClient, campaign: int
) -> None:
    with clock.frozen(LATER):
        answer = client.post(again(campaign), data={"people": "2"})
        assert answer.status_code == 303
        after = client.get(answer.headers["location"]).text
    assert standing() == {"ada": "planned", "bo": "planned", "cy": "unknown"}
    assert [(detail["via"], sum(detail["people_by_batch"].values())) for detail in audited()] == [("web", 2)]
    assert "Anna Lindqvist bestämde den 23 november 2026 13:00 att skriva igen till 2 personer." in after
    assert "Nästa schemalagda körning skickar" in after
    assert "För 1 person vet vi inte" in after


def test_confirming_starts_the_duty_again_as_it_ran(
    client: TestClient, campaign: int, prefect: list[dict[str, Any]]
) -> None:
    with clock.frozen(LATER):
        answer = client.post(again(campaign), data={"people": "2"})
        assert "kunde inte startas" not in client.get(answer.headers["location"]).text
    assert [run["parameters"] for run in prefect] == [{"params": {"department": choice_of(None), "within_days": 60}}]
    assert prefect[0]["idempotency_key"].startswith("resent/")


def test_confirming_twice_is_deciding_once(client: TestClient, campaign: int, prefect: list[dict[str, Any]]) -> None:
    with clock.frozen(LATER):
        client.post(again(campaign), data={"people": "2"})
        second = client.post(again(campaign), data={"people": "2"})
    assert second.status_code == 409
    assert "Ingenting är ändrat" in second.text
    assert (len(audited()), len(prefect)) == (1, 1)


def test_before_the_set_time_nobody_can_be_written_to_again(client: TestClient, campaign: int) -> None:
    early = NOON + timedelta(hours=23)
    with clock.frozen(early):
        assert f"{link_of(campaign, central())}/again" not in client.get(link_of(campaign, central())).text
        assert "<form" not in client.get(again(campaign)).text
        assert client.post(again(campaign), data={"people": "3"}).status_code == 409
    assert (standing(), audited()) == (UNTOUCHED, [])


def test_more_people_than_were_shown_are_not_written_to(client: TestClient, campaign: int) -> None:
    with clock.frozen(LATER + timedelta(days=1)):
        answer = client.post(again(campaign), data={"people": "2"})
    assert (answer.status_code, shown_people(answer.text)) == (409, "3")
    assert (standing(), audited()) == (UNTOUCHED, [])


def test_fewer_people_than_were_shown_are_written_to(client: TestClient, campaign: int) -> None:
    store(event("bo", "delivered"))
    with clock.frozen(LATER):
        assert client.post(again(campaign), data={"people": "2"}).status_code == 303
    assert standing() == {"ada": "planned", "bo": "delivered", "cy": "unknown"}


def test_nobody_unknown_shows_nothing_and_decides_nothing(client: TestClient, sqlite_db: str) -> None:
    put_out("ada")
    store(event("ada", "delivered"))
    settling.settle_all()
    with session_scope(reading=True) as session:
        campaign_id = session.scalars(select(Campaign.id)).one()
    with clock.frozen(LATER):
        assert "Oklart om brevet kom fram" not in client.get(link_of(campaign_id, central())).text
        assert client.post(again(campaign_id), data={"people": "1"}).status_code == 409
    assert audited() == []


@pytest.mark.parametrize("people", ["", "-1", "two", "²", "9" * 10])
def test_forged_form_changes_nothing(client: TestClient, campaign: int, people: str) -> None:
    with clock.frozen(LATER):
        assert client.post(again(campaign), data={"people": people}).status_code == 422
    assert standing() == UNTOUCHED


def test_forged_expired_and_foreign_links_write_to_nobody(client: TestClient, campaign: int) -> None:
    """A forged link, one for looking, one of another campaign, one that has expired, one of who may not decide."""
    with session_scope() as session:
        stranger = session.execute(
            insert(Coordinator)
            .values(email="x@example.org", name="X", language="en", central=False, active=True)
            .returning(Coordinator)
        ).scalar_one()
        session.expunge(stranger)
    good, form = again(campaign), {"people": "9"}
    looking = asking.preview_url(campaign, 1).removeprefix(settings().public_url)
    forged = good.replace(f"/{campaign}-1.", f"/{campaign + 1}-1.")
    with clock.frozen(LATER):
        assert client.post(forged, data=form).status_code == 400
        assert client.post(f"{looking}/again", data=form).status_code == 404
        assert client.post(f"{looking.replace('/preview/', '/approve/')}/again", data=form).status_code == 400
        assert client.post(f"{link_of(campaign + 1, central())}/again", data=form).status_code == 410
        assert client.post(f"{link_of(campaign, stranger)}/again", data=form).status_code == 403
    with clock.frozen(NOON + timedelta(days=settings().approval_link_days, minutes=1)):
        assert client.post(good, data=form).status_code == 410
        assert client.get(good).status_code == 410
    assert (standing(), audited()) == (UNTOUCHED, [])


def test_link_of_one_campaign_leaves_the_unknown_of_another_alone(client: TestClient, sqlite_db: str) -> None:
    put_out("ada")
    put_out("bo", department="dsv")
    with session_scope(reading=True) as session:
        mine = session.scalars(select(Campaign.id).where(Campaign.department_code.is_(None))).one()
    with clock.frozen(LATER):
        assert "För 1 person vet vi inte" in client.get(link_of(mine, central())).text
        client.post(again(mine), data={"people": "9"})
    assert (status_of("ada")[0], status_of("bo")[0]) == ("planned", "unknown")


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.EXPIRED])
def test_campaign_that_is_not_open_writes_to_nobody_again(client: TestClient, campaign: int, status: str) -> None:
    with session_scope() as session:
        session.execute(update(Campaign).values(status=status))
    with clock.frozen(LATER):
        assert "pausat eller avslutat" in client.get(again(campaign)).text
        assert client.post(again(campaign), data={"people": "2"}).status_code == 409
    assert standing() == UNTOUCHED
