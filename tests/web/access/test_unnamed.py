"""Why somebody was left out is told a department without the name of others' campaign that went first."""

import pytest
from sqlalchemy import select, update

from outreach import links
from outreach.database import session_scope
from outreach.models import DutyRun, PreviewRow, Recipient
from outreach.viewer import Viewer
from tests.web.access.conftest import Office
from tests.web.access.things import DUTY, Things

pytestmark = pytest.mark.xdist_group("access")

PAGES = ["", "/letters/1", "/ledger"]
SAYS = "went first"


def yields(one: Things, to: Things) -> None:
    """Whoever is in one campaign is left out, because another has taken the place."""
    left_out = {"status": "excluded", "reason": "over_budget", "yields_to_id": to.campaign}
    with session_scope() as session:
        session.execute(update(Recipient).where(Recipient.id == one.recipient).values(**left_out))


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_a_campaign_do_not_name_others_campaign_that_went_first(office_web: Office, path: str) -> None:
    a, at = office_web.a, f"/portal/campaigns/{office_web.a.campaign}{path}?lang=en"
    for others in (office_web.b, office_web.central):
        yields(a, others)
        told = office_web.visitors["A"].ask("GET", at).text
        assert others.campaign_key not in told
        assert SAYS not in told
        assert others.campaign_key in office_web.visitors["central"].ask("GET", at).text


def test_search_in_a_ledger_does_not_either(office_web: Office) -> None:
    a, at = office_web.a, f"/portal/campaigns/{office_web.a.campaign}/ledger?lang=en"
    yields(a, office_web.b)
    told = office_web.visitors["A"].ask("POST", at, who=a.email).text
    assert "Öberg-arkeologi" in told
    assert office_web.b.campaign_key not in told
    assert office_web.b.campaign_key in office_web.visitors["central"].ask("POST", at, who=a.email).text


def test_scripts_are_told_no_campaign_that_went_first(office_web: Office) -> None:
    a, key = office_web.a, office_web.visitors["key A"]
    yields(a, office_web.b)
    reason = f"over_budget:{office_web.b.campaign_key}"
    with session_scope() as session:
        found = session.scalars(select(PreviewRow).join(DutyRun, DutyRun.flow_run_id == PreviewRow.flow_run_id).where(
            DutyRun.public_id == a.preview)).one()  # fmt: skip
        found.content = {**found.content, "waves": [{**one, "exclusions": {reason: 2, "over_budget": 1},
                         "would_wait": {office_web.b.campaign_key: 4}} for one in found.content["waves"]]}  # fmt: skip
    campaign, run = (key.ask("GET", at) for at in (f"/api/campaigns/{a.campaign}", f"/api/runs/{a.preview}"))
    assert campaign.json()["waves"][0]["exclusions"] == {"over_budget": 1}
    assert run.json()["found"]["waves"][0]["exclusions"] == {"over_budget": 3}
    assert run.json()["found"]["waves"][0]["would_wait"] == 4
    assert office_web.b.campaign_key not in campaign.text + run.text


def test_run_of_prefects_is_led_to_for_the_office_alone(office_web: Office) -> None:
    a = office_web.a
    for who, led in (("A", False), ("central", True)):
        assert (a.flow_run in office_web.visitors[who].ask("GET", f"/portal/campaigns/{a.campaign}").text) is led


def test_page_of_a_mailed_link_does_not_either(office_web: Office) -> None:
    a, subject = office_web.a, f"{office_web.a.campaign}-1"
    yields(a, office_web.b)
    mailed = [("approve", str(a.coordinator)), ("preview", "")]
    for use, about in mailed:
        told = office_web.visitors["nobody"].ask("GET", f"/{use}/{links.token(use, subject, about)}?lang=en")
        assert told.status_code == 200
        assert office_web.b.campaign_key not in told.text
    anna = links.token("approve", subject, str(office_web.central.coordinator))
    assert office_web.b.campaign_key in office_web.visitors["nobody"].ask("GET", f"/approve/{anna}?lang=en").text


def test_reasons_that_are_alike_but_for_the_name_are_one_reason() -> None:
    tove = Viewer("coordinator:1", "Tove", "sv", frozenset({"arkeologi"}))
    assert tove.may_know(f"over_budget:{DUTY}/2026-HT/fysikum") == "over_budget"
    assert tove.may_know(f"over_budget:{DUTY}/2026-HT/central") == "over_budget"
    assert tove.may_know("no_address") == "no_address"
    own = f"over_budget:{DUTY}/2026-HT/arkeologi"
    assert tove.may_know(own) == own
    assert (
        Viewer("coordinator:2", "Anna", "sv", None).may_know(f"over_budget:{DUTY}/2026-HT/central").endswith("central")
    )
