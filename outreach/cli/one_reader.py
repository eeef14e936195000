"""One reader of one mail, followed as a browser would: from the outbox through the join page to member."""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import httpx

from outreach import clock, duties, links
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.models import Membership
from outreach.queries import people
from outreach.settings import settings

TIMEOUT_SECONDS = 20


class FormReader(HTMLParser):
    """What the first form of a page would send as it stands: input and chosen option values by name."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.boxes: list[tuple[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input" and found.get("type") == "checkbox":
            self.boxes.append((name, value or "on"))
        elif tag == "input" and name and (found.get("type") != "radio" or "checked" in found):
            self.values[name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in found:
            self.values[self._select] = value


def joins(duty: str) -> str:
    """Take one mail of a duty, open its link, tick the first box, press the button. Returns what happened.

    Raises PermanentFailure when the link, the page or the database does not do what it should.
    """
    address, public_id = _of_this_class(duty)
    before = _membership(public_id)
    with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True) as browser:
        form = FormReader()
        form.feed(browser.get(address).raise_for_status().text)
        if _membership(public_id) != before:
            raise PermanentFailure("Looking at the join page changed something.")
        browser.post(address, data={**form.values, **dict(form.boxes[:1])}).raise_for_status()
    if _membership(public_id) is not Membership.MEMBER:
        raise PermanentFailure("The join page was answered, but nobody became a member.")
    return f"One person followed the link in her mail and went from {before} to {Membership.MEMBER}."


def _of_this_class(duty: str) -> tuple[str, str]:
    """The link in a mail to somebody who ends this term, and whose it is. Who has applied for their degree without a
    day when they end is written to as well, but stands in no class of the figures."""
    for path in sorted((settings().outbox / duty).glob("**/*.eml")):
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        found = re.search(r"https?://\S+/join/([\w.~-]+)", body.get_content() if body else "")
        if found is None:
            raise PermanentFailure(f"The mail {path.name} has no link to the join page.")
        public_id = links.read("join", found[1]).subject
        if _ends_this_term(public_id):
            return found[0], public_id
    raise PermanentFailure("Nobody of this term's class has been written to.")


def _ends_this_term(public_id: str) -> bool:
    with session_scope(reading=True) as session:
        person = people.by_public_id(session, public_id)
        study = person and people.newest_study(session, person.id)
        ends = study.expected_end if study else None
    return ends is not None and duties.term_of(ends) == duties.term_of(clock.today())


def _membership(public_id: str) -> Membership:
    with session_scope(reading=True) as session:
        person = people.by_public_id(session, public_id)
        if person is None:
            raise PermanentFailure("The link in the mail leads to nobody.")
        return person.membership
