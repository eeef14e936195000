"""Erasing people: everything goes but keyed hashes, which keep them from coming back, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach import clock, database
from outreach.erasing import copies, leavings, letters
from outreach.linkedin import exporting
from outreach.queries import forgotten_stories, one_person, people, traces
from outreach.queries.exports import Gone
from outreach.stories import images


@dataclass(frozen=True)
class Erased:
    """How many people, and posts of them that were taken out of the LinkedIn files and may have been posted."""

    people: int
    posts: Sequence[Gone]


def erase_address(email: str, *, actor: str) -> Erased:
    """Erase whoever has this normalised address."""
    with database.session_scope(reading=True) as session:
        found = [person.public_id for person in one_person.with_address(session, email)]
    return erase(found, actor=actor)


def erase(public_ids: Sequence[str], *, actor: str, action: str = "erased") -> Erased:
    """Erase these people, and whatever names them in our texts and files. `action`: what the audit trail calls it.

    Raises TemporaryFailure, with nothing erased, when Prefect should forget something and does not answer.
    """
    with database.session_scope(reading=True) as session:
        leavings.clear_prefect(traces.of(session, people.by_public_ids(session, public_ids)))
    with database.session_scope() as session:
        database.lock(session, "register")
        known = people.by_public_ids(session, public_ids)
        theirs = traces.of(session, known)
        count = one_person.erase_people(session, known, clock.now(), actor=actor, action=action)
        naming = traces.clear(session, theirs)
        # Before it is committed: killed here, the people are still there to be erased again.
        images.remove(forgotten_stories.without_row(session, theirs.pictures))
        copies.clear_all(theirs)
        leavings.clear_files(theirs)
        letters.delete_returned(theirs)
        letters.delete_theirs(theirs, naming)
    posts = exporting.take_out_forbidden()
    letters.delete_theirs(theirs)  # what a sender wrote meanwhile
    database.settle_on_disk()
    return Erased(count, posts)
