"""At the door: asking for a link as a reader does, and finding it in the mail."""

import re
from email import message_from_bytes
from email.message import Message
from typing import Any

from outreach import links
from outreach.settings import settings

ADDRESS = re.compile(r"https?://[^\s<>\"]+/sign-in/([\w-]+)")


def word_of(client: Any) -> str:
    """The word of the forms this browser has been given."""
    return links.seal("form", client.cookies[_name()])


def _name() -> str:
    return "__Host-outreach-form" if settings().public_url.startswith("https") else "outreach-form"


def ask_for_link(client: Any, email: str, **fields: str) -> Any:
    """Look at the form, fill it in and send it."""
    client.get("/sign-in")
    return client.post("/sign-in", data={"word": word_of(client), "email": email, **fields})


def mails() -> list[Message]:
    """The mails with links to sign in, oldest first."""
    found = sorted(settings().outbox.rglob("sign-in-*.eml"), key=lambda path: int(path.name.split("-")[2]))
    return [message_from_bytes(path.read_bytes()) for path in found]


def token_in(mail: Message) -> str:
    """The secret of the link in a mail's text."""
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(content, bytes):
            found = ADDRESS.search(content.decode())
            assert found, "no link"
            return found[1]
    raise AssertionError("no text")


def press(client: Any, token: str, **headers: str) -> Any:
    """Open the link's page and press its button."""
    client.get(f"/sign-in/{token}")
    return client.post(f"/sign-in/{token}", data={"word": word_of(client)}, headers=headers)


def let_in(client: Any, email: str) -> str:
    """Sign in by the mailed link; the session's secret."""
    ask_for_link(client, email)
    answer = press(client, token_in(mails()[-1]))
    assert answer.status_code == 303, answer.text
    return str(client.cookies["outreach-session"])
