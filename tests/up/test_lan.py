"""`outreach up --lan` for real: what another machine's browser is asked for, and what goes on by itself."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from outreach import prefect_api, prefect_password, up
from outreach.settings import ROOT, settings
from outreach.up.environment import port_of
from tests.up.conftest import free_port, only
from tests.up.test_prefect_ui import CHROMIUM, FLAGS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("lan"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def office_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stack that other machines may reach, under a name that every browser knows as this machine's."""
    for name in (prefect_password.SERVER, prefect_password.CLIENT):
        monkeypatch.delenv(name, raising=False)
    environment = {
        "OUTREACH_DATA_DIR": str(tmp_path / "var"),
        "OUTREACH_CONFIG_DIR": str(ROOT / "config"),
        "OUTREACH_PUBLIC_URL": f"http://alumni.localhost:{free_port()}",
        "OUTREACH_PREFECT_URL": f"http://127.0.0.1:{free_port()}",
    }
    with only(environment), up.stack(lan=True, say=lambda _line: None):
        yield


@pytest.mark.usefixtures("office_network")
def test_others_reach_prefect_by_its_password_alone_and_everything_here_goes_on() -> None:
    password = prefect_password.path().read_text().strip()
    assert {said: count(said) for said in ("", "outreach:guessed", f"{password}x", password)} == {
        "": 401,
        "outreach:guessed": 401,
        f"{password}x": 401,
        password: 200,
    }
    run = prefect_api.start_duty("event-notices", {}, idempotency_key="lan")  # as every command here does
    assert prefect_api.wait_for(run, 60).type == "COMPLETED"  # the worker and its run know it too
    assert "outreach:" not in "".join(path.read_text() for path in (settings().data_dir / "log").iterdir())
    assert httpx.get(f"http://127.0.0.1:{port_of(settings().public_url)}/outbox").status_code == 404
    if shutil.which("chromium"):
        sign_in_to_prefect(password)


def count(password: str) -> int:
    """The status of a question to Prefect."""
    sent = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"} if password else {}
    return httpx.post(f"{settings().prefect_url}/api/flows/count", json={}, headers=sent).status_code


def sign_in_to_prefect(password: str) -> None:
    """In a browser elsewhere: Prefect's page asks, and then shows what the worker did."""
    address = f"http://alumni.localhost:{port_of(settings().prefect_url)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(f"{address}/deployments")
        asked = page.locator("input[type=password]")
        expect(asked).to_be_visible()
        assert "event-notices" not in page.inner_text("body")
        asked.fill(password)
        asked.press("Enter")
        expect(page.get_by_role("link", name="event-notices", exact=True).first).to_be_visible(timeout=15_000)
        browser.close()
