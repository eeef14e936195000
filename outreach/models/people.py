"""People and what is known of them: studies, interests, consents, suppressions. Never a personnummer."""

import enum
from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.models.base import Base


class Membership(enum.StrEnum):
    """Where someone stands towards the alumni network."""

    NONE = "none"
    INVITED = "invited"
    MEMBER = "member"
    LEFT = "left"


# Compared sign by sign, as SQLite does anyway, so that the beginning of a name is a stretch of the index.
FOLDED = String().with_variant(String(collation="C"), "postgresql")

MEMBERSHIP_TYPE = Enum(
    Membership, native_enum=False, length=12, values_callable=lambda kind: [member.value for member in kind]
)


class Person(Base):
    """One human being, from the register or from what they said themselves.

    `own_fields` names the columns the person wrote (space separated, sorted): the register never overwrites those.
    `address_hash` is `links.address_hash(email)`, so that suppressions are looked up in SQL without the address.
    `register_address_hash` is that of the address the register last gave: whoever has given us another address since is
    still known by it in a file without student_uid. `first_folded`, `last_folded`: `queries.names.fold` of the names,
    to find them by.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_last_folded", "last_folded", "first_folded"),
        Index("ix_people_first_folded", "first_folded"),
        {"sqlite_autoincrement": True},  # an erased person's id is never used again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)  # random; what links carry
    student_uid: Mapped[str | None] = mapped_column(String(64), unique=True)
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    first_folded: Mapped[str] = mapped_column(FOLDED, default="", server_default="")
    last_folded: Mapped[str] = mapped_column(FOLDED, default="", server_default="")
    email: Mapped[str | None] = mapped_column(String(320))  # normalised
    address_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    register_address_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(2), default="sv")
    country: Mapped[str | None] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    city: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    time_zone: Mapped[str | None] = mapped_column(String(64))
    linkedin_url: Mapped[str | None] = mapped_column(String(500))
    membership: Mapped[Membership] = mapped_column(MEMBERSHIP_TYPE, default=Membership.NONE, index=True)
    invited_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    own_fields: Mapped[str] = mapped_column(default="")
    profile_updated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Study(Base):
    """A person's studies in one programme.

    `source`: the kind of file that last vouched for them, students or alumni. `missing_since`: when a whole file of
    students first lacked them; what only a list of alumni has told is never missing.
    """

    __tablename__ = "studies"
    __table_args__ = (
        UniqueConstraint("person_id", "programme_code"),
        Index("ix_studies_expected_end", "expected_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"), index=True)
    programme_code: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(16), default="students")
    programme_sv: Mapped[str] = mapped_column(default="")
    programme_en: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(String(16), default="")  # first, second, third (cycle)
    credits_done: Mapped[float | None]
    credits_required: Mapped[float | None]
    expected_end: Mapped[date | None]
    degree_applied: Mapped[bool] = mapped_column(default=False)
    completed_on: Mapped[date | None]  # the day the degree was awarded
    missing_since: Mapped[datetime | None]


class Interest(Base):
    """What someone offered to do: mentor, guest_lecturer, ambassador, interview, internship_host, ..."""

    __tablename__ = "interests"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class Consent(Base):
    """Append-only. The newest row of a person and purpose holds; `wording` is the text that was shown."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person_purpose", "person_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(32))
    given: Mapped[bool]
    legal_basis: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(64))
    wording: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Suppression(Base):
    """An address that must not be written to: a keyed hash, so it outlives the person's erasure.

    Someone who was erased stands here under the hash of their student_uid too (`links.uid_hash`), so that a file with
    another address does not bring them back.
    """

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("address_hash", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(32), default="all")  # "all" or a purpose
    reason: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
