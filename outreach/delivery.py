"""Sending a campaign: claim a batch, post it, record it, until nothing is left. Many workers may do so at once."""

import gc
import os
import socket
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from outreach import clock, companions, composing, duties, tags, throttles, timing
from outreach.database import session_scope
from outreach.duties import Duty
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.event import Event
from outreach.mail.outbox import Outbox
from outreach.models import Campaign, Survey
from outreach.outgoing import OutgoingBatch, Proof, Result, Transport
from outreach.queries import (
    approvals,
    batches,
    batching,
    campaigns,
    contact_budget,
    editions,
    messages,
    parties,
    surveys,
    visits,
)
from outreach.settings import settings
from outreach.throttles import Pace

PROGRESS_SECONDS = 1.0
WORTH_A_PROCESS = 20_000  # people waiting: starting another process takes as long as sending to these
PARTY = frozenset({"party", "confirm_until"})  # the values of those who have answered to an event
MOST_IN_DOUBT = 3  # batches a run: when the provider fails like this, everyone else is better off waiting


@dataclass(frozen=True)
class Sending:
    """All that the batches of one run share."""

    campaign: Campaign
    duty: Duty
    waves: Sequence[int]
    texts: dict[int, messages.Text]  # by message id: those that are approved, and nothing else may leave
    transport: Transport
    worker: str
    pace: Pace | None
    signed: Sequence[str]  # the digests of the texts' contents, as they were signed
    since: datetime
    event: Event | None = None  # the one the campaign is about
    survey: Survey | None = None

    def asks_for_party(self, message_id: int) -> bool:
        """Whether the text says who comes with a person, or how long their seat is held."""
        text = self.texts[message_id]
        return self.event is not None and not PARTY.isdisjoint(tags.names_in(text.subject, text.html, text.text))


class Tally:
    """People handed over so far and batches nobody knows of, counted by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.people = 0
        self.doubts: list[str] = []  # what was said of each batch nobody knows of

    def add(self, people: int, result: Result) -> None:
        with self._lock:
            self.people += people
            if result.proof is Proof.UNKNOWN:
                self.doubts.append(result.sentence)


def deliver(
    campaign: Campaign,
    duty: Duty,
    waves: Sequence[int],
    transport: Transport,
    on_progress: Callable[[int], None] = lambda people: None,
    pace: Pace | None = None,
) -> int:
    """Send what is planned and approved in these waves of a campaign. Returns how many people this run posted.

    `on_progress` gets that number about once a second; `pace` holds the senders back. Whoever waits for their morning
    or for the end of the quiet hours is left for a later run. Raises TemporaryFailure when the other side takes nothing
    now: what was not sent is planned again, and what may have been sent is `unknown`. Raises PermanentFailure when too
    many batches came out unknown.
    """
    give_up_on_the_dead()
    with session_scope() as session:
        sending = _signed(session, campaign, duty, waves, transport, pace)
        zones = timing.zones_shared(duty, clock.today())
        for wave in sending.waves:
            contact_budget.let_go(session, campaign.id, wave, clock.now())
            batching.plan(session, campaign.id, wave, throttles.people_a_batch(), zones)
        timing.set_moments(session, campaign.id, duty, sending.waves, clock.now())
        waiting = batches.people_ready(session, campaign.id, sending.texts, clock.now())
    beside = _processes_beside(sending, waiting)
    with companions.sending_beside(campaign.id, sending.waves, beside) as others:
        posted = _send(sending, threading.Event(), lambda people: on_progress(people + others.people))
    return posted + others.people


def join(
    campaign_id: int,
    waves: Sequence[int],
    transport: Transport,
    stop: threading.Event,
    on_progress: Callable[[int], None],
) -> int:
    """Send beside a `deliver` of the same campaign and waves in another process.

    Until nothing is left or `stop` is set. Returns and raises as `deliver` does, for what this process posts.
    """
    with session_scope() as session:
        campaign = campaigns.by_id(session, campaign_id)
        sending = _signed(session, campaign, duties.duty(campaign.duty), waves, transport, None)
    return _send(sending, stop, on_progress)


def _signed(
    session: Session, campaign: Campaign, duty: Duty, waves: Sequence[int], transport: Transport, pace: Pace | None
) -> Sending:
    """What of these waves is approved now, while nobody else can change its text."""
    since = clock.now()
    campaigns.hold(session, campaign.id)
    waves = [wave for wave in waves if approvals.is_approved(session, campaign, wave)]
    return Sending(
        campaign,
        duty,
        waves,
        messages.texts(session, campaign.id, waves),
        transport,
        worker_name(),
        pace,
        [messages.content_digest(session, campaign.id, wave) for wave in waves],
        since,
        visits.event(session, campaign.parameters["event"]) if "event" in campaign.parameters else None,
        surveys.by_public_id(session, campaign.parameters["survey"]) if "survey" in campaign.parameters else None,
    )


def _processes_beside(sending: Sending, waiting: int) -> int:
    """How many more processes are worth their start. Where a pace is set, one sends as fast as it may."""
    if sending.transport.name != "sendgrid" or sending.pace is not None or waiting < WORTH_A_PROCESS:
        return 0
    return settings().sender_processes - 1


def _send(sending: Sending, stop: threading.Event, on_progress: Callable[[int], None]) -> int:
    """This process's share, by all of its threads."""
    tally = Tally()
    # Files gain nothing from threads, and one at a time leaves at most one batch in doubt when the process dies.
    threads = 1 if sending.transport.name == "outbox" else settings().sender_threads
    with _nothing_old_searched(), ThreadPoolExecutor(threads, thread_name_prefix="sender") as pool:
        workers = [pool.submit(_send_until_done, sending, tally, stop) for _ in range(threads)]
        _watch(workers, tally, on_progress)
    for done in workers:
        done.result()
    return tally.people


@contextmanager
def _nothing_old_searched() -> Iterator[None]:
    """Keep Python's search for garbage rare and to what the sending itself makes: a batch makes tens of thousands of
    objects, and looking through all of Prefect again and again took a quarter of the time."""
    often = gc.get_threshold()
    gc.freeze()  # what garbage there is waits too: searching for it first took longer than sending a small batch
    gc.set_threshold(100_000, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def give_up_on_the_dead() -> int:
    """Batches of workers that died on this machine, or whose claim has expired, become unknown. Returns how many."""
    with session_scope() as session:
        dead = [worker for worker in batches.claimants(session) if is_dead(worker)]
        return batches.lose_claims_of(session, dead) + batches.expire_claims(session, clock.now())


def worker_name() -> str:
    """`host/process id/random`: tells on which machine a claim can be checked."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def is_dead(worker: str) -> bool:
    """Whether a claim's process is known to be gone. One on another machine is not known to be."""
    host, _, process = worker.partition("/")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process.partition("/")[0]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _watch(workers: Sequence[Future[None]], tally: Tally, on_progress: Callable[[int], None]) -> None:
    pending = set(workers)
    while pending:
        _, pending = wait(pending, timeout=PROGRESS_SECONDS)
        on_progress(tally.people)


def _send_until_done(sending: Sending, tally: Tally, stop: threading.Event) -> None:
    """One sender's work. When the other side takes nothing, all of them stop."""
    while not stop.is_set():
        claim = _claim(sending) if sending.pace is None else _claim_in_turn(sending, sending.pace, stop)
        if claim is None:
            return
        # The claim is committed: from here on only a proof puts these people back.
        result = _post(sending, claim)
        _record(claim, result)
        _take_back(sending, claim)
        tally.add(_posted(claim, result), result)
        if _takes_nothing_now(result):
            stop.set()
            raise TemporaryFailure(result.sentence)
        if len(tally.doubts) >= MOST_IN_DOUBT:
            stop.set()
            raise PermanentFailure(f"Sending stopped so that no more people are put in doubt. {tally.doubts[-1]}")


def _claim_in_turn(sending: Sending, pace: Pace, stop: threading.Event) -> batches.Claim | None:
    """Wait first and claim then: a claim that waited would run out."""
    with session_scope(reading=True) as session:
        people = batches.next_size(session, sending.campaign.id, sending.texts, clock.now())
    if people is None:
        return None
    pace.before(people)
    claim = None if stop.is_set() else _claim(sending)
    pace.give_back(people - (len(claim.people) if claim else 0))
    return claim


def _claim(sending: Sending) -> batches.Claim | None:
    with session_scope() as session:
        if approvals.taken_back(session, sending.campaign, sending.signed, sending.since):
            return None
        timing.hold_at_night(session, sending.campaign.id, sending.duty, sending.waves, clock.now())
        texts: Collection[int] = sending.texts
        if sending.duty.sections:  # a story may have been taken back since it was signed
            texts = editions.sendable(session, sending.campaign.id, texts)
        claim = batches.claim(
            session,
            sending.campaign.id,
            texts,
            sending.duty,
            sending.worker,
            clock.now(),
            settings().claim_minutes,
        )
        if claim and sending.event and sending.asks_for_party(claim.message_id):
            return parties.told(session, claim, sending.event.id)
        return claim


def _posted(claim: batches.Claim, result: Result) -> int:
    return 0 if result.proof is Proof.NOT_SENT else len(claim.people) - len(result.not_sent)


def _takes_nothing_now(result: Result) -> bool:
    """The other side said no to everyone, or broke off half way; one person's "come back later" stops nothing."""
    return result.proof is Proof.NOT_SENT or bool(result.not_sent and result.sentence)


def _post(sending: Sending, claim: batches.Claim) -> Result:
    if not claim.people:
        return Result(Proof.REFUSED, sentence="Everyone in it had fallen out, so nothing was posted.")
    return sending.transport.send(_outgoing(sending, claim))


def _take_back(sending: Sending, claim: batches.Claim) -> None:
    """Whoever was erased while their letter was written has none lying in the outbox."""
    if isinstance(sending.transport, Outbox):
        with session_scope(reading=True) as session:
            gone = batches.nobodys(session, claim.batch_id)
        if gone:
            sending.transport.take_back(_key(sending, claim), gone)


def _key(sending: Sending, claim: batches.Claim) -> str:
    return f"{sending.campaign.key}/{claim.wave}/{claim.number}"


def _outgoing(sending: Sending, claim: batches.Claim) -> OutgoingBatch:
    feedback = f"{sending.campaign.id}:{sending.duty.name}"
    text = sending.texts[claim.message_id]
    key = _key(sending, claim)
    return composing.outgoing(
        text, claim.people, sending.duty, key=key, feedback=feedback, event=sending.event, survey=sending.survey
    )


@retry(
    retry=retry_if_exception_type(TemporaryFailure),
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=0.5, max=20),
    reraise=True,
)
def _record(claim: batches.Claim, result: Result) -> None:
    """The post has happened, so writing it down is worth several tries."""
    with session_scope() as session:
        batches.record(session, claim.batch_id, claim.attempt, result, clock.now())
