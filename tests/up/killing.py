"""Kill -9 of worker and run while the deployed duty sends: it must finish by itself, and nobody get two.

The tests do it with a small register; `python -m tests.up.killing` does it with a large one and prints the figures.
"""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from outreach import clock, prefect_api, signing, up
from outreach.database import session_scope
from outreach.models import Batch, BatchStatus, Recipient, RecipientStatus
from outreach.queries import approvals
from outreach.register import import_file
from outreach.sample import write_sample
from outreach.settings import settings
from outreach.up import sweep
from outreach.up.environment import mark

DUTY = "graduation-invitation"
PEOPLE, SEED = 20_000, 11
PROMISED_SECONDS = 180  # from the worker's return to the end of the run


@dataclass(frozen=True)
class Outcome:
    """Who is where afterwards, as sets of recipients' tokens; `twice` has more than one mail."""

    sent: set[str]
    twice: set[str]
    accepted: set[str]
    unknown: set[str]
    doubted: set[str]  # in a batch nobody knows of
    elsewhere: set[str]  # neither sent, in doubt nor excluded

    @property
    def missing(self) -> set[str]:
        return (self.accepted | self.unknown | self.elsewhere) - self.sent

    @property
    def kept_the_promise(self) -> bool:
        proven = not self.twice and not self.elsewhere and self.accepted <= self.sent
        return proven and self.missing <= self.unknown == self.doubted


def prepare(folder: Path, people: int) -> str:
    """Import a sample register, let the duty run until its text waits, and sign. Returns the run that sends."""
    file = folder / "students.csv"
    write_sample(file, people=people, seed=SEED, today=clock.today())
    import_file("students", file)
    run_id = prefect_api.start_duty(DUTY, {}, idempotency_key=f"{folder}/first")
    state = prefect_api.wait_for(run_id, 120)
    assert state.name == "Awaiting approval", state
    with session_scope(reading=True) as session:
        (code,) = {approvals.code_of(session, *wave) for wave in approvals.waiting(session)}
    signed = signing.decide(code, settings().coordinators[0].email, approved=True, comment="", via="cli")
    return signing.start_next_run(signed)


def planned() -> int:
    """How many people wait to be written to."""
    with session_scope(reading=True) as session:
        found = session.scalars(select(Recipient.id).where(Recipient.status == RecipientStatus.PLANNED))
        return len(found.all())


def kill_while_sending(mails: int, patience: float = 60) -> set[int]:
    """Kill the worker and the run once so many mails lie in the outbox. Returns the processes that were killed."""
    deadline = time.monotonic() + patience
    while sum(written().values()) < mails:
        assert time.monotonic() < deadline, "nothing is being sent"
        time.sleep(0.02)
    victims = sweep.marked(mark(), part="worker")
    sweep.kill(mark(), part="worker")
    return victims


def written() -> Counter[str]:
    """How many mails each recipient's token has in the outbox."""
    return Counter(path.name.partition("-")[0] for path in settings().outbox.glob(f"{DUTY}/**/*.eml"))


def outcome() -> Outcome:
    mails = written()
    with session_scope(reading=True) as session:
        ledger = session.execute(select(Recipient.token, Recipient.status)).tuples().all()
        lost = select(Batch.id).where(Batch.status == BatchStatus.UNKNOWN)
        doubted = set(session.scalars(select(Recipient.token).where(Recipient.batch_id.in_(lost))))
    by_status = {status: {token for token, its in ledger if its is status} for status in RecipientStatus}
    accepted, unknown = by_status[RecipientStatus.ACCEPTED], by_status[RecipientStatus.UNKNOWN]
    known = accepted | unknown | by_status[RecipientStatus.EXCLUDED]
    return Outcome(
        sent=set(mails),
        twice={token for token, count in mails.items() if count > 1},
        accepted=accepted,
        unknown=unknown,
        doubted=doubted,
        elsewhere={token for token, _ in ledger} - known,
    )


def main(people: int = PEOPLE) -> None:
    """The whole story with the shipped settings and automations. Exits 1 when the promise is not kept."""
    from tests.up.conftest import only, two_free_ports

    with tempfile.TemporaryDirectory() as folder, only({"OUTREACH_DATA_DIR": f"{folder}/var", **two_free_ports()}):
        with up.stack() as running:
            run_id = prepare(Path(folder), people)
            audience = planned()
            victims = kill_while_sending(audience // 3)
            at_kill = sum(written().values())
            print(f"{audience} people to write to; killed {len(victims)} processes at {at_kill} mails.", flush=True)
            running.worker.start()
            returned = time.monotonic()
            ended = prefect_api.wait_for(run_id, PROMISED_SECONDS).type
            seconds, found = time.monotonic() - returned, outcome()
        print(f"The run ended as {ended} {seconds:.0f} s after the worker's return.")
        print(
            f"{len(found.accepted)} accepted, {len(found.unknown)} in doubt of whom {len(found.missing)} have no mail; "
            f"{len(found.twice)} have two; {len(found.elsewhere)} are unaccounted for."
        )
        if not found.kept_the_promise or ended != "COMPLETED":
            sys.exit("The promise was not kept.")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
