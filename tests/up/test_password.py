"""Who reaches Prefect: this machine alone, or with `--lan` whoever knows its password."""

import stat
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from outreach import prefect_api, prefect_password, up
from outreach.errors import PermanentFailure
from outreach.up.environment import environment, prefect_pages

Set = Callable[..., None]
SERVER, CLIENT = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"


@pytest.fixture(autouse=True)
def office_network(home: Path, set_environment: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERVER, raising=False)
    monkeypatch.delenv(CLIENT, raising=False)
    set_environment(public_url="http://alumni.local:8400")


def asked_for(*, lan: bool) -> tuple[str | None, str | None]:
    """What the server asks for, and what its worker and runs send."""
    given = environment(lan=lan)
    return given.get(SERVER), given.get(CLIENT)


def test_prefect_listens_to_this_machine_alone_and_asks_for_nothing_unless_others_are_let_in() -> None:
    stack = up.Stack()
    assert "127.0.0.1" in stack.server.command
    assert asked_for(lan=False) == (None, None)
    assert not prefect_password.path().exists()


def test_prefect_never_listens_to_others_without_a_password() -> None:
    stack = up.Stack(lan=True)
    assert (stack.web_host, stack.host) == ("0.0.0.0", "0.0.0.0")
    assert {part.lan for part in (stack.layer, *stack.parts)} == {True}
    server, client = asked_for(lan=True)
    assert server == client
    assert server
    assert len(server) > 32


@pytest.mark.parametrize("empty", ["", None])
def test_empty_password_of_the_office_is_none(monkeypatch: pytest.MonkeyPatch, empty: str | None) -> None:
    if empty is not None:
        monkeypatch.setenv(SERVER, empty)
    assert asked_for(lan=True)[0]
    assert not asked_for(lan=False)[0]


def test_password_is_made_once_and_only_its_owner_reads_it() -> None:
    first = asked_for(lan=True)
    assert asked_for(lan=True) == first
    assert stat.S_IMODE(prefect_password.path().stat().st_mode) == 0o600
    assert prefect_password.path().read_text().strip() == first[0]


@pytest.mark.parametrize("lan", [True, False])
def test_password_the_office_has_chosen_is_asked_for_and_sent(monkeypatch: pytest.MonkeyPatch, lan: bool) -> None:
    monkeypatch.setenv(SERVER, "office:of its own")
    assert asked_for(lan=lan) == ("office:of its own", "office:of its own")
    assert not prefect_password.path().exists()
    assert SERVER in up.addresses(lan=lan)


def test_password_prefect_would_fall_over_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER, "kontoret:hemlighåll")
    with pytest.raises(PermanentFailure, match="a-z, digits and signs"):
        up.Stack(lan=True).server.start()


def test_what_is_printed_tells_where_the_password_lies_and_not_what_it_is() -> None:
    asked = asked_for(lan=True)[0] or ""
    printed = up.addresses(lan=True)
    assert str(prefect_password.path()) in printed
    assert asked.partition(":")[2] not in printed
    assert "Password" not in up.addresses()


def test_browsers_elsewhere_are_sent_to_an_address_they_can_reach(set_environment: Set) -> None:
    given = environment(lan=True)
    assert given["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"  # worker and runs stay on the machine
    assert given["PREFECT_SERVER_UI_API_URL"] == "http://alumni.local:4200/api"
    assert given["OUTREACH_PREFECT_UI_URL"] == "http://alumni.local:4200"
    assert environment()["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4200/api"
    set_environment(prefect_ui_url="https://prefect.example.org/")
    assert prefect_pages(lan=True) == prefect_pages() == "https://prefect.example.org"
    assert prefect_api.flow_run_url("r1") == "https://prefect.example.org/runs/flow-run/r1"


@pytest.mark.parametrize(
    ("public_url", "found"),
    [
        ("http://[fd00::2]:8400", "http://[fd00::2]:4200"),
        ("http://alumni.local", "http://alumni.local:4200"),
        ("https://alumni.example.org", "http://alumni.example.org:4200"),
    ],
)
def test_prefect_is_found_under_the_name_the_web_has(set_environment: Set, public_url: str, found: str) -> None:
    set_environment(public_url=public_url)
    assert prefect_pages(lan=True) == found


def test_commands_on_the_machine_send_the_password_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent() == ""
    made = asked_for(lan=True)[0]
    assert sent() == made
    monkeypatch.setenv(CLIENT, "another:office")
    assert sent() == "another:office"


def sent() -> str:
    """What our own requests to Prefect carry."""
    request = prefect_api.client(1).build_request("GET", "/health")
    assert isinstance(request, httpx.Request)
    return b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
