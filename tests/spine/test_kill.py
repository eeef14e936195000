"""Kill -9 in the middle of sending: nobody twice, and nobody missing but one batch in doubt for each killed worker."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import insert, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import TemporaryFailure
from outreach.models import Batch, BatchStatus, Person, Recipient, RecipientStatus, Study
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.settings import ROOT, settings
from tests.spine.conftest import DUTY, run_duty

PEOPLE = 20_000
KILL_AFTER_MAILS = (1_500, 6_000)


@pytest.mark.slow
def test_killed_while_sending_to_20_000_nobody_gets_two_and_only_the_batch_in_hand_is_in_doubt(db: str) -> None:
    enrol_many(PEOPLE)
    with pytest.raises(TemporaryFailure, match="Not yet"):
        run_duty(transport=SendsNothingYet())
    for mails in KILL_AFTER_MAILS:
        kill_after(mails)
    finish()

    sent = tokens_in_the_outbox()
    assert max(sent.values()) == 1, "somebody got the same mail twice"
    with session_scope(reading=True) as session:
        found = session.execute(select(Recipient.token, Recipient.status).where(Recipient.wave == 1))
        ledger = dict(found.tuples().all())
        in_doubt = session.scalars(select(Batch.id).where(Batch.status == BatchStatus.UNKNOWN)).all()
        doubted = set(session.scalars(select(Recipient.token).where(Recipient.batch_id.in_(in_doubt))))
    assert len(ledger) == PEOPLE
    assert len(in_doubt) <= len(KILL_AFTER_MAILS)
    unknown = {token for token, status in ledger.items() if status is RecipientStatus.UNKNOWN}
    accepted = {token for token, status in ledger.items() if status is RecipientStatus.ACCEPTED}
    assert unknown == doubted
    assert accepted | unknown == set(ledger)
    assert accepted <= set(sent)
    assert set(ledger) - set(sent) <= unknown, "somebody is missing who is in no batch in doubt"


class SendsNothingYet:
    """Lets everything up to the first claim happen, so that the processes that are killed only send."""

    name = "outbox"

    def send(self, batch: OutgoingBatch) -> Result:
        return Result(Proof.NOT_SENT, sentence="Not yet.")


def kill_after(mails: int) -> None:
    """Run the duty in a process of its own and kill it once that many mails lie in the outbox."""
    process = start()
    while written() < mails:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def written() -> int:
    return sum(len(files) for _, _, files in os.walk(settings().outbox / DUTY))


def finish() -> None:
    process = start()
    assert process.wait(timeout=300) == 0


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.spine.killed"], cwd=ROOT)


def tokens_in_the_outbox() -> Counter[str]:
    return Counter(path.name.partition("-")[0] for path in settings().outbox.glob(f"{DUTY}/**/*.eml"))


def enrol_many(people: int) -> None:
    now, end, codes = clock.now(), clock.today(), list(departments())
    with session_scope() as session:
        session.execute(
            insert(Person),
            [
                {
                    "id": number, "public_id": f"p{number}", "student_uid": f"u{number}", "first_name": "Åsa",
                    "last_name": "Öberg", "email": f"u{number}@students.example.org",
                    "address_hash": links.address_hash(f"u{number}@students.example.org"),
                    "language": "sv" if number % 3 else "en", "membership": "none", "own_fields": "",
                    "created_at": now, "updated_at": now,
                }
                for number in range(1, people + 1)
            ],
        )  # fmt: skip
        session.execute(
            insert(Study),
            [
                {
                    "person_id": number, "department_code": codes[number % 3], "programme_code": "P",
                    "programme_sv": "Program", "programme_en": "Programme", "level": "first",
                    "expected_end": end, "degree_applied": False,
                }
                for number in range(1, people + 1)
            ],
        )  # fmt: skip
