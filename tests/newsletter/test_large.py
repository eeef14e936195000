"""One edition for 20,000 members of 50 departments in two languages: the right version to each, and once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from outreach import clock, links
from outreach.database import session_scope
from outreach.departments import departments
from outreach.models import Batch, BatchStatus, Consent, Message, Person, Recipient, RecipientStatus, Study
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.settings import ROOT
from tests.newsletter.conftest import ENOUGH, Tale, run_edition

PEOPLE = 20_000
MOST_HTML = 80_000


@pytest.mark.slow
def test_20_000_members_of_50_departments_each_get_their_version_once_through_a_kill(db, on_tuesday, tell, tmp_path):
    codes = list(departments())
    assert len(codes) == 50
    tell(
        *ENOUGH, *(Tale(f"of-{code}", department=code, sv=f"Bara för {code}", en=f"Bara för {code}") for code in codes)
    )
    expected = register(codes)
    with pytest.raises(Exception, match="Not yet"):
        run_edition(transport=SendsNothingYet())
    file = tmp_path / "posted.txt"
    assert run_in_a_process(file, 7_000) == -9
    for _ in range(2):
        assert run_in_a_process(file) == 0

    posted = [line.split() for line in file.read_text(encoding="ascii").splitlines()]
    times = Counter(token for token, _, _ in posted)
    assert max(times.values()) == 1, "somebody got two"
    with session_scope(reading=True) as session:
        rows = session.execute(select(Recipient.token, Recipient.person_id, Recipient.status)).all()
        in_doubt = session.scalars(select(Batch.id).where(Batch.status == BatchStatus.UNKNOWN)).all()
        texts, largest = session.execute(select(func.count(), func.max(func.length(Message.html)))).one()
    assert texts <= 100
    assert largest < MOST_HTML
    assert len(rows) == PEOPLE
    assert len(in_doubt) == 1
    status = {token: status for token, _, status in rows}
    unknown = {token for token, one in status.items() if one is RecipientStatus.UNKNOWN}
    assert {token for token, one in status.items() if one is RecipientStatus.ACCEPTED} == set(status) - unknown
    assert set(status) - unknown <= set(times), "somebody is missing who is in no batch in doubt"
    person = {token: person for token, person, _ in rows}
    assert {token: (language, own) for token, language, own in posted} == {
        token: expected[person[token]] for token in times
    }


class SendsNothingYet:
    """Lets everything up to the first claim happen, so that the process that is killed only sends."""

    name = "outbox"

    def send(self, batch: OutgoingBatch) -> Result:
        return Result(Proof.ACCEPTED if batch.key.startswith("office/") else Proof.NOT_SENT, sentence="Not yet.")


def run_in_a_process(file: Path, dies_after: int | None = None) -> int:
    words = [sys.executable, "-m", "tests.newsletter.killed", str(file)]
    return subprocess.run([*words, str(dies_after)] if dies_after else words, cwd=ROOT, check=False).returncode


def register(codes: list[str]) -> dict[int, tuple[str, str]]:
    """Members with one to three studies each. Person id -> (language, department), counted here in plain Python."""
    now, expected = clock.now(), {}
    people, studies = [], []
    for number in range(1, PEOPLE + 1):
        email, language = f"u{number}@alumni.example.net", "en" if number % 2 else "sv"
        people.append(
            {
                "id": number, "public_id": f"p{number}", "student_uid": f"u{number}", "first_name": "Åsa",
                "last_name": "Öberg", "email": email, "address_hash": links.address_hash(email), "language": language,
                "membership": "member", "own_fields": "", "created_at": now, "updated_at": now,
            }
        )  # fmt: skip
        done: Counter[str] = Counter()
        for study in range(1 + number % 3):
            code, points = codes[(number // 2 + study * 7 * (number % 5)) % 50], float(30 * (1 + (number + study) % 6))
            done[code] += points
            studies.append(
                {
                    "person_id": number, "department_code": code, "programme_code": f"P{study}",
                    "credits_done": points, "degree_applied": False, "level": "first",
                }
            )  # fmt: skip
        expected[number] = (language, min(done, key=lambda code: (-done[code], code)))
    said = {"purpose": "newsletter", "given": True, "legal_basis": "consent", "source": "t", "wording": "Ja", "at": now}
    with session_scope() as session:
        session.execute(insert(Person), people)
        session.execute(insert(Study), studies)
        session.execute(insert(Consent), [{"person_id": one["id"], **said} for one in people])
    assert len(set(expected.values())) == 100
    return expected
