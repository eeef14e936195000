"""Where the web listens, and who may reach it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach import up
from outreach.errors import PermanentFailure
from outreach.up.environment import web_address

Set = Callable[..., None]


@pytest.mark.parametrize(
    ("public_url", "lan", "listens"),
    [
        ("http://127.0.0.1:8500", False, ("127.0.0.1", 8500)),
        ("http://localhost:8500", False, ("127.0.0.1", 8500)),
        ("https://alumni.example.org", False, ("127.0.0.1", 8400)),
        ("https://alumni.example.org:8443", False, ("127.0.0.1", 8400)),
        ("http://alumni.local:8500", True, ("0.0.0.0", 8500)),
    ],
)
def test_web_listens_where_its_readers_or_the_proxy_look_for_it(
    home: Path, set_environment: Set, public_url: str, lan: bool, listens: tuple[str, int]
) -> None:
    set_environment(public_url=public_url)
    assert web_address(lan=lan) == listens


def test_port_and_host_for_a_proxy_can_be_chosen(home: Path, set_environment: Set) -> None:
    set_environment(public_url="https://alumni.example.org", web_host="192.0.2.10", web_port=9000)
    assert web_address() == ("192.0.2.10", 9000)
    assert "(proxy -> 192.0.2.10:9000)" in up.addresses()


def test_other_machines_are_let_in_only_under_an_address_they_can_use(home: Path, set_environment: Set) -> None:
    """Else every link would lead the reader to their own machine, and the outbox would be open to all."""
    with pytest.raises(PermanentFailure, match=r"http://127\.0\.0\.1:8400, which other machines cannot reach"):
        up.Stack(lan=True)
    set_environment(web_host="0.0.0.0")
    with pytest.raises(PermanentFailure, match="cannot reach"):
        up.Stack()


def test_nothing_logs_the_addresses_of_personal_pages(home: Path) -> None:
    assert "--no-access-log" in up.Stack().web.command
