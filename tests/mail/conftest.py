"""A batch to send, small enough to read."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from outreach.outgoing import Addressee, OutgoingBatch
from outreach.tags import tag

NONCE = "0123456789"
NAME = tag(NONCE, "given_name", "t")
NAME_IN_HTML = tag(NONCE, "given_name", "h")
JOIN = tag(NONCE, "join_url", "h")
JOIN_IN_TEXT = tag(NONCE, "join_url", "t")

LETTER = OutgoingBatch(
    key="graduation-invitation/2026-HT/central/1/1",
    nonce=NONCE,
    language="sv",
    subject=f"Välkommen, {NAME}",
    html=f'<p lang="sv">Hej {NAME_IN_HTML}! <a href="{JOIN}">Gå med</a></p>\n' + "<!-- lång rad -->" * 100,
    text=f"Hej {NAME}!\n\nFrån oss på alumnkontoret.\n.\nGå med: {JOIN_IN_TEXT}\n",
    sender_name="Alumnnätverket",
    sender_address="alumn@alumni.example.org",
    reply_to="svar@alumni.example.org",
    list_id="<graduation-invitation.alumni.example.org>",
    feedback_id="7:graduation-invitation:outreach:alumni.example.org",
    addressees=(),
)


def addressee(token: str, values: Mapping[str, str] | None = None, address: str | None = None) -> Addressee:
    return Addressee(
        token=token,
        address=address if address is not None else f"{token}@students.example.org",
        values={"given_name": "Åsa", "join_url": f"https://alumni.example.org/join/{token}"} | dict(values or {}),
        unsubscribe_url=f"https://alumni.example.org/unsubscribe/{token}",
    )


@pytest.fixture
def letter() -> Callable[..., OutgoingBatch]:
    """A batch to people of these tokens, or to these addressees."""

    def letter_(*people: str | Addressee, **changed: object) -> OutgoingBatch:
        addressees = tuple(one if isinstance(one, Addressee) else addressee(one) for one in people)
        return replace(LETTER, addressees=addressees, **changed)  # type: ignore[arg-type]

    return letter_


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever the machine is set to."""
    monkeypatch.setenv("no_proxy", "*")
