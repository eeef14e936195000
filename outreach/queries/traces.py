"""What somebody has left in texts and files that no key leads to: gathered before they are erased, cleared after."""

import html
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, String, Table, Text, cast, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Base, Campaign, Message, Person, Recipient, StoryRow
from outreach.queries import forgotten_stories

GONE = "[…]"
# Tables that are cleared by key, hold nothing somebody wrote freely, or are the person's own and go with them.
NOT_SEARCHED = {
    "people", "studies", "interests", "consents", "story_consents", "suppressions",  # the person's own, or hashes
    "provider_events",  # cleared by recipient and address
    "recipients", "batches", "survey_members", "event_notices", "edition_stories",  # ids and codes
    "departments", "coordinators", "coordinator_departments",  # the office's own people
    "sign_in_links", "sessions", "rate_counts", "alembic_version",
}  # fmt: skip
MOST_SOUGHT = 20  # of more people, texts are searched for those alone whom a story tells of
PLAIN_LENGTH = 60  # of a column that holds names or sentences; shorter ones hold codes


@dataclass(frozen=True)
class Traces:
    """`names`: (first, last) of those who have both; `sought`: of those whose names and addresses texts are searched
    for. `letters`: folders of the outbox below which theirs lie, such as
    `graduation-invitation/2026-HT/central/1`, and `tokens` the beginnings of their names. `told`: a story tells of
    them, so that they may be named anywhere."""

    names: frozenset[tuple[str, str]]
    addresses: frozenset[str]
    student_uids: frozenset[str]
    letters: frozenset[str]
    tokens: frozenset[str]
    pictures: frozenset[str]
    told: bool
    sought: frozenset[tuple[str, str, str]]  # first, last, address; "" for none

    def phrases(self) -> list[str]:
        """What names them in a text: the whole name, in the orders people write it, and the address."""
        ways = ("{first} {last}", "{last} {first}", "{last}, {first}")
        whole = [(first, last) for first, last, _ in self.sought if first and last]
        names = (way.format(first=first, last=last) for first, last in whole for way in ways)
        return sorted({*names, *(email for *_, email in self.sought if email)}, key=len, reverse=True)


def of(session: Session, people: Collection[Person]) -> Traces:
    """The traces of people who are about to be erased."""
    ids = [person.id for person in people]
    sent = (
        select(Recipient.token, Campaign.key, Recipient.wave)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .where(Recipient.person_id.in_(ids), Recipient.batch_id.is_not(None))
    )
    rows = session.execute(sent).all()
    told = set(session.scalars(select(StoryRow.person_id).where(StoryRow.person_id.in_(ids))))
    sought = people if len(people) <= MOST_SOUGHT else [one for one in people if one.id in told]
    return Traces(
        names=frozenset((one.first_name, one.last_name) for one in people if one.first_name and one.last_name),
        addresses=frozenset(one.email for one in people if one.email),
        student_uids=frozenset(one.student_uid for one in people if one.student_uid),
        letters=frozenset(f"{row.key}/{row.wave}" for row in rows),
        tokens=frozenset(row.token for row in rows),
        pictures=frozenset(forgotten_stories.pictures_of(session, ids)),
        told=bool(told),
        sought=frozenset((one.first_name, one.last_name, one.email or "") for one in sought),
    )


def clear(session: Session, traces: Traces) -> set[str]:
    """Take the names and addresses out of every free text of every table.

    Returns the folders of the outbox (`<campaign>/<wave>`) that hold letters which named them: to everybody.
    """
    naming = _letters_naming(session, traces.phrases())
    for table in Base.metadata.sorted_tables:
        if table.name not in NOT_SEARCHED:
            for column in _texts(table):
                _clear(session, table, column, traces)
    return naming


def searched() -> set[str]:
    """Every column that is searched, as `table.column`."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_SEARCHED]
    return {f"{table.name}.{column.name}" for table in tables for column in _texts(table)}


def cleared(text: str, traces: Traces) -> str:
    """A text without them: whole names and addresses, and where any of these stood, the family name alone too."""
    forms = [form for phrase in traces.phrases() for form in _forms(phrase)]
    without = text
    for form in forms:
        without = without.replace(form, GONE)
    if without == text:
        return text
    for first, last, _ in traces.sought:
        for form in _forms(last) if first and last else ():
            without = without.replace(form, GONE)
    return without


def _letters_naming(session: Session, phrases: list[str]) -> set[str]:
    if not phrases:
        return set()
    found = (
        select(Campaign.key, Message.wave)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(or_(*(_holds(column, phrases) for column in (Message.html, Message.text, Message.subject))))
    )
    return {f"{key}/{wave}" for key, wave in session.execute(found.distinct())}


def _texts(table: Table) -> Iterator[Column[Any]]:
    for column in table.columns:
        kind = column.type
        free = isinstance(kind, Text | JSON) or (
            isinstance(kind, String) and type(kind) is String and (kind.length or PLAIN_LENGTH) >= PLAIN_LENGTH
        )
        if free and not column.primary_key:
            yield column


def _clear(session: Session, table: Table, column: Column[Any], traces: Traces) -> None:
    phrases = traces.phrases()
    if not phrases:
        return
    is_json = isinstance(column.type, JSON)
    keys = list(table.primary_key.columns)
    for *key, said in session.execute(select(*keys, column).where(_holds(column, phrases))).all():
        here = [own == value for own, value in zip(keys, key, strict=True)]
        without = (
            json.loads(cleared(json.dumps(said, ensure_ascii=False), traces)) if is_json else cleared(said, traces)
        )
        session.execute(update(table).where(*here).values({column.name: without}))


def _holds(column: Any, phrases: list[str]) -> Any:
    text = cast(column, Text)
    return or_(*(text.contains(form, autoescape=True) for phrase in phrases for form in _forms(phrase)))


def _forms(phrase: str) -> list[str]:
    """A phrase as it stands in plain text, in HTML and in JSON."""
    return list(dict.fromkeys((phrase, html.escape(phrase), json.dumps(phrase)[1:-1])))
