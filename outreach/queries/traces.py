"""What somebody has left in texts and files that no key leads to: gathered before they are erased, cleared after."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, and_, cast, false, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.models import Base, Campaign, Message, Person, Recipient, StoryRow
from outreach.queries import forgotten_stories
from outreach.queries.naming import Naming, Sought, texts_in

# Tables that are cleared by key, hold nothing somebody wrote freely, or are the person's own and go with them.
NOT_SEARCHED = {
    "people", "studies", "interests", "consents", "story_consents", "suppressions",  # the person's own, or hashes
    "provider_events",  # cleared by recipient and address
    "recipients", "batches", "survey_members", "event_notices", "edition_stories",  # ids and codes
    "departments", "coordinators", "coordinator_departments",  # the office's own people
    "sign_in_links", "sessions", "rate_counts", "alembic_version",
}  # fmt: skip
MOST_SOUGHT = 20  # of more people, texts are searched for those alone whom a story tells of
AT_ONCE = 200  # rows of a table that is looked through
PLAIN_ENOUGH = 3  # letters that tell enough texts apart
PLAIN_LENGTH = 60  # of a column that holds names or sentences; shorter ones hold codes
_MESSAGES: Table = Base.metadata.tables[Message.__tablename__]


@dataclass(frozen=True)
class Traces:
    """`names`: (first, last) of those who have both; `hashes`: of the addresses that the register gave. `sought`: of
    those whose names and addresses texts are searched for. `letters`: folders of the outbox below which theirs lie,
    such as `graduation-invitation/2026-HT/central/1`, and `tokens` the beginnings of their names. `told`: a story
    tells of them, so that they may be named anywhere."""

    names: frozenset[tuple[str, str]]
    addresses: frozenset[str]
    student_uids: frozenset[str]
    hashes: frozenset[str]
    letters: frozenset[str]
    tokens: frozenset[str]
    pictures: frozenset[str]
    told: bool
    sought: frozenset[Sought]

    @property
    def naming(self) -> Naming:
        """Those who are sought, to be found in texts."""
        return Naming(self.sought)


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
        hashes=frozenset(one.register_address_hash for one in people if one.register_address_hash),
        letters=frozenset(f"{row.key}/{row.wave}" for row in rows),
        tokens=frozenset(row.token for row in rows),
        pictures=frozenset(forgotten_stories.pictures_of(session, ids)),
        told=bool(told),
        sought=frozenset((one.first_name, one.last_name, one.email or "") for one in sought),
    )


def clear(session: Session, traces: Traces) -> set[str]:
    """Take the names and addresses out of every free text of every table.

    Where one text of a row names them, or one of its campaign's, their first or family name alone goes from the others
    too. Returns the folders of the outbox (`<campaign>/<wave>`) that hold letters which named them: to everybody.
    """
    naming = traces.naming
    if not naming:
        return set()
    found = {table: _naming_them(session, table, naming) for table in _tables()}
    told_of = {row.campaign for rows in found.values() for row in rows} - {None}
    letters = _letters(session, [key for row in found[_MESSAGES] for key in row.key])
    for table, rows in found.items():
        named = {row.key for row in rows}
        beside = _beside(session, table, told_of, naming) - named
        for key in [*named, *beside]:
            _clear(session, table, key, naming)
    return letters


def searched() -> set[str]:
    """Every column that is searched, as `table.column`."""
    return {f"{table.name}.{column.name}" for table in _tables() for column in _texts(table)}


class _Row(NamedTuple):
    """A row that names them. `campaign`: the id of the campaign it belongs to, or is."""

    key: tuple[Any, ...]
    campaign: int | None


def _tables() -> list[Table]:
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in NOT_SEARCHED and next(_texts(table), None) is not None
    ]


def _texts(table: Table) -> Iterator[Column[Any]]:
    for column in table.columns:
        kind = column.type
        free = isinstance(kind, Text | JSON) or (
            isinstance(kind, String) and type(kind) is String and (kind.length or PLAIN_LENGTH) >= PLAIN_LENGTH
        )
        if free and not column.primary_key:
            yield column


def _campaign(table: Table) -> Column[Any] | None:
    return table.columns.get("id" if table.name == Campaign.__tablename__ else "campaign_id")


def _naming_them(session: Session, table: Table, naming: Naming) -> list[_Row]:
    keys, texts, campaign = list(table.primary_key.columns), list(_texts(table)), _campaign(table)
    may = [_may_name(texts, one) for one in naming.sought]
    columns = [*keys, *texts, *([] if campaign is None else [campaign.label("of_campaign")])]
    rows = session.execute(select(*columns).where(or_(*may)).execution_options(yield_per=AT_ONCE))
    return [
        _Row(tuple(row[: len(keys)]), None if campaign is None else row[-1])
        for row in rows
        if any(naming.named(text) for said in row[len(keys) : len(keys) + len(texts)] for text in texts_in(said))
    ]


def _beside(session: Session, table: Table, campaigns: Collection[int | None], naming: Naming) -> set[tuple[Any, ...]]:
    """The keys of a table's rows of these campaigns that may hold their first or family names."""
    campaign = _campaign(table)
    if campaign is None or not campaigns:
        return set()
    parts = {part for first, last, _ in naming.sought if first and last for part in (first, last)}
    holding = or_(false(), *(_holds(text, part) for text in _texts(table) for part in parts))
    found = select(*table.primary_key.columns).where(campaign.in_(campaigns), holding)
    return {tuple(row) for row in session.execute(found)}


def _letters(session: Session, message_ids: Collection[int]) -> set[str]:
    found = select(Campaign.key, Message.wave).join(Campaign, Campaign.id == Message.campaign_id)
    rows = session.execute(found.where(Message.id.in_(message_ids)).distinct())
    return {f"{key}/{wave}" for key, wave in rows}


def _clear(session: Session, table: Table, key: tuple[Any, ...], naming: Naming) -> None:
    here = [own == value for own, value in zip(table.primary_key.columns, key, strict=True)]
    texts = list(_texts(table))
    row = session.execute(select(*texts).where(*here)).one()
    without = {
        text.name: cleared
        for text, said in zip(texts, row, strict=True)
        if (cleared := naming.cleared(said, alone=True)) != said
    }
    if without:
        session.execute(update(table).where(*here).values(without))


def _may_name(texts: list[Column[Any]], one: Sought) -> ColumnElement[bool]:
    """That one of these columns holds both of somebody's names, or their address: to be looked at closer."""
    first, last, address = one
    ways = [and_(_holds(text, first), _holds(text, last)) for text in texts if first and last]
    ways += [_holds(text, address) for text in texts if address]
    return or_(false(), *ways)


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    """That a column holds what every way to write a word has: its longest stretch of plain letters."""
    text = cast(column, Text)
    plain = max(re.findall(r"[a-z]+", word.lower(), re.ASCII), key=len, default="")
    if len(plain) >= PLAIN_ENOUGH:
        return func.lower(text).contains(plain)
    ways = {way for form in (word, word.lower(), word.upper()) for way in (form, json.dumps(form)[1:-1])}
    return or_(*(text.contains(way, autoescape=True) for way in ways))
