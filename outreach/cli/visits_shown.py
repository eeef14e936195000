"""The demo's visits: from a file of journeys to a full table with a line of people who wait for a seat."""

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import httpx

from outreach import clock
from outreach.cli.one_reader import TIMEOUT_SECONDS, FormReader
from outreach.database import session_scope
from outreach.errors import PermanentFailure
from outreach.event import Event
from outreach.models import Membership
from outreach.queries import consents, guests, office, people, visits
from outreach.register import import_file
from outreach.sample import write_alumni, write_visits
from outreach.settings import settings
from outreach.visits import hosting
from outreach.visits.importing import import_visits

INVITATION, NOTICES = "event-invitation", "event-notices"
TELLING_SECONDS = 60
# What those who are invited say, in turn: answer and guests. To the smallest event twelve say yes.
SAID = (("yes", 0), ("no", 0), ("yes", 0), ("perhaps", 0), ("yes", 0), ("yes", 0), ("no", 0), ("yes", 0))


def arrive(people_in_list: int, seed: int) -> Iterator[str]:
    """Import alumni and visits, and let the members abroad say yes to being invited. Says what happened."""
    folder = settings().data_dir / "register"
    write_alumni(folder / "alumni.csv", people=people_in_list, seed=seed, today=clock.today())
    yield import_file("alumni", folder / "alumni.csv").sentence("en")
    write_visits(folder / "visits.csv", today=clock.today())
    yield import_visits(folder / "visits.csv").sentence("en")
    with session_scope() as session:
        members = people.with_address(session, Membership.MEMBER, limit=people_in_list * 2)
        abroad = [person for person in members if person.country not in (None, "SE")]
        for person in abroad:
            said = {"events": True}
            consents.answer(session, person.id, said, language=person.language, source="demo", at=clock.now())
    yield f"{len(abroad)} members who live abroad said yes to invitations."


def answer() -> tuple[int, str]:
    """Answer for some of the invited, each by the link in their own mail, until the small event is full and some wait.
    Returns how many said yes to any event, and what happened.

    Raises PermanentFailure where the seats or the line are not as they should be.
    """
    small = _smallest()
    yes = 0
    with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True) as browser:
        for folder in sorted((settings().outbox / INVITATION).iterdir()):
            answers = [("yes", guests) for guests in (0, 1) * 6] if folder.name == small.slug else SAID
            for address, (said, party) in zip(_links(folder), answers, strict=False):
                _answer(browser, address, said, party)
                yes += said == "yes"
    with session_scope(reading=True) as session:
        stands = guests.counts(session, small.id)
    if stands.expected != small.capacity or not stands.waiting:
        raise PermanentFailure(f"{small.slug} was to be full with a waiting list: {stands}")
    full = f"{small.title_en}: {stands.expected} of {small.capacity} seats are taken and {stands.waiting} people wait."
    return yes, full


def told(people: int) -> str:
    """Wait until everyone is told: each answer has started the duty that does it too, at its next half minute. Says how
    many are.

    Raises PermanentFailure where there are fewer mails than people in the end, or more.
    """
    until = time.monotonic() + TELLING_SECONDS
    mails = 0
    while mails < people and time.monotonic() < until:
        mails = sum(1 for _ in (settings().outbox / NOTICES).glob("**/*.eml"))
        time.sleep(0.2)
    if mails != people:
        raise PermanentFailure(f"{people} people said yes to an event, and {mails} were told where they stand.")
    return f"{mails} people have been told where they stand, those with a seat by a calendar file too."


def where_to_look() -> str:
    """The pages of these visits, each by the link of one guest or one coordinator."""
    small, coordinator = _smallest(), settings().coordinators[0]
    with session_scope(reading=True) as session:
        host = office.coordinator(session, coordinator.email)
    if host is None:
        raise PermanentFailure(f"The coordinator {coordinator.name} is not in the database.")
    shown = {
        "A guest's page": _links(settings().outbox / INVITATION / small.slug)[0],
        "The guest list": hosting.host_url(small, host.id),
        "Planning": hosting.planner_url(host.id),
        "Members' map": f"{settings().prefect_pages}/artifacts/key/members-map-sv",
    }
    return "\n".join(f"  {name + ':':<16} {address}" for name, address in shown.items())


def _smallest() -> Event:
    """The event with the fewest seats."""
    with session_scope(reading=True) as session:
        return min(visits.events(session), key=lambda event: event.capacity)


def _links(folder: Path) -> list[str]:
    """The answer links in the invitations of one event, one a mail."""
    found = []
    for path in sorted(folder.glob("**/*.eml")):
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        link = re.search(r"https?://\S+/rsvp/[\w.~-]+", body.get_content() if body else "")
        if link is None:
            raise PermanentFailure(f"The mail {path.name} has no link to answer by.")
        found.append(link[0])
    return found


def _answer(browser: httpx.Client, address: str, said: str, party: int) -> None:
    """Open the page as the person would, choose and press the button."""
    form = FormReader()
    form.feed(browser.get(address).raise_for_status().text)
    given = {**form.values, "answer": said, "guests": str(party), "matter": "answer"}
    browser.post(address, data=given).raise_for_status()
