"""What a wave says: stored once a variant, given to the recipients it is for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from outreach.models import Message
from outreach.queries import batching, campaigns, ledger


class Variant(Protocol):
    """A rendered message, as `outreach.rendering` makes them."""

    @property
    def variant(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def department_code(self) -> str | None: ...
    @property
    def subject(self) -> str: ...
    @property
    def preheader(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def calendar(self) -> str | None: ...
    @property
    def digest(self) -> str: ...


def store(session: Session, campaign_id: int, wave: int, variants: Sequence[Variant], now: datetime) -> int:
    """Make `variants` the wave's current text and give each batch that waits the one of its language and department.

    A text that stands already is kept, a new one is a new row. A batch that is on its way keeps what it was given.
    Returns how many texts are new.
    """
    campaigns.hold(session, campaign_id)
    digests = {variant.digest for variant in variants}
    known = set(session.scalars(select(Message.digest).where(Message.campaign_id == campaign_id, Message.wave == wave)))
    new = [
        {
            "campaign_id": campaign_id,
            "wave": wave,
            "created_at": now,
            "current": True,
            **{
                name: getattr(variant, name)
                for name in (
                    "variant", "language", "department_code", "subject", "preheader", "html", "text", "calendar",
                    "digest",
                )
            },
        }
        for variant in variants
        if variant.digest not in known
    ]  # fmt: skip
    if new:
        session.execute(insert(Message), new)
    wave_texts = (Message.campaign_id == campaign_id, Message.wave == wave)
    stands = Message.digest.in_(digests)
    ledger.rows(session, update(Message).where(*wave_texts, stands, Message.current.is_(False)).values(current=True))
    ledger.rows(session, update(Message).where(*wave_texts, ~stands, Message.current).values(current=False))
    batching.write(session, campaign_id, wave)
    return len(new)


def current(session: Session, campaign_id: int, wave: int) -> Sequence[Message]:
    """The wave's current variants, Swedish before English, by department."""
    return session.scalars(
        select(Message)
        .where(Message.campaign_id == campaign_id, Message.wave == wave, Message.current)
        .order_by(Message.language.desc(), Message.department_code)
    ).all()


def content_digest(session: Session, campaign_id: int, wave: int) -> str:
    """One digest over every current variant: the text a coordinator signs. 64 hex digits."""
    found = session.execute(
        select(Message.variant, Message.digest)
        .where(Message.campaign_id == campaign_id, Message.wave == wave, Message.current)
        .order_by(Message.variant)
    )
    return digest_of(found.tuples())


def digest_of(variants: Iterable[tuple[str, str]]) -> str:
    """The same of (variant, digest of its text), in the order of the variants."""
    return sha256("\n".join(f"{variant} {digest}" for variant, digest in variants).encode()).hexdigest()


@dataclass(frozen=True)
class Text:
    """One variant's text, ready for a transport."""

    variant: str
    language: str
    subject: str
    html: str
    text: str
    calendar: str | None = None  # an iCalendar file that goes with it


def texts(session: Session, campaign_id: int, waves: Sequence[int]) -> dict[int, Text]:
    """The current texts of these waves by message id: what may leave, if it is approved."""
    columns = (Message.variant, Message.language, Message.subject, Message.html, Message.text, Message.calendar)
    found = session.execute(
        select(Message.id, *columns).where(Message.campaign_id == campaign_id, Message.wave.in_(waves), Message.current)
    )
    return {row[0]: Text(*row[1:]) for row in found}
