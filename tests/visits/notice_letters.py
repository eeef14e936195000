"""Every notice as somebody would get it: the letter of an evening in Tokyo, filled for one reader, as a whole mail."""

from collections.abc import Iterator
from dataclasses import replace

from outreach import clock, composing, duties
from outreach.duties import LANGUAGES
from outreach.event import Event
from outreach.mail.mime import compose
from outreach.outgoing import OutgoingBatch
from outreach.queries.audiences.notices import kind_of
from outreach.queries.batches import ClaimedPerson
from outreach.queries.messages import Text
from outreach.rendering import Rendered
from outreach.visits.notices import letter
from tests.conftest import NOON
from tests.seats.conftest import EVENING

DUTY = "event-notices"
EVENT = replace(
    EVENING,
    delegation="Rektor Anna Lindqvist & prorektor Per Öberg",
    entry_sv="Ta med **legitimation**. Dörrarna öppnas kl. 19.30.\n\n- Tunnelbana: Roppongi-itchōme\n- Ring på",
    entry_en="Bring **proof of identity**. Doors open at 19:30.\n\n- Metro: Roppongi-itchōme\n- Ring at the gate",
)
BEFORE = {"venue": "Hotel Okura", "starts_at": (EVENING.starts_at.replace(hour=10)).isoformat()}
READER = ClaimedPerson(
    token="t" * 32,
    address="asa@reader.example.net",
    public_id="p-asa",
    first_name="Åsa",
    last_name="Öberg",
    programme="",
    guests=1,
    confirm_until=NOON.replace(hour=14),
)  # fmt: skip


def every_letter(event: Event = EVENT) -> Iterator[Rendered]:
    """Each of the twelve in both languages."""
    duty = duties.duty(DUTY)
    for number, wave in enumerate(duty.waves, start=1):
        for language in LANGUAGES:
            kind = kind_of(number)
            now = replace(event, cancelled=kind.value.startswith("cancelled"))
            yield letter(wave.message, kind, now, None, duty.purpose, language, BEFORE)


def batch_of(one: Rendered) -> OutgoingBatch:
    text = Text(one.variant, one.language, one.subject, one.html, one.text, one.calendar)
    key = f"{DUTY}/tokyo-evening/central/1/1"
    return composing.outgoing(text, [READER], duties.duty(DUTY), key=key, feedback=f"1:{DUTY}", event=EVENT)


def as_mail(one: Rendered) -> bytes:
    batch = batch_of(one)
    with clock.frozen(NOON):
        return compose(batch, batch.addressees[0])
