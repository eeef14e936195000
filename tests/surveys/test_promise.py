"""What a survey's cohort promises, where it is signed."""

import re

import pytest

from outreach import asking, campaigning, clock
from outreach.database import session_scope
from outreach.models import Membership
from outreach.queries import office
from outreach.settings import settings
from outreach.web.app import create_app
from tests.surveys.conftest import DUTY, Enrol, Graduate, a_class
from tests.web.conftest import TestClient

pytestmark = pytest.mark.usefixtures("db")


def test_who_signs_sees_how_many_answers_can_be_expected(graduate: Enrol) -> None:
    """Twenty completed: two study on, three have no address, one has left; half of the other fourteen answer."""
    few = {"membership": Membership.LEFT}
    graduate(
        *a_class(14),
        *(Graduate(f"d{number}", still_studies=True) for number in range(2)),
        *(Graduate(f"s{number}", email=None) for number in range(3)),
        Graduate("gone", fields=few),
    )
    with session_scope() as session:
        (campaign,) = campaigning.open_campaigns(session, DUTY, day=clock.today(), department=None, parameters={})
    with session_scope() as session:
        campaigning.select(session, campaign, clock.today())
    with session_scope() as session:
        campaigning.render(session, campaign)
        signer = office.coordinator(session, settings().coordinators[0].email)
        assert signer is not None
    with TestClient(create_app()) as client:
        path = asking.approval_url(campaign.id, 1, signer.id).removeprefix(settings().public_url)
        shown = " ".join(re.sub("<[^>]*>", " ", client.get(f"{path}?lang=en").text).split())
    for line in (
        "Completed a degree 20",
        "still study at the university, not asked 2",
        "To be asked 18",
        "without an address that works 3",
        "left the alumni network 1",
        "Can be reached 14",
        "Expected answers 7",
        "Answers the target needs 9",
        "That is not enough for the target.",
    ):
        assert line in shown
