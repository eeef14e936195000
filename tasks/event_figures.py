"""Figures of events: who was invited, answered, comes and came; where members live; whom a visit would reach."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from prefect import task
from prefect.artifacts import create_markdown_artifact

from outreach import clock, duties, figures, places
from outreach.database import session_scope
from outreach.queries import event_figures, reach

DUTY = "event-invitation"
LANGUAGES = {"sv": "Svenska", "en": "English"}
DAYS_SHOWN = timedelta(days=60)  # so long after an event its figures are still made anew


@task
def publish_event_figures() -> int:
    """Leave the figures of every event that is to come or has just been, of this year and of each year those events are
    in, and the map of members, as artifacts. Returns how many events have figures.
    """
    with session_scope(reading=True) as session:
        events = event_figures.events(session)
        counted = figures.counted(events, event_figures.turnout(session))
        members = event_figures.members_by_city(session)
    current = events[events["day"] >= clock.today() - DAYS_SHOWN]
    for event_id, slug in zip(current["event_id"].tolist(), current["slug"].tolist(), strict=True):
        _publish(f"event-{slug}", partial(figures.event_markdown, counted, event_id))
    for year in sorted({clock.today().year, *current["year"].tolist()}):
        _publish(f"events-{year}", partial(figures.year_markdown, counted, year))
    world = places.all_cities()
    _publish("members-map", lambda spoken: figures.map_markdown(members, world, places.countries(spoken), spoken))
    return len(current)


@task
def publish_reach(city: str, country: str | None, radius_km: float | None) -> int:
    """Leave the answer to "whom would we reach?" as artifacts; nothing is sent. `radius_km` None: the whole country.

    Returns how many would be written to. Raises places.Ambiguous and places.Unknown (PermanentFailure), which name the
    choices.
    """
    place = places.find(city, country)
    with session_scope(reading=True) as session:
        found = event_figures.reached(session, reach.around(place, radius_km), duties.duty(DUTY))
    names = {language: f"{place.name}, {places.country_name(place.country, language)}" for language in LANGUAGES}
    _publish("reach", lambda language: figures.reach_markdown(found, names[language], radius_km, language))
    return int(found.loc[found["reason"] == "", "people"].sum())


def _publish(key: str, written: Callable[[str], str]) -> None:
    """One artifact a language: the picture is in it, so it is opened by whoever reads it."""
    for language, title in LANGUAGES.items():
        create_markdown_artifact(written(language), key=f"{key}-{language}", description=f"{key}, {title}")
