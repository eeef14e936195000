"""The matrix: every address of the web, and what everybody who comes to it is answered.

`{...}` of `at` are the ids of department A's things (see `Things`), and `bad` is a signed link that somebody made up.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.web.access.visitors import A
from tests.web.access.words import (
    API,
    API_OFFICE_ALONE,
    API_OWNED,
    API_START,
    BAD_KEYS,
    BAD_LINK,
    CENTRAL,
    CENTRAL_POST,
    OFFICE_ALONE,
    OFFICE_ALONE_POST,
    OPEN_FORM,
    OWN_ALONE_POST,
    OWNED,
    OWNED_POST,
    PUBLIC,
    SIGNED,
    SIGNED_POST,
    Expected,
    everybody,
)

BAD = "kim.-.-.AAAAAAAAAAAAAAAAAAAAAAAA"


@dataclass(frozen=True)
class Row:
    """`path`: as the application has it. `at`: where it is asked for. `form`: what is sent beside the session's word;
    `elsewhere`: what of it is different where the same is asked about something that is not there."""

    method: str
    path: str
    expected: Expected
    at: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    elsewhere: dict[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> str:
        return self.at or self.path

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def links(path: str, *methods: str, **form: str) -> list[Row]:
    """The link is the key: a session opens none."""
    at = path.replace("{token}", BAD).replace("{code}", "now")
    at = at.replace("{public_id}", "{visit}" if "/visit/" in path else "{event}")
    return [Row(method, path, BAD_LINK, at, form) for method in methods]


def campaign(path: str, *methods: str, **form: str) -> list[Row]:
    """A page about a campaign of A's."""
    at = f"/portal/campaigns/{{campaign}}{path}".replace("{wave}", "1").replace("{message_id}", "{message}")
    whole = f"/portal/campaigns/{{campaign_id}}{path}"
    return [Row(method, whole, OWNED if method == "GET" else OWNED_POST, at, form) for method in methods]


def person(path: str, *methods: str, expected: Expected | None = None, **form: str) -> list[Row]:
    """A page about somebody who has studied at A alone."""
    at, whole = f"/portal/people/{{person}}{path}", f"/portal/people/{{public_id}}{path}"
    usual = {"GET": OWNED, "POST": OWNED_POST}
    return [Row(method, whole, expected or usual[method], at, form) for method in methods]


PUBLIC_PAGES = [
    Row("GET", "/", PUBLIC),
    Row("GET", "/health", PUBLIC),
    Row("GET", "/robots.txt", PUBLIC),
    Row("GET", "/newsletter", PUBLIC),
    Row("GET", "/newsletter/feed.atom", PUBLIC),
    Row("GET", "/newsletter/contribute", PUBLIC),
    Row("GET", "/newsletter/{slug}", everybody("404"), "/newsletter/{campaign}"),
    Row("GET", "/results", PUBLIC),
    Row("GET", "/results/{slug}", everybody("404"), "/results/{survey}"),
    Row("GET", "/results/{slug}/report", everybody("404"), "/results/{survey}/report"),
    Row("GET", "/results/{slug}/files/{name}", everybody("404"), "/results/{survey}/files/data.csv"),
    Row("GET", "/results/{slug}/plots/{name}.{kind}", everybody("404"), "/results/{survey}/plots/rates.svg"),
    Row("GET", "/accessibility", PUBLIC),
    Row("POST", "/accessibility", OPEN_FORM),
    Row("GET", "/accessibility/thanks", PUBLIC),
    Row("GET", "/tillganglighet", PUBLIC),
    Row("GET", "/privacy", PUBLIC),
    Row("GET", "/privacy/{purpose}", PUBLIC, "/privacy/newsletter"),
    Row("GET", "/images/{name}", everybody("404"), "/images/secret-320.jpg"),
    Row("*", "/static", PUBLIC, "/static/style.css"),
    # The mails of everybody, there on the machine of a demonstration alone: see test_files.py.
    Row("GET", "/outbox", PUBLIC),
    Row("GET", "/outbox/mail/{name:path}", everybody("404"), "/outbox/mail/secret.eml"),
    Row("GET", "/outbox/html/{name:path}", everybody("404"), "/outbox/html/secret.eml"),
    Row("GET", "/outbox/file/{number}/{name:path}", everybody("404"), "/outbox/file/1/secret.eml"),
    Row("POST", "/webhooks/sendgrid", everybody("500")),  # no key is set here, so nothing can be believed
]
# Who is signed in is not asked for a link again, and a form that is not from our page signs nobody in.
FRONT_DOOR = [
    Row("GET", "/sign-in", PUBLIC),
    Row("POST", "/sign-in", everybody("403"), form={"email": "tove.hallgren@arkeologi.example.org"}),
    Row("GET", "/oidc/start", everybody("404")),  # no issuer is configured here
    Row("GET", "/oidc/callback", everybody("404")),
    Row("GET", "/sign-in/{token}", everybody("410", A="page", B="page", central="page"), f"/sign-in/{BAD}"),
    Row("POST", "/sign-in/{token}", everybody("403"), f"/sign-in/{BAD}"),
]
SIGNED_LINKS = [
    *links("/join/{token}", "GET", "POST"),
    *links("/joined/{token}", "GET"),
    *links("/preferences/{token}", "GET", "POST", matter="leave"),
    *links("/unsubscribe/{token}", "GET", "POST"),
    *links("/rsvp/{token}", "GET", "POST", matter="answer"),
    *links("/story/{token}", "GET", "POST"),
    *links("/story/{token}/mine", "GET", "POST", matter="withdraw"),
    *links("/survey/{token}", "GET"),
    *links("/survey/{token}/{code}", "GET", "POST"),
    *links("/host/{token}", "GET"),
    *links("/host/{token}/guests", "GET"),
    *links("/host/{token}/guests.xlsx", "GET"),
    *links("/host/{token}/live", "GET"),
    *links("/host/{token}/door", "GET", "POST", matter="in"),
    *links("/host/{token}/walk-in", "GET", "POST", matter="known"),
    *links("/planner/{token}", "GET"),
    *links("/planner/{token}/event", "GET", "POST"),
    *links("/planner/{token}/event/{public_id}", "GET", "POST"),
    *links("/planner/{token}/event/{public_id}/cancel", "GET", "POST"),
    *links("/planner/{token}/visit", "GET", "POST"),
    *links("/planner/{token}/visit/{public_id}", "GET", "POST"),
    *links("/planner/{token}/visit/{public_id}/cancel", "GET", "POST"),
    *links("/approve/{token}", "GET", "POST", decision="approve"),
    *links("/approve/{token}/again", "GET", "POST", people="1"),
    *links("/preview/{token}", "GET"),
    Row("GET", "/{use}/{token}/variant/{message_id}", BAD_LINK, f"/approve/{BAD}/variant/{{message}}"),
]
ACCOUNT = [
    Row("GET", "/portal/account", SIGNED),
    Row("POST", "/portal/sign-out", SIGNED_POST),
    Row("POST", "/portal/account/sign-out-everywhere", SIGNED_POST),
    Row("POST", "/portal/account/sessions/{session_id}/end", OWN_ALONE_POST, "/portal/account/sessions/{session}/end"),
    Row("GET", "/portal/keys", SIGNED),
    Row(
        "POST",
        "/portal/keys",
        OWNED_POST,
        form={"department": A, "name": "Skript", "may": "run", "days": "90"},
        elsewhere={"department": "nowhere"},
    ),
    Row("POST", "/portal/keys/{public_id}/revoke", OWNED_POST, "/portal/keys/{key}/revoke"),
]
OVERVIEW = [
    Row("GET", "/portal", SIGNED),
    Row("GET", "/portal/live", SIGNED),
    Row("GET", "/portal/help", SIGNED),
    Row("GET", "/portal/audit", CENTRAL),
    Row("GET", "/portal/faults", CENTRAL),
    Row("POST", "/portal/faults/{number}/handled", CENTRAL_POST, "/portal/faults/{fault}/handled"),
]
CAMPAIGNS = [
    Row("GET", "/portal/campaigns", SIGNED),
    *campaign("", "GET"),
    *campaign("/live", "GET"),
    *campaign("/letters/{wave}", "GET"),
    *campaign("/letters/{wave}", "POST", decision="approve", code="ABCD-EFGH"),
    *campaign("/letter/{message_id}", "GET"),
    *campaign("/letter/{message_id}/test", "POST"),
    *campaign("/pause", "POST"),
    *campaign("/resume", "POST"),
    *campaign("/cancel", "GET", "POST"),
    *campaign("/again", "GET"),
    *campaign("/again", "POST", people="1"),
    *campaign("/ledger", "GET"),
    *campaign("/ledger", "POST", who="Öberg"),
]
STARTING = [
    Row("GET", "/portal/start", SIGNED),
    Row("GET", "/portal/start/{duty}", SIGNED, "/portal/start/graduation-invitation"),
    Row("GET", "/portal/start/{duty}", OFFICE_ALONE, "/portal/start/housekeeping"),
    Row("POST", "/portal/start/{duty}", OFFICE_ALONE_POST, "/portal/start/housekeeping", {"key": "k"}),
    Row("POST", "/portal/start/{duty}", SIGNED_POST, "/portal/start/graduation-invitation", {"key": "k"}),
    Row("GET", "/portal/runs/{run_id}", OWNED, "/portal/runs/{preview}"),
    Row("GET", "/portal/runs/{run_id}/letters/{number}", OWNED, "/portal/runs/{preview}/letters/0"),
    Row("POST", "/portal/runs/{run_id}/start", OWNED_POST, "/portal/runs/{preview}/start"),
    Row("POST", "/portal/runs/{run_id}/again", OWNED_POST, "/portal/runs/{preview}/again"),
]
PEOPLE = [
    Row("GET", "/portal/people", SIGNED),
    Row("POST", "/portal/people", SIGNED_POST, form={"who": "Öberg"}),
    *person("", "GET"),
    *person("/correct", "GET"),
    *person("/correct", "POST", first_name="Kim", last_name="Ek", email="kim@example.org", language="sv"),
    *person("/suppress", "GET"),
    *person("/suppress", "POST", scope="newsletter", reason="asked"),
    *person("/erase", "GET", expected=CENTRAL),
    *person("/erase", "POST", expected=CENTRAL_POST, sure="yes"),
    *person("/export", "GET", expected=CENTRAL),
    *person("/export.json", "GET", expected=CENTRAL),
    *person("/export.html", "GET", expected=CENTRAL),
]
PLACES = [
    Row("GET", "/portal/calendar", SIGNED),
    Row("POST", "/portal/calendar/forecast", CENTRAL_POST),
    Row("GET", "/portal/events", SIGNED),
    Row("GET", "/portal/stories", SIGNED),
    Row("GET", "/portal/stories/{slug}", OWNED, "/portal/stories/{story}"),
    Row("POST", "/portal/stories/{slug}", OWNED_POST, "/portal/stories/{story}", {"decision": "withdraw"}),
]
START = {"preview": True, "parameters": {"department": A}}
ELSEWHERE = {"preview": True, "parameters": {"department": "nowhere"}}
SCRIPTS = [
    Row("GET", "/api/docs", PUBLIC),
    Row("GET", "/api/openapi.json", PUBLIC | BAD_KEYS),
    Row("GET", "/api/duties", API),
    Row("GET", "/api/duties/{duty}", API, "/api/duties/graduation-invitation"),
    Row("GET", "/api/duties/{duty}", API_OFFICE_ALONE, "/api/duties/housekeeping"),
    Row(
        "POST",
        "/api/duties/{duty}/runs",
        API_START,
        "/api/duties/graduation-invitation/runs",
        {"json": START},
        {"json": ELSEWHERE},
    ),
    Row("GET", "/api/runs", API),
    Row("GET", "/api/runs/{run_id}", API_OWNED, "/api/runs/{run}"),
    Row("GET", "/api/campaigns", API),
    Row("GET", "/api/campaigns/{campaign_id}", API_OWNED, "/api/campaigns/{campaign}"),
]
PORTAL = [*ACCOUNT, *OVERVIEW, *CAMPAIGNS, *STARTING, *PEOPLE, *PLACES]
ROWS: list[Row] = [*PUBLIC_PAGES, *FRONT_DOOR, *SIGNED_LINKS, *PORTAL, *SCRIPTS]
