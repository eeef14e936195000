"""A batch's text and its people as the one thing a transport is given."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from outreach import clock, tags
from outreach.duties import LANGUAGES, Duty
from outreach.event import Event
from outreach.links import Signer
from outreach.models import Survey
from outreach.outgoing import Addressee, Attachment, OutgoingBatch
from outreach.queries.batches import ClaimedPerson
from outreach.queries.messages import Text
from outreach.rendering import person_values
from outreach.settings import settings
from outreach.visits import letters

ANSWERS_SHOWN = timedelta(days=60)  # after the event: those who came are asked for a line about it
SURVEY_REMEMBERED = timedelta(days=90)  # how long its link says that it has closed, and where the results are
CALENDAR_FILES = {"sv": "evenemang.ics", "en": "event.ics"}


def outgoing(
    text: Text,
    people: Sequence[ClaimedPerson],
    duty: Duty,
    *,
    key: str,
    feedback: str,
    event: Event | None = None,
    survey: Survey | None = None,
) -> OutgoingBatch:
    """A claimed batch with every person's values. `key` names it in logs and folders, `feedback` in Feedback-ID.
    `event`, `survey`: the one a campaign is about."""
    sender = settings().sender
    domain = sender.address.rpartition("@")[2]
    signers = _signers(duty.purpose, event, survey)
    return OutgoingBatch(
        key=key,
        nonce=tags.nonce_in(text.subject, text.html, text.text),
        language=text.language,
        subject=text.subject,
        html=text.html,
        text=text.text,
        sender_name=sender.name(text.language),
        sender_address=sender.address,
        reply_to=sender.reply_to,
        list_id=f"<{duty.name}.{domain}>",
        feedback_id=f"{feedback}:outreach:{domain}",
        addressees=tuple(_addressee(person, text.language, signers, event) for person in people),
        attachments=attachments(text.calendar, text.language),
    )


def attachments(calendar: str | None, language: str) -> tuple[Attachment, ...]:
    """The calendar file that goes with a text; its type says what the file asks for (RFC 6047)."""
    if calendar is None:
        return ()
    method = "CANCEL" if "\r\nMETHOD:CANCEL\r\n" in calendar else "PUBLISH"
    content_type = f"text/calendar; charset=utf-8; method={method}"
    return (Attachment(CALENDAR_FILES[language], content_type, calendar.encode()),)


def personal_links(public_id: str, purpose: str) -> dict[str, str]:
    """The signed addresses a message may carry for one person, by the name templates use."""
    return {name: signer.url(public_id) for name, signer in _signers(purpose).items()}


def _signers(purpose: str, event: Event | None = None, survey: Survey | None = None) -> dict[str, Signer]:
    signers = {
        "join": Signer("join", expires=clock.now() + timedelta(days=settings().join_link_days)),
        "preferences": Signer("preferences"),
        "unsubscribe": Signer("unsubscribe", purpose),
    }
    if event is not None:
        signers["rsvp"] = Signer("rsvp", event.public_id, event.ends_at + ANSWERS_SHOWN)
    if survey is not None:
        signers["survey"] = Signer("survey", survey.public_id, survey.closes_at + SURVEY_REMEMBERED)
    return signers


def _addressee(person: ClaimedPerson, language: str, signers: Mapping[str, Signer], event: Event | None) -> Addressee:
    links = {name: signer.url(person.public_id) for name, signer in signers.items()}
    values = person_values(
        first_name=person.first_name,
        last_name=person.last_name,
        programme=person.programme,
        language=language,
        links=links,
        guests=person.guests if event else None,
        confirm_until=_confirm_until(person, event, language),
    )
    return Addressee(person.token, person.address, values, links["unsubscribe"])


def _confirm_until(person: ClaimedPerson, event: Event | None, language: str) -> str:
    """In words, by the clock where the event is; "" where no seat is held."""
    if event is None or person.confirm_until is None:
        return ""
    return letters.moment(event, person.confirm_until, next(one for one in LANGUAGES if one == language))
