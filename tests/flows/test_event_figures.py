"""The figures of events and the map as a run leaves them in Prefect."""

from typing import Any

import pytest
from prefect import flow
from prefect.artifacts import Artifact

from outreach import clock
from outreach.database import session_scope
from outreach.event import Answer
from outreach.queries import visits
from tasks.event_figures import publish_event_figures
from tests.flows.test_event_invitation import artifact, run
from tests.spine.conftest import approve_all
from tests.visits import living
from tests.visits.planned import TOKYO as THERE
from tests.visits.test_audience import plan

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


def test_a_run_leaves_the_events_figures_the_years_and_the_map_in_both_languages(sqlite_db: str) -> None:
    for number in range(6):
        living.member(f"p{number}", THERE)
    event = plan()
    run()
    assert Artifact.get(f"event-{event.slug}-sv") is None, "nobody has been invited yet"
    approve_all()
    run()
    living.answer(event, "p0", Answer.YES)
    run()
    title, day = event.title_sv, event.local(event.starts_at).date()
    assert f"| {title}, {THERE.name} {day} | 6 | 1 | 1 | 0 |" in artifact(f"event-{event.slug}-sv")
    assert f"| {THERE.name} ({THERE.country}) | 6 | 1 | 1 | 0 |" in artifact(f"events-{day.year}-en")
    for language, country in (("sv", "Japan"), ("en", "Japan")):
        words = artifact(f"members-map-{language}")
        assert f"| {THERE.name} | {country} | 6 |" in words
        assert words.count("data:image/png") == 1


def test_without_events_or_members_there_are_figures_all_the_same(sqlite_db: str) -> None:
    @flow
    def publishing() -> Any:
        return publish_event_figures()

    assert publishing() == 0
    assert "Det finns inga evenemang att räkna ännu." in artifact(f"events-{clock.today().year}-sv")
    assert "data:image" not in artifact("members-map-en")
    with session_scope(reading=True) as session:
        assert visits.events(session) == []
