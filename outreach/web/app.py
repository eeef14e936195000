"""The web application. A later duty adds a router of its own to ROUTERS and its texts to a catalogue of `texts`."""

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from outreach.web import (
    accessibility,
    approval,
    failures,
    health,
    host,
    host_door,
    host_walk_in,
    join,
    newsletter,
    oidc,
    outbox,
    own_stories,
    pictures,
    planner,
    planner_event,
    planner_visit,
    planner_visit_cancel,
    preferences,
    privacy,
    results,
    rsvp,
    security,
    sign_in,
    story,
    story_form,
    survey,
    unsubscribe,
    webhooks,
)
from outreach.web.api.app import mounted
from outreach.web.pages import folder
from outreach.web.portal import (
    account,
    audit,
    calendar,
    campaign,
    campaign_ledger,
    campaign_letters,
    campaign_steering,
    campaigns,
    dashboard,
    events,
    faults,
    keys,
    people,
    person,
    person_changes,
    person_erase,
    person_export,
    runs,
    start,
    stories,
)
from outreach.web.portal import help as help_pages

ROUTERS = (
    health.router,
    join.router,
    preferences.router,
    unsubscribe.router,
    accessibility.router,
    privacy.router,
    rsvp.router,
    story.router,
    survey.router,
    newsletter.router,
    results.router,
    own_stories.router,
    pictures.router,
    host.router,
    host_door.router,
    host_walk_in.router,
    planner.router,
    planner_event.router,
    planner_visit.router,
    planner_visit_cancel.router,
    approval.router,
    outbox.router,
    webhooks.router,
    sign_in.router,
    oidc.router,
    account.router,
    dashboard.router,
    keys.router,
    campaign.router,
    campaigns.router,
    start.router,
    runs.router,
    campaign_letters.router,
    campaign_steering.router,
    audit.router,
    calendar.router,
    people.router,
    person.router,
    person_changes.router,
    person_erase.router,
    person_export.router,
    events.router,
    faults.router,
    stories.router,
    help_pages.router,
    campaign_ledger.router,
)
# Path prefix -> bytes, for what is more than a few fields.
LARGER_BODIES = {
    "/api/": start.MOST_BYTES,
    "/portal/start/": start.MOST_BYTES,
    "/planner/": planner_event.MOST_BYTES,
    "/webhooks/": webhooks.MOST_BYTES,
    "/story/": story_form.MOST_BYTES,
    "/survey/": survey.MOST_BYTES,
}


def create_app() -> FastAPI:
    """The application `uvicorn --factory outreach.web.app:create_app` serves. No API pages: these are for people."""
    app = FastAPI(
        title="Outreach",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(security.SecurityHeaders),
            Middleware(security.HeadAsGet),
            Middleware(security.WithoutNul),
            Middleware(security.BodyLimit, larger=LARGER_BODIES),
        ],
    )
    failures.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.append(mounted())
    app.mount("/static", StaticFiles(directory=folder() / "static"), name="static")
    return app
