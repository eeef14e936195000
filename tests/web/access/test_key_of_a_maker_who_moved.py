"""A key does no more than whoever made it may do now."""

import pytest
from sqlalchemy import insert, select, update

from outreach.database import session_scope
from outreach.models import Coordinator, CoordinatorDepartment
from tests.web.access.conftest import Office
from tests.web.access.visitors import ANNA, B

pytestmark = pytest.mark.xdist_group("access")


def test_key_opens_nothing_its_maker_may_not_open_any_more(office_web: Office) -> None:
    """Anna, who made every key here, becomes department B's coordinator."""
    with session_scope() as session:
        session.execute(update(Coordinator).where(Coordinator.email == ANNA).values(central=False))
        anna = session.scalars(select(Coordinator.id).where(Coordinator.email == ANNA)).one()
        session.execute(insert(CoordinatorDepartment).values(coordinator_id=anna, department_code=B))
    keys = ("key A", "key B", "key central", "key to read")
    answered = {name: office_web.visitors[name].ask("GET", "/api/runs").status_code for name in keys}
    assert answered == {"key A": 401, "key B": 200, "key central": 401, "key to read": 401}
