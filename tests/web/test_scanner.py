"""Mail scanners follow every link before the reader does. Nothing may come of it."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from outreach import asking, links
from outreach.models import Membership
from outreach.queries.suppressions import EVERYTHING
from outreach.settings import settings
from tests.web.conftest import MakePerson, join_form, whole_database, with_studies
from tests.web.test_approval import central, lay_campaign
from tests.web.test_outbox import BATCH, post


def every_address(campaign_id: int) -> list[str]:
    """Every page there is, for people in every standing, with every query a page understands."""
    people = ("ada", "bo", "cy", "member", "left", "stopped", "nobody")
    uses = ("join", "joined", "preferences", "unsubscribe")
    pages = [
        f"/{use}/{links.token(use, name, about)}" for use in uses for name in people for about in ("", "newsletter")
    ]
    public = settings().public_url
    signing = [asking.approval_url(campaign_id, 1, central().id), asking.preview_url(campaign_id, 1)]
    pages += [url.removeprefix(public) for url in signing]
    pages += [f"{url.removeprefix(public)}/variant/1" for url in signing]
    pages += ["/", "/health", "/robots.txt", "/static/style.css", "/outbox", "/nowhere"]
    pages += [f"/outbox/{kind}/{BATCH}/1/new.eml" for kind in ("mail", "html")]
    queries = ("", "?lang=en", "?scope=all&List-Unsubscribe=One-Click", "?matter=leave&decision=approve&saved=leave")
    return [page + query for page in pages for query in queries]


def test_scanner_that_gets_every_link_changes_nothing(client: TestClient, db: str, make_person: MakePerson) -> None:
    assert scan(client, make_person, "GET") == {200, 404, 410}


@pytest.mark.parametrize(("method", "statuses"), [("HEAD", {200, 404, 410}), ("OPTIONS", {405, 404})])
def test_scanner_that_asks_otherwise_changes_nothing_either(
    client: TestClient, sqlite_db: str, make_person: MakePerson, method: str, statuses: set[int]
) -> None:
    assert scan(client, make_person, method) == statuses


def scan(client: TestClient, make_person: MakePerson, method: str) -> set[int]:
    """Ask for every address there is, see that nothing has changed, and return the statuses."""
    campaign_id = lay_campaign(make_person)
    with_studies("ada")
    make_person("left", membership=Membership.LEFT)
    for name in ("member", "stopped"):
        make_person(name)
        client.post(f"/join/{links.token('join', name)}", data=join_form(purpose=["newsletter"], interest=["mentor"]))
    client.post(f"/unsubscribe/{links.token('unsubscribe', 'stopped', 'newsletter')}", data={"scope": EVERYTHING})
    mail = post(f"{BATCH}/1/new.eml")
    before, files = whole_database(), _files(mail.parents[5])
    statuses = {client.request(method, address).status_code for address in every_address(campaign_id)}
    assert whole_database() == before
    assert _files(mail.parents[5]) == files
    return statuses


def test_dump_sees_a_single_changed_field(client: TestClient, db: str, make_person: MakePerson) -> None:
    make_person()
    before = whole_database()
    client.post(f"/preferences/{links.token('preferences', 'kim')}", data=join_form(matter="profile", city="Lund"))
    assert whole_database() != before


def _files(folder: Path) -> set[tuple[str, int]]:
    return {(str(path), path.stat().st_mtime_ns) for path in folder.rglob("*.eml")}
